"""Whether a file may be taken without a person's word: it proves itself, or a person said that its shape is read right.

A shape that has changed (its days, its cents, its signs, its account) is a new one: it is asked about again.
"""

from enum import StrEnum

from kiosk.domain.books.statements.bank_columns import Layout
from kiosk.domain.books.statements.bank_files import Opened
from kiosk.domain.problems import Problem


class Trust(StrEnum):
    """What speaks for a file."""

    PROVED = "proved"
    CONFIRMED = "confirmed"
    NEW = "new"
    CHANGED = "changed"

    @property
    def is_enough(self) -> bool:
        """Whether nothing is asked before its lines are kept."""
        return self in (Trust.PROVED, Trust.CONFIRMED)


def of(opened: Opened, known: Layout | None) -> Trust:
    """What speaks for a file, whose shape a person confirmed with a layout, or did not (None)."""
    try:
        guess = opened.guess() if known is None else None
        reading = opened.reading(known if guess is None else guess.layout)
    except Problem:
        return Trust.NEW
    if reading.is_proved and not (guess and guess.doubts):
        return Trust.PROVED
    if known is None:
        return Trust.NEW
    return Trust.CHANGED if known.has_changed(reading.manners) else Trust.CONFIRMED
