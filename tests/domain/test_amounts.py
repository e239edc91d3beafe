"""Sums as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import amounts
from kiosk.domain.problems import Problem

ACCEPTED = [
    ("5", 500),
    ("5,00", 500),
    ("5.00", 500),
    ("5.5", 550),
    ("0", 0),
    ("0,01", 1),
    ("00005", 500),
    (" 5 ", 500),
    ("\t12,50\n", 1250),
    ("9999999.99", 999_999_999),
    ("1 000,00", 100_000),  # with the four spaces that programs write, and the mark of Switzerland
    ("1\N{NO-BREAK SPACE}000,00", 100_000),
    ("1\N{NARROW NO-BREAK SPACE}000,5", 100_050),
    ("1\N{THIN SPACE}234\N{THIN SPACE}567", 123_456_700),
    ("1'234", 123_400),
    ("1’234.50", 123_450),
    ("1.234,56", 123_456),
    ("1,234.56", 123_456),
    ("1.234.567,80", 123_456_780),
    ("5€", 500),
    ("€5", 500),
    ("5 EUR", 500),
    ("12,50 euros", 1250),
    ("1 000,00\N{NO-BREAK SPACE}€", 100_000),
]

REFUSED = [
    *("", " ", ".", ",", "5.", ".5", "5,", ",50"),
    *("-5", "+5", "−5", "1e3", "0x5", "1_000", "inf", "NaN", "None"),
    *("1.234", "1,234", "1.234.567", "1,234,56", "1.234.56", "12 34", "1  000", "1 0000", "5,0,0", "5 00", "5, 00"),
    *("€", "EUR", "5 $", "5€€", "5 € 50", "5\n6", "5\x00", "1\t000"),
    *("10000000", "9" * 400, "1.000"),
    *("٥", "５", "5,٠0", "²", "५"),
]


@pytest.mark.parametrize(("text", "cents"), ACCEPTED)
def test_sum_typed_by_a_person_is_whole_cents(text: str, cents: int) -> None:
    assert amounts.parse(text) == cents


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_plain_sum_is_refused(text: str) -> None:
    with pytest.raises(Problem) as refused:
        amounts.parse(text)
    assert refused.value.code == "amount"


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "0.00"), (5, "0.05"), (500, "5.00"), (1250, "12.50"), (-5, "-0.05"), (-1250, "-12.50"), (-100, "-1.00")],
)
def test_sum_is_written_with_its_sign_and_two_decimals(cents: int, text: str) -> None:
    assert amounts.plain(cents) == text
    assert amounts.plain(cents, ",") == text.replace(".", ",")


@given(st.integers(0, 999_999_999), st.sampled_from(".,"))
def test_what_is_written_reads_back(cents: int, decimal: str) -> None:
    assert amounts.parse(amounts.plain(cents, decimal)) == cents


@given(st.text())
def test_any_text_is_a_sum_of_0_or_more_or_is_refused(text: str) -> None:
    try:
        assert 0 <= amounts.parse(text) <= 999_999_999
    except Problem as problem:
        assert problem.code == "amount"
