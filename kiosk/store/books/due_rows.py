"""Keeps which acts `kiosk due` has done: each once, by kind, subject and period."""

import json
from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.sqlite import insert

from kiosk.store.tables import entry
from kiosk.store.tables.desk import due_act

MONTHS = "subscription"  # charge of a subscription's period; the period is its first day
DEPARTURES = "departures"  # end of the visits of past days that were not ended; the period is the day of this act
BADGES = "badges"  # mail to officers about badges given up to a day
JOININGS = "joinings"  # mail to officers about requests to join, on a day; the subject is the newest request
TWO_HANDS = "two-hands"  # second mail about a correction that waits for a second officer; the subject is its id
TWO_HANDS_ACTS = "two-hands-acts"  # the same for another act that waits for a second officer
RETENTION = "retention"  # stands before a retention rule's name: that rule was applied on a day
NO_SUBJECT = 0  # of marks about the whole home, or about all officers; no row has this id

_reversal = entry.alias()


class ChargedPeriod(Struct, frozen=True):
    """A subscription's period that is charged. Without an entry it cost nothing, or was charged by hand."""

    first_on: date
    entry: int | None
    is_reversed: bool
    detail: dict[str, object]


def mark(
    connection: sa.Connection, kind: str, subject: int, period: date, at: datetime, entry_number: int | None = None
) -> None:
    """Mark an act as done, with the entry that it wrote, if any. A period that is charged again after a reversal takes
    the new charge.
    """
    values = {
        "kind": kind,
        "subject": subject,
        "period": period.isoformat(),
        "entry_number": entry_number,
        "done_at": at,
    }
    keys = [column.name for column in due_act.primary_key]
    new_values = {name: value for name, value in values.items() if name not in keys}
    connection.execute(insert(due_act).values(values).on_conflict_do_update(index_elements=keys, set_=new_values))


def done_on(connection: sa.Connection, prefix: str, period: date) -> set[str]:
    """Return the kinds of acts that begin with a prefix and are done for a period."""
    c = due_act.c
    query = sa.select(c.kind).where(c.kind.startswith(prefix, autoescape=True), c.period == period.isoformat())
    return set(connection.execute(query).scalars())


def is_done(connection: sa.Connection, kind: str, subject: int, period: date) -> bool:
    """Return whether an act is done for a subject (an id, or `NO_SUBJECT`) and a period."""
    c = due_act.c
    marked = (c.kind == kind, c.subject == subject, c.period == period.isoformat())
    return connection.execute(sa.select(c.period).where(*marked)).first() is not None


def last_periods(connection: sa.Connection) -> dict[int, date]:
    """Return the first day of the last period charged of each subscription, by its id."""
    c = due_act.c
    rows = connection.execute(sa.select(c.subject, sa.func.max(c.period)).where(c.kind == MONTHS).group_by(c.subject))
    return {subject: date.fromisoformat(period) for subject, period in rows}


def last_period(connection: sa.Connection, kind: str) -> date | None:
    """Return the last period for which an act was done; None before the first."""
    period = connection.execute(sa.select(sa.func.max(due_act.c.period)).where(due_act.c.kind == kind)).scalar()
    return None if period is None else date.fromisoformat(period)


def last_subject(connection: sa.Connection, kind: str) -> tuple[date | None, int]:
    """Return the last period for which an act was done, and its subject; None and 0 before the first."""
    c = due_act.c
    query = sa.select(c.period, c.subject).where(c.kind == kind).order_by(c.period.desc(), c.subject.desc())
    row = connection.execute(query.limit(1)).first()
    return (None, 0) if row is None else (date.fromisoformat(row.period), row.subject)


def periods(connection: sa.Connection, subscription_id: int) -> list[ChargedPeriod]:
    """Return the charged periods of a subscription, by first day; those whose charge was reversed included."""
    c = due_act.c
    rows = connection.execute(
        sa.select(c.period, c.entry_number, _reversal.c.number, entry.c.detail)
        .outerjoin(entry, entry.c.number == c.entry_number)
        .outerjoin(_reversal, _reversal.c.reverses == c.entry_number)
        .where(c.kind == MONTHS, c.subject == subscription_id)
        .order_by(c.period)
    )
    return [
        ChargedPeriod(date.fromisoformat(period), number, reversed_by is not None, json.loads(detail or "{}"))
        for period, number, reversed_by, detail in rows
    ]


def forget(connection: sa.Connection, kind: str, before: date) -> None:
    """Delete the marks of a kind of act for periods before a day."""
    c = due_act.c
    connection.execute(due_act.delete().where(c.kind == kind, c.period < before.isoformat()))
