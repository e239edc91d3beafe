"""Each damage to a file or folder of a home, running and cold: a known member comes in, nobody else, nothing is lost.

As the program's own user where we are root: what root may read and write says nothing of a mode.
"""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kiosk import entrance, home
from kiosk.errors import KioskError
from kiosk.offline import unreplayed_taps
from kiosk.offline.unreplayed_taps import Reason, UnreplayedTap
from kiosk.setup import key_mending
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock, FakeDoor
from tests.homes import copied
from tests.offline.test_lost_media import INES, KARIM
from tests.shared import once

pytestmark = pytest.mark.promise(4)

"".encode("utf-8-sig")  # a user of its own may not read where Python would look for it

LOST, UNKNOWN = "04A7777777E511", "04A8888888E511"
NOBODY = 65534
PLACES = (
    "db",
    "db/ledger.db",
    "keys/entrance",
    "keys/entrance/codes",
    "keys/entrance/spool",
    "keys/shared/chain",
    "roster",
    "roster/roster.json",
    "roster/rules.json",
    "roster/spool.json",
    "roster/stopped",
    "spool",
    "spool/door",
    "spool/journees-a-reprendre.csv",
    "spool/reserve",
    "spool/stopped",
)


def _empty(path: Path) -> None:
    if path.is_dir():
        for child in path.iterdir():
            shutil.rmtree(child) if child.is_dir() else child.unlink()
    else:
        path.write_bytes(b"")


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _halve(path: Path) -> None:
    if path.is_file():
        os.truncate(path, path.stat().st_size // 2)


def _garbage(path: Path) -> None:
    if path.is_file():
        path.write_bytes(b"\0\xffgarbage" * 9)


def _folder(path: Path) -> None:
    if not path.is_dir():
        _remove(path)
        path.mkdir()


def _link(path: Path) -> None:
    _remove(path)
    path.symlink_to("/nowhere/at/all")


def _pipe(path: Path) -> None:
    _remove(path)
    os.mkfifo(path)


def _mode(path: Path) -> None:
    if path.exists():
        path.chmod(0o000)


def _unwritable(path: Path) -> None:
    if path.exists():
        path.chmod(stat.S_IMODE(path.stat().st_mode) & 0o555)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "removed": _remove,
    "emptied": _empty,
    "halved": _halve,
    "garbage": _garbage,
    "folder": _folder,
    "link": _link,
    "pipe": _pipe,
    "mode": _mode,
    "unwritable": _unwritable,
}


FOLDERS = ("db", "keys/entrance", "roster", "spool", "spool/door")
CASES = [
    (place, damage)
    for place in PLACES
    for damage in sorted(DAMAGES)
    if not (place in FOLDERS and damage in ("halved", "garbage", "folder"))  # these are done to files
]


@contextmanager
def as_nobody(root: Path) -> Iterator[None]:
    """With the rights in files of a user of its own, which the home is given to; ourselves where we are not root."""
    if os.geteuid() != 0:
        yield
        return
    for path in [root, *root.rglob("*")]:
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    for folder in [each for each in root.parents if len(each.parts) > 2]:
        folder.chmod(folder.stat().st_mode | 0o011)
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture(scope="session")
def lived(template: Path) -> Path:
    """A home with two members who come in, one of whom has lost a badge; all that stands beside the ledger is there."""

    def live(root: Path) -> None:
        copied(template, root)
        with home.opened(root) as opened:
            made = Space(opened, FakeClock(WEDNESDAY))
            made.join("Inès Moreau", INES)
            made.join("Karim Benali", KARIM)
            made.join("Lea Petit", LOST)
            made.kept.follower.turn()
            made.kept.replay.turn()
            made.enrolment.lose_badge(made.read(LOST))
            made.clock.advance(minutes=1)
            made.kept.follower.turn()
            made.tap(KARIM)
            made.kept.replay.turn()
            unreplayed_taps.add(made.kept.spool.places, UnreplayedTap("00" * 16, Reason.DAMAGED))
            made.kept.close()

    return once("lived-beside", live)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that another user may pass through: each pytest that starts shuts the one that it shares with all runs
    of its user, in the middle of what this one does as another.
    """
    with TemporaryDirectory(prefix="damages-") as made:
        yield Path(made)


class Damaged:
    """A home that is damaged, and the door that goes on."""

    def __init__(self, root: Path, stack: ExitStack) -> None:
        self.root, self._stack = root, stack
        self.door, self.clock = FakeDoor(), FakeClock(WEDNESDAY)
        self.clock.advance(hours=1)
        self.space = self.start()

    def start(self) -> Space:
        opened = self._stack.enter_context(
            home.opened(self.root, otherwise=entrance._known_by_roster, program="entrance")
        )
        return Space(opened, self.clock, door=self.door)

    def stop(self) -> None:
        self.space.kept.close()
        self._stack.close()

    def tap(self, uid: str) -> bool:
        before = self.door.pulses
        self.space.tap(uid)
        return self.door.pulses > before


def _put_right(root: Path, was: Path, place: str) -> None:
    """What a person does in the end: the ledger and the keys are put back as they were, and nothing else."""
    for name in ("db", "db/ledger.db", "keys/entrance", "keys/shared", "keys/shared/chain", "spool", "roster"):
        path = root / name
        if path.is_symlink() or (path.exists() and path.is_dir() != (was / name).is_dir()) or not path.exists():
            _remove(path) if not path.is_symlink() else path.unlink()
            shutil.copytree(was / name, path) if (was / name).is_dir() else shutil.copy2(was / name, path)
        path.chmod(0o700 if path.is_dir() else 0o600)
    for path in root.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o700 if path.is_dir() else 0o600)
    if place in ("db", "db/ledger.db"):
        _remove(root / "db")
        shutil.copytree(was / "db", root / "db")
    if place == "keys/shared/chain":
        _remove(root / place)
        shutil.copy2(was / place, root / place)


@pytest.mark.sqlite
@pytest.mark.parametrize("when", ["running", "cold"])
@pytest.mark.parametrize(("place", "damage"), CASES)
def test_a_known_member_comes_in_and_nobody_else_and_the_day_is_counted_once(
    lived: Path, folder: Path, place: str, damage: str, when: str
) -> None:
    root = copied(lived, folder / "home")
    (root / "memory").mkdir(exist_ok=True)
    if when == "cold":
        DAMAGES[damage](root / place)
        key_mending.mend(root, WEDNESDAY)
    with as_nobody(root), ExitStack() as stack:
        door = Damaged(root, stack)
        if when == "running":
            DAMAGES[damage](root / place)
        door.space.kept.spool.look_again()
        assert door.tap(INES), "a known member stands before a shut door"
        assert not door.tap(LOST)
        assert not door.tap(UNKNOWN)
        for job in (door.space.kept.replay.turn, door.space.kept.follower.turn):
            with suppress(KioskError):
                job()
        door.stop()
    _put_right(root, lived, place)
    with as_nobody(root), ExitStack() as stack:
        door = Damaged(root, stack)
        for _ in range(2):
            door.space.kept.replay.turn()
        aside = unreplayed_taps.count(door.space.kept.spool.places)
        ((counted,),) = door.space.sql("SELECT count(*) FROM visit WHERE member_id = 1")
        door.stop()
    assert counted == 1 or (counted == 0 and aside > 0), "twice, or lost"
