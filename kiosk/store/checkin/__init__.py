"""A tap's one query, visits, door events, presence, what the desk asks of the entrance."""
