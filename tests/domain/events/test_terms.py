"""What an event can be like, and what it cannot."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk.domain.events import terms
from kiosk.domain.events.terms import Terms
from kiosk.domain.problems import Problem

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
STARTS = datetime(2026, 12, 10, 17, tzinfo=UTC)


def made(**other: Any) -> Terms:
    values = {"starts_at": STARTS, "ends_at": STARTS + timedelta(hours=3), "places": 8, "threshold": 6}
    return Terms(**{**values, "deadline_at": STARTS - timedelta(days=3), "rent_percent": 20, **other})


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"places": None},
        {"threshold": None, "deadline_at": None},
        {"threshold": 8},
        {"deadline_at": STARTS},
        {"ends_at": STARTS + timedelta(days=14)},
        {"rent_percent": 0},
        {"rent_percent": 100},
    ],
)
def test_what_can_be(other: dict[str, Any]) -> None:
    refused = ""
    try:
        terms.check(made(**other), NOW)
    except Problem as problem:
        refused = problem.code
    assert refused == ""


@pytest.mark.parametrize(
    ("code", "other"),
    [
        ("event-past", {"starts_at": NOW}),
        ("event-past", {"starts_at": NOW - timedelta(days=1)}),
        ("event-period", {"ends_at": STARTS}),
        ("event-period", {"ends_at": STARTS - timedelta(hours=1)}),
        ("event-period", {"ends_at": STARTS + timedelta(days=14, minutes=1)}),
        ("event-period", {"starts_at": NOW + timedelta(days=731), "ends_at": NOW + timedelta(days=731, hours=1)}),
        ("event-places", {"places": 0}),
        ("event-places", {"places": 1001}),
        ("event-threshold", {"threshold": 0}),
        ("event-threshold", {"threshold": 9}),
        ("event-threshold", {"threshold": 1001, "places": None}),
        ("event-deadline", {"deadline_at": None}),
        ("event-deadline", {"threshold": None}),
        ("event-deadline", {"deadline_at": NOW}),
        ("event-deadline", {"deadline_at": STARTS + timedelta(minutes=1)}),
        ("event-rent", {"rent_percent": -1}),
        ("event-rent", {"rent_percent": 101}),
    ],
)
def test_what_cannot_be_is_named(code: str, other: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refused:
        terms.check(made(**other), NOW)
    assert refused.value.code == code


def test_a_title_is_one_line_that_can_be_printed() -> None:
    assert terms.clean_title("  La   compta\n pour  tous ") == "La compta pour tous"
    for wrong in ("", "ab", "x" * 101, "a\x00bc", "La \u202ecompta"):
        with pytest.raises(Problem, match="title"):
            terms.clean_title(wrong)


def test_a_description_keeps_its_lines_and_no_control_characters() -> None:
    assert terms.clean_about("\n  Le matin.\r\n\r\nL’après-midi. \n") == "Le matin.\n\nL’après-midi."
    assert terms.clean_about("") == ""
    for wrong in ("x" * 2001, "a\x0bb\x01", "]]>\x00"):
        with pytest.raises(Problem, match="event-about"):
            terms.clean_about(wrong)


def test_a_place_is_one_line() -> None:
    assert terms.clean_place(" Salle  du fond ") == "Salle du fond"
    with pytest.raises(Problem, match="place"):
        terms.clean_place("x" * 101)
