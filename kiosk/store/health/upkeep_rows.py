"""Keeps when each kind of upkeep was last tried and last succeeded, without names of people.

Upkeep is what the kiosk does for itself, such as a backup; a kind of it is a `Care`.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from kiosk.domain.health.upkeep import Care, Upkeep
from kiosk.store.tables import home
from kiosk.store.tables.entrance import upkeep

_C = upkeep.c


def note(connection: sa.Connection, care: Care, at: datetime, *, ok: bool, says: str) -> None:
    """Write a try of a kind of upkeep, with its outcome in words. A failed one leaves the last success as it was."""
    values = {"tried_at": at, "says": says} | ({"succeeded_at": at} if ok else {})
    added = insert(upkeep).values(care=care.value, **values)
    connection.execute(added.on_conflict_do_update(index_elements=["care"], set_=values))


def found(connection: sa.Connection) -> Mapping[Care, Upkeep]:
    """Return the last tries by kind; a kind that was never tried, or that this release does not know, is left
    out.
    """
    rows = connection.execute(sa.select(_C.care, _C.tried_at, _C.succeeded_at, _C.says))
    known = {care.value for care in Care}
    return {Care(row.care): Upkeep(Care(row.care), *row[1:]) for row in rows if row.care in known}


def is_failed(connection: sa.Connection, care: Care) -> bool:
    """Return whether the last try of a kind of upkeep failed; False if it was never tried."""
    tried = found(connection).get(care)
    return tried is not None and tried.failed


def is_neglected(connection: sa.Connection, cares: Collection[Care], now: datetime) -> bool:
    """Return whether any of these kinds of upkeep has gone longer without success than `upkeep.OVERDUE` allows.

    Before a kind's first success the age of the home (this installation's records) counts.
    """
    tried = found(connection)
    made_at = connection.execute(sa.select(home.c.created_at)).scalar_one()
    last = {care: tried[care].succeeded_at or made_at if care in tried else made_at for care in cares}
    # as if each had been tried last when it last succeeded: only that time counts
    return any(Upkeep(care, last_at, last_at, "").is_overdue(now) for care, last_at in last.items())
