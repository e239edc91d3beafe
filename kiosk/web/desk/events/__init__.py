"""Trainings and events at the desk, and the agenda for everybody."""
