"""Keeps which duties officers put off, beside what time has done: the officer's number, the day, and until when."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from kiosk.domain.duties import Kind, Later
from kiosk.store.books import due_rows
from kiosk.store.tables.desk import due_act

RENEWALS = "renewals"  # renewal proposed to whose membership ends; its subject is an officer's number
_LATER = "later "  # before a kind's name


def put_off(connection: sa.Connection, kind: Kind, officer: int, until_on: date, at: datetime) -> None:
    """Put a duty off in an officer's name, in the place of what was said of it before."""
    wake(connection, kind)
    due_rows.mark(connection, f"{_LATER}{kind.value}", officer, until_on, at)


def wake(connection: sa.Connection, kind: Kind) -> None:
    """Take back what was said of a kind: it is awake again."""
    due_rows.forget(connection, f"{_LATER}{kind.value}", date.max)


def standing(connection: sa.Connection, zone: ZoneInfo) -> tuple[dict[Kind, Later], date | None]:
    """Return the word on each kind that was put off, and when renewal was last proposed."""
    c, words = due_act.c, dict[Kind, Later]()
    query = sa.select(c.kind, c.subject, c.period, c.done_at).order_by(c.done_at)
    proposed_on = None
    for row in connection.execute(query.where(sa.or_(c.kind.startswith(_LATER), c.kind == RENEWALS))):
        day = date.fromisoformat(row.period)
        if row.kind == RENEWALS:
            proposed_on = day
        else:
            said_on = row.done_at.astimezone(zone).date()
            words[Kind(row.kind.removeprefix(_LATER))] = Later(day, row.subject, said_on)
    return words, proposed_on


def proposed(connection: sa.Connection, officer: int, day: date, at: datetime) -> None:
    """Note that renewal was proposed on a day."""
    due_rows.forget(connection, RENEWALS, day - timedelta(days=400))
    due_rows.mark(connection, RENEWALS, officer, day, at)
