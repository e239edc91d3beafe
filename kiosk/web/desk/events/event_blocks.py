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
            Slot(event.terms.starts_at, event.terms.ends_at),
            None,
            called(event.title),
            BlockKind.EVENT,
            f"/events/{event.id}",
        )
        for event in event_rows.in_states(connection, _SHOWN, within.starts_at)
        if event.terms is not None
        and event.terms.starts_at < within.ends_at
        and event.terms.ends_at > within.starts_at
        and event.terms.ends_at > event.terms.starts_at  # a Slot without a length would raise
    ]
