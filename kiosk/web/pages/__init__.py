"""Runs the program of members' pages: it draws what the desk answers, and stores nothing. The desk and this program
share only the module `speech`.
"""
