"""Doors that are cut off from their server: real entrances in networks of their own, whose cable is taken out.

What is tapped meanwhile waits at each door, and is entered once when the cable is back, also for who tapped at both.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.errors import KioskError
from kiosk.home import Paths
from kiosk.setup import moving
from kiosk.space.doors import Doors
from kiosk.store import audit
from kiosk.store.seals import seal_audit
from kiosk.store.space.door_rows import NewDoor
from tests import postgres
from tests.faults import doors, many_doors
from tests.faults.figures import Figures
from tests.processes import PYTHON, living, until
from tests.store.place import FixedClock, opened

PEOPLE = doors.UIDS[:4]  # of the demo, who may come in


@dataclass
class AwayFigures(Figures):
    """What doors did that were away from their server."""

    doors: int = 0
    taps_while_away: int = 0
    opened_while_away: int = 0
    waited: int = 0
    days: int = 0
    slowest_tap_seconds: float = 0.0
    entered_after_seconds: float = 0.0


@dataclass
class Door:
    """An entrance in a network of its own, seen by the file in which it says how it is."""

    root: Path
    number: int
    network: str
    process: "subprocess.Popen[bytes] | None" = None

    def facts(self) -> dict[str, Any]:
        """What it last said; nothing before its first word."""
        try:
            found: dict[str, Any] = json.loads(Paths(self.root).status.read_bytes())
        except (OSError, ValueError):
            return {}
        return found

    def pulses(self) -> int:
        """How often it was opened."""
        return int((self.facts().get("door") or {}).get("pulses", 0))

    def has_entered(self) -> bool:
        """Whether nothing waits at it any more, and it reaches the records."""
        facts = self.facts()
        return facts.get("spooled") == 0 and facts.get("database") == "ok"

    def tap(self, uid: str) -> float:
        """Hold a badge to its reader. Returns after how many seconds it has opened; fails where it does not."""
        before, began = self.pulses(), time.monotonic()
        inside = ["ip", "netns", "exec", self.network]
        subprocess.run([*inside, *PYTHON, "--home", str(self.root), "tap", uid], check=True, capture_output=True)
        until(lambda: self.pulses() > before)
        return time.monotonic() - began


def harness(folder: Path, *, seconds: int = 10) -> AwayFigures:
    """Two doors whose cables are taken out for so many seconds: members tap at both, and each has one day."""
    if os.geteuid() or shutil.which("ip") is None:
        return AwayFigures()
    server = postgres.new()
    try:
        return _run(folder, server, seconds)
    finally:
        server.control("-m", "immediate", "stop")
        shutil.rmtree(server.folder, ignore_errors=True)


def _run(folder: Path, server: postgres.Server, seconds: int) -> AwayFigures:
    found = AwayFigures(doors=2)
    with living(folder, "--demo") as home, ExitStack() as stack:
        moving.to_server(home.root, server.url(server.made()))
        with opened(home.root) as place:
            office = Doors(
                store=place.store, rules=place.rules, home_id=place.seal.home_id, clock=FixedClock(), actor="officer:1"
            )
            office.add_here(NewDoor("Portail"))
            was = int(str(place.scalar("SELECT max(id) FROM visit")))
        made = [stack.enter_context(_door(folder, home.root, number, server.port)) for number in (1, 2)]
        _away(made, seconds, found)
        with opened(home.root) as place, place.store.reading() as connection:
            rows = connection.exec_driver_sql(
                f"SELECT member_id, count(*) FROM visit WHERE id > {was} AND state = 'kept' GROUP BY 1"
            ).all()
            found.days = sum(count for _, count in rows)
            if sorted(count for _, count in rows) != [1] * len(PEOPLE):
                found.add(f"{len(PEOPLE)} members have {found.days} days")
            for check in (
                lambda: audit.check_chain(connection, place.seal),
                lambda: audit.check_sums(connection),
                lambda: seal_audit.check(connection, place.seal),
            ):
                _well(check, found)
    return found


def _well(check: Callable[[], object], found: AwayFigures) -> None:
    try:
        check()
    except KioskError as fault:
        found.add(str(fault))


def _away(made: list[Door], seconds: int, found: AwayFigures) -> None:
    """One member comes by the first door; then both are cut off, and that one comes by the second, the others by both;
    then the cables are back.
    """
    made[0].tap(PEOPLE[0])
    for door in made:
        many_doors.cable(door.number, "down")
    ends = time.monotonic() + seconds
    for uid, door in [*((uid, door) for uid in PEOPLE[1:] for door in made), (PEOPLE[0], made[1])]:
        found.taps_while_away += 1
        try:
            found.slowest_tap_seconds = max(found.slowest_tap_seconds, round(door.tap(uid), 1))
            found.opened_while_away += 1
        except AssertionError:
            found.add(f"door {door.number} did not open for a member while it was away")
    time.sleep(max(0.0, ends - time.monotonic()))
    found.waited = sum(int(door.facts().get("spooled") or 0) for door in made)
    if found.waited != found.taps_while_away:
        found.add(f"{found.taps_while_away} taps while away, and {found.waited} wait")
    for door in made:
        many_doors.cable(door.number, "up")
    began = time.monotonic()
    try:
        until(
            lambda: all(door.facts().get("spooled") == 0 and door.facts().get("database") == "ok" for door in made), 120
        )
    except AssertionError:
        found.add(f"not entered two minutes after: {[door.facts() for door in made]}")
    found.entered_after_seconds = round(time.monotonic() - began, 1)


@contextmanager
def _door(folder: Path, home: Path, number: int, port: int) -> Iterator[Door]:
    """The entrance of a door, running, with its first roster on the disk."""
    with many_doors.network(number, port) as network:
        assert network is not None
        root = Path(shutil.copytree(home, folder / f"door-{number}"))
        settings = root / "kiosk.toml"
        text = settings.read_text("utf-8").replace(f"@127.0.0.1:{port}/", f"@{many_doors.address(number)}:{port}/")
        text = text.replace("# number = 1\n", f"number = {number}\n", 1)
        (folder / f"memory-{number}").mkdir()
        settings.write_text(_own_memory(text, folder / f"memory-{number}"), "utf-8")
        door = Door(root, number, network)
        with (folder / f"door-{number}.log").open("wb") as log:
            inside = ["ip", "netns", "exec", network]
            door.process = subprocess.Popen([*inside, *PYTHON, "--home", str(root), "entrance"], stdout=log, stderr=log)
        try:
            until(lambda: door.facts().get("reader") == "online" and door.facts().get("database") == "ok")
            until(Paths(root).roster.exists)
            yield door
        finally:
            door.process.send_signal(signal.SIGTERM)
            door.process.wait(30)


def _own_memory(text: str, folder: Path) -> str:
    lines = [f'last_resort = "{folder}"' if line.startswith("last_resort") else line for line in text.splitlines()]
    return "\n".join([*lines, ""])
