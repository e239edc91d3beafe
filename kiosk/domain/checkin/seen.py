"""What a touch reports of the card it aimed at: which card, when the page had painted it, and when the finger came
down.

Both times are the server's monotonic seconds, which the page derives from the time that each answer carries. A finger
that aimed at another card is ignored, without a message.
"""

from msgspec import Struct

LATE_SECONDS = 10.0  # a finger that came down longer ago is ignored
STRANGE_SECONDS = 0.5  # a finger this soon after painting aimed at the card before
AHEAD_SECONDS = 0.05  # a page's clock starts from an answer that took time to arrive: it lags, and hardly runs ahead


class Seen(Struct, frozen=True):
    """The card that a finger aimed at: its number, its ticket (empty at idle), when it was painted and when touched,
    and the language of the page.
    """

    number: int
    ticket: str
    painted_at: float
    finger_at: float
    language: str | None = None


def is_possible(seen: Seen, now: float) -> bool:
    """Tell whether both times are possible: numbers, and not in the future."""
    return all(0 <= at <= now + AHEAD_SECONDS for at in (seen.painted_at, seen.finger_at))


def is_aimed(seen: Seen, *, number: int, now: float, is_strange: bool, oldest: int | None = None) -> bool:
    """Tell whether a finger meant the card that stands: this `number`, painted before the finger came down, not long
    ago.

    `is_strange`: the card before belonged to another person (or was the idle screen), so that this one must be seen
    first. `oldest`: where letters come faster than pages are painted, the number of the first page on which they were
    typed.
    """
    if not (number if oldest is None else oldest) <= seen.number <= number:
        return False
    if not now - seen.finger_at <= LATE_SECONDS:
        return False
    return seen.finger_at - seen.painted_at >= (STRANGE_SECONDS if is_strange else 0.0)
