"""What is right, as pure functions and values: the standard library only; no I/O, no clock, no SQL."""
