"""What a closing remembers of its lines says which one is another, and what of it."""

from datetime import date

import pytest
from msgspec.structs import replace

from kiosk.domain.books import line_marks
from kiosk.domain.books.accounts import Account
from kiosk.domain.books.ecritures import BANK, CASH, Ecriture
from kiosk.domain.books.posting import Posting

DAY = date(2026, 3, 2)
TAB, MONEY = Account("411", "Membres et usagers"), Account("530", "Caisse")


def paid(number: int, cents: int = 500) -> Ecriture:
    lines = (Posting(MONEY, debit=cents), Posting(TAB, credit=cents, party="7"))
    return Ecriture(number, CASH, DAY, f"{number}", DAY, "Paiement en espèces, membre 7", DAY, lines)


DAY_S = [paid(number) for number in (1, 2, 3)]
SAID = line_marks.of(DAY_S).detail


def test_the_same_lines_are_the_same_wherever_the_year_numbers_them_and_whenever_they_are_closed() -> None:
    assert line_marks.difference(SAID, DAY_S) is None
    later = [replace(each, number=each.number + 40, closed_on=date(2026, 4, 1)) for each in DAY_S]
    assert line_marks.difference(SAID, later) is None


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"label": "Don en espèces"}, "label"),
        ({"journal": BANK}, "piece"),
        ({"piece_on": date(2026, 3, 3)}, "piece"),
        ({"lines": paid(2, 600).lines}, "sums"),
        ({"lines": tuple(replace(each, party=None) for each in DAY_S[1].lines)}, "accounts"),
        ({"lines": (replace(DAY_S[1].lines[0], account=Account("531", "Caisse")), DAY_S[1].lines[1])}, "accounts"),
        ({"lines": (replace(DAY_S[1].lines[0], account=Account("530", "Argent")), DAY_S[1].lines[1])}, "accounts"),
        ({"label": "Don", "lines": paid(2, 600).lines}, "label and sums"),
    ],
)
def test_what_changed_is_named_with_its_line(wrong: dict[str, object], what: str) -> None:
    now = [DAY_S[0], replace(DAY_S[1], **wrong), DAY_S[2]]
    assert line_marks.difference(SAID, now) == f"écriture 2 (piece 2): {what} changed since"


def test_a_line_more_or_less_is_counted_and_what_no_mark_shows_is_said_all_the_same() -> None:
    assert line_marks.difference(SAID, DAY_S[:2]) == "2 écritures instead of 3"
    assert line_marks.difference({**SAID, "fec": "00" * 32}, DAY_S) == "one of its lines changed since"


def test_a_month_remembers_its_days_and_a_closing_of_before_nothing() -> None:
    assert line_marks.difference({"entries": 3}, []) is None
    month = line_marks.all_of([SAID, line_marks.of([]).detail])
    assert month != line_marks.all_of([line_marks.of([]).detail, SAID])
    assert line_marks.all_of([SAID, {"entries": 3}]) == {}
