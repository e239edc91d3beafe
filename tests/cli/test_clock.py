"""The command line while the clock is not believed: the day in words, and an officer's word."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import click
import pytest

from kiosk.cli.arguments import Day
from kiosk.domain.offline import spoken_days
from tests.cli.standing import MOMENT
from tests.cli.test_commands import Kiosk, kiosk  # noqa: F401  # the fixture
from tests.fakes import FakeClock

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre")


def in_words(at: datetime) -> str:
    month = (*MONTHS, "décembre")[at.month - 1]
    return f"{DAYS[at.weekday()]} {at.day} {month} {at.year}"


@pytest.fixture
def unsure(kiosk: Kiosk) -> Kiosk:  # noqa: F811  # pytest's way
    """A home whose clock nobody stands for."""
    settings = kiosk.root / "kiosk.toml"
    settings.write_text(settings.read_text("utf-8").replace('"host"', '"flag:/nonexistent/flag"'), "utf-8")
    return kiosk


@pytest.mark.promise(5)
def test_a_day_is_asked_for_in_words_before_anything_is_written(unsure: Kiosk) -> None:
    status, _, err = unsure("members", "add", "--name", "Inès Moreau")
    assert status == 2
    assert "[clock-not-trusted]" in err
    assert "--today" in err
    assert unsure("members", "list")[0] == 0


def test_what_is_written_is_dated_by_the_words(unsure: Kiosk) -> None:
    tomorrow = MOMENT + timedelta(days=1)
    status, _, err = unsure("--today", in_words(tomorrow), "members", "add", "--name", "Inès Moreau")
    assert status == 0, err
    status, _, err = unsure("--today", in_words(tomorrow), "pay", "1", "5", "--method", "cash")
    assert status == 0, err
    with closing(sqlite3.connect(unsure.root / "db" / "ledger.db")) as database:
        days = {row[0] for row in database.execute("SELECT day_on FROM entry")}
    assert days == {tomorrow.date().isoformat()}
    yesterday = in_words(tomorrow - timedelta(days=2))
    assert "[day-before-ledger]" in unsure("--today", yesterday, "pay", "1", "5", "--method", "cash")[2]
    assert "[day-words]" in unsure("--today", "2026-11-25", "pay", "1", "5", "--method", "cash")[2]
    assert unsure("verify")[0] == 0


@pytest.mark.remedy("clock confirm", "doors-clock", unreported="by another machine, of this one")
@pytest.mark.remedy("clock confirm", "clock-not-trusted")
def test_an_officer_s_word_makes_the_clock_good_for_this_start(unsure: Kiosk) -> None:
    assert unsure.json("clock", "show")["doubt"] == "source"
    assert "[clock-not-trusted]" in unsure("members", "add", "--name", "Inès Moreau")[2]
    assert unsure("clock", "confirm", "--yes")[0] == 0
    assert unsure.json("clock", "show")["trusted"] is True
    assert unsure("members", "add", "--name", "Inès Moreau")[0] == 0


def test_a_clock_far_ahead_of_the_ledger_is_doubted(kiosk: Kiosk) -> None:  # noqa: F811
    with closing(sqlite3.connect(kiosk.root / "db" / "ledger.db")) as database, database:
        database.execute("DROP TRIGGER home_never_changed")
        made = MOMENT - timedelta(days=200)
        database.execute("UPDATE home SET created_at = ?", (f"{made:%Y-%m-%dT%H:%M:%S}.000000Z",))
    assert kiosk.json("clock", "show")["doubt"] == "jump"


@pytest.mark.remedy("clock confirm", "day-before-ledger")
def test_an_entry_that_was_dated_ahead_is_gone_past_by_an_officer_s_word(kiosk: Kiosk, clock: FakeClock) -> None:  # noqa: F811
    clock.set(MOMENT + timedelta(days=5))
    assert kiosk("members", "add", "--name", "Inès Moreau")[0] == 0
    clock.set(MOMENT)
    words = ("pay", "1", "5", "--method", "cash")
    assert "[day-before-ledger]" in kiosk("--today", in_words(MOMENT), *words)[2]
    assert kiosk("clock", "confirm", "--yes")[0] == 0
    status, _, said = kiosk(*words)
    assert status == 0, said


def test_words_of_this_test_are_understood() -> None:
    for offset in range(400):
        day = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=offset)
        assert spoken_days.parse(in_words(day)) == day.date()


AT_NIGHT = datetime(2031, 11, 27, 2, 59, tzinfo=UTC)  # 3 h 59 in Lille: Wednesday's day goes on


@pytest.fixture
def evening(kiosk: Kiosk, clock: FakeClock) -> Kiosk:  # noqa: F811
    """Who came on Wednesday, when it is Thursday already by the calendar."""
    assert kiosk("members", "add", "--name", "Inès Moreau")[0] == 0
    clock.set(AT_NIGHT)
    return kiosk


def test_until_the_space_s_day_is_over_today_is_the_day_that_began_before_midnight(
    evening: Kiosk, clock: FakeClock
) -> None:
    whole_day = ("export", "entries", "--from", "today", "--to", "today", "--format", "raw")
    status, out, err = evening(*whole_day)
    assert (status, out.count("2031-11-26")) == (0, 1), err
    clock.advance(minutes=1)
    assert "no entries from 2031-11-27 to 2031-11-27" in evening(*whole_day)[2]


def test_today_is_also_a_day_to_begin_on_and_hours_that_the_rules_choose_count(evening: Kiosk) -> None:
    assert evening("sell", "1", "carnet-10", "--on", "today")[0] == 0
    with closing(sqlite3.connect(evening.root / "db" / "ledger.db")) as database, database:
        assert database.execute("SELECT from_on FROM carnet").fetchall() == [("2031-11-26",)]
        early = "INSERT INTO policy (name, valid_from, value) VALUES ('day_start_hour', '2031-11-20', '3')"
        database.execute(early)
    assert "no entries from 2031-11-27" in evening("export", "entries", "--from", "today", "--to", "today")[2]


def test_today_is_asked_for_in_words_while_the_clock_is_not_sure(unsure: Kiosk) -> None:
    period = ("export", "members", "--from", "today", "--to", "today")
    assert "[clock-not-trusted]" in unsure(*period)[2]
    assert "no members from 2031-12-24 to 2031-12-24" in unsure("--today", "mercredi 24 décembre 2031", *period)[2]


def test_a_day_that_is_none_is_said_with_the_forms_that_are() -> None:
    with pytest.raises(click.BadParameter, match="2026-11-25, or today, not 'heute'"):
        Day().convert("heute", None, None)
