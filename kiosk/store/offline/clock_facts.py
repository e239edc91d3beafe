"""Reads what the database knows about time: its last entry, when the home was made, an officer's word."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

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
    last_mac: bytes = b""


_ENTRY = sa.select(entry.c.number, entry.c.recorded_at, entry.c.actor)
_LAST = _ENTRY.add_columns(entry.c.mac).order_by(entry.c.number.desc()).limit(1).subquery("last")
_WORD = (
    sa.select(
        clock_word.c.id, clock_word.c.at, clock_word.c.boot, clock_word.c.monotonic_seconds, clock_word.c.last_entry
    )
    .order_by(clock_word.c.id.desc())
    .limit(1)
    .subquery("word")
)
_KNOWN = sa.select(home.c.created_at, *_LAST.c, *_WORD.c).select_from(
    home.outerjoin(_LAST, sa.true()).outerjoin(_WORD, sa.true())
)


def known(connection: sa.Connection, bounds: Bounds) -> ClockFacts:
    """All of it, as of now, in one statement: each page of the desk asks."""
    row = connection.execute(_KNOWN).one()
    made_at, number, recorded_at, actor, mac = row[:5]
    word = _word(row[5:])
    if number is None:
        return ClockFacts(made_at, 0, None, word)
    counts = word is None or number > word.last_entry
    return ClockFacts(made_at, number, _between(recorded_at, actor, bounds)[0] if counts else None, word, mac)


def log_line(connection: sa.Connection) -> int:
    """The number of the officers' last line, which only grows: also where all lines are forgotten by now."""
    last = "SELECT coalesce((SELECT max(id) FROM desk_log), (SELECT max(line) FROM desk_log_start), 0)"
    return int(connection.exec_driver_sql(last).scalar_one())


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
    return None if found is None else _between(found.recorded_at, found.actor, bounds)[1]


def _between(said: str, actor: str, bounds: Bounds) -> tuple[datetime, datetime]:
    """The first and the last moment at which an entry can have been recorded: it may say no more than its day."""
    if "T" in said:
        at = datetime.fromisoformat(said)
        return at, at + timedelta(minutes=1)
    begin, end = bounds(date.fromisoformat(said), actor == AT_THE_DOOR)
    return begin, end - timedelta.resolution


def _word(row: Sequence[Any]) -> Word | None:
    number, at, boot, monotonic, last_entry = row
    return None if number is None else Word(number, Reading(at, monotonic, boot), last_entry)
