"""Keeps the days on which spots are lent, their borrowers, and which of those days count for their holders."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.premises.spot_rows import PERSON, Person, person
from kiosk.store.tables import member, rows
from kiosk.store.tables.premises import spot, spot_day

_C = spot_day.c
_taker = member.alias("taker")


class LentDay(Struct, frozen=True):
    """A day on which a spot is lent: its lender, and its borrower."""

    id: int
    spot: int
    label: str
    day_on: date
    by: Person
    taken: Person | None


_DAYS = (
    sa.select(
        _C.id,
        _C.spot_id,
        spot.c.label,
        _C.day_on,
        *PERSON,
        *(_taker.c[each.name].label(f"t_{each.name}") for each in PERSON),
    )
    .join(spot, spot.c.id == _C.spot_id)
    .join(member, member.c.id == _C.member_id)
    .outerjoin(_taker, _taker.c.id == _C.taken_id)
    .order_by(_C.day_on, spot.c.label, _C.id)
)


def _day(row: sa.Row[*tuple[Any, ...]]) -> LentDay:
    id_, spot_id, label, day_on, *about = row
    by, taken = about[: len(PERSON)], about[len(PERSON) :]
    return LentDay(id_, spot_id, label, day_on, person(*by), None if taken[0] is None else person(*taken))


def on_day(connection: sa.Connection, day: date) -> list[LentDay]:
    """What is lent on a day."""
    return [_day(row) for row in connection.execute(_DAYS.where(_C.day_on == day, spot.c.gone_on.is_(None)))]


def by_id(connection: sa.Connection, day_id: int) -> LentDay | None:
    """One lent day."""
    row = connection.execute(_DAYS.where(_C.id == day_id)).first()
    return None if row is None else _day(row)


def of_holder(connection: sa.Connection, member_id: int, first: date) -> list[LentDay]:
    """The days that a member lends from a day on."""
    return [_day(row) for row in connection.execute(_DAYS.where(_C.member_id == member_id, _C.day_on >= first))]


def of_spot(connection: sa.Connection, spot_id: int, day: date) -> LentDay | None:
    """How a spot is lent on a day."""
    row = connection.execute(_DAYS.where(_C.spot_id == spot_id, _C.day_on == day)).first()
    return None if row is None else _day(row)


def taken_by(connection: sa.Connection, member_id: int, day: date) -> LentDay | None:
    """What a member took on a day."""
    row = connection.execute(_DAYS.where(_C.taken_id == member_id, _C.day_on == day)).first()
    return None if row is None else _day(row)


def add(connection: sa.Connection, spot_id: int, day: date, member_id: int) -> None:
    """Lend a spot on a day."""
    rows.add(connection, spot_day, spot_id=spot_id, day_on=day, member_id=member_id)


def drop(connection: sa.Connection, day_id: int) -> None:
    """Lend it no more on that day."""
    connection.execute(spot_day.delete().where(_C.id == day_id))


def take(connection: sa.Connection, day_id: int, member_id: int | None) -> None:
    """Give a lent spot to a member for its day; None frees it."""
    rows.change(connection, spot_day, day_id, taken_id=member_id)


def drop_coming(connection: sa.Connection, spot_id: int, day: date) -> None:
    """Delete the lent days of a spot from a day on, since it has no holder to lend it."""
    connection.execute(spot_day.delete().where(_C.spot_id == spot_id, _C.day_on >= day))


# --- what counts


def past_uncounted(connection: sa.Connection, today: date) -> Sequence[tuple[int, date, bool]]:
    """Return the past lent days for which it is not settled yet whether they count: id, day, whether it was taken."""
    query = sa.select(_C.id, _C.day_on, _C.taken_id.is_not(None)).where(_C.day_on < today, _C.counts.is_(None))
    return [(id_, day, bool(taken)) for id_, day, taken in connection.execute(query.order_by(_C.day_on, _C.id))]


def count(connection: sa.Connection, day_id: int, counts: bool) -> None:
    """Say whether a past day counts."""
    rows.change(connection, spot_day, day_id, counts=counts)


def counted(connection: sa.Connection) -> dict[int, list[int]]:
    """The days that count and have earned none yet, by member, the oldest first."""
    query = sa.select(_C.member_id, _C.id).where(_C.counts, _C.banked_id.is_(None)).order_by(_C.day_on, _C.id)
    found: dict[int, list[int]] = {}
    for member_id, day_id in connection.execute(query):
        found.setdefault(member_id, []).append(day_id)
    return found


def banked(connection: sa.Connection, day_ids: Sequence[int], banked_id: int) -> None:
    """These days have earned a banked one."""
    connection.execute(spot_day.update().where(_C.id.in_(day_ids)).values(banked_id=banked_id))
