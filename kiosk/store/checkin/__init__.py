"""A tap's query, visits, door events, presence, and the desk's requests to the entrance."""
