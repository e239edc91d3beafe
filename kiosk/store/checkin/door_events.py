"""Writes the door events: what a door did or refused, and why."""

from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.doors import FIRST
from kiosk.store.tables import door_event


class DoorEvent(Struct, frozen=True):
    """An event at a door. `kind` is opened, refused, enrolled (a badge was given) or rang (a person without a badge
    rang).

    `reason` is the code of a refusal, `spooled` (the tap waits in a file to be entered), `desk` (the desk opened),
    `pin` (the member came in by name and code), or the reason for the ring; None for an ordinary tap. `member_id` and
    `tap_id` are None where there is no member or no tap.
    """

    at: datetime
    kind: str
    reason: str | None = None
    member_id: int | None = None
    tap_id: bytes | None = None
    door_id: int = FIRST


def add(connection: sa.Connection, events: list[DoorEvent]) -> None:
    """Write door events, in one statement."""
    rows = [{name: getattr(event, name) for name in DoorEvent.__struct_fields__} for event in events]
    connection.execute(door_event.insert(), rows)
