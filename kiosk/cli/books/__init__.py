"""Commands of bookkeeping."""
