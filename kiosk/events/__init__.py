"""Trainings and events: proposed, opened, confirmed or not, paid for by participants, and told."""
