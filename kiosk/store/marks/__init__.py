"""What programs saw of the chain, and what becomes of records that lack it."""
