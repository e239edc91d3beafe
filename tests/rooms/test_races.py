"""Eight processes want the same room: the short form of `scripts/torture rooms`."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.store import guards
from tests.conftest import Space
from tests.rooms import races
from tests.rooms.hall import INES, KARIM, let

PROCESSES, ROUNDS = 8, 12


@pytest.fixture
def wanted(space: Space) -> Path:
    """A home whose small room everybody wants."""
    let(space)
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    return space.home.paths.root


@pytest.mark.promise(3)
def test_eight_processes_never_meet_in_a_room_and_lose_no_booking(wanted: Path) -> None:
    told = races.run(wanted, PROCESSES, ROUNDS)
    assert races.violations(wanted / "db" / "ledger.db", told) == []
    assert sum(each.refused for each in told) > ROUNDS  # they did want the same
    assert sum(len(each.held.keys() | each.cancelled) for each in told) >= ROUNDS // 2


def test_without_the_guards_they_would_meet(wanted: Path) -> None:
    """So that the race above is known to be one: the same without the triggers that refuse it."""
    database = wanted / "db" / "ledger.db"
    with closing(sqlite3.connect(database)) as plain:
        for name in guards.statements():
            if name in ("booking_alone", "booking_moves_alone"):
                plain.execute(f"DROP TRIGGER {name}")
        plain.commit()
    told = races.run(wanted, 2, ROUNDS)
    assert any("meet" in each for each in races.violations(database, told))
