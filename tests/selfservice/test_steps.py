"""Whoever is refused has a way on: the step is taken with the badge just seen, and the door opens once it is enough."""

from collections.abc import Callable
from typing import cast

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.devices.protocols import Signal
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial, NoticeKind
from kiosk.domain.money.cash import COINS
from kiosk.errors import RequestError
from kiosk.language.texts import spoken
from kiosk.members.enrolment import Application
from kiosk.money.cashbox import CashBox, Finding
from kiosk.selfservice.steps import StepSheet
from kiosk.store.space.policies import Rules
from tests import beside
from tests.conftest import Space
from tests.selfservice.self_service import is_well

INES = "04A2000000E511"
KARIM = "04A1B2C3D4E501"


def touch(space: Space, act: Act, value: str = "") -> None:
    assert act in space.card.acts or any((one.act, one.value) == (act, value) for one in space.card.options)
    space.touch(act, value)


def take(space: Space, act: Act, value: str, uid: str = INES) -> None:
    """Touch a step, read what it costs, and show the badge once more."""
    touch(space, act, value)
    assert (space.card.kind, space.card.asked) == (CardKind.BADGE_AGAIN, act)
    assert space.card.confirms is not None
    space.tap(uid)


def values(space: Space, act: Act) -> list[str]:
    return [one.value for one in space.card.options if one.act is act]


def membership_over(space: Space) -> int:
    number = space.join("Inès Moreau", INES)
    space.clock.advance(days=400)
    space.tap(INES)
    return number


def tab_over(space: Space) -> int:
    """Owes 60 euros, all of them past due, and may owe 50."""
    number = space.join("Inès Moreau", INES)
    for _ in range(11):
        space.tap(INES)
        space.clock.advance(days=1)
    space.clock.advance(days=31)
    space.tap(INES)
    return number


def no_tab(space: Space) -> int:
    number = space.enrolment.add(Application(name="Zoé Petit", badge=space.read(INES), no_tab=True)).number
    space.till.pay(number, 500, "cash")
    space.tap(INES)
    return number


def unconfirmed(space: Space) -> int:
    number = space.join("Inès Moreau", INES)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE badge SET until_on = '2026-11-25'")
    space.clock.advance(days=1)
    space.tap(INES)
    return number


def left(space: Space) -> int:
    number = space.join("Inès Moreau", INES)
    space.enrolment.leave(number)
    space.tap(INES)
    return number


Refused = Callable[[Space], int]
REFUSED = {
    Denial.MEMBERSHIP_OVER: membership_over,
    Denial.TAB_OVER_LIMIT: tab_over,
    Denial.NO_TAB: no_tab,
    Denial.BADGE_UNCONFIRMED: unconfirmed,
    Denial.MEMBER_LEFT: left,
}


@pytest.mark.promise(6)
@pytest.mark.parametrize("denial", REFUSED)
def test_every_step_that_is_missing_is_offered_under_the_same_amber_light(space: Space, denial: Denial) -> None:
    REFUSED[denial](space)
    assert (space.card.denial, space.card.name, space.card.acts) == (denial, None, (Act.STEP, Act.DONE))
    assert space.door.signals[-1] is Signal.LOOK
    pulses = space.door.pulses
    touch(space, Act.STEP)
    assert (space.card.kind, cast("StepSheet", space.card.sheet).denial) == (CardKind.STEP, denial)
    assert space.door.pulses == pulses


def test_a_membership_is_renewed_on_the_tab_and_the_door_opens(space: Space) -> None:
    number = membership_over(space)
    owed, pulses = space.owes(number), space.door.pulses
    touch(space, Act.STEP)
    assert [spoken(one.said, "fr") for one in space.card.options] == [
        "Adhésion ·\u00a05\u00a0€ ·\u00a0sur votre ardoise"
    ]
    take(space, Act.RENEW, "membership")
    assert (space.card.kind, space.card.name) == (CardKind.GRANTED_DAY, "Inès")
    assert [notice.kind for notice in space.card.notices] == [NoticeKind.RENEWED]
    assert (space.owes(number), space.door.pulses) == (owed + 500 + 500, pulses + 1)
    assert space.events[-1].kind == "opened"
    space.clock.advance(days=1)
    space.tap(INES)
    assert space.shows(CardKind.GRANTED_DAY)
    is_well(space)


def test_nothing_is_written_and_nothing_opens_before_the_step_is_taken(space: Space) -> None:
    number = membership_over(space)
    owed, pulses = space.owes(number), space.door.pulses
    entries = space.sql("SELECT count(*) FROM entry")
    touch(space, Act.STEP)
    touch(space, Act.DONE)
    assert (space.owes(number), space.door.pulses, space.sql("SELECT count(*) FROM entry")) == (owed, pulses, entries)


@pytest.mark.promise(1)
def test_what_cannot_be_written_opens_nothing(space: Space) -> None:
    membership_over(space)
    touch(space, Act.STEP)
    pulses = space.door.pulses
    beside.refuse(space.home, "visit")
    with pytest.raises(Exception, match="odd"):
        take(space, Act.RENEW, "membership")
    assert (space.door.pulses, space.sql("SELECT count(*) FROM membership")) == (pulses, [(1,)])


def test_a_membership_that_the_tab_does_not_take_is_put_in_the_box(space: Space) -> None:
    number = space.enrolment.add(Application(name="Zoé Petit", badge=space.read(INES), no_tab=True)).number
    space.till.pay(number, 500, "cash")
    space.clock.advance(days=400)
    space.tap(INES)
    touch(space, Act.STEP)
    assert values(space, Act.RENEW) == ["membership cash"]
    take(space, Act.RENEW, "membership cash")
    sheet = cast("StepSheet", space.card.sheet)
    assert sheet.denial is Denial.NO_TAB  # one step done, the day is the next
    assert (sheet.noted_cents, sheet.missing_cents) == (500, 500)
    take(space, Act.PUT_IN, "500")
    assert space.shows(CardKind.GRANTED_DAY)
    assert space.sql("SELECT cents, state FROM declaration") == [(500, "open")] * 2
    assert space.owes(number) == 1000
    is_well(space)


def test_what_would_do_is_offered_and_the_declared_sum_opens_until_it_is_counted(space: Space) -> None:
    number = tab_over(space)
    touch(space, Act.STEP)
    assert cast("StepSheet", space.card.sheet).in_cash
    assert values(space, Act.PUT_IN) == ["1000", "2000", "5000"]
    pulses = space.door.pulses
    take(space, Act.PUT_IN, "1000")
    assert (space.card.kind, space.door.pulses) == (CardKind.GRANTED_DAY, pulses + 1)
    assert space.owes(number) == 6000 + 500  # the tab goes down when the box is counted
    space.clock.advance(days=1)
    space.tap(INES)
    assert space.shows(CardKind.GRANTED_DAY)
    is_well(space)


def test_who_declares_and_does_not_pay_is_not_believed_again(space: Space) -> None:
    number = tab_over(space)
    touch(space, Act.STEP)
    take(space, Act.PUT_IN, "1000")
    entry = cast("int", space.sql("SELECT entry_number FROM declaration")[0][0])
    box = CashBox(
        store=space.home.store,
        rules=Rules(space.home.config.zone),
        seal=space.home.seal,
        clock=space.clock,
        actor="cli",
    )
    box.count(Finding(coins=dict.fromkeys(COINS, 0), missing=[entry]))
    space.clock.advance(days=1)
    space.tap(INES)
    assert space.card.denial is Denial.TAB_OVER_LIMIT
    touch(space, Act.STEP)
    assert space.card.options == ()
    assert not cast("StepSheet", space.card.sheet).is_here
    space.till.pay(number, 1000, "cash")
    space.tap(INES)
    assert space.shows(CardKind.GRANTED_DAY)


def test_whoever_has_no_tab_puts_the_day_in_the_box_and_is_in(space: Space) -> None:
    number = no_tab(space)
    touch(space, Act.STEP)
    assert values(space, Act.PUT_IN) == ["500", "1000", "2000"]
    assert cast("StepSheet", space.card.sheet).missing_cents == 0  # nothing is noted: the refusal says it all
    take(space, Act.PUT_IN, "500")
    assert space.shows(CardKind.GRANTED_DAY)
    assert (space.owes(number), space.door.pulses) == (500, 1)
    is_well(space)


@pytest.mark.parametrize("refused", [no_tab, tab_over])
def test_a_carnet_with_its_price_in_the_box_opens_and_pays_for_the_day(space: Space, refused: Refused) -> None:
    number = refused(space)
    pulses, owed = space.door.pulses, space.owes(number)
    touch(space, Act.STEP)
    assert values(space, Act.BUY_DAYS) == ["carnet-10"]
    take(space, Act.BUY_DAYS, "carnet-10")
    assert space.shows(CardKind.GRANTED_DAY)
    assert (space.owes(number), space.door.pulses) == (owed + 4500, pulses + 1)  # until the box is counted
    assert space.sql("SELECT cents, state FROM declaration") == [(4500, "open")]
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'use'") == [(1,)]
    is_well(space)


@pytest.mark.parametrize("value", ["carnet-10 cash", "membership", "500", ""])
def test_only_the_carnet_that_is_offered_can_be_bought(space: Space, value: str) -> None:
    no_tab(space)
    touch(space, Act.STEP)
    with pytest.raises(RequestError):
        space.touch(Act.BUY_DAYS, value)
    assert space.sql("SELECT count(*) FROM declaration") == [(0,)]


def test_touched_twice_it_is_one_step(space: Space) -> None:
    number = membership_over(space)
    owed = space.owes(number)
    touch(space, Act.STEP)
    ticket = cast("str", space.card.ticket)
    take(space, Act.RENEW, "membership")
    with pytest.raises(RequestError):
        space.touch(Act.RENEW, "membership", ticket=ticket)
    assert space.owes(number) == owed + 1000


@pytest.mark.parametrize("value", ["membership cash", "carnet", "", "membership  "])
def test_only_what_is_offered_can_be_renewed(space: Space, value: str) -> None:
    number = membership_over(space)
    owed, pulses = space.owes(number), space.door.pulses
    touch(space, Act.STEP)
    with pytest.raises(RequestError):
        space.touch(Act.RENEW, value)
    assert (space.owes(number), space.door.pulses) == (owed, pulses)


@pytest.mark.parametrize("value", ["1", "999", "50001", "-500", "x"])
def test_only_a_sum_that_would_do_opens(space: Space, value: str) -> None:
    tab_over(space)
    pulses = space.door.pulses
    touch(space, Act.STEP)
    with pytest.raises(RequestError):
        space.touch(Act.PUT_IN, value)
    assert (space.door.pulses, space.sql("SELECT count(*) FROM declaration")) == (pulses, [(0,)])


def test_a_refused_badge_proves_nothing_but_the_step(space: Space) -> None:
    membership_over(space)
    others = [Act.ACCOUNT, Act.LINES, Act.SETTINGS, Act.PAY, Act.BUY, Act.TAKE, Act.LOSE, Act.LOST, Act.DECLARE]
    for act in others:
        with pytest.raises(RequestError):
            space.touch(act)


def test_another_s_badge_ends_the_step_without_effect(space: Space) -> None:
    number = membership_over(space)
    owed = space.owes(number)
    other = space.join("Karim Benali", KARIM)
    touch(space, Act.STEP)
    ticket = cast("str", space.card.ticket)
    space.tap(KARIM)
    assert (space.card.kind, space.card.name) == (CardKind.GRANTED_DAY, "Karim")
    with pytest.raises(RequestError):
        space.touch(Act.RENEW, "membership", ticket=ticket)
    assert (space.owes(number), space.owes(other)) == (owed, 1000)


def test_the_step_stands_no_longer_than_a_page_does(space: Space) -> None:
    membership_over(space)
    touch(space, Act.STEP)
    ticket = cast("str", space.card.ticket)
    space.clock.advance(seconds=33)
    with pytest.raises(RequestError):
        space.touch(Act.RENEW, "membership", ticket=ticket)


def test_what_the_desk_mended_meanwhile_opens_at_once(space: Space) -> None:
    number = tab_over(space)
    space.till.pay(number, 6000, "cash")
    pulses = space.door.pulses
    touch(space, Act.STEP)
    assert (space.card.kind, space.door.pulses) == (CardKind.BADGE_AGAIN, pulses)  # whoever touched: the badge opens
    space.tap(INES)
    assert space.shows(CardKind.GRANTED_DAY)


def test_a_house_that_is_shut_takes_no_money_first(space: Space) -> None:
    tab_over(space)
    space.rule("opening_hours", '{"mon": ["0:00-0:01"]}')
    touch(space, Act.STEP)
    assert space.card.denial is Denial.CLOSED


def test_a_payer_s_membership_is_not_the_member_s_to_renew(space: Space) -> None:
    number = membership_over(space)
    other = space.join("Karim Benali", KARIM)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO payer (member_id, kind, account_id, from_on)"
            " SELECT m.id, 'membership', a.id, '2026-01-01' FROM member m, account a"
            " WHERE m.number = ? AND a.member_id = (SELECT id FROM member WHERE number = ?)",
            (number, other),
        )
    touch(space, Act.STEP)
    assert space.card.options == ()


def test_who_came_by_code_may_take_the_step_too(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.enrolment.lose_badge(space.read(INES))
    space.clock.advance(days=400)
    owed = space.owes(number)
    from tests.selfservice.test_pin import GOOD, digits, sign_in

    with space.home.store.writing() as connection:
        import argon2

        hashed = argon2.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(GOOD)
        connection.exec_driver_sql("UPDATE member SET pin = ?", (hashed,))
    sign_in(space)
    assert space.card.denial is Denial.MEMBERSHIP_OVER
    touch(space, Act.STEP)
    touch(space, Act.RENEW, "membership")
    assert (space.card.kind, space.owes(number)) == (CardKind.PIN_CODE, owed)  # the code once more
    assert space.card.confirms is not None
    assert "5\u00a0€" in spoken(space.card.confirms, "fr")
    digits(space, GOOD)
    touch(space, Act.PIN_ENTER)
    assert (space.card.kind, space.owes(number)) == (CardKind.GRANTED_DAY, owed + 1000)
    assert space.sql("SELECT known_by FROM visit ORDER BY id DESC LIMIT 1") == [("code",)]
    assert (space.events[-1].kind, space.events[-1].reason) == ("opened", "pin")
