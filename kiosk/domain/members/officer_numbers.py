"""Names officers in records that are kept for years: by a number that is never reused, never by an address.

The number is that of their account at the desk. Their name stands in that account alone, where it can be erased.
"""

_PREFIX = "officer:"
BEFORE = "desk:"  # prefix of older entries, which named officers by address


def actor(number: int) -> str:
    """Return how an officer is named as the author of an entry."""
    return f"{_PREFIX}{number}"


def number_of(actor: str) -> int | None:
    """Return the officer's number in an author; None for a program, or for an officer named by address."""
    digits = actor.removeprefix(_PREFIX)
    return int(digits) if digits != actor and digits.isascii() and digits.isdigit() else None
