"""A home made by the command line and its entrance as a process, on free ports."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PYTHON = [sys.executable, "-W", "error", "-m", "kiosk"]
PATIENCE_SECONDS = 20.0
ALL_DAYS = ("--from", "2000-01-01", "--to", "2099-12-31")  # of an export: whichever day it is for the process


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port nobody has at this moment."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something is true; fail when it never is."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


@dataclass
class Living:
    """A home, its ports, and perhaps a running entrance."""

    root: Path
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def kiosk(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command, to its end."""
        command = [*PYTHON, "--home", str(self.root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    def start(self) -> None:
        """The entrance, until it answers and its reader is online."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*PYTHON, "--home", str(self.root), "entrance"], stderr=log, stdout=log)
        until(lambda: self.health().get("ok"))

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


@contextmanager
def living(tmp_path: Path, *flags: str) -> Iterator[Living]:
    """A new home on free ports; whatever runs is ended."""
    port, desk = free_port(), free_port()
    reader = f"udp:127.0.0.1:{free_port(socket.SOCK_DGRAM)}"
    found = Living(tmp_path / "home", port, tmp_path / "entrance.log")
    made = found.kiosk("init", "--reader", reader, "--screen-port", str(port), "--desk-port", str(desk), *flags)
    assert made.returncode == 0, made.stderr
    try:
        yield found
    finally:
        if found.process is not None:
            found.process.kill()
            found.process.wait()
