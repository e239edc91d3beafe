"""A tap never writes the database's log back: what follows it does, and the log stays short whatever happens."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
import sqlalchemy as sa

from kiosk import home
from kiosk.checkin.door_log import DoorLog
from kiosk.domain.checkin.verdicts import Granted
from kiosk.errors import MachineError
from kiosk.health import database_checks
from kiosk.home import Home
from kiosk.store import log_care
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.engine import Store
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock

pytestmark = [pytest.mark.sqlite, pytest.mark.promise(1)]

INES = "04A2000000E511"
PAGE = 4096
EVENT = DoorEvent(WEDNESDAY, "refused", "unknown-badge")


@pytest.fixture
def door(space: Space) -> Iterator[Home]:
    """The same home as its entrance opens it."""
    with home.opened(space.home.paths.root, program="entrance") as opened:
        yield opened


@pytest.fixture
def entrance(door: Home, space: Space) -> Iterator[Space]:
    """The entrance's space: what is done at its door goes through its own store."""
    space.join("Inès Moreau", INES)
    space.rule("tab_limit_cents", "100000")
    made = Space(door, FakeClock(WEDNESDAY))
    made.kept.follower.turn()
    with closing(sqlite3.connect(door.paths.database)) as raw:
        assert raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    yield made
    made.kept.close()


def _file(opened: Home) -> bytes:
    """What the database's file has without its log."""
    return opened.paths.database.read_bytes()


def _log_pages(opened: Home) -> int:
    return log_care.log_bytes(opened.paths.database) // (PAGE + 24)


def _write(store: Store, times: int) -> None:
    """Write small acts, each of some pages."""
    for number in range(times):
        with store.writing() as connection:
            connection.execute(sa.text("UPDATE member SET phone = :phone"), {"phone": f"0320 {number}"})


def test_a_hundred_taps_leave_the_database_s_file_as_it_was(entrance: Space) -> None:
    before = _file(entrance.home)
    for _ in range(100):
        entrance.clock.advance(days=1)
        assert isinstance(entrance.tap(INES), Granted)
    assert _log_pages(entrance.home) > 1000  # SQLite's own limit was passed
    assert _file(entrance.home) == before


def test_what_follows_a_tap_writes_back_without_the_lock_that_a_tap_takes(entrance: Space) -> None:
    before, doorlog = _file(entrance.home), DoorLog(entrance.home.store, entrance.clock)
    _write(entrance.home.store, log_care.TRANSACTIONS - 1)
    entrance.home.store.write_log_back()
    assert _file(entrance.home) == before  # not yet as many
    _write(entrance.home.store, 1)
    with entrance.home.store.writing():  # a tap is deciding
        follows = threading.Thread(target=doorlog._checkpoint, args=(entrance.home.store.write_log_back,))
        follows.start()
        follows.join(60)
        assert not follows.is_alive()
        assert _file(entrance.home) != before


def test_the_door_s_own_log_writes_back_before_its_bundle_so_that_it_begins_the_log_anew(entrance: Space) -> None:
    store, doorlog = entrance.home.store, DoorLog(entrance.home.store, entrance.clock)
    _write(store, log_care.TRANSACTIONS)
    log = entrance.home.paths.database.with_name("ledger.db-wal")
    length, salts = log.stat().st_size, log.read_bytes()[16:24]
    doorlog.write([EVENT])
    assert log.read_bytes()[16:24] != salts  # from the beginning, and no tap pays the sync of that
    assert log.stat().st_size == length


def test_the_log_stays_short_over_thousands_of_acts(entrance: Space) -> None:
    doorlog, longest = DoorLog(entrance.home.store, entrance.clock), 0
    for _ in range(300):
        _write(entrance.home.store, 10)
        doorlog.write([EVENT])
        longest = max(longest, _log_pages(entrance.home))
    assert longest < 1000
    assert entrance.sql("SELECT count(*) FROM door_event") == [(300,)]


def test_where_nothing_follows_the_log_is_bounded_all_the_same(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    space.join("Inès Moreau", INES)
    monkeypatch.setattr(log_care, "PAGES_AT_A_DOOR", 300)
    with home.opened(space.home.paths.root, program="entrance") as opened:
        _write(opened.store, 600)
        assert 300 <= _log_pages(opened) < 400


@pytest.mark.parametrize("program", ["desk", ""])
def test_the_desk_and_commands_write_back_at_sqlite_s_own_limit(space: Space, program: str) -> None:
    space.join("Inès Moreau", INES)
    with home.opened(space.home.paths.root, is_patient=True, program=program) as opened:
        _write(opened.store, 1500)
        assert _log_pages(opened) < 1100


def test_somebody_who_reads_for_long_lets_it_grow_and_a_check_says_so_until_a_rest_cuts_it(
    entrance: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_care, "USUAL_BYTES", 200 * PAGE)
    monkeypatch.setattr(log_care, "LARGE_BYTES", 400 * PAGE)
    store, doorlog = entrance.home.store, DoorLog(entrance.home.store, entrance.clock)
    with store.listing() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM member").scalar_one()
        for _ in range(60):
            _write(store, 10)
            doorlog.write([EVENT])
        doorlog.write([])
        assert _codes(entrance.home) == ["log-large", "database-read"]
    doorlog.write([])
    assert _log_pages(entrance.home) == 0
    assert _codes(entrance.home) == ["database-read"]


def test_a_rest_writes_back_and_keeps_the_file_s_usual_length(entrance: Space) -> None:
    doorlog, before = DoorLog(entrance.home.store, entrance.clock), _file(entrance.home)
    _write(entrance.home.store, 3)
    pages = _log_pages(entrance.home)
    doorlog.write([])
    assert _file(entrance.home) != before
    assert _log_pages(entrance.home) == pages  # the next taps write over it, which is half as dear as making it longer


def test_the_stop_cuts_it(entrance: Space) -> None:
    doorlog = DoorLog(entrance.home.store, entrance.clock)
    _write(entrance.home.store, 3)
    doorlog.add(EVENT)
    doorlog.stop()
    doorlog.run(lambda _seconds: None)
    assert _log_pages(entrance.home) == 0
    assert entrance.sql("SELECT count(*) FROM door_event") == [(1,)]


def test_a_log_that_somebody_took_away_is_not_written_back_by_what_follows(entrance: Space) -> None:
    """It is the next commit that puts it back: what another wrote meanwhile would be written over."""
    _write(entrance.home.store, log_care.TRANSACTIONS)
    before = _file(entrance.home)
    for end in ("-wal", "-shm"):
        entrance.home.paths.database.with_name(f"ledger.db{end}").unlink()
    entrance.home.store.write_log_back()
    assert _file(entrance.home) == before
    assert isinstance(entrance.tap(INES), Granted)
    assert entrance.sql("SELECT phone FROM member") == [(f"0320 {log_care.TRANSACTIONS - 1}",)]


def test_a_database_that_is_away_is_a_fault_that_the_door_s_log_outlives(entrance: Space) -> None:
    _write(entrance.home.store, log_care.TRANSACTIONS)
    database = entrance.home.paths.database
    database.rename(database.with_name("away"))
    with pytest.raises(MachineError, match="its log stays long"):
        entrance.home.store.write_log_back()
    DoorLog(entrance.home.store, entrance.clock).write([])
    assert not database.exists()
    database.with_name("away").rename(database)


def _codes(opened: Home) -> list[str]:
    return [finding.kind.code for finding in database_checks.database(opened, whole=False)]
