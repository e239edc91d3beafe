"""Keeps which taps of an outage were entered, by the taps' own ids."""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.tables import spooled_tap, visit

_PROBE = {  # a row that is written and deleted at once
    "tap_id": bytes(16),
    "day_on": date(2000, 1, 1),
    "entered_at": datetime(2000, 1, 1, tzinfo=UTC),
    "outcome": "probe",
}


class ReplayedTap(Struct, frozen=True):
    """A tap that was entered after an outage.

    `outcome` is `visit` if it made one, `nothing` if its day was recorded already, `set-aside` if the treasurer has to
    decide, `journal` if it was entered again from the door's journal.
    """

    tap_id: bytes
    day_on: date
    entered_at: datetime
    outcome: str


def is_known(connection: sa.Connection, tap_id: bytes) -> bool:
    """Return whether a tap was entered: after the outage, or at once by a commit whose outcome was not seen."""
    later = sa.select(sa.literal(1)).where(spooled_tap.c.tap_id == tap_id)
    at_once = sa.select(sa.literal(1)).where(visit.c.tap_id == tap_id)
    return connection.execute(later.union_all(at_once)).first() is not None


def mark(connection: sa.Connection, entered: ReplayedTap) -> None:
    """Write that a tap was entered, or set aside, after an outage."""
    values = {name: getattr(entered, name) for name in ReplayedTap.__struct_fields__}
    connection.execute(spooled_tap.insert(), values)


def probe(connection: sa.Connection) -> None:
    """Make the transaction at hand write something that leaves no trace: its commit shows whether the disk accepts
    writes.
    """
    connection.execute(spooled_tap.insert(), {**_PROBE})
    connection.execute(spooled_tap.delete().where(spooled_tap.c.tap_id == _PROBE["tap_id"]))
