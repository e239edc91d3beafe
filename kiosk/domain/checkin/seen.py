"""What a touch says was seen: which card, when the page had painted it, and when the finger came down.

Both times are the server's monotonic seconds, which the page reckons from the time that each answer carries.
"""

from msgspec import Struct


class Seen(Struct, frozen=True):
    """The card that a finger aimed at: its number, its ticket (empty at idle), when it was painted and was touched."""

    number: int
    ticket: str
    painted_at: float
    finger_at: float
