"""A PostgreSQL server for this run: Debian's, on a free port, as a user without rights, gone at the end.

It keeps nothing on disk for sure (fsync is off): what these tests ask is never whether the disk keeps its word.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from tests.processes import free_port, until
from tests.shared import FOLDER, once

ASKED = "KIOSK_TESTS_DATABASE"
"""In the environment, `postgres` where the run was asked to try everything that can be on a server."""
NOBODY = 65534  # who runs it: PostgreSQL refuses root
_OWNER, _DESK = "kiosk", "secret & salt"
_SETTINGS = """
fsync = off
full_page_writes = off
max_connections = 300
shared_buffers = 64MB
autovacuum = off
unix_socket_directories = ''
listen_addresses = '127.0.0.1'
timezone = 'Asia/Tokyo'
log_timezone = 'UTC'
"""
_NUMBERS = count(1)


def is_asked() -> bool:
    """Whether this run tries homes on a server."""
    return os.environ.get(ASKED) == "postgres"


def programs() -> Path | None:
    """Where Debian keeps the newest server's programs; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Server:
    """A server that runs, and the databases in it."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self.folder = folder

    def url(self, database: str, user: str = "postgres") -> str:
        """Where a database is."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str, database: str = "postgres") -> None:
        """Say something as the server's owner, outside of a transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)

    def made(self, template: str = "template0", more: str = "") -> str:
        """A new database, by its name."""
        name = f"t{os.getpid()}_{next(_NUMBERS)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY {more}")
        return name

    def control(self, *words: str) -> None:
        """Start or stop it."""
        as_nobody([_programs() / "pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-w", *words])

    def processes(self) -> list[int]:
        """All that run of it, the first one first."""
        first = int((self.folder / "data" / "postmaster.pid").read_text("utf-8").split()[0])
        said = subprocess.run(["pgrep", "-P", str(first)], capture_output=True, text=True, check=False)
        return [first, *map(int, said.stdout.split())]

    def signal(self, number: int) -> None:
        """Send all of it a signal."""
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process, number)

    def kill(self) -> None:
        """End it as the power's end would."""
        running = self.processes()
        self.signal(signal.SIGKILL)
        until(lambda: not any(_runs(process) for process in running))
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)

    def encrypt(self, certificate: Path) -> None:
        """Speak TLS by a certificate whose key is beside it."""
        for source, name in ((certificate, "server.crt"), (certificate.with_name("private.pem"), "server.key")):
            target = self.folder / "data" / name
            shutil.copy(source, target)
            target.chmod(0o600)
            if not os.geteuid():
                os.chown(target, NOBODY, NOBODY)
        self.run("ALTER SYSTEM SET ssl = on")
        self.run("SELECT pg_reload_conf()")

    def end(self) -> None:
        """Stop it, and leave nothing."""
        with suppress(subprocess.CalledProcessError, OSError, ValueError):
            self.control("-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def standby(self) -> Iterator["Server"]:
        """Another server that follows this one; commits here wait for it until it is gone."""
        folder = _folder()
        copied = Server(free_port(), folder)
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-D", folder / "data"]
        as_nobody([_programs() / "pg_basebackup", *where, "-R", "-c", "fast", "--no-sync"])
        with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"port = {copied.port}\n")
        copied.control("start")
        self.run("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.run("SELECT pg_reload_conf()")
        try:
            yield copied
        finally:
            copied.end()
            (self.folder / "data" / "postgresql.auto.conf").write_text("", "utf-8")


@contextmanager
def traced(store: Any) -> Iterator[list[int]]:
    """How often a server's store asked and waited, writing, when the block is left: at each, the server was ready."""
    store.get_ready()
    raw = store._kept.connection.driver_connection.pgconn
    trips: list[int] = []
    with tempfile.TemporaryFile() as file:
        raw.trace(file.fileno())
        try:
            yield trips
        finally:
            raw.untrace()
            file.seek(0)
            trips.append(file.read().count(b"ReadyForQuery"))


def server() -> Server:
    """The run's server; whoever wants it first starts it."""
    where = json.loads((once("postgres", _start) / "where").read_text("utf-8"))
    return Server(where["port"], Path(where["folder"]))


def end() -> None:
    """Stop the run's server, if one was started."""
    where = Path(os.environ.get(FOLDER, "/nowhere")) / "postgres" / "where"
    if where.is_file():
        found = json.loads(where.read_text("utf-8"))
        Server(found["port"], Path(found["folder"])).control("-m", "immediate", "stop")
        shutil.rmtree(found["folder"], ignore_errors=True)


def new(settings: str = "", *, encoding: str = "UTF8", segment_megabytes: int = 16) -> Server:
    """Another server, for who wants to disturb it."""
    folder = _folder()
    how = ["-U", "postgres", "-A", "trust", "-E", encoding, "--locale", "C", "--no-sync"]
    how.append(f"--wal-segsize={segment_megabytes}")
    as_nobody([_programs() / "initdb", "-D", folder / "data", *how])
    port = free_port()
    with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(f"{_SETTINGS}port = {port}\n{settings}\n")
    made = Server(port, folder)
    made.control("start")
    return made


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kiosk-postgres-"))
    if not os.geteuid():
        os.chown(folder, NOBODY, NOBODY)
    return folder


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def as_nobody(command: Sequence[object]) -> None:
    """Run a program of the server's as somebody without rights."""
    who: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if not os.geteuid() else {}
    subprocess.run(
        [str(each) for each in command],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        **who,
    )


def _programs() -> Path:
    found = programs()
    if found is None:
        raise AssertionError("no PostgreSQL server is installed: apt-get install postgresql")
    return found


def _start(made: Path) -> None:
    started = new()
    made.mkdir()
    (made / "where").write_text(json.dumps({"port": started.port, "folder": str(started.folder)}), "utf-8")
