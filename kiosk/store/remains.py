"""Reads what an old database has and an earlier copy of it lacks, so that a restore of the copy can act on it."""

import sqlite3
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from msgspec import Struct

from kiosk.errors import KioskError
from kiosk.store import copying
from kiosk.store.copying import Facts
from kiosk.store.tables import badge, member

MANY = 1000  # at most so many entries are listed


class Entry(Struct, frozen=True):
    """An entry that an old database has and its copy lacks."""

    number: int
    day_on: str
    kind: str
    member_number: int | None
    amount_cents: int
    method: str | None


class Remains(Struct, frozen=True):
    """What an old database has. `entries` are the first `MANY` that its earlier copy lacks; all else is of the whole
    old database.
    """

    facts: Facts
    entries: tuple[Entry, ...]
    badges: Mapping[bytes, str]  # lost badges, with the day of the loss
    suspended: tuple[str, ...]  # e-mail addresses of suspended officers' accounts
    erased: tuple[int, ...] = ()  # numbers of erased members


def left(database: Path, after: int) -> Remains | None:
    """Return an old database's first entries after number `after`, and all its lost badges, suspended accounts and
    erased members; None if it cannot be read.
    """
    try:
        facts = copying.facts(database)
        with copying.reading(database) as connection:
            entries = connection.exec_driver_sql(
                "SELECT number, day_on, kind, member_number, amount_cents, method FROM entry WHERE number > ?"
                f" ORDER BY number LIMIT {MANY}",
                (after,),
            ).all()
            badges = connection.exec_driver_sql("SELECT fingerprint, lost_on FROM badge WHERE lost_on IS NOT NULL")
            lost_badges = {bytes(fingerprint): str(day) for fingerprint, day in badges}
            names = connection.exec_driver_sql("SELECT email FROM desk_user WHERE NOT active ORDER BY email").scalars()
            return Remains(facts, tuple(Entry(*row) for row in entries), lost_badges, tuple(names), _erased(connection))
    except (KioskError, sa.exc.SQLAlchemyError, sqlite3.Error, ValueError, TypeError):
        return None  # it may well be damaged


def _erased(connection: sa.Connection) -> tuple[int, ...]:
    """Return the numbers of erased members; none in a database from before erasure existed."""
    try:
        query = "SELECT number FROM member WHERE erased_on IS NOT NULL ORDER BY number"
        return tuple(connection.exec_driver_sql(query).scalars())
    except sa.exc.OperationalError:
        return ()


def is_empty(connection: sa.Connection) -> bool:
    """Return whether a database is as `kiosk init` made it: without members and without entries."""
    rows = connection.exec_driver_sql("SELECT EXISTS (SELECT 1 FROM entry) OR EXISTS (SELECT 1 FROM member)")
    return not rows.scalar_one()


def active_badges(connection: sa.Connection) -> dict[bytes, int]:
    """Return the badges that open, each with its member's number."""
    query = sa.select(badge.c.fingerprint, member.c.number).join(member).where(badge.c.lost_on.is_(None))
    return {fingerprint: number for fingerprint, number in connection.execute(query)}


def stop_badge(connection: sa.Connection, fingerprint: bytes, day: date) -> None:
    """Declare a badge lost; the desk can mark it as found again."""
    connection.execute(badge.update().where(badge.c.fingerprint == fingerprint).values(lost_on=day))


def active_users(connection: sa.Connection, emails: tuple[str, ...]) -> list[str]:
    """Return those of these officers' accounts, by e-mail address, that are not suspended."""
    active = set(connection.exec_driver_sql("SELECT email FROM desk_user WHERE active").scalars())
    return [email for email in emails if email in active]
