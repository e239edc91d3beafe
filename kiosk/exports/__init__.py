"""Formatting only: rows that the store streams become files that open right the first time."""
