"""What a badge is: which product, what it is worth, and how its number reaches us."""
