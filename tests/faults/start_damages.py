"""Starts that are none of every day, as rows of the damage matrix: the first after an update, after a way back, and on
a card onto which a copy was restored. Each is a home made by the acts themselves, of this release or of an older one
by its own code, which `tests.faults.damages` then damages before the entrance's first start there.
"""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from kiosk import config_file, home
from kiosk.books.recovery.ledger_recovery import Outside
from kiosk.cli.main import main
from kiosk.jobs.copies import backup, restore
from kiosk.offline import door_keys, sealed_file, spool_record
from kiosk.setup import key_mending, migration
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.faults import damages, older_release
from tests.faults.damages import CASES, COLD, OLDER

_OF_RECORDS = ("db", "db/ledger.db")
BEFORE = "0032"  # the release before
_SINCE = ("kiosk.toml.accepted", "keys/entrance/seal", "keys/entrance/codes", "spool/identity")


def _of_the_release_before(root: Path) -> None:
    """What a home of the release before has: older records, settings without an end, none of this one's files."""
    migration.migrate_back(root, BEFORE)
    for name in _SINCE:
        (root / name).unlink(missing_ok=True)
    settings = root / "kiosk.toml"
    lines = settings.read_text("utf-8").splitlines()
    kept = [line for line in lines if line != config_file.END and config_file.PROMISE not in line]
    settings.write_text("\n".join(kept) + "\n", "utf-8")


def _keep_a_manifest(root: Path) -> None:
    """The spool's record as the releases before kept it: in the folder that it guards."""
    paths = home.Paths(root)
    files = {path.name: len(path.read_bytes().splitlines()) for path in (root / "spool").glob("*.spool")}
    document = {"form": 1, "files": files}
    keys = door_keys.seals_of(paths)
    sealed_file.save(root / "spool" / spool_record.OLD_MANIFEST, keys, "spool's manifest", document)
    paths.spool_record.unlink()


def _updated(root: Path, _lived: Path, minutes: int = 0) -> None:
    _of_the_release_before(root)
    clock = FakeClock(WEDNESDAY)
    clock.advance(minutes=minutes)
    migration.migrate(root, clock)  # the update's first command
    key_mending.mend(root, WEDNESDAY, is_updated=False)


def _first_updated(root: Path, lived: Path) -> None:
    _keep_a_manifest(root)
    _updated(root, lived)


def _gone_back_and_up(root: Path, lived: Path) -> None:
    """The update was taken back, what it had made stays beside, and it was made again."""
    _updated(root, lived)
    migration.migrate_back(root, BEFORE)
    _updated(root, lived, minutes=10)


def _restored(root: Path, lived: Path) -> None:
    shutil.rmtree(root)
    (copy,) = (lived / "copies").iterdir()
    clock = FakeClock(WEDNESDAY)
    clock.advance(minutes=30)
    restore.restore(root, copy, clock, identity=lived / "paper", told=Outside({}, ()), confirm=lambda _lost: None)
    (root / "memory").mkdir(mode=0o700)


def _really_updated(root: Path, _lived: Path, minutes: int = 5) -> None:
    clock = FakeClock(WEDNESDAY)
    clock.advance(minutes=minutes)
    migration.migrate(root, clock)
    key_mending.mend(root, clock.now(), is_updated=False)


def _really_gone_back_and_up(root: Path, lived: Path) -> None:
    """This release enters what waited, and the older one opens the same home by its own code, and verifies it."""
    _really_updated(root, lived)
    clock = FakeClock(WEDNESDAY)
    clock.advance(minutes=6)
    with home.opened(root, program="entrance") as opened:
        space = Space(opened, clock, has_door_key=False)
        space.kept.follower.turn()
        space.kept.replay.turn()
        assert space.sql("SELECT count(*) FROM visit") == [(2,)]
        space.kept.close()
    migration.migrate_back(root, older_release.REVISION)
    older_release.does("take_over", root)
    _really_updated(root, lived, minutes=10)


def _stopped(root: Path, _lived: Path) -> None:
    """The older release was stopped in good order."""
    older_release.does("look_again", root)


Begin = Callable[[Path, Path], None]  # of a home that has lived, and of what it was copied from
STARTS: dict[str, Begin] = {
    "after an update": _first_updated,
    "after a way back": _gone_back_and_up,
    "on an empty card": _restored,
}
REAL_STARTS: dict[str, Begin] = {  # of a home that an older release made
    "after an update of an older release": _really_updated,
    "after a way back to an older release": _really_gone_back_and_up,
    "of an older release's copy on an empty card": _restored,
    "between an older release's stop and its update": _stopped,
}
LATER: dict[str, Callable[[Path], None]] = {  # what comes after the damage, before the start
    "between an older release's stop and its update": lambda root: _really_updated(root, root),
}
_OF_TAPS = ("roster", "spool", "spool/*.spool", "spool/door", "spool/door/*", "spool/manifest")
_ITS_MANIFEST = [("spool/manifest", damage) for damage in sorted(damages.DAMAGES)]
_FOLDER_GONE = frozenset(("spool", damage) for damage in ("emptied", "link", OLDER, "pipe", "removed"))


def live(root: Path) -> None:
    """Make a home that has lived, and what each start begins with: in a folder of its name, with the older copy."""
    lived = root / "lived"
    lived.mkdir(parents=True)
    damages.live(lived)
    _seal_a_copy(lived)
    _begin(root, lived, STARTS)


def live_in_older_release(root: Path) -> None:
    """The same by an older release's own code."""
    lived = root / "lived"
    lived.mkdir(parents=True)
    older_release.does("live", lived)
    older_release.does("seal_a_copy", lived)
    _begin(root, lived, REAL_STARTS)


def _begin(root: Path, lived: Path, starts: Mapping[str, Begin]) -> None:
    for name, begin in starts.items():
        made = root / name
        shutil.copytree(lived / "now", made / "now")
        shutil.copytree(lived / "earlier", made / "earlier")
        begin(made / "now", lived)


def _seal_a_copy(lived: Path) -> None:
    """A sealed copy with the keys, of a home in which nothing waits: what waits on a card is gone with it."""
    shutil.copytree(lived / "now", scratch := lived / "scratch")
    clock = FakeClock(WEDNESDAY)
    clock.advance(minutes=20)
    with ExitStack() as stack:
        space = Space(stack.enter_context(home.opened(scratch)), clock)
        for _ in range(2):
            space.kept.follower.turn()
            space.kept.replay.turn()
        space.kept.close()
    try:
        main(["--home", str(scratch), "keys", "new", "--write", "--output", str(lived / "paper")])
    except SystemExit as ended:
        assert not ended.code
    with home.opened(scratch) as opened:
        made = backup.make(opened, clock, sure=True)
    (lived / "copies").mkdir()
    shutil.copy2(made.path, lived / "copies")
    shutil.rmtree(scratch)


def play(lived: Path, root: Path, start: str, place: str, damage: str) -> list[str]:
    """Damage a home before its first start of a kind. Returns what is wrong, but for what nothing there could know."""
    outcome = damages.play(lived / start, root, [(place, damage)], COLD, then=later(start))
    is_without_roster = _is_restored(start) and place in _OF_RECORDS  # nothing knows anybody
    # That release's manifest lay in the folder itself: with both gone, the door's journal still tells that it is.
    is_without_record = start in LATER and (place, damage) in _FOLDER_GONE and "door-journal-gone" in outcome.named
    return [
        each
        for each in outcome.wrong
        if not (is_without_roster and damages.is_shut(each)) and not (is_without_record and each.startswith("Paul"))
    ]


def later(start: str) -> Callable[[Path], None]:
    """What is done of a kind of start after the damage."""
    return LATER.get(start, lambda _root: None)


def _is_restored(start: str) -> bool:
    return start.endswith("on an empty card")


def sampled(every: int, starts: Iterable[str] = STARTS) -> Sequence[tuple[str, str, str]]:
    """One of so many cases. Onto an empty card nobody can put an older copy and have the card know of a later time."""
    cases = [(start, place, damage) for start in starts for place, damage in CASES if start not in LATER]
    cases += [
        (start, place, damage)
        for start in starts
        if start in LATER
        for place, damage in (*CASES, *_ITS_MANIFEST)
        if place in _OF_TAPS
    ]
    known = [each for each in cases if not (_is_restored(each[0]) and each[2] == OLDER and each[1] in _OF_RECORDS)]
    return known[::every]
