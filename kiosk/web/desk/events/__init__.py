"""Holds the pages about trainings and events at the desk, and the agenda for everyone."""
