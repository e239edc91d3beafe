"""People: what they can do, what they look for, and what may be said of them."""
