"""Keeps which duties officers put off, among the acts of time: the officer's number, the day, and until when."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from kiosk.domain.duties import Kind, Later
from kiosk.store.books import due_rows
from kiosk.store.tables.desk import due_act

RENEWALS = "renewals"  # renewals proposed to members whose membership ends; the subject is an officer's number
_LATER = "later "  # stands before the name of a duty's kind


def put_off(connection: sa.Connection, kind: Kind, officer: int, until_on: date, at: datetime) -> None:
    """Put a duty off until a day, in an officer's name (`officer` is their number); an earlier delay is replaced,
    whichever officer made it.
    """
    wake(connection, kind)
    # The officer is the mark's subject, the last day of the delay its period.
    due_rows.mark(connection, f"{_LATER}{kind.value}", officer, until_on, at)


def wake(connection: sa.Connection, kind: Kind) -> None:
    """End the delay of a duty; nothing if it has none."""
    due_rows.forget(connection, f"{_LATER}{kind.value}", date.max)  # the marks of all days


def standing(connection: sa.Connection, zone: ZoneInfo) -> tuple[dict[Kind, Later], date | None]:
    """Return the latest delay of each duty that was put off, with its day in the `zone`, and the day on which renewals
    were last proposed (None: never). The rows are read oldest first, so that a later one replaces an earlier one.

    Delays that are over are among them; the caller compares their last day with today.
    """
    c, delays = due_act.c, dict[Kind, Later]()
    query = sa.select(c.kind, c.subject, c.period, c.done_at).order_by(c.done_at)
    proposed_on = None
    for row in connection.execute(query.where(sa.or_(c.kind.startswith(_LATER), c.kind == RENEWALS))):
        day = date.fromisoformat(row.period)
        if row.kind == RENEWALS:
            proposed_on = day
        else:
            put_off_on = row.done_at.astimezone(zone).date()
            delays[Kind(row.kind.removeprefix(_LATER))] = Later(day, row.subject, put_off_on)
    return delays, proposed_on


def proposed(connection: sa.Connection, officer: int, day: date, at: datetime) -> None:
    """Write that an officer proposed renewals on a day."""
    due_rows.forget(connection, RENEWALS, day - timedelta(days=400))  # only the latest mark is read
    due_rows.mark(connection, RENEWALS, officer, day, at)
