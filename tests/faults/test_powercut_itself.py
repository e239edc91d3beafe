"""The power-cut simulator loses what it should lose, and nothing else: shown with small writers, good and bad ones."""

import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.faults import powercut
from tests.faults.powercut import FileId, Form, Log, Opened, PowercutError, Record, Renamed, Resized, Synced, Written
from tests.shared import once

POINTS = 66

ROWS = """
import os, sqlite3, sys
first, journal, synchronous, when = int(sys.argv[1]), *sys.argv[2:]
db = sqlite3.connect("rows.db", isolation_level=None, timeout=20)
db.execute(f"PRAGMA journal_mode={journal}")
db.execute(f"PRAGMA synchronous={synchronous}")
db.execute("PRAGMA wal_autocheckpoint=40")
db.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, text TEXT)")
for row in range(first, first + 120):
    ack = f"ACK {row}\\n".encode()
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO rows VALUES (?, ?)", (row, "x" * (row % 700)))
    if when == "early":
        os.write(1, ack)
    db.execute("COMMIT")
    if when == "late":
        os.write(1, ack)
"""

LINES = """
import os, sys
spool = os.open("spool", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
for line in range(200):
    os.write(spool, b"%d %s.\\n" % (line, b"y" * (line % 300)))
    if sys.argv[1] == "synced":
        os.fdatasync(spool)
    os.write(1, b"ACK %d\\n" % line)
"""

PAGE = """
import os
page = os.open("page", os.O_WRONLY | os.O_CREAT)
os.pwrite(page, b"a" * 4096, 0)
os.fsync(page)
os.pwrite(page, b"b" * 4096, 0)
"""

REPLACE = """
import os, sys
from pathlib import Path
with Path("next").open("w") as file:
    file.write("new")
    file.flush()
    if sys.argv[1] == "synced":
        os.fsync(file.fileno())
os.replace("next", "state")
"""

EVERYTHING = """
import os, shutil, subprocess, sys, tempfile, threading
from pathlib import Path
here = Path.cwd()
(here / "old").write_text("changed")
with Path("text").open("w") as file:
    file.write("one")
with Path("text").open("a", buffering=1) as file:
    print("two", file=file)
with Path("numbers").open("r+b" if Path("numbers").exists() else "w+b", buffering=0) as file:
    file.write(bytes(3000))
    file.seek(1000)
    file.write(b"middle")
    file.truncate(2500)
    os.pwrite(file.fileno(), b"end", 4000)
    os.writev(file.fileno(), [b"a", b"", b"bc"])
    os.pwritev(file.fileno(), [b"d", b"ef"], 10)
    os.truncate("numbers", 3500)
    os.write(os.dup(file.fileno()), b"dup")
    os.fsync(file.fileno())
    os.posix_fallocate(file.fileno(), 0, 6000)
Path("shrunk").write_text("long before")
Path("shrunk").write_text("short")
os.write(os.open("relative", os.O_WRONLY | os.O_CREAT, dir_fd=os.open(here, os.O_RDONLY)), b"to a folder")
Path("new").write_bytes(b"replacing")
os.replace("new", "text")
shutil.copyfile("text", "copy")
shutil.copy2("numbers", "numbers.copy")
Path("folder/inner").mkdir(parents=True)
Path("folder/inner/file").write_text("moves with its folder")
held = os.open("folder/inner/file", os.O_WRONLY | os.O_APPEND)
os.rename("folder", "renamed")
os.pwrite(held, b", and goes on", 0)
os.link("renamed/inner/file", "second name")
os.write(held, b" under two names")
os.unlink("renamed/inner/file")
Path("gone").write_text("away")
Path("gone").unlink()
Path("gone").unlink(missing_ok=True)
Path("back").write_text("a new file, perhaps with the old number")
try:
    os.rename("nowhere", "copy")
except FileNotFoundError:
    pass
shutil.copytree("renamed", "tree")
shutil.rmtree("tree")
with tempfile.NamedTemporaryFile(dir=here, delete=False) as file:
    file.write(b"temporary")
os.symlink(here / "renamed", here.parent / "way in")
(here.parent / "way in" / "through").write_text("by a link from outside")
os.write(os.open("synced", os.O_WRONLY | os.O_CREAT | os.O_DSYNC), b"by its descriptor")
spool = os.open("threads", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
def many():
    for turn in range(40):
        os.write(spool, b"%d of %d\\n" % (turn, threading.get_ident()))
threads = [threading.Thread(target=many) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
if os.fork() == 0:
    Path("forked").write_text("child")
    os._exit(0)
os.wait()
subprocess.run([sys.executable, "-c", "open('called', 'w').write('grandchild')"], check=True)
with open("by the shell", "w") as out:
    subprocess.run(["sh", "-c", "echo words; cat old; mv copy moved"], stdout=out, check=True)
"""


@pytest.fixture(scope="module")
def shim() -> Path:
    def make(folder: Path) -> None:
        folder.mkdir()
        powercut.compile_shim(folder)

    return next(once("shim", make).glob("*.so"))


@dataclass
class Run:
    """Writers that ran to their end, and what they did to the disk."""

    folder: Path
    base: Path
    log: Log

    def violations(
        self, form: Form, stored: Callable[[Path], set[str]], points: int = POINTS, *, loses_names: bool = False
    ) -> int:
        """At how many points something acknowledged is missing."""
        rng = random.Random(7)
        cuts = powercut.cut_points(self.log, points, rng)
        assert len(cuts) >= min(points, len(self.log.records))
        into = self.folder / "cut"
        rebuilt = powercut.rebuild_many(self.log, self.base, cuts, [form], rng, into, loses_names=loses_names)
        return sum(not set(powercut.acks(self.log, point)) <= stored(into) for point, _ in rebuilt)


def started(shim: Path, folder: Path, script: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=folder / "disk",
        env=powercut.environment(shim, folder / "log", [folder / "disk"]),
        stdout=subprocess.DEVNULL,
    )


def ran(
    shim: Path, folder: Path, script: str, *writers: tuple[str, ...], before: Mapping[str, bytes] = MappingProxyType({})
) -> Run:
    """Writers at the same time on one disk, with what they did written down; all of it was seen."""
    for name in ("disk", "base"):
        (folder / name).mkdir()
        for file, content in before.items():
            (folder / name / file).write_bytes(content)
    processes = [started(shim, folder, script, *arguments) for arguments in writers]
    assert [process.wait(timeout=60) for process in processes] == [0] * len(writers)
    run = Run(folder, folder / "base", Log.read(folder / "log"))
    assert powercut.unseen(run.log, run.base) == []
    return run


def rows(folder: Path) -> set[str]:
    """Rows of a sound database; none where there is no table yet."""
    if not (folder / "rows.db").exists():
        return set()
    with closing(sqlite3.connect(folder / "rows.db")) as database:
        database.execute("PRAGMA synchronous=OFF")  # the copy need not survive
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'rows'").fetchall():
            return set()
        return {str(row) for (row,) in database.execute("SELECT id FROM rows")}


def whole_lines(folder: Path) -> set[str]:
    spool = folder / "spool"
    lines = spool.read_bytes().split(b"\n")[:-1] if spool.exists() else []
    return {number.decode() for number, _, rest in (line.partition(b" ") for line in lines) if rest.endswith(b".")}


# ---- it keeps what is safe -------------------------------------------------------------------------------------------


def test_a_commit_with_a_full_sync_is_never_lost(shim: Path, tmp_path: Path) -> None:
    run = ran(shim, tmp_path, ROWS, ("0", "WAL", "FULL", "late"))
    assert {form: run.violations(form, rows) for form in Form} == dict.fromkeys(Form, 0)


def test_two_processes_with_full_syncs_lose_nothing_either(shim: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "rows.db")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)")
    before = {"rows.db": (tmp_path / "rows.db").read_bytes()}
    run = ran(shim, tmp_path, ROWS, ("0", "WAL", "FULL", "late"), ("1000", "WAL", "FULL", "late"), before=before)
    assert len(run.log.acked) == 240
    assert {form: run.violations(form, rows, 30) for form in Form} == dict.fromkeys(Form, 0)


def test_a_synced_line_is_never_lost(shim: Path, tmp_path: Path) -> None:
    run = ran(shim, tmp_path, LINES, ("synced",))
    assert {form: run.violations(form, whole_lines) for form in Form} == dict.fromkeys(Form, 0)


def test_a_write_ahead_log_and_a_synced_line_need_no_names_but_their_own(shim: Path, tmp_path: Path) -> None:
    for name, script, arguments, stored in (
        ("rows", ROWS, ("0", "WAL", "FULL", "late"), rows),
        ("lines", LINES, ("synced",), whole_lines),
    ):
        (tmp_path / name).mkdir()
        run = ran(shim, tmp_path / name, script, arguments)
        assert {form: run.violations(form, stored, loses_names=True) for form in Form} == dict.fromkeys(Form, 0)


# ---- it catches what is not ------------------------------------------------------------------------------------------


def test_a_commit_without_a_sync_is_lost_but_only_with_the_power(shim: Path, tmp_path: Path) -> None:
    run = ran(shim, tmp_path, ROWS, ("0", "WAL", "NORMAL", "late"))
    assert run.violations(Form.LOSE, rows) > POINTS // 2
    assert run.violations(Form.TORN, rows) > POINTS // 2
    assert run.violations(Form.KEEP, rows) == 0


def test_an_acknowledgement_before_the_commit_is_caught(shim: Path, tmp_path: Path) -> None:
    run = ran(shim, tmp_path, ROWS, ("0", "WAL", "FULL", "early"))
    assert min(run.violations(form, rows) for form in Form) > 0


def test_a_line_that_was_not_synced_is_lost(shim: Path, tmp_path: Path) -> None:
    run = ran(shim, tmp_path, LINES, ("unsynced",))
    assert run.violations(Form.LOSE, whole_lines) > POINTS // 2
    assert run.violations(Form.TORN, whole_lines) > POINTS // 2
    assert run.violations(Form.KEEP, whole_lines) == 0


@pytest.mark.parametrize(("synchronous", "is_caught"), [("FULL", True), ("EXTRA", False)])
def test_a_journal_that_comes_back_takes_a_commit_away(
    shim: Path, tmp_path: Path, synchronous: str, is_caught: bool
) -> None:
    run = ran(shim, tmp_path, ROWS, ("0", "DELETE", synchronous, "late"))
    assert {form: run.violations(form, rows) for form in Form} == dict.fromkeys(Form, 0)
    assert (run.violations(Form.LOSE, rows, loses_names=True) > 0) is is_caught
    assert run.violations(Form.KEEP, rows, loses_names=True) == 0


@pytest.mark.parametrize(("sync", "found"), [("", "old"), ("os.fsync(os.open('.', os.O_RDONLY))", "new")])
def test_a_new_name_is_safe_once_its_folder_was_synced(shim: Path, tmp_path: Path, sync: str, found: str) -> None:
    run = ran(shim, tmp_path, REPLACE + sync, ("synced",), before={"state": b"old"})
    into = tmp_path / "cut"
    powercut.rebuild(run.log, run.base, len(run.log.records), Form.LOSE, random.Random(7), into, loses_names=True)
    assert (into / "state").read_text() == found


def test_a_torn_line_ends_in_its_middle(shim: Path, tmp_path: Path) -> None:
    run = ran(shim, tmp_path, LINES, ("unsynced",))
    whole = (tmp_path / "disk" / "spool").read_bytes()
    rng, into, partly = random.Random(7), tmp_path / "cut", 0
    for _ in powercut.rebuild_many(run.log, run.base, range(20, 120), [Form.TORN], rng, into):
        found = (into / "spool").read_bytes()
        partly += whole.startswith(found) and found[-1:] not in (b"", b"\n")
    assert partly > 0


def test_a_torn_page_is_half_new_and_half_old(shim: Path, tmp_path: Path) -> None:
    run = ran(shim, tmp_path, PAGE, ())
    into, seen = tmp_path / "cut", set()
    for seed in range(60):
        powercut.rebuild(run.log, run.base, len(run.log.records), Form.TORN, random.Random(seed), into)
        page = (into / "page").read_bytes()
        assert len(page) == 4096
        assert all(len(set(page[at : at + 512])) == 1 for at in range(0, 4096, 512))
        seen.add(frozenset(page))
    assert seen == {frozenset(b"a"), frozenset(b"b"), frozenset(b"ab")}


# ---- it sees everything, under any name ------------------------------------------------------------------------------


def test_every_way_to_write_is_seen(shim: Path, tmp_path: Path) -> None:
    run = ran(shim, tmp_path, EVERYTHING, ())
    assert not list(tmp_path.glob("disk/tree"))
    assert (tmp_path / "disk/second name").read_text() == "moves with its folder, and goes on under two names"
    assert (tmp_path / "disk/shrunk").stat().st_size == 5
    assert [record.path for record in run.log.records if isinstance(record, Synced)] == ["numbers", "synced"]
    assert [record.new for record in run.log.records if isinstance(record, Renamed)] == ["text", "renamed", "moved"]


@pytest.mark.parametrize(("how", "after"), [("synced", "new"), ("unsynced", "")])
def test_a_file_takes_its_safe_content_along_when_it_is_renamed(
    shim: Path, tmp_path: Path, how: str, after: str
) -> None:
    run = ran(shim, tmp_path, REPLACE, (how,), before={"state": b"old"})
    renamed = next(position for position, record in enumerate(run.log.records) if isinstance(record, Renamed))
    into = tmp_path / "cut"
    cuts = powercut.rebuild_many(run.log, run.base, [renamed, renamed + 1], [Form.LOSE], random.Random(7), into)
    assert [(into / "state").read_text() for _ in cuts] == ["old", after]
    assert not (into / "next").exists()


def test_what_is_rebuilt_keeps_modes_and_shared_names(shim: Path, tmp_path: Path) -> None:
    script = "import os; os.open('file', os.O_CREAT, 0o640); os.mkdir('in', 0o700); os.link('file', 'in/file')"
    run = ran(shim, tmp_path, script, ())
    into = tmp_path / "cut"
    powercut.rebuild(run.log, run.base, len(run.log.records), Form.LOSE, random.Random(7), into)
    assert (into / "file").samefile(into / "in" / "file")
    assert [oct((into / name).stat().st_mode & 0o777) for name in ("file", "in")] == ["0o640", "0o700"]


def test_the_sync_of_a_file_saves_its_name_and_earlier_ones_but_no_later_one(shim: Path, tmp_path: Path) -> None:
    script = """
import os
os.unlink("earlier")
file = os.open("file", os.O_WRONLY | os.O_CREAT)
os.unlink("later")
os.fsync(file)
"""
    run = ran(shim, tmp_path, script, (), before={"earlier": b"", "later": b""})
    into = tmp_path / "cut"
    powercut.rebuild(run.log, run.base, len(run.log.records), Form.LOSE, random.Random(7), into, loses_names=True)
    assert sorted(found.name for found in into.iterdir()) == ["file", "later"]


def test_what_was_written_behind_a_cut_of_the_file_needs_that_cut(tmp_path: Path) -> None:
    file = FileId(1, 2)
    records: list[Record] = [
        Opened("spool", file, 0, 0o600, False),
        Written("spool", file, 0, memoryview(b"a" * 2048)),
        Synced("spool", file, covers=2),
        Resized("spool", file, 512),
        Written("spool", file, 512, memoryview(b"b" * 512)),
    ]
    (tmp_path / "base").mkdir()
    seen = set()
    for seed in range(40):
        into = tmp_path / "cut"
        powercut.rebuild(Log((), records, []), tmp_path / "base", 5, Form.TORN, random.Random(seed), into)
        seen.add((into / "spool").read_bytes())
    assert seen == {b"a" * 2048, b"a" * 512, b"a" * 512 + b"b" * 512}


def test_a_sync_does_not_cover_what_was_written_after_it_began(tmp_path: Path) -> None:
    file = FileId(1, 2)
    records: list[Record] = [
        Opened("spool", file, 0, 0o600, False),
        Written("spool", file, 0, memoryview(b"before")),
        Written("spool", file, 6, memoryview(b" during")),
        Synced("spool", file, covers=2),
    ]
    (tmp_path / "base").mkdir()
    powercut.rebuild(Log((), records, []), tmp_path / "base", 4, Form.LOSE, random.Random(7), tmp_path / "cut")
    assert (tmp_path / "cut" / "spool").read_bytes() == b"before"


def test_a_file_the_base_lacks_is_no_silent_loss(shim: Path, tmp_path: Path) -> None:
    run = ran(
        shim, tmp_path, REPLACE.replace("os.replace", "open('state', 'a');"), ("synced",), before={"state": b"old"}
    )
    (run.base / "state").unlink()
    with pytest.raises(PowercutError, match="state came or changed unseen"):
        powercut.unseen(run.log, run.base)


def test_without_a_compiler_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PowercutError, match="apt-get install gcc libc6-dev"):
        powercut.compile_shim(tmp_path)
