"""Names officers in what is kept for long: by a number that is never given to anybody else, never by an address.

The number is that of their account at the desk. How they are called stands in that account
alone, where it can be erased.
"""

_PREFIX = "officer:"
BEFORE = "desk:"  # how entries named them, by their address, before they had numbers


def actor(number: int) -> str:
    """How an officer is named as the author of something."""
    return f"{_PREFIX}{number}"


def number_of(actor: str) -> int | None:
    """An officer's number; None where the author is a program, or an officer by the address of old."""
    digits = actor.removeprefix(_PREFIX)
    return int(digits) if digits != actor and digits.isascii() and digits.isdigit() else None
