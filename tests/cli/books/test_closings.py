"""Closings from the command line: days, a month looked at before, the list."""

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk import home
from kiosk.domain import days
from kiosk.domain.duties import Kind
from kiosk.members.enrolment import Application, Enrolment
from kiosk.money.till import Till
from kiosk.store.space.policies import Rules
from tests.cli.standing import MOMENT
from tests.cli.test_clock import in_words
from tests.cli.test_commands import Kiosk, kiosk  # noqa: F401  # the fixture
from tests.fakes import FakeClock

MONTHS_AGO = 70  # days: the month before last has them


@pytest.fixture
def lived(kiosk: Kiosk) -> Kiosk:  # noqa: F811  # pytest's way
    """A home in which somebody joined and paid more than two months ago."""
    clock = FakeClock(MOMENT - timedelta(days=MONTHS_AGO))
    with home.opened(kiosk.root) as opened:
        parts: dict[str, Any] = {"store": opened.store, "seal": opened.seal, "clock": clock, "actor": "cli"}
        rules = Rules(opened.config.zone)
        enrolment = Enrolment(rules=rules, badge_key=opened.badge_key, **parts)
        number = enrolment.add(Application(name="Inès Moreau", plan="itinerant", badge=None)).number
        Till(rules=rules, **parts).pay(number, 500, "cash")
    return kiosk


def first_month() -> tuple[date, date]:
    return days.month_of((MOMENT - timedelta(days=MONTHS_AGO)).date())


def test_days_close_and_are_listed(lived: Kiosk) -> None:
    found: Any = lived.json("close", "day")["closed"]
    assert len(found) == MONTHS_AGO
    assert (found[0]["charged"], found[0]["received"], found[0]["grand_total"]) == ("5.00", "5.00", "5.00")
    assert lived("close", "day") == (0, "nothing to close\n", "")
    listed: Any = lived.json("closings", "day")["closings"]
    assert listed == found
    assert lived("closings", "year")[1] == "nothing is closed\n"
    assert lived("verify")[0] == 0


def test_days_close_up_to_one(lived: Kiosk) -> None:
    until = first_month()[1]
    found: Any = lived.json("close", "day", until.isoformat())["closed"]
    assert found[-1]["until"] == until.isoformat()


def test_a_month_is_closed_by_who_has_looked_at_it(lived: Kiosk) -> None:
    status, _, err = lived("close", "month")
    assert (status, "[not-confirmed]" in err) == (2, True)
    assert lived.json("closings", "month")["closings"] == []
    first, last = first_month()
    done = lived.json("close", "month", f"{first:%Y-%m}", "--yes")
    assert (done["from"], done["until"], done["charged"]) == (first.isoformat(), last.isoformat(), "5.00")
    assert lived.json("close", "month", f"{first:%Y-%m}") == done  # closed already: nothing to look at
    following = last + timedelta(days=1)
    assert lived.json("close", "month", "--yes")["from"] == following.isoformat()


def test_on_a_terminal_what_is_open_and_the_totals_are_shown_first(
    lived: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([False, True])
    shown: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)

    def confirm(text: str, **more: object) -> bool:
        shown.append(text)
        if not next(answers):
            raise __import__("click").Abort
        return True

    monkeypatch.setattr("click.confirm", confirm)
    status, _, err = lived("close", "month")
    assert (status, "[interrupted]" in err) == (3, True)
    assert "open: The cash box has never been counted: according to the entries, it should hold €" in err
    assert "charged 5.00 EUR" in err
    assert lived("close", "month")[0] == 0
    assert len(shown) == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("month", "2026-1"), "period"),
        (("month", "2026-13"), "period"),
        (("year", "26"), "period"),
        (("year", "2026-2031"), "period"),
        (("day", "2026-02-30"), "period"),
        (("week",), "usage"),
        (("month", "1999-01"), "nothing-to-close"),
        (("month", "2999-01"), "not-over"),
        (("year", "2999"), "not-over"),
    ],
)
def test_what_cannot_be_closed_is_one_line(lived: Kiosk, arguments: tuple[str, ...], code: str) -> None:
    status, _, err = lived("close", *arguments, "--yes")
    assert (status, err.count("\n")) == (2, 1)
    assert f"[{code}]" in err


def test_nothing_closes_while_the_clock_is_not_sure_not_even_by_a_day_in_words(lived: Kiosk) -> None:
    settings: Path = lived.root / "kiosk.toml"
    settings.write_text(settings.read_text("utf-8").replace('"host"', '"flag:/nonexistent/flag"'), "utf-8")
    words = in_words(MOMENT + timedelta(days=300))
    status, _, err = lived("--today", words, "close", "day")
    assert (status, "[clock-not-trusted]" in err) == (2, True)
    with closing(sqlite3.connect(lived.root / "db" / "ledger.db")) as database:
        assert database.execute("SELECT count(*) FROM closing").fetchone() == (0,)


def test_what_is_to_be_done_is_said_in_a_line_each_and_whole_as_json(lived: Kiosk) -> None:
    status, out, err = lived("todo")
    assert (status, err) == (0, "")
    assert "La caisse n’a jamais été comptée\u00a0; elle doit contenir 5,00\u00a0€ d’après les écritures" in out
    assert "mois finis ne sont pas encore clos" in out
    assert len(lived("todo", "--all")[1].splitlines()) >= len(out.splitlines())
    read: Any = lived.json("todo")["duties"]
    assert {each["kind"] for each in read} == {kind.value for kind in Kind}
    (box,) = [each for each in read if each["kind"] == "box"]
    assert (box["count"], box["cents"], box["due"], box["asleep_until"]) == (1, 500, True, None)
    lived("close", "day")
    lived("close", "month", "--yes")
    read = lived.json("todo")["duties"]
    assert [each["count"] for each in read if each["kind"] == "months"] == [1]
