"""Root works where another may write, and nothing of root's changes hands: each of the two users tries."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kiosk import home, root_files
from kiosk.books.recovery.ledger_recovery import Outside
from kiosk.domain.health.upkeep import Care
from kiosk.errors import MachineError
from kiosk.health import status_file
from kiosk.home import Paths
from kiosk.install.machine import Machine, Rights
from kiosk.jobs.copies import backup, drill, key_renewal, placing, restore
from kiosk.jobs.update import way_back
from kiosk.root_files import Holder
from kiosk.setup import migration
from kiosk.store import copying
from kiosk.store.engine import Store
from kiosk.store.health import upkeep_rows
from tests import attackers
from tests.attackers import DESK, ENTRANCE, GROUP, Victim
from tests.conftest import WEDNESDAY
from tests.fakes import FakeClock

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root has something to lose")
BOTH = pytest.mark.parametrize("user", [ENTRANCE, DESK])
CLOCK = FakeClock(WEDNESDAY)


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Not below pytest's own folder: each pytest that starts beside this one shuts that to all other users."""
    with TemporaryDirectory(prefix="kiosk-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


@pytest.fixture
def victim(tmp_path: Path) -> Victim:
    return Victim.new(tmp_path / "elsewhere")


@pytest.fixture
def paths(root: Path, victim: Victim) -> Iterator[Paths]:
    found = Paths(root)
    with closing(sqlite3.connect(found.database)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    attackers.share(found)
    yield found
    assert victim.is_unharmed


def plant(user: int, link: Path, victim: Victim) -> None:
    with attackers.acting(user):
        link.unlink(missing_ok=True)
        link.symlink_to(victim.path)


# --- the module itself


def test_a_link_in_anothers_folder_is_not_followed_and_one_of_root_s_is(paths: Paths, victim: Victim) -> None:
    plant(DESK, paths.root / "db" / "out", Victim(victim.path.parent, ()))
    with pytest.raises(MachineError, match="out is a link"), root_files.opened(paths.root / "db" / "out"):
        pass
    (paths.root / "own").symlink_to(victim.path.parent)
    with root_files.opened(paths.root / "own") as descriptor:
        assert os.listdir(descriptor) == ["victim"]  # noqa: PTH208  # by descriptor


@BOTH
def test_what_is_no_plain_file_is_not_opened(paths: Paths, victim: Victim, user: int) -> None:
    with attackers.acting(user):
        os.mkfifo(paths.root / "db" / "pipe")
    os.link(victim.path, paths.root / "db" / "twin")  # where the kernel does not refuse it to others
    try:
        for name in ("pipe", "twin"):
            with pytest.raises(MachineError, match="remove it"), root_files.held(paths.root / "db" / name):
                pass
    finally:
        (paths.root / "db" / "twin").unlink()


def test_a_file_never_takes_the_way_of_a_draft_s_link(paths: Paths, victim: Victim) -> None:
    plant(DESK, paths.root / "db" / ".new.new", victim)
    root_files.write(paths.root / "db" / "new", b"ours", Holder(0o640, 0, GROUP))
    assert (paths.root / "db" / "new").read_bytes() == b"ours"


def test_root_has_the_owner_s_rights_and_gets_its_own_back(paths: Paths, victim: Victim) -> None:
    with root_files.acting_in(paths.root / "spool"):
        (paths.root / "spool" / "made").touch()
        with pytest.raises(PermissionError):
            victim.path.read_bytes()
        with root_files.acting_in(paths.root / "keys" / "desk"), pytest.raises(PermissionError):
            (paths.root / "spool" / "made").read_bytes()
    assert (paths.root / "spool" / "made").stat().st_uid == ENTRANCE
    assert victim.path.read_bytes()


def test_what_is_done_for_a_user_is_gone_afterwards_and_was_nobody_else_s(paths: Paths, tmp_path: Path) -> None:
    with root_files.staging(paths.root, "one", tmp_path) as folder:
        assert folder == paths.root / "work" / "one"
        assert (folder.stat().st_uid, folder.stat().st_mode & 0o7777) == (DESK, 0o700)
        with attackers.acting(ENTRANCE), pytest.raises(PermissionError):
            folder.rename(folder.with_name("another"))
        with attackers.acting(DESK):
            (folder / "deep").mkdir()
            (folder / "deep" / "file").touch()
    assert list((paths.root / "work").iterdir()) == []


# --- what was proved


@BOTH
def test_an_update_that_goes_back_gives_nothing_away(paths: Paths, victim: Victim, user: int) -> None:
    copy = paths.backups / "before.db"
    copying.keep(paths.database, copy)
    plant(user, paths.root / "db" / ".ledger.db.back", victim)
    way_back.restore(copy, paths.database)
    assert paths.database.read_bytes() == copy.read_bytes()
    assert paths.database.stat().st_mode & 0o7777 == 0o660
    with home.opened(paths.root):
        pass


def test_a_link_that_is_gone_at_a_second_look_was_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who exchanges names does it between any two looks: once the installer ended on it with a traceback."""
    link = tmp_path / "bait"
    link.symlink_to(tmp_path / "elsewhere")
    with root_files.opened(tmp_path) as folder:
        opening = os.open

        def opened(name: str, flags: int, *, dir_fd: int) -> int:
            try:
                return opening(name, flags, dir_fd=dir_fd)
            finally:
                link.unlink()
                link.write_text("plain", "utf-8")

        monkeypatch.setattr(os, "open", opened)
        with pytest.raises(MachineError, match="is a link"):
            root_files.open_plain(folder, link.name)


@BOTH
def test_the_installer_gives_nothing_away_however_often_names_are_exchanged(
    paths: Paths, victim: Victim, user: int
) -> None:
    folder = paths.root / ("spool" if user == ENTRANCE else "keys/desk")
    name = folder / "bait"
    machine = Machine(tell=lambda _line: None)
    with attackers.swapping(user, victim, name):
        for mode in (0o600, 0o640) * 1500:
            Machine.give(machine, str(name), Rights(mode, None, None))
    assert victim.is_unharmed


@BOTH
def test_sqlite_deletes_no_file_of_root_s_that_a_planted_journal_names(paths: Paths, victim: Victim, user: int) -> None:
    """Opened with root's rights, the database makes SQLite itself delete the file."""
    with attackers.acting(user):
        journal = paths.database.with_name("ledger.db-journal")
        journal.write_bytes(attackers.poisoned_journal(paths.database, victim.path))
        journal.chmod(0o660)
    with suppress(MachineError), home.opened(paths.root) as opened, opened.store.writing() as connection:
        upkeep_rows.note(connection, Care.BACKUP, CLOCK.now(), ok=True, says="")
    assert victim.is_unharmed


def test_the_planted_journal_is_one_that_sqlite_obeys(paths: Paths, tmp_path: Path) -> None:
    """Else the test above would say nothing."""
    other = Victim.new(tmp_path / "bait")
    copy = tmp_path / "copy.db"
    shutil.copy(paths.database, copy)
    copy.with_name("copy.db-journal").write_bytes(attackers.poisoned_journal(copy, other.path))
    with closing(sqlite3.connect(copy)) as database:
        database.execute("SELECT count(*) FROM home").fetchone()
    assert not other.path.exists()


@BOTH
def test_the_mark_of_an_update_and_the_status_are_never_a_link_s_target(
    paths: Paths, victim: Victim, user: int
) -> None:
    runtime = paths.root / "db" / "runtime"  # a folder of the user's own, as /run/kiosk is the entrance's
    with attackers.acting(user):
        runtime.mkdir(0o755)
    for name in (status_file.UPDATING, status_file.NAME, f".{status_file.NAME}.new"):
        plant(user, runtime / name, victim)
    with pytest.raises((OSError, MachineError)):
        root_files.mark(runtime / status_file.UPDATING)
    assert status_file.load(runtime / status_file.NAME, CLOCK) is None
    status_file.save(runtime / status_file.NAME, {"ok": True}, CLOCK)
    found = status_file.load(runtime / status_file.NAME, CLOCK)
    assert found is not None
    root_files.unmark(runtime / status_file.UPDATING)
    root_files.mark(runtime / status_file.UPDATING)
    assert (runtime / status_file.UPDATING).stat().st_uid == user


# --- each of root's jobs, with links wherever the user may plant them


def names(paths: Paths, user: int) -> list[Path]:
    """Names that root's jobs look at or write, in the folders that a user may write in."""
    base = paths.root
    own = ["spool/reserve", "spool/.probe", "roster/roster.json", "roster/rules.json", "roster/roster.new"]
    own += ["spool/00000001.spool", "spool/quarantine", "spool/manifest", "roster/spool.json", "roster/spool.new"]
    own += ["keys/entrance/spool", "keys/entrance/.spool.new"]
    desks = ["keys/desk/web", "keys/desk/.web.new", "keys/desk/archive", "keys/desk/mail"]
    shared = ["db/.ledger.db.back", "db/ledger.db-wal", "db/ledger.db-shm", "db/ledger.db-journal", "db/.ledger.db.new"]
    return [base / name for name in (own if user == ENTRANCE else desks) + shared]


def _back_up(paths: Paths) -> None:
    with home.opened(paths.root) as opened:
        backup.make(opened, CLOCK, sure=True)


def _drill(paths: Paths) -> None:
    with home.opened(paths.root) as opened:
        drill.run(opened, CLOCK)


def _restore(paths: Paths) -> None:
    file = next(iter(sorted(paths.backups.glob("kiosk-*.tar"))))
    restore.restore(paths.root, file, CLOCK, identity=None, told=Outside({}), confirm=lambda lost: None)


def _renew(paths: Paths) -> None:
    with home.opened(paths.root) as opened:
        key_renewal.renew(opened, CLOCK)


def _put_keys(paths: Paths) -> None:
    placing.keys(paths, {"keys/desk/web": b"0" * 64, "keys/entrance/spool": b"1" * 64}, CLOCK.now())


def _go_back(paths: Paths) -> None:
    copy = paths.backups / "kept.db"
    copying.keep(paths.database, copy)
    way_back.restore(copy, paths.database)


def _lay_aside(paths: Paths) -> None:
    copying.lay_aside(paths.database, paths.backups / "aside.db")


def _migrate(paths: Paths) -> None:
    migration.migrate(paths.root, CLOCK)


JOBS = [_back_up, _drill, _restore, _renew, _put_keys, _go_back, _lay_aside, _migrate]


@pytest.mark.parametrize("job", JOBS)
@BOTH
def test_whatever_root_does_in_a_broken_into_home_nothing_of_root_s_changes_hands(
    paths: Paths, victim: Victim, user: int, job: Callable[[Paths], None]
) -> None:
    _back_up(paths)
    made = [Victim(path, attackers.facts(path)) for path in paths.backups.glob("*.tar")]
    for name in names(paths, user):
        plant(user, name, victim)
    try:
        job(paths)
    except (OSError, MachineError) as fault:
        print(f"{job.__name__}: {fault}")  # that it fails is no harm
    assert victim.is_unharmed
    assert all(each.is_unharmed for each in made)


@pytest.mark.parametrize("job", JOBS)
@BOTH
def test_a_database_that_is_a_link_leads_root_nowhere(
    paths: Paths, tmp_path: Path, victim: Victim, user: int, job: Callable[[Paths], None]
) -> None:
    _back_up(paths)
    other = tmp_path / "elsewhere" / "other.db"
    shutil.copy(paths.database, other)
    other.chmod(0o600)
    roots = Victim(other, attackers.facts(other))
    plant(user, paths.database, roots)
    try:
        job(paths)
    except (OSError, MachineError) as fault:
        print(f"{job.__name__}: {fault}")
    assert roots.is_unharmed


@pytest.mark.parametrize("job", JOBS)
def test_every_job_succeeds_in_a_home_that_nobody_broke_into(paths: Paths, job: Callable[[Paths], None]) -> None:
    _back_up(paths)
    job(paths)
    with home.opened(paths.root) as opened, opened.store.reading():
        pass
    for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm"):
        path = paths.root / "db" / name
        assert not path.exists() or (path.stat().st_gid, path.stat().st_mode & 0o777) == (GROUP, 0o660)
    assert all(path.stat().st_uid == 0 for path in paths.backups.iterdir())
    with attackers.acting(DESK):
        store = Store(paths.database)
        with store.writing() as connection:
            upkeep_rows.note(connection, Care.BACKUP, CLOCK.now(), ok=True, says="")
        store.close()
