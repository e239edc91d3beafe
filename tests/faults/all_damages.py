"""The damage matrix in its long form: each damage, running and cold, as each program's own user; before each first
start; and pairs.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

from tests.faults import damages, long_post, office_damages, start_damages
from tests.faults.damages import CASES, COLD, RUNNING, STICK_CASES, is_shut, is_without_trace, may_shut, play
from tests.faults.figures import Figures


@dataclass
class DamageFigures(Figures):
    """How many damages were tried. `seed` brings the same pairs again."""

    seed: int = 0
    alone: int = 0
    of_the_office: int = 0
    first_starts: int = 0
    pairs: int = 0


def harness(folder: Path, *, pairs: int = 300, seed: int = 0, only: str = "") -> DamageFigures:
    """Every damage to every file and folder of a home, running and cold, for the entrance, the desk and what calls
    outwards; before each kind of first start; then so many pairs of them, cold. As root. `only` tries the cases whose
    words have a text in them, and no pairs: `spool, `, `after an update`.
    """
    figures = DamageFigures(seed=seed or int.from_bytes(os.urandom(4)))
    with damages.folder() as homes:
        _alone(folder, homes, figures, only)
        _before_starts(folder, homes, figures, only)
        _of_the_office(folder / "office", homes, figures, only)
        if not only:
            _draw_pairs(folder / "lived", homes, figures, pairs)
    return figures


def _alone(folder: Path, homes: Path, figures: DamageFigures, only: str) -> None:
    damages.live(lived := folder / "lived")
    damages.live(on_a_stick := folder / "on-a-stick", "stick")
    for begun, cases in ((lived, CASES), (on_a_stick, STICK_CASES)):
        for (place, damage), when in product(cases, (RUNNING, COLD)):
            if only not in (what := f"{place}, {damage}, {when}"):
                continue
            with _home(homes) as root:
                outcome = play(begun, root, [(place, damage)], when, checked=True)
            figures.add(*(f"{what}: {wrong}" for wrong in outcome.wrong))
            figures.alone += 1


def _before_starts(folder: Path, homes: Path, figures: DamageFigures, only: str) -> None:
    start_damages.live(starts := folder / "starts")
    start_damages.live_in_older_release(before := folder / "before")
    for kinds, begun in ((start_damages.STARTS, starts), (start_damages.REAL_STARTS, before)):
        for start, place, damage in start_damages.sampled(1, kinds):
            if only not in (what := f"{place}, {damage}, {start}"):
                continue
            with _home(homes) as root:
                wrong = start_damages.play(begun, root, start, place, damage)
            figures.add(*(f"{what}: {each}" for each in wrong))
            figures.first_starts += 1


@contextmanager
def _home(homes: Path) -> Iterator[Path]:
    """A place for a home, which is gone afterwards: thousands of them fill a disk."""
    yield homes / "home"
    for left in homes.iterdir():
        shutil.rmtree(left, ignore_errors=True)


def _of_the_office(folder: Path, homes: Path, figures: DamageFigures, only: str) -> None:
    with long_post.sink() as port:
        office_damages.live(folder, port)
        for place, damage, when, program in office_damages.sampled(1):
            if only not in (what := f"{place}, {damage}, {when}, as {program}"):
                continue
            with _home(homes) as root:
                wrong = office_damages.play(folder, root, (place, damage), when, program)
            figures.add(*(f"{what}: {each}" for each in wrong))
            figures.of_the_office += 1


def _draw_pairs(lived: Path, homes: Path, figures: DamageFigures, pairs: int) -> None:
    cases = st.sampled_from(CASES)

    @hypothesis.seed(figures.seed)
    @hypothesis.settings(
        max_examples=pairs,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(first=cases, second=cases)
    def tried(first: tuple[str, str], second: tuple[str, str]) -> None:
        figures.pairs += 1
        with _home(homes) as root:
            outcome = play(lived, root, [first, second], COLD)
        wrong = [each for each in outcome.wrong if not _is_known(first, second, each)]
        figures.add(*(f"{first}, {second}: {each}" for each in wrong))

    tried()


def _is_known(first: tuple[str, str], second: tuple[str, str], wrong: str) -> bool:
    """Whether two damages together bring what nothing that is left could prevent."""
    is_lost = wrong.startswith("Paul's day was counted 0 times") and is_without_trace(first, second)
    return is_lost or (may_shut(first[0], second[0]) and is_shut(wrong))
