"""Holds the desk's side of the members' pages: answers what the pages' program asks, for the
telephone that it names.
"""
