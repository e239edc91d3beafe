"""Tells how all doors, their server and this machine's copies are, for one page and one command.

A door of another machine is told by its word in the records, which has the server's time; a door of this one by its
file. Copies are read from the disk: what was noted of them may be gone from there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.devices.protocols import MachineClock
from kiosk.domain.copies import names
from kiosk.domain.doors import FIRST
from kiosk.health import other_doors, status_file
from kiosk.health.metrics import Metric
from kiosk.health.other_doors import OtherDoor, State
from kiosk.home import Home, Paths
from kiosk.store import server_facts
from kiosk.store.server_facts import Replica
from kiosk.store.space import door_rows
from kiosk.store.space.door_rows import DoorRow, Word


class FleetDoor(Struct, frozen=True):
    """A door with its row, how it is, and what it last said of itself."""

    row: DoorRow
    door: OtherDoor
    word: Word | None
    facts: Mapping[str, Any]

    @property
    def is_revoked(self) -> bool:
        """Whether it lets no one in any more."""
        return self.row.revoked_on is not None

    def fact(self, name: str) -> str:
        """What it said of one thing, in a word; nothing where it said none."""
        told = self.facts.get(name)
        if isinstance(told, dict):  # of the lock
            told = told.get("state")
        return str(told) if isinstance(told, str | int | float) else ""


class DiskCopies(Struct, frozen=True):
    """The copies in this machine's folder: how many, and when the newest was made."""

    count: int
    newest_at: datetime | None


class Fleet(Struct, frozen=True):
    """All of it. `copies` is None where this account may not look."""

    doors: tuple[FleetDoor, ...]
    replicas: tuple[Replica, ...]
    copies: DiskCopies | None

    @property
    def is_well(self) -> bool:
        """Whether every door that is not revoked says that it serves as it should, and none keeps taps back."""
        standing = [each.door for each in self.doors if not each.is_revoked]
        return all(
            each.state is State.WELL
            and not each.spooled
            and not each.set_aside
            and abs(each.ahead_seconds) <= other_doors.APART_SECONDS
            for each in standing
        )


def look(connection: sa.Connection, home: Home, clock: MachineClock) -> Fleet:
    """Return how all of it is now."""
    words = door_rows.words(connection)
    now = server_facts.moment(connection, clock.now())
    doors = tuple(_door(row, words.get(row.id), now, home, clock) for row in door_rows.everyone(connection))
    return Fleet(doors, tuple(server_facts.replicas(connection)), copies_on_disk(home.paths))


def copies_on_disk(paths: Paths) -> DiskCopies | None:
    """Return the copies in this machine's folder, which is root's on a Pi."""
    try:
        made = [moment for path in paths.backups.iterdir() if (moment := names.moment(path.name)) is not None]
    except OSError:
        return None
    return DiskCopies(len(made), max(made, default=None))


def _door(row: DoorRow, word: Word | None, now: datetime, home: Home, clock: MachineClock) -> FleetDoor:
    if word is not None:
        return FleetDoor(row, other_doors.by_word(row.id, row.name, word, now), word, word.facts)
    status = status_file.load(home.paths.at(None if row.id == FIRST else row.id).status, clock)
    facts = {} if status is None else status.facts
    return FleetDoor(row, other_doors.by_status(row.id, row.name, status), None, facts)


_OF_DOORS: tuple[tuple[str, str, Callable[[OtherDoor], float]], ...] = (
    ("kiosk_door_said_seconds", "Since a door last said how it is.", lambda each: each.age_seconds),
    ("kiosk_door_taps_spooled", "Taps that wait at a door.", lambda each: each.spooled),
    ("kiosk_door_taps_oldest_seconds", "How long the first of them has waited.", lambda each: each.oldest_seconds),
    ("kiosk_door_taps_set_aside", "Taps of a door that wait for the treasurer.", lambda each: each.set_aside),
    ("kiosk_door_clock_ahead_seconds", "How far a door's clock is ahead.", lambda each: each.ahead_seconds),
)


def metrics(doors: Iterable[OtherDoor]) -> Iterator[Metric]:
    """How the other doors are, as each last said: by its number, and in which state."""
    known = [(each, {"door": str(each.number)}) for each in doors]
    if not known:
        return
    states = tuple(({**at, "state": each.state.value}, 1.0) for each, at in known)
    yield Metric("kiosk_door_state", "How a door is, as it last said.", states)
    for name, help_, value in _OF_DOORS:
        yield Metric(name, help_, tuple((at, float(value(each))) for each, at in known))
