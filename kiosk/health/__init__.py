"""Finds out how the kiosk is: checks and findings, the machine's facts, metrics, the status file."""
