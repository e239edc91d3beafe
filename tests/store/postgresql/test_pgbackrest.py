"""pgBackRest, as Debian has it: a base copy and the log since, put back elsewhere with the same head."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kiosk.setup import moving
from kiosk.store import audit, ledger
from tests import postgres
from tests.processes import free_port, until
from tests.store.place import DAY, Place, morning, opened

pytestmark = pytest.mark.slow  # `scripts/test --quick` installs nothing of Debian, pgBackRest neither

_TOOL = shutil.which("pgbackrest") or "pgbackrest"
_WAY = """\
[global]
repo1-path={folder}/repository
repo1-retention-full=2
log-path={folder}
lock-path={folder}
spool-path={folder}
log-level-console=warn
log-level-file=off
start-fast=y
[kiosk]
pg1-path={data}
pg1-port={port}
pg1-socket-path={folder}
pg1-user=postgres
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where all of it lies: somebody without rights has to get there."""
    made = postgres._folder()
    yield made
    shutil.rmtree(made)


def _tool(folder: Path, *words: object) -> None:
    postgres.as_nobody([_TOOL, f"--config={folder}/pgbackrest.conf", "--stanza=kiosk", *words])


def _configure(folder: Path, data: Path, port: int) -> None:
    config = folder / "pgbackrest.conf"
    config.write_text(_WAY.format(folder=folder, data=data, port=port), "utf-8")


def _head(place: Place) -> tuple[int, bytes]:
    with place.store.reading() as connection:
        found = ledger.head(connection)
    return found.number, found.mac


def _recovers(server: postgres.Server) -> bool:
    """Whether it still reads the log, and takes nothing."""
    with psycopg.connect(server.url("postgres")) as connection:
        row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
    return row is None or bool(row[0])


def test_what_was_entered_after_the_base_copy_is_back_with_its_head(
    new_home: Path, folder: Path, tmp_path: Path
) -> None:
    archive = f"archive_command = '{_TOOL} --config={folder}/pgbackrest.conf --stanza=kiosk archive-push %p'"
    settings = f"archive_mode = on\n{archive}\nunix_socket_directories = '{folder}'\nfull_page_writes = on"
    server = postgres.new(settings)
    again = postgres.Server(free_port(), folder)
    try:
        _configure(folder, server.folder / "data", server.port)
        _tool(folder, "stanza-create")
        root = Path(shutil.copytree(new_home, tmp_path / "home"))
        database = server.made()
        moving.to_server(root, server.url(database))
        with opened(root) as place:
            place.join()
            place.tap(morning())
            _tool(folder, "--type=full", "backup")
            place.tap(morning(DAY.replace(day=26)))
            head = _head(place)
        server.run("SELECT pg_switch_wal()")
        _tool(folder, "check")
        server.control("-m", "immediate", "stop")
        (folder / "data").mkdir(mode=0o700)
        if not os.geteuid():
            shutil.chown(folder / "data", 65534, 65534)
        _tool(folder, f"--pg1-path={folder}/data", "--archive-mode=off", "restore")
        with (folder / "data" / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            file.write(f"port = {again.port}\n")
        again.control("start")
        until(lambda: not _recovers(again))
        settings_file = root / "kiosk.toml"
        text = settings_file.read_text("utf-8")
        settings_file.write_text(text.replace(server.url(database), again.url(database)), "utf-8")
        with opened(root) as place, place.store.reading() as connection:
            assert _head(place) == head
            audit.check_chain(connection, place.seal)
            assert connection.exec_driver_sql("SELECT count(*) FROM visit").scalar() == 2
        again.control("-m", "immediate", "stop")
    finally:
        server.end()
