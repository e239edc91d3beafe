"""A server of the records whose disk is really full: under the tables, and under the log that it writes before them."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from kiosk import config_file, home
from kiosk.setup import moving
from tests import postgres
from tests.conftest import WEDNESDAY, Space, patient
from tests.fakes import FakeClock
from tests.faults.test_server import KNOWN, comes_in, entered_once
from tests.processes import until

pytestmark = [
    pytest.mark.promise(1, 2, 4),
    pytest.mark.skipif(os.geteuid() != 0, reason="a disk can be mounted by root only"),
]


@pytest.fixture
def server() -> Iterator[postgres.Server]:
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL server is installed")
    made = postgres.new()
    yield made
    made.end()


@pytest.fixture
def root(server: postgres.Server, template: Path, tmp_path: Path) -> Path:
    """A home there with a member whom the roster knows."""
    root = Path(shutil.copytree(template, tmp_path / "home"))
    moving.to_server(root, server.url(server.made()))
    with patient(), _entrance(root) as space:
        space.join("Inès Moreau", KNOWN)
        space.kept.follower.follow()
    return root


@contextmanager
def _entrance(root: Path) -> Iterator[Space]:
    with home.opened(root, program="entrance") as opened:
        made = Space(opened, FakeClock(WEDNESDAY))
        try:
            yield made
        finally:
            made.kept.close()


@contextmanager
def _disk(at: Path, megabytes: int) -> Iterator[Path]:
    """A disk of the server's own, in memory."""
    at.mkdir()
    whose = f"size={megabytes}m,mode=700,uid={postgres.NOBODY},gid={postgres.NOBODY}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", whose, "tmpfs", at], check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", at], check=True)


def _filled(disk: Path) -> Path:
    """Leave no room. Returns what to remove."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler


def test_full_disk_under_the_tables_shuts_nobody_out(
    server: postgres.Server, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = config_file.load(root / "kiosk.toml").database.url.rpartition("/")[2]
    with _disk(server.folder / "small", 64) as disk:
        server.run(f"CREATE TABLESPACE small LOCATION '{disk}'")
        server.run(f"ALTER DATABASE {database} SET TABLESPACE small")
        filler = _filled(disk)
        with _entrance(root) as space:
            comes_in(space)
            assert space.kept.spool.waiting()
            assert "disk is full" in caplog.text
            filler.unlink()
            entered_once(space)
        server.control("-m", "immediate", "stop")


def test_full_disk_under_the_log_takes_the_server_down_and_nobody_stands_outside(
    server: postgres.Server, root: Path
) -> None:
    log, kept = server.folder / "data" / "pg_wal", server.folder / "pg_wal"
    server.control("-m", "fast", "stop")
    log.rename(kept)
    with _disk(log, 64) as disk:
        subprocess.run(["cp", "-a", f"{kept}/.", disk], check=True)
        server.control("start")
        with _entrance(root) as space:
            filler = _filled(disk)
            with pytest.raises(psycopg.OperationalError):  # somebody writes, until the log has no room
                for _ in range(100):
                    server.run("SELECT pg_logical_emit_message(true, 'fills', repeat('x', 1000000))")
            comes_in(space)
            assert space.kept.spool.waiting()
            filler.unlink()
            until(lambda: _runs(server))
            entered_once(space)
        server.control("-m", "immediate", "stop")


def _runs(server: postgres.Server) -> bool:
    """Whether it answers; one that gave up is started as a supervisor would."""
    with suppress(psycopg.Error):
        server.run("SELECT 1")
        return True
    with suppress(subprocess.CalledProcessError):
        server.control("start")
    return False
