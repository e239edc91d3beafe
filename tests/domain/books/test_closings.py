"""Totals of a period: what is charged, taken back, received, and the VAT in it."""

from datetime import date
from typing import Any

import pytest

from kiosk.domain.books import closings
from kiosk.domain.books.closings import Period, Totals
from kiosk.domain.books.posting import Fact

DAY = date(2026, 11, 25)


def fact(kind: str, cents: int = 0, method: str | None = None, of: Fact | None = None, **detail: Any) -> Fact:
    return Fact(1, DAY, kind, cents, "1", 1, method, detail, of)


CHARGE = fact("charge", 500, product="day")
TAXED = fact("charge", 1200, product="room", vat=2000)
PAID = fact("payment", -500, "cash")


def sums(*facts: Fact) -> Totals:
    totals = Totals()
    for each in facts:
        totals.add(each, has_lines=True)
    return totals


def test_charges_are_summed_by_product_and_by_rate() -> None:
    totals = sums(CHARGE, TAXED, CHARGE)
    assert (totals.entries, totals.charged, totals.reversed) == (3, 2200, 0)
    assert totals.products == {"day": 1000, "room": 1200}
    assert (totals.net, totals.tax) == ({0: 1000, 2000: 1000}, {0: 0, 2000: 200})


def test_a_reversal_takes_off_what_it_takes_back_and_the_charged_sum_stays() -> None:
    totals = sums(TAXED, fact("reversal", -1200, of=TAXED), fact("reversal", 500, "cash", of=PAID))
    assert (totals.charged, totals.reversed) == (1200, 1200)
    assert (totals.products, totals.net, totals.tax) == ({"room": 0}, {2000: 0}, {2000: 0})
    assert totals.methods == {"cash": -500}


def test_money_is_what_came_in_and_a_refund_is_taken_off() -> None:
    totals = sums(PAID, PAID, fact("refund", 300, "cash"), fact("payment", -100, "cheque"))
    assert totals.methods == {"cash": 700, "cheque": 100}
    assert totals.charged == 0


def test_what_else_moves_a_tab_has_its_own_line() -> None:
    lost = fact("write-off", -700)
    totals = sums(lost, fact("deposit", 1000), fact("reversal", 700, of=lost), fact("use", unit_cents=450))
    assert totals.others == {"write-off": 0, "deposit": 1000}
    assert totals.entries == 4


def test_only_what_bookkeeping_has_lines_of_is_counted_as_such() -> None:
    totals = Totals()
    totals.add(CHARGE, has_lines=True)
    totals.add(fact("closing"), has_lines=False)
    assert (totals.entries, totals.ecritures) == (2, 1)


def test_sums_of_periods_add_up_and_read_back_from_their_entry() -> None:
    first, second = sums(CHARGE, PAID), sums(TAXED, fact("reversal", -500, of=CHARGE), fact("deposit", 1000))
    both = Totals()
    both.merge(first)
    both.merge(second)
    assert both.charged == first.charged + second.charged == 1700
    assert both.products == {"day": 0, "room": 1200}  # the day's 0 was something in its days
    assert both.net == {0: 0, 2000: 1000}
    assert Totals.read(both.detail) == both
    assert both.detail["vat"] == {"0": [0, 0], "2000": [1000, 200]}


@pytest.mark.parametrize(
    ("kind", "month", "first", "last"),
    [
        (Period.DAY, 1, DAY, DAY),
        (Period.MONTH, 1, date(2026, 11, 1), date(2026, 11, 30)),
        (Period.YEAR, 1, date(2026, 1, 1), date(2026, 12, 31)),
        (Period.YEAR, 9, date(2026, 9, 1), date(2027, 8, 31)),
    ],
)
def test_a_period_has_a_first_and_a_last_day(kind: Period, month: int, first: date, last: date) -> None:
    assert closings.first_day(kind, DAY, month) == first
    assert closings.last_day(kind, DAY, month) == last
