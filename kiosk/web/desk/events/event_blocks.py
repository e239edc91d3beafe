"""Puts events into the calendar: each that has a day, even while it may still not take place."""

import sqlalchemy as sa

from kiosk.domain.agenda import Block, BlockKind
from kiosk.domain.events.terms import EventState
from kiosk.domain.slots import Slot
from kiosk.language.names import called
from kiosk.store.events import event_rows

_SHOWN = (EventState.OPEN, EventState.HELD)


def of_events(connection: sa.Connection, within: Slot) -> list[Block]:
    """Return the blocks of events that meet a span of time and are not cancelled. A room that an event holds has a
    block of its own, by its booking.
    """
    return [
        Block(
            Slot(one.terms.starts_at, one.terms.ends_at), None, called(one.title), BlockKind.EVENT, f"/events/{one.id}"
        )
        for one in event_rows.in_states(connection, _SHOWN, within.starts_at)
        if one.terms is not None
        and one.terms.starts_at < within.ends_at
        and one.terms.ends_at > within.starts_at
        and one.terms.ends_at > one.terms.starts_at
    ]
