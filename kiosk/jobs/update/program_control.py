"""Stops and starts entrance and desk for an update, and asks them whether they are well.

It uses systemd on a Pi, elsewhere a command of the machine's keeper that takes `stop` or `start`. The programs answer
over HTTP.
"""

import http.client
import json
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from kiosk.config import Config
from kiosk.errors import MachineError
from kiosk.install import doors
from kiosk.install.machine import Machine

HEALTHY_SECONDS = 90.0  # a Pi Zero needs long to import everything from a card
_LOOK_SECONDS = 0.5  # between two looks whether the programs are well
_ANSWER_SECONDS = 5.0  # for /healthz
_MOST_SAID = 10_000  # characters of a program's output that are read

Facts = Mapping[str, Any]  # what /healthz answers
# What the entrance and the desk report, and then each further door of this machine; None for one that does not answer.
Reports = tuple[Facts | None, ...]


class Programs(Protocol):
    """The programs that use the home: entrance, desk, and the timers' programs beside them."""

    def stop(self) -> None:
        """Stop all programs and return once they have ended. Raises MachineError `programs`."""

    def start(self) -> None:
        """Start the programs that belong to this machine. Raises MachineError `programs`."""


class Systemd:
    """Our systemd units, without the display, which waits by itself, and without those that update."""

    _LEFT_ALONE = ("kiosk-display", "kiosk-update", "kiosk-resume")

    def __init__(self, root: Path = Path("/")) -> None:
        self._machine = Machine(root)

    def stop(self) -> None:
        """Stop every active unit, sockets included, since a connection would start their program again."""
        self._change_units("stop", "list-units", "--state=active,activating,reloading")

    def start(self) -> None:
        """Start every enabled unit; units of further doors are instances, which no list of unit files has."""
        others = doors.units(doors.in_place(self._machine))
        self._change_units("start", "list-unit-files", "--state=enabled", others=others)

    def _change_units(self, verb: str, *question: str, others: Sequence[str] = ()) -> None:
        """Start or stop all of the kiosk's units that the question lists, except those that stay as they are, and
        `others`.
        """
        listing = _run(["systemctl", *question, "--plain", "--no-legend", "--no-pager", "kiosk-*"])
        units = [line.split()[0] for line in listing.splitlines() if line.strip()]
        # A template (`@.`) cannot be started itself.
        ours = [unit for unit in units if not unit.startswith(self._LEFT_ALONE) and "@." not in unit]
        if ours or others:
            _run(["systemctl", verb, *ours, *others])


class Command:
    """A command of the machine's keeper, for machines without systemd."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def stop(self) -> None:
        """Run the command with `stop`."""
        _run([str(self._path), "stop"])

    def start(self) -> None:
        """Run the command with `start`."""
        _run([str(self._path), "start"])


class Untouched:
    """Does nothing, for use while the machine starts: no program runs yet, and systemd will start them."""

    def stop(self) -> None:
        """Do nothing: no program runs."""

    def start(self) -> None:
        """Do nothing: systemd starts the programs."""


def _run(command: list[str]) -> str:
    """Run a command and return its output. Raises MachineError `programs` with its last line."""
    try:
        with tempfile.TemporaryFile("w+") as out:  # a file, not a pipe: what is started keeps it, and must not hold us
            done = subprocess.run(  # noqa: S603  # our words, or the command that root named
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, text=True, check=False
            )
            out.seek(0)
            output = out.read(_MOST_SAID).strip()
    except OSError as fault:
        raise MachineError("programs", f"{command[0]}: {fault.strerror}") from None
    if done.returncode != 0:
        raise MachineError("programs", f"{' '.join(command[:2])} failed: {(output.splitlines() or ['no word'])[-1]}")
    return output


def ask(port: int) -> Facts | None:
    """Return what the program at a port reports about itself; None where it does not answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", "/healthz")
        facts = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return facts if isinstance(facts, dict) else None


def reports(settings: Config) -> Reports:
    """Return what the entrance, the desk and this machine's further doors report now."""
    ports = (settings.screen.port, settings.desk.port, *(each.screen_port for each in settings.more_doors))
    return tuple(ask(port) for port in ports)


def wait_until_well(
    settings: Config,
    version: str,
    before: Reports | None,
    pause: Callable[[float], object],
    seconds: float,
) -> None:
    """Wait until entrance and desk answer as this version and nothing is worse than `before`. Raises MachineError
    `update-unwell`.

    A fault from before is not the release's: an unplugged reader, or a desk that was not started. Where nothing is
    known from before (None), entrance and desk must answer, and further doors may be off.
    """
    entrance_before, desk_before, *doors_before = before or (None, None)
    ill = ""
    for _ in range(int(seconds / _LOOK_SECONDS)):
        entrance, desk, *doors = reports(settings)
        ill = _wrong("entrance", entrance, version)
        if not ill and (before is None or desk_before is not None):
            ill = _wrong("desk", desk, version)
        if not ill and (entrance_before or {}).get("ok") and not (entrance or {}).get("ok"):
            ill = "the entrance is not well"
        # Where nothing is known from before, `doors_before` is empty: a door that does not run is no fault.
        for door, was, facts in zip(settings.more_doors, doors_before, doors, strict=False):
            if not ill and was is not None:
                ill = _wrong(f"entrance at door {door.number}", facts, version)
        if not ill:
            return
        pause(_LOOK_SECONDS)
    raise MachineError("update-unwell", f"{ill}, {seconds:.0f} s after release {version} was started")


def _wrong(name: str, facts: Facts | None, version: str) -> str:
    """Return what is wrong with a program that should run a version; empty for nothing."""
    if facts is None:
        return f"the {name} does not answer"
    if facts.get("version") != version:
        return f"the {name} says that it is release {facts.get('version')}"
    return f"the {name} cannot use the database" if facts.get("database") != "ok" else ""
