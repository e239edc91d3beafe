"""Mutants: would a test fail if this line were wrong? See `scripts/mutate`."""
