"""Damages each file and folder of an installed home, running and cold, and tells what must not come of it.

Who comes in is asked as the entrance's own user, with the rights that the installer gives: what root may read and write
says nothing of a mode. A known member comes in, nobody else does, no day is lost or counted twice, and a check names
what is damaged, unless it is made again.
"""

import os
import shutil
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from msgspec.structs import asdict

from kiosk import entrance, home, keys, plain_files
from kiosk.badges import proof_keys
from kiosk.books import archive_keys
from kiosk.devices.unfinished import Unfinished
from kiosk.domain.health.findings import Finding, Level
from kiosk.errors import KioskError, MachineError
from kiosk.health import doctor, door_checks, status_file
from kiosk.health.machine_facts import Machine
from kiosk.home import Paths
from kiosk.install import layout
from kiosk.jobs import spool_care
from kiosk.jobs.copies import backup, copy_checks
from kiosk.offline import unreplayed_taps
from kiosk.offline.unreplayed_taps import Reason, UnreplayedTap
from kiosk.selfservice.premises.ways import START as WAYS_AT_FIRST
from kiosk.selfservice.premises.ways import Ways
from kiosk.setup import home_creation, key_mending, migration
from kiosk.setup.home_creation import NewHome
from kiosk.store import revisions
from tests import beside
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock, FakeDoor, accounts

INES, KARIM, PAUL = "04A2000000E511", "04A1B2C3D4E501", "04A3000000E511"
LOST, UNKNOWN = "04A7777777E511", "04A8888888E511"
ASIDE = "00" * 16  # a tap that waits for the treasurer from the beginning
RUNNING, COLD = "running", "cold"
OF_RIGHTS = ("mode", "unwritable")  # damages that leave what is there
OLDER, SHUT = "older copy", "a known member stands before a shut door"
_GROUP, OFFICE, _ENTRANCE, _DESK, _OUTSIDE = range(64300, 64305)  # no account of any machine
USERS = MappingProxyType({"entrance": _ENTRANCE, "desk": _DESK, "outside": _OUTSIDE})
_NUMBERS = MappingProxyType(
    {
        "root": 0,
        layout.GROUP: _GROUP,
        layout.OFFICE: OFFICE,
        layout.ENTRANCE: _ENTRANCE,
        layout.DESK: _DESK,
        layout.OUTSIDE: _OUTSIDE,
    }
)
FOLDERS = (
    "backups",
    "db",
    "keys",
    "keys/desk",
    "keys/entrance",
    "keys/shared",
    "memory",
    "roster",
    "run",
    "spool",
    "spool/door",
)
FILES = (
    "backups/kiosk-*.tar",
    "db/ledger.db",
    "keys/desk/archive",
    "keys/desk/mark",
    "keys/desk/web",
    "keys/entrance/codes",
    "keys/entrance/proof",
    "keys/entrance/seal",
    "keys/entrance/spool",
    "keys/mended",
    "keys/shared/badge",
    "keys/shared/badge.1.*",
    "keys/shared/chain",
    "kiosk.toml",
    "kiosk.toml.accepted",
    "roster/door-journal.json",
    "roster/roster.json",
    "roster/rules.json",
    "roster/spool.json",
    "roster/stopped",
    "roster/unfinished",
    "roster/ways.json",
    "run/status.json",
    "spool/*.spool",
    "spool/door/*",
    "spool/journees-a-reprendre.csv",
    "spool/reserve",
    "spool/stopped",
)
ON_A_STICK = (
    "stick",
    *(f"stick/{name}" for name in ("*.spool", "door", "door/*", "identity", "journees-a-reprendre.csv", "reserve")),
)
_TO_ENTER = frozenset(("keys", "keys/shared", "keys/shared/badge"))  # without it nobody is known at a start
_OF_DATABASE = frozenset(("db", "db/ledger.db"))
_NEVER_WRITTEN = frozenset(
    (
        *(place for place in FILES if place.startswith(("backups", "keys", "kiosk.toml"))),
        "stick/*.spool",  # closed by then
        *("keys", "keys/shared"),  # root's
        *("spool/door", "stick/door"),  # the day's file takes the day's lines; the next day says that it is silent
    )
)
_ALL_OF_A_FILE = ("emptied", "folder", "garbage", "halved", "link", "mode", "pipe", "removed")
_LISTS = tuple(f"{place}/journees-a-reprendre.csv" for place in ("spool", "stick"))
_OF_NOW = ("roster/unfinished", "roster/ways.json", "run/status.json")
_HARMLESS = frozenset(
    (
        *((place, damage) for place in ("backups", "backups/kiosk-*.tar") for damage in ("mode", "unwritable")),
        *((f"{place}/reserve", "mode") for place in ("spool", "stick")),  # it is only given up
        *(("run", damage) for damage in ("link", "mode", "pipe", "removed", "unwritable")),  # what is about now only
        *(("keys/mended", damage) for damage in _ALL_OF_A_FILE),  # a note: what is mended next begins it anew
        # What is about now, and begins anew: `test_unfinished.py`, `test_ways.py`, `test_status_file.py`.
        *((place, damage) for place in _OF_NOW for damage in _ALL_OF_A_FILE),
        # Missed where it is asked for: `test_archiving.py`, and `test_fallbacks.py` once a badge proves itself by it.
        *((place, damage) for place in ("keys/desk/archive", "keys/entrance/proof") for damage in _ALL_OF_A_FILE),
        # Nothing knows that it was there: badges that were not held to a reader since are unknown.
        ("keys/shared/badge.1.*", "removed"),
        # The desk’s own: `tests.faults.test_office_damages` shows that it is made again.
        *(("keys/desk/mark", damage) for damage in (*_ALL_OF_A_FILE, OLDER)),
        # What the treasurer does once it is settled; the desk has the same taps in the ledger's own list.
        *((place, damage) for place in _LISTS for damage in ("emptied", "garbage", "halved", "removed", OLDER)),
    )
)
AT_REST = frozenset(
    ("away-none", "chain-shared", "door-days", "drill-none", "entrance-down", "keys-none", "set-aside")
)  # what the check says of the home that is not damaged
Damage = Callable[[Path, Path], None]  # of a path, which has an older copy there


def _empty(path: Path, _older: Path) -> None:
    if path.is_dir():
        for child in path.iterdir():
            _remove(child, child)
    else:
        path.write_bytes(b"")


def _remove(path: Path, _older: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _halve(path: Path, _older: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _garbage(path: Path, _older: Path) -> None:
    path.write_bytes(b"\0\xffgarbage" * 9)


def _folder(path: Path, _older: Path) -> None:
    _remove(path, path)
    path.mkdir()


def _link(path: Path, _older: Path) -> None:
    _remove(path, path)
    path.symlink_to("/nowhere/at/all")


def _pipe(path: Path, _older: Path) -> None:
    _remove(path, path)
    os.mkfifo(path)


def _put_older(path: Path, older: Path) -> None:
    """As `cp -a` beside it and `mv` do."""
    _remove(path, path)
    if older.is_dir():
        shutil.copytree(older, path)
        for child in [path, *path.rglob("*")]:
            _give_back(child, older / child.relative_to(path))
    elif older.exists():
        shutil.copy2(older, path)
        _give_back(path, older)


def _give_back(path: Path, like: Path) -> None:
    found = like.stat()
    os.chown(path, found.st_uid, found.st_gid)


def _mode(path: Path, _older: Path) -> None:
    path.chmod(0o000)


def _unwritable(path: Path, _older: Path) -> None:
    """For its program; root, who made it so, may still write there."""
    path.chmod(stat.S_IMODE(path.stat().st_mode) & 0o555)


_OF_FOLDERS: dict[str, Damage] = {
    "emptied": _empty,
    "link": _link,
    "mode": _mode,
    OLDER: _put_older,
    "pipe": _pipe,
    "removed": _remove,
    "unwritable": _unwritable,
}
DAMAGES: dict[str, Damage] = {**_OF_FOLDERS, "folder": _folder, "garbage": _garbage, "halved": _halve}
CASES = [
    *((place, damage) for place in FOLDERS for damage in sorted(_OF_FOLDERS)),
    *((place, damage) for place in FILES for damage in sorted(DAMAGES)),
]
STICK_CASES = [
    (place, damage)
    for place in ON_A_STICK
    for damage in sorted(_OF_FOLDERS if place in ("stick", "stick/door") else DAMAGES)
]


# A home that has lived


def live(root: Path, spool: str = "spool") -> None:
    """Make a home with all that stands beside a ledger, and how it was before a badge was lost and a member came. Its
    `spool` may be another folder than its own.
    """
    now, clock = root / "now", FakeClock(WEDNESDAY)
    home_creation.create(now, NewHome(), clock)
    (now / "memory").mkdir(mode=0o700)
    settings = now / "kiosk.toml"
    text = settings.read_text("utf-8").replace('"/dev/shm"', '"memory"').replace('path = "spool"', f'path = "{spool}"')
    settings.write_text(text, "utf-8")
    if spool != "spool":
        (now / spool).mkdir(mode=0o700)
        (now / spool / "reserve").touch()  # it was a spool's before
    settings.with_name("kiosk.toml.accepted").unlink(missing_ok=True)  # the first start accepts what is there
    with home.opened(now) as opened:
        space = Space(opened, clock)
        for name, uid in (("Inès Moreau", INES), ("Karim Benali", KARIM), ("Paul Roy", PAUL), ("Lea Petit", LOST)):
            space.join(name, uid)
        space.kept.follower.turn()
        space.kept.replay.turn()
        space.kept.close()
    _furnish(Paths(now), clock)
    key_mending.mend(now, WEDNESDAY)
    shutil.copytree(now, root / "earlier")
    with home.opened(now, program="entrance") as opened:
        space = Space(opened, clock)
        space.enrolment.lose_badge(space.read(LOST))
        clock.advance(minutes=1)
        space.kept.follower.turn()
        space.tap(KARIM)
        space.kept.replay.turn()
        unreplayed_taps.add(space.kept.spool.places, UnreplayedTap(ASIDE, Reason.DAMAGED))
        with beside.locked(opened):
            space.tap(PAUL)
        space.kept.spool.look_again()
        space.kept.close()
    with home.opened(now) as opened:
        backup.make(opened, clock, sure=True)


def _furnish(paths: Paths, clock: FakeClock) -> None:
    """Put there what comes with use: keys of archives and of badges that prove themselves, one of before, touches."""
    archive_keys.ready(paths)
    proof_keys.add(paths)
    keys.make_key(paths.badge_key.with_name("badge.1.2027-01-31"))
    Ways(paths.ways).touched(WAYS_AT_FIRST[0])
    unfinished = Unfinished(paths.unfinished)
    unfinished.put(bytes(32))
    unfinished.close()
    status_file.save(paths.status, {}, clock)


def mend(root: Path, at: datetime) -> None:
    """What root does before each start, on a machine that has the programs' accounts."""
    with accounts(_NUMBERS):
        key_mending.mend(root, at)


def install(root: Path) -> None:
    """Give each folder and file the rights that the installer gives it, where we may."""
    for name, (folder, file) in layout.FOLDERS.items():
        place = root / name
        if not place.is_dir() or place.is_symlink():
            continue
        for path, rights in ((place, folder), *((each, file) for each in place.iterdir() if _is_plain(each))):
            own = rights.owner or layout.ENTRANCE  # a file of the database is whose who made it
            _give(path, rights.mode, own, rights.group)
    for path in (root / "memory", root / "spool" / "door", root / "stick", root / "stick" / "door"):
        if path.is_dir() and not path.is_symlink():
            for each in (path, *(child for child in path.iterdir() if _is_plain(child))):
                _give(each, 0o700 if each == path else 0o600, layout.ENTRANCE, layout.GROUP)


def _is_plain(path: Path) -> bool:
    return stat.S_ISREG(path.lstat().st_mode)


def _give(path: Path, mode: int, owner: str, group: str | None) -> None:
    if os.geteuid() == 0:
        os.chown(path, _NUMBERS[owner], _NUMBERS[group or "root"])
    path.chmod(mode)


@contextmanager
def as_entrance() -> Iterator[None]:
    """With the rights in files of the entrance's own user; ourselves where we are not root."""
    with acting(_ENTRANCE, [_GROUP]):
        yield


@contextmanager
def acting(user: int, groups_of: Sequence[int]) -> Iterator[None]:
    """With the rights in files of a program's own user; ourselves where we are not root."""
    if os.geteuid() != 0:
        yield
        return
    groups = os.getgroups()
    os.setgroups(list(groups_of))
    os.setegid(_GROUP)
    os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that another user may pass through: each pytest that starts shuts the one that it shares with all runs
    of its user, in the middle of what this one does as another.
    """
    with TemporaryDirectory(prefix="damages-", ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o711)
        yield Path(made)


# What comes of it


class Door:
    """The entrance of a home, over what is on the disk."""

    def __init__(self, root: Path, stack: ExitStack, clock: FakeClock) -> None:
        self.door = FakeDoor()
        opened = stack.enter_context(home.opened(root, otherwise=entrance._known_by_roster, program="entrance"))
        self.space = Space(opened, clock, door=self.door)
        stack.callback(self.space.kept.close)

    def tap(self, uid: str) -> bool:
        """Whether it opens."""
        before = self.door.pulses
        with suppress(KioskError):  # nowhere to keep it: the door stays shut
            self.space.tap(uid)
        return self.door.pulses > before

    def turn(self) -> None:
        """What runs beside the taps: a turn of each."""
        for job in (self.space.kept.replay.turn, self.space.kept.follower.turn):
            with suppress(KioskError):
                job()

    def failing(self) -> set[str]:
        """The codes of what its status says: fallbacks that would fail, its journal, its records."""
        kept = self.space.kept
        kept.fallbacks.exercise()
        days = door_checks.of_facts({"door_days": asdict(kept.comparison.outcome)})
        found = {each.code for each in kept.fallbacks.failing} | {each.kind.code for each in days}
        outage = {"database-fault"} if kept.outage.is_on else set()
        outage |= {"settings-accepted"} if self.space.home.settings.fault else set()
        return found | outage | ({"lines-aside"} if self.aside() else set())

    def aside(self) -> set[str]:
        """What waits for the treasurer since the damage."""
        rows = set[str]()
        for path in unreplayed_taps.files(self.space.kept.spool.places):
            with suppress(OSError):
                text = plain_files.read(path, 1 << 20).decode("utf-8-sig", "replace")
                rows |= {line.split(";")[0] for line in text.splitlines()[1:]}
        return rows - {ASIDE}


@dataclass
class Outcome:
    """What came of damages: `wrong` says what must not be, `named` has the codes that a check found."""

    wrong: list[str]
    named: frozenset[str]


def play(
    lived: Path,
    root: Path,
    damages: Sequence[tuple[str, str]],
    when: str,
    *,
    checked: bool = False,
    then: Callable[[Path], None] = lambda _root: None,
) -> Outcome:
    """Damage a home at `root`, do `then` where it is cold, let people come, put right what a person puts right, and
    count.
    """
    install(Path(shutil.copytree(lived / "now", root)))
    older = root.with_name(f"{root.name}-earlier")
    if any(name == OLDER for _, name in damages):
        install(Path(shutil.copytree(lived / "earlier", older)))
    clock = FakeClock(WEDNESDAY)
    clock.advance(hours=1)
    wrong: list[str] = []
    named: set[str] = set()
    if when == COLD:
        damage(root, older, damages)
        then(root)
        mend(root, clock.now())
    has_come = False
    may_start = when == RUNNING or _TO_ENTER.isdisjoint(place for place, _ in damages)
    with ExitStack() as stack, as_entrance():
        try:
            door = Door(root, stack, clock)
        except KioskError as refused:
            wrong += [f"the door does not start: {refused}"] if may_start else []
            named |= {refused.code}
        else:
            said = list(_people_come(door, root, older, damages if when == RUNNING else ()))
            has_come = SHUT not in said
            wrong += said
            named |= door.failing()
    if checked:
        named |= {each.kind.code for each in _examined(root, clock) if each.kind.level is not Level.OK}
        if not named - AT_REST and not _is_made_again(root, lived / "now", damages, clock):
            wrong.append("no check names it, and it is not made again")
    put_right(root, lived / "now", damages)
    came = {2, 3} | ({1} if has_come else set())
    with ExitStack() as stack, as_entrance():
        wrong += _counted(Door(root, stack, clock), came)
    return Outcome(wrong, frozenset(named))


def damage(root: Path, older: Path, damages: Sequence[tuple[str, str]]) -> None:
    if not damages or os.geteuid() == 0:
        for place, name in damages:
            for path in sorted(root.glob(place)):
                with suppress(FileNotFoundError):  # the other damage took it
                    DAMAGES[name](path, older / path.relative_to(root))


def _people_come(door: Door, root: Path, older: Path, damages: Sequence[tuple[str, str]]) -> Iterator[str]:
    if damages:
        with as_root():
            damage(root, older, damages)
        if any(damage == OLDER for _, damage in damages):
            door.turn()  # a second passes before somebody comes
    door.space.kept.spool.look_again()
    if not door.tap(INES):
        yield SHUT
    for turns in range(3):
        for name, uid in (("lost", LOST), ("unknown", UNKNOWN)):
            if door.tap(uid):
                yield f"a badge that is {name} opens after {turns} turns"
        door.turn()


def _is_made_again(root: Path, was: Path, damages: Sequence[tuple[str, str]], clock: FakeClock) -> bool:
    """Whether all of it is as it was by now, or after one more start, which may also tell it."""
    places = [place for place, damage in damages if not _is_none(place, damage)]
    if all(_is_as_it_was(root, was, place) for place in places):
        return True
    mend(root, clock.now())
    with ExitStack() as stack, as_entrance(), suppress(KioskError):
        door = Door(root, stack, clock)
        door.turn()
        if door.failing() - AT_REST:
            return True  # it is told then
    return all(_is_as_it_was(root, was, place) for place in places)


def _is_none(place: str, damage: str) -> bool:
    """Whether it does no harm: root reads and writes all of its own, and some files are never read or written again."""
    return (damage == "unwritable" and place in _NEVER_WRITTEN) or (place, damage) in _HARMLESS


def _is_as_it_was(root: Path, was: Path, place: str) -> bool:
    paths = [] if place.endswith("/*.spool") else was.glob(place)  # these are entered
    return all(_is_like(root / path.relative_to(was), path) for path in paths)


def _is_like(path: Path, was: Path) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    if stat.S_IFMT(found.st_mode) != stat.S_IFMT(was.lstat().st_mode) or not found.st_mode & 0o400:
        return False
    if path.is_dir():
        return bool(found.st_mode & 0o200)
    content = path.read_bytes()
    if path.name == "stopped":  # what is damaged stays, and the lines are there again
        return was.read_bytes().splitlines()[0] in content
    return b"garbage" not in content and len(content) > 0.8 * was.stat().st_size


@contextmanager
def as_root() -> Iterator[None]:
    was = os.geteuid(), os.getegid()
    if was[0] != 0:
        os.seteuid(0)
        os.setegid(0)
    try:
        yield
    finally:
        if was[0] != 0:
            os.setegid(was[1])
            os.seteuid(was[0])


def _examined(root: Path, clock: FakeClock) -> Iterator[Finding]:
    yield from doctor.examine(root, clock, Machine(root.parent / "machine"))
    with suppress(KioskError):
        yield from copy_checks.check(home.find(root))


def put_right(root: Path, was: Path, damages: Sequence[tuple[str, str]]) -> None:
    """What a person does in the end: settings, ledger and keys are put back from their copies, an older copy stays (one
    of an older release is migrated), and rights are given back to what is there: a door that runs goes on writing where
    it may no longer open.
    """
    of_copies = [place for place, damage in damages if damage not in (OLDER, *OF_RIGHTS)]
    for name in ("kiosk.toml", "kiosk.toml.accepted", "db", "keys"):
        if any(place.split("/")[0] == name for place in of_copies):
            _remove(root / name, root)
            (shutil.copytree if (was / name).is_dir() else shutil.copy2)(was / name, root / name)
    install(root)
    mend(root, WEDNESDAY)
    with suppress(MachineError):
        if revisions.revision_of(home.Paths(root).database) < revisions.REVISION:
            migration.migrate(root, FakeClock(WEDNESDAY))
    install(root)
    if any(place.startswith("stick") for place in of_copies):
        _put_another_stick(root)


def _put_another_stick(root: Path) -> None:
    """Plug an empty stick in where the one of before is none any more, and adopt it."""
    stick = root / "stick"
    if stick.is_symlink() or not stick.is_dir():
        _remove(stick, stick)
        stick.mkdir()
    identity = stick / "identity"
    if identity.is_dir() and not identity.is_symlink():
        identity.rmdir()
    _give(stick, 0o700, layout.ENTRANCE, layout.GROUP)
    spool_care.adopt(root)


def _counted(door: Door, came: Collection[int]) -> Iterator[str]:
    for _ in range(2):
        door.turn()
    aside = door.aside()
    rows = door.space.sql("SELECT m.number, count(*) FROM visit v JOIN member m ON m.id = v.member_id GROUP BY m.id")
    days: dict[object, object] = dict(rows)  # type: ignore[arg-type]  # two columns
    for number, name in ((1, "Inès"), (2, "Karim"), (3, "Paul")):
        if number in came and days.get(number, 0) != 1 and not (number not in days and aside):
            yield f"{name}'s day was counted {days.get(number, 0)} times, {len(aside)} are aside"
    if 4 in days:
        yield "the lost badge's day was counted"


def is_shut(wrong: str) -> bool:
    """Whether it says that a member stood before a shut door."""
    return wrong == SHUT or wrong.startswith("the door does not start")


def is_without_trace(first: tuple[str, str], second: tuple[str, str]) -> bool:
    """Whether two damages take a waiting day together with the one record that names it.

    What lies in a spool's file is nowhere else: the ledger could not take it, and the door's journal has the ledger's
    days. So only the record beside the roster tells that a file is missing. One that is put back as it was, before the
    tap, also lets what is left of a file pass for a line that a power failure tore, which had opened no door.
    """
    for spool, record in ((first, second), (second, first)):
        if record in _RECORD_GONE and (spool in _TAKEN or (record[1] == OLDER and spool in _TORN)):
            return True
    return False


_RECORD_GONE = frozenset(  # the rights of the folder are mended before a start
    (
        *(("roster", damage) for damage in ("emptied", "link", OLDER, "pipe", "removed")),
        *(("roster/spool.json", damage) for damage in DAMAGES if damage != "unwritable"),
    )
)
_TAKEN = frozenset(
    (
        *(("spool", damage) for damage in ("emptied", "link", OLDER, "pipe", "removed")),
        *(("spool/*.spool", damage) for damage in (OLDER, "removed")),
    )
)
_TORN = frozenset(("spool/*.spool", damage) for damage in ("emptied", "halved"))


def may_shut(*places: str) -> bool:
    """Whether two damages together may shut the door: what stands in for a thing is gone with the thing itself."""
    of = {place.split("/")[0] for place in places}
    return {"db", "roster"} <= of or {"kiosk.toml", "kiosk.toml.accepted"} <= of or {"db", "keys"} <= of
