"""A home moves to a server and back with every row, or stays where it was."""

import os
import pty
import re
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from kiosk import config_file, home
from kiosk.devices.clock import HostClock
from kiosk.errors import KioskError, MachineError, RequestError
from kiosk.setup import moving
from kiosk.store import audit
from kiosk.store.postgresql import rows, tables
from kiosk.store.space import door_rows
from kiosk.store.space.door_rows import NewDoor
from kiosk.store.tables import entry, visit
from tests import postgres
from tests.cli.test_commands import Kiosk
from tests.processes import PYTHON, until
from tests.store.place import DAY, Place, morning, opened


@pytest.fixture
def here(new_home: Path, tmp_path: Path) -> Path:
    """A home in its file, with a member who came in."""
    root = Path(shutil.copytree(new_home, tmp_path / "home"))
    with opened(root) as place:
        place.join()
        place.tap(morning())
    return root


def _lines(root: Path) -> dict[str, list[object]]:
    with closing(sqlite3.connect(root / "db" / "ledger.db")) as file:
        return {
            each.name: sorted(file.execute(f'SELECT * FROM "{each.name}"'), key=repr) for each in tables.everything()
        }


def test_home_moves_to_a_server_works_there_and_comes_back_with_every_row(here: Path, server: postgres.Server) -> None:
    before, settings = _lines(here), (here / "kiosk.toml").read_text("utf-8")
    url = server.url(server.made())
    moving.to_server(here, url)
    assert config_file.load(here / "kiosk.toml").database.url == url
    assert not (here / "db" / "ledger.db").exists()
    with opened(here) as place, place.store.reading() as connection:
        assert audit.check_chain(connection, place.seal)[0] == len(before["entry"])
    moving.to_file(here, morning())
    assert _lines(here) == before
    assert (here / "kiosk.toml").read_text("utf-8") == settings
    with opened(here) as place:
        place.tap(morning(DAY.replace(day=26)))
        assert place.scalar("SELECT count(*) FROM visit") == 2


def test_what_was_written_on_the_server_comes_back_too(there: Place) -> None:
    there.join()
    there.tap(morning())
    with there.store.reading() as connection:
        was = {each.name: rows.counted(connection, each) for each in (entry, visit)}
    root = there.home.paths.root
    there.store.close()
    moving.to_file(root, morning())
    with opened(root) as place, place.store.reading() as connection:
        assert {each.name: rows.counted(connection, each) for each in (entry, visit)} == was
        assert audit.check_chain(connection, place.seal)[0] == was["entry"].rows


def test_records_do_not_come_back_to_a_file_while_another_machine_is_a_door(there: Place) -> None:
    root = there.home.paths.root
    with there.store.writing() as connection:
        number = door_rows.add(connection, NewDoor("Portail"), bytes(32), DAY, "treasurer")
    there.store.close()
    with pytest.raises(RequestError) as refused:
        moving.to_file(root, morning())
    assert refused.value.code == "move-doors"
    with opened(root) as place, place.store.writing() as connection:
        door_rows.revoke(connection, number, DAY)
    moving.to_file(root, morning())


def test_way_back_that_was_cut_between_server_and_file_is_ended_by_another_run(
    there: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the server has let go the home is on it; from then on the file is all there is, and verified."""
    there.join()
    root, url = there.home.paths.root, there.home.config.database.url
    there.store.close()
    for step in ("_settle", "_name_server"):
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(moving, step, _stop)
            moving.to_file(root, morning())
        assert (root / "db" / "ledger.db.verified").exists()
        assert config_file.load(root / "kiosk.toml").database.url == url
    moving.to_file(root, morning())
    assert sorted(path.name for path in (root / "db").glob("ledger.db*")) == ["ledger.db", "ledger.db.moved"]
    with opened(root) as place:
        assert place.scalar("SELECT count(*) FROM member") == 1


def _stop(*_words: object) -> None:
    raise KeyboardInterrupt


def test_server_that_does_not_commit_the_way_back_keeps_the_home(there: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    root = there.home.paths.root
    there.store.close()
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(tables, "lay_aside", _stop)
        moving.to_file(root, morning())
    with opened(root) as place:
        place.join()
    moving.to_file(root, morning())
    with opened(root) as place:
        assert place.scalar("SELECT count(*) FROM member") == 1


def test_move_that_was_cut_goes_on_where_it_was(
    here: Path, server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.url(server.made())
    carried: list[str] = []
    write = rows.write_to_server

    def cut(connection: object, table: object, lines: object) -> None:
        if getattr(table, "name", "") == "visit" and "visit" not in carried:
            carried.append("visit")
            raise KeyboardInterrupt
        carried.append(getattr(table, "name", ""))
        write(connection, table, lines)  # type: ignore[arg-type]  # as it was handed on

    monkeypatch.setattr(rows, "write_to_server", cut)
    with pytest.raises(KeyboardInterrupt):
        moving.to_server(here, url)
    assert (here / "db" / "ledger.db").exists()
    first, carried[:] = carried[:-1], ["visit"]
    with opened(here) as place:  # nothing has changed: it is still where it was
        place.join("Noé Petit", uid="04A1B2C3D4E502")
    moving.to_server(here, url)
    again = carried[1:]
    assert "entry" in first and "entry" in again  # an entry came in between
    assert set(first) - set(again) >= {"tariff", "policy", "product"}
    with opened(here) as place:
        assert place.scalar("SELECT count(*) FROM member") == 2


def test_command_shows_how_far_it_is_on_a_terminal_and_goes_on_after_it_was_killed(
    here: Path, server: postgres.Server
) -> None:
    """Killed while tables are being carried: the home is where it was, and the next run carries the rest."""
    url = server.url(server.made())
    with _at_a_terminal(here, url) as (process, screen):
        until(lambda: any(0 < percent < 100 for percent in _percents(screen)))
        process.kill()
        process.wait()
    assert config_file.load(here / "kiosk.toml").database.url == ""
    with opened(here) as place:
        assert place.scalar("SELECT count(*) FROM visit") == 1
    with psycopg.connect(url) as connection:
        noted = {name for (name,) in connection.execute("SELECT what FROM kiosk.kiosk_moving WHERE what <> ''")}
    assert noted
    with _at_a_terminal(here, url) as (process, screen):
        until(lambda: process.poll() is not None)
    shown = _percents(screen)
    assert (process.returncode, shown[0], shown[-1]) == (0, 0, 100)
    assert shown == sorted(shown)
    assert b"the records are on the server" in b"".join(screen)
    assert config_file.load(here / "kiosk.toml").database.url == url
    with opened(here) as place:
        assert place.scalar("SELECT count(*) FROM visit") == 1


@contextmanager
def _at_a_terminal(root: Path, url: str) -> Iterator[tuple["subprocess.Popen[bytes]", list[bytes]]]:
    """The command, run by somebody before a terminal, and what that shows."""
    near, far = pty.openpty()
    screen: list[bytes] = []

    def look() -> None:
        with suppress(OSError):  # how the end of a terminal is told
            while said := os.read(near, 4096):
                screen.append(said)

    command = [*PYTHON, "--home", str(root), "move", "--to", url]
    looking = threading.Thread(target=look, daemon=True)
    with subprocess.Popen(command, stdin=far, stdout=far, stderr=far) as process:
        os.close(far)
        looking.start()
        try:
            yield process, screen
        finally:
            process.kill()
            process.wait()
            looking.join()
            os.close(near)


def _percents(screen: list[bytes]) -> list[int]:
    return [int(found) for found in re.findall(rb"(\d+)%", b"".join(screen))]


def test_what_is_not_the_same_after_it_is_refused_and_the_home_stays(
    here: Path, server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "write_to_server", lambda connection, table, lines: None)
    with pytest.raises(MachineError) as refused:
        moving.to_server(here, server.url(server.made()))
    assert refused.value.code == "move"
    with opened(here) as place:
        assert place.scalar("SELECT count(*) FROM visit") == 1


def test_nothing_moves_while_an_entrance_runs_or_somebody_has_the_file_open(
    here: Path, server: postgres.Server
) -> None:
    url = server.url(server.made())
    with home.locked(home.find(here)), pytest.raises(MachineError) as refused:
        moving.to_server(here, url)
    assert refused.value.code == "entrance-runs"
    file = here / "db" / "ledger.db"
    with file.open("rb") as held, subprocess.Popen(["sleep", "60"], stdin=held) as other:
        with pytest.raises(MachineError) as running:
            moving.to_server(here, url)
        other.kill()
    assert running.value.code == "move-running"


def test_nobody_moves_onto_a_home_that_is_there(here: Path, there: Place) -> None:
    with pytest.raises(RequestError) as refused:
        moving.to_server(here, there.home.config.database.url)
    assert refused.value.code == "move-target"
    with pytest.raises(MachineError) as running:
        moving.to_file(there.home.paths.root, morning())
    assert running.value.code == "move-running"


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://host", "nothing"])
def test_address_that_is_none_is_refused(here: Path, url: str) -> None:
    with pytest.raises(KioskError) as refused:
        moving.to_server(here, url)
    assert refused.value.code == "config"


@pytest.mark.remedy("move", "home-not-training", unreported="by `init --from`: cli/test_remedies.py")
@pytest.mark.remedy("move --to", "no-server")
@pytest.mark.remedy("doors revoke", "move-doors")
@pytest.mark.remedy("move --to sqlite", "move-target")
def test_what_refuses_a_move_names_the_command_that_makes_it_possible(
    here: Path, server: postgres.Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HostClock, "now", lambda _: morning())  # of the day on which the home was last used
    kiosk, url = Kiosk(here, capsys), server.url(server.made())
    assert "[no-server]" in kiosk("roles")[2]
    assert kiosk("move", "--to", url)[0] == 0
    with opened(here) as place, place.store.writing() as connection:
        number = door_rows.add(connection, NewDoor("Portail"), bytes(32), DAY, "treasurer")
    assert "[move-target]" in kiosk("move", "--to", url)[2]
    assert "[move-doors]" in kiosk("move", "--to", "sqlite")[2]
    assert kiosk("doors", "revoke", str(number))[0] == 0
    status, _, said = kiosk("move", "--to", "sqlite")
    assert (status, (here / "db" / "ledger.db").exists()) == (0, True), said
