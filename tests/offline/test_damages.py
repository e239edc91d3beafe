"""Each damage to a file or folder of a home: only a known member comes in, nothing is lost, and it is told.

Each in one of two ways, under a door that runs or before its start; in both by `scripts/torture damages`, and pairs.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.setup import key_mending
from tests.conftest import WEDNESDAY
from tests.fakes import FakeClock
from tests.faults import damages
from tests.faults.damages import CASES, COLD, INES, LOST, RUNNING, UNKNOWN, Door
from tests.shared import once

pytestmark = [pytest.mark.promise(4), pytest.mark.sqlite]

DRAWN = [(place, damage, (RUNNING, COLD)[number % 2]) for number, (place, damage) in enumerate(CASES)]
DRAWN.append(("db/ledger.db", "pipe", RUNNING))  # a tap that opened it waited for ever
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to the program's own user")


@pytest.fixture(scope="session")
def lived() -> Path:
    """A home with all that stands beside the ledger, and an older copy of it."""
    return once("lived-beside", damages.live)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that another user may pass through."""
    with damages.folder() as made:
        yield made


@AS_ROOT
@pytest.mark.parametrize(("place", "damage", "when"), DRAWN)
def test_a_known_member_comes_in_and_nobody_else_and_the_day_is_counted_once(
    lived: Path, folder: Path, place: str, damage: str, when: str
) -> None:
    assert damages.play(lived, folder / "home", [(place, damage)], when, checked=True).wrong == []


@AS_ROOT
@pytest.mark.parametrize("damage", [damage for place, damage in CASES if place == "memory"])
def test_the_entrance_starts_whatever_became_of_the_place_in_memory(lived: Path, folder: Path, damage: str) -> None:
    assert damages.play(lived, folder / "home", [("memory", damage)], COLD, checked=True).wrong == []


def test_a_home_that_is_not_damaged_has_nothing_to_tell(lived: Path, folder: Path) -> None:
    outcome = damages.play(lived, folder / "home", [], COLD, checked=True)
    assert not outcome.wrong
    assert not outcome.named - damages.AT_REST


# Starts that are none of every day: all that an update, a way back or a new card leaves out


@pytest.mark.parametrize(
    ("start", "lacking"),
    [
        ("after an update", ("kiosk.toml.accepted", "keys/entrance/seal", "keys/entrance/codes")),
        ("after a way back", ("kiosk.toml.accepted", "keys/entrance/seal", "roster/spool.json", "spool/identity")),
        ("on an empty card", ("kiosk.toml.accepted", "roster", "spool", "keys/entrance")),
    ],
)
def test_a_start_makes_what_is_not_there_and_opens_for_whom_it_knows(
    lived: Path, folder: Path, start: str, lacking: tuple[str, ...]
) -> None:
    root = Path(shutil.copytree(lived / "now", folder / "home"))
    for place in lacking:
        path = root / place
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    clock = FakeClock(WEDNESDAY)
    clock.advance(hours=1)
    damages.install(root)
    key_mending.mend(root, clock.now())
    damages.install(root)  # as the installer does after each of these
    with ExitStack() as stack, damages.as_entrance():
        door = Door(root, stack, clock)
        assert [door.tap(uid) for uid in (INES, LOST, UNKNOWN)] == [True, False, False], start
        door.turn()
        assert not door.failing() - {"door-days", "door-journal-gone", "key-made", "lines-aside"}
        assert door.space.sql("SELECT count(*) FROM visit WHERE member_id = 1") == [(1,)]
