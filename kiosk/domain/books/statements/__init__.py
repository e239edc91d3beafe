"""Statements of a bank or a platform: their files, the lines in them, and what a line may stand for."""
