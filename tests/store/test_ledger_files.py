"""The ledger's log or index is taken away under a running entrance: nothing is lost, nothing of others overwritten."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk import home
from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.verdicts import Granted
from kiosk.health import database_checks
from kiosk.store import audit, ledger_files
from kiosk.store.engine import Store
from kiosk.store.ledger_files import saved_logs
from tests.conftest import Space

pytestmark = [pytest.mark.sqlite, pytest.mark.promise(1)]

INES, KARIM, ZOE = "04A2000000E511", "04A1B2C3D4E501", "04112233445566"


def _beside(space: Space, end: str) -> Path:
    return space.home.paths.database.with_name(f"ledger.db-{end}")


def _rm_both(space: Space) -> None:
    _beside(space, "wal").unlink()
    _beside(space, "shm").unlink()


def _rm_log(space: Space) -> None:
    _beside(space, "wal").unlink()


def _rm_index(space: Space) -> None:
    _beside(space, "shm").unlink()


def _mv_both(space: Space) -> None:
    for end in ("wal", "shm"):
        _beside(space, end).rename(space.home.paths.root / end)


def _exchange(space: Space) -> None:
    """As `cp` makes it: others of the same name."""
    for end in ("wal", "shm"):
        content = _beside(space, end).read_bytes()
        _beside(space, end).unlink()
        _beside(space, end).write_bytes(content)


def _elsewhere(space: Space, statement: str) -> None:
    """Another program writes."""
    code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit(); c.close()"
    subprocess.run([sys.executable, "-c", code, space.home.paths.database, statement], check=True)


def _all_join(space: Space) -> None:
    for name, uid in (("Inès Moreau", INES), ("Karim Benali", KARIM), ("Zoé Petit", ZOE)):
        space.join(name, uid)
    space.kept.follower.turn()


def _after_a_restart(space: Space, query: str) -> list[tuple[object, ...]]:
    space.kept.close()
    space.home.store.close()
    with closing(sqlite3.connect(space.home.paths.database)) as raw:
        return raw.execute(query).fetchall()


def _after_a_kill(space: Space, query: str) -> list[tuple[object, ...]]:
    """What a start finds in the files that have a name."""
    killed = space.home.paths.root / "killed"
    shutil.copytree(space.home.paths.database.parent, killed)
    with closing(sqlite3.connect(killed / "ledger.db")) as raw:
        return raw.execute(query).fetchall()


@pytest.mark.parametrize("act", [_rm_both, _rm_log, _rm_index, _mv_both, _exchange], ids=lambda act: act.__name__)
@pytest.mark.parametrize("when", ["before a tap", "before the follower's turn", "before the stop"])
def test_a_log_that_is_taken_away_is_put_back_with_all_that_was_in_it(
    space: Space, act: Callable[[Space], None], when: str
) -> None:
    _all_join(space)
    assert isinstance(space.tap(INES), Granted)
    act(space)
    if when == "before the follower's turn":
        space.kept.follower.turn()
    if when != "before the stop":
        assert isinstance(space.tap(KARIM), Granted)
        assert isinstance(space.tap(ZOE), Granted)
        with space.home.store.reading() as connection:
            audit.check_chain(connection, space.home.seal)
            audit.check_sums(connection)
        assert _after_a_kill(space, "SELECT count(*) FROM visit") == [(3,)]
    count = 1 if when == "before the stop" else 3
    assert _after_a_restart(space, "SELECT count(*) FROM visit") == [(count,)]
    with home.opened(space.home.paths.root) as again, again.store.reading() as connection:
        audit.check_chain(connection, again.seal)
    assert saved_logs(space.home.paths.database) == []


@pytest.mark.parametrize("stops_cleanly", [True, False])
def test_what_somebody_else_wrote_meanwhile_is_not_overwritten_and_the_log_is_saved(
    space: Space, stops_cleanly: bool, caplog: pytest.LogCaptureFixture
) -> None:
    _all_join(space)
    database = space.home.paths.database
    with closing(sqlite3.connect(database)) as raw:
        raw.execute("PRAGMA wal_checkpoint(FULL)")
    assert isinstance(space.tap(INES), Granted)
    _rm_both(space)
    _elsewhere(space, "UPDATE member SET phone = '0320' WHERE id = 1")
    space.tap(KARIM)
    assert (space.card.kind, space.kept.outage.is_on, space.door.pulses) == (CardKind.SPOOLED, True, 2)
    assert "what it held is in" in caplog.text
    space.kept.replay.turn()
    assert space.kept.outage.is_on
    if stops_cleanly:
        found = _after_a_restart(space, "SELECT phone FROM member WHERE id = 1")
        assert found == [("0320",)]
    (saved,) = saved_logs(database)
    if stops_cleanly:
        with home.opened(space.home.paths.root) as again:
            found_now = [each.kind.code for each in database_checks.database(again, whole=False)]
        assert found_now == ["log-saved", "database-read"]
    copy = space.home.paths.root / "copy.db"
    copy.write_bytes(database.read_bytes())
    copy.with_name("copy.db-wal").write_bytes(saved.read_bytes())
    with closing(sqlite3.connect(copy)) as raw:
        assert raw.execute("SELECT count(*) FROM visit").fetchall() == [(1,)]


@pytest.mark.parametrize("is_put_back", [True, False])
def test_no_link_that_lies_there_is_followed(space: Space, is_put_back: bool) -> None:
    """The desk's program writes to this folder, too; the entrance's own files, or root's, are none of its business."""
    _all_join(space)
    space.tap(INES)
    precious = space.home.paths.root / "precious"
    precious.write_text("as it was", "utf-8")
    for name in (f".ledger.db-wal.{os.getpid()}", f"ledger.db-wal.lost-{_beside(space, 'wal').stat().st_ino}"):
        space.home.paths.database.with_name(name).symlink_to(precious)
    _rm_both(space)
    if not is_put_back:
        _elsewhere(space, "UPDATE member SET phone = '0320' WHERE id = 1")
    space.tap(KARIM)
    assert space.shows(CardKind.GRANTED_DAY if is_put_back else CardKind.SPOOLED)
    assert (precious.read_text("utf-8"), precious.stat().st_mode & 0o777) == ("as it was", 0o644)
    kept = [each for each in saved_logs(space.home.paths.database) if not each.is_symlink()]
    assert len(kept) == (0 if is_put_back else 1)


def test_another_s_saved_log_of_the_same_number_is_not_taken_for_this_one(space: Space) -> None:
    _all_join(space)
    space.tap(INES)
    database = space.home.paths.database
    before = database.with_name(f"ledger.db-wal.lost-{_beside(space, 'wal').stat().st_ino}")
    before.write_bytes(b"an earlier one")
    content = _beside(space, "wal").read_bytes()
    _rm_both(space)
    _elsewhere(space, "UPDATE member SET phone = '0320' WHERE id = 1")
    space.tap(KARIM)
    assert before.read_bytes() == b"an earlier one"
    assert [each.read_bytes() for each in saved_logs(database) if each != before] == [content]


def test_after_the_restart_the_ledger_goes_on_with_what_is_there(space: Space) -> None:
    _all_join(space)
    with closing(sqlite3.connect(space.home.paths.database)) as raw:
        raw.execute("PRAGMA wal_checkpoint(FULL)")
    space.tap(INES)
    _rm_both(space)
    _elsewhere(space, "UPDATE member SET phone = '0320' WHERE id = 1")
    space.tap(KARIM)
    space.home.store.close()
    with home.opened(space.home.paths.root) as again:
        space.kept.close()
        restarted = Space(again, space.clock)
        restarted.kept.replay.turn()
        # Inès's visit was in the log that is gone; the door's own journal knows of it.
        assert restarted.sql("SELECT member_id FROM visit") == [(2,), (1,)]
        restarted.kept.close()


@pytest.mark.parametrize("read", [Store.reading, Store.listing])
def test_a_log_that_is_still_being_read_waits_for_its_reader(
    space: Space, read: Callable[[Store], AbstractContextManager[sa.Connection]]
) -> None:
    _all_join(space)
    with read(space.home.store):
        _rm_both(space)
        space.tap(INES)
        assert space.shows(CardKind.SPOOLED)
    space.kept.replay.turn()
    assert space.sql("SELECT count(*) FROM visit") == [(1,)]
    assert not space.kept.outage.is_on


def test_connections_closed_unwritten_leave_the_database_as_it_is(space: Space) -> None:
    _all_join(space)
    space.tap(INES)
    before = space.home.paths.database.read_bytes()
    with ledger_files.unwritten(space.home.paths.database):
        space.home.store.close()
    assert space.home.paths.database.read_bytes() == before
    assert _beside(space, "wal").stat().st_size
