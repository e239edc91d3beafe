"""What programs saw of the chain, and what happens when the records lack it."""
