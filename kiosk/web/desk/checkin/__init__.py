"""Holds today's page, and what the desk asks of the entrance: opening the door, reading a badge."""
