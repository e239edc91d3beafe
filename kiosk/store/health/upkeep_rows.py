"""Keeps when each kind of upkeep was last tried and last succeeded: one row a kind, without names."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from kiosk.domain.health.upkeep import Care, Upkeep
from kiosk.store.tables import home
from kiosk.store.tables.entrance import upkeep

_C = upkeep.c


def note(connection: sa.Connection, care: Care, at: datetime, *, ok: bool, says: str) -> None:
    """Write down a try. One that failed leaves the last success as it was."""
    values = {"tried_at": at, "says": says} | ({"succeeded_at": at} if ok else {})
    added = insert(upkeep).values(care=care.value, **values)
    connection.execute(added.on_conflict_do_update(index_elements=["care"], set_=values))


def found(connection: sa.Connection) -> Mapping[Care, Upkeep]:
    """The rows by kind; a kind that was never tried has none."""
    rows = connection.execute(sa.select(_C.care, _C.tried_at, _C.succeeded_at, _C.says))
    known = {care.value for care in Care}
    return {Care(row.care): Upkeep(Care(row.care), *row[1:]) for row in rows if row.care in known}


def is_failed(connection: sa.Connection, care: Care) -> bool:
    """Whether the last try of this kind did not succeed."""
    done = found(connection).get(care)
    return done is not None and done.failed


def is_neglected(connection: sa.Connection, cares: Collection[Care], now: datetime) -> bool:
    """Whether one of these has not succeeded for longer than allowed; a home's age counts until the first success."""
    done = found(connection)
    made_at = connection.execute(sa.select(home.c.created_at)).scalar_one()
    last = {care: done[care].succeeded_at or made_at if care in done else made_at for care in cares}
    return any(Upkeep(care, at, at, "").is_overdue(now) for care, at in last.items())
