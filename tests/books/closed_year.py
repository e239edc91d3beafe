"""The end of 2026 at a space: some weeks of days, payments, receipts, a reversal over the year's end; all closed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from kiosk import home
from kiosk.books.closing import Closings
from kiosk.books.receipts import Receipts
from kiosk.domain.books.closings import Period
from kiosk.store.space.policies import Rules
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.homes import copied
from tests.shared import once

INES, KARIM = "04A2000000E511", "04A2000000E522"
AFTER = datetime(2027, 1, 11, 9, tzinfo=UTC)
ASSOCIATION = '{"name": "La Coroutine", "address": "Lille", "siren": "732829320", "email": "bureau@exemple.fr"}'


def live(space: Space) -> None:
    """Live until the 11th of January 2027, with every day closed until the day before, and 2026 closed."""
    space.rule("association", ASSOCIATION)
    ines = space.join("Inès Moreau", INES)
    karim = space.join("Karim Benali", KARIM)
    space.till.sell(karim, "carnet-10", None)
    for _ in range(5):
        for uid in (INES, KARIM):
            space.tap(uid)
            space.lift(uid)
            space.clock.advance(seconds=10)
        space.clock.advance(days=7)
    first = space.till.pay(ines, 1500, "cash")
    receipts(space).for_payment(first)
    second = space.till.pay(ines, 500, "cheque")
    space.till.reverse(second, "mauvaise personne")
    space.till.pay(karim, 4500, "transfer")
    last = space.till.pay(ines, 300, "card")
    space.clock.set(AFTER)
    close_days(space)
    space.till.reverse(last, "payé deux fois")  # of the year before
    space.till.pay(ines, 100, "cash")
    for kind, day in (
        (Period.MONTH, date(2026, 11, 1)),
        (Period.MONTH, date(2026, 12, 1)),
        (Period.YEAR, date(2026, 1, 1)),
    ):
        closings(space).close(kind, day)
    space.clock.advance(days=1)
    close_days(space)


def made(template: Path) -> Path:
    """A home that lived so, to be copied."""

    def make(root: Path) -> None:
        shutil.copytree(template, root)
        with home.opened(root) as opened:
            space = Space(opened, FakeClock(WEDNESDAY))
            live(space)
            space.kept.close()

    return once("closed-year", make)


@contextmanager
def some_days_later(template: Path, folder: Path, days: int) -> Iterator[Space]:
    """That space so many days after the last of it, in a home of its own."""
    with home.opened(copied(made(template), folder / "home")) as opened:
        space = Space(opened, FakeClock(AFTER + timedelta(days=days)))
        yield space
        space.kept.close()


def closings(space: Space) -> Closings:
    return Closings(
        store=space.home.store,
        rules=Rules(space.home.config.zone),
        seal=space.home.seal,
        clock=space.clock,
        actor="cli",
    )


def close_days(space: Space) -> None:
    closings(space).close_days()


def receipts(space: Space) -> Receipts:
    return Receipts(
        store=space.home.store,
        rules=Rules(space.home.config.zone),
        seal=space.home.seal,
        clock=space.clock,
        actor="cli",
    )
