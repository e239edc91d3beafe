"""A day in words."""

from datetime import date

import pytest

from kiosk.domain.offline import spoken_days
from kiosk.domain.problems import Problem


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("mercredi 25 novembre 2026", date(2026, 11, 25)),
        ("Mercredi  25 Novembre 2026 ", date(2026, 11, 25)),
        ("jeudi 31 décembre 2026", date(2026, 12, 31)),
        ("lundi 1er février 2027", date(2027, 2, 1)),
        ("dimanche 1 aout 2027", date(2027, 8, 1)),
        ("mardi, le 29 février 2028", date(2028, 2, 29)),
        ("Wednesday 25 November 2026", date(2026, 11, 25)),
        ("Wednesday, 25th November 2026", date(2026, 11, 25)),
    ],
)
def test_a_day_is_read_in_both_languages(text: str, day: date) -> None:
    assert spoken_days.parse(text) == day


@pytest.mark.parametrize(
    "text",
    ["2026-11-25", "25/11/2026", "25 novembre 2026", "jeudi 25 novembre 2026", "lundi 30 février 2026", "", "x" * 200],
)
def test_what_could_be_a_slip_is_refused(text: str) -> None:
    with pytest.raises(Problem) as refused:
        spoken_days.parse(text)
    assert refused.value.code == "day-words"
