"""Workers are killed at random moments under load, and start again on the same home: nothing is lost, nothing doubled.

A kill leaves what the kernel was given; what a power cut leaves is another harness's.
"""

import os
import random
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from tests.faults import books, worker
from tests.faults.books import Tap
from tests.faults.figures import Figures

ROUNDS_A_HOME = 50  # then a new one: what each check reads grows with the days
CHECK_EVERY = 5  # rounds; a check enters the spool, so that the rounds between meet it at their start
LONGEST_START_SECONDS = 30.0


@dataclass
class KillFigures(Figures):
    """`spool_lines_met` were in the spool at a start; a kill in a replay left only a part of them entered."""

    rounds: int = 0
    acks: int = 0
    stored_but_not_acked: int = 0
    spool_lines_met: int = 0
    kills_in_a_replay: int = 0
    kills_before_the_first_ack: int = 0
    homes: int = 0


@dataclass(frozen=True, slots=True)
class _Round:
    """How a worker lives and dies. `grace` counts from its first ack; from its start where it is to die young."""

    seed: int
    is_young: bool
    grace: float
    outages: float
    early: bool

    @classmethod
    def drawn(cls, chance: random.Random, number: int, *, early: bool) -> "_Round":
        is_young = chance.random() < 0.15
        grace = chance.uniform(0.0, 0.4)
        outages = 0.0 if early else 0.3 if number % 2 else 0.005
        return cls(chance.randrange(1 << 30), is_young, grace, outages, early)

    def command(self, root: Path) -> list[str]:
        options = ["--seed", str(self.seed), "--outages", str(self.outages), *(["--early"] if self.early else [])]
        return [sys.executable, "-m", "tests.faults.worker", str(root), *options]


def run(folder: Path, *, rounds: int = 1000, acks: int = 0, seed: int = 1, early: bool = False) -> KillFigures:
    """SIGKILL the entrance's parts at random moments, start them again on the same home, and look at the books.

    On a busy machine few are let in before a kill: it goes on until there were so many `acks`, and a kill in a replay.
    `early` weakens them: the door opens before anything is written. The first tap that is lost so ends the run.
    """
    chance, figures, asked = random.Random(seed), KillFigures(), rounds
    while figures.rounds < rounds and not (early and figures.violations):
        figures.homes += 1
        root = _home(folder / f"home-{figures.homes}")
        acked: list[Tap] = []
        for _ in range(min(ROUNDS_A_HOME, rounds - figures.rounds)):
            figures.rounds += 1
            figures.spool_lines_met += len(_spooled(root))
            acked += _killed(root, _Round.drawn(chance, figures.rounds, early=early), figures)
            figures.kills_in_a_replay += 0 < _entered(root) < len(_spooled(root))
            if early or figures.rounds % CHECK_EVERY == 0:
                figures.add(*books.problems(root, acked))
            if early and figures.violations:
                break
        figures.add(*books.problems(root, acked))
        figures.acks += len(acked)
        figures.stored_but_not_acked += len(books.stored(root).difference(acked))
        if acks and not (figures.acks > acks and figures.kills_in_a_replay) and rounds < 10 * asked:
            rounds += CHECK_EVERY
    return figures


def _home(root: Path) -> Path:
    home_creation.create(root, NewHome(), worker.Clock(worker.FIRST_DAY))
    worker.populate(root)
    return root


def _spooled(root: Path) -> list[str]:
    """The taps in the spool's files by their names; some may have been entered."""
    files = [path.read_text("ascii", "replace") for path in (root / "spool").glob("*.spool")]
    return [tap for text in files for tap in re.findall(r'"tap":"([0-9a-f]{32})".*\n', text)]


def _entered(root: Path) -> int:
    """How many of those."""
    with closing(sqlite3.connect(f"file:{root / 'db' / 'ledger.db'}?mode=ro", uri=True)) as database:
        known = {tap.hex() for (tap,) in database.execute("SELECT tap_id FROM spooled_tap")}
    return len(known.intersection(_spooled(root)))


def _killed(root: Path, how: _Round, figures: KillFigures) -> list[Tap]:
    """One worker's life: what it acknowledged until it was killed."""
    with (root.parent / "worker.log").open("w+b") as log:
        process = subprocess.Popen(how.command(root), stdout=subprocess.PIPE, stderr=log, start_new_session=True)
        if process.stdout is None:
            raise AssertionError("a pipe was asked for")
        if not how.is_young and not select.select([process.stdout], [], [], LONGEST_START_SECONDS)[0]:
            figures.add(f"round {figures.rounds}: the worker tapped nobody")
        time.sleep(how.grace)
        status = process.poll()
        os.killpg(process.pid, signal.SIGKILL)
        acks = process.communicate()[0].decode("ascii").splitlines()
        if status is not None:
            log.seek(0)
            last = log.read().decode("utf-8", "replace").strip().splitlines()[-1:]
            figures.add(f"round {figures.rounds}: the worker ended by itself ({status}): {''.join(last)}")
    figures.kills_before_the_first_ack += not acks
    return books.parse(acks)
