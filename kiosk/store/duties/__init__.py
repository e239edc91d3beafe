"""What the records know of each kind of duty, in few statements: counts, sums, and the oldest day of what is open."""
