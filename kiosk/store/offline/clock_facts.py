"""Reads what the database knows about time: its last entry, when the home was made, an officer's word."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.offline.trust import Reading
from kiosk.store.ledger import AT_THE_DOOR
from kiosk.store.tables import clock_word, entry, home


class Word(Struct, frozen=True):
    """An officer's word. Entries up to `last_entry`, and what was trusted before it, no longer speak against it."""

    id: int
    reading: Reading
    last_entry: int


# The first moments of a day and of the next one: by the space's own days where the second word is true.
Bounds = Callable[[date, bool], tuple[datetime, datetime]]


class ClockFacts(Struct, frozen=True):
    """`last_entry_at`: the last entry after the newest word is of then or later. `made_at` is the home's beginning."""

    made_at: datetime
    last_entry: int
    last_entry_at: datetime | None
    word: Word | None


_ENTRY = sa.select(entry.c.number, entry.c.recorded_at, entry.c.actor)


def known(connection: sa.Connection, bounds: Bounds) -> ClockFacts:
    """All of it, as of now."""
    word = _newest(connection)
    last = connection.execute(_ENTRY.order_by(entry.c.number.desc()).limit(1)).first()
    made_at = connection.execute(sa.select(home.c.created_at)).scalar_one()
    if last is None:
        return ClockFacts(made_at, 0, None, word)
    counts = word is None or last.number > word.last_entry
    return ClockFacts(made_at, last.number, _between(last, bounds)[0] if counts else None, word)


def last_day(connection: sa.Connection) -> date:
    """The space's day that the last entry is of. Raises sqlalchemy.exc.NoResultFound for an empty ledger."""
    return connection.execute(sa.select(entry.c.day_on).order_by(entry.c.number.desc()).limit(1)).scalar_one()


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


def first_entry_after(connection: sa.Connection, number: int, bounds: Bounds) -> datetime | None:
    """A moment at which the entry that follows this one was recorded at the latest, and what came before it, too."""
    found = connection.execute(_ENTRY.where(entry.c.number > number).order_by(entry.c.number).limit(1)).first()
    return None if found is None else _between(found, bounds)[1]


def _between(found: sa.Row[int, str, str], bounds: Bounds) -> tuple[datetime, datetime]:
    """The first and the last moment at which an entry can have been recorded: it may say no more than its day."""
    _, said, actor = found
    if "T" in said:
        at = datetime.fromisoformat(said)
        return at, at + timedelta(minutes=1)
    begin, end = bounds(date.fromisoformat(said), actor == AT_THE_DOOR)
    return begin, end - timedelta.resolution


def _newest(connection: sa.Connection) -> Word | None:
    row = connection.execute(sa.select(clock_word).order_by(clock_word.c.id.desc()).limit(1)).first()
    if row is None:
        return None
    return Word(row.id, Reading(row.at, row.monotonic_seconds, row.boot), row.last_entry)
