"""Tells the state of each other door: of this machine's by the status file that each writes, of other machines' by
their report in the records, the door's *word*. A home with one door has no other.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.config import Config
from kiosk.devices.protocols import MachineClock
from kiosk.domain.health.findings import Finding
from kiosk.health import status_file
from kiosk.health.finding_codes import make_finding
from kiosk.health.status_file import Status
from kiosk.home import Paths
from kiosk.offline import unreplayed_taps
from kiosk.store import server_facts
from kiosk.store.space import door_rows
from kiosk.store.space.door_rows import Word

OLD_SECONDS = 180.0  # a door's word that is older counts as silence: three times the pace at which doors send it
APART_SECONDS = 60  # by more a door's clock must not differ from the server's: taps are dated by it


class State(StrEnum):
    """The state of a door: the worst fact that is known about it, as `state_of` ranks them."""

    WELL = "ok"
    NEVER = "never"  # it has reported nothing so far
    SILENT = "silent"  # its last report is too old
    READER = "reader"  # its badge reader does not answer
    LOCK = "door"  # its lock does not obey
    RECORDS = "database"  # it lets people in, and records nothing for now
    CLOCK = "clock"  # it lets people in, and does not know the time for sure
    ILL = "not-ok"  # it reports that it does not serve as it should

    @property
    def lets_in(self) -> bool:
        """Tell whether known members get in at this door."""
        return self in (State.WELL, State.RECORDS, State.CLOCK, State.ILL)


class OtherDoor(Struct, frozen=True):
    """A door other than this program's own, with its last report. `is_here`: it is one of this machine's;
    `ahead_seconds`: how far its clock is ahead of the server's.
    """

    number: int
    name: str
    is_here: bool
    state: State
    age_seconds: float = 0.0  # of its last report; 0 also where there is none, or its age is unknown
    spooled: int = 0  # taps that wait there to be entered
    set_aside: int = 0  # taps that wait there for the treasurer
    oldest_seconds: float = 0.0  # since the first of the waiting taps
    ahead_seconds: int = 0

    @property
    def called(self) -> str:
        """Return the name by which findings mention the door, `2. Garden` or the number alone: it needs no language."""
        return f"{self.number}. {self.name}" if self.name else str(self.number)


def here(paths: Paths, settings: Config, clock: MachineClock) -> list[OtherDoor]:
    """Return this machine's further doors, as their status files report them; without names, which only the records
    have.
    """
    return [by_file(paths, each.number, "", clock) for each in settings.more_doors]


def every_other(connection: sa.Connection, paths: Paths, settings: Config, clock: MachineClock) -> list[OtherDoor]:
    """Return the doors that are not revoked, other than this settings' own, by number: this machine's by their status
    files, the others by their word in the records.
    """
    rows = [row for row in door_rows.everyone(connection) if row.revoked_on is None]
    others = [row for row in rows if row.id != settings.door.number]
    if not others:
        return []
    words, local = door_rows.words(connection), {each.number for each in settings.more_doors}
    now, doors = server_facts.moment(connection, clock.now()), []
    for row in others:
        if row.id in local:
            doors.append(by_file(paths, row.id, row.name, clock))
        else:
            doors.append(by_word(row.id, row.name, words.get(row.id), now))
    return doors


def by_word(number: int, name: str, word: Word | None, now: datetime) -> OtherDoor:
    """Return a door's state by its report in the records: NEVER without one. `now` is the server's time, by which the
    report is dated.
    """
    unknown = OtherDoor(number, name, is_here=False, state=State.NEVER)
    if word is None:
        return unknown
    age = (now - word.at).total_seconds()
    if age < -OLD_SECONDS:  # dated in the future, by a server whose clock was ahead: its age is unknown
        return replace(_reported(unknown, word.facts, 0.0, OLD_SECONDS), state=State.SILENT)
    return _reported(unknown, word.facts, max(0.0, age), OLD_SECONDS)


def by_file(paths: Paths, number: int, name: str, clock: MachineClock) -> OtherDoor:
    """Return the state of a door of this machine by its status file."""
    return by_status(number, name, status_file.load(paths.at(number).status, clock))


def by_status(number: int, name: str, status: Status | None) -> OtherDoor:
    """Return the state of a door of this machine by the content of its status file; NEVER without one, or with one that
    is dated in the future (its age is then infinite).
    """
    unknown = OtherDoor(number, name, is_here=True, state=State.NEVER)
    if status is None or status.age_seconds == float("inf"):
        return unknown
    return _reported(unknown, status.facts, status.age_seconds, status_file.OLD_SECONDS)


def spooled(connection: sa.Connection, paths: Paths, settings: Config, clock: MachineClock) -> int:
    """Return how many taps wait to be entered at all doors, this one included, as each last reported; a door that never
    reported counts as 0.
    """
    own = status_file.load(paths.status, clock)
    others = every_other(connection, paths, settings, clock)
    return (0 if own is None else _count(own.facts, "spooled")) + sum(each.spooled for each in others)


def findings(doors: list[OtherDoor]) -> Iterator[Finding]:
    """Yield a finding for each door, and more where its taps wait, its clock differs, or taps are set aside for the
    treasurer.
    """
    for each in doors:
        age = {"age": timedelta(seconds=each.age_seconds)} if each.state is State.SILENT else {}
        yield make_finding(_CODES[each.state], door=each.called, **age)
        # Only at doors that let members in and reach the records: a worse state has its own finding, above.
        if each.spooled and each.state in (State.WELL, State.CLOCK, State.ILL):
            waits = timedelta(seconds=each.oldest_seconds)
            yield make_finding("doors-waiting", door=each.called, count=each.spooled, age=waits)
        if abs(each.ahead_seconds) > APART_SECONDS:
            yield make_finding("doors-apart", door=each.called, apart=timedelta(seconds=abs(each.ahead_seconds)))
        if each.set_aside:
            yield make_finding("doors-aside", door=each.called, count=each.set_aside, file=unreplayed_taps.NAME)


def state_of(facts: Mapping[str, Any]) -> State:
    """Return a door's state from the facts that it reported: the first of these faults that they have. A lock without a
    state, and a report without `ok`, count as well.
    """
    if facts.get("reader") != "online":
        return State.READER
    door = facts.get("door")
    if isinstance(door, dict) and door.get("state", "ok") != "ok":
        return State.LOCK
    if facts.get("database") != "ok":
        return State.RECORDS
    if facts.get("clock") == "untrusted":
        return State.CLOCK
    return State.WELL if facts.get("ok", True) is True else State.ILL


# The finding of each state.
_CODES = {
    State.WELL: "doors-well",
    State.NEVER: "doors-never",
    State.SILENT: "doors-silent",
    State.READER: "doors-reader",
    State.LOCK: "doors-lock",
    State.RECORDS: "doors-records",
    State.CLOCK: "doors-clock",
    State.ILL: "doors-ill",
}


def _reported(door: OtherDoor, facts: Mapping[str, Any], age: float, old: float) -> OtherDoor:
    """Return `door` with the state and counts of the report that it made `age` seconds ago; SILENT, with these counts
    all the same, where that is more than `old` seconds.
    """
    state = State.SILENT if age > old else state_of(facts)
    ahead = facts.get("ahead_seconds")
    return replace(
        door,
        state=state,
        age_seconds=age,
        spooled=_count(facts, "spooled"),
        set_aside=_count(facts, "set_aside"),
        oldest_seconds=float(_count(facts, "oldest_seconds")),
        ahead_seconds=ahead if isinstance(ahead, int) else 0,
    )


def _count(facts: Mapping[str, Any], name: str) -> int:
    """Return a whole number that a door reported, a negative one as 0; 0 for anything else, which a door that was
    broken into may send.
    """
    reported = facts.get(name)
    return max(0, reported) if isinstance(reported, int) else 0
