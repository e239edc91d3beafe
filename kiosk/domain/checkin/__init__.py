"""Access and what pays for the day; badges, codes, and the choices after a tap."""
