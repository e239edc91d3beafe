"""Disks that are full, read-only, slow, failing, taken away or exchanged: nobody is locked out, nothing is lost.

A real entrance each time, never restarted unless the test says so. Mounts are root's; `strace` fails and slows syncs.
"""

import json
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk import home as home_module
from kiosk.offline.spool import Medium
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.faults import doors
from tests.faults.doors import STRANGER, UIDS, Card
from tests.processes import Living, until

pytestmark = [pytest.mark.promise(4), pytest.mark.usefixtures("undisturbed")]

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="a disk can be mounted by root only")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Living]:
    with doors.entrance(tmp_path) as found:
        yield found


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Living]:
    """A home whose entrance ran once and does not now."""
    with doors.entrance(tmp_path, served=True) as found:
        yield found


@pytest.fixture
def running(home: Living) -> Living:
    return _started(home)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    with doors.memory_disk(tmp_path / "small") as disk:
        yield disk


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Card]:
    with doors.memory_card(tmp_path) as found:
        yield found


def _started(home: Living, *before: str) -> Living:
    doors.start(home, *before)
    doors.roster_kept(home)
    until((home.root / "spool" / "reserve").exists)
    return home


def _all_is_well(home: Living, before: int, uids: list[str]) -> None:
    """Everybody was entered in order, once; nothing waits anywhere; the books agree."""
    doors.all_entered(home)
    assert doors.entered(home, before) == uids
    assert home.health()["spool"] == "disk"
    until(lambda: doors.spool_files(home) == [])  # a file goes a moment after its tap was entered
    assert list((home.log.parent / "memory").iterdir()) == []
    doors.verified(home)


# ---- full ------------------------------------------------------------------------------------------------------------


@pytest.mark.promise(4)
@needs_root
def test_a_disk_that_fills_under_taps_keeps_them_in_its_reserve(tmp_path: Path, small: Path) -> None:
    with doors.entrance(tmp_path, small) as home:
        _started(home)
        before = doors.last_visit(home)
        with doors.tapping(home, UIDS[:9]) as opened_for:
            opened_for(2)
            doors.fill(small)
            opened_for(7)
            assert home.health()["spool"] == "disk"
            assert not list((tmp_path / "memory").iterdir())
            doors.empty(small)
        _all_is_well(home, before, UIDS[:9])
        until((home.root / "spool" / "reserve").exists)


@pytest.mark.promise(4)
@needs_root
def test_a_reserve_is_for_taps_and_is_not_used_up_by_the_ledger(template: Path, tmp_path: Path, small: Path) -> None:
    """In this process, since it takes many people; the replay has its turn after each of them."""
    root = Path(shutil.copytree(template, small / "home"))
    settings = root / "kiosk.toml"
    settings.write_text(settings.read_text("utf-8").replace('"memory"', f'"{tmp_path}"'), "utf-8")
    uids = [f"04A2{number:010X}" for number in range(80)]
    with home_module.opened(root) as opened:
        space = Space(opened, FakeClock(WEDNESDAY))
        for uid in uids:
            space.join(f"Membre {uid}", uid)
    with home_module.opened(root) as opened:  # a start, after which SQLite's log must grow with each tap
        space = Space(opened, FakeClock(WEDNESDAY))
        space.kept.follower.turn()
        space.kept.replay.turn()
        doors.fill(small)
        media = []
        for uid in uids:
            space.tap(uid)
            media.append(space.kept.spool.medium)
            space.kept.replay.turn()
        assert space.door.pulses == len(uids)
        assert media.count(Medium.DISK) == len(uids)
        doors.empty(small)
        space.kept.replay.turn()
        assert space.sql("SELECT count(*) FROM visit") == [(len(uids),)]
        space.kept.close()


@pytest.mark.promise(4)
@needs_root
def test_a_disk_without_a_byte_left_for_the_spool_keeps_taps_in_memory(tmp_path: Path, small: Path) -> None:
    with doors.entrance(tmp_path, small) as home:
        _started(home)
        before = doors.last_visit(home)
        (home.root / "spool" / "reserve").unlink()  # as after an outage that used it up
        doors.fill(small)
        files = len(list((home.root / "spool").iterdir()))
        for uid in UIDS[:4]:
            doors.tap(home, uid)
            until(lambda: doors.card(home) == "spooled-in-memory")
        assert home.health()["spool"] == "memory"
        assert len(list((home.root / "spool").iterdir())) <= files + 1, "a tap that was refused left a file each time"
        running = home.process
        doors.empty(small)
        _all_is_well(home, before, UIDS[:4])
        assert home.process is running


@pytest.mark.promise(4)
@needs_root
def test_a_spool_on_another_disk_takes_the_taps_of_a_full_one(tmp_path: Path, small: Path) -> None:
    with doors.entrance(tmp_path, small) as home:
        stick = tmp_path / "stick"
        stick.mkdir()
        doors.change(home, 'path = "spool"', f'path = "{stick}"')
        doors.start(home)
        doors.roster_kept(home)
        before = doors.last_visit(home)
        with doors.tapping(home, UIDS[:8]) as opened_for:
            opened_for(2)
            doors.fill(small)
            opened_for(6)
            until(lambda: doors.card(home) == "spooled")
            assert len(doors.spool_files(home, stick)) == 1
            assert doors.entered(home, before) == UIDS[: 6 - home.health()["spooled"]]
            doors.empty(small)
        _all_is_well(home, before, UIDS[:8])
        assert doors.spool_files(home, stick) == []


@pytest.mark.promise(4)
@needs_root
def test_an_entrance_starts_on_a_full_disk(tmp_path: Path, small: Path) -> None:
    with doors.entrance(tmp_path, small, served=True) as home:
        before = doors.last_visit(home)
        doors.fill(small)
        doors.start(home)
        for uid in UIDS[:3]:
            doors.tap(home, uid)
            assert home.health()["spool"] == "disk"
        doors.empty(small)
        _all_is_well(home, before, UIDS[:3])


# ---- read-only -------------------------------------------------------------------------------------------------------


@pytest.mark.promise(4)
@needs_root
def test_a_card_that_turns_read_only_under_taps_loses_none_of_them(tmp_path: Path, card: Card) -> None:
    with doors.entrance(tmp_path, card.at) as home:
        _started(home)
        before = doors.last_visit(home)
        with doors.tapping(home, UIDS[:9]) as opened_for:
            opened_for(2)
            card.settle()
            card.fail()
            opened_for(7)
            found = home.health()
            assert (found["database"], found["spool"]) == ("fault", "memory")
            until(lambda: doors.card(home) == "spooled-in-memory")
            card.pull()
            card.repair()
            card.insert()
        _all_is_well(home, before, UIDS[:9])


@needs_root
def test_a_card_that_turns_read_only_leaves_the_taps_to_a_spool_on_another(tmp_path: Path, card: Card) -> None:
    with doors.entrance(tmp_path, card.at) as home:
        stick = tmp_path / "stick"
        stick.mkdir()
        doors.change(home, 'path = "spool"', f'path = "{stick}"')
        doors.start(home)
        doors.roster_kept(home)
        before = doors.last_visit(home)
        doors.tap(home, UIDS[0])
        card.settle()
        card.fail()
        for uid in UIDS[1:4]:
            doors.tap(home, uid)
            until(lambda: doors.card(home) == "spooled")
        assert not home.health()["ok"]
        card.pull()
        card.repair()
        card.insert()
        _all_is_well(home, before, UIDS[:4])


@needs_root
def test_an_entrance_starts_on_a_read_only_home_and_writes_once_it_can(tmp_path: Path, card: Card) -> None:
    with doors.entrance(tmp_path, card.at) as home:
        _started(home)
        before = doors.last_visit(home)
        doors.tap(home, UIDS[0])
        home.stop()
        card.remount("ro")
        doors.start(home)
        for uid in UIDS[1:3]:
            doors.tap(home, uid)
            until(lambda: doors.card(home) == "spooled-in-memory")
        doors.hold(home, STRANGER)
        until(lambda: doors.card(home) in ("unknown-badge", "not-on-roster"))
        assert doors.pulses(home) == 2
        card.remount("rw")
        _all_is_well(home, before, UIDS[:3])


@needs_root
def test_taps_kept_in_memory_outlive_a_killed_entrance(tmp_path: Path, card: Card) -> None:
    with doors.entrance(tmp_path, card.at, served=True) as home:
        before = doors.last_visit(home)
        card.remount("ro")
        doors.start(home)
        doors.tap(home, UIDS[0])
        home.stop(signal.SIGKILL)
        doors.start(home)
        doors.tap(home, UIDS[1])
        assert home.health()["spooled"] == 2
        card.remount("rw")
        _all_is_well(home, before, UIDS[:2])


@needs_root
def test_where_nothing_takes_a_tap_the_door_stays_shut_and_the_screen_says_so(tmp_path: Path, card: Card) -> None:
    with doors.entrance(tmp_path, card.at, served=True) as home:
        doors.change(home, f'last_resort = "{tmp_path / "memory"}"', 'last_resort = ""')
        before = doors.last_visit(home)
        card.remount("ro")
        doors.start(home)
        doors.hold(home, UIDS[0])
        until(lambda: doors.card(home) == "fault")
        found = home.health()
        assert (found["spool"], found["spooled"], found["door"]["pulses"]) == ("nowhere", 0, 0)
        card.remount("rw")
        until(lambda: home.health()["spool"] == "disk")
        doors.tap(home, UIDS[0])
        _all_is_well(home, before, UIDS[:1])


@needs_root
def test_a_home_that_init_has_made_is_on_its_card(tmp_path: Path, card: Card) -> None:
    with doors.entrance(tmp_path, card.at, of_its_own=True) as home:
        card.fail()
        card.pull()
        card.repair()
        card.insert()
        found = home.kiosk("verify")
        assert found.returncode == 0, found.stderr
        _started(home)


# ---- no database, or another -----------------------------------------------------------------------------------------


def _missing(path: Path) -> None:
    path.unlink()


def _garbage(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _garbage_inside(path: Path) -> None:
    """The header is whole, the pages are not."""
    head = path.read_bytes()[:100]
    path.write_bytes(head + os.urandom(path.stat().st_size - 100))


def _write(path: Path, other: Path) -> None:
    shutil.copyfile(other, path)


@pytest.fixture
def others(template: Path, tmp_path: Path) -> Path:
    """Another home's database, with somebody of the same badge."""
    root = Path(shutil.copytree(template, tmp_path / "other"))
    with home_module.opened(root) as opened:
        other = Space(opened, FakeClock(WEDNESDAY))
        other.join("Ada", UIDS[0])
        other.kept.close()
    return root / "db" / "ledger.db"


BREAKS = [_missing, _garbage, _empty, _garbage_inside]


def _broken(home: Living, damage: Callable[[Path], None]) -> tuple[Path, bytes | None]:
    """Put the right database aside and damage the one in its place. Returns the right one and what is there instead."""
    path, aside = doors.database(home), home.log.parent / "right.db"
    assert not path.with_name("ledger.db-wal").exists(), "the entrance did not close its database"
    shutil.copy2(path, aside)
    damage(path)
    return aside, path.read_bytes() if path.exists() else None


def _serves_by_roster(home: Living, known: list[str]) -> None:
    before = doors.pulses(home)
    for uid in known:
        doors.tap(home, uid)
        until(lambda: doors.card(home) == "spooled")
    doors.hold(home, STRANGER)
    until(lambda: doors.card(home) == "not-on-roster")
    assert doors.pulses(home) == before + len(known)
    assert home.health()["database"] == "fault"


@pytest.mark.parametrize("damage", BREAKS)
def test_an_entrance_without_its_database_starts_from_the_roster(
    served: Living, damage: Callable[[Path], None]
) -> None:
    before = doors.last_visit(served)
    aside, instead = _broken(served, damage)
    doors.start(served)
    _serves_by_roster(served, UIDS[:2])
    path = doors.database(served)
    assert (path.read_bytes() if path.exists() else None) == instead, "what was found there was written to"
    aside.rename(path)
    _all_is_well(served, before, UIDS[:2])


@pytest.mark.parametrize("damage", BREAKS)
def test_without_database_and_roster_no_entrance_starts_and_one_line_says_why(
    home: Living, damage: Callable[[Path], None]
) -> None:
    _, instead = _broken(home, damage)
    found = home.apart("entrance")
    said = [line for line in found.stderr.splitlines() if not line.startswith("INFO")]
    assert (found.returncode, len(said)) == (3, 1), found.stderr
    path = doors.database(home)
    assert str(path) in said[0]
    assert (path.read_bytes() if path.exists() else None) == instead


def test_another_homes_database_is_refused_and_the_roster_decides(served: Living, others: Path) -> None:
    before = doors.last_visit(served)
    aside, instead = _broken(served, lambda path: _write(path, others))
    doors.start(served)
    until(lambda: doors.said(served, "another home's"))
    _serves_by_roster(served, UIDS[:2])
    assert doors.database(served).read_bytes() == instead
    aside.rename(doors.database(served))
    _all_is_well(served, before, UIDS[:2])


def test_a_database_deleted_under_the_entrance_is_not_made_anew_and_taken_back(running: Living) -> None:
    before = doors.last_visit(running)
    path = doors.database(running)
    with doors.tapping(running, UIDS[:7]) as opened_for:
        opened_for(2)
        _move(path, "away")
        opened_for(5)
        assert not path.exists()
        assert running.health()["database"] == "fault"
        _move(path.with_name("away.db"), "ledger")
    _all_is_well(running, before, UIDS[:7])


def _move(path: Path, stem: str) -> None:
    """Rename a database with what belongs to it."""
    for end in ("-shm", "-wal", ""):
        beside = path.with_name(path.name + end)
        if beside.exists():
            beside.rename(path.with_name(f"{stem}.db{end}"))


@pytest.mark.parametrize("how", ["VACUUM INTO ?", "backup"])
def test_a_copy_put_in_the_place_of_the_database_is_used_from_then_on(running: Living, how: str) -> None:
    before = doors.last_visit(running)
    path = doors.database(running)
    for uid in UIDS[:3]:
        doors.tap(running, uid)
    copy = path.with_name("copy.db")
    with closing(sqlite3.connect(path)) as source:
        if how == "backup":
            with closing(sqlite3.connect(copy)) as target:
                source.backup(target)
        else:
            source.execute(how, (str(copy),))
    copy.rename(path)
    with doors.tapping(running, UIDS[3:6]) as opened_for:
        opened_for(3)
    _all_is_well(running, before, UIDS[:6])
    running.stop()
    assert doors.entered(running, before) == UIDS[:6]


def test_another_homes_database_put_in_its_place_under_the_entrance_is_refused(running: Living, others: Path) -> None:
    before = doors.last_visit(running)
    path = doors.database(running)
    doors.tap(running, UIDS[0])
    _move(path, "away")
    shutil.copyfile(others, path)
    strange = path.read_bytes()
    doors.tap(running, UIDS[1])
    assert doors.card(running) == "spooled"
    assert doors.said(running, "another home's")
    assert path.read_bytes() == strange
    path.unlink()
    _move(path.with_name("away.db"), "ledger")
    _all_is_well(running, before, UIDS[:2])


def test_a_database_of_another_release_put_in_its_place_is_refused_quietly(running: Living) -> None:
    before = doors.last_visit(running)
    path = doors.database(running)
    doors.tap(running, UIDS[0])
    copy = path.with_name("old.db")
    with closing(sqlite3.connect(path)) as source:
        source.execute("VACUUM INTO ?", (str(copy),))
    with closing(sqlite3.connect(copy)) as old:
        old.execute("UPDATE alembic_version SET version_num = '0001'")
        old.commit()
    _move(path, "away")
    copy.rename(path)
    doors.tap(running, UIDS[1])
    time.sleep(2.5)  # some turns of the background
    assert running.log.read_text().count("Traceback") == 0
    assert not running.health()["ok"]
    path.unlink()
    _move(path.with_name("away.db"), "ledger")
    _all_is_well(running, before, UIDS[:2])


# ---- slow and failing ------------------------------------------------------------------------------------------------


def _strace(inject: str) -> list[str]:
    strace = shutil.which("strace")
    assert strace, "the tests need strace: sudo apt-get install strace"
    return [strace, "-D", "-f", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", f"inject=fdatasync:{inject}"]


def test_a_slow_disk_is_said_within_two_seconds_and_the_card_follows(home: Living) -> None:
    _started(home, *_strace("delay_enter=8000000"))
    before = doors.last_visit(home)
    seen: list[tuple[str, float]] = []
    states = doors.states(home, "granted-day")
    assert next(states) == "idle"
    doors.hold(home, UIDS[8])
    seen = [(state, time.monotonic()) for state in states]
    told = dict(seen)
    assert [state for state, _ in seen][-2:] == ["reading", "granted-day"]
    assert told["granted-day"] - told["reading"] > 1.0  # of the eight seconds that the sync took
    assert doors.pulses(home) == 1
    _all_is_well(home, before, [UIDS[8]])


def test_a_sync_that_fails_opens_and_is_entered_once(home: Living) -> None:
    """The ledger's sync fails, and the spool's: the tap goes to a second file, and may be in both."""
    _started(home, *_strace("error=EIO:when=1..2"))
    before = doors.last_visit(home)
    doors.tap(home, UIDS[0])
    until(lambda: doors.card(home) == "spooled")
    taps = {json.loads(path.read_text().rpartition(" ")[0])["tap"] for path in doors.spool_files(home)}
    assert len(taps) == 1
    assert doors.spool_files(home)[-1].name != "00000001.spool"
    doors.all_entered(home)
    assert doors.entered(home, before) == [UIDS[0]]
    doors.tap(home, UIDS[1])
    home.stop(signal.SIGKILL)
    doors.start(home)  # and reads what it left behind
    _all_is_well(home, before, UIDS[:2])


def test_a_sync_that_fails_and_a_kill_before_it_was_entered_enter_it_once(home: Living) -> None:
    _started(home, *_strace("error=EIO:when=1..2"))
    before = doors.last_visit(home)
    doors.hold(home, UIDS[0])
    until(lambda: doors.pulses(home))
    home.stop(signal.SIGKILL)
    doors.start(home)
    _all_is_well(home, before, UIDS[:1])
