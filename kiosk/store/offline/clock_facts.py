"""Reads what the database knows about time: its last entry, when the home was made, an officer's word."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kiosk.domain.offline.trust import Reading
from kiosk.store.tables import clock_word, entry, home


@dataclass(frozen=True, slots=True)
class Word:
    """An officer's word. Entries up to `last_entry`, and what was trusted before it, no longer speak against it."""

    id: int
    reading: Reading
    last_entry: int


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """`last_entry_at` is of the last entry after the newest word, `made_at` the home's beginning."""

    made_at: datetime
    last_entry: int
    last_entry_at: datetime | None
    word: Word | None


def known(connection: sa.Connection) -> ClockFacts:
    """All of it, as of now."""
    word = _newest(connection)
    last = connection.execute(
        sa.select(entry.c.number, entry.c.recorded_at).order_by(entry.c.number.desc()).limit(1)
    ).first()
    made_at = connection.execute(sa.select(home.c.created_at)).scalar_one()
    if last is None:
        return ClockFacts(made_at, 0, None, word)
    counts = word is None or last.number > word.last_entry
    return ClockFacts(made_at, last.number, last.recorded_at if counts else None, word)


def add(connection: sa.Connection, reading: Reading, last_entry: int, actor: str) -> None:
    """Write down that an officer vouches for the clock as it reads now."""
    row = {
        "at": reading.at,
        "boot": reading.boot,
        "monotonic_seconds": reading.monotonic,
        "last_entry": last_entry,
        "actor": actor,
    }
    connection.execute(clock_word.insert(), row)


def first_entry_after(connection: sa.Connection, number: int) -> datetime | None:
    """When the entry that follows this one was recorded: an upper bound for what came before it."""
    return connection.execute(
        sa.select(entry.c.recorded_at).where(entry.c.number > number).order_by(entry.c.number).limit(1)
    ).scalar()


def _newest(connection: sa.Connection) -> Word | None:
    row = connection.execute(sa.select(clock_word).order_by(clock_word.c.id.desc()).limit(1)).first()
    if row is None:
        return None
    return Word(row.id, Reading(row.at, row.monotonic_seconds, row.boot), row.last_entry)
