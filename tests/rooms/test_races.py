"""Eight processes want the same room: the short form of `scripts/torture rooms`."""

import sqlite3
from contextlib import closing

import pytest

from kiosk.home import Home
from kiosk.store import guards
from tests.conftest import Space
from tests.rooms import races
from tests.rooms.hall import INES, KARIM, let

PROCESSES, ROUNDS = 8, 12


@pytest.fixture
def wanted(space: Space) -> Home:
    """A home whose small room everybody wants."""
    let(space)
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    return space.home


@pytest.mark.promise(3)
def test_eight_processes_never_meet_in_a_room_and_lose_no_booking(wanted: Home) -> None:
    told = races.run(wanted.paths.root, PROCESSES, ROUNDS)
    assert races.violations(wanted, told) == []
    assert sum(each.refused for each in told) > ROUNDS  # they did want the same
    assert sum(len(each.held.keys() | each.cancelled) for each in told) >= ROUNDS // 2


@pytest.mark.sqlite
def test_without_the_guards_they_would_meet(wanted: Home) -> None:
    """So that the race above is known to be one: the same without the triggers that refuse it."""
    with closing(sqlite3.connect(wanted.paths.database)) as plain:
        for name in guards.statements():
            if name in ("booking_alone", "booking_moves_alone"):
                plain.execute(f"DROP TRIGGER {name}")
        plain.commit()
    told = races.run(wanted.paths.root, 2, ROUNDS)
    assert any("meet" in each for each in races.violations(wanted, told))
