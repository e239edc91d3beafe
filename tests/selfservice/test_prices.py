"""Prices are told to everybody before they agree to anything, from the rules in force; nobody's own price is."""

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.language.texts import spoken
from kiosk.selfservice.premises.prices import A_PAGE, PricesSheet
from kiosk.web.screen.words import price_words
from tests.conftest import Space
from tests.rooms.hall import let

pytestmark = pytest.mark.promise(7)


def told(space: Space) -> list[tuple[str, int, int | None]]:
    """Each line of all pages, once."""
    space.begin(Act.PRICES, "fr")
    found: list[tuple[str, int, int | None]] = []
    while True:
        sheet = space.card.sheet
        assert space.shows(CardKind.PRICES) and isinstance(sheet, PricesSheet)
        assert 0 < len(sheet.lines) <= A_PAGE
        lines = [(spoken(each.name, "fr"), each.cents, each.reduced_cents) for each in sheet.lines]
        if lines[0] in found:
            return found
        found += lines
        if Act.PRICES_ON not in space.card.acts:
            return found
        space.touch(Act.PRICES_ON)


def test_one_touch_at_rest_tells_what_everything_costs_by_the_rules_of_the_day(space: Space) -> None:
    let(space)
    space.rule("month_cap_days", "12")
    space.rule("guests_a_day", "2", "2021-01-01")
    space.rule("guest_cents", "300")
    lines = told(space)
    assert lines[0] == ("Journée", 500, 250)
    assert {
        ("Adhésion", 500, None),
        ("Carnet de 10 journées", 4500, 2250),
        ("Mois de permanent", 10000, None),
        ("room-hour", 1000, None),
        ("room-hour, non-membre", 2000, None),
        ("Coin gratuit", 0, None),
        ("De passage, 15 minutes", 0, None),
        ("Au-delà de 12 journées dans le mois", 0, None),
        ("Journée d’une personne invitée", 300, None),
    } <= set(lines)


def test_a_new_price_is_told_from_its_day_on(space: Space) -> None:
    space.sql_write(
        "INSERT INTO tariff (product_id, level, valid_from, cents)"
        " SELECT id, 'full', '2026-11-26', 700 FROM product WHERE code = 'day'"
    )
    assert told(space)[0] == ("Journée", 500, 250)
    space.clock.advance(days=1)
    assert told(space)[0] == ("Journée", 700, 250)


def test_whoever_listens_hears_each_price_in_a_sentence(space: Space) -> None:
    space.begin(Act.PRICES, "fr")
    sheet = space.card.sheet
    assert isinstance(sheet, PricesSheet)
    said = [each.replace("\xa0", " ") for each in price_words.heard(sheet, "fr")]
    assert said[0] == "Journée : 5,00 €, réduit 2,50 €"
    assert price_words.amount(0, "en") == "free"
