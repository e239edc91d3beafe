"""Tells the state of all doors, their server and this machine's backups, for one page and one command.

A door of another machine is known by its report in the records, dated by the server's clock; a door of this one by its
status file. A door's report is its *word*. Backups are read from the disk: what the records say of them may be gone
from there.
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
    """A door of the association with its row in the records, its state, and its last report; a revoked one, too."""

    row: DoorRow
    door: OtherDoor  # its state
    word: Word | None  # its report in the records; None for a door of this machine
    facts: Mapping[str, Any]  # of `/healthz`, as it last reported them

    @property
    def is_revoked(self) -> bool:
        """Tell whether the door is revoked: it no longer lets anyone in."""
        return self.row.revoked_on is not None

    def fact(self, name: str) -> str:
        """Return one fact of the door's report as text, of the lock its state; "" where it has none of this name."""
        reported = self.facts.get(name)
        if isinstance(reported, dict):  # of the lock
            reported = reported.get("state")
        return str(reported) if isinstance(reported, str | int | float) else ""


class DiskCopies(Struct, frozen=True):
    """The backups in this machine's folder: how many, and when the newest was made by its name; None without any."""

    count: int
    newest_at: datetime | None


class Fleet(Struct, frozen=True):
    """All doors, the server's replicas, and this machine's backups; `copies` is None where this account
    may not look.
    """

    doors: tuple[FleetDoor, ...]
    replicas: tuple[Replica, ...]
    copies: DiskCopies | None

    @property
    def is_well(self) -> bool:
        """Tell whether every door that is not revoked reports that it is well, has no tap waiting, and has the server's
        time.
        """
        in_use = [each.door for each in self.doors if not each.is_revoked]
        return all(
            each.state is State.WELL
            and not each.spooled
            and not each.set_aside
            and abs(each.ahead_seconds) <= other_doors.APART_SECONDS
            for each in in_use
        )


def look(connection: sa.Connection, home: Home, clock: MachineClock) -> Fleet:
    """Return the present state of doors, server and backups."""
    words = door_rows.words(connection)
    now = server_facts.moment(connection, clock.now())
    doors = tuple(_door(row, words.get(row.id), now, home, clock) for row in door_rows.everyone(connection))
    return Fleet(doors, tuple(server_facts.replicas(connection)), copies_on_disk(home.paths))


def copies_on_disk(paths: Paths) -> DiskCopies | None:
    """Return the backups in this machine's folder; None where this account may not read it: on a Pi it is root's."""
    try:
        moments = [moment for path in paths.backups.iterdir() if (moment := names.moment(path.name)) is not None]
    except OSError:
        return None
    return DiskCopies(len(moments), max(moments, default=None))


def _door(door: DoorRow, word: Word | None, now: datetime, home: Home, clock: MachineClock) -> FleetDoor:
    """Return a door's state: by its own word in the records, or where it has sent none by its status file on this
    machine; NEVER where there is neither.
    """
    if word is not None:
        return FleetDoor(door, other_doors.by_word(door.id, door.name, word, now), word, word.facts)
    # The first door's files are the home's own; each other door's are in a folder of its number.
    status = status_file.load(home.paths.at(None if door.id == FIRST else door.id).status, clock)
    facts = {} if status is None else status.facts
    return FleetDoor(door, other_doors.by_status(door.id, door.name, status), None, facts)


# Metrics of each other door: name, help and value.
_OF_DOORS: tuple[tuple[str, str, Callable[[OtherDoor], float]], ...] = (
    ("kiosk_door_said_seconds", "Since a door last said how it is.", lambda each: each.age_seconds),
    ("kiosk_door_taps_spooled", "Taps that wait at a door.", lambda each: each.spooled),
    ("kiosk_door_taps_oldest_seconds", "How long the first of them has waited.", lambda each: each.oldest_seconds),
    ("kiosk_door_taps_set_aside", "Taps of a door that wait for the treasurer.", lambda each: each.set_aside),
    ("kiosk_door_clock_ahead_seconds", "How far a door's clock is ahead.", lambda each: each.ahead_seconds),
)


def metrics(doors: Iterable[OtherDoor]) -> Iterator[Metric]:
    """Yield metrics of the other doors, as each last reported, labelled with the door's number; none without others."""
    known = [(each, {"door": str(each.number)}) for each in doors]
    if not known:
        return
    states = tuple(({**at, "state": each.state.value}, 1.0) for each, at in known)
    yield Metric("kiosk_door_state", "How a door is, as it last said.", states)
    for name, help_, value in _OF_DOORS:
        yield Metric(name, help_, tuple((at, float(value(each))) for each, at in known))
