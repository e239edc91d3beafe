"""Each sum under its name: charged, settled, received, earned, expected, and what a month lacks."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.books import accounting_files, due
from kiosk.books.accounting_files import ExtractRequest
from kiosk.books.due import Due, DuePass
from kiosk.books.gifts import Gifts
from kiosk.domain import days
from kiosk.domain.space.rent import break_even
from kiosk.money.till import Paid
from kiosk.space import rent
from kiosk.space.rent import RentMonth
from kiosk.store.books import annual_sums, month_sums
from kiosk.store.kept_sums import KeptSums
from kiosk.store.members import members
from kiosk.store.money import subscription_rows
from kiosk.store.space import book_rules
from kiosk.store.space.dated_prices import DatedPrices
from kiosk.store.space.policies import Rules
from tests import beside
from tests.books import closed_year
from tests.conftest import Space
from tests.web import statements

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"


def at(space: Space, day: date) -> None:
    space.clock.set(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))


def charge_due(space: Space, known: Rules | None = None) -> None:
    rules = known or Rules(space.home.config.zone)
    Due(store=space.home.store, rules=rules, seal=space.home.seal, clock=space.clock).charge(DuePass())


def month(space: Space) -> RentMonth:
    """The month that it is, as the rent's page has it."""
    rules = Rules(space.home.config.zone)
    with space.home.store.reading() as connection:
        policy, moment = rules.at(connection, space.clock.now())
        acts, _ = due.plan(connection, rules, moment, days.month_of(moment.day)[1])
        coming = sum(each.cents for each in acts if each.replaces is None)
        return rent.month(connection, policy, moment, lambda on: rules.on(connection, on), coming)


def test_many_permanents_and_deposits_ask_no_more_of_the_database_than_few(space: Space) -> None:
    asked = []
    for many in (1, 6):
        for number in range(many):
            name = f"P{many}{number}"
            member = space.join(name, f"04A2{many:02}{number:02}000051", "permanent")
            with space.home.store.reading() as connection:
                account = members.by_number(connection, member).account
            space.till.deposit(account, 2000)
        month(space)  # rules of the days that it looks at are known from here on
        with statements.heard() as sent, space.home.store.reading() as connection:
            policy = Rules(space.home.config.zone).at(connection, space.clock.now())[0]
            prices = DatedPrices(connection, policy)
            moment = days.moment(space.clock.now(), space.home.config.zone, policy.day_start_hour)
            rent.month(connection, policy, moment, lambda on: prices.on(connection, on))  # noqa: B023  # called here
        asked.append(len(sent))
    assert asked[0] == asked[1] <= 22


def test_prices_by_day_are_those_of_the_rules(space: Space) -> None:
    space.rule("vat_status", '"liable"', "2026-06-01")
    space.rule("vat_rates", '{"day": 2000}', "2026-07-01")
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents)"
            " SELECT id, 'full', '2026-08-01', 77700 FROM product WHERE code = 'month'"
        )
    rules = Rules(space.home.config.zone)
    with space.home.store.reading() as connection:
        prices = DatedPrices(connection, rules.on(connection, date(2026, 11, 25)))
        for day in (date(2026, 5, 31), date(2026, 6, 1), date(2026, 7, 31), date(2026, 8, 1), date(2026, 11, 25)):
            read, by_day = rules.on(connection, day), prices.on(connection, day)
            assert by_day.prices == read.prices
            names = ("vat_status", "vat_rates", "pro_rata")
            assert [getattr(by_day, name) for name in names] == [getattr(read, name) for name in names]


def missing(space: Space, rules: Rules) -> int:
    """What the month lacks, and nothing else of it."""
    with space.home.store.reading() as connection:
        policy, moment = rules.at(connection, space.clock.now())
        book, span = book_rules.book(connection), days.month_of(moment.day)
        counted = month_sums.counted(connection, book, lambda on: rules.on(connection, on), *span)
        return break_even(policy, counted.total()).missing_cents


def yearly(space: Space) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO product (code, kind, unit) VALUES ('year', 'subscription', 'year')")
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents)"
            " SELECT id, 'full', '2020-01-01', 120000 FROM product WHERE code = 'year'"
        )


def account(space: Space, number: int) -> int:
    with space.home.store.reading() as connection:
        return members.by_number(connection, number).account


@pytest.fixture
def house(space: Space) -> Space:
    """A rent of 800 euros, which eight permanents just cover."""
    space.rule("rent_cents", "80000")
    return space


def test_what_december_pays_of_november_is_settled_there_and_received_here(house: Space) -> None:
    at(house, date(2026, 11, 3))
    number = house.join("Karim Benali", KARIM, "permanent")
    at(house, date(2026, 11, 30))
    before = month(house)
    at(house, date(2026, 12, 1))
    house.till.pay(number, 10500, "transfer")
    with house.home.store.reading() as connection:
        november = month_sums.charged(connection, date(2026, 11, 1), date(2026, 11, 30))
        received = [month_sums.received(connection, *days.month_of(date(2026, m, 1))).cents for m in (11, 12)]
    assert (before.charged.cents, before.charged.settled_cents, before.charged.unpaid_cents) == (10500, 0, 10500)
    assert (november.settled_cents, november.unpaid_cents, received) == (10500, 0, [0, 10500])


def test_deposits_and_gifts_are_received_beside_sales_and_cover_nothing(house: Space) -> None:
    house.rule("gifts", "true")
    at(house, date(2026, 11, 3))
    numbers = [house.join(f"Membre {place}", f"04A2000000E5{place:02X}") for place in range(8)]
    house.till.pay(numbers[0], 500, "cash")  # a fee, which is a sale
    for number in numbers:
        house.till.deposit(account(house, number), 2000)
        house.till.pay(number, 2500 if number != numbers[0] else 2000, "transfer")
    home = house.home
    giving = Gifts(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=house.clock, actor="cli")
    giving.give(account(house, numbers[3]), 50000, "transfer")
    found = month(house)
    assert (found.received.cents, found.received.aside_cents) == (8 * 500, 8 * 2000 + 50000)
    assert (found.charged.cents, found.charged.settled_cents) == (8 * 500, 8 * 500)
    assert found.break_even.income_cents == 8 * 500


def test_deposit_that_is_handed_back_was_never_a_sale(house: Space) -> None:
    at(house, date(2026, 11, 3))
    number = house.join("Inès Moreau", INES)
    kept = house.till.deposit(account(house, number), 2000)
    house.till.pay(number, 2500, "transfer")
    at(house, date(2026, 12, 3))
    house.till.reverse(kept.entry, "rendue")
    house.till.refund(account(house, number), 2000, "transfer", "rendue")
    with house.home.store.reading() as connection:
        found = [month_sums.received(connection, *days.month_of(date(2026, m, 1))) for m in (11, 12)]
    assert [(each.cents, each.aside_cents) for each in found] == [(500, 2000), (0, -2000)]


def test_plan_by_the_year_and_seven_by_the_month_lack_nobody(house: Space) -> None:
    """By days February would lack 7.95 euros; charged, January has a year's cover and the others none."""
    yearly(house)
    at(house, date(2026, 1, 2))
    first = house.join("Karim Benali", KARIM)
    house.till.sell(first, "year", None)
    for place in range(7):
        house.join(f"Membre {place}", f"04A2000000E5{place:02X}", "permanent")
    for day in (date(2026, 2, 1), date(2026, 2, 28), date(2026, 12, 31)):
        at(house, day)
        charge_due(house)
        found = month(house).break_even
        assert (found.missing_cents, found.months_missing) == (0, 0)
    with house.home.store.reading() as connection:
        book = book_rules.book(connection)
        earned = [month_sums.earned(connection, book, *days.month_of(date(2026, m, 1))) for m in range(1, 13)]
    # 364 of the year's 365 days, eleven months and 30 of 31 days of seven plans, eight fees
    assert sum(earned) == 119671 + 7 * (110000 + 9677) + 8 * 500
    assert min(earned) == earned[1] == 78963


def test_eight_permanents_on_mixed_anniversaries_lack_nobody_in_any_month(house: Space) -> None:
    for place, since in enumerate((3, 7, 11, 15, 16, 22, 28, 31)):
        at(house, date(2026, 1, since))
        house.join(f"Membre {place}", f"04A2000000E5{place:02X}", "permanent")
    lacking, rules, first = [], Rules(house.home.config.zone), date(2026, 2, 1)
    for _ in range(24):
        last = days.month_of(first)[1]
        for day in (first, last):
            at(house, day)
            lacking.append((day, missing(house, rules)))
        if first < date(2026, 8, 1):  # later ones lack nobody either while nothing of them is charged
            charge_due(house, rules)
        first = last + timedelta(days=1)
    assert [each for each in lacking if each[1]] == []


def test_first_of_december_counts_the_plans_that_the_month_will_charge(house: Space) -> None:
    for place in range(8):
        at(house, date(2026, 11, 3 + place))
        house.join(f"Membre {place}", f"04A2000000E5{place:02X}", "permanent")
    at(house, date(2026, 12, 1))
    found = month(house)
    assert (found.charged.cents, found.coming_cents) == (0, 80000)
    assert (found.break_even.missing_cents, found.break_even.months_missing) == (0, 0)


def test_plan_that_is_paused_ended_or_taken_back_brings_nothing(house: Space) -> None:
    at(house, date(2026, 11, 3))
    number = house.join("Karim Benali", KARIM, "permanent")
    assert month(house).counted["permanent"] == 10000
    (sold,) = house.sql("SELECT number FROM entry WHERE json_extract(detail, '$.product') = 'permanent'")
    house.till.reverse(int(str(sold[0])), "erreur")
    assert "permanent" not in month(house).counted
    at(house, date(2026, 12, 1))
    assert month(house).counted["permanent"] == 10000
    with house.home.store.writing() as connection:
        (running,) = subscription_rows.running(connection)
        subscription_rows.end(connection, running, date(2026, 12, 2))
    assert running.number == number
    assert "permanent" not in month(house).counted


def test_less_than_one_day_is_nobody_missing(house: Space) -> None:
    house.rule("rent_cents", "10900", "2020-01-02")
    at(house, date(2026, 11, 3))
    house.join("Karim Benali", KARIM, "permanent")
    found = month(house).break_even
    assert (found.income_cents, found.missing_cents, found.days_missing) == (10500, 0, 0)


def test_charge_of_a_closed_day_counts_in_the_month_that_it_is_about(house: Space) -> None:
    at(house, date(2026, 11, 30))
    number = house.join("Inès Moreau", INES)
    ((entry, detail),) = house.sql(
        f"SELECT number, detail FROM entry WHERE kind = 'charge' AND member_number = {number}"
    )
    later = json.dumps({**json.loads(str(detail)), "concerns": "2026-11-30"})
    with beside.unguarded(house.home) as raw:
        raw.execute("UPDATE entry SET day_on = '2026-12-01', detail = ? WHERE number = ?", (later, entry))
    with house.home.store.reading() as connection:
        found = [month_sums.charged(connection, *days.month_of(date(2026, m, 1))).cents for m in (11, 12)]
    assert found == [500, 0]


def test_year_s_earned_is_class_7_of_the_file_of_entries_without_gifts(house: Space) -> None:
    """With a plan over the turn of the year, a carnet half used, and what was taken back in the year and after it."""
    house.rule("gifts", "true")
    at(house, date(2026, 12, 20))
    number = house.join("Inès Moreau", INES)
    karim = house.join("Karim Benali", KARIM)
    house.till.sell(karim, "permanent", None, paid=Paid("transfer"))
    back = house.till.sell(karim, "week", date(2026, 12, 30))
    gone = house.till.sell(number, "week", None)
    house.till.reverse(gone.entry, "erreur")
    house.till.sell(number, "carnet-10", None)
    house.tap(INES)
    home = house.home
    giving = Gifts(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=house.clock, actor="cli")
    giving.give(account(house, number), 5000, "transfer")
    at(house, date(2027, 1, 5))
    closed_year.close_days(house)
    house.till.reverse(back.entry, "annulée")
    at(house, date(2027, 2, 1))
    closed_year.close_days(house)
    for year, last in ((2026, date(2026, 12, 31)), (2027, date(2027, 1, 31))):
        with house.home.store.reading() as connection:
            extract = accounting_files.find(connection, ExtractRequest(year=year))
            earned = month_sums.earned(connection, book_rules.book(connection), date(year, 1, 1), last)
        text = b"".join(accounting_files.stream(home.store, extract, training=False)).decode("iso8859-15")
        rows = [line.split("\t") for line in text.splitlines()[1:]]
        class_7 = [row for row in rows if row[4].startswith("7") and not row[4].startswith("754")]
        cents = sum(int(row[12].replace(",", "")) - int(row[11].replace(",", "")) for row in class_7)
        assert (earned, bool(class_7)) == (cents, True)
    compare_both_ways(house)


def compare_both_ways(house: Space) -> None:
    """What each day of both years earns by product, asked for by itself and made of the sums that are kept."""
    kept, today = KeptSums(), date(2027, 2, 1)
    spans = [*((day, day) for day in (date(2026, 12, 1) + timedelta(days=n) for n in range(62)))]
    spans += [(date(2026, 1, 1), date(2026, 12, 31)), (date(2027, 1, 1), date(2027, 1, 31))]
    for since in (date(2026, 1, 1), date(2027, 1, 1)):
        with house.home.store.reading() as connection:
            book, begins = book_rules.book(connection), annual_sums.first_day(connection)
            parts = month_sums.earned_since(kept.of(connection, today), book, since, begins)
            for first, last in ((first, last) for first, last in spans if first >= since):
                asked = month_sums.earned_parts(connection, book, first, last)
                assert by_product(parts, first, last) == by_product(asked, first, last), (first, last)


def by_product(parts: list[month_sums.EarnedPart], first: date, last: date) -> dict[tuple[str, bool], int]:
    found = Counter[tuple[str, bool]]()
    for each in parts:
        found[each.product, each.is_plan] += each.part.within(first, last)
    return {key: cents for key, cents in found.items() if cents}
