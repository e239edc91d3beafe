"""Whatever happens in whatever order, each euro that the platform took stands once in the books, and none other."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kiosk import home
from kiosk.errors import MachineError, RequestError
from tests import helloasso
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.helloasso import BUSY, LOST, REFUSED
from tests.homes import copied
from tests.money.online.house import INES, PayingHouse, turn_on

pytestmark = pytest.mark.sqlite


def _pay(paying: PayingHouse) -> None:
    """The payer pays on the oldest page that was shown and that nobody paid on."""
    shown = {str(link).rpartition("/")[2] for (link,) in paying.space.sql("SELECT link FROM online_payment")}
    pages = [page for page, wish in paying.platform.intents.items() if "order" not in wish and str(page) in shown]
    if pages:
        paying.platform.pay(pages[0])


def _refund(paying: PayingHouse) -> None:
    for order in paying.platform.orders.values():
        for paid in order["payments"]:
            if paid["state"] == "Authorized":
                return paying.platform.becomes(paid["id"], "Refunded", paid["amount"])
    return None


def _call(paying: PayingHouse) -> None:
    with suppress(MachineError):
        paying.call()


def _confirm(paying: PayingHouse) -> None:
    """The treasurer confirms the oldest line of the platform's file."""
    with paying.space.home.store.reading() as connection:
        lines = [
            tuple(row) for row in connection.exec_driver_sql("SELECT id, cents FROM bank_line WHERE state = 'open'")
        ]
    for line, cents in lines[:1]:
        with suppress(RequestError):
            paying.bank.confirm(line, {paying.account(): cents})


def _fails(*faults: str) -> Callable[[PayingHouse], None]:
    return lambda paying: paying.platform.fail(*faults)


def _later(**by: float) -> Callable[[PayingHouse], None]:
    return lambda paying: paying.space.clock.advance(**by)


ACTS: Mapping[str, Callable[[PayingHouse], object]] = {
    "ask": lambda paying: paying.ask(1200),
    "ask another": lambda paying: paying.ask(700),
    "call": _call,
    "pay": _pay,
    "enter": PayingHouse.enter,
    "import": PayingHouse.import_file,
    "confirm": _confirm,
    "refund": _refund,
    "lost": _fails(LOST),
    "busy": _fails(BUSY),
    "refused": _fails(REFUSED),
    "doubled": lambda paying: setattr(paying.platform, "doubles", True),
    "10 minutes": _later(minutes=10),
    "an hour": _later(hours=1),
    "a night": _later(days=1),
}
_folders = count()


@example(names=["10 minutes", "pay", "import", "refund"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from(sorted(ACTS)), min_size=4, max_size=16))
def test_each_euro_stands_once_in_whatever_order(template: Path, tmp_path: Path, names: list[str]) -> None:
    root = copied(template, tmp_path / f"home-{next(_folders)}")
    with helloasso.running() as platform, home.opened(root) as opened:
        space = Space(opened, FakeClock(WEDNESDAY))
        turn_on(space, platform.url)
        paying = PayingHouse(space, platform, space.join("Inès Moreau", INES))
        for name in ["ask", "call", *names]:
            ACTS[name](paying)
        platform.faults.clear()
        for _ in range(2):  # two quiet nights
            for name in ("a night", "call", "enter"):
                ACTS[name](paying)
        paying.import_file()
        space.kept.close()
        _holds(paying)


def _holds(paying: PayingHouse) -> None:
    paying.check()
    every = [paid for order in paying.platform.orders.values() for paid in order["payments"]]
    assert len(paying.standing()) <= len(every)
    if not paying.space.sql("SELECT 1 FROM online_payment WHERE state = 'uncertain'"):
        assert sorted(paying.standing()) == sorted(paid["amount"] for paid in every if paid["state"] == "Authorized")
        assert paying.open_lines() == []
    open_ones = paying.space.sql(
        "SELECT 1 FROM online_payment WHERE state IN ('made', 'intended') OR heard IS NOT NULL"
    )
    assert open_ones == []
