"""Trainings and events: proposed, opened, held or not, paid for by who comes, and told."""
