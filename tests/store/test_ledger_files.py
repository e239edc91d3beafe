"""The ledger's log or index is taken away under a running entrance: nothing is lost, nothing of others overwritten."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk import home
from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.verdicts import Granted
from kiosk.errors import MachineError
from kiosk.health import database_checks
from kiosk.jobs import reconciliation
from kiosk.store import audit, ledger_files
from kiosk.store.engine import Store
from kiosk.store.ledger_files import LedgerFiles, saved_logs
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
        reconciliation.run(again, space.clock)  # as before each start: her entry is written down as lost
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


def _identity(path: Path) -> tuple[int, int]:
    return path.stat().st_dev, path.stat().st_ino


def test_which_files_are_open_is_learnt_and_told_from_others_of_their_names(tmp_path: Path) -> None:
    database = tmp_path / "ledger.db"
    paths = [database, tmp_path / "ledger.db-wal", tmp_path / "ledger.db-shm"]

    def exchanged(path: Path) -> None:
        path.rename(path.with_suffix(f".{len(list(tmp_path.iterdir()))}"))
        path.touch()

    for path in paths:
        path.touch()
    files = LedgerFiles(database)
    assert (files.opened, files.lost_beside()) == ((None, None, None), False)
    for beside in paths[1:]:
        files.learn()
        assert (files.opened, files.database) == (tuple(map(_identity, paths)), _identity(database))
        assert (files.is_exchanged(), files.lost_beside()) == (False, False)
        exchanged(beside)
        known = files.opened
        files.learn_beside()  # what is known stays so
        assert (files.opened, files.lost_beside()) == (known, True)
    files.unlearn_beside()
    assert (files.opened, files.lost_beside()) == ((_identity(database), None, None), False)
    files.learn_beside()
    assert files.opened == tuple(map(_identity, paths))
    files.unlearn_beside()
    exchanged(database)
    files.learn_beside()  # beside another database are another's
    assert (files.is_exchanged(), files.opened[1:]) == (True, (None, None))
    database.unlink()
    with pytest.raises(MachineError, match="No such file") as refused:
        files.is_exchanged()
    assert refused.value.code == "database"
    files.forget()
    assert files.opened == (None, None, None)


@contextmanager
def _open(folder: Path) -> Iterator[tuple[LedgerFiles, int, int]]:
    """Three files of which log and index are open here: what they are known as, and both descriptors."""
    for end in ("", "-wal", "-shm"):
        (folder / f"ledger.db{end}").write_bytes(f"what is in{end}".encode())
    files = LedgerFiles(folder / "ledger.db")
    files.learn()
    with (folder / "ledger.db-wal").open("rb") as log, (folder / "ledger.db-shm").open("rb") as index:
        yield files, log.fileno(), index.fileno()


def _gone(folder: Path, log: int, index: int, late: int) -> None:
    """Log and index went, the index last, and so many nanoseconds beyond a twentieth of a second later something else
    was done in their folder.
    """
    for end in ("wal", "shm"):
        (folder / f"ledger.db-{end}").unlink(missing_ok=True)
    while index != log and os.fstat(index).st_ctime_ns == os.fstat(log).st_ctime_ns:
        os.fchmod(index, 0o600)
    _later(folder, index, late)


def _later(folder: Path, index: int, late: int) -> None:
    last = os.fstat(index).st_ctime_ns + 50_000_000 + late
    os.utime(folder, ns=(last, last))


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _fds() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("is_root", [False, True])
def test_a_log_is_put_back_as_it_was_and_with_its_database_s_owner(
    tmp_path: Path, is_root: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[str, int]] = []
    owners: list[tuple[int, int]] = []

    def fsync(one: int) -> None:
        synced.append((Path(f"/proc/self/fd/{one}").readlink().name, os.fstat(one).st_size))

    with _open(tmp_path) as (files, log, index):
        (tmp_path / "ledger.db").chmod(0o640)
        _gone(tmp_path, log, index, late=0)
        (tmp_path / "ledger.db-shm").touch()  # another's
        _later(tmp_path, index, late=0)
        monkeypatch.setattr(ledger_files, "_PIECE", 4)
        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(os, "geteuid", lambda: 0 if is_root else 1000)
        monkeypatch.setattr(os, "fchown", lambda _one, *who: owners.append(who))
        opened = _fds()
        files.put_back()
        assert _fds() == opened
    log_now, database = tmp_path / "ledger.db-wal", (tmp_path / "ledger.db").stat()
    assert (log_now.read_bytes(), log_now.stat().st_mode & 0o777) == (b"what is in-wal", 0o640)
    assert _names(tmp_path) == ["ledger.db", "ledger.db-wal"]
    assert [name for name, _ in synced] == [f".ledger.db-wal.{os.getpid()}", tmp_path.name]
    assert synced[0][1] == len(b"what is in-wal")
    assert owners == ([(database.st_uid, database.st_gid)] if is_root else [])


def test_a_log_is_saved_beside_what_was_saved_before_where_its_folder_changed_since(tmp_path: Path) -> None:
    with _open(tmp_path) as (files, log, index):
        saved = f"ledger.db-wal.lost-{os.fstat(log).st_ino}"
        (tmp_path / saved).write_bytes(b"an earlier one")
        for _ in range(2):  # a second time, it is saved already
            _gone(tmp_path, log, index, late=1)
            with pytest.raises(MachineError, match=rf"ledger\.db-wal was exchanged; .* is in \S*{saved}-2:"):
                files.put_back()
        assert _names(tmp_path) == ["ledger.db", saved, f"{saved}-2"]
        assert (tmp_path / f"{saved}-2").read_bytes() == b"what is in-wal"


def test_a_log_that_cannot_be_put_back_or_saved_is_said_to_be_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_words: object) -> None:
        raise OSError(30, "Read-only file system")

    with _open(tmp_path) as (files, log, index):
        (tmp_path / "ledger.db-shm").unlink()
        with monkeypatch.context() as patch:
            patch.setattr(ledger_files, "_descriptor", None)
            files.put_back()  # the log is there: SQLite makes the index of it
        for way in ("link", "fsync"):
            _gone(tmp_path, log, index, late=0)
            with monkeypatch.context() as patch:
                patch.setattr(os, way, fails)
                with pytest.raises(MachineError, match="cannot be put back") as refused:
                    files.put_back()
            assert (refused.value.code, _names(tmp_path)) == ("database", ["ledger.db"])
        _gone(tmp_path, log, index, late=1)
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", fails)
            with pytest.raises(MachineError, match="was exchanged; what it held cannot be saved"):
                files.put_back()
        assert _names(tmp_path) == ["ledger.db"]
        kept = os.dup(log)
    _gone(tmp_path, kept, kept, late=0)
    files.put_back()  # without its index, which is not open any more
    assert (tmp_path / "ledger.db-wal").read_bytes() == b"what is in-wal"
    (tmp_path / "ledger.db-wal").unlink()
    os.close(kept)
    with pytest.raises(MachineError, match="was taken away, and is not open any more"):
        files.put_back()


def test_connections_are_closed_unwritten_without_a_database_too_and_nothing_stays_open(tmp_path: Path) -> None:
    opened = _fds()
    for _ in range(2):
        with ledger_files.unwritten(tmp_path / "ledger.db"):
            pass
        (tmp_path / "ledger.db").touch()
    assert _fds() == opened
