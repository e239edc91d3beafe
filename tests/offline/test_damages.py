"""Each damage to a file or folder of a home: only a known member comes in, nothing is lost, and it is told.

Each in one of two ways, under a door that runs or before its start; in both by `scripts/torture damages`, and pairs.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.home import Paths
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


@pytest.fixture(scope="session")
def lived_on_a_stick() -> Path:
    """The same with its spool on a stick."""
    return once("lived-on-a-stick", lambda root: damages.live(root, "stick"))


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
@pytest.mark.parametrize(
    ("place", "damage", "when"),
    [(place, damage, (COLD, RUNNING)[number % 2]) for number, (place, damage) in enumerate(damages.STICK_CASES)],
)
def test_what_becomes_of_a_stick_shuts_no_door_and_loses_no_day_in_silence(
    lived_on_a_stick: Path, folder: Path, place: str, damage: str, when: str
) -> None:
    """A stick that is gone for good is another one's by `kiosk spool adopt`: what waited there is in the list then."""
    assert damages.play(lived_on_a_stick, folder / "home", [(place, damage)], when, checked=True).wrong == []


OF_OTHER_HOMES = {  # what no home has that its own door and desk alone made, and where its damages are tried
    "asked": "tests/web/desk/test_asked_file.py",
    "door_key": "tests/space/test_doors.py",
    "heartbeat": "tests/faults/test_office_damages.py",
    "lent_key": "tests/badges/test_exchange.py",
    "lock_authority": "tests/health/test_locks.py",
    "lock_password": "tests/health/test_locks.py",
    "mail_password": "tests/faults/test_office_damages.py",
    "notify": "tests/faults/test_office_damages.py",
    "old_chain_keys": "tests/cli/copies/test_keys_renew.py",
    "online_secret": "tests/money/online/test_calling.py",
    "online_token": "tests/money/online/test_calling.py",
    "pages_socket": "tests/web/pages/test_socket.py",
}


def test_every_file_and_folder_of_a_home_has_its_row(lived: Path, lived_on_a_stick: Path) -> None:
    for now in (lived / "now", lived_on_a_stick / "now"):
        rows = {path for place in (*damages.FOLDERS, *damages.FILES, *damages.ON_A_STICK) for path in now.glob(place)}
        rows.add(now / "keys" / "outside")  # of the office's own
        assert {path for path in now.rglob("*") if path not in rows} == set()
    for place in (*damages.FOLDERS, *damages.FILES):
        assert list((lived / "now").glob(place)), f"{place}: a row of nothing"
    for place in damages.ON_A_STICK:
        assert list((lived_on_a_stick / "now").glob(place)), f"{place}: a row of nothing"


def test_every_place_that_a_home_knows_is_in_one_that_is_damaged(lived: Path) -> None:
    """A new file that no row names is missed here, by its name among `Paths`."""
    paths = Paths(lived / "now")
    named = {name for name, kind in vars(Paths).items() if isinstance(kind, property)} - {"mark"}
    absent = {name for name in named if not _are_there(getattr(paths, name))}
    assert absent == OF_OTHER_HOMES.keys()
    assert [place for place in OF_OTHER_HOMES.values() if not Path(place).exists()] == []


def _are_there(found: object) -> bool:
    every = found if isinstance(found, list | tuple) else [found]
    places = [each[0] if isinstance(each, tuple) else each for each in every]
    return bool(places) and all(isinstance(place, Path) and place.exists() for place in places)


@AS_ROOT
@pytest.mark.parametrize("damage", [damage for place, damage in CASES if place == "memory"])
def test_the_entrance_starts_whatever_became_of_the_place_in_memory(lived: Path, folder: Path, damage: str) -> None:
    assert damages.play(lived, folder / "home", [("memory", damage)], COLD, checked=True).wrong == []


# Pairs: what takes a day and all that names it


_NO_RECORD = ("roster/spool.json", "removed")


@AS_ROOT
@pytest.mark.parametrize("damage", ["emptied", "garbage", "link"])
def test_a_damaged_file_of_taps_is_told_though_its_record_is_gone(lived: Path, folder: Path, damage: str) -> None:
    pair = [("spool/*.spool", damage), _NO_RECORD]
    assert damages.play(lived, folder / "home", pair, COLD).wrong == []


@AS_ROOT
def test_a_file_of_taps_that_goes_with_its_record_is_the_one_loss_that_nothing_can_name(
    lived: Path, folder: Path
) -> None:
    pair = [("spool/*.spool", "removed"), _NO_RECORD]
    assert damages.play(lived, folder / "home", pair, COLD).wrong == ["Paul's day was counted 0 times, 0 are aside"]
    known = {each for each in CASES if damages.is_without_trace(each, _NO_RECORD)}
    assert known == {
        *(("spool", damage) for damage in ("emptied", "link", damages.OLDER, "pipe", "removed")),
        *(("spool/*.spool", damage) for damage in (damages.OLDER, "removed")),
    }


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
