"""Rules change from a day on, never back in time; what the door makes of them."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.verdicts import Denial, Denied, Granted, NoticeKind
from kiosk.domain.money import units
from kiosk.domain.money.tariffs import FULL, Policy, Price, ProductKind
from kiosk.domain.periods import Unit
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.exports.words import problem_words
from kiosk.language.names import Names
from kiosk.offline.offline_taps import Admitted
from kiosk.space.rule_change import NewProduct, RuleChange, TariffChange
from kiosk.space.rules import Rulebook
from kiosk.store import name_rows
from kiosk.store.space import book_rules, opening_rows, rule_rows
from kiosk.store.space.book_rules import Books
from kiosk.store.space.policies import Rules
from kiosk.store.space.rule_rows import NamedZone
from tests.conftest import WEDNESDAY, Space

TODAY = date(2026, 11, 25)  # a Wednesday, 8 h 52
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
INES, KARIM = "04A1B2C3D4E501", "04A1B2C3D4E502"
OFFICE = {day: ["09:00-19:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.fixture
def book(space: Space) -> Rulebook:
    return Rulebook(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock, actor="desk:t@x.fr")


def on(space: Space, day: date) -> Policy:
    with space.home.store.reading() as connection:
        rules = Rules(space.home.config.zone)
        rules.at(connection, space.clock.now())
        return rules.on(connection, day)


def day_costs(space: Space, day: date) -> int:
    return on(space, day).ask("day", None, None)[0]


def code_of(error: pytest.ExceptionInfo[RequestError]) -> str:
    return error.value.code


def test_new_tariff_holds_from_its_day_on(space: Space, book: Rulebook) -> None:
    book.set_tariff(TariffChange("day", FULL, Price(600), TOMORROW, "  assemblée du 3 novembre "))
    assert [day_costs(space, day) for day in (YESTERDAY, TODAY, TOMORROW)] == [500, 500, 600]
    with space.home.store.reading() as connection:
        rows = rule_rows.tariff_rows(connection)["day", FULL]
    assert [(row.valid_from, row.value, row.decided_by) for row in rows[1:]] == [
        (TOMORROW, Price(600), "assemblée du 3 novembre")
    ]
    assert rule_rows.coming(rows, TODAY) == rows[1:]
    assert rule_rows.in_force(rows, TODAY) == rows[0]


@pytest.mark.parametrize("kind", ["tariff", "rule"])
def test_past_is_never_rewritten(book: Rulebook, kind: str) -> None:
    with pytest.raises(RequestError) as refused:
        if kind == "tariff":
            book.set_tariff(TariffChange("day", FULL, Price(600), YESTERDAY))
        else:
            book.set_rule(RuleChange("undo_limit", 1, YESTERDAY))
    assert code_of(refused) == "past-change"


def test_price_of_a_day_does_not_change_once_somebody_came(space: Space, book: Rulebook) -> None:
    space.join("Inès", INES)
    space.tap(INES)
    for change in (RuleChange("month_cap_days", 5, TODAY), RuleChange("day_start_hour", 5, TODAY)):
        with pytest.raises(RequestError) as refused:
            book.set_rule(change)
        assert code_of(refused) == "counted-today"
    with pytest.raises(RequestError) as refused:
        book.set_tariff(TariffChange("day", FULL, Price(600), TODAY))
    assert code_of(refused) == "counted-today"
    book.set_tariff(TariffChange("permanent", FULL, Price(9000), TODAY))  # no day is priced by it
    book.set_rule(RuleChange("capacity_notice", 20, TODAY))
    assert on(space, TODAY).capacity_notice == 20


def test_change_posted_twice_is_one_and_another_one_wants_another_day(space: Space, book: Rulebook) -> None:
    change = TariffChange("day", FULL, Price(600), TOMORROW)
    book.set_tariff(change)
    book.set_tariff(change)
    with pytest.raises(RequestError) as refused:
        book.set_tariff(TariffChange("day", FULL, Price(650), TOMORROW))
    assert code_of(refused) == "change-exists"
    assert space.sql("SELECT count(*) FROM tariff WHERE cents = 600") == [(1,)]


def test_coming_change_can_be_called_off_and_one_that_holds_cannot(space: Space, book: Rulebook) -> None:
    book.set_tariff(TariffChange("day", FULL, Price(5000), TOMORROW))
    assert day_costs(space, TOMORROW) == 5000
    with space.home.store.reading() as connection:
        first, wrong = rule_rows.tariff_rows(connection)["day", FULL]
    book.call_off("tariff", wrong.id)
    book.call_off("tariff", wrong.id)
    assert day_costs(space, TOMORROW) == 500
    with pytest.raises(RequestError) as refused:
        book.call_off("tariff", first.id)
    assert code_of(refused) == "begun"
    with pytest.raises(RequestError) as refused:
        book.set_tariff(TariffChange("day", FULL, Price(5000), TOMORROW))
    assert code_of(refused) == "change-exists"
    book.set_tariff(TariffChange("day", FULL, Price(550), TOMORROW + timedelta(days=1)))
    assert day_costs(space, TOMORROW + timedelta(days=5)) == 550


@pytest.mark.parametrize("is_counted", [False, True])
def test_tariffs_are_confirmed_from_the_first_day_that_no_change_had_even_one_called_off(
    space: Space, book: Rulebook, *, is_counted: bool
) -> None:
    if is_counted:
        space.join("Inès", INES)
        space.tap(INES)
    book.set_tariff(TariffChange("day", FULL, Price(600), TOMORROW))
    with space.home.store.reading() as connection:
        _, coming = rule_rows.tariff_rows(connection)["day", FULL]
    book.call_off("tariff", coming.id)
    if not is_counted:
        space.clock.advance(days=1)  # the day itself has come that the change was for
    book.confirm_tariffs("AG du 12 novembre")
    with space.home.store.reading() as connection:
        rows = rule_rows.tariff_rows(connection)
        today = TOMORROW if not is_counted else TODAY
        assert not rule_rows.to_confirm(connection, today)
    assert [row.valid_from for row in rows["day", FULL]][1:] == [TOMORROW, TOMORROW + timedelta(days=1)]
    assert rows["carnet-10", FULL][-1].valid_from == TOMORROW
    assert day_costs(space, TOMORROW + timedelta(days=2)) == 500


def test_calling_off_a_rule_and_what_is_not_there(space: Space, book: Rulebook) -> None:
    book.set_rule(RuleChange("month_cap_days", 20, TOMORROW))
    with space.home.store.reading() as connection:
        row = rule_rows.rule_rows(connection)["month_cap_days"][-1]
    book.call_off("policy", row.id)
    assert on(space, TOMORROW).month_cap_days is None
    with pytest.raises(RequestError) as refused:
        book.call_off("policy", 9999)
    assert code_of(refused) == "no-such-rule"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("no_such_rule", 1, "no-such-rule"),
        ("prices", {}, "no-such-rule"),
        ("undo_limit", "3", "policy"),
        ("undo_limit", -1, "policy"),
        ("undo_limit", None, "policy"),
        ("capacity_legal", 0, "policy"),
        ("pro_rata", 1, "policy"),
        ("membership_year", "lunar", "policy"),
        ("opening_hours", {"mon": ["9-19"]}, "opening"),
        ("decided", None, "no-such-rule"),
    ],
)
def test_rule_that_cannot_be_is_refused_and_nothing_written(
    space: Space, book: Rulebook, name: str, value: object, code: str
) -> None:
    before = space.sql("SELECT count(*) FROM policy")
    with pytest.raises((RequestError, Problem)) as refused:
        book.set_rule(RuleChange(name, value, TOMORROW))
    assert getattr(refused.value, "code", None) == code
    assert space.sql("SELECT count(*) FROM policy") == before


def test_last_month_is_priced_again(space: Space, book: Rulebook) -> None:
    space.join("Inès", INES)
    space.tap(INES)
    space.clock.advance(days=20)
    found, first, last = book.preview(TariffChange("day", FULL, Price(750), date(2027, 1, 1)))
    assert (first, last) == (date(2026, 11, 1), date(2026, 11, 30))
    assert (found.lines["day"].before_cents, found.lines["day"].after_cents) == (500, 750)
    assert found.lines["membership"].after_cents == found.lines["membership"].before_cents == 500
    assert found.people() == (1, 0, 0)
    assert space.sql("SELECT count(*) FROM tariff WHERE cents = 750") == [(0,)]


def test_new_product_has_its_price_and_can_be_sold(space: Space, book: Rulebook) -> None:
    new = NewProduct(
        code="carnet-5",
        kind=ProductKind.CARNET,
        unit=Unit.DAY,
        names=Names({"fr": "Carnet de 5 journées", "en": "Carnet of 5 days"}),
        price=Price(2400),
        valid_from=TODAY,
        days=5,
    )
    book.add_product(new)
    number = space.join("Inès", INES)
    assert space.till.sell(number, "carnet-5", None).amount_cents == 2400
    with pytest.raises(RequestError) as refused:
        book.add_product(new)
    assert code_of(refused) == "code-taken"
    book.name_product("carnet-5", Names({"fr": "Petit carnet", "en": "Small carnet"}))
    with space.home.store.reading() as connection:
        assert name_rows.products(connection)["carnet-5"] == Names({"fr": "Petit carnet", "en": "Small carnet"})


def test_what_a_kind_is_not_sold_by_is_refused_whoever_asks(space: Space, book: Rulebook) -> None:
    for kind, unit in itertools.product(ProductKind, Unit):
        if kind is ProductKind.MEMBERSHIP or unit in units.UNITS[kind]:
            continue
        new = NewProduct(
            code="odd",
            kind=kind,
            unit=unit,
            names=Names({"fr": "x", "en": "x"}),
            price=Price(100),
            valid_from=TODAY,
            days=5,
        )
        with pytest.raises(Problem) as refused:
            book.add_product(new)
        assert refused.value.code == "unit"
    assert space.sql("SELECT count(*) FROM product WHERE code = 'odd'") == [(0,)]


def test_new_level_of_a_tariff_is_a_tariff(space: Space, book: Rulebook) -> None:
    book.set_tariff(TariffChange("day", "solidarity", Price(300, 100), TODAY))
    assert on(space, TODAY).ask("day", "solidarity", 150) == (150, "solidarity")
    with pytest.raises(RequestError) as refused:
        book.set_tariff(TariffChange("day", "So cheap!", Price(300), TODAY))
    assert code_of(refused) == "code"


def test_zone_is_made_and_edited_and_everybody_who_read_it_before_sees_it(space: Space, book: Rulebook) -> None:
    space.join("Inès", INES)
    space.tap(INES)
    book.put_zone(NamedZone("attic", Names({"fr": "Grenier", "en": "Attic"}), "day", None), new=True)
    assert on(space, TODAY).zones["attic"].day_product == "day"
    book.put_zone(NamedZone("comfort", Names({"fr": "Grande salle", "en": "Large room"}), None, None), new=False)
    space.join("Karim", KARIM)
    space.tap(KARIM)
    assert space.card.kind is CardKind.GRANTED_DAY
    assert space.owes(2) == 500  # the fee alone: the zone is free now, and the entrance noticed
    for wanted, new, code in (
        (NamedZone("attic", Names({"fr": "x", "en": "x"}), None, None), True, "code-taken"),
        (NamedZone("cellar", Names({"fr": "x", "en": "x"}), None, None), False, "no-such-zone"),
        (NamedZone("cellar", Names({"fr": "x", "en": "x"}), "permanent", None), True, "no-such-product"),
        (NamedZone("cellar", Names({"fr": "", "en": "x"}), None, None), True, "name"),
    ):
        with pytest.raises(RequestError) as refused:
            book.put_zone(wanted, new=new)
        assert code_of(refused) == code


# At the door


def test_door_is_shut_before_the_hour_and_says_until_when(space: Space, book: Rulebook) -> None:
    space.join("Inès", INES)
    space.tap(INES)  # it is always open
    space.join("Karim", KARIM)
    book.set_rule(RuleChange("opening_hours", OFFICE, TODAY))
    denied = space.tap(KARIM)
    assert isinstance(denied, Denied)
    assert denied.reason is Denial.CLOSED
    assert denied.until is not None
    assert (denied.until.date(), denied.until.hour) == (TODAY, 9)
    assert space.card.until == denied.until
    assert space.events[-1].reason == "closed"
    space.clock.advance(seconds=60)
    assert isinstance(space.tap(INES), Granted)  # who came today may come back in
    space.clock.advance(seconds=600)
    assert isinstance(space.tap(KARIM), Granted)


def test_permanents_come_in_when_it_is_closed_unless_the_rules_say_otherwise(space: Space, book: Rulebook) -> None:
    space.join("Karim", KARIM, "permanent")
    book.close_days(TODAY, TODAY, "Travaux", is_closed=True)
    book.set_rule(RuleChange("closed_admits_permanents", False, TODAY))
    assert isinstance(space.tap(KARIM), Denied)
    with space.home.store.writing() as connection:
        row = rule_rows.rule_rows(connection)["closed_admits_permanents"][-1]
        rule_rows.call_off(connection, "policy", row.id, space.clock.now(), "cli")
    assert isinstance(space.tap(KARIM), Granted)


def test_day_that_is_closed_by_hand_is_opened_by_hand(space: Space, book: Rulebook) -> None:
    space.join("Inès", INES)
    book.close_days(TODAY, TODAY, "Travaux", is_closed=True)
    denied = space.tap(INES)
    assert isinstance(denied, Denied)
    assert denied.until is not None
    assert denied.until.date() == TOMORROW
    book.close_days(TODAY, TODAY, "Finis avant l’heure", is_closed=False)
    assert isinstance(space.tap(INES), Granted)
    with pytest.raises(RequestError) as refused:
        book.close_days(YESTERDAY, YESTERDAY, "Trop tard", is_closed=True)
    assert code_of(refused) == "past-change"


def test_summer_break_is_shut_in_one_go_and_the_door_says_until_when(space: Space, book: Rulebook) -> None:
    space.join("Inès", INES)
    book.close_days(TODAY, date(2026, 12, 31), "Longue fermeture", is_closed=True)
    denied = space.tap(INES)
    assert isinstance(denied, Denied)
    assert denied.until is not None
    assert denied.until.date() == date(2027, 1, 1)
    for last in (YESTERDAY, TODAY + timedelta(days=93)):
        with pytest.raises(RequestError) as refused:
            book.close_days(TODAY, last, "x", is_closed=True)
        assert code_of(refused) == "period"
        told = "The last day cannot be before the first, nor more than 92 days after it."
        assert problem_words.told(refused.value, "en") == told


def test_public_holidays_shut_the_space_once_the_rules_say_so(space: Space, book: Rulebook) -> None:
    space.join("Inès", INES)
    christmas = date(2026, 12, 25)
    book.set_rule(RuleChange("closed_on_holidays", True, TOMORROW))
    with space.home.store.reading() as connection:
        known = opening_rows.between(connection, TODAY, date(2046, 12, 31))
    assert known[0].day_on == christmas
    assert len(known) > 200
    space.clock.advance(days=(christmas - TODAY).days)
    assert isinstance(space.tap(INES), Denied)
    book.close_days(christmas, christmas, "Ouvert pour Noël", is_closed=False)
    assert isinstance(space.tap(INES), Granted)


def test_holiday_of_a_day_on_which_the_rule_holds_no_more_is_an_ordinary_day(space: Space, book: Rulebook) -> None:
    book.set_rule(RuleChange("closed_on_holidays", True, TOMORROW))
    book.set_rule(RuleChange("closed_on_holidays", False, date(2026, 12, 20)))
    assert on(space, TOMORROW).calendar is None


def test_busy_is_a_notice_and_full_is_a_refusal(space: Space, book: Rulebook) -> None:
    book.set_rule(RuleChange("capacity_notice", 1, TODAY))
    book.set_rule(RuleChange("capacity_legal", 2, TODAY))
    uids = [f"04A1B2C3D4E5{number:02}" for number in range(10, 14)]
    for number, uid in enumerate(uids):
        space.join(f"Membre {number}", uid, "permanent" if number == 3 else "itinerant")
    assert space.tap(uids[0]).notices == ()  # type: ignore[union-attr]
    assert [notice.kind for notice in space.tap(uids[1]).notices] == [NoticeKind.FULL]  # type: ignore[union-attr]
    denied = space.tap(uids[2])
    assert isinstance(denied, Denied)
    assert denied.reason is Denial.FULL
    assert isinstance(space.tap(uids[3]), Granted)  # a permanent
    space.clock.advance(seconds=60)
    assert isinstance(space.tap(uids[0]), Granted)


def test_nobody_is_refused_for_hours_while_the_clock_is_not_sure(space: Space, book: Rulebook) -> None:
    space.join("Inès", INES)
    space.kept.follower.follow()
    book.set_rule(RuleChange("opening_hours", OFFICE, TODAY))  # it is 8 h 52, and opens at 9
    book.set_rule(RuleChange("capacity_legal", 1, TODAY))
    space.clock.restart(datetime(1970, 1, 1, 0, 0, 20, tzinfo=UTC))
    space.vouched = False
    space.restart()
    assert isinstance(space.tap(INES), Admitted)
    space.clock.advance(minutes=5)
    space.clock.set(WEDNESDAY + timedelta(days=3))  # a Saturday, and the clock is sure again
    space.vouched = True
    space.kept.replay.turn()
    assert space.sql("SELECT day_on FROM visit") == [("2026-11-28",)]  # charged, never refused


def test_tap_that_waited_is_charged_though_the_space_was_closed(space: Space, book: Rulebook) -> None:
    space.join("Inès", INES)
    space.kept.outage.begin(RuntimeError("disk full"))
    assert isinstance(space.tap(INES), Admitted)
    book.close_days(TODAY, TODAY, "Travaux", is_closed=True)
    space.kept.replay.turn()
    assert space.owes(1) == 1000


def test_closed_hours_do_not_empty_the_roster(space: Space, book: Rulebook) -> None:
    space.join("Inès", INES)
    book.close_days(TODAY, TODAY, "Travaux", is_closed=True)
    space.kept.follower.follow()
    assert space.kept.kept.now is not None
    assert len(space.kept.kept.now.people) == 1


def books(space: Space, day: date) -> Books:
    with space.home.store.reading() as connection:
        return book_rules.read(connection, day)


def test_rules_of_the_books_hold_from_their_day_on_like_all_others(space: Space, book: Rulebook) -> None:
    assert books(space, TODAY) == Books()
    book.set_rule(RuleChange("fiscal_year_month", 9, TODAY, "assemblée du 3 novembre"))
    book.set_rule(RuleChange("accounts", {"cash": "531", "product:day": "70611"}, TOMORROW))
    book.set_rule(RuleChange("association", {"name": "La Coroutine", "siren": "123456782"}, TOMORROW))
    assert [books(space, day).fiscal_year_month for day in (YESTERDAY, TODAY, TOMORROW)] == [1, 9, 9]
    assert books(space, TODAY).chart.account("cash").number == "530"
    assert books(space, TOMORROW).chart.account("cash").number == "531"
    assert books(space, TOMORROW).chart.income("day", is_membership=False).number == "70611"
    with space.home.store.reading() as connection:
        rows = rule_rows.rule_rows(connection)
    assert [row.value for row in rows["fiscal_year_month"]] == [9]
    book.call_off("policy", rows["accounts"][0].id)
    assert books(space, TOMORROW).accounts == {}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("fiscal_year_month", 0, "policy"),
        ("fiscal_year_month", "9", "policy"),
        ("fec_whole", 1, "policy"),
        ("invoice_due_days", 366, "policy"),
        ("cash_limit_cents", 100_001, "policy"),
        ("accounts", {"cash": "53"}, "accounts"),
        ("accounts", {"safe": "531"}, "accounts"),
        ("accounts", {"cash": 530}, "policy"),
        ("accounts", {"product:tea": "7061"}, "no-such-product"),
        ("association", {"motto": "x"}, "policy"),
        ("association", {"siren": "123456789"}, "association"),
        ("association", {"iban": "fr76 3000 6000 0112 3456 7890 189"}, "association"),  # right, but not as it is kept
        ("vat_status", "rich", "policy"),
        ("vat_status", 5, "policy"),
        ("vat_rates", {"day": 20.0}, "policy"),
        ("vat_rates", {"day": 10001}, "policy"),
        ("vat_rates", {"tea": 2000}, "no-such-product"),
        ("prices", {}, "no-such-rule"),
    ],
)
def test_what_a_rule_of_the_books_cannot_be_is_not_written(
    space: Space, book: Rulebook, name: str, value: object, code: str
) -> None:
    before = space.sql("SELECT count(*) FROM policy")
    with pytest.raises((RequestError, Problem)) as refused:
        book.set_rule(RuleChange(name, value, TOMORROW))
    assert isinstance(refused.value, RequestError | Problem)
    assert refused.value.code == code
    assert space.sql("SELECT count(*) FROM policy") == before


def test_vat_begins_on_a_day_without_any_charge(space: Space, book: Rulebook) -> None:
    book.set_rule(RuleChange("vat_rates", {"day": 2000}, TODAY))
    space.join("Inès", INES)  # a fee is a charge, though no day is counted
    with pytest.raises(RequestError) as refused:
        book.set_rule(RuleChange("vat_status", "liable", TODAY))
    assert code_of(refused) == "counted-today"
    book.set_rule(RuleChange("vat_status", "liable", TOMORROW))
    assert [on(space, day).vat("day") for day in (TODAY, TOMORROW)] == [None, 2000]
