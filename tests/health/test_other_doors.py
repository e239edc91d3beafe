"""The other doors: those of this machine by their files, those of others by their word; with one door, nothing."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from kiosk.config import Config, OtherDoorConfig
from kiosk.domain.health.findings import Finding, Level
from kiosk.health import heartbeat, other_doors, status_file
from kiosk.health.other_doors import OtherDoor, State
from kiosk.health.status_file import Status
from kiosk.store.space.door_rows import NewDoor, Word
from tests.conftest import WEDNESDAY, Space
from tests.space.test_doors import doors

WELL: dict[str, Any] = {"reader": "online", "door": {"state": "ok"}, "database": "ok", "spooled": 0, "set_aside": 0}
GATE = OtherDoorConfig(number=2, reader="udp:localhost:54322", relay_pin=27, screen_port=8082)


def with_gate(space: Space) -> Config:
    """A second door of this machine, and a third on another one, which are in the records."""
    for name in ("Portail", "Jardin"):
        doors(space).add_here(NewDoor(name))
    return msgspec.structs.replace(space.home.config, more_doors=[GATE])


def say(space: Space, facts: Mapping[str, Any]) -> None:
    """What this machine's second door writes, and the third one says."""
    status_file.save(space.home.paths.at(2).status, facts, space.clock)
    space.say_at_the_door(3, Word(space.clock.now(), 0, facts))


def look(space: Space, settings: Config) -> list[OtherDoor]:
    with space.home.store.reading() as connection:
        return other_doors.every_other(connection, space.home.paths, settings, space.clock)


def codes(found: list[OtherDoor]) -> list[str]:
    return [finding.kind.code for finding in other_doors.findings(found)]


def test_a_home_with_one_door_has_no_other(space: Space) -> None:
    assert look(space, space.home.config) == []
    with space.home.store.reading() as connection:
        assert other_doors.spooled(connection, space.home.paths, space.home.config, space.clock) == 0


@pytest.mark.sqlite  # a server writes its own time beside a door's word
@pytest.mark.parametrize(
    ("changed", "state", "code", "lets_in"),
    [
        ({}, State.WELL, "doors-well", True),
        ({"reader": "offline"}, State.READER, "doors-reader", False),
        ({"door": {"state": "fault"}}, State.LOCK, "doors-lock", False),
        ({"door": {"state": "fault"}, "database": "fault"}, State.LOCK, "doors-lock", False),
        ({"database": "fault"}, State.RECORDS, "doors-records", True),
        ({"clock": "untrusted", "ok": False}, State.CLOCK, "doors-clock", True),
        ({"ok": False}, State.ILL, "doors-ill", True),
    ],
)
def test_a_door_is_told_by_the_worst_that_it_says(
    space: Space, changed: dict[str, Any], state: State, code: str, lets_in: bool
) -> None:
    settings = with_gate(space)
    say(space, WELL | changed)
    found = look(space, settings)
    assert [(each.number, each.called, each.is_here, each.state) for each in found] == [
        (2, "2. Portail", True, state),
        (3, "3. Jardin", False, state),
    ]
    assert codes(found) == [code, code]
    assert state.lets_in is lets_in


def test_taps_that_wait_at_a_door_are_said_beside_its_state(space: Space) -> None:
    settings = with_gate(space)
    say(space, WELL | {"spooled": 3, "oldest_seconds": 7200})
    found = [each for each in other_doors.findings(look(space, settings)) if each.kind.code == "doors-waiting"]
    assert [each.says("fr") for each in found] == [
        "2. Portail\u00a0: 3 passages attendent d’être comptés, le premier depuis 2 h",
        "3. Jardin\u00a0: 3 passages attendent d’être comptés, le premier depuis 2 h",
    ]


@pytest.mark.sqlite  # a server writes its own time beside a door's word
def test_what_a_door_never_said_or_says_no_more_is_a_fault(space: Space) -> None:
    settings = with_gate(space)
    assert codes(look(space, settings)) == ["doors-never", "doors-never"]
    say(space, WELL)
    space.clock.advance(seconds=31)
    assert codes(look(space, settings)) == ["doors-silent", "doors-well"]  # the other machine says it once a minute
    space.clock.advance(minutes=3)
    silent = list(other_doors.findings(look(space, settings)))
    told = [finding.says("en") for finding in silent]
    assert told == ["2. Portail: has not responded for 3 min", "3. Jardin: has not responded for 3 min"]
    assert {finding.level for finding in silent} == {Level.BAD}
    for number in (2, 3):
        doors(space).revoke(number)
    assert look(space, settings) == []


@pytest.mark.sqlite  # a server writes its own time beside a door's word
def test_taps_that_wait_are_counted_at_every_door(space: Space) -> None:
    settings = with_gate(space)
    say(space, WELL | {"spooled": 3, "set_aside": 1})
    status_file.save(space.home.paths.status, WELL | {"spooled": 1}, space.clock)
    with space.home.store.reading() as connection:
        assert other_doors.spooled(connection, space.home.paths, settings, space.clock) == 7
    found: list[Finding] = list(other_doors.findings(look(space, settings)))
    assert [finding.kind.code for finding in found] == ["doors-well", "doors-waiting", "doors-aside"] * 2
    assert found[2].says("en") == "2. Portail: 1 tap could not be recorded"
    say(space, WELL | {"spooled": "many", "set_aside": None, "door": None})  # a broken-into one may say anything
    assert [each.spooled for each in look(space, settings)] == [0, 0]
    say(space, WELL | {"spooled": -5})  # which would hide what waits elsewhere
    assert [each.spooled for each in look(space, settings)] == [0, 0]


def test_without_the_records_this_machine_s_doors_are_known_all_the_same(space: Space) -> None:
    settings = with_gate(space)
    say(space, WELL)
    assert [(each.called, each.state) for each in other_doors.here(space.home.paths, settings, space.clock)] == [
        ("2", State.WELL)
    ]


@pytest.mark.sqlite  # a server writes its own time beside a door's word
def test_the_heartbeat_is_withheld_while_a_door_of_this_machine_lets_nobody_in(space: Space) -> None:
    settings = with_gate(space)
    own = Status({"reader": "online", "door": {"state": "ok"}, "ok": True}, 1.0)
    say(space, WELL)
    told = heartbeat.facts(own, WEDNESDAY, look(space, settings))
    assert told is not None
    assert told["doors"] == {"2": "ok", "3": "ok"}
    assert "doors" not in (heartbeat.facts(own, WEDNESDAY) or {})
    status_file.save(space.home.paths.at(2).status, WELL | {"reader": "offline"}, space.clock)
    assert heartbeat.facts(own, WEDNESDAY, look(space, settings)) is None
    say(space, WELL)
    space.clock.advance(minutes=4)
    status_file.save(space.home.paths.at(2).status, WELL, space.clock)
    told = heartbeat.facts(own, WEDNESDAY, look(space, settings))
    assert told is not None, "another machine has a heartbeat of its own"
    assert told["doors"] == {"2": "ok", "3": "silent"}
