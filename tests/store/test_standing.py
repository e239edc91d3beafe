"""What the one query of a tap knows of a badge's holder, field by field."""

from datetime import date, timedelta

import pytest

from kiosk.domain.checkin import badges
from kiosk.domain.checkin.standing import Part, Right
from kiosk.domain.periods import Unit
from kiosk.store import ledger
from kiosk.store.checkin import standing, visits
from kiosk.store.ledger import Draft
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.money import rights

from .place import DAY, YEAR_AGO, Place, morning

YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)
FIRST = date(2026, 11, 1)


@pytest.fixture
def ines(place: Place) -> Member:
    """An itinerant member since January."""
    return place.join()


def day(place: Place, on: date) -> int:
    """A charged day. Returns the visit."""
    visit = place.tap(morning(on)).visit
    assert visit is not None
    return visit


def undo(place: Place, visit: int) -> None:
    """A day taken back."""
    with place.store.writing() as connection:
        _, moment = place.rules.at(connection, morning())
        visits.undo(connection, place.seal, visit, moment, "kiosk")


def test_badge_that_nobody_owns_has_no_standing(place: Place, ines: Member) -> None:
    with place.store.reading() as connection:
        policy, _ = place.rules.at(connection, morning())
        assert standing.find(connection, bytes(32), policy, DAY) is None


def test_new_member_as_the_door_knows_them(place: Place, ines: Member) -> None:
    found = place.found()
    assert (found.member, found.number, found.name, found.account) == (ines.id, 1, "Inès", ines.account)
    assert (found.zone, found.language, found.badge_lost_on, found.left_on) == ("comfort", None, None, None)
    assert (found.subscribed, found.charged_days, found.prepaid, found.today) == (False, 0, (), None)
    assert (found.level, found.chosen_cents, found.half_chosen_cents) == (None, None, None)


def test_badge_of_each_member_finds_that_member(place: Place, ines: Member) -> None:
    place.join("Hugo Petit", "free", "DEADBEEF")
    assert place.found().number == 1
    assert (place.found(uid="DEADBEEF").number, place.found(uid="DEADBEEF").zone) == (2, "free-corner")


def test_lost_badge_is_lost_and_the_members_other_one_is_not(place: Place, ines: Member) -> None:
    with place.store.writing() as connection:
        members.give_badge(connection, ines, badges.parse("DEADBEEF"), place.home.badge_key, DAY)
        members.lose_badge(connection, badges.parse("DEADBEEF"), place.home.badge_key, YESTERDAY)
        members.lose_badge(connection, badges.parse("DEADBEEF"), place.home.badge_key, DAY)
    assert place.found(uid="DEADBEEF").badge_lost_on == YESTERDAY
    assert place.found().badge_lost_on is None


def test_member_who_left_has_left_and_is_subscribed_no_more(place: Place) -> None:
    member = place.join(plan="permanent")
    with place.store.writing() as connection:
        members.leave(connection, member, DAY)
    assert place.found().left_on == DAY
    assert place.found().subscribed
    assert not place.found(TOMORROW).subscribed


# Membership


def test_membership_lasts_to_its_last_day(place: Place, ines: Member) -> None:
    assert place.found().member_until == date(2027, 1, 28)


def test_membership_renewed_early_goes_on_from_the_one_before(place: Place, ines: Member) -> None:
    place.sell(ines, "membership")
    assert place.found(date(2027, 1, 29)).member_until == date(2028, 1, 28)
    assert place.found().member_until == date(2027, 1, 28)  # the next one has not begun


def test_membership_whose_sale_is_reversed_is_none(place: Place, ines: Member) -> None:
    place.reverse(1)
    assert place.found().member_until is None


def test_membership_that_ended_is_told_with_its_end(place: Place, ines: Member) -> None:
    assert place.found(date(2027, 3, 1)).member_until == date(2027, 1, 28)


# Subscription


@pytest.mark.parametrize(
    ("from_on", "until_on", "subscribed"),
    [
        (DAY, None, True),
        (TOMORROW, None, False),
        (YESTERDAY, DAY, True),
        (DAY, DAY, True),
        (YEAR_AGO, YESTERDAY, False),
    ],
)
def test_subscription_covers_its_days(
    place: Place, ines: Member, from_on: date, until_on: date | None, subscribed: bool
) -> None:
    with place.store.writing() as connection:
        rights.add_subscription(connection, ines.id, 3, from_on, until_on, None)
    assert place.found().subscribed is subscribed


def test_subscription_sold_covers_until_its_sale_is_reversed(place: Place, ines: Member) -> None:
    sale = place.sell(ines, "week")
    assert place.found().subscribed
    assert place.found(DAY + timedelta(days=6)).subscribed
    assert not place.found(DAY + timedelta(days=7)).subscribed
    place.reverse(sale)
    assert not place.found().subscribed


def test_permanent_is_subscribed_whatever_was_charged_when(place: Place) -> None:
    place.join(plan="permanent")
    place.reverse(2, day=YESTERDAY)
    assert place.found().subscribed


def test_subscription_is_its_members_own(place: Place, ines: Member) -> None:
    place.join("Karim Benali", "permanent", "DEADBEEF")
    assert not place.found().subscribed


# Tab


def test_charge_is_past_due_after_the_policys_days(place: Place, ines: Member) -> None:
    place.pay(ines, 500, YEAR_AGO)
    day(place, DAY - timedelta(days=30))
    assert place.found(YESTERDAY).past_due_cents == 0
    assert place.found().past_due_cents == 500


def test_recent_charges_are_owed_and_not_due(place: Place, ines: Member) -> None:
    day(place, DAY - timedelta(days=29))
    day(place, YESTERDAY)
    assert place.balance() == 1500
    assert place.found().past_due_cents == 500  # the fee of January


def test_recent_charge_that_is_reversed_hides_no_old_debt(place: Place, ines: Member) -> None:
    undo(place, day(place, YESTERDAY))
    place.reverse(place.sell(ines, "carnet-10", YESTERDAY))
    assert place.balance() == 500
    assert place.found().past_due_cents == 500


def test_payment_pays_the_oldest_first(place: Place, ines: Member) -> None:
    day(place, YESTERDAY)
    place.pay(ines, 300)
    assert place.found().past_due_cents == 200
    place.pay(ines, 300)
    assert place.found().past_due_cents == 0


def test_credit_is_no_debt(place: Place, ines: Member) -> None:
    place.pay(ines, 10_000)
    assert place.found().past_due_cents == 0


def appoint(place: Place, member: Member, from_on: date, until_on: date | None, kind: str = "day") -> int:
    """An organisation pays for a member's days, or for something else. Returns its account."""
    organisation = place.write("INSERT INTO organisation (name) VALUES ('Coopérative')")
    account = place.write("INSERT INTO account (organisation_id, balance_cents) VALUES (?, 99999)", organisation)
    ends = None if until_on is None else until_on.isoformat()
    statement = "INSERT INTO payer (member_id, kind, account_id, from_on, until_on) VALUES (?, ?, ?, ?, ?)"
    place.write(statement, member.id, kind, account, from_on.isoformat(), ends)
    return account


@pytest.mark.parametrize(("from_on", "until_on"), [(DAY, None), (DAY, DAY), (YEAR_AGO, TOMORROW)])
def test_day_that_an_organisation_pays_is_never_stopped_by_anybodys_tab(
    place: Place, ines: Member, from_on: date, until_on: date | None
) -> None:
    account = appoint(place, ines, from_on, until_on)
    assert place.found().account == account
    assert place.found().past_due_cents == 0


@pytest.mark.parametrize(
    ("from_on", "until_on", "kind"),
    [(TOMORROW, None, "day"), (YEAR_AGO, YESTERDAY, "day"), (DAY, None, "subscription")],
)
def test_organisation_that_does_not_pay_for_today_changes_nothing(
    place: Place, ines: Member, from_on: date, until_on: date | None, kind: str
) -> None:
    appoint(place, ines, from_on, until_on, kind)
    assert place.found().account == ines.account
    assert place.found().past_due_cents == 500


def test_payer_appointed_last_pays(place: Place, ines: Member) -> None:
    appoint(place, ines, YEAR_AGO, None)
    later = appoint(place, ines, DAY, None)
    assert place.found().account == later
    assert place.found(YESTERDAY).account != later


# Reduced tariff and chosen prices


@pytest.mark.parametrize(
    ("from_on", "until_on", "level"),
    [
        (DAY, DAY, "reduced"),
        (YEAR_AGO, DAY, "reduced"),
        (DAY, TOMORROW, "reduced"),
        (TOMORROW, TOMORROW, None),
        (YEAR_AGO, YESTERDAY, None),
    ],
)
def test_reduced_tariff_holds_on_the_days_it_was_granted_for(
    place: Place, ines: Member, from_on: date, until_on: date, level: str | None
) -> None:
    with place.store.writing() as connection:
        members.grant_reduced(connection, ines, "reduced", from_on, until_on)
        assert members.reduced_level(connection, ines, DAY) == level
    assert place.found().level == level


def test_grant_made_last_holds(place: Place, ines: Member) -> None:
    with place.store.writing() as connection:
        members.grant_reduced(connection, ines, "reduced", YEAR_AGO, TOMORROW)
        members.grant_reduced(connection, ines, "solidarity", DAY, DAY)
    assert place.found().level == "solidarity"


def test_price_chosen_last_holds_from_its_day_on(place: Place, ines: Member) -> None:
    product = place.scalar("SELECT id FROM product WHERE code = 'day'")
    for from_on, cents in ((YEAR_AGO, 300), (DAY, 0), (TOMORROW, 700)):
        statement = "INSERT INTO chosen_price (member_id, product_id, from_on, cents) VALUES (?, ?, ?, ?)"
        place.write(statement, ines.id, product, from_on.isoformat(), cents)
    assert [place.found(on).chosen_cents for on in (YESTERDAY, DAY, TOMORROW)] == [300, 0, 700]
    assert place.found().half_chosen_cents is None


# Carnets


def carnet(place: Place, member: Member, expires_on: date | None, days: int = 10, from_on: date = YEAR_AGO) -> int:
    """A carnet. Returns the entry of its sale."""
    sale = place.sell(member, "carnet-10", YEAR_AGO)
    place.write(
        "UPDATE carnet SET expires_on = ?, days = ?, from_on = ? WHERE entry_number = ?",
        None if expires_on is None else expires_on.isoformat(),
        days,
        from_on.isoformat(),
        sale,
    )
    return sale


def test_carnet_that_expires_first_is_used_first(place: Place, ines: Member) -> None:
    carnet(place, ines, None)
    carnet(place, ines, TOMORROW)
    carnet(place, ines, DAY)
    carnet(place, ines, YESTERDAY)
    carnet(place, ines, DAY, from_on=DAY)
    (found,) = place.found().prepaid
    assert (found.right, found.id, found.days_left, found.value_cents, found.expires_on) == (
        Right.CARNET,
        3,
        10,
        450,
        DAY,
    )


def test_carnet_that_is_used_up_or_reversed_or_not_begun_is_skipped(place: Place, ines: Member) -> None:
    carnet(place, ines, DAY, days=1)
    reversed_sale = carnet(place, ines, DAY)
    carnet(place, ines, DAY, from_on=DAY)
    carnet(place, ines, None)
    day(place, YESTERDAY)
    place.reverse(reversed_sale)
    assert [found.id for found in place.found(YESTERDAY).prepaid] == [4]
    assert [found.id for found in place.found().prepaid] == [3]


def test_carnet_not_begun_counts_neither_at_the_door_nor_among_the_days_left(place: Place, ines: Member) -> None:
    carnet(place, ines, None, days=5, from_on=TOMORROW)
    assert place.found().prepaid == ()
    assert [found.left for found in place.found(TOMORROW).prepaid] == [5]
    with place.store.reading() as connection:
        assert rights.days_left(connection, ines.id, DAY) == []
        assert rights.days_left(connection, ines.id, TOMORROW) == [(5, None)]


def test_carnets_of_half_days_are_all_found_beside_the_next_of_days(place: Place, ines: Member) -> None:
    for expires_on in (None, TOMORROW, DAY):
        carnet(place, ines, expires_on)
    halves = place.write("INSERT INTO product (code, kind, unit, days) VALUES ('halves', 'carnet', 'half-day', 10)")
    for each in (1, 2):
        place.write("UPDATE carnet SET product_id = ? WHERE id = ?", halves, each)
    found = place.found().prepaid
    assert [(each.id, each.unit, each.left, each.days_left) for each in found] == [
        (3, Unit.DAY, 10, 10),
        (2, Unit.HALF_DAY, 10, 5),
        (1, Unit.HALF_DAY, 10, 5),
    ]


def test_carnet_of_somebody_else_opens_nothing(place: Place, ines: Member) -> None:
    carnet(place, place.join("Fatou Diallo", uid="DEADBEEF"), None)
    assert place.found().prepaid == ()


def test_last_day_of_a_carnet_is_told_and_then_there_is_none(place: Place, ines: Member) -> None:
    carnet(place, ines, None, days=2)
    day(place, YESTERDAY)
    assert [found.days_left for found in place.found().prepaid] == [1]
    day(place, DAY)
    assert place.found().prepaid == ()


# Visits


def test_charged_days_are_this_months_before_today(place: Place, ines: Member) -> None:
    for on in (FIRST - timedelta(days=1), FIRST, FIRST + timedelta(days=1), YESTERDAY, DAY):
        day(place, on)
    assert place.found().charged_days == 3
    assert place.found(FIRST).charged_days == 0
    assert place.found(date(2026, 12, 1)).charged_days == 0


def test_days_undone_or_reversed_are_not_counted(place: Place, ines: Member) -> None:
    undo(place, day(place, FIRST))
    day(place, YESTERDAY - timedelta(days=1))
    place.reverse(int(str(place.scalar("SELECT max(charge_entry) FROM visit"))))
    day(place, YESTERDAY)
    assert place.found().charged_days == 1


def test_day_of_a_carnet_is_counted_and_a_free_day_is_not(place: Place, ines: Member) -> None:
    carnet(place, ines, None, days=1)
    day(place, FIRST)
    place.write("UPDATE member SET zone_id = (SELECT id FROM zone WHERE code = 'free-corner')")
    day(place, FIRST + timedelta(days=1))
    assert place.found().charged_days == 1


def test_visit_of_today_is_told_with_its_charge(place: Place, ines: Member) -> None:
    visit = day(place, DAY)
    found = place.found().today
    assert found is not None
    assert (found.id, found.part, found.amount_cents, found.charge_entry) == (visit, Part.DAY, 500, 2)
    assert found.arrived_at == morning()
    assert place.found(TOMORROW).today is None
    assert place.found(YESTERDAY).today is None


def test_visit_undone_is_no_visit_of_today(place: Place, ines: Member) -> None:
    undo(place, day(place, DAY))
    assert place.found().today is None
    visit = day(place, DAY)
    found = place.found().today
    assert found is not None
    assert found.id == visit


def test_visit_whose_charge_was_reversed_at_the_desk_stays_and_costs_nothing(place: Place, ines: Member) -> None:
    day(place, DAY)
    place.reverse(2)
    found = place.found().today
    assert found is not None
    assert (found.amount_cents, found.charge_entry) == (0, None)


def test_guest_is_no_visit_of_the_host(place: Place, ines: Member) -> None:
    visit = day(place, YESTERDAY)
    place.write(
        "INSERT INTO visit (tap_id, member_id, day_on, zone_id, right, part, host_visit_id, ordinal)"
        " VALUES (?, 1, '2026-11-25', 1, 'full', 'day', ?, 1)",
        bytes(16),
        visit,
    )
    assert place.found().today is None


def test_day_of_a_guest_is_not_counted_as_the_hosts(place: Place, ines: Member) -> None:
    host = day(place, YESTERDAY)
    guest = place.write(
        "INSERT INTO visit (tap_id, member_id, day_on, zone_id, right, part, host_visit_id, ordinal)"
        " VALUES (?, 1, '2026-11-24', 1, 'full', 'day', ?, 1)",
        bytes(16),
        host,
    )
    with place.store.writing() as connection:
        draft = Draft(
            kind="charge",
            day_on=YESTERDAY,
            group=bytes(16),
            actor="kiosk",
            amount_cents=500,
            account=ines.account,
            visit=guest,
        )
        number = ledger.append(connection, place.seal, draft, morning(YESTERDAY))
        connection.exec_driver_sql("UPDATE visit SET charge_entry = ? WHERE id = ?", (number, guest))
    assert place.balance() == 1500
    assert place.found().charged_days == 1


@pytest.mark.sqlite
def test_tap_reads_no_table_from_end_to_end(filled: Place) -> None:
    with filled.store.reading() as connection:
        query = standing._by_badge().compile(connection)
        values = (None,) * len(query.positiontup or ())
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all()
    steps = [str(row[3]) for row in plan]
    assert len(steps) > 10
    assert [step for step in steps if step.startswith("SCAN")] == []


def test_who_has_no_tab_is_known_by_what_they_have_in_advance(place: Place, ines: Member) -> None:
    assert place.found().advance_cents is None
    with place.store.writing() as connection:
        members.change(connection, ines, no_tab=True)
    assert place.found().advance_cents == -place.balance()
    place.pay(ines, place.balance() + 700)
    assert place.found().advance_cents == 700


def test_what_somebody_else_pays_for_needs_no_advance(place: Place, ines: Member) -> None:
    place.join("Karim Benali", "permanent", "DEADBEEF")
    with place.store.writing() as connection:
        members.change(connection, ines, no_tab=True)
        payer = members.by_number(connection, 2).account
    place.write(
        "INSERT INTO payer (member_id, kind, account_id, from_on) VALUES (?, 'day', ?, '2026-01-01')", ines.id, payer
    )
    assert place.found().advance_cents is None
