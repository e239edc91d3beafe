"""Decides whether a file may be imported without asking: it proves itself, or a person confirmed files of its shape.

A shape that has changed (in its days, cents, signs or account) counts as a new one, and is asked about again.
"""

from enum import StrEnum

from kiosk.domain.books.statements.bank_columns import Layout
from kiosk.domain.books.statements.bank_files import Opened
from kiosk.domain.problems import Problem


class Trust(StrEnum):
    """Why a file may be trusted, or not yet."""

    PROVED = "proved"
    CONFIRMED = "confirmed"
    NEW = "new"
    CHANGED = "changed"

    @property
    def is_enough(self) -> bool:
        """Tell whether its lines may be stored without asking."""
        return self in (Trust.PROVED, Trust.CONFIRMED)


def of(opened: Opened, known: Layout | None) -> Trust:
    """Return why a file may be trusted. `known` is the layout that a person confirmed for its shape, None for none."""
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
