"""Trainings and events, by their use-cases."""
