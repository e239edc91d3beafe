"""Two doors of one machine: two entrances as processes, two simulated readers, two relays, one home in its file."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.devices import simulated_badge
from kiosk.domain.checkin import badges
from tests import forked
from tests.faults import doors
from tests.faults.figures import Figures
from tests.processes import PYTHON, Living, free_port, living, until
from tests.settings import add

GATE = 2


@dataclass
class Gate(Living):
    """The second door of a home: its own program, reader and screen."""

    reader: int = 0

    def start(self) -> None:
        """Its entrance, until it answers and its reader is online."""
        with self.log.open("ab") as log:
            command = [*PYTHON, "--home", str(self.root), "entrance", "--door", str(GATE)]
            self.process = forked.start(command, log)
        until(lambda: self.health().get("ok"))


@contextmanager
def both(folder: Path) -> Iterator[tuple[Living, Gate]]:
    """A demo home with a second door, both entrances running. What runs at the end is ended."""
    with living(folder, "--demo") as first:
        gate = Gate(first.root, free_port(), folder / "gate.log", None, free_port())
        assert first.kiosk("doors", "add", "Portail").returncode == 0
        add(
            first.root,
            f'[[more_doors]]\nnumber = {GATE}\nreader = "udp:127.0.0.1:{gate.reader}"\nrelay_pin = 27\n'
            f"screen_port = {gate.port}\n",
        )
        try:
            first.start()
            gate.start()
            yield first, gate
        finally:
            if gate.process is not None:
                gate.process.kill()
                gate.process.wait()


def hold(first: Living, gate: Gate, uid: str) -> None:
    """Hold two badges of one number to both readers at once, until both doors have opened."""
    with ThreadPoolExecutor(2) as hands:
        for hand in [hands.submit(hold_at, door, uid) for door in (first, gate)]:
            hand.result()


def hold_at(door: Living, uid: str) -> None:
    """Hold a badge to one door's reader until it has opened: on a busy machine a short touch is sensed and not read."""
    read, before = badges.parse(uid), doors.pulses(door)
    port = door.reader if isinstance(door, Gate) else doors.reader_port(door)

    def opens() -> bool:
        simulated_badge.present(read, port=port, seconds=doors.HELD_SECONDS)
        return doors.pulses(door) > before

    until(opens)


def charges(home: Living, after: int) -> dict[int, int]:
    """How many visits are kept of each member, of those after that one."""
    query = f"SELECT member_id, count(*) FROM visit WHERE id > {after} AND state = 'kept' GROUP BY 1"
    return {int(member): int(count) for member, count in doors.rows(home, query)}


@dataclass
class TwoFigures(Figures):
    """What two entrances on one file did."""

    rounds: int = 0
    taps: int = 0
    days: int = 0
    by_door: dict[int, int] = field(default_factory=dict)
    kills: int = 0


def harness(folder: Path, *, kills: int = 4) -> TwoFigures:
    """Two entrances of one machine sense each member's badge at once; then one is killed, again and again."""
    found = TwoFigures()
    with both(folder) as (first, gate):
        was = doors.last_visit(first)
        for uid in doors.UIDS:
            found.rounds += 1
            found.taps += 2
            try:
                hold(first, gate, uid)
            except AssertionError:
                found.add(f"the badge of member {found.rounds} did not open both doors")
        kept = charges(first, was)
        found.days = sum(kept.values())
        if any(count != 1 for count in kept.values()) or found.days != found.rounds:
            found.add(f"{found.rounds} members at both doors have {found.days} days")
        query = f"SELECT door_id, count(*) FROM visit WHERE id > {was} GROUP BY 1"
        found.by_door = {int(door): int(count) for door, count in doors.rows(first, query)}
        for number in range(kills):
            _kill((first, gate)[number % 2], (gate, first)[number % 2], found)
        if first.kiosk("verify").returncode:
            found.add("the books are not well")
    return found


def _kill(dies: Living, stays: Living, found: TwoFigures) -> None:
    dies.stop(signal.SIGKILL)
    found.kills += 1
    try:
        hold_at(stays, doors.UIDS[0])
    except AssertionError:
        found.add("a door that stayed did not open")
    dies.start()
