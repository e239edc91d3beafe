"""Checks the health of the kiosk: checks and their findings, facts about the machine, metrics, the status file."""
