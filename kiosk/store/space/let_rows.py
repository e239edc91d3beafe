"""Reads the lets around a day, which limit that day's capacity, zones and opening.

A *let* is a zone, or the whole place, that is rented for some hours; in the zone named *instead*, the let zone's
members are counted meanwhile.
"""

from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa

from kiosk.domain.lets import Let
from kiosk.language.names import Names
from kiosk.store import name_rows
from kiosk.store.tables import zone
from kiosk.store.tables.rooms import privatisation

_C = privatisation.c
_ZONE, _INSTEAD = zone.alias("let_zone"), zone.alias("let_instead")
_LETS = (  # booked lets; the last column is whether subscribers keep their places
    sa.select(_ZONE.c.code, _INSTEAD.c.code, _C.starts_at, _C.ends_at, _C.places, _C.permanents == "kept")
    .outerjoin(_ZONE, _ZONE.c.id == _C.zone_id)
    .outerjoin(_INSTEAD, _INSTEAD.c.id == _C.instead_zone_id)
    .where(_C.state == "booked")
    .order_by(_C.starts_at)
)


def around(connection: sa.Connection, day: date) -> tuple[Let, ...]:
    """Return the lets that overlap a day, the day before it or the two after it: a local day lies within."""
    begins = datetime.combine(day, time(0), tzinfo=UTC)
    return _read(connection, begins - timedelta(days=1), begins + timedelta(days=3))


def _read(connection: sa.Connection, since: datetime, until: datetime) -> tuple[Let, ...]:
    """Return the booked lets that overlap a time."""
    rows = connection.execute(_LETS.where(_C.ends_at > since, _C.starts_at < until))
    return tuple(
        Let(code, instead, starts, ends, places, bool(keeps_permanents))
        for code, instead, starts, ends, places, keeps_permanents in rows
    )


def coming(connection: sa.Connection, at: datetime, days: int) -> list[tuple[Let, Names | None]]:
    """Return the lets at a moment or within so many days, the next first, with the zone's names; None for the whole
    place.
    """
    names = name_rows.zones(connection)
    lets = _read(connection, at, at + timedelta(days=days))
    return [(let, None if let.zone is None else names[let.zone]) for let in lets]
