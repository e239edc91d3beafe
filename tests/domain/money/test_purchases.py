"""What is bought at the screen; what may be entered on one; which vouchers may be given."""

from datetime import date

import pytest

from kiosk.domain.money import purchases, tabs, vouchers
from kiosk.domain.money.tariffs import ProductKind
from kiosk.domain.money.vouchers import MOST_BANKED, Unfit
from kiosk.domain.periods import Year

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("kind", "cents", "floor", "sold", "offered"),
    [
        (ProductKind.CARNET, 4500, None, True, True),
        (ProductKind.MEMBERSHIP, 500, None, True, True),
        (ProductKind.MEMBERSHIP, 0, None, False, False),
        (ProductKind.MEMBERSHIP, 0, 0, False, True),
        (ProductKind.CARNET, 4500, 1000, True, True),
        (ProductKind.DAY, 500, None, False, False),
        (ProductKind.DAY, 500, 0, False, True),  # its free price is chosen here
        (ProductKind.SUBSCRIPTION, 10000, None, False, False),
        (ProductKind.ENVELOPE, 4500, None, False, False),
    ],
)
def test_a_few_kinds_are_sold_and_free_prices_chosen(
    kind: ProductKind, cents: int, floor: int | None, sold: bool, offered: bool
) -> None:
    assert (purchases.is_sold(kind, cents), purchases.is_offered(kind, cents, floor)) == (sold, offered)


@pytest.mark.parametrize(
    ("until", "year", "may"),
    [
        (None, Year.ROLLING, True),
        (date(2026, 11, 1), Year.ROLLING, True),
        (date(2027, 11, 24), Year.ROLLING, True),  # as long as one that begins today
        (date(2027, 11, 25), Year.ROLLING, False),
        (date(2026, 12, 31), Year.CALENDAR, True),
        (date(2027, 12, 31), Year.CALENDAR, False),
        (date(2027, 8, 31), Year.SCHOOL, True),
        (date(2028, 8, 31), Year.SCHOOL, False),
    ],
)
def test_a_membership_is_renewed_once_ahead(until: date | None, year: Year, may: bool) -> None:
    assert purchases.may_renew(until, year, TODAY) is may


@pytest.mark.parametrize(
    ("kind", "cents", "owed", "fits"),
    [
        ("write-off", -500, 500, True),
        ("write-off", -501, 500, False),
        ("write-off", 0, 500, False),
        ("write-off", 500, 500, False),
        ("write-off", -1, -500, False),
        ("refund", 500, -500, True),
        ("refund", 501, -500, False),
        ("refund", 0, -500, False),
        ("refund", 1, 500, False),
        ("deposit", 1, 0, True),
        ("deposit", 0, 0, False),
        ("payment", -500, 0, True),
    ],
)
def test_an_entry_fits_what_the_tab_owes(kind: str, cents: int, owed: int, fits: bool) -> None:
    assert tabs.fits(kind, cents, owed) is fits


FROM, UNTIL = date(2026, 12, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("days", "until", "given", "why"),
    [
        (None, None, [], None),
        (1, UNTIL, [], None),
        (10, FROM, [], None),
        (0, None, [], Unfit.DAYS),
        (11, None, [], Unfit.DAYS),
        (None, date(2026, 11, 30), [], Unfit.PERIOD),
        (None, UNTIL, [(date(2026, 1, 1), date(2026, 11, 30))], None),  # ended before
        (None, UNTIL, [(date(2026, 1, 1), FROM)], Unfit.GIVEN),
        (None, UNTIL, [(date(2026, 1, 1), None)], Unfit.GIVEN),
        (None, UNTIL, [(date(2027, 1, 1), None)], None),
        (None, None, [(date(2027, 1, 1), None)], Unfit.GIVEN),
        (None, None, [(date(2027, 1, 1), date(2026, 12, 31))], None),  # stopped before it began
    ],
)
def test_a_voucher_fits_its_envelope_and_is_given_once(
    days: int | None, until: date | None, given: list[vouchers.Period], why: Unfit | None
) -> None:
    assert vouchers.why_not(days, 10, (FROM, until), given) is why


@pytest.mark.parametrize(
    ("days", "until", "may"),
    [
        (1, None, True),
        (MOST_BANKED, None, True),
        (MOST_BANKED + 1, None, False),
        (0, None, False),
        (1, TODAY, True),
        (1, date(2026, 11, 24), False),
    ],
)
def test_days_are_banked_within_reason(days: int, until: date | None, may: bool) -> None:
    assert vouchers.may_bank(days, until, TODAY) is may
