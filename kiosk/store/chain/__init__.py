"""Checks a long chain in several processes."""
