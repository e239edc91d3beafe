"""What an older release does with a home of its own: `tests.faults.older_release` has that release run it.

Nothing is used here that it does not have.
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk import entrance, home
from kiosk.cli.main import main
from kiosk.domain.checkin.verdicts import Denied
from kiosk.jobs.copies import backup
from kiosk.offline.offline_taps import Admitted
from kiosk.setup import home_creation, migration
from kiosk.setup.home_creation import NewHome
from tests import beside
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock

INES, KARIM, PAUL, LOST = "04A2000000E511", "04A1B2C3D4E501", "04A3000000E511", "04A7777777E511"


@contextmanager
def _opened(root: Path, minutes: float = 0) -> Iterator[Space]:
    clock = FakeClock(WEDNESDAY)
    clock.advance(minutes=minutes)
    with home.opened(root) as opened:
        space = Space(opened, clock)
        yield space
        space.kept.close()


def _turn(space: Space) -> None:
    space.kept.follower.turn()
    space.kept.replay.turn()


def _kiosk(root: Path, *words: str) -> None:
    try:
        main(["--home", str(root), *words])
    except SystemExit as ended:
        assert not ended.code, words


def live(root: Path) -> None:
    """Make a home that has lived, `now`, and `earlier`: before a badge was lost and two members came."""
    now = root / "now"
    home_creation.create(now, NewHome(), FakeClock(WEDNESDAY))
    (now / "memory").mkdir(mode=0o700)
    settings = now / "kiosk.toml"
    settings.write_text(settings.read_text("utf-8").replace('"/dev/shm"', '"memory"'), "utf-8")
    with _opened(now) as space:
        for name, uid in (("Inès Moreau", INES), ("Karim Benali", KARIM), ("Paul Roy", PAUL), ("Lea Petit", LOST)):
            space.join(name, uid)
        _turn(space)
    shutil.copytree(now, root / "earlier")
    with _opened(now, 1) as space:
        space.enrolment.lose_badge(space.read(LOST))
        _turn(space)
        space.tap(KARIM)
        _turn(space)
        with beside.locked(space.home):
            space.tap(PAUL)
    with home.opened(now) as opened:
        backup.make(opened, FakeClock(WEDNESDAY), sure=True)


def look_again(root: Path) -> None:
    """Pass the second after which an entrance has written its spool's manifest; what waits goes on waiting."""
    with _opened(root, 2) as space:
        space.kept.spool.look_again()


def seal_a_copy(root: Path) -> None:
    """Make a sealed copy of it, with the keys, once nothing waits: what waits on a card is gone with it."""
    shutil.copytree(root / "now", scratch := root / "scratch")
    with _opened(scratch, 20) as space:
        _turn(space)
        _turn(space)
    _kiosk(scratch, "keys", "new", "--write", "--output", str(root / "paper"))
    with _opened(scratch, 20) as space:
        made = backup.make(space.home, space.clock, sure=True)
    (root / "copies").mkdir()
    shutil.copy2(made.path, root / "copies")
    shutil.rmtree(scratch)


def take_over(root: Path) -> None:
    """Take a home that a later release's way down left, put this one's guards in, and let a member come; first by the
    roster that was left, beside records that cannot be read.
    """
    _open_by_roster(root)
    clock = FakeClock(WEDNESDAY)
    clock.advance(minutes=8)
    migration.migrate(root, clock)
    _kiosk(root, "verify")
    with _opened(root, 9) as space:
        assert not isinstance(space.tap(KARIM), Denied), "a known member stands before a shut door"
        assert isinstance(space.tap(LOST), Denied), "the lost badge opens"
        _turn(space)
    _kiosk(root, "verify")


def _open_by_roster(root: Path) -> None:
    shutil.copytree(root, scratch := root.with_name("scratch"))
    (scratch / "db").rename(scratch / "db.away")
    with home.opened(scratch, otherwise=entrance._known_by_roster) as opened:
        space = Space(opened, FakeClock(WEDNESDAY))
        assert isinstance(space.tap(INES), Admitted), "the roster that was left does not know a member"
        assert isinstance(space.tap(LOST), Denied), "the lost badge opens by the roster"
        space.kept.close()
    shutil.rmtree(scratch)


if __name__ == "__main__":
    acts = (live, look_again, seal_a_copy, take_over)
    {act.__name__: act for act in acts}[sys.argv[1]](Path(sys.argv[2]))
