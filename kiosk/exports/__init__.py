"""Formats files: turns rows that the store streams into files that open right the first time."""
