"""The entrance's own parts around one home, so that a tap can be called and its pin watched."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from gpiozero.pins.mock import MockPin

from bench.space import START
from kiosk import home
from kiosk.checkin.deciding import Chips
from kiosk.checkin.dialogue import Flows
from kiosk.checkin.door_log import DoorLog
from kiosk.checkin.tap import CheckIn
from kiosk.devices.door import GpioDoor
from kiosk.domain.badges.products import Proving
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.checkin.standing import Right
from kiosk.domain.checkin.verdicts import Granted
from kiosk.home import Home
from kiosk.offline.safekeeping import build
from kiosk.selfservice.pages import pages
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.space.policies import Rules
from kiosk.web.screen.board import Board

_PULSE_SECONDS = 0.002  # a pulse must be over before the next: only then does a pin rise again


class Clock:
    """A clock that can be moved on: taps come seconds apart, in life, and a member once a day."""

    boot = "bench"

    def __init__(self) -> None:
        self._ahead = 0.0
        self._began = time.monotonic()

    def now(self) -> datetime:
        """The first tap's moment and what has gone by since."""
        return START + timedelta(seconds=self.monotonic() - self._began)

    def monotonic(self) -> float:
        """What really passes, and what was skipped."""
        return time.monotonic() + self._ahead

    def skip(self, seconds: float) -> None:
        """Move on."""
        self._ahead += seconds


class Spent(NamedTuple):
    """Where a tap's time went, in seconds: on a processor, waiting for one, and in all, its card with it."""

    worked: float
    waited: float
    lasted: float

    @property
    def slept(self) -> float:
        """What is left: the disk, and locks."""
        return max(0.0, self.lasted - self.worked - self.waited)


@dataclass(slots=True)
class Rig:
    """A home's door, ready for taps."""

    home: Home
    clock: Clock
    door: GpioDoor
    pin: MockPin
    board: Board
    checkin: CheckIn
    log: DoorLog
    comes_first: bool  # whether its threads wait for nobody's slice of the processor, as the unit has it
    noted: list[DoorEvent] = field(default_factory=list)
    began_at: float = 0.0  # the last tap, by the monotonic clock
    spent: list[Spent] = field(default_factory=list)  # of each tap, by its own thread

    def tap(self, read: BadgeRead) -> float:
        """Seconds from the callback to the rise of the pin, of a tap that must be a full day's."""
        self.await_fall()
        waited_at = _waited()  # before the stopwatch: this opens a file of the kernel's
        cpu_at = time.thread_time()
        self.began_at = time.monotonic()
        self.pin.clear_states()  # the pin's own stopwatch: it keeps the seconds from here to each change of its level
        decision = self.checkin.tap(read)
        worked, lasted = time.thread_time() - cpu_at, time.monotonic() - self.began_at
        self.spent.append(Spent(worked, _waited() - waited_at, lasted))
        risen = self.pin.states[1] if len(self.pin.states) > 1 else None
        if not isinstance(decision, Granted) or decision.right is not Right.FULL or risen is None or not risen.state:
            raise RuntimeError(f"the bench measures granted full days, this one was {decision}")
        return float(risen.timestamp)

    def await_fall(self) -> None:
        """Wait until the pulse is over, and its keeper asleep."""
        while self.door.level:
            time.sleep(_PULSE_SECONDS)

    def write_log(self) -> None:
        """Write the door's log as its thread does after each tap, and the database's log back where it is due."""
        self.log.write(self.noted)
        self.noted.clear()


def _waited() -> float:
    """Seconds for which this thread had work and no processor, as the kernel counts them; 0 where it counts none."""
    with suppress(OSError):
        return int(Path("/proc/thread-self/schedstat").read_bytes().split()[1]) / 1e9
    return 0.0


def _come_first() -> bool:
    """Let the threads that are there wait for nobody's slice, as the entrance's unit does. Returns whether the machine
    allows it.
    """
    try:
        for task in Path("/proc/self/task").iterdir():
            os.sched_setscheduler(int(task.name), os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    except OSError:
        return False
    return True


@contextmanager
def opened(root: Path, *, prove: Callable[[BadgeRead, int], Proving] | None = None) -> Iterator[Rig]:
    """The parts around the home at `root`, built as the entrance builds them; with `prove`, badges that must are asked
    for their proof.
    """
    with home.opened(root, program="entrance") as made:
        made.store._is_root = False  # the entrance never is: what root does before it looks into a home is no tap's
        clock, noted = Clock(), list[DoorEvent]()
        door = GpioDoor(relay_pin=17, pulse_seconds=_PULSE_SECONDS, longest_pulse_seconds=10.0, simulated=True)
        board = Board(clock)
        rules = Rules(made.config.zone)
        keeping = build(made, clock, rules, lambda: True, board.refresh)
        if prove is not None:
            keeping.follower.follow()

        def wanted(mark: bytes) -> int | None:
            known = keeping.kept.now
            return None if known is None else known.proofs.get(mark)

        checkin = CheckIn(
            made,
            keeping,
            rules,
            flows=Flows(pages),
            clock=clock,
            door=door,
            screen=board,
            note=noted.append,
            chips=Chips(key_version=wanted, prove=prove or (lambda _read, _version: Proving.REFUSED)),
        )
        try:
            log, comes_first = DoorLog(made.store, clock), _come_first()
            yield Rig(made, clock, door, door._relay.pin, board, checkin, log, comes_first, noted)
        finally:
            door.close()
