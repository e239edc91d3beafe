"""What one machine is worth at the door, as a table to send: the machine, its disk, the start, the memory, a tap.

Nothing of it is personal, and nothing of a home in use is touched: homes of its own are made, taps are simulated.
"""

import os
import platform
import re
import time
from pathlib import Path

from bench import rest, rig, space
from bench.card import free_port
from bench.figures import percentiles
from kiosk import __version__
from kiosk.setup.home_creation import NewHome

VISITS = 20_000  # some ten years of a small space
_DEVICE_TREE = Path("/proc/device-tree/model")
_WARM_UP = 20


def run(folder: Path, rounds: int) -> None:
    """Measure, and print a table in Markdown."""
    rows = {**_machine(folder), **_disk(folder, rounds), **_tap(folder, rounds), **_start(folder)}
    print("\n| what | found |\n|---|---|")
    for what, found in rows.items():
        print(f"| {what} | {found} |")


def _machine(folder: Path) -> dict[str, str]:
    named = _DEVICE_TREE.read_text().rstrip("\0") if _DEVICE_TREE.exists() else platform.machine()
    release = platform.freedesktop_os_release().get("PRETTY_NAME", "unknown")
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "machine": named,
        "processors": str(os.cpu_count()),
        "memory": f"{pages / 2**20:.0f} MB",
        "system": f"{release}, kernel {platform.release()}",
        "Python": platform.python_version(),
        "kiosk": __version__,
        "disk": _device(folder),
    }


def _device(folder: Path) -> str:
    """The device and file system that hold the folder, and the card's own name where it has one."""
    best = max(
        (line.split() for line in Path("/proc/self/mounts").read_text().splitlines()),
        key=lambda mount: len(mount[1]) if folder.is_relative_to(mount[1]) else -1,
    )
    block = re.sub(r"p?\d+$", "", Path(best[0]).name)
    name = Path(f"/sys/block/{block}/device/name")
    return f"{best[0]}, {best[2]}" + (f", {name.read_text().strip()}" if name.is_file() else "")


def _disk(folder: Path, rounds: int) -> dict[str, str]:
    """A page written and synced: what no tap can be quicker than."""
    descriptor = os.open(folder / "synced", os.O_WRONLY | os.O_CREAT, 0o600)
    seconds = []
    try:
        for _ in range(rounds):
            began = time.perf_counter()
            os.pwrite(descriptor, os.urandom(4096), 0)
            os.fdatasync(descriptor)
            seconds.append(time.perf_counter() - began)
    finally:
        os.close(descriptor)
    return {"4 KB written and synced, p50 / p95 / p99": _milliseconds(seconds)}


def _tap(folder: Path, rounds: int) -> dict[str, str]:
    people = space.make(folder / "taps", VISITS)
    seconds = []
    with rig.opened(folder / "taps") as door:
        for number in range(_WARM_UP + rounds):
            if number % (len(people) - 1) == 0:
                door.clock.skip(86400)
            door.clock.skip(10)
            taken = door.tap(people[number % len(people)].read)
            door.write_log()
            door.await_fall()
            if number >= _WARM_UP:
                seconds.append(taken)
    return {f"a tap, callback to pin, {VISITS} visits, p50 / p95 / p99": _milliseconds(seconds)}


def _start(folder: Path) -> dict[str, str]:
    screen, desk, reader = free_port(), free_port(), free_port()
    space.make(folder / "start", 1_000, NewHome(screen_port=screen, desk_port=desk, reader=f"udp:localhost:{reader}"))
    rest.vouch(folder / "start")
    found = [rest.entrance(folder / "start", screen) for _ in range(3)]
    bare = [rest.imports(rest.NEEDED) for _ in range(3)]
    return {
        "entrance, start to ready, seconds": f"{min(seconds for _, seconds in found):.2f}",
        "of it the imports of its libraries": f"{min(seconds for _, seconds in bare):.2f}",
        "entrance at rest": f"{found[-1][0]:.0f} MB",
    }


def _milliseconds(seconds: list[float]) -> str:
    return " / ".join(f"{value * 1e3:.1f}" for value in percentiles(seconds)) + " ms"
