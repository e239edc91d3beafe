"""Rent, break-even and the month's end, with the dossier's own numbers: 800 euros that eight permanents just cover."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from kiosk.domain.money.tariffs import FULL, Policy, Price, Product, ProductKind, Zone
from kiosk.domain.money.vat import VatStatus
from kiosk.domain.periods import Unit
from kiosk.domain.space import rent, rent_words
from tests.domain.values import PRICES, ZONES, policy

MONTH = Product(3, "month", ProductKind.SUBSCRIPTION, Unit.MONTH)
WEEK = Product(2, "week", ProductKind.SUBSCRIPTION, Unit.WEEK)
TODAY = date(2026, 11, 18)  # a Wednesday


def dossier(**more: object) -> Policy:
    """Rent of 800 euros; permanents pay 100 a month, itinerants 5 a day."""
    prices = {**PRICES, ("month", FULL): Price(10_000), ("week", FULL): Price(2_000)}
    return policy(**{"rent_cents": 80_000, "prices": prices, "products": {"week": WEEK, "month": MONTH}, **more})


def test_eight_permanents_cover_the_rent_exactly() -> None:
    found = rent.break_even(dossier(), 8 * 10_000)
    assert (found.months_needed, found.missing_cents, found.over_cents) == (8, 0, 0)
    assert found.days_needed == 160  # 800 / 5


def test_six_permanents_lack_two_or_forty_days() -> None:
    found = rent.break_even(dossier(), 6 * 10_000)
    assert (found.missing_cents, found.months_missing, found.days_missing) == (20_000, 2, 40)
    said = rent_words.said(found, with_charges=False)
    assert said is not None
    assert said.to("fr").replace("\u00a0", " ") == (
        "8 permanents couvrent le loyer ; il manque 2 permanents ou 40 journées."
    )
    assert said.to("en") == "8 permanents cover the rent; 2 permanents or 40 days still needed."


def test_at_110_euros_eight_are_still_needed_and_leave_80() -> None:
    dearer = dossier(prices={**PRICES, ("month", FULL): Price(11_000)})
    found = rent.break_even(dearer, 8 * 11_000)
    assert (found.months_needed, found.over_cents) == (8, 8_000)  # 7 x 110 = 770, 30 short; 880 - 800
    assert rent.break_even(dearer, 7 * 11_000).missing_cents == 3_000


def test_a_tenth_permanent_leaves_two_hundred() -> None:
    assert rent.break_even(dossier(), 10 * 10_000).over_cents == 20_000


def test_charges_are_carried_beside_the_rent() -> None:
    found = rent.break_even(dossier(charges_cents=12_000), 80_000)
    assert (found.cost_cents, found.months_needed, found.months_missing, found.days_missing) == (92_000, 10, 2, 24)
    said = rent_words.said(found, with_charges=True)
    assert said is not None
    assert "le loyer et les charges" in said.to("fr")


def test_less_than_a_day_is_nothing_and_a_day_wants_a_whole_permanent() -> None:
    found = rent.break_even(dossier(), 79_501)
    assert (found.missing_cents, found.months_missing, found.days_missing) == (0, 0, 0)
    found = rent.break_even(dossier(), 79_500)
    assert (found.missing_cents, found.months_missing, found.days_missing) == (500, 1, 1)


def test_what_is_missing_is_counted_without_its_tax() -> None:
    taxed = dossier(vat_status=VatStatus.LIABLE, vat_rates={"month": 2000, "day": 2000})
    found = rent.break_even(taxed, 8 * 8_333)
    assert (found.month_cents, found.day_cents, found.missing_cents) == (8_333, 417, 13_336)
    assert (found.months_needed, found.months_missing) == (10, 2)


def test_a_place_without_permanents_says_it_in_days() -> None:
    bare = dossier(products={})
    found = rent.break_even(bare, 70_000)
    assert (found.months_needed, found.days_missing) == (None, 20)
    said = rent_words.said(found, with_charges=False)
    assert said is not None
    assert said.to("en") == "160 days cover the rent; 20 days still needed."


@pytest.mark.parametrize(
    "rules",
    [
        dossier(rent_cents=0),
        dossier(products={}, zones={"corner": ZONES["corner"]}),
        dossier(products={}, prices={("day", FULL): Price(0)}, zones={"comfort": Zone(1, "comfort", "day")}),
    ],
)
def test_what_cannot_be_covered_or_need_not_be_is_not_said(rules: Policy) -> None:
    found = rent.break_even(rules, 0)
    assert rent_words.said(found, with_charges=False) is None
    assert rent_words.short(found) is None


def test_a_month_that_is_covered_says_so() -> None:
    said = rent_words.short(rent.break_even(dossier(), 80_000))
    assert said is not None
    assert said.to("fr") == "c’est couvert"


def lived(cents_a_week: list[int]) -> dict[date, int]:
    """What past weeks brought in, the last one first, all of it on their Thursdays; Fridays one euro."""
    thursday = date(2026, 11, 12)
    found = {thursday - timedelta(weeks=week): cents for week, cents in enumerate(cents_a_week)}
    return found | {day + timedelta(days=1): 100 for day in found}


def left(*days: int) -> list[date]:
    return [TODAY.replace(day=day) for day in days]


def test_days_to_come_are_worth_what_their_weekdays_were() -> None:
    found = rent.forecast(5_000, 10_000, lived([3_000, 1_000, 2_000]), TODAY, left(19, 20, 26), date(2026, 10, 28))
    assert found is not None
    # Two Thursdays and a Friday: 2 x 30 + 1, 2 x 10 + 1, 2 x 20 + 1, beside 50 counted and 100 to come.
    assert (found.low_cents, found.likely_cents, found.high_cents) == (17_100, 19_100, 21_100)
    assert found.weeks == 3


def test_today_which_is_not_over_is_no_measure_of_its_weekday() -> None:
    weeks = {TODAY - timedelta(weeks=week): 1_000 for week in range(1, 4)} | {TODAY: 50}
    found = rent.forecast(50, 0, weeks, TODAY, left(25), date(2026, 10, 28))
    assert found is not None
    assert (found.low_cents, found.high_cents) == (1_050, 1_050)


def test_days_on_which_the_place_is_shut_are_worth_nothing() -> None:
    weeks = lived([3_000, 1_000, 2_000])
    found = rent.forecast(0, 0, weeks, TODAY, left(20), date(2026, 10, 28))
    assert found is not None
    assert (found.low_cents, found.high_cents) == (100, 100)


def test_eight_weeks_are_looked_at_and_no_more() -> None:
    weeks = lived([1_000] * 8 + [99_000])
    found = rent.forecast(0, 0, weeks, TODAY, left(19), date(2020, 1, 1))
    assert found is not None
    assert (found.high_cents, found.weeks) == (1_000, 8)


@pytest.mark.parametrize("begun_on", [None, date(2026, 11, 4), date(2026, 10, 29)])
def test_less_than_three_weeks_foresee_nothing(begun_on: date | None) -> None:
    assert rent.forecast(0, 0, {}, TODAY, left(19), begun_on) is None


def test_the_last_day_of_a_month_foresees_what_is_there() -> None:
    found = rent.forecast(700, 0, lived([1, 2, 3]), TODAY, [], date(2020, 1, 1))
    assert found is not None
    assert {found.low_cents, found.likely_cents, found.high_cents} == {700}


def test_a_permanent_pays_the_first_product_of_the_month_that_has_a_price() -> None:
    free = replace(MONTH, id=1, code="given")
    rules = dossier(products={"given": free, "week": WEEK, "month": MONTH})
    assert rent.month_product(rules) == "month"
