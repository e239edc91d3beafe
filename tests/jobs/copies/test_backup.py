"""Copies of a home: verified, rotated, and never half a one."""

import io
import itertools
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from kiosk import home
from kiosk.config import Config
from kiosk.domain.health.upkeep import Care, Upkeep
from kiosk.errors import MachineError, RequestError
from kiosk.home import Paths
from kiosk.jobs.copies import backup, copy_file, sealing
from kiosk.jobs.copies.backup import NewCopy
from kiosk.store import copying
from kiosk.store.copying import Facts
from kiosk.store.health import upkeep_rows
from tests import beside
from tests.conftest import WEDNESDAY, Space
from tests.faults import doors

INES = "04A2000000E511"
# Moments and words that stand nowhere else: what is searched for in a copy's bytes.
ARRIVED, LEFT = "2026-11-25T08:41:07.654321Z", "2026-11-25T16:02:59.123457Z"
REFUSED, READ = "2026-11-25T09:13:31.777771Z", "2026-11-25T10:24:43.888883Z"
TOLD = [text.encode() for text in (ARRIVED, LEFT, REFUSED, READ, "accueil@exemple.fr")]


@pytest.fixture
def lived(space: Space) -> Space:
    """A home with a day in it, its door's log and the desk's."""
    space.join("Inès Moreau", INES)
    space.tap(INES)
    with space.by_owner(), space.home.store.writing() as connection:  # a door alone notes what it did
        for statement, values in (
            ("UPDATE visit SET arrived_at = ?, left_at = ?", (ARRIVED, LEFT)),
            ("INSERT INTO door_event (at, kind, reason) VALUES (?, 'refused', 'unknown-badge')", (REFUSED,)),
            ("INSERT INTO desk_log (at, actor, act) VALUES (?, 'desk:accueil@exemple.fr', 'read-file')", (READ,)),
        ):
            connection.exec_driver_sql(statement, values)
    return space


def make(space: Space, *, sure: bool = True) -> NewCopy:
    return backup.make(space.home, space.clock, sure=sure)


def noted(space: Space, care: Care = Care.BACKUP) -> Upkeep:
    with space.home.store.reading() as connection:
        return upkeep_rows.found(connection)[care]


def names(space: Space) -> list[str]:
    return sorted(path.name for path in space.home.paths.backups.iterdir())


def keep(space: Space, text: str) -> None:
    """Other numbers of copies."""
    path = space.home.paths.config
    lines = [line for line in path.read_text("utf-8").splitlines() if line.split(" ")[0] not in text]
    path.write_text("\n".join([*lines, ""]).replace("[backup]", f"[backup]\n{text}"), "utf-8")


def unpacked(path: Path, folder: Path) -> Path:
    folder.mkdir()
    copy_file.unpack(path, folder)
    return folder / copy_file.DATABASE


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


def damage(path: Path) -> None:
    """One bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.sqlite  # what is in the file is the subject; on a server: `tests/store/postgresql/test_copies.py`
def test_a_copy_is_one_tar_with_a_manifest_the_database_and_the_configuration(lived: Space, tmp_path: Path) -> None:
    before = dump(lived.home.paths.database)
    made = make(lived)
    assert made.path.name == "kiosk-20261125T075200Z.tar"
    with tarfile.open(made.path) as tar:
        assert tar.getnames() == ["manifest.json", "ledger.db", "kiosk.toml"]
    assert dump(unpacked(made.path, tmp_path / "out")) == before
    said = copy_file.check(made.path)
    assert (said.entry, said.counts["visit"], said.series["member"]) == (2, 1, 1)
    assert said.facts == copying.facts(tmp_path / "out" / "ledger.db")
    assert made.path.stat().st_mode & 0o777 == 0o600
    found = noted(lived)
    assert (found.succeeded_at, found.says) == (WEDNESDAY, made.path.name)


def test_a_copy_knows_its_home_by_its_key(lived: Space) -> None:
    path = make(lived).path
    assert copy_file.is_of(path, lived.home.seal.keys)
    assert not copy_file.is_of(path, [bytes(32)])
    content = path.read_bytes()
    path.write_bytes(
        content.replace(b'"tells_hours": true,', b'"tells_hours":  true,').replace(b'"form": 1', b'"form":1')
    )
    assert copy_file.is_of(path, lived.home.seal.keys), "how it is spaced says nothing"
    path.write_bytes(content.replace(b'"entry": 2', b'"entry": 3'))
    assert not copy_file.is_of(path, lived.home.seal.keys)


@pytest.mark.promise(6)
def test_the_month_s_copy_is_without_door_events_and_hours_down_to_its_bytes(lived: Space, tmp_path: Path) -> None:
    made = make(lived)
    assert made.lasting is not None
    whole, lasting = made.path.read_bytes(), made.lasting.read_bytes()
    assert [text for text in TOLD if text not in whole] == []
    assert [text for text in TOLD if text in lasting] == []
    database = unpacked(made.lasting, tmp_path / "out")
    with closing(sqlite3.connect(database)) as opened:
        assert opened.execute("SELECT count(*) FROM door_event").fetchone() == (0,)
        assert opened.execute("SELECT count(*) FROM entry").fetchone() == (2,)
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert opened.execute("PRAGMA freelist_count").fetchone() == (0,)
    assert not copy_file.manifest(made.lasting).tells_hours
    lived.clock.advance(hours=1)
    assert make(lived).lasting is None, "one a month"
    lived.clock.advance(days=30)
    assert make(lived).lasting is not None


def test_copies_made_hour_after_hour_stay_as_the_configuration_says(lived: Space) -> None:
    keep(lived, "hours = 3\ndays = 2\nweeks = 0\nmonths = 0")
    with home.opened(lived.home.paths.root) as opened:
        for _ in range(30):
            lived.clock.advance(hours=1)
            backup.make(opened, lived.clock, sure=True)
    kept = [copy_file.stamp(Path(name)) for name in names(lived)]
    assert kept == [
        datetime(2026, 11, 25, 23, 52, tzinfo=UTC),
        *(datetime(2026, 11, 26, hour, 52, tzinfo=UTC) for hour in (11, 12, 13)),
    ]


def test_by_a_clock_that_is_not_sure_nothing_goes(lived: Space) -> None:
    first = make(lived).path
    lived.clock.advance(days=200)
    made = make(lived, sure=False)
    assert made.gone == ()
    assert first.exists()
    lived.clock.advance(hours=1)
    assert first.name in make(lived).gone, "it tells hours, and is older than 90 days"
    assert not first.exists()


def test_a_damaged_copy_takes_no_good_one_s_place(lived: Space) -> None:
    keep(lived, "hours = 1\ndays = 1\nweeks = 0\nmonths = 0")
    with home.opened(lived.home.paths.root) as opened:
        first = backup.make(opened, lived.clock, sure=True).path
        lived.clock.set(datetime(2026, 11, 25, 22, 0, tzinfo=UTC))
        second = backup.make(opened, lived.clock, sure=False).path
        damage(second)
        lived.clock.set(datetime(2026, 11, 26, 6, 0, tzinfo=UTC))
        keep(lived, "hours = 1\ndays = 2\nweeks = 0\nmonths = 0")
    with home.opened(lived.home.paths.root) as opened:
        made = backup.make(opened, lived.clock, sure=True)
        assert made.damaged == (second.name,)
        assert first.exists()
        assert second.exists(), "what is damaged may still be somebody's last hope"
        lived.clock.advance(days=91)
        assert second.name in backup.make(opened, lived.clock, sure=True).gone


@pytest.mark.parametrize(
    "content", [b"", b"half a copy", bytes(10240)], ids=["nothing", "something else", "a tar of nothing"]
)
def test_what_is_only_named_as_a_copy_counts_for_none(lived: Space, content: bytes) -> None:
    keep(lived, "hours = 1\ndays = 0\nweeks = 0\nmonths = 0")
    with home.opened(lived.home.paths.root) as opened:
        good = backup.make(opened, lived.clock, sure=True).path
        fake = good.with_name("kiosk-20261231T000000Z.tar")
        fake.write_bytes(content)
        lived.clock.advance(hours=1)
        made = backup.make(opened, lived.clock, sure=True)
    assert made.gone == (good.name,)
    assert made.damaged == (fake.name,)
    assert made.path.exists()


@pytest.mark.sqlite  # a server's rows are counted as they are carried
def test_a_copy_that_is_not_what_was_counted_is_none_and_lets_nothing_go(
    lived: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(lived, "hours = 1\ndays = 0\nweeks = 0\nmonths = 0")
    before = make(lived).path
    honest = copying.copy

    def forgetful(database: Path, target: Path) -> Facts:
        counted = honest(database, target)
        with closing(sqlite3.connect(target)) as made, made:
            made.execute("DELETE FROM door_event")
        return counted

    monkeypatch.setattr(copying, "copy", forgetful)
    lived.clock.advance(hours=1)
    with pytest.raises(MachineError, match="does not hold what was copied: counts"):
        make(lived)
    assert before.exists()
    assert len(copy_file.listed(lived.home.paths.backups)) == 2, "the first one, and its month's"
    found = noted(lived)
    assert (found.failed, found.says, found.succeeded_at) == (True, "backup", WEDNESDAY)


@pytest.mark.sqlite  # a server's is looked at whole each time
def test_the_first_copy_of_a_day_is_looked_at_whole(lived: Space) -> None:
    make(lived)
    with closing(sqlite3.connect(lived.home.paths.database)) as database, database:
        database.execute("INSERT INTO door_event (at, kind, member_id) VALUES (?, 'opened', 99)", (REFUSED,))
    lived.clock.advance(hours=1)
    make(lived)
    lived.clock.advance(days=1)
    with pytest.raises(MachineError, match="a row of door_event refers to none of member"):
        make(lived)


@pytest.mark.promise(3)
def test_a_chain_that_broke_since_the_last_copy_is_not_copied_as_sound(lived: Space) -> None:
    make(lived)
    lived.clock.advance(days=1)
    lived.tap(INES)
    with beside.unguarded(lived.home) as database:
        database.execute("UPDATE entry SET actor = 'somebody' WHERE number = 3")
    with pytest.raises(MachineError, match="entry 3 does not match its seal"):
        make(lived)


def test_a_disk_that_gives_back_something_else_is_noticed(lived: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = copy_file._write

    def bad(file: io.BufferedRandom, *rest: object) -> None:
        honest(file, *rest)  # type: ignore[arg-type]
        file.seek(8192)
        file.write(b"\xff" * 64)

    monkeypatch.setattr(copy_file, "_write", bad)
    with pytest.raises(MachineError, match="is damaged"):
        make(lived)
    assert names(lived) == []


def test_two_do_not_copy_at_once(lived: Space) -> None:
    with backup.alone(lived.home.paths), pytest.raises(MachineError) as refused:
        make(lived)
    assert refused.value.code == "backup-runs"


def test_what_a_killed_one_left_is_taken_away(lived: Space) -> None:
    folder = lived.home.paths.backups
    (folder / ".making").mkdir()
    (folder / ".making" / "ledger.db").write_bytes(b"half")
    (folder / ".kiosk-20261125T000000Z.tar.part").write_bytes(b"half")
    made = make(lived)
    assert made.lasting is not None
    assert names(lived) == sorted([made.path.name, made.lasting.name])


def test_keys_that_cannot_be_sealed_leave_a_copy_that_says_so(lived: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(paths: Paths, recipient: str) -> bytes:
        raise MachineError("tool-missing", f"age is missing, {recipient} gets nothing of {paths.root}")

    monkeypatch.setattr(sealing, "seal_keys", missing)
    monkeypatch.setattr(lived, "home", replace(lived.home, config=sealed_for("age1...", lived.home.config)))
    made = make(lived)
    assert "age is missing" in made.keyless
    assert not made.manifest.has_keys
    assert noted(lived).failed


def sealed_for(recipient: str, config: Config) -> Config:
    return msgspec.structs.replace(config, backup=msgspec.structs.replace(config.backup, recipient=recipient))


# --- while others work


def test_taps_go_on_while_a_copy_is_made_and_each_copy_is_of_one_moment(
    lived: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_PAGES_AT_ONCE", 16)  # so many steps as a ledger of years has, and writes between
    ended, written = threading.Event(), 0

    def write() -> None:
        nonlocal written
        with beside.unguarded(lived.home) as other:
            while not ended.wait(0.001):
                other.execute("BEGIN")  # two tables in one transaction
                other.execute("INSERT INTO door_event (at, kind) VALUES (?, 'opened')", (REFUSED,))
                other.execute("UPDATE member SET version = version + 1")
                other.execute("COMMIT")
                written += 1

    events = "SELECT (SELECT count(*) FROM door_event) - (SELECT version FROM member)"
    before = lived.sql(events)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for turn in range(5):
            lived.clock.advance(hours=1)
            began = written
            database = unpacked(make(lived).path, tmp_path / str(turn))
            assert written > began
            with closing(sqlite3.connect(database)) as opened:
                assert opened.execute(events).fetchall() == before
    finally:
        ended.set()
        writer.join()


def test_a_copy_without_hours_reaches_the_disk_in_steps_in_its_own_folder(
    lived: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "copy.db"
    copying.copy(lived.home.paths.database, database)
    with closing(sqlite3.connect(database)) as raw:
        raw.execute("CREATE TABLE ballast (number INTEGER, filling BLOB)")
        raw.executemany("INSERT INTO ballast VALUES (?, randomblob(1000))", ((number,) for number in range(4000)))
        raw.commit()
    monkeypatch.setattr(copying, "_INSTRUCTIONS_AT_ONCE", 1000)
    grown = [0]
    flush = os.fdatasync

    def flushed(descriptor: int) -> None:
        grown.append(os.fstat(descriptor).st_size)
        flush(descriptor)

    monkeypatch.setattr(os, "fdatasync", flushed)
    copying.forget_hours(database)
    assert max(after - before for before, after in itertools.pairwise(grown)) < database.stat().st_size / 4
    assert list(tmp_path.glob("copy*")) == [database]
    assert database.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(database)) as raw:
        assert raw.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert raw.execute("SELECT count(*) FROM ballast").fetchone() == (4000,)


@pytest.mark.promise(3)
def test_a_kill_at_any_moment_leaves_whole_copies_only(lived: Space) -> None:
    chance = random.Random(7)
    folder = lived.home.paths.backups
    command = [sys.executable, "-m", "kiosk", "--home", str(lived.home.paths.root), "backup"]
    for _ in range(6):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and not list(folder.glob(".*")):
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.12))
        process.send_signal(signal.SIGKILL)
        process.wait()
        for path in copy_file.listed(folder):
            copy_file.check(path)
    whole = copy_file.listed(folder)
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert list(folder.glob(".*")) == []
    assert len(copy_file.listed(folder)) >= min(1, len(whole))


# --- disks


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    with doors.memory_disk(tmp_path / "small", 40) as disk:
        yield disk


@pytest.mark.skipif(os.geteuid() != 0, reason="a disk can be mounted by root only")
def test_a_full_disk_keeps_the_copies_it_has(lived: Space, small: Path) -> None:
    root = Path(shutil.copytree(lived.home.paths.root, small / "home"))
    with home.opened(root) as opened:
        first = backup.make(opened, lived.clock, sure=True).path
        doors.fill(small)
        lived.clock.advance(hours=1)
        with pytest.raises(MachineError, match="make room") as refused:
            backup.make(opened, lived.clock, sure=True)
        assert refused.value.exit_status == 3
        (small / "filling").unlink()
        with opened.store.reading() as connection:
            assert upkeep_rows.found(connection)[Care.BACKUP].succeeded_at == WEDNESDAY
    assert first.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="a disk can be mounted by root only")
def test_a_disk_that_fills_while_a_copy_is_made_keeps_no_half_one(
    lived: Space, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(shutil.copytree(lived.home.paths.root, small / "home"))
    monkeypatch.setattr(backup, "want_room", lambda folder, size: None)
    with home.opened(root) as opened:
        first = backup.make(opened, lived.clock, sure=True)
        doors.fill(small)
        with pytest.raises(MachineError) as refused:
            backup.make(opened, lived.clock, sure=True)
    assert refused.value.code == "backup"
    assert first.lasting is not None
    assert sorted(path.name for path in (root / "backups").iterdir()) == sorted([first.path.name, first.lasting.name])


# --- files that somebody else made


def info(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.size, made.linkname = kind, size, link
    return made


def test_a_tar_that_reaches_out_of_its_folder_writes_nothing(lived: Space, tmp_path: Path) -> None:
    good = make(lived).path
    with tarfile.open(good) as tar:
        manifest = tar.extractfile("manifest.json")
        assert manifest is not None
        text = manifest.read()
    for member in (
        info("../ledger.db", size=4),
        info("/etc/passwd", size=4),
        info("ledger.db", tarfile.SYMTYPE, link="/etc/passwd"),
        info("ledger.db", tarfile.LNKTYPE, link="manifest.json"),
        info("ledger.db", tarfile.FIFOTYPE),
        info("ledger.db", tarfile.GNUTYPE_SPARSE),
        info("ledger.db", tarfile.XHDTYPE),
        info("keys", tarfile.DIRTYPE),
        info("manifest.json", size=4),
    ):
        path = tmp_path / "evil.tar"
        first = info("manifest.json", size=len(text))
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
            tar.addfile(first, io.BytesIO(text))
            tar.addfile(member, io.BytesIO(b"evil") if member.isreg() else None)
        folder = tmp_path / "out"
        folder.mkdir()
        with pytest.raises(MachineError, match="holds what no copy holds") as refused:
            copy_file.unpack(path, folder)
        assert refused.value.code == "copy-damaged"
        assert list(folder.iterdir()) == []
        folder.rmdir()


def test_a_member_that_claims_to_be_huge_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.tar"
    block = info("manifest.json", size=7 << 30).tobuf(tarfile.USTAR_FORMAT)
    with path.open("wb") as file:
        file.write(block)
        file.truncate(8 << 30)  # a hole: eight gigabytes that take no room
    with pytest.raises(MachineError, match="it ends too soon"):
        copy_file.manifest(path)


def test_a_manifest_of_anything_else_is_no_manifest(tmp_path: Path) -> None:
    for text in (b"", b"{", b"[]", b'{"form": 1}', b"\xff" * 40, b'{"seal": 3}'):
        path = tmp_path / "odd.tar"
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
            tar.addfile(info("manifest.json", size=len(text)), io.BytesIO(text))
        with pytest.raises(MachineError) as refused:
            copy_file.manifest(path)
        assert refused.value.code == "copy-damaged"


def test_a_copy_cut_short_or_altered_anywhere_is_damaged(lived: Space, tmp_path: Path) -> None:
    good = make(lived).path
    content = good.read_bytes()
    chance = random.Random(3)
    path = tmp_path / good.name
    for _ in range(40):
        path.write_bytes(content[: chance.randrange(len(content) - 1024)])
        with pytest.raises(MachineError, match="damaged"):
            copy_file.check(path)
    said = copy_file.manifest(good)
    for _ in range(40):
        altered = bytearray(content)
        altered[chance.randrange(4096, 4096 + said.members["ledger.db"].size)] ^= 1 << chance.randrange(8)
        path.write_bytes(altered)
        with pytest.raises(MachineError, match="damaged"):
            copy_file.check(path)


def test_a_copy_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError) as refused:
        copy_file.check(tmp_path / "kiosk-20261125T075200Z.tar")
    assert refused.value.code == "no-such-copy"


def test_moments_of_copies_are_read_from_their_names_alone() -> None:
    assert copy_file.stamp(Path("kiosk-20261125T075200Z.tar")) == WEDNESDAY
    for name in ("kiosk-20261125T075200Z.tar.age", "kiosk-20261399T075200Z.tar", "before-0004.db", ".kiosk.tar.part"):
        assert copy_file.stamp(Path(name)) is None


def test_a_second_copy_of_a_second_has_a_name_of_its_own(tmp_path: Path) -> None:
    first = copy_file.free_name(tmp_path, WEDNESDAY)
    first.touch()
    assert copy_file.free_name(tmp_path, WEDNESDAY) == first.with_name("kiosk-20261125T075201Z.tar")
