"""What people type is read one way for each kind, and nothing of it is a fault."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import inputs


@pytest.mark.parametrize("text", ["²³", "٣", "1²", "", "-1", "+1", " 1", "1.0", "1_0", "9" * 10, "12\n"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert inputs.number(text) is None


@pytest.mark.parametrize(("text", "wanted"), [("0", 0), ("007", 7), ("9" * 9, 999_999_999)])
def test_a_number_is_its_digits(text: str, wanted: int) -> None:
    assert inputs.number(text) == wanted
    assert inputs.signed(f"-{text}") == -wanted
    assert inputs.signed(text) == wanted


@pytest.mark.parametrize("text", ["--1", "-", "-²", "1-"])
def test_a_sign_stands_once_and_before(text: str) -> None:
    assert inputs.signed(text) is None


@pytest.mark.parametrize(
    "text", ["9999-12-31", "0001-01-01", "2026-02-30", "20261125", "2026-W48-3", "²026-01-01", "2026-11-25\n", ""]
)
def test_what_is_no_day_of_a_ledger_s_life_is_none(text: str) -> None:
    assert inputs.day(text) is None


def test_a_day_and_a_month_are_read() -> None:
    assert inputs.day("2026-11-25") == date(2026, 11, 25)
    assert inputs.month("2026-11") == date(2026, 11, 1)
    assert inputs.month("9999-12") is None


@given(st.text())
def test_nothing_is_a_fault(text: str) -> None:
    for read, kind in ((inputs.number, int), (inputs.signed, int), (inputs.day, date), (inputs.month, date)):
        assert isinstance(read(text), kind | None)
