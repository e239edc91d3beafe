"""Collects what stands in the calendar: one function for each subject, listed in `kiosk.web.desk.areas`, so that no
subject needs to know another.
"""

from collections.abc import Callable, Iterator

import sqlalchemy as sa
from flask import current_app

from kiosk.domain.agenda import Block
from kiosk.domain.slots import Slot

EXTENSION = "kiosk.calendar"
Source = Callable[[sa.Connection, Slot], list[Block]]


def blocks(connection: sa.Connection, within: Slot) -> list[Block]:
    """Return the blocks of every subject that meet a span of time, in the order of their times, then of their rooms."""
    return sorted(_all(connection, within), key=lambda block: (block.slot, block.room or 0))


def _all(connection: sa.Connection, within: Slot) -> Iterator[Block]:
    """Yield what every source has in the calendar within a slot."""
    sources: tuple[Source, ...] = current_app.extensions[EXTENSION]
    for source in sources:
        yield from source(connection, within)
