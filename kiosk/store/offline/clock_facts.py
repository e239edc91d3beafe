"""Reads what the database knows of time: its last entry, the making of the home, an officer's statement about the
clock.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.offline.trust import Reading
from kiosk.store.ledger import AT_THE_DOOR
from kiosk.store.tables import clock_word, entry, home


class Word(Struct, frozen=True):
    """An officer's statement that the clock is right, with the clock's `reading` at that moment. Entries up to
    `last_entry`, and what was trusted before, no longer count against it.
    """

    id: int
    reading: Reading
    last_entry: int


# Returns a day's first moment and the next day's; of the space's own days if the second argument is True.
Bounds = Callable[[date, bool], tuple[datetime, datetime]]


class ClockFacts(Struct, frozen=True):
    """What the database knows of time. `last_entry_at`: the last entry was written then or later, None if an officer's
    statement is newer. `made_at` is when the home was made, `last_entry` 0 and `last_mac` (its seal) empty without
    entries.
    """

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
    """Return what the database knows of time now, in one statement, since each page of the desk asks."""
    row = connection.execute(_KNOWN).one()
    made_at, number, recorded_at, actor, mac = row[:5]
    word = _word(row[5:])
    if number is None:
        return ClockFacts(made_at, 0, None, word)
    counts = word is None or number > word.last_entry
    return ClockFacts(made_at, number, _between(recorded_at, actor, bounds)[0] if counts else None, word, mac)


def log_line(connection: sa.Connection) -> int:
    """Return the number of the last line in the officers' log, even if it was deleted since; 0 before the first."""
    last = "SELECT coalesce((SELECT max(id) FROM desk_log), (SELECT max(line) FROM desk_log_start), 0)"
    return int(connection.exec_driver_sql(last).scalar_one())


def last_day(connection: sa.Connection) -> date:
    """Return the space's day of the last entry. Raises sqlalchemy.exc.NoResultFound for an empty ledger."""
    return connection.execute(sa.select(entry.c.day_on).order_by(entry.c.number.desc()).limit(1)).scalar_one()


def add(connection: sa.Connection, reading: Reading, last_entry: int, actor: str) -> None:
    """Write an officer's statement that the clock is right as it reads now."""
    row = {
        "at": reading.at,
        "boot": reading.boot,
        "monotonic_seconds": reading.monotonic,
        "last_entry": last_entry,
        "actor": actor,
    }
    connection.execute(clock_word.insert(), row)


def first_entry_after(connection: sa.Connection, number: int, bounds: Bounds) -> datetime | None:
    """Return the last moment at which the entry that follows this one can have been recorded; None if none follows."""
    row = connection.execute(_ENTRY.where(entry.c.number > number).order_by(entry.c.number).limit(1)).first()
    return None if row is None else _between(row.recorded_at, row.actor, bounds)[1]


def _between(recorded_at: str, actor: str, bounds: Bounds) -> tuple[datetime, datetime]:
    """Return the first and the last moment at which an entry can have been recorded: its row may have no more than the
    minute, or the day (the space's own for what was done at the door).
    """
    if "T" in recorded_at:
        at = datetime.fromisoformat(recorded_at)
        return at, at + timedelta(minutes=1)  # the row has no seconds
    begin, end = bounds(date.fromisoformat(recorded_at), actor == AT_THE_DOOR)
    return begin, end - timedelta.resolution


def _word(record: Sequence[Any]) -> Word | None:
    """Return an officer's statement from its columns; None if there was none."""
    number, at, boot, monotonic, last_entry = record
    return None if number is None else Word(number, Reading(at, monotonic, boot), last_entry)
