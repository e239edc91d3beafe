"""How records go back: an older file, an older dump, a moment of a server, a copy restored, a standby promoted.

Each way keeps the records at some moment and comes back to it with real servers and their own programs, while no
program of ours is connected. What was acknowledged in between is on a branch that is left.
"""

import os
import shutil
import subprocess
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from kiosk import home
from kiosk.books.recovery.ledger_recovery import Outside
from kiosk.jobs.copies import backup, restore
from kiosk.setup import moving, settings_lines
from tests import postgres, records
from tests.fakes import FakeClock
from tests.processes import free_port, until
from tests.store.place import morning

DESK = 0
_PORTS = 3  # that are tried
PROGRAMS = (DESK, 1, 2)  # the desk and two doors
_SETTINGS = """
wal_level = replica
max_wal_senders = 4
hot_standby = on
archive_mode = on
archive_command = '/bin/true'
wal_keep_size = 64MB
full_page_writes = on
"""


class Machines:
    """The desk's machine and two doors', and where their records are: in a file that all share, or on a server."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def root_of(self, _number: int) -> Path:
        """Return the home of a program: the desk, as number 0, or a door."""
        return self.root

    def close(self) -> None:
        """End what runs for them."""


class ServedMachines(Machines):
    """Each program has a folder of its own, as on machines of their own, and all one server."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.server = postgres.new(_SETTINGS, segment_megabytes=1)
        self.database = self.server.made()
        moving.to_server(root, self.server.url(self.database))
        for number in PROGRAMS[1:]:
            shutil.copytree(root, self.root_of(number))

    def root_of(self, number: int) -> Path:
        return self.root if number == DESK else self.root.with_name(f"{self.root.name}-door-{number}")

    def address(self, numbers: tuple[int, ...] = PROGRAMS, server: postgres.Server | None = None) -> None:
        """Tell programs where the records are."""
        for number in numbers:
            settings = self.root_of(number) / "kiosk.toml"
            url = (server or self.server).url(self.database)
            text = settings_lines.with_line(settings.read_text("utf-8"), "database", "url", f'url = "{url}"')
            settings.write_text(text, "utf-8")
            settings.with_name("kiosk.toml.accepted").unlink(missing_ok=True)

    def close(self) -> None:
        self.server.end()


class Way:
    """An older file in the place of a home's. `promises` that nothing is lost, even if a door was away."""

    promises = False
    is_apart = False  # whether both branches take writes for a while

    def __init__(self, machines: Any) -> None:
        self.machines = machines

    def begin(self) -> None:
        """Begin a round."""

    def keep(self) -> None:
        """Keep the records as they are now, to come back to."""
        with home.opened(self.machines.root) as opened:
            records.of(opened).copy()

    def go_back(self) -> None:
        """Bring the records back to where they were kept."""
        with home.opened(self.machines.root) as opened:
            kept = records.of(opened)
        kept.put_back()

    def stay(self, numbers: tuple[int, ...]) -> None:
        """Leave some programs with the branch that the others have left."""
        raise AssertionError("there is one branch")

    def join(self) -> None:
        """End the branch that was left."""

    def close(self) -> None:
        """End what a round that failed left."""


class ServerWay(Way):
    """A way of records that are on a server."""

    machines: ServedMachines

    @property
    def server(self) -> postgres.Server:
        """The server that takes writes."""
        return self.machines.server

    def move_on(self, server: postgres.Server) -> None:
        """Let all programs find another server from now on."""
        self.machines.server = server
        self.machines.address()


class Dump(ServerWay):
    """An older dump, restored into another database of the same server."""

    def keep(self) -> None:
        self._dump.unlink(missing_ok=True)
        url = self.server.url(self.machines.database)
        _run("pg_dump", "--format=custom", "--schema=kiosk", f"--file={self._dump}", url)

    def go_back(self) -> None:
        before, self.machines.database = self.machines.database, self.server.made()
        url = self.server.url(self.machines.database)
        _run("pg_restore", "--exit-on-error", f"--dbname={url}", str(self._dump))
        self.server.run(f"DROP DATABASE {before} WITH (FORCE)")
        self.machines.address()

    @property
    def _dump(self) -> Path:
        return self.machines.root.with_name("records.dump")


class Restored(ServerWay):
    """A copy of `kiosk backup`, restored over what is on the server."""

    _seconds = count(1)  # each restore keeps what was there under a name of its moment

    def keep(self) -> None:
        with home.opened(self.machines.root) as opened:
            self._copy = backup.make(opened, FakeClock(morning()), sure=True).path

    def go_back(self) -> None:
        clock = FakeClock(morning(hour=9) + timedelta(seconds=next(self._seconds)))
        restore.restore(
            self.machines.root, self._copy, clock, identity=None, told=Outside({}), confirm=lambda _lost: None
        )


class Moment(ServerWay):
    """A server brought to a moment: a base copy and the log that was archived since, up to a named point."""

    _points = count(1)

    def begin(self) -> None:
        self._base = postgres._folder()
        archive = self._base / "archive"
        postgres.as_nobody(["mkdir", archive])
        self.server.run(f"ALTER SYSTEM SET archive_command = 'cp %p {archive}/%f'")
        self.server.run("SELECT pg_reload_conf()")
        _base(self.server, self._base, "-X", "none")

    def keep(self) -> None:
        self._point = f"point_{next(self._points)}"
        self.server.run(f"SELECT pg_create_restore_point('{self._point}')")

    def go_back(self) -> None:
        self.server.control("-m", "fast", "stop")  # archives the rest of its log
        self.server.end()
        again = postgres.Server(free_port(), self._base)
        _say(
            again,
            "postgresql.auto.conf",
            f"restore_command = 'cp {self._base}/archive/%f %p'",
            f"recovery_target_name = '{self._point}'",
            "recovery_target_action = 'promote'",
            "archive_command = '/bin/true'",
        )
        _say(again, "recovery.signal")
        _start_on_its_port(again)
        until(lambda: not recovers(again))
        self.move_on(again)


class Promoted(ServerWay):
    """A standby that nobody awaits, promoted without the last entries after the first server was killed."""

    standby: postgres.Server | None = None

    def begin(self) -> None:
        self.standby = postgres.Server(free_port(), postgres._folder())
        _base(self.server, self.standby.folder, "-R")
        _start_on_its_port(self.standby)

    def keep(self) -> None:
        """Let the standby have what was entered up to here, and nothing of what comes."""
        assert self.standby is not None
        caught_up(self.server, self.standby)
        self.stop_following()

    def go_back(self) -> None:
        self._leave()
        self._promote()

    def stop_following(self) -> None:
        assert self.standby is not None
        self.standby.control("-m", "fast", "stop")
        (self.standby.folder / "data" / "postgresql.auto.conf").write_text("", "utf-8")

    def _promote(self) -> None:
        standby, self.standby = self.standby, None
        assert standby is not None
        standby.control("start")
        standby.control("promote")
        until(lambda: not recovers(standby))
        self.move_on(standby)

    def _leave(self) -> None:
        self.server.kill()
        self.server.end()

    def close(self) -> None:
        if self.standby is not None:
            self.standby.end()


class Awaited(Promoted):
    """A standby that commits wait for, promoted after the first server was killed: it has all that was acknowledged."""

    promises = True

    def begin(self) -> None:
        super().begin()
        self.server.run("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.server.run("SELECT pg_reload_conf()")

    def keep(self) -> None:
        until(lambda: bool(asked(self.server, "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")))

    def go_back(self) -> None:
        self._leave()
        self.stop_following()
        self._promote()


class Split(Promoted):
    """A standby that is promoted while the first server was started again, unfenced: both take writes."""

    is_apart = True

    def _leave(self) -> None:
        self.server.kill()
        self.server.control("start")
        self._first = self.server

    def stay(self, numbers: tuple[int, ...]) -> None:
        self.machines.address(numbers, self._first)

    def join(self) -> None:
        self._first.end()
        self.machines.address()


WAYS: dict[str, type[Way]] = {
    "file": Way,
    "dump": Dump,
    "restored": Restored,
    "moment": Moment,
    "promoted": Promoted,
    "awaited": Awaited,
    "split": Split,
}


def caught_up(server: postgres.Server, standby: postgres.Server) -> None:
    """Wait until a standby has replayed all that its server wrote."""
    there = str(asked(server, "SELECT pg_current_wal_lsn()::text"))
    until(lambda: bool(asked(standby, f"SELECT pg_last_wal_replay_lsn() >= '{there}'::pg_lsn")))


def recovers(server: postgres.Server) -> bool:
    """Tell whether a server only reads still."""
    return bool(asked(server, "SELECT pg_is_in_recovery()"))


def asked(server: postgres.Server, query: str) -> object:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    return None if row is None else row[0]


def _base(server: postgres.Server, folder: Path, *how: str) -> None:
    where = ["-h", "127.0.0.1", "-p", server.port, "-U", "postgres", "-D", folder / "data"]
    postgres.as_nobody([postgres._programs() / "pg_basebackup", *where, "-c", "fast", "--no-sync", *how])


def _say(server: postgres.Server, name: str, *lines: str) -> None:
    path = server.folder / "data" / name
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    if not os.geteuid():
        os.chown(path, postgres.NOBODY, postgres.NOBODY)


def _start_on_its_port(server: postgres.Server) -> None:
    for attempt in range(1, _PORTS + 1):
        _say(server, "postgresql.conf", f"port = {server.port}")
        try:
            server.control("start")
            break
        except subprocess.CalledProcessError:  # another program took the port since it was free
            if attempt == _PORTS:
                raise
            server.port = free_port()
    until(lambda: server_answers(server))


def server_answers(server: postgres.Server) -> bool:
    """Tell whether a server takes connections."""
    try:
        return asked(server, "SELECT 1") == 1
    except psycopg.OperationalError:
        return False


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
