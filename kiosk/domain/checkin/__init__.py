"""Who may come in and what pays for the day; badges, codes, what may be chosen after a tap."""
