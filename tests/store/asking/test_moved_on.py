"""What a page asked is asked ahead at another moment, for another member, and where its transactions are others."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.store.asking import asked_again
from kiosk.store.asking.asked_again import Foresight, Memory, Question
from kiosk.store.asking.moved_on import MovedOn

BEFORE = datetime(2026, 11, 25, 17, 40, tzinfo=UTC)
NOW = datetime(2027, 2, 3, 8, 5, 0, 37, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("2026-11-25", "2027-02-03"),
        ("2026-10-26", "2027-01-04"),  # thirty days before
        ("2026-11-01", "2027-02-01"),
        ("2026-11-30", "2027-02-28"),
        ("2026-12-31", "2027-12-31"),
        ("2026-01-01", "2027-01-01"),
        ("2026-11-18T17:40:00.000000Z", "2027-01-27T08:05:00.000037Z"),  # a week before
        ("2026-11-25T03:00:00.000000Z", "2027-02-03T03:00:00.000000Z"),  # the hour at which a day begins
        ("9999-12-31", "9999-12-31"),
        ("0001-01-01", "0001-01-01"),
        ("2026-13-40", "2026-13-40"),
        ("policy", "policy"),
        (7, 7),
    ],
)
def test_what_a_page_asked_for_moves_on_with_the_day_the_month_and_the_year(asked: object, expected: object) -> None:
    assert MovedOn(BEFORE, NOW).of(asked) == expected


def test_a_leap_day_moves_to_a_day_that_there_is() -> None:
    assert (
        MovedOn(datetime(2028, 2, 29, tzinfo=UTC), datetime(2029, 2, 28, tzinfo=UTC)).of("2028-02-29") == "2029-02-28"
    )


def begun(memory: Memory, at: datetime, name: str = "GET a.page") -> Foresight:
    asked_again.begin(name, at)
    try:
        foresight = memory.next()
    finally:
        asked_again.end()
    assert foresight is not None
    return foresight


def asked(memory: Memory, at: datetime, *questions: Question, name: str = "GET a.page") -> list[Question]:
    """Ask these. Returns what was asked ahead with the first."""
    foresight = begun(memory, at, name)
    ahead: list[Question] = []
    for number, question in enumerate(questions):
        foresight.take(question)
        if not number:
            ahead = foresight.ahead(question)
    foresight.end()
    return ahead


def test_the_next_morning_is_asked_ahead_of_as_the_evening_was() -> None:
    memory, later = Memory(), BEFORE + timedelta(hours=15)
    week = ("SELECT 2", ("2026-11-18T17:40:00.000000Z", "2026-11-25"))
    assert asked(memory, BEFORE, ("SELECT 1", ()), week) == []
    expected = ("SELECT 2", ("2026-11-19T08:40:00.000000Z", "2026-11-26"))
    assert asked(memory, later, ("SELECT 1", ()), expected) == [expected]


def test_a_transaction_is_known_by_how_it_begins_where_a_page_reads_more_often_than_before() -> None:
    memory = Memory()
    counts: tuple[Question, ...] = (("SELECT 1", ()), ("SELECT 2", ()))
    asked(memory, BEFORE, *counts, name="GET another.page")
    assert asked(memory, BEFORE, *counts) == [counts[1]]
