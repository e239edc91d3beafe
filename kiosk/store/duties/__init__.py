"""Reads, in few statements, how much of each duty of the office is open: counts, sums, the oldest day."""
