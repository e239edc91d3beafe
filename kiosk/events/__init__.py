"""Trainings and events: proposes and opens them, signs people up, decides whether they take place, charges seats, sends
mails.
"""
