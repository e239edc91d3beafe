"""Many processes want the same room at the same time, book, move and cancel: nobody ever meets anybody.

Each says what it was told; the rows are read afterwards by plain SQL, and each pair of them compared.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from multiprocessing.synchronize import Barrier
from pathlib import Path

from kiosk import home
from kiosk.domain.slots import Slot
from kiosk.errors import MachineError, RequestError
from kiosk.home import Home
from kiosk.rooms.bookings import Bookings, BookingWish
from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from kiosk.store.space.policies import Rules
from tests import beside
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.faults.figures import Figures
from tests.processes import alike
from tests.rooms.hall import INES, KARIM, SMALL, let

LAPSES_SECONDS = 300.0
_REFUSED = ("room-taken", "database-busy")  # nothing is done then: the second where the others take too long


@dataclass(frozen=True, slots=True)
class Told:
    """What one process was told: bookings that it has by id with their hours, and what it cancelled."""

    held: dict[int, tuple[str, str]]
    cancelled: frozenset[int]
    refused: int


@dataclass
class RaceFigures(Figures):
    """What all processes together were told."""

    promised: int = 0
    cancelled: int = 0
    refused: int = 0


def harness(folder: Path, *, processes: int = 8, rounds: int = 200) -> RaceFigures:
    """So many processes book, move and cancel in one room at the same times, for so many rounds."""
    root = folder / "home"
    home_creation.create(root, NewHome(), FakeClock(WEDNESDAY))
    with home.opened(root) as opened:
        space = Space(opened, FakeClock(WEDNESDAY))
        let(space)
        space.join("Inès Moreau", INES)
        space.join("Karim Benali", KARIM)
    told = run(root, processes, rounds)
    figures = RaceFigures(
        promised=sum(len(each.held) for each in told),
        cancelled=sum(len(each.cancelled) for each in told),
        refused=sum(each.refused for each in told),
    )
    with home.opened(root) as opened:
        figures.add(*violations(opened, told))
    return figures


def run(root: Path, processes: int, rounds: int) -> list[Told]:
    """Let so many processes race for so many rounds, all at once in each."""
    context = alike()
    together = context.Barrier(processes)
    with context.Pool(processes, _begin, (together,)) as pool:
        return pool.starmap(_race, [(root, number, rounds) for number in range(processes)], chunksize=1)


_together: Barrier


def _begin(together: Barrier) -> None:
    global _together  # noqa: PLW0603  # what a process is given as it begins
    _together = together


def _race(root: Path, number: int, rounds: int) -> Told:
    drawn = random.Random(number)  # to be repeated, not guarded
    held: dict[int, tuple[str, str]] = {}
    cancelled: set[int] = set()
    refused = 0
    with home.opened(root, is_patient=True) as opened:  # as the desk is
        parts = {"store": opened.store, "rules": Rules(opened.config.zone), "seal": opened.seal}
        desk = Bookings(**parts, clock=FakeClock(WEDNESDAY), actor=f"racer-{number}")  # type: ignore[arg-type]
        for turn in range(rounds):
            _together.wait(LAPSES_SECONDS)
            wanted = _slot(drawn, turn)
            try:
                if held and drawn.random() < 0.3:
                    which = drawn.choice(sorted(held))
                    desk.move(which, SMALL, wanted)
                    held[which] = _said(wanted)
                elif held and drawn.random() < 0.2:
                    which = drawn.choice(sorted(held))
                    desk.cancel(which)
                    del held[which]
                    cancelled.add(which)
                else:
                    made = desk.book(BookingWish(room=SMALL, slot=wanted, member=number % 2 + 1))
                    held[made.id] = _said(wanted)
            except (RequestError, MachineError) as told:
                if told.code not in _REFUSED:
                    raise
                refused += 1
    return Told(held, frozenset(cancelled), refused)


def _slot(drawn: random.Random, turn: int) -> Slot:
    """Some hours of one afternoon, another each round: all of them want more or less the same."""
    begins = WEDNESDAY + timedelta(days=1 + turn % 80, minutes=30 * drawn.randrange(0, 6))
    return Slot(begins, begins + timedelta(minutes=30 * drawn.randrange(1, 5)))


def _said(slot: Slot) -> tuple[str, str]:
    return tuple(each.strftime("%Y-%m-%dT%H:%M:%S.%fZ") for each in (slot.starts_at, slot.ends_at))  # type: ignore[return-value]


def violations(made: Home, told: Iterable[Told]) -> list[str]:
    """What should not be: two that meet, a booking that was promised and is not there, or one too many."""
    with beside.reading(made) as plain:
        rows = plain.execute(
            "SELECT id, starts_at, ends_at, free_at FROM booking WHERE state IN ('option', 'booked', 'claimed')"
        ).fetchall()
        over = {id_ for (id_,) in plain.execute("SELECT id FROM booking WHERE state = 'cancelled'")}
    found = [
        f"bookings {one[0]} and {other[0]} meet"
        for one, other in combinations(rows, 2)
        if one[1] < other[3] and other[1] < one[3]
    ]
    promised = {id_: said for each in told for id_, said in each.held.items()}
    there = {id_: (starts, ends) for id_, starts, ends, _ in rows}
    found += [f"booking {id_} was promised and is not so" for id_, said in promised.items() if there.get(id_) != said]
    found += [f"nobody was promised booking {id_}" for id_ in there.keys() - promised.keys()]
    cancelled = {id_ for each in told for id_ in each.cancelled}
    return found + [f"booking {id_} is not as it was cancelled" for id_ in cancelled ^ over]
