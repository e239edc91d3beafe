"""Records go back, time and again, under two doors and a desk whose marks differ: no entry is lost in silence.

A round writes by chance, keeps a copy somewhere on the way, puts it back, and lets each program go on; one of them may
be cut off meanwhile, and come back after the others wrote. Split brain, an older dump, a server brought to a moment
or promoted without the last entries, and an older file are all this: a branch that lacks what was acknowledged.
"""

import random
from collections.abc import Iterator
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
from tests import records
from tests.fakes import FakeClock
from tests.faults.figures import Figures
from tests.store.place import FixedClock, Place, morning

DOORS = (1, 2)


@dataclass
class WentBack(Figures):
    """What the rounds did."""

    rounds: int = 0
    written: int = 0
    refused: int = 0
    lost: int = 0
    twice: int = 0
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
            number = till.pay(connection, rules, self.seal, self._member, 100, "cash", morning(), "till")
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

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self._chance = root, random.Random(seed)
        self.figures = WentBack()
        self.acknowledged: set[tuple[int, bytes]] = set()
        with home.opened(root) as opened:
            self._member = Place(opened).join().number

    @contextmanager
    def _running(self) -> Iterator[list[Program]]:
        with ExitStack() as stack:
            numbers = (OFFICE, *DOORS)
            yield [Program(stack.enter_context(home.opened(self.root)), each, self._member) for each in numbers]

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
                assert fault.code == "records-behind", fault
                self.figures.refused += 1

    def round(self) -> None:
        """Write, go back, go on, reconcile, and count what became of each entry that was acknowledged."""
        chance, before = self._chance, self.figures.twice
        with self._running() as programs:
            self._act(programs, chance.randint(0, 4))
            kept = records.of(programs[0].opened)
        kept.copy()
        with self._running() as programs:
            self._act(programs, chance.randint(1, 6))
        kept.put_back()
        is_quiet, away = chance.random() < 0.5, chance.choice([None, None, *DOORS])
        with self._running() as programs:
            here = [each for each in programs if each.number != away]
            if is_quiet:  # the ninety seconds in which each compares
                for each in here:
                    each.follow()
            self._act(here, chance.randint(0, 4))
            for each in here:
                each.follow()
            self._reconcile(programs[0])
            self._act(here, chance.randint(0, 4))
            self._act(programs, 3)  # the one that was cut off is back
            for each in programs:
                each.follow()
            self._reconcile(programs[0])
            for each in programs:
                self.acknowledged.add(each.write())
                self.figures.written += 1
            self._look(programs[0].opened)
        self.figures.rounds += 1
        if is_quiet and away is None and self.figures.twice != before:
            self.figures.wrong.append(f"round {self.figures.rounds}: a number was given twice though all had compared")

    @staticmethod
    def _reconcile(desk: Program) -> None:
        reconciliation.run(desk.opened, FakeClock(morning()))

    def _look(self, opened: Home) -> None:
        with opened.store.reading() as connection:
            audit.check_chain(connection, opened.seal)
            audit.check_sums(connection)
            named, twice = set(lost_numbers.given_twice(connection)), set[int]()
            self.figures.lost = 0
            for number, mac in sorted(self.acknowledged):
                if ledger.mac(connection, number) == mac:
                    continue
                self.figures.lost += 1
                if not lost_numbers.is_there(connection, number, mac):  # another entry has its number
                    twice.add(number)
            self.figures.twice = len(
                twice
            )  # more are named: a program knows its last marks, and not where a branch began
            for number in sorted(twice - named):
                self.figures.wrong.append(f"round {self.figures.rounds}: entry {number} is lost in silence")


def run(root: Path, rounds: int, seed: int) -> WentBack:
    """Live so many rounds in the home at `root`."""
    story = Story(root, seed)
    for _ in range(rounds):
        story.round()
    return story.figures


def harness(folder: Path, *, rounds: int = 500, seed: int = 1) -> WentBack:
    """Put older records back in so many rounds, under two doors and a desk: nothing is lost in silence."""
    root = folder / "home"
    home_creation.create(root, NewHome(), FixedClock())
    figures = run(root, rounds, seed)
    figures.violations += figures.wrong
    return figures
