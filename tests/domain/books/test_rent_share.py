"""A seat at an event in the books: its price, its VAT, and what of it is for the space's rent, worked out by hand."""

from datetime import date
from typing import Any

import pytest

from kiosk.domain.books import posting
from kiosk.domain.books.accounts import Chart
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
