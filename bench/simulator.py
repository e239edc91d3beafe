"""A year of 20,000 visits read and priced again under a scenario that changes all that one can."""

import time
from datetime import date, timedelta
from pathlib import Path

from bench import figures, space
from kiosk import home
from kiosk.domain.opening_hours import week
from kiosk.domain.space.scenario import NewPlan, Scenario
from kiosk.space import simulations
from kiosk.store.kept_sums import Sums

_VISITS = 20_000
_A_DAY = 55  # people, each of whom comes on every day of the year
_EVERYTHING = Scenario(
    prices={("day", "full"): 600, ("permanent", "full"): 11_000},
    zones={"free-corner": ("day", None)},
    rules={
        "month_cap_days": 12,
        "capacity_legal": 50,
        "opening_hours": week({"mon": ["08:00-19:00"], "tue": ["08:00-19:00"]}),
    },
    more={"permanent": 2},
    switches=True,
    plan=NewPlan("Mi-temps", 6_000, 10, of_months=True),
)


def run(folder: Path, rounds: int) -> None:
    """Make the year, then read and play it."""
    root = folder / "home"
    space.make(root, _VISITS, former=_A_DAY - 200)
    with home.opened(root) as opened:
        for what, scenario in (("changing nothing", Scenario()), ("changing everything", _EVERYTHING)):
            found = [_played(opened, scenario) for _ in range(rounds)]
            for said, seconds in (("", [each[0] for each in found]), (", of a core", [each[1] for each in found])):
                figures.asked(f"a year of {_VISITS} visits, {what}{said}", figures.percentiles(seconds)[1], 2, " s")


def _played(opened: home.Home, scenario: Scenario) -> tuple[float, float]:
    """The seconds of a year read and played: on the wall, and of a core, whatever else the machine does."""
    began, computing, today = time.perf_counter(), time.process_time(), space.START.date()
    with opened.store.reading() as connection:
        wanted = simulations.period(_a_year_before(today), today, today)
        (found,) = simulations.play(Sums(connection, today), wanted, [scenario], opened.config.zone)
    came = sum(each.before for each in found.seats.values())
    if came < _VISITS * 0.9:
        raise RuntimeError(f"only {came} visits were in the year")
    return time.perf_counter() - began, time.process_time() - computing


def _a_year_before(day: date) -> date:
    return day - timedelta(days=364)
