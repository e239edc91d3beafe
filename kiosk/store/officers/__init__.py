"""Rows of the officers' accounts, and of what they did at the desk."""
