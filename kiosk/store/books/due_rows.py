"""Remembers what `kiosk due` has done: each act once, by kind, subject and period."""

import json
from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.sqlite import insert

from kiosk.store.tables import entry
from kiosk.store.tables.desk import due_act

MONTHS = "subscription"  # a subscription's period charged; its period is the first day
DEPARTURES = "departures"  # visits of past days that nobody ended, ended on a day
BADGES = "badges"  # badges given up to a day, told to officers
JOININGS = "joinings"  # requests to join, told to officers on a day; its subject is the newest of them
TWO_HANDS = "two-hands"  # a correction that waits for a second officer, told again; its subject is its number
TWO_HANDS_ACTS = "two-hands-acts"  # another act that waits so
RETENTION = "retention"  # before a rule's name: what is kept for a time only, looked through on a day by that rule

_reversal = entry.alias()


class ChargedPeriod(Struct, frozen=True):
    """A period of a subscription that is charged. Without an entry it cost nothing, or was charged by hand."""

    first_on: date
    entry: int | None
    is_reversed: bool
    detail: dict[str, object]


def mark(
    connection: sa.Connection, kind: str, subject: int, period: date, at: datetime, entry_number: int | None = None
) -> None:
    """Mark an act as done. A period that is charged anew, since its charge was taken back, names the new charge."""
    values = {
        "kind": kind,
        "subject": subject,
        "period": period.isoformat(),
        "entry_number": entry_number,
        "done_at": at,
    }
    keys = [column.name for column in due_act.primary_key]
    again = {name: value for name, value in values.items() if name not in keys}
    connection.execute(insert(due_act).values(values).on_conflict_do_update(index_elements=keys, set_=again))


def done_on(connection: sa.Connection, prefix: str, period: date) -> set[str]:
    """The acts whose kind begins so that were done for a period."""
    c = due_act.c
    query = sa.select(c.kind).where(c.kind.startswith(prefix, autoescape=True), c.period == period.isoformat())
    return set(connection.execute(query).scalars())


def is_done(connection: sa.Connection, kind: str, subject: int, period: date) -> bool:
    """Whether an act is done."""
    c = due_act.c
    wanted = (c.kind == kind, c.subject == subject, c.period == period.isoformat())
    return connection.execute(sa.select(c.period).where(*wanted)).first() is not None


def last_periods(connection: sa.Connection) -> dict[int, date]:
    """The last period charged of each subscription, by its id."""
    c = due_act.c
    rows = connection.execute(sa.select(c.subject, sa.func.max(c.period)).where(c.kind == MONTHS).group_by(c.subject))
    return {subject: date.fromisoformat(period) for subject, period in rows}


def last_period(connection: sa.Connection, kind: str) -> date | None:
    """The last period that an act was done for, None before the first."""
    period = connection.execute(sa.select(sa.func.max(due_act.c.period)).where(due_act.c.kind == kind)).scalar()
    return None if period is None else date.fromisoformat(period)


def last_subject(connection: sa.Connection, kind: str) -> tuple[date | None, int]:
    """The last period of an act and what it was about; None and 0 before the first."""
    c = due_act.c
    query = sa.select(c.period, c.subject).where(c.kind == kind).order_by(c.period.desc(), c.subject.desc())
    row = connection.execute(query.limit(1)).first()
    return (None, 0) if row is None else (date.fromisoformat(row.period), row.subject)


def periods(connection: sa.Connection, subscription_id: int) -> list[ChargedPeriod]:
    """The periods of a subscription that are charged, by day."""
    c = due_act.c
    rows = connection.execute(
        sa.select(c.period, c.entry_number, _reversal.c.number, entry.c.detail)
        .outerjoin(entry, entry.c.number == c.entry_number)
        .outerjoin(_reversal, _reversal.c.reverses == c.entry_number)
        .where(c.kind == MONTHS, c.subject == subscription_id)
        .order_by(c.period)
    )
    return [
        ChargedPeriod(date.fromisoformat(period), number, by is not None, json.loads(detail or "{}"))
        for period, number, by, detail in rows
    ]


def forget(connection: sa.Connection, kind: str, before: date) -> None:
    """Delete marks that are not needed any more."""
    c = due_act.c
    connection.execute(due_act.delete().where(c.kind == kind, c.period < before.isoformat()))
