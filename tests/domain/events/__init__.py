"""Trainings and events: what is right."""
