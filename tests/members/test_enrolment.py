"""People change plan, leave, stay after all, come back under their old number."""

from datetime import date

import pytest

from kiosk.books.due import Due
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.day_charges import of_day
from kiosk.domain.checkin.standing import Right
from kiosk.domain.money.endings import Way
from kiosk.errors import RequestError
from kiosk.members.enrolment import Application
from kiosk.money.subscriptions import Subscriptions
from kiosk.store.checkin import standing as standings
from kiosk.store.members import members
from kiosk.store.space.policies import Rules
from tests.conftest import Space

INES, KARIM = "04A1B2C3D4E501", "04A1B2C3D4E502"


def code_of(error: pytest.ExceptionInfo[RequestError]) -> str:
    return error.value.code


def subscribed(space: Space, number: int) -> list[tuple[object, ...]]:
    return space.sql(
        "SELECT from_on, until_on FROM subscription JOIN member ON member.id = member_id"
        f" WHERE number = {number} ORDER BY subscription.id"
    )


def test_the_same_form_sent_twice_enrols_once(space: Space) -> None:
    form = Application(name="Sam Okafor", key=bytes(range(16)))
    first, again = space.enrolment.add(form), space.enrolment.add(form)
    assert first == again
    assert space.sql("SELECT count(*) FROM member") == [(1,)]


def test_plan_ends_where_it_is_paid_to_and_goes_on_where_it_is_chosen_again(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, plan="permanent")
    owed = space.owes(number)
    space.clock.advance(days=10)
    space.enrolment.change_plan(number, "itinerant")
    assert subscribed(space, number) == [("2026-11-25", "2026-12-24")]
    space.tap(KARIM)
    space.clock.advance(days=1)
    space.enrolment.change_plan(number, "permanent")
    space.tap(KARIM)
    assert subscribed(space, number) == [("2026-11-25", None)]
    assert space.owes(number) == owed  # no day is charged twice


@pytest.mark.parametrize(("comes", "last_on", "back"), [(False, "2026-12-04", 6667), (True, "2026-12-05", 6333)])
def test_plan_ends_today_with_a_credit_from_the_day_after_the_last_one_entered(
    space: Space, comes: bool, last_on: str, back: int
) -> None:
    number = space.join("Karim Benali", KARIM, plan="permanent")
    owed = space.owes(number)
    space.clock.advance(days=10)
    if comes:
        space.tap(KARIM)
    space.enrolment.change_plan(number, "itinerant", Way.CREDIT)
    assert subscribed(space, number) == [("2026-11-25", last_on)]
    assert space.owes(number) == owed - back
    space.enrolment.change_plan(number, "permanent")  # today is covered still: it goes on; else a new one begins
    assert space.owes(number) == (owed if comes else owed - back + 10000)


def test_plan_ends_now_and_gives_nothing_back(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, plan="permanent")
    owed = space.owes(number)
    space.clock.advance(days=10)
    space.enrolment.change_plan(number, "itinerant", Way.NOW)
    assert (subscribed(space, number), space.owes(number)) == ([("2026-11-25", "2026-12-04")], owed)


def test_who_leaves_is_given_back_what_is_left_where_that_is_chosen(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, plan="permanent")
    owed = space.owes(number)
    space.clock.advance(days=10)
    space.enrolment.leave(number, Way.CREDIT)
    assert space.owes(number) == owed - 6667


def test_who_leaves_at_the_end_of_what_is_paid_comes_in_until_then_and_pays_no_more(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, plan="permanent")
    owed = space.owes(number)
    space.clock.advance(days=10)
    gone = space.enrolment.leave(number, Way.PAID)
    assert (gone.left_on, subscribed(space, number)) == (date(2026, 12, 25), [("2026-11-25", "2026-12-24")])
    space.clock.advance(days=19)
    space.tap(KARIM)
    assert space.sql("SELECT count(*) FROM visit WHERE state = 'kept'") == [(1,)]
    space.till.sell(number, "carnet-10", None)  # here still: things are sold
    space.clock.advance(days=1)
    space.lift(KARIM)
    space.tap(KARIM)
    assert space.sql("SELECT count(*) FROM visit WHERE state = 'kept'") == [(1,)]
    rules = Rules(space.home.config.zone)
    assert Due(store=space.home.store, rules=rules, seal=space.home.seal, clock=space.clock).run().charged == []
    with pytest.raises(RequestError) as error:
        space.till.sell(number, "week", None)
    assert code_of(error) == "member-left"
    assert space.owes(number) == owed + 4500


def test_leave_to_come_is_taken_back_with_what_would_have_ended(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, plan="permanent")
    space.clock.advance(days=10)
    space.enrolment.leave(number, Way.PAID)
    assert space.enrolment.stay(number).left_on is None
    assert subscribed(space, number) == [("2026-11-25", None)]


def test_plan_that_was_changed_before_stays_ended_where_a_leave_is_taken_back(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, plan="permanent")
    space.enrolment.change_plan(number, "itinerant")
    assert space.enrolment.leave(number, Way.PAID).left_on == date(2026, 12, 25)
    space.enrolment.stay(number)
    assert subscribed(space, number) == [("2026-11-25", "2026-12-24")]


def test_leave_waits_for_what_was_sold_for_a_period_and_is_today_where_nothing_is_paid(space: Space) -> None:
    karim, ines = space.join("Karim Benali", KARIM), space.join("Inès Moreau", INES)
    space.till.sell(karim, "week", None)
    assert space.enrolment.leave(karim, Way.PAID).left_on == date(2026, 12, 2)
    assert space.enrolment.leave(ines, Way.PAID).left_on == date(2026, 11, 25)


def test_the_usual_zone_follows_the_plan(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.enrolment.change_plan(number, "free")
    space.tap(INES)
    assert space.owes(number) == 500, "the membership alone"


def test_the_zone_follows_the_plan_on_its_own_day(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, plan="permanent")
    space.enrolment.change_plan(number, "free")
    space.clock.advance(days=29)
    assert _right(space) is Right.SUBSCRIPTION, "the last day that is paid"
    space.clock.advance(days=1)
    assert _right(space) is Right.FREE_ZONE
    assert _right(space, day=date(2026, 12, 23)) is Right.SUBSCRIPTION, "a day that is corrected afterwards"


def test_zone_to_come_is_undone_with_its_plan(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, plan="permanent")
    for other in ("permanent", "itinerant"):
        space.enrolment.change_plan(number, "free")
        space.enrolment.change_plan(number, other)
        assert space.sql("SELECT zone_before_id, zone_from_on FROM member") == [(None, None)]
        space.clock.advance(days=40)
        assert _right(space) is (Right.SUBSCRIPTION if other == "permanent" else Right.FULL)


def test_plan_whose_end_is_taken_back_keeps_its_zone(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, plan="permanent")
    space.enrolment.change_plan(number, "free")
    home = space.home
    rules = Rules(home.config.zone)
    Subscriptions(store=home.store, rules=rules, seal=home.seal, clock=space.clock, actor="cli").go_on(1)
    with space.home.store.reading() as connection:
        assert members.by_number(connection, number).plan == "permanent"
    space.clock.advance(days=40)
    assert _right(space) is Right.SUBSCRIPTION


def test_other_plan_chosen_at_the_desk_waits_for_what_was_paid_before(space: Space) -> None:
    karim, ines = space.join("Karim Benali", KARIM, plan="permanent"), space.join("Inès Moreau", INES)
    space.enrolment.change_plan(karim, "itinerant")
    space.enrolment.change_plan(karim, "free")
    space.till.sell(ines, "week", None)
    space.enrolment.change_plan(ines, "permanent")
    assert space.sql("SELECT zone_from_on FROM member ORDER BY number") == [("2026-12-25",), (None,)]
    assert subscribed(space, ines) == [("2026-11-25", "2026-12-01"), ("2026-12-02", None)]
    assert space.owes(ines) == 500 + 2000, "the month is charged when it begins"


def test_day_that_was_entered_by_a_plan_is_not_charged_by_the_next_one(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, plan="permanent")
    space.sql_write("INSERT INTO product (code, kind, unit) VALUES ('desk', 'subscription', 'month')")
    space.sql_write(
        "INSERT INTO tariff (product_id, level, cents, valid_from)"
        " SELECT id, 'full', 15000, '2020-01-01' FROM product WHERE code = 'desk'"
    )
    with space.by_owner():  # no page makes a plan
        space.sql_write(
            "INSERT INTO plan (code, zone_id, product_id) SELECT 'desk', zone.id, product.id FROM zone, product"
            " WHERE zone.code = 'free-corner' AND product.code = 'desk'"
        )
    space.clock.advance(days=10)
    space.tap(KARIM)
    space.enrolment.change_plan(number, "desk", Way.NOW)
    assert subscribed(space, number) == [("2026-11-25", "2026-12-05"), ("2026-12-06", None)]
    assert (_right(space), space.owes(number)) == (Right.SUBSCRIPTION, 10500)
    space.enrolment.leave(number)
    space.clock.advance(days=1)
    back = space.enrolment.come_back(number, "itinerant")
    assert (back.plan, _right(space)) == ("itinerant", Right.FULL)


def _right(space: Space, day: date | None = None) -> Right:
    """Return what pays for a member's day; nothing is recorded."""
    with space.home.store.reading() as connection:
        now = space.clock.now()
        at = now if day is None else now.replace(year=day.year, month=day.month, day=day.day)
        policy, moment = Rules(space.home.config.zone).at(connection, at)
        standing = standings.of_member(connection, 1, policy, moment.day)
    assert standing is not None
    return of_day(standing, policy, moment).right


@pytest.mark.parametrize(("plan", "code"), [("itinerant", "same-plan"), ("royal", "no-such-plan")])
def test_a_plan_is_another_one_and_exists(space: Space, plan: str, code: str) -> None:
    number = space.join("Inès Moreau", INES)
    with pytest.raises(RequestError) as error:
        space.enrolment.change_plan(number, plan)
    assert code_of(error) == code


def test_who_left_changes_no_plan(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.enrolment.leave(number)
    with pytest.raises(RequestError) as error:
        space.enrolment.change_plan(number, "permanent")
    assert code_of(error) == "member-left"


def test_who_left_comes_back_under_the_old_number_with_a_new_membership(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, plan="permanent")
    space.enrolment.leave(number)
    space.clock.advance(days=400)
    back = space.enrolment.come_back(number, "itinerant")
    assert (back.number, back.left_on, back.plan) == (number, None, "itinerant")
    assert space.owes(number) == 500 + 10000 + 500
    assert subscribed(space, number) == [("2026-11-25", "2026-11-25")]


def test_a_membership_that_still_runs_is_not_sold_again(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.enrolment.leave(number)
    space.clock.advance(days=30)
    space.enrolment.come_back(number)
    assert space.owes(number) == 500


def test_only_who_left_comes_back(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    with pytest.raises(RequestError) as error:
        space.enrolment.come_back(number)
    assert code_of(error) == "not-left"


def test_a_departure_of_today_is_taken_back_with_what_ended_by_it(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, plan="permanent")
    space.till.sell(number, "week", None)
    space.enrolment.leave(number)
    space.enrolment.stay(number)
    assert subscribed(space, number) == [("2026-11-25", None), ("2026-11-25", "2026-12-01")]
    space.clock.advance(days=1)
    with pytest.raises(RequestError) as error:
        space.enrolment.stay(number)
    assert code_of(error) == "not-left-today"


def test_a_badge_is_marked_by_its_owner_s_file_only(space: Space) -> None:
    ines, karim = space.join("Inès Moreau", INES), space.join("Karim Benali", KARIM)
    mark = badges.parse(INES).fingerprint(space.home.badge_key)
    with pytest.raises(RequestError) as error:
        space.enrolment.mark_badge(karim, mark, lost=True)
    assert code_of(error) == "no-such-badge"
    space.enrolment.mark_badge(ines, mark, lost=True)
    with space.home.store.reading() as connection:
        found = members.badges_of(connection, members.by_number(connection, ines))
    assert [badge.lost_on for badge in found] == [date(2026, 11, 25)]
