"""Whom the roster lets in, and whether a clock can be believed."""
