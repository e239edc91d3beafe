"""What a member chooses after a tap: booked by entries, and never by who merely stands before the screen."""

from datetime import timedelta

import pytest

from kiosk.books.due import Due
from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial
from kiosk.errors import RequestError
from kiosk.members.enrolment import Application
from kiosk.selfservice.account import AccountSheet
from kiosk.store import audit
from kiosk.store.checkin import standing
from kiosk.store.checkin import visits as stored
from kiosk.store.members import members, merging
from kiosk.store.space.policies import Rules
from tests.conftest import Space

INES = "04A2000000E511"
KARIM = "04A1B2C3D4E501"
YANIS = "04A2000000E517"


def touch(space: Space, act: Act) -> None:
    if act not in space.card.acts and Act.MORE in space.card.acts:
        touch(space, Act.MORE)
    assert act in space.card.acts
    assert space.card.ticket is not None
    space.touch(act)


def is_well(space: Space) -> None:
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)


def visits(space: Space) -> list[tuple[object, ...]]:
    return space.sql(
        "SELECT v.right, z.code, v.left_at IS NOT NULL FROM visit AS v JOIN zone AS z ON z.id = v.zone_id ORDER BY v.id"
    )


def afresh(space: Space) -> None:
    space.clock.advance(minutes=5)


def test_the_likeliest_acts_come_first_and_four_at_most(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    assert list(space.card.acts) == [Act.UNDO, Act.GUEST, Act.PAY, Act.MORE]
    touch(space, Act.MORE)
    assert list(space.card.acts) == [Act.FREE_CORNER, Act.PASSING, Act.LUNCH, Act.ACCOUNT]


def test_a_permanent_is_asked_little(space: Space) -> None:
    space.rule("guests_a_day", "2")
    space.join("Karim Benali", KARIM, "permanent")
    space.tap(KARIM)
    assert (space.card.kind, space.card.acts) == (CardKind.GRANTED_PLAN, (Act.GUEST, Act.LUNCH, Act.ACCOUNT))
    afresh(space)
    space.tap(KARIM)
    assert space.card.acts == (Act.LEAVE, Act.GUEST, Act.PAY, Act.ACCOUNT)


def test_the_free_corner_takes_the_charge_back_and_needs_no_badge(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    pulses = space.door.pulses
    touch(space, Act.FREE_CORNER)
    assert space.shows(CardKind.IN_FREE_CORNER)
    assert (space.owes(number), space.door.pulses) == (500, pulses)
    assert visits(space) == [("free-zone", "free-corner", 0)]
    is_well(space)


def test_back_from_the_free_corner_wants_the_badge_and_charges_the_day_again(space: Space) -> None:
    number = space.join("Yanis Haddad", YANIS, "free")
    space.tap(YANIS)
    touch(space, Act.COMFORT)
    assert (space.card.kind, space.card.asked, space.card.acts) == (CardKind.BADGE_AGAIN, Act.COMFORT, ())
    assert space.owes(number) == 500
    space.tap(YANIS)
    assert space.shows(CardKind.IN_COMFORT)
    assert space.owes(number) == 500 + 500
    assert visits(space) == [("full", "comfort", 0)]
    is_well(space)


@pytest.mark.parametrize(("shown", "cents"), [("true", 500), ("false", None)])
def test_the_day_s_sum_is_said_before_the_badge_where_sums_are_shown(
    space: Space, shown: str, cents: int | None
) -> None:
    space.rule("show_amounts", shown, "2021-01-01")
    number = space.join("Yanis Haddad", YANIS, "free")
    space.tap(YANIS)
    touch(space, Act.COMFORT)
    assert (space.card.asked, space.card.amount_cents) == (Act.COMFORT, cents)
    space.tap(YANIS)
    assert (space.shows(CardKind.IN_COMFORT), space.owes(number)) == (True, 1000)


def test_a_meal_is_said_on_one_s_own_card_and_taken_back_there(space: Space) -> None:
    tended: list[Act] = []
    space.rule("lunch_until_hour", "12", "2021-01-01")
    space.tend = tended.append
    space.restart()
    space.join("Karim Benali", KARIM, "permanent")
    space.tap(KARIM)
    assert space.card.acts == (Act.GUEST, Act.LUNCH, Act.ACCOUNT)
    touch(space, Act.LUNCH)
    assert (tended, space.card.kind) == ([Act.LUNCH], CardKind.MORE)
    assert space.card.acts == (Act.GUEST, Act.LUNCH_BACK, Act.ACCOUNT)
    touch(space, Act.LUNCH_BACK)
    assert (tended, space.card.acts) == ([Act.LUNCH, Act.LUNCH_BACK], (Act.GUEST, Act.LUNCH, Act.ACCOUNT))


def test_whoever_has_no_tab_leaves_the_free_corner_once_the_day_is_paid(space: Space) -> None:
    new = Application(name="Yanis Haddad", plan="free", badge=space.read(YANIS), no_tab=True)
    number = space.enrolment.add(new).number
    space.tap(YANIS)
    assert space.shows(CardKind.GRANTED_DAY)  # the corner costs nothing
    touch(space, Act.COMFORT)
    space.tap(YANIS)
    assert (space.card.kind, space.card.denial) == (CardKind.DENIED, Denial.NO_TAB)
    assert (space.owes(number), visits(space)) == (500, [("free-zone", "free-corner", 0)])
    space.till.pay(number, 1000, "cash")
    afresh(space)
    space.tap(YANIS)
    touch(space, Act.COMFORT)
    space.tap(YANIS)
    assert space.shows(CardKind.IN_COMFORT)
    assert (space.owes(number), visits(space)) == (0, [("full", "comfort", 0)])
    is_well(space)


def test_who_went_to_the_free_corner_may_come_back_later(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    touch(space, Act.FREE_CORNER)
    afresh(space)
    space.tap(INES)
    assert space.shows(CardKind.AGAIN)
    assert Act.FREE_CORNER not in space.card.acts
    touch(space, Act.COMFORT)
    space.tap(INES)
    assert space.owes(number) == 1000
    assert visits(space) == [("full", "comfort", 0)]
    is_well(space)


def test_another_s_badge_ends_what_waited_without_effect(space: Space) -> None:
    number = space.join("Yanis Haddad", YANIS, "free")
    other = space.join("Inès Moreau", INES)
    space.tap(YANIS)
    touch(space, Act.COMFORT)
    space.tap(INES)
    assert (space.card.kind, space.card.name) == (CardKind.GRANTED_DAY, "Inès")
    space.tap(YANIS)
    assert not space.shows(CardKind.IN_COMFORT)
    assert (space.owes(number), space.owes(other)) == (500, 1000)
    assert [row[:2] for row in visits(space)] == [("free-zone", "free-corner"), ("full", "comfort")]


def test_a_badge_that_comes_too_late_confirms_nothing(space: Space) -> None:
    number = space.join("Yanis Haddad", YANIS, "free")
    space.tap(YANIS)
    touch(space, Act.COMFORT)
    space.clock.advance(seconds=40)
    space.tap(YANIS)
    assert space.owes(number) == 500


def test_an_unknown_badge_confirms_nothing_either(space: Space) -> None:
    number = space.join("Yanis Haddad", YANIS, "free")
    space.tap(YANIS)
    touch(space, Act.COMFORT)
    space.tap("04FFFFFFFFFF01")
    space.tap(YANIS)
    assert space.owes(number) == 500


def test_just_passing_is_free_for_some_minutes_and_a_day_after_them(space: Space) -> None:
    space.rule("passing_minutes", "15")
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    touch(space, Act.PASSING)
    assert space.shows(CardKind.PASSING)
    assert space.card.until is not None
    assert space.card.until - timedelta(minutes=15) == space.clock.now()
    assert space.owes(number) == 500
    assert visits(space) == [("passing", "comfort", 1)]
    space.clock.advance(minutes=14)
    space.tap(INES)
    assert (space.card.kind, space.owes(number)) == (CardKind.AGAIN, 500)
    space.clock.advance(minutes=2)
    space.tap(INES)
    assert (space.card.kind, space.owes(number)) == (CardKind.GRANTED_DAY, 1000)
    assert visits(space) == [("full", "comfort", 0)]
    is_well(space)


def test_a_guest_is_charged_to_the_host_after_the_host_s_badge(space: Space) -> None:
    space.rule("guests_a_day", "2")
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    touch(space, Act.GUEST)
    assert space.owes(number) == 1000
    space.tap(INES)
    assert space.shows(CardKind.GUEST)
    assert space.owes(number) == 1500
    assert space.sql("SELECT count(*), max(ordinal) FROM visit WHERE host_visit_id IS NOT NULL") == [(1, 1)]
    afresh(space)
    space.tap(INES)
    touch(space, Act.GUEST)
    space.tap(INES)
    afresh(space)
    space.tap(INES)
    assert Act.GUEST not in space.card.acts
    is_well(space)


def test_guests_are_so_many_a_year_in_all(space: Space) -> None:
    space.rule("guests_a_day", "5")
    space.rule("guest_days_a_year", "2")
    space.rule("passing_minutes", "null")  # room for all the buttons
    number = space.join("Inès Moreau", INES)
    for _ in range(2):
        space.tap(INES)
        touch(space, Act.GUEST)
        space.tap(INES)
        assert space.shows(CardKind.GUEST)
        space.clock.advance(days=1)
    space.tap(INES)
    assert Act.GUEST not in space.card.acts
    assert space.owes(number) == 500 + 5 * 500
    assert space.sql("SELECT count(*) FROM visit WHERE host_visit_id IS NOT NULL") == [(2,)]
    space.clock.advance(days=60)  # another year
    space.tap(INES)
    touch(space, Act.GUEST)
    is_well(space)


def test_guests_of_a_day_that_was_taken_back_and_of_a_merged_file_count_too(space: Space) -> None:
    rules = Rules(space.home.config.zone)
    space.rule("guest_days_a_year", "9")
    space.join("Inès Moreau", INES)
    space.join("Ines Moreau", KARIM)
    for uid in (INES, KARIM):
        space.tap(uid)
        touch(space, Act.GUEST)
        space.tap(uid)
    with space.home.store.writing() as connection:
        policy, moment = rules.at(connection, space.clock.now())
        host = standing.of_member(connection, 1, policy, moment.day)
        assert host is not None
        assert stored.brought(connection, host, policy, moment.day).this_year == 1
        stored.undo(connection, space.home.seal, 1, moment, "test")
        assert stored.brought(connection, host, policy, moment.day).this_year == 1
        kept, other = members.by_number(connection, 1), members.by_number(connection, 2)
        merging.merge(connection, kept, other, moment.day, moment.at, "test")
        assert stored.brought(connection, host, policy, moment.day).this_year == 2


def test_the_year_s_guests_are_counted_when_the_badge_is_seen_again(space: Space) -> None:
    space.rule("guests_a_day", "5")
    space.rule("passing_minutes", "null")
    space.join("Inès Moreau", INES)
    space.tap(INES)
    touch(space, Act.GUEST)
    space.rule("guest_days_a_year", "0")
    space.tap(INES)
    assert space.shows(CardKind.GUEST_REFUSED)
    assert space.sql("SELECT count(*) FROM visit WHERE host_visit_id IS NOT NULL") == [(0,)]


def test_guests_have_a_price_of_their_own_and_may_be_for_permanents_only(space: Space) -> None:
    space.rule("guests_a_day", "2")
    space.rule("guest_cents", "300")
    space.rule("guests_by_permanents_only", "true")
    space.join("Inès Moreau", INES)
    number = space.join("Karim Benali", KARIM, "permanent")
    space.tap(INES)
    assert Act.GUEST not in space.card.acts
    space.tap(KARIM)
    afresh(space)
    space.tap(KARIM)
    before = space.owes(number)
    touch(space, Act.GUEST)
    space.tap(KARIM)
    assert space.owes(number) == before + 300


def test_who_leaves_last_is_told_what_to_look_after(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, "permanent")
    space.tap(INES)
    space.tap(KARIM)
    afresh(space)
    space.tap(INES)
    touch(space, Act.LEAVE)
    assert space.shows(CardKind.LEFT)
    space.tap(KARIM)
    touch(space, Act.LEAVE)
    assert space.shows(CardKind.LAST_OUT)


def test_a_guest_leaves_with_their_host(space: Space) -> None:
    space.rule("guests_a_day", "1")
    space.join("Inès Moreau", INES)
    space.tap(INES)
    touch(space, Act.GUEST)
    space.tap(INES)
    afresh(space)
    space.tap(INES)
    touch(space, Act.LEAVE)
    assert space.shows(CardKind.LAST_OUT)
    assert space.sql("SELECT count(*) FROM visit WHERE left_at IS NULL") == [(0,)]


@pytest.mark.parametrize("act", [Act.PASSING, Act.GUEST, Act.COMFORT, Act.LEAVE])
def test_what_a_card_does_not_offer_cannot_be_touched(space: Space, act: Act) -> None:
    for rule in ("passing_minutes", "guests_a_day", "lunch_until_hour"):
        space.rule(rule, "null")
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    assert list(space.card.acts) == [Act.UNDO, Act.PAY, Act.FREE_CORNER, Act.ACCOUNT]
    assert space.card.ticket is not None
    with pytest.raises(RequestError) as refused:
        space.touch(act)
    assert refused.value.code == "touch-over"
    assert space.owes(number) == 1000


def test_a_forgotten_departure_is_ended_at_night_and_blocks_nobody(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    time = Due(store=space.home.store, rules=Rules(space.home.config.zone), seal=space.home.seal, clock=space.clock)
    assert time.run().departed == 0
    space.clock.advance(days=1)
    assert time.preview().departed == 1
    assert time.run().departed == 1
    assert space.sql("SELECT count(*) FROM visit WHERE left_at IS NULL") == [(0,)]
    space.tap(INES)
    assert space.shows(CardKind.GRANTED_DAY)
    assert time.run().departed == 0


def test_my_account_wants_the_badge_and_stays_as_long_as_it_is_touched(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    touch(space, Act.ACCOUNT)
    assert space.card.asked is Act.ACCOUNT
    space.tap(INES)
    assert space.shows(CardKind.ACCOUNT)
    assert isinstance(space.card.sheet, AccountSheet)
    assert space.card.sheet.balance_cents == space.owes(number) == 1000
    ticket = space.card.ticket
    assert ticket is not None
    space.clock.advance(seconds=19)
    space.touch(Act.ACCOUNT, ticket=ticket)
    space.clock.advance(seconds=19)
    space.touch(Act.DONE, ticket=ticket)
    assert space.screen.cleared == 1
    with pytest.raises(RequestError):
        space.touch(Act.ACCOUNT, ticket=ticket)


def test_an_account_closes_by_itself_and_by_another_s_badge(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, "permanent")
    for another in (False, True):
        space.clock.advance(minutes=5)
        space.tap(INES)
        touch(space, Act.ACCOUNT)
        space.tap(INES)
        ticket = space.card.ticket
        assert ticket is not None
        if another:
            space.tap(KARIM)
        else:
            space.clock.advance(seconds=33)
        with pytest.raises(RequestError):
            space.touch(Act.ACCOUNT, ticket=ticket)
