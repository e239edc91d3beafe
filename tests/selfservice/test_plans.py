"""Changing the plan at the screen: off until the rules allow it; at the end of what is paid, and undone until then."""

from datetime import date

import pytest

from kiosk.books.due import Due
from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.standing import Right
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.money.endings import Way
from kiosk.domain.money.tariffs import Price
from kiosk.errors import RequestError
from kiosk.language.texts import Said, spoken
from kiosk.selfservice.own.plans import PlanSheet
from kiosk.space.rule_change import TariffChange
from kiosk.space.rules import Rulebook
from kiosk.store.members import members
from kiosk.store.seals import seal_audit
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.selfservice.self_service import Visit, is_well

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"


@pytest.fixture
def house(space: Space) -> Space:
    space.rule("plans_at_screen", "true")
    return space


def at_plans(space: Space, uid: str = INES) -> Visit:
    visit = Visit(space, uid)
    visit.pick(Act.SETTINGS)
    visit.pick(Act.PLAN)
    return visit


def read(said: Said | str | None) -> str:
    return "" if said is None else spoken(said, "fr").replace("\u00a0", " ").replace("\u202f", " ")


def lines(visit: Visit) -> list[str]:
    assert isinstance(visit.card.sheet, PlanSheet)
    return [read(each) for each in visit.card.sheet.lines]


def offered(visit: Visit) -> dict[str, str]:
    return {each.value: read(each.said) for each in visit.card.options if each.act is Act.PLAN_TO}


def subscribed(space: Space) -> list[tuple[object, ...]]:
    return space.sql("SELECT from_on, until_on FROM subscription ORDER BY id")


def seals_hold(space: Space) -> None:
    is_well(space)
    with space.home.store.reading() as connection:
        seal_audit.check(connection, space.home.seal)


def charge_due(space: Space) -> None:
    home = space.home
    Due(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="cli").run()


def test_no_plan_is_changed_at_the_screen_until_the_rules_allow_it(space: Space) -> None:
    space.join("Inès Moreau", INES, "permanent")
    visit = Visit(space, INES)
    visit.pick(Act.SETTINGS)
    assert Act.PLAN not in visit.values
    visit.touch(Act.PLAN)
    assert offered(visit) == {}
    with pytest.raises(RequestError):
        visit.touch(Act.PLAN_TO, "itinerant")
    assert subscribed(space) == [("2026-11-25", None)]


def test_plan_ends_where_it_is_paid_to_after_the_page_said_so_and_the_badge_said_yes(house: Space) -> None:
    number = house.join("Inès Moreau", INES, "permanent")
    house.till.pay(number, 10500, "transfer")
    house.clock.advance(days=10)
    visit = at_plans(house)
    assert lines(visit) == ["Permanent"]
    assert offered(visit) == {"itinerant": "Itinérant · 5 € la journée", "free": "Coin gratuit · gratuit"}
    ticket = visit.card.ticket or ""
    house.touch(Act.PLAN_TO, "itinerant", ticket=ticket)
    assert visit.card.kind is CardKind.BADGE_AGAIN
    assert read(visit.card.confirms) == "Itinérant · 5 € la journée, dès le ven. 25 déc."
    with pytest.raises(RequestError):
        house.touch(Act.PLAN_TO, "itinerant", ticket=ticket)  # no finger says yes
    assert subscribed(house) == [("2026-11-25", None)]
    visit.badge()
    assert (visit.card.kind, lines(visit)) == (
        CardKind.OWN_PLAN,
        [
            "Permanent jusqu’au jeu. 24 déc.",
            "Ensuite : Itinérant, dès le ven. 25 déc.",
        ],
    )
    assert (subscribed(house), house.owes(number)) == ([("2026-11-25", "2026-12-24")], 0)
    assert ("kiosk", "change-plan", "permanent -> itinerant") in house.sql("SELECT actor, act, what FROM desk_log")
    house.clock.advance(days=19)
    decision = house.tap(INES)
    assert isinstance(decision, Granted)
    assert (decision.right, house.owes(number)) == (Right.SUBSCRIPTION, 0)
    house.clock.advance(days=1)
    house.tap(INES)
    assert house.owes(number) == 500
    seals_hold(house)


def test_free_corner_begins_after_what_is_paid_and_is_undone_until_then(house: Space) -> None:
    number = house.join("Inès Moreau", INES, "permanent")
    visit = at_plans(house)
    visit.pick(Act.PLAN_TO, "free")
    assert lines(visit) == ["Permanent jusqu’au jeu. 24 déc.", "Ensuite : Coin gratuit, dès le ven. 25 déc."]
    visit = at_plans(house)
    visit.pick(Act.PLAN_TO, "permanent")
    assert lines(visit) == ["Permanent"]
    visit = at_plans(house)
    visit.pick(Act.PLAN_TO, "free")
    seals_hold(house)
    rights = []
    for days in (29, 1):
        house.clock.advance(days=days)
        charge_due(house)
        decision = house.tap(INES)
        assert isinstance(decision, Granted)
        rights.append(decision.right)
    assert (rights, house.owes(number)) == ([Right.SUBSCRIPTION, Right.FREE_ZONE], 10500)
    seals_hold(house)


@pytest.mark.parametrize(("plan", "other", "first"), [("free", "itinerant", 0), ("itinerant", "free", 500)])
def test_plan_of_another_zone_begins_tomorrow_where_nothing_is_paid(
    house: Space, plan: str, other: str, first: int
) -> None:
    number = house.join("Inès Moreau", INES, plan)
    visit = at_plans(house)
    visit.pick(Act.PLAN_TO, other)
    names = {"free": "Coin gratuit", "itinerant": "Itinérant"}
    assert lines(visit) == [f"Ensuite : {names[other]}, dès le jeu. 26 nov."]
    house.tap(INES)
    assert house.owes(number) == 500 + first, "today is as it was"
    house.clock.advance(days=1)
    house.tap(INES)
    assert house.owes(number) == 500 + 500, "tomorrow is the other plan's"


def test_plan_that_was_ended_is_kept_by_another_badge_and_nothing_is_charged(house: Space) -> None:
    number = house.join("Inès Moreau", INES, "permanent")
    owed = house.owes(number)
    at_plans(house).pick(Act.PLAN_TO, "itinerant")
    visit = at_plans(house)
    assert offered(visit)["permanent"] == "Garder Permanent"
    visit.pick(Act.PLAN_TO, "permanent")
    assert (lines(visit), subscribed(house)) == (["Permanent"], [("2026-11-25", None)])
    house.clock.advance(days=30)
    charge_due(house)
    assert house.owes(number) == owed + 10000  # its second month, as if nothing had been touched
    seals_hold(house)


def test_month_begins_tomorrow_and_is_charged_when_it_does_not_before(house: Space) -> None:
    number = house.join("Inès Moreau", INES)
    visit = at_plans(house)
    assert offered(visit) == {"permanent": "Permanent · 100 € par mois", "free": "Coin gratuit · gratuit"}
    visit.pick(Act.PLAN_TO, "permanent")
    assert lines(visit) == ["Ensuite : Permanent, dès le jeu. 26 nov."]
    charge_due(house)
    assert (subscribed(house), house.owes(number)) == ([("2026-11-26", None)], 1000)
    house.clock.advance(days=1)
    charge_due(house)
    decision = house.tap(INES)
    assert isinstance(decision, Granted)
    assert (decision.right, house.owes(number)) == (Right.SUBSCRIPTION, 11000)
    seals_hold(house)


@pytest.mark.parametrize(("later", "first_month"), [(11000, 10000), (9000, 9000)])
def test_first_month_costs_no_more_than_was_named_and_the_next_one_its_own_price(
    house: Space, later: int, first_month: int
) -> None:
    number = house.join("Inès Moreau", INES)
    at_plans(house).pick(Act.PLAN_TO, "permanent")
    home = house.home
    book = Rulebook(store=home.store, rules=Rules(home.config.zone), clock=house.clock, actor="cli")
    book.set_tariff(TariffChange("permanent", "full", Price(later), date(2026, 11, 26)))
    house.clock.advance(days=1)
    charge_due(house)
    assert house.owes(number) == 1000 + first_month
    house.clock.advance(days=31)
    charge_due(house)
    assert house.owes(number) == 1000 + first_month + later
    seals_hold(house)


def test_month_that_has_not_begun_is_undone_and_never_charged(house: Space) -> None:
    number = house.join("Inès Moreau", INES)
    at_plans(house).pick(Act.PLAN_TO, "permanent")
    visit = at_plans(house)
    visit.pick(Act.PLAN_TO, "itinerant")
    assert (lines(visit), subscribed(house)) == (["Itinérant"], [])
    house.clock.advance(days=3)
    charge_due(house)
    assert house.owes(number) == 1000
    seals_hold(house)


def test_plan_begins_after_a_week_that_was_sold(house: Space) -> None:
    number = house.join("Inès Moreau", INES)
    house.till.sell(number, "week", date(2026, 11, 25))
    visit = at_plans(house)
    visit.pick(Act.PLAN_TO, "permanent")
    assert lines(visit) == [
        "Semaine jusqu’au mar. 1er déc.",
        "Ensuite : Permanent, dès le mer. 2 déc.",
    ]


def test_price_is_the_members_own_on_the_first_day_and_a_plan_without_one_for_all_is_not_offered(house: Space) -> None:
    number = house.join("Inès Moreau", INES)
    home = house.home
    book = Rulebook(store=home.store, rules=Rules(home.config.zone), clock=house.clock, actor="cli")
    book.set_tariff(TariffChange("permanent", "full", Price(11000), date(2026, 11, 26)))
    book.set_tariff(TariffChange("permanent", "reduced", Price(6000), date(2026, 11, 26)))
    assert offered(at_plans(house))["permanent"] == "Permanent · 110 € par mois"
    with home.store.writing() as connection:
        who = members.by_number(connection, number)
        members.grant_reduced(connection, who, "reduced", date(2026, 11, 25), date(2027, 11, 24))
    assert offered(at_plans(house))["permanent"] == "Permanent · 60 € par mois"
    house.sql_write("INSERT INTO product (code, kind, unit) VALUES ('solidaire', 'subscription', 'month')")
    house.sql_write(
        "INSERT INTO tariff (product_id, level, cents, valid_from)"
        " SELECT id, 'reduced', 3000, '2020-01-01' FROM product WHERE code = 'solidaire'"
    )
    with house.by_owner():  # no page makes a plan
        house.sql_write(
            "INSERT INTO plan (code, zone_id, product_id) SELECT 'solidaire', zone.id, product.id FROM zone, product"
            " WHERE zone.code = 'comfort' AND product.code = 'solidaire'"
        )
    assert set(offered(at_plans(house))) == {"permanent", "free"}


def test_month_is_asked_of_a_tab_as_the_door_asks(house: Space) -> None:
    number = house.join("Inès Moreau", INES)
    house.rule("tab_due_days", "0")
    house.rule("tab_limit_cents", "900")
    visit = Visit(house, INES)
    visit.pick(Act.SETTINGS)
    visit.pick(Act.PLAN)
    assert isinstance(visit.card.sheet, PlanSheet)
    assert [(each.missing_cents, each.limit_cents) for each in visit.card.sheet.beyond] == [(100, 900)]
    assert set(offered(visit)) == {"free"}
    house.till.pay(number, 100, "cash")
    assert set(offered(at_plans(house))) == {"free", "permanent"}


def test_who_has_no_tab_pays_the_first_month_in_advance(house: Space) -> None:
    number = house.join("Inès Moreau", INES)
    with house.home.store.writing() as connection:
        members.change(connection, members.by_number(connection, number), no_tab=True)
    house.till.pay(number, 10999, "cash")
    visit = at_plans(house)
    assert isinstance(visit.card.sheet, PlanSheet)
    assert [each.missing_cents for each in visit.card.sheet.beyond] == [1]
    house.till.pay(number, 1, "cash")
    assert "permanent" in offered(at_plans(house))


def test_plan_that_another_pays_or_whose_days_were_given_back_is_the_offices(house: Space) -> None:
    number, other = house.join("Inès Moreau", INES, "permanent"), house.join("Karim Benali", KARIM)
    visit = at_plans(house)
    house.enrolment.change_plan(number, "itinerant", Way.CREDIT)  # today is covered still
    visit = at_plans(house)
    assert (set(offered(visit)), subscribed(house)) == ({"free"}, [("2026-11-25", "2026-11-25")])
    house.sql_write(
        "INSERT INTO payer (member_id, kind, account_id, from_on) SELECT m.id, 'subscription', a.id, '2026-01-01'"
        f" FROM member AS m, account AS a JOIN member AS k ON k.id = a.member_id WHERE m.number = {number}"
        f" AND k.number = {other}"
    )
    visit = at_plans(house)
    assert (offered(visit), lines(visit)[-1]) == ({}, "Pour en changer, voyez avec le bureau.")


def test_one_who_leaves_changes_nothing_more(house: Space) -> None:
    number = house.join("Inès Moreau", INES, "permanent")
    house.enrolment.leave(number, Way.PAID)
    visit = at_plans(house)
    assert (offered(visit), lines(visit)) == (
        {},
        ["Permanent jusqu’au jeu. 24 déc.", "Pour en changer, voyez avec le bureau."],
    )


def test_another_s_badge_changes_no_plan(house: Space) -> None:
    house.join("Inès Moreau", INES, "permanent")
    house.join("Karim Benali", KARIM)
    visit = at_plans(house)
    house.touch(Act.PLAN_TO, "itinerant", ticket=visit.card.ticket or "")
    house.tap(KARIM)
    assert subscribed(house) == [("2026-11-25", None)]


def test_all_that_stands_is_read_aloud(house: Space) -> None:
    house.join("Inès Moreau", INES)
    visit = at_plans(house)
    visit.pick(Act.PLAN_TO, "permanent")
    sheet = visit.card.sheet
    assert isinstance(sheet, PlanSheet)
    assert read(sheet.note) == "D’ici là, vous pouvez changer d’avis."
    assert read(sheet.about) == f"{'. '.join(lines(visit))}. {read(sheet.note)}"
    visit.pick(Act.PLAN_TO, "itinerant")
    assert getattr(visit.card.sheet, "note", "") is None
