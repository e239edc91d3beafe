"""A program that is killed at any step, and a payer who closes the browser: each euro is entered once."""

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from kiosk import home
from kiosk.home import Home
from kiosk.jobs.due import acts, boxes
from kiosk.jobs.due.acts import TimePass
from kiosk.money.online import platform
from kiosk.store.space.policies import Rules
from tests.fakes import FakeClock
from tests.money.online.house import CENTS, PayingHouse

pytestmark = pytest.mark.sqlite
Act = Callable[[TimePass], None]


def _pass(root: Path, program: str, at: datetime, step: Callable[[], None]) -> None:
    """A pass of a program of its own: what it asks of the database, and each answer of the platform, is a step."""
    answered = platform.Platform._answer

    def told(*given: object) -> object:
        step()
        found: object = answered(*given)  # type: ignore[arg-type]  # as it was called
        step()
        return found

    platform.Platform._answer = told  # type: ignore[assignment, method-assign]  # in this process alone
    with home.opened(root, program=program) as opened:
        made = replace(opened, config=opened.config)
        for name in ("before_cursor_execute", "commit"):
            sa.event.listen(_engine(made), name, lambda *_how: step())
        clock = FakeClock(at)
        now = TimePass(made, Rules(made.config.zone), clock, clock, sure=True)
        if program == "outside":
            boxes.go_out(now)
        else:
            boxes._done(now, [act for act in acts.acts(now) if act.code == "online-entries"])


def _engine(made: Home) -> sa.Engine:
    return made.store._writer


def _forked(at_step: int | None, act: Callable[[Callable[[], None]], None]) -> tuple[int, int]:
    """Run in a process of its own, which is killed at a step. Returns its status, and how many steps it made."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        count = 0

        def step() -> None:
            nonlocal count
            if at_step is not None and count == at_step:
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1

        try:
            act(step)
            os.write(write, str(count).encode())
            os._exit(0)
        finally:
            traceback.print_exc()
            os._exit(3)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(write)
    told = os.read(read, 20)
    os.close(read)
    return status, int(told or b"0")


def _killed_everywhere(paying: PayingHouse, program: str) -> Iterator[int]:
    """Kill a program's pass at each of its steps, one after the other, until one comes through. Yields each step."""
    root, at = paying.space.home.paths.root, paying.space.clock.now()
    for number in range(400):
        status, _ = _forked(number, lambda step: _pass(root, program, at, step))
        if status == 0:
            return
        assert status == -signal.SIGKILL
        yield number
    raise AssertionError("it never comes through")


def _through(paying: PayingHouse, program: str) -> None:
    root, at = paying.space.home.paths.root, paying.space.clock.now()
    status, steps = _forked(None, lambda step: _pass(root, program, at, step))
    assert (status, steps > 0) == (0, True)


def test_page_is_made_however_often_its_program_is_killed_and_one_is_shown(paying: PayingHouse) -> None:
    id_ = paying.ask()
    kills = list(_killed_everywhere(paying, "outside"))
    assert len(kills) > 8
    assert paying.state(id_) == "intended"
    assert len(paying.platform.pages) > 1, "some answers were lost with their program"
    shown = str(paying.row(id_).link).rpartition("/")[2]
    assert paying.space.sql("SELECT intent FROM online_payment") == [(shown,)]


def test_payer_who_closes_the_browser_is_entered_once_whatever_is_killed(paying: PayingHouse) -> None:
    id_ = paying.ask()
    _through(paying, "outside")
    paying.platform.pay(paying.platform.pages[0])  # and nobody comes back
    heard = [paying.row(id_).heard for _ in _killed_everywhere(paying, "outside")]
    assert len(heard) > 8
    assert paying.row(id_).heard is not None
    sums = [tuple(paying.standing()) for _ in _killed_everywhere(paying, "desk")]
    assert len(sums) > 8
    assert set(sums) <= {(), (CENTS,)}
    assert (paying.state(id_), paying.standing()) == ("paid", [CENTS])
    paying.import_file()
    assert (paying.open_lines(), paying.standing()) == ([], [CENTS])
    paying.check()


@pytest.mark.parametrize("becomes", ["Refunded", "Contested"])
def test_night_that_is_killed_at_any_step_takes_back_once(paying: PayingHouse, becomes: str) -> None:
    id_, _, number = paying.paid()
    paying.platform.becomes(number, becomes, *([CENTS] if becomes == "Refunded" else []))
    paying.night()
    assert len(list(_killed_everywhere(paying, "outside"))) > 8
    assert len(list(_killed_everywhere(paying, "desk"))) > 8
    expected = ("refunded", []) if becomes == "Refunded" else ("uncertain", [CENTS])
    assert (paying.state(id_), paying.standing()) == expected
    paying.check()
