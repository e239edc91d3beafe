"""Decides what is right, by pure functions and values: the standard library only; no I/O, no clock, no SQL."""
