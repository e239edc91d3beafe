"""All doors at once: what each says, by whose clock, and when a fleet is well."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from kiosk.health import metrics, other_doors
from kiosk.health.entrance_health import Health
from kiosk.health.fleet import fleet_state
from kiosk.health.fleet.door_word import DoorWord
from kiosk.health.fleet.fleet_state import Fleet
from kiosk.health.other_doors import State
from kiosk.offline.spool_records import WaitingTap
from kiosk.store.space.door_rows import NewDoor, Word
from tests.conftest import WEDNESDAY, Space
from tests.fakes import WELL
from tests.health.test_other_doors import WELL as SAID
from tests.space.test_doors import doors


def look(space: Space) -> Fleet:
    with space.home.store.reading() as connection:
        return fleet_state.look(connection, space.home, space.clock)


def say(space: Space, number: int, facts: dict[str, Any]) -> None:
    space.say_at_the_door(number, Word(space.clock.now(), 7, facts))


@pytest.fixture
def gate(space: Space) -> int:
    """The number of a second door, on another machine; both have said that they are well."""
    number = doors(space).add_here(NewDoor("Portail"))
    for each in (1, number):
        say(space, each, SAID | {"ok": True, "version": "0.1.0", "clock": "timesync", "spool": "disk"})
    return number


@pytest.mark.sqlite  # a server writes its own time beside a door's word
@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({"ok": False}, State.ILL),
        ({"clock": "untrusted", "ok": False}, State.CLOCK),
        ({"spooled": 2, "oldest_seconds": 7200}, State.WELL),
        ({"set_aside": 1}, State.WELL),
        ({"reader": "offline", "ok": False}, State.READER),
    ],
)
def test_a_fleet_is_well_only_while_every_door_says_that_it_is(
    space: Space, gate: int, changed: dict[str, Any], state: State
) -> None:
    assert look(space).is_well
    say(space, gate, SAID | {"ok": True} | changed)
    found = look(space)
    assert not found.is_well
    assert [each.door.state for each in found.doors] == [State.WELL, state]
    doors(space).revoke(gate)
    assert look(space).is_well, "a door that was revoked is no matter of the fleet's"


@pytest.mark.sqlite  # a server writes its own time beside a door's word
def test_each_door_is_told_with_its_release_devices_clock_and_the_age_of_what_waits(space: Space, gate: int) -> None:
    say(space, gate, SAID | {"version": "0.0.9", "clock": "battery", "spooled": 3, "oldest_seconds": 5400})
    space.clock.advance(seconds=40)
    told = look(space).doors[1]
    names = ("version", "reader", "door", "database", "clock")
    assert [told.fact(name) for name in names] == ["0.0.9", "online", "ok", "ok", "battery"]
    assert (told.door.age_seconds, told.door.spooled, told.door.oldest_seconds) == (40.0, 3, 5400.0)


def test_a_door_that_is_dead_is_silent_though_its_clock_was_ahead(space: Space, gate: int) -> None:
    """A word has the time of the server; how far the door's clock was ahead is a part of it."""
    word = Word(space.clock.now(), 7, SAID | {"ok": True, "ahead_seconds": 7200})
    seen = other_doors.by_word(gate, "Portail", word, space.clock.now() + timedelta(minutes=4))
    assert (seen.state, seen.ahead_seconds) == (State.SILENT, 7200)
    codes = [each.kind.code for each in other_doors.findings([seen])]
    assert codes == ["doors-silent", "doors-apart"]


def test_a_word_of_a_server_that_was_ahead_is_no_word_of_now(space: Space, gate: int) -> None:
    word = Word(space.clock.now() + timedelta(hours=2), 7, SAID | {"ok": True})
    assert other_doors.by_word(gate, "", word, space.clock.now()).state is State.SILENT


def test_copies_are_those_on_the_disk_whatever_was_noted(space: Space) -> None:
    assert (found := look(space).copies) is not None
    assert found.count == 0
    for name in ("kiosk-20261124T040000Z.tar", "kiosk-20261125T040000Z.tar", "notes.txt"):
        (space.home.paths.backups / name).touch()
    assert (found := look(space).copies) is not None
    assert (found.count, found.newest_at) == (2, WEDNESDAY.replace(hour=4, minute=0))
    for path in space.home.paths.backups.iterdir():
        path.unlink()
    space.home.paths.backups.rmdir()
    assert look(space).copies is None


@pytest.mark.sqlite  # a server writes its own time beside a door's word
def test_a_door_says_how_long_its_first_waiting_tap_has_waited(space: Space) -> None:
    def tap(number: int) -> WaitingTap:
        return WaitingTap(
            tap_id=bytes([number] * 16),
            fingerprint=bytes(32),
            member=1,
            reading=space.kept.timekeeper.look().reading,
            dated=True,
            earliest=space.clock.now(),
            last_entry=None,
        )

    assert space.kept.spool.oldest_seconds(space.clock) == 0
    space.kept.spool.add(tap(1))
    space.clock.advance(seconds=90)
    space.kept.spool.add(tap(2))
    space.clock.advance(seconds=10)
    assert space.kept.spool.oldest_seconds(space.clock) == 100
    health = replace(WELL, spooled=2, oldest_seconds=100.0)
    word = DoorWord(
        store=space.home.store,
        door=1,
        health=lambda: health,
        aside=lambda: 0,
        last_entry=lambda: 7,
        clock=space.clock,
    )
    word.turn()
    assert (look(space).doors[0].door.spooled, look(space).doors[0].door.oldest_seconds) == (2, 100.0)


def test_what_grows_with_time_alone_is_no_change_of_state() -> None:
    grown = replace(WELL, oldest_seconds=9.0, taps=(("opened", 3),), up_seconds=10.0)
    assert grown.is_like(WELL)
    assert isinstance(grown, Health)


def test_prometheus_gets_each_door_by_its_number_and_nothing_where_there_is_one(space: Space, gate: int) -> None:
    assert list(fleet_state.metrics([])) == []
    say(space, gate, SAID | {"ok": False, "spooled": 3, "oldest_seconds": 60})
    with space.home.store.reading() as connection:
        others = other_doors.every_other(connection, space.home.paths, space.home.config, space.clock)
    text = metrics.text(fleet_state.metrics(others))
    assert 'kiosk_door_state{door="2",state="not-ok"} 1\n' in text
    assert 'kiosk_door_taps_spooled{door="2"} 3\n' in text
    assert 'kiosk_door_taps_oldest_seconds{door="2"} 60\n' in text
    assert "Portail" not in text, "a number tells doors apart; a name may say where"
    assert json.loads(msgspec.json.encode(look(space).is_well)) is False
