"""Records go back, time and again, under two doors and a desk whose marks differ: no entry is lost in silence.

A round writes by chance, comes back to a moment on the way, and lets each program go on; one of them may be cut off
meanwhile, and come back after the others wrote. The ways in which records go back are in `ways_back`: each is a branch
that lacks what was acknowledged.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from kiosk import home
from kiosk.domain.chain import Seal
from kiosk.errors import MachineError
from kiosk.home import Home
from kiosk.jobs import reconciliation
from kiosk.money import till
from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from kiosk.store import audit, ledger, lost_numbers
from kiosk.store.marks import claims
from kiosk.store.marks.mark_file import MarkFile
from kiosk.store.marks.marks import OFFICE, ChainMark
from kiosk.store.space.policies import Rules
from tests.fakes import FakeClock
from tests.faults.figures import Figures
from tests.faults.ways_back import PROGRAMS, WAYS, Machines, ServedMachines, Way
from tests.store.place import FixedClock, Place, morning

DOORS = PROGRAMS[1:]


@dataclass
class WentBack(Figures):
    """What the rounds did. `named` are numbers that `verify` says may have been given twice."""

    kind: str = "file"
    rounds: int = 0
    written: int = 0
    refused: int = 0
    lost: int = 0
    twice: int = 0
    named: int = 0
    wrong: list[str] = field(default_factory=list)


class Program:
    """A door, or the desk as number 0: one connection, one mark, and what it acknowledged."""

    def __init__(self, opened: Home, number: int, member: int) -> None:
        self.number, self.opened, self._member = number, opened, member
        self.seal: Seal = opened.seal if number == OFFICE else opened.seal.of_door(number)
        if number != OFFICE:
            file = MarkFile(opened.paths.root / f"mark-{number}", opened.seal)
            opened.store.mark = ChainMark(number, self.seal, file.write, file.read)
        ticks = count(0, 1000)  # what waits for 90 s has waited
        self.mark.monotonic = lambda: float(next(ticks))

    @property
    def mark(self) -> ChainMark:
        """Its mark."""
        assert self.opened.store.mark is not None
        return self.opened.store.mark

    def write(self) -> tuple[int, bytes]:
        """Write one entry. Returns its number and MAC once that is acknowledged."""
        rules = Rules(self.opened.config.zone)
        with self.opened.store.writing() as connection:
            number = till.pay(connection, rules, self.seal, self._member, 10, "cash", morning(), "till")
            mac = ledger.mac(connection, number)
        assert mac is not None
        return number, mac

    def follow(self) -> None:
        """Look at the chain as a door's follower does, and claim what it lacks."""
        with self.opened.store.reading() as connection:
            head, marked = ledger.head(connection), ledger.mac(connection, self.mark.number)
            if self.mark.follows(marked, ledger.has_claim(connection)):
                self.mark.rise(head.number, head.mac)
                return
            with suppress(MachineError):
                claims.judge(connection, self.mark)
        self.opened.store.claim()


class Story:
    """One home and its rounds."""

    def __init__(self, root: Path, seed: int, *, served: bool = False) -> None:
        self._chance = random.Random(seed)
        self.figures = WentBack()
        self.acknowledged: set[tuple[int, bytes]] = set()
        with home.opened(root) as opened:
            self._member = Place(opened).join().number
        self.machines = ServedMachines(root) if served else Machines(root)
        self.way = Way(self.machines)

    @contextmanager
    def _running(self, numbers: Sequence[int] = PROGRAMS) -> Iterator[list[Program]]:
        with ExitStack() as stack:
            homes = [(stack.enter_context(home.opened(self.machines.root_of(each))), each) for each in numbers]
            yield [Program(opened, number, self._member) for opened, number in homes]

    def _act(self, programs: list[Program], times: int) -> None:
        for _ in range(times):
            program = self._chance.choice(programs)
            if self._chance.random() < 0.3:
                program.follow()
                continue
            try:
                self.acknowledged.add(program.write())
                self.figures.written += 1
            except MachineError as fault:
                assert fault.code in ("records-behind", "server-changed"), fault
                self.figures.refused += 1

    def round(self, kind: str = "file") -> None:
        """Write, go back in one way, go on, reconcile, and count what became of each entry that was acknowledged."""
        self.way, self.figures.kind = WAYS[kind](self.machines), kind
        before = (self.figures.lost, self.figures.twice)
        self._until_it_goes_back()
        stays = self._apart() if self.way.is_apart else ()
        is_quiet, away = self._chance.random() < 0.5, self._chance.choice([None, None, *DOORS])
        with self._running() as programs:
            self._go_on(programs, away, is_quiet=is_quiet)
            self._look(programs[0].opened)
        self.figures.rounds += 1
        if is_quiet and away is None and not stays and self.figures.twice != before[1]:
            self._wrong("a number was given twice though all had compared")
        if self.way.promises and (self.figures.lost, self.figures.twice) != before:
            self._wrong("what was acknowledged is lost, or a number was given twice, in spite of a promise")

    def _until_it_goes_back(self) -> None:
        self.way.begin()
        with self._running() as programs:
            self._act(programs, self._chance.randint(0, 4))
        self.way.keep()
        with self._running() as programs:
            self._act(programs, self._chance.randint(1, 6))
        self.way.go_back()

    def _apart(self) -> tuple[int, ...]:
        """Let some go on with the branch that the others have left, until it ends."""
        stays = tuple(self._chance.sample(PROGRAMS, self._chance.randint(1, 2)))
        self.way.stay(stays)
        with self._running() as programs:
            self._act(programs, self._chance.randint(2, 8))
        self.way.join()
        return stays

    def _go_on(self, programs: list[Program], away: int | None, *, is_quiet: bool) -> None:
        here = [each for each in programs if each.number != away]
        if is_quiet:  # the ninety seconds in which each compares
            for each in here:
                each.follow()
        self._act(here, self._chance.randint(0, 4))
        for each in here:
            each.follow()
        self._reconcile(programs[0])
        self._act(here, self._chance.randint(0, 4))
        self._act(programs, 3)  # the one that was cut off is back
        for each in programs:
            each.follow()
        self._reconcile(programs[0])
        for each in programs:
            self.acknowledged.add(each.write())
            self.figures.written += 1

    @staticmethod
    def _reconcile(desk: Program) -> None:
        reconciliation.run(desk.opened, FakeClock(morning()))

    def _look(self, opened: Home) -> None:
        with opened.store.reading() as connection:
            audit.check_chain(connection, opened.seal)
            audit.check_sums(connection)
            named, twice = set(lost_numbers.given_twice(connection)), set[int]()
            self.figures.lost, self.figures.named = 0, len(named)
            for number, mac in sorted(self.acknowledged):
                if ledger.mac(connection, number) == mac:
                    continue
                self.figures.lost += 1
                if not lost_numbers.is_there(connection, number, mac):  # another entry has its number
                    twice.add(number)
        self.figures.twice = len(twice)  # more are named: a program knows its last marks, and not where a branch began
        for number in sorted(twice - named):
            self._wrong(f"entry {number} is lost in silence")

    def _wrong(self, text: str) -> None:
        self.figures.wrong.append(f"{self.figures.kind}, round {self.figures.rounds}: {text}")


def run(root: Path, seed: int, kinds: Iterable[str]) -> WentBack:
    """Live one round of each of these kinds in the home at `root`."""
    first, *more = kinds
    story = Story(root, seed, served=first != "file")
    try:
        for kind in (first, *more):
            story.round(kind)
    finally:
        story.way.close()
        story.machines.close()
    return story.figures


def harness(folder: Path, *, kind: str = "file", rounds: int = 100, seed: int = 1) -> WentBack:
    """Bring records back in so many rounds, under two doors and a desk: nothing is lost in silence.

    Kinds: file; on servers dump, restored, moment, promoted, awaited, split (`tests/faults/ways_back.py`).
    """
    root = folder / "home"
    home_creation.create(root, NewHome(), FixedClock())
    figures = run(root, seed, [kind] * rounds)
    figures.violations += figures.wrong
    return figures
