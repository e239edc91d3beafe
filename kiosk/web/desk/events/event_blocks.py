"""What events put into the calendar: each that has a day, whether or not it is sure that it takes place."""

import sqlalchemy as sa

from kiosk.domain.agenda import Block, BlockKind
from kiosk.domain.events.terms import EventState
from kiosk.domain.slots import Slot
from kiosk.language.names import called
from kiosk.store.events import event_rows

_SHOWN = (EventState.OPEN, EventState.HELD)


def of_events(connection: sa.Connection, within: Slot) -> list[Block]:
    """Every event that meets a time and is not called off. Its room, where it holds one, is there by its booking."""
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
