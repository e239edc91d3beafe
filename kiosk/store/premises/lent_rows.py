"""Keeps the days on which spots are lent, their borrowers, and which of those days count towards a banked day: a day at
the space that the lender earns.
"""

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
    """A day on which a spot is lent: the lender, and the borrower if there is one."""

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


def _day(record: sa.Row[*tuple[Any, ...]]) -> LentDay:
    """Return a lent day from its row: the lender's columns, then the borrower's."""
    id_, spot_id, label, day_on, *about = record
    lender, borrower = about[: len(PERSON)], about[len(PERSON) :]
    return LentDay(id_, spot_id, label, day_on, person(*lender), None if borrower[0] is None else person(*borrower))


def on_day(connection: sa.Connection, day: date) -> list[LentDay]:
    """Return the spots lent on a day, without removed ones, by label."""
    return [_day(row) for row in connection.execute(_DAYS.where(_C.day_on == day, spot.c.gone_on.is_(None)))]


def by_id(connection: sa.Connection, day_id: int) -> LentDay | None:
    """Return a lent day; None if there is none with this id."""
    row = connection.execute(_DAYS.where(_C.id == day_id)).first()
    return None if row is None else _day(row)


def of_holder(connection: sa.Connection, member_id: int, first: date) -> list[LentDay]:
    """Return the days that a member lends from a day on, in order."""
    return [_day(row) for row in connection.execute(_DAYS.where(_C.member_id == member_id, _C.day_on >= first))]


def of_spot(connection: sa.Connection, spot_id: int, day: date) -> LentDay | None:
    """Return how a spot is lent on a day; None if it is not."""
    row = connection.execute(_DAYS.where(_C.spot_id == spot_id, _C.day_on == day)).first()
    return None if row is None else _day(row)


def taken_by(connection: sa.Connection, member_id: int, day: date) -> LentDay | None:
    """Return the lent spot that a member takes on a day; None if they take none."""
    row = connection.execute(_DAYS.where(_C.taken_id == member_id, _C.day_on == day)).first()
    return None if row is None else _day(row)


def add(connection: sa.Connection, spot_id: int, day: date, member_id: int) -> None:
    """Write that a member lends a spot on a day."""
    rows.add(connection, spot_day, spot_id=spot_id, day_on=day, member_id=member_id)


def drop(connection: sa.Connection, day_id: int) -> None:
    """Delete a lent day: the spot is not lent any more."""
    connection.execute(spot_day.delete().where(_C.id == day_id))


def take(connection: sa.Connection, day_id: int, member_id: int | None) -> None:
    """Give a lent spot to a member for its day; None frees it."""
    rows.change(connection, spot_day, day_id, taken_id=member_id)


def drop_coming(connection: sa.Connection, spot_id: int, day: date) -> None:
    """Delete the lent days of a spot from a day on, since it no longer has a holder to lend it."""
    connection.execute(spot_day.delete().where(_C.spot_id == spot_id, _C.day_on >= day))


# --- days that count towards a banked day


def past_uncounted(connection: sa.Connection, today: date) -> Sequence[tuple[int, date, bool]]:
    """Return the past lent days that are not settled yet: id, day, whether the spot was taken."""
    query = sa.select(_C.id, _C.day_on, _C.taken_id.is_not(None)).where(_C.day_on < today, _C.counts.is_(None))
    return [(id_, day, bool(taken)) for id_, day, taken in connection.execute(query.order_by(_C.day_on, _C.id))]


def count(connection: sa.Connection, day_id: int, counts: bool) -> None:
    """Write whether a past lent day counts towards a banked day."""
    rows.change(connection, spot_day, day_id, counts=counts)


def counted(connection: sa.Connection) -> dict[int, list[int]]:
    """Return the lent days that count and have not earned a banked day yet, by member, the oldest first."""
    query = sa.select(_C.member_id, _C.id).where(_C.counts, _C.banked_id.is_(None)).order_by(_C.day_on, _C.id)
    days_of: dict[int, list[int]] = {}
    for member_id, day_id in connection.execute(query):
        days_of.setdefault(member_id, []).append(day_id)
    return days_of


def banked(connection: sa.Connection, day_ids: Sequence[int], banked_id: int) -> None:
    """Write which banked day these lent days have earned."""
    connection.execute(spot_day.update().where(_C.id.in_(day_ids)).values(banked_id=banked_id))
