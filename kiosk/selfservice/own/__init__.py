"""A member’s own affairs that are told to the books: so far their plan."""
