"""Each kind of entry as lines of double-entry bookkeeping: the accounts of the table, and debits that equal credits."""

import dataclasses
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.domain.books.accounts import Chart
from kiosk.domain.books.posting import Book, Fact, deferred, postings
from kiosk.domain.money.tariffs import ProductKind
from kiosk.domain.problems import Problem

DAY = date(2026, 11, 25)
KINDS = {
    "membership": ProductKind.MEMBERSHIP,
    "day": ProductKind.DAY,
    "permanent": ProductKind.SUBSCRIPTION,
    "carnet-10": ProductKind.CARNET,
}
BOOK = Book(lambda _day: Chart(), KINDS)


def fact(kind: str, cents: int = 0, method: str | None = None, day: date = DAY, **detail: Any) -> Fact:
    return Fact(7, day, kind, cents, "42", 42, method, detail)


def taken_back(of: Fact, on: date = DAY) -> Fact:
    return Fact(of.number + 1, on, "reversal", -of.cents, of.party, of.member, of.method, {}, of)


def lines(of: Fact, book: Book = BOOK) -> dict[str, int]:
    """Debit less credit by account."""
    found = {line.account.number: line.debit - line.credit for line in postings(of, book)}
    assert sum(found.values()) == 0
    return found


CASES: list[tuple[Fact, dict[str, int]]] = [
    (fact("charge", 500, product="membership"), {"411": 500, "756": -500}),
    (fact("charge", 500, product="day"), {"411": 500, "706": -500}),
    (fact("charge", 600, product="day", vat=2000), {"411": 600, "706": -500, "44571": -100}),
    (fact("charge", 0, product="day"), {}),
    (fact("charge", 4500, product="carnet-10", carnet_days=10, day_cents=450), {"411": 4500, "4191": -4500}),
    (
        fact("charge", 1000, product="carnet-10", carnet_days=3, day_cents=333),
        {"411": 1000, "4191": -999, "706": -1},
    ),
    (
        fact("charge", 5400, product="carnet-10", carnet_days=10, day_cents=450, vat=2000),
        {"411": 5400, "4191": -4500, "44571": -900},
    ),
    (fact("use", product="day", unit_cents=450, carnet=1), {"4191": 450, "706": -450}),
    (Fact(7, DAY, "expiry", 0, None, 42, None, {"product": "carnet-10", "cents": 1350}), {"4191": 1350, "706": -1350}),
    (fact("payment", -500, "cash"), {"530": 500, "411": -500}),
    (fact("payment", -500, "cheque"), {"5112": 500, "411": -500}),
    (fact("payment", -500, "transfer"), {"512": 500, "411": -500}),
    (fact("payment", -500, "card"), {"5115": 500, "411": -500}),
    (fact("payment", -500, "online"), {"5115": 500, "411": -500}),
    (fact("refund", 500, "transfer"), {"512": -500, "411": 500}),
    (fact("write-off", -500), {"654": 500, "411": -500}),
    (fact("deposit", 1000), {"411": 1000, "165": -1000}),
    (fact("count", difference=-120), {"658": 120, "530": -120}),
    (fact("count", difference=30), {"530": 30, "758": -30}),
    (fact("count", difference=0), {}),
    (fact("notice"), {}),
    (Fact(7, DAY, "remittance", 0, None, None, None, {"method": "cash", "cents": 900}), {"580": 900, "530": -900}),
    (Fact(7, DAY, "remittance", 0, None, None, None, {"method": "cheque", "cents": 900}), {"512": 900, "5112": -900}),
    (
        Fact(7, DAY, "remittance", 0, None, None, None, {"method": "online", "cents": 900, "fee_cents": 20}),
        {"512": 880, "627": 20, "5115": -900},
    ),
    (Fact(7, DAY, "credited", 0, None, None, None, {"cents": 900}), {"512": 900, "580": -900}),
    (
        Fact(7, DAY, "bounce", 0, None, None, None, {"payment": 3, "cents": 500, "fee_cents": 80}),
        {"5112": 500, "627": 80, "512": -580},
    ),
    (fact("declaration"), {}),
    (fact("document"), {}),
    (fact("closing"), {}),
]


@pytest.mark.parametrize(("of", "expected"), CASES)
def test_an_entry_is_posted_to_its_accounts(of: Fact, expected: dict[str, int]) -> None:
    assert lines(of) == expected


@pytest.mark.parametrize(("of", "expected"), CASES)
def test_a_reversal_swaps_the_first_entry_s_accounts(of: Fact, expected: dict[str, int]) -> None:
    assert lines(taken_back(of)) == {account: -sum_ for account, sum_ in expected.items()}


def test_only_the_tab_s_lines_name_whose_it_is() -> None:
    found = postings(fact("charge", 600, product="day", vat=2000), BOOK)
    assert {line.account.number: line.party for line in found} == {"411": "42", "706": None, "44571": None}


def test_a_month_over_new_year_is_deferred_by_days() -> None:
    span = {"product": "permanent", "from": "2026-12-25", "until": "2027-01-24"}
    month = Fact(7, date(2026, 12, 25), "charge", 10_000, "42", 42, None, span)
    assert lines(month) == {"411": 10_000, "706": -2258, "487": -7742}  # 7 of 31 days
    assert deferred(month, BOOK) == [(date(2027, 1, 1), Chart().account("services"), 7742)]
    before, after = taken_back(month, date(2026, 12, 31)), taken_back(month, date(2027, 1, 1))
    assert lines(before) == {"411": -10_000, "706": 2258, "487": 7742}
    assert lines(after) == {"411": -10_000, "706": 10_000}


def test_a_month_wholly_of_next_year_is_deferred_whole_and_a_past_one_not_at_all() -> None:
    span = {"product": "permanent", "from": "2027-01-02", "until": "2027-02-01"}
    ahead = Fact(7, DAY, "charge", 100, "42", 42, None, span)
    assert lines(ahead) == {"411": 100, "487": -100}
    assert lines(replace(ahead, day_on=date(2027, 3, 1))) == {"411": 100, "706": -100}
    assert lines(replace(ahead, detail={**span, "product": "day"})) == {"411": 100, "706": -100}


def test_own_numbers_hold_from_their_day_on_and_a_product_may_have_its_own() -> None:
    own = Chart({"members": "4110", "services": "7061", "product:day": "70611"})
    book = dataclasses.replace(BOOK, chart=lambda day: own if day >= date(2026, 11, 26) else Chart())
    day = fact("charge", 500, product="day")
    assert lines(day, book) == {"411": 500, "706": -500}
    assert lines(replace(day, day_on=date(2026, 11, 26)), book) == {"4110": 500, "70611": -500}
    assert lines(taken_back(day, date(2026, 11, 27)), book) == {"411": -500, "706": 500}


@pytest.mark.parametrize("own", [{"members": "41"}, {"members": "4x1"}, {"nothing": "411"}, {"members": "911"}])
def test_a_wrong_number_is_refused(own: dict[str, str]) -> None:
    with pytest.raises(Problem):
        Chart(own)


@given(st.integers(0, 10**7), st.sampled_from([None, 0, 210, 550, 1000, 2000]), st.integers(1, 100))
def test_debits_equal_credits_whatever_is_charged(cents: int, rate: int | None, days: int) -> None:
    detail: dict[str, Any] = {} if rate is None else {"vat": rate}
    net = sum(-c for a, c in lines(fact("charge", cents, product="day", **detail)).items() if a == "706")
    lines(fact("charge", cents, product="carnet-10", carnet_days=days, day_cents=net // days, **detail))
    span = {"product": "permanent", "from": "2026-12-01", "until": "2028-01-15"}
    lines(Fact(7, DAY, "charge", cents, "42", 42, None, {**span, **detail}))
