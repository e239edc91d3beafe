"""Writes trainings and events as files: a calendar, a feed, a certificate."""
