"""A home made by the command line and its entrance as a process, on free ports."""

import http.client
import io
import json
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from itertools import cycle
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

from kiosk.cli import main
from tests import forked
from tests.shared import once

PYTHON = [sys.executable, "-W", "error", "-m", "kiosk"]
PATIENCE_SECONDS = 40.0
ALL_DAYS = ("--from", "2000-01-01", "--to", "2099-12-31")  # of an export: whichever day it is for the process
_SHARED = {(), ("--training",), ("--demo",)}  # homes that are made once a run
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_PORTS_EACH = 1024
_FIRST_PORT = 10240  # the kernel gives ports from 32768 on to whoever asks for none
_WORKERS = (32768 - _FIRST_PORT) // _PORTS_EACH


def _ports() -> Iterator[int]:
    first = _FIRST_PORT + _PORTS_EACH * (_WORKER % _WORKERS)
    begin_at = os.getpid() * 37 % _PORTS_EACH  # another run beside this one begins elsewhere
    return cycle(first + (begin_at + each) % _PORTS_EACH for each in range(_PORTS_EACH))


_NEXT_PORT = _ports()


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody has at this moment, and that no other worker will take."""
    for port in _NEXT_PORT:
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("ports never end")


def until(true: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something is true; fail when it never is. Asks less often the longer it lasts: each time takes a
    processor from what is waited for, and a sixteenth more than it took is not late.
    """
    began = time.monotonic()
    while not true():
        waited = time.monotonic() - began
        assert waited < seconds, "it never came true"
        time.sleep(min(max(0.02, waited / 16), 0.1))


def moved_clock() -> dict[str, str]:
    """What a program with an environment of its own needs to have the clock of the tests (`scripts/any-hour`)."""
    return {name: value for name, value in os.environ.items() if name == "LD_PRELOAD" or name.startswith("FAKETIME")}


def alike() -> ForkServerContext:
    """Return where processes that race for one home come from: forks of one that has imported what a home takes."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.conftest"])
    return context


@dataclass
class Living:
    """A home, its ports, and perhaps a running entrance."""

    root: Path
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def kiosk(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command, to its end, in this process: where no process of its own is what is tried."""
        return here("--home", str(self.root), *arguments)

    def apart(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command, to its end, in a process of its own."""
        command = [*PYTHON, "--home", str(self.root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    def program(self) -> list[str]:
        """The words by which its entrance is started."""
        return [*PYTHON, "--home", str(self.root), "entrance"]

    def start(self) -> None:
        """The entrance, until it answers and its reader is online."""
        with self.log.open("ab") as log:
            self.process = forked.start(self.program(), log)
        try:
            until(lambda: self.health().get("ok"))
        except AssertionError:
            said = self.log.read_text("utf-8", "replace")[-3000:]
            raise AssertionError(f"not well: {self.health()}\n{said}") from None

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Exit status and seconds until it was gone."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(number)
        status = self.process.wait(timeout=PATIENCE_SECONDS)
        self.process = None
        return status, time.monotonic() - began

    def health(self) -> dict[str, Any]:
        """What `/healthz` answers; empty while nobody does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            found: dict[str, Any] = json.loads(connection.getresponse().read())
        except OSError:
            return {}
        finally:
            connection.close()
        return found

    @property
    def address(self) -> str:
        """The screen."""
        return f"http://127.0.0.1:{self.port}/"


def here(*words: str) -> subprocess.CompletedProcess[str]:
    """One command, to its end, in this process."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    status = 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main.main(list(words))
        except SystemExit as end:
            status = int(end.code or 0)
    return subprocess.CompletedProcess(words, status, _written(out), _written(err))


def _written(stream: io.TextIOWrapper) -> str:
    """As `subprocess` would give it."""
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode().replace("\r\n", "\n")


@contextmanager
def living(tmp_path: Path, *flags: str, of_its_own: bool = False) -> Iterator[Living]:
    """A new home on free ports; whatever runs is ended. It is the copy of one made once a run, if not `of_its_own`."""
    port, desk, reader = free_port(), free_port(), free_port(socket.SOCK_DGRAM)
    found = Living(tmp_path / "home", port, tmp_path / "entrance.log")
    if of_its_own or flags not in _SHARED:
        _init(found, reader, port, desk, *flags)
    else:
        made = once("-".join(["living", *flags]), lambda at: _init(Living(at, 0, at), 54321, 8080, 8081, *flags))
        shutil.copytree(made, found.root)
        rehouse(found.root, reader, port, desk)
    try:
        yield found
    finally:
        if found.process is not None:
            found.process.kill()
            found.process.wait()


def _init(home: Living, reader: int, screen: int, desk: int, *flags: str) -> None:
    ports = ("--reader", f"udp:127.0.0.1:{reader}", "--screen-port", str(screen), "--desk-port", str(desk))
    made = home.apart("init", *ports, *flags)
    assert made.returncode == 0, made.stderr


def memory_of(root: Path) -> Path:
    """Where a copied home keeps in memory what no disk takes: in the machine's own it would meet its likes."""
    return root.with_name(f"memory of {root.name}")


def rehouse(root: Path, reader: int, screen: int, desk: int) -> None:
    """Give a copied home what two homes that run side by side cannot share: ports, and its place in memory."""
    memory_of(root).mkdir()
    settings = root / "kiosk.toml"
    text = settings.read_text("utf-8")
    own = {
        "udp:127.0.0.1:54321": f"udp:127.0.0.1:{reader}",
        "port = 8080": f"port = {screen}",
        "port = 8081": f"port = {desk}",
        '"/dev/shm"': f'"{memory_of(root)}"',
    }
    for old, new in own.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    settings.write_text(text, "utf-8")
