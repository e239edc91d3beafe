"""Trainings and events: plans, sign-ups, attendance, topics and votes."""
