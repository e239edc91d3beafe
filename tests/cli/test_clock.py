"""The command line while the clock is not believed: the day in words, and an officer's word."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.offline import spoken_days
from tests.cli.test_commands import Kiosk, kiosk  # noqa: F401  # the fixture

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


def test_a_day_is_asked_for_in_words_before_anything_is_written(unsure: Kiosk) -> None:
    status, _, err = unsure("members", "add", "--name", "Inès Moreau")
    assert status == 2
    assert "[clock-not-trusted]" in err
    assert "--today" in err
    assert unsure("members", "list")[0] == 0


def test_what_is_written_is_dated_by_the_words(unsure: Kiosk) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
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


def test_an_officer_s_word_makes_the_clock_good_for_this_start(unsure: Kiosk) -> None:
    assert unsure.json("clock", "show")["doubt"] == "source"
    assert unsure("clock", "confirm", "--yes")[0] == 0
    assert unsure.json("clock", "show")["trusted"] is True
    assert unsure("members", "add", "--name", "Inès Moreau")[0] == 0


def test_a_clock_far_ahead_of_the_ledger_is_doubted(kiosk: Kiosk) -> None:  # noqa: F811
    with closing(sqlite3.connect(kiosk.root / "db" / "ledger.db")) as database, database:
        database.execute("DROP TRIGGER home_never_changed")
        made = datetime.now(UTC) - timedelta(days=200)
        database.execute("UPDATE home SET created_at = ?", (f"{made:%Y-%m-%dT%H:%M:%S}.000000Z",))
    assert kiosk.json("clock", "show")["doubt"] == "jump"


def test_words_of_this_test_are_understood() -> None:
    for offset in range(400):
        day = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=offset)
        assert spoken_days.parse(in_words(day)) == day.date()
