"""The entrance at rest, and how soon it is ready for a tap, beside a process that only imports what it needs; members'
pages; the desk at rest, and after somebody has looked at all of its pages.

A real `kiosk entrance` with its simulated reader. Ready is when `/healthz` says that all is well: reader, door,
database and screen. The two take turns; both have their bytecode compiled before the first round that counts.
"""

import http.client
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench import all_on as turned_on
from bench import desk_rest, space
from bench.card import free_port
from bench.figures import asked
from kiosk.setup.home_creation import NewHome

NEEDED = ("flask", "sqlalchemy", "waitress", "nfc", "gpiozero")
BESIDES = ("msgspec", "click", "babel")
_REST_SECONDS = 1.5
_GIVE_UP_SECONDS = 30.0


def run(folder: Path, rounds: int, *, all_on: bool = False) -> None:
    """Start each in turn, so often; print medians. `all_on`: and one where all that is booked is turned on."""
    screen = _home(folder / "home")
    kinds: dict[str, Callable[[], tuple[float, float]]] = {
        f"imports: {', '.join(NEEDED)}": lambda: imports(NEEDED),
        f"... and {', '.join(BESIDES)}": lambda: imports(NEEDED + BESIDES),
        "the entrance": lambda: entrance(folder / "home", screen),
        "members' pages": lambda: members_pages(folder / "pages.sock"),
    }
    if all_on:
        on = _home(folder / "on")
        turned_on.turn_on(folder / "on", datetime.now(UTC))
        kinds["the entrance, all on"] = lambda: entrance(folder / "on", on)
    found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
    for number in range(rounds + 1):
        for kind, measure in kinds.items():
            measured = measure()
            if number:  # the first round warms the caches
                found[kind].append(measured)
    medians = {kind: tuple(map(statistics.median, zip(*each, strict=True))) for kind, each in found.items()}
    print(f"{'':<60}{'MB':>8}{'seconds':>9}")
    for kind, (megabytes, seconds) in medians.items():
        print(f"{kind:<60}{megabytes:>8.1f}{seconds:>9.3f}")
    bare, _, whole, members, *others = medians.values()
    print()
    asked("the entrance at rest over the bare imports", whole[0] - bare[0], 12, " MB")
    asked("ready for a tap, over the time of the bare imports", whole[1] / bare[1], 1.3)
    asked("members' pages at rest", members[0], 40, " MB")
    for other in others:
        asked("ready for a tap, all on over off", other[1] / whole[1], 1.05)
        asked("at rest, all on over off", other[0] - whole[0], 2, " MB")
    desk_rest.run(folder / "desk")


def _home(root: Path) -> int:
    """A home with a short past. Returns the port of its screen."""
    screen, desk, reader = free_port(), free_port(), free_port()
    space.make(root, 1_000, NewHome(screen_port=screen, desk_port=desk, reader=f"udp:localhost:{reader}"))
    vouch(root)
    return screen


def vouch(root: Path) -> None:
    """Somebody's word that the clock is right: the home's past ends long before today, and taps would wait."""
    confirm = [sys.executable, "-m", "kiosk", "--home", str(root), "clock", "confirm", "--yes"]
    subprocess.run(confirm, check=True, stdout=subprocess.DEVNULL)


def imports(names: tuple[str, ...]) -> tuple[float, float]:
    """Memory and seconds of a process that imports these and says so."""
    code = f"import {', '.join(names)}; print(flush=True); input()"
    began = time.monotonic()
    with _child([sys.executable, "-c", code]) as child:
        assert child.stdout is not None  # noqa: S101  # it is a pipe
        child.stdout.readline()
        seconds = time.monotonic() - began
        time.sleep(_REST_SECONDS)
        return _megabytes(child.pid), seconds


def entrance(root: Path, port: int) -> tuple[float, float]:
    """Memory at rest of a running entrance, and seconds until all is well with it."""
    began = time.monotonic()
    with running(root, port) as child:
        seconds = time.monotonic() - began
        time.sleep(_REST_SECONDS)
        return _megabytes(child.pid), seconds


def members_pages(desk: Path) -> tuple[float, float]:
    """Memory at rest of the pages' program once it has drawn a page, and seconds until it answers.
    No desk is there: what it draws says so.
    """
    port, began = free_port(), time.monotonic()
    with _child([sys.executable, "-m", "kiosk.web.pages", str(desk), str(port)]) as child:
        while not _is_well(port):
            if child.poll() is not None or time.monotonic() - began > _GIVE_UP_SECONDS:
                raise RuntimeError("members' pages do not get ready")
            time.sleep(0.002)
        seconds = time.monotonic() - began
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/")
        connection.getresponse().read()
        connection.close()
        time.sleep(_REST_SECONDS)
        return _megabytes(child.pid), seconds


@contextmanager
def running(root: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """An entrance with which all is well, until the block ends."""
    began = time.monotonic()
    with _child([sys.executable, "-m", "kiosk", "--home", str(root), "entrance"]) as child:
        while not _is_well(port):
            if child.poll() is not None or time.monotonic() - began > _GIVE_UP_SECONDS:
                raise RuntimeError("the entrance does not get ready")
            time.sleep(0.002)
        yield child


@contextmanager
def _child(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with the block."""
    quiet, pipe = subprocess.DEVNULL, subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=quiet) as child:
        try:
            yield child
        finally:
            child.terminate()


def _is_well(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _megabytes(pid: int) -> float:
    """Resident memory, in millions of bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("the process has no memory any more")
