"""The ledger copied continuously by the real Litestream, into a folder, while people come in."""

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kiosk import home as home_module
from kiosk.cli.copies import streaming
from kiosk.errors import RequestError
from kiosk.home import Home, Paths
from kiosk.jobs.copies import backup
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.processes import PYTHON, until

LITESTREAM = str(Path(sys.executable).with_name("litestream"))
TABLES = ("entry", "visit", "member", "door_event", "account")


@contextmanager
def _replicating(home: Home, folder: Path) -> Iterator[Path]:
    """Litestream at work; what it was told."""
    settings = folder / "litestream.yml"
    settings.write_text(streaming.settings(home.paths, folder / "replica", folder / "memory"))
    words = [LITESTREAM, "replicate", "-no-expand-env", "-config", str(settings)]
    with (folder / "litestream.log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log)
    try:
        until(lambda: list((folder / "replica").rglob("*.ltx")))
        yield settings
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0, (folder / "litestream.log").read_text()


def _restored(home: Home, settings: Path, target: Path) -> Path:
    words = [LITESTREAM, "restore", "-no-expand-env", "-config", str(settings), "-o", str(target)]
    subprocess.run([*words, str(home.paths.database)], check=True, capture_output=True)
    return target


def _rows(database: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(database)) as connection:
        return {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in TABLES}


@pytest.fixture
def home(root: Path) -> Iterator[Home]:
    with home_module.opened(root) as opened:
        yield opened


def test_what_people_did_is_in_the_folder_with_a_chain_that_verifies(home: Home, root: Path, tmp_path: Path) -> None:
    space = Space(home, FakeClock(WEDNESDAY))
    with _replicating(home, tmp_path) as settings:
        for number in range(60):
            uid = f"04A2{number:010X}"
            space.join(f"Membre {number}", uid)
            space.tap(uid)
            space.kept.follower.turn()
            time.sleep(0.02)  # people come one by one: Litestream works beside them
    space.kept.close()
    other = Path(shutil.copytree(root, tmp_path / "other", ignore=shutil.ignore_patterns("ledger.db*")))
    database = _restored(home, settings, other / "db" / "ledger.db")
    assert _rows(database) == _rows(home.paths.database)
    assert len(_rows(database)["visit"]) == 60
    done = subprocess.run([*PYTHON, "--home", str(other), "verify"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_its_two_tables_are_no_fault_of_the_schema_and_a_copy_is_made_beside_it(home: Home, tmp_path: Path) -> None:
    with _replicating(home, tmp_path):
        with closing(sqlite3.connect(home.paths.database)) as found:
            names = {name for (name,) in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert {"_litestream_lock", "_litestream_seq"} <= names
        done = subprocess.run(
            [*PYTHON, "--home", str(home.paths.root), "verify"], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert backup.make(home, FakeClock(WEDNESDAY), sure=True).path.exists()


def test_nothing_is_kept_there_for_longer_than_hours_are(home: Home, tmp_path: Path) -> None:
    text = streaming.settings(home.paths, tmp_path / "replica", tmp_path / "memory")
    assert "  retention: 168h\n" in text
    assert "\n      type: file\n" in text


@pytest.mark.parametrize("target", ["replica", "/srv/../etc", "/srv/$HOME", "/srv/a\nb: c"])
def test_a_target_that_is_more_than_a_folder_is_refused(target: str) -> None:
    with pytest.raises(RequestError) as raised:
        streaming.settings(Paths(Path("/nowhere")), Path(target), Path("/memory"))
    assert raised.value.code == "stream-target"


def test_a_target_in_the_home_is_refused(root: Path) -> None:
    with pytest.raises(RequestError, match="another disk"):
        streaming.settings(Paths(root), root / "replica", Path("/memory"))


def test_the_command_writes_what_litestream_reads(home: Home, tmp_path: Path) -> None:
    words = [*PYTHON, "--home", str(home.paths.root), "litestream-config", "--target", str(tmp_path / "a folder: #1")]
    output = tmp_path / "litestream.yml"
    done = subprocess.run([*words, "--output", str(output)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    said = subprocess.run([LITESTREAM, "databases", "-config", str(output)], capture_output=True, text=True, check=True)
    assert str(home.paths.database) in said.stdout
    shown = subprocess.run(words, capture_output=True, text=True, check=True)
    assert shown.stdout == output.read_text()
