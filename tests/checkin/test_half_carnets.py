"""Carnets of half days, from their sale to their last cent: at the door, kept offline, given back, expired, said."""

import json
from collections import Counter
from datetime import date, timedelta

import pytest

from kiosk.books import annual_report
from kiosk.books.due import Due
from kiosk.domain.books import ecritures, posting
from kiosk.domain.books.annual import Annual
from kiosk.domain.checkin.choices import Act
from kiosk.domain.money.tariffs import FULL, Price, ProductKind
from kiosk.domain.periods import Unit
from kiosk.exports.books import annual_tables, receipt_words
from kiosk.language.names import Names
from kiosk.language.texts import spoken
from kiosk.money.corrections import Corrections
from kiosk.offline.spool import Spool
from kiosk.selfservice.account import AccountSheet
from kiosk.space.rule_change import NewProduct, RuleChange
from kiosk.space.rules import Rulebook
from kiosk.store import audit
from kiosk.store.books import booking_facts
from kiosk.store.money import charged, prepaid
from kiosk.store.space import book_rules
from kiosk.store.space.policies import Rules
from kiosk.store.space.rule_rows import NamedZone
from kiosk.web.screen.words import account_words
from tests.conftest import Space
from tests.offline.test_offline_taps import INES, locked
from tests.selfservice.self_service import Visit

TODAY = date(2026, 11, 25)
WORTH = 250  # of one half


def product(code: str, kind: ProductKind, unit: Unit, cents: int, days: int = 0) -> NewProduct:
    return NewProduct(
        code=code,
        kind=kind,
        unit=unit,
        names=Names({"fr": code.capitalize()}),
        price=Price(cents),
        valid_from=TODAY,
        days=days,
        valid_days=30 if days else None,
    )


@pytest.fixture
def place(space: Space) -> Space:
    """It is 8 h 52 on a Wednesday, half days are sold from today on, and Inès is member 1."""
    rules = Rules(space.home.config.zone)
    book = Rulebook(store=space.home.store, rules=rules, clock=space.clock, actor="desk:t@x.fr")
    book.add_product(product("half", ProductKind.DAY, Unit.HALF_DAY, 300))
    book.add_product(product("six-halves", ProductKind.CARNET, Unit.HALF_DAY, 6 * WORTH + 2, 6))
    book.add_product(product("five-days", ProductKind.CARNET, Unit.DAY, 2250, 5))
    book.put_zone(NamedZone("comfort", Names({"fr": "Confort", "en": "Comfort"}), "day", "half"), new=False)
    book.set_rule(RuleChange("half_day_split_hour", 13, TODAY))
    space.join("Inès Moreau", INES)
    return space


def used(space: Space) -> list[int]:
    return [int(str(count)) for (count,) in space.sql("SELECT used FROM carnet ORDER BY id")]


def visits(space: Space) -> list[tuple[object, ...]]:
    return space.sql('SELECT day_on, part, "right", state FROM visit ORDER BY id')


def uses(space: Space) -> list[dict[str, object]]:
    """What stands of what was used."""
    rows = space.sql(
        "SELECT detail FROM entry AS e WHERE kind = 'use'"
        " AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number) ORDER BY number"
    )
    return [json.loads(str(detail)) for (detail,) in rows]


def report(space: Space) -> Annual:
    rules = Rules(space.home.config.zone)
    with space.home.store.reading() as connection:
        _, moment = rules.at(connection, space.clock.now())
        year = annual_report.named(connection, "2026", moment.day)
        return annual_report.report(connection, rules, year, moment)


def agrees(space: Space) -> int:
    """The books say of the carnets what the carnets say, to the cent. Returns that."""
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)
        book = book_rules.book(connection)
        sums: Counter[str] = Counter()
        for fact in booking_facts.between(connection, date(2026, 1, 1), date(2026, 12, 31)):
            for line in posting.postings(fact, book):
                sums[line.account.number[:4]] += line.credit - line.debit
    found = report(space)
    count = found.income.carnets
    assert found.money.left.cents == count.sold_cents - count.used_cents - count.expired_cents
    assert found.money.left.halves == count.sold_halves - count.used_halves - count.expired_halves
    assert found.money.left.days == count.sold_days - count.used_days - count.expired_days
    assert sums["4191"] == found.money.left.cents
    assert sum(sums.values()) == 0
    assert -sums["411"] == space.owes(1)
    return found.money.left.cents


def due(space: Space) -> Due:
    return Due(store=space.home.store, rules=Rules(space.home.config.zone), seal=space.home.seal, clock=space.clock)


def test_a_morning_takes_one_half_and_the_afternoon_one_more_of_the_same_carnet(place: Space) -> None:
    place.till.sell(1, "six-halves", None)
    assert agrees(place) == 6 * WORTH
    place.tap(INES)
    assert (used(place), visits(place)) == ([1], [("2026-11-25", "first-half", "carnet", "kept")])
    (one,) = uses(place)
    assert {name: one[name] for name in ("product", "quantity", "unit", "unit_cents", "carnet")} == {
        "product": "half",
        "quantity": 1,
        "unit": "half-day",
        "unit_cents": WORTH,
        "carnet": 1,
    }
    assert agrees(place) == 5 * WORTH
    place.clock.advance(hours=6)
    place.tap(INES)
    assert (used(place), visits(place)) == ([2], [("2026-11-25", "day", "carnet", "kept")])
    (two,) = uses(place)
    assert (two["product"], two["quantity"], two["unit_cents"]) == ("day", 2, WORTH)
    assert agrees(place) == 4 * WORTH
    place.clock.advance(hours=1)
    place.tap(INES)
    assert used(place) == [2]
    assert place.owes(1) == 500 + 6 * WORTH + 2


def test_who_comes_in_the_afternoon_only_takes_one(place: Space) -> None:
    place.till.sell(1, "six-halves", None)
    place.clock.advance(hours=6)
    place.tap(INES)
    place.clock.advance(hours=2)
    place.tap(INES)
    assert (used(place), visits(place)) == ([1], [("2026-11-25", "second-half", "carnet", "kept")])


def test_where_no_halves_are_sold_a_day_takes_two_and_a_single_one_waits(place: Space) -> None:
    rules = Rules(place.home.config.zone)
    book = Rulebook(store=place.home.store, rules=rules, clock=place.clock, actor="desk:t@x.fr")
    book.put_zone(NamedZone("comfort", Names({"fr": "Confort", "en": "Comfort"}), "day", None), new=False)
    place.till.sell(1, "six-halves", None)
    for _ in range(3):
        place.tap(INES)
        place.clock.advance(days=1)
    assert (used(place), agrees(place)) == ([6], 0)
    with place.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE carnet SET days = 7")
    place.tap(INES)
    assert used(place) == [6]
    assert visits(place)[-1][2] == "full"


def test_one_half_left_pays_a_morning_and_goes_back_when_the_day_is_whole(place: Space) -> None:
    place.till.sell(1, "six-halves", None)
    for _ in range(5):
        place.tap(INES)
        place.clock.advance(days=1)
    before = place.owes(1)
    place.tap(INES)
    assert (used(place), place.owes(1)) == ([6], before)
    place.clock.advance(hours=6)
    place.tap(INES)
    assert (used(place), place.owes(1)) == ([5], before + 500)
    assert visits(place)[-1] == ("2026-11-30", "day", "full", "kept")
    assert agrees(place) == WORTH


def test_the_next_carnet_pays_the_day_that_one_half_cannot(place: Space) -> None:
    place.till.sell(1, "six-halves", None)
    for _ in range(5):
        place.tap(INES)
        place.clock.advance(days=1)
    place.till.sell(1, "six-halves", None)
    place.tap(INES)
    assert used(place) == [6, 0]
    place.clock.advance(hours=6)
    place.tap(INES)
    assert used(place) == [5, 2]
    place.clock.advance(days=1)
    place.tap(INES)
    assert used(place) == [6, 2]  # what expires first
    agrees(place)


def test_a_carnet_of_days_pays_a_whole_day_for_a_morning(place: Space) -> None:
    place.till.sell(1, "five-days", None)
    place.tap(INES)
    place.clock.advance(hours=6)
    place.tap(INES)
    assert (used(place), visits(place)) == ([1], [("2026-11-25", "day", "carnet", "kept")])
    assert "unit" not in uses(place)[0]
    place.clock.advance(days=1)
    place.till.sell(1, "six-halves", None)
    place.tap(INES)
    assert used(place) == [1, 1]  # no day is spent on a half
    found = report(place)
    assert (found.money.left.days, found.money.left.halves) == (4, 5)
    assert agrees(place) == 4 * 450 + 5 * WORTH


@pytest.mark.parametrize(("hours", "taken"), [((0,), 1), ((0, 6), 2)])
def test_a_day_undone_or_reversed_gives_back_what_it_took(place: Space, hours: tuple[int, ...], taken: int) -> None:
    place.till.sell(1, "six-halves", None)
    for each in hours:
        place.clock.advance(hours=each)
        place.tap(INES)
    assert used(place) == [taken]
    (number,) = place.sql("SELECT charge_entry FROM visit")[0]
    place.till.reverse(int(str(number)), "pas venue")
    assert (used(place), agrees(place)) == ([0], 6 * WORTH)


def test_a_half_undone_at_the_screen_goes_back(place: Space) -> None:
    place.till.sell(1, "six-halves", None)
    place.tap(INES)
    assert place.card.ticket is not None
    place.touch(Act.UNDO)
    assert (used(place), visits(place)[0][3], agrees(place)) == ([0], "undone", 6 * WORTH)
    place.clock.advance(hours=6)
    place.tap(INES)
    assert (used(place), visits(place)[1][1]) == ([1], "second-half")


def test_a_forgotten_day_is_a_whole_one(place: Space) -> None:
    place.till.sell(1, "six-halves", None)
    place.clock.advance(days=2)
    desk = Corrections(
        store=place.home.store,
        rules=Rules(place.home.config.zone),
        seal=place.home.seal,
        clock=place.clock,
        actor="desk:t@x.fr",
    )
    made = desk.ask("forgotten", 1, TODAY + timedelta(days=1))
    desk.accept(made)
    assert (used(place), visits(place)) == ([2], [("2026-11-26", "day", "carnet", "kept")])
    agrees(place)


def test_taps_that_waited_take_what_they_would_have_taken(place: Space) -> None:
    place.till.sell(1, "six-halves", None)
    with locked(place):
        place.tap(INES)
        place.clock.advance(hours=6)
        place.tap(INES)
        place.clock.advance(days=1)
        place.tap(INES)
    assert isinstance(place.kept.spool, Spool)
    assert len(place.kept.spool) == 3
    assert used(place) == [0]
    place.clock.advance(minutes=5)
    place.kept.replay.turn()
    assert (len(place.kept.spool), used(place)) == (0, [3])
    assert [row[1] for row in visits(place)] == ["day", "second-half"]
    assert agrees(place) == 3 * WORTH


def test_halves_that_nobody_used_are_income_by_the_half(place: Space) -> None:
    place.till.sell(1, "six-halves", None)
    place.tap(INES)
    place.clock.advance(days=31)
    (expired,) = due(place).preview().expired
    assert (expired.days, expired.unit, expired.value_cents) == (5, Unit.HALF_DAY, WORTH)
    due(place).run()
    (row,) = place.sql("SELECT number, detail FROM entry WHERE kind = 'expiry'")
    detail = json.loads(str(row[1]))
    assert (detail["days"], detail["unit"], detail["cents"]) == (5, "half-day", 5 * WORTH)
    assert agrees(place) == 0
    with place.home.store.reading() as connection:
        fact = booking_facts.one(connection, int(str(row[0])))
        assert list(prepaid.leftovers(connection, TODAY + timedelta(days=60))) == []
    assert fact is not None
    said = ecritures.label(fact, {"six-halves": "Carnet"})
    assert said == "Carnet : 5 demi-journées non utilisées, expirées, membre 1"


def test_what_is_left_is_said_in_half_days_on_the_screen(place: Space) -> None:
    place.till.sell(1, "six-halves", None)
    place.till.sell(1, "five-days", None)
    visit = Visit(place, INES)
    sheet = visit.card.sheet
    assert isinstance(sheet, AccountSheet)
    until = TODAY + timedelta(days=30)
    assert (sheet.days_left, sheet.halves_left) == (((5, until),), ((5, until),))
    french = " / ".join(account_words.rights(sheet, "fr")).replace("\xa0", " ")
    assert "5 journées d’avance" in french
    assert "5 demi-journées d’avance" in french
    assert "5 half days left" in " / ".join(account_words.rights(sheet, "en"))


def test_a_day_on_the_tab_is_paid_by_a_half_that_was_bought_later(place: Space) -> None:
    visit = Visit(place, INES)
    place.till.sell(1, "six-halves", None)
    owed = place.owes(1)
    visit.pick(Act.PAY)
    visit.pick(Act.DAY)
    (choice,) = visit.card.options
    assert [spoken(choice.said, "fr").replace("\xa0", " "), spoken(choice.said, "en")] == [
        "Une demi-journée de mon carnet · reste 6 demi-journées",
        "A half day from my carnet ·\xa06 half days left",
    ]
    visit.confirm(Act.DAY_USE, "carnet")
    assert (used(place), place.owes(1)) == ([1], owed - 300)
    agrees(place)


def test_a_document_says_how_many_halves_a_day_took(place: Space) -> None:
    place.till.sell(1, "six-halves", None)
    place.tap(INES)
    place.clock.advance(hours=6)
    place.tap(INES)
    with place.home.store.reading() as connection:
        (number,) = place.sql("SELECT charge_entry FROM visit")[0]
        (line,) = charged.lines(connection, [int(str(number))])
    assert receipt_words.label(line, "fr") == "Journée, payée d’avance (2 demi-journées)"
    assert receipt_words.label(line, "en") == "Day pass, prepaid (2 half days)"


def test_the_report_counts_halves_in_a_column_of_their_own_where_there_are_any(place: Space) -> None:
    place.till.sell(1, "five-days", None)
    place.tap(INES)
    assert "halves" not in annual_tables.facts(report(place))["carnets"]["left"]
    place.till.sell(1, "six-halves", None)
    left = annual_tables.facts(report(place))["carnets"]["left"]
    assert (left["days"], left["halves"], left["worth"]) == (4, 6, 4 * 450 + 6 * WORTH)


def test_a_price_that_no_half_divides_keeps_its_odd_cents_as_income(place: Space) -> None:
    place.till.sell(1, "six-halves", None)
    found = report(place)
    assert found.income.products["six-halves"].income == 2
    assert found.money.left == (0, 6, 0, 6 * WORTH)
    assert place.sql("SELECT level FROM tariff WHERE cents = 1502") == [(FULL,)]
