"""A seat at an event in the books: its price, its VAT, and what of it is for the space's rent, worked out by hand."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.domain.books import posting
from kiosk.domain.books.accounts import Chart
from kiosk.domain.books.carry_over import CarryOver
from kiosk.domain.books.posting import Book, Fact
from kiosk.domain.events import seats
from kiosk.domain.money import vat
from kiosk.domain.money.tariffs import ProductKind

BOOK = Book(lambda _: Chart({"product:training": "7061"}), {"training": ProductKind.EVENT})


def seat(cents: int, percent: int, rate: int | None) -> Fact:
    rent = seats.rent_cents(vat.split(cents, rate)[0], percent)
    detail: dict[str, Any] = {"product": "training", "vat": rate, "event": 1, **({"rent_cents": rent} if rent else {})}
    return Fact(7, date(2026, 12, 6), "charge", cents, "12", 12, None, detail)


def lines(fact: Fact) -> dict[str, int]:
    """Credit less debit, by account."""
    return {line.account.number: line.credit - line.debit for line in posting.postings(fact, BOOK)}


@pytest.mark.parametrize(
    ("cents", "percent", "rate", "expected"),
    [
        (3000, 20, None, {"411": -3000, "7061": 2400, "7083": 600}),
        (3000, 0, None, {"411": -3000, "7061": 3000}),
        (3000, 100, None, {"411": -3000, "7083": 3000}),
        # 30,00 with 20 % of VAT are 25,00 and 5,00; a fifth of 25,00 is 5,00.
        (3000, 20, 2000, {"411": -3000, "7061": 2000, "7083": 500, "44571": 500}),
        # A third of 10,01 is 3,3033: 3,30 for the rent, the rest of it for the product.
        (1001, 33, None, {"411": -1001, "7061": 671, "7083": 330}),
    ],
)
def test_a_seat_is_split_to_the_cent(cents: int, percent: int, rate: int | None, expected: dict[str, int]) -> None:
    fact = seat(cents, percent, rate)
    assert lines(fact) == expected
    assert sum(expected.values()) == 0
    back = Fact(8, date(2026, 12, 9), "reversal", -cents, "12", 12, None, {}, fact)
    assert lines(back) == {account: -sum_ for account, sum_ in expected.items()}


def paid_ahead(from_on: str, until_on: str, percent: int = 20) -> Fact:
    """A seat of 30,00 EUR charged on 20 December 2026, for an event on these days."""
    return replace(
        seat(3000, percent, None),
        day_on=date(2026, 12, 20),
        detail={**seat(3000, percent, None).detail, "from": from_on, "until": until_on},
    )


@pytest.mark.parametrize(
    ("of", "in_2026", "in_2027"),
    [
        # In January: nothing of it is income of 2026. 30,00 wait; then 24,00 are the training's and 6,00 the rent's.
        (
            paid_ahead("2027-01-14", "2027-01-14"),
            {"411": -3000, "487": 3000},
            {"487": -3000, "7061": 2400, "7083": 600},
        ),
        # Two of four days are in 2026: half of 24,00 and half of 6,00 wait.
        (
            paid_ahead("2026-12-30", "2027-01-02"),
            {"411": -3000, "7061": 1200, "7083": 300, "487": 1500},
            {"487": -1500, "7061": 1200, "7083": 300},
        ),
        # One of three days: a third of 20,10 and of 9,90 is in 2026.
        (
            paid_ahead("2026-12-31", "2027-01-02", 33),
            {"411": -3000, "7061": 670, "7083": 330, "487": 2000},
            {"487": -2000, "7061": 1340, "7083": 660},
        ),
        (paid_ahead("2026-12-31", "2026-12-31"), {"411": -3000, "7061": 2400, "7083": 600}, {}),
    ],
)
def test_what_is_paid_for_next_year_s_days_is_next_year_s_income(
    of: Fact, in_2026: dict[str, int], in_2027: dict[str, int]
) -> None:
    carried = CarryOver(BOOK)
    carried.add(of)
    assert lines(of) == in_2026
    assert {line.account.number: line.credit - line.debit for line in carried.recognised(date(2027, 1, 1))} == in_2027
    assert sum(in_2026.values()) == sum(in_2027.values()) == 0


def test_what_is_taken_back_before_the_year_is_out_comes_to_nothing_and_afterwards_out_of_its_income() -> None:
    of = paid_ahead("2027-01-14", "2027-01-14")
    before = Fact(8, date(2026, 12, 28), "reversal", -3000, "12", 12, None, {}, of)
    after = replace(before, day_on=date(2027, 1, 10))
    carried = CarryOver(BOOK)
    for each in (of, before):
        carried.add(each)
    assert lines(before) == {"411": 3000, "487": -3000}
    assert carried.recognised(date(2027, 1, 1)) == ()
    assert lines(after) == {"411": 3000, "7061": -2400, "7083": -600}
