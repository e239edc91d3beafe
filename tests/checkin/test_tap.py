"""A badge is tapped: what is written, what opens, what is shown."""

import pytest

from kiosk.checkin.cards import Card, CardKind
from kiosk.devices.protocols import Signal
from kiosk.domain.checkin import choices
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.standing import Right
from kiosk.domain.checkin.verdicts import Denial, Denied, Granted, NextStep, NoticeKind
from kiosk.errors import DeviceOffline, RequestError
from kiosk.members.enrolment import Application
from kiosk.store import audit
from tests import beside
from tests.conftest import Space

INES = "04A2000000E511"
KARIM = "04A1B2C3D4E501"


def _undo(space: Space) -> None:
    ticket = space.card.ticket
    assert ticket is not None
    space.touch(Act.UNDO, ticket=ticket)


def test_an_itinerant_is_charged_and_let_in(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    decision = space.tap(INES)
    assert isinstance(decision, Granted)
    assert decision.right is Right.FULL
    assert space.owes(number) == 500 + 500
    assert space.door.pulses == 1
    assert (space.card.kind, space.card.name) == (CardKind.GRANTED_DAY, "Inès")
    assert Act.UNDO in space.card.acts
    assert [event.kind for event in space.events] == ["opened"]
    assert space.door.signals == [Signal.GRANTED]


def test_the_door_s_log_names_the_tap_that_the_ledger_has(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    (event,) = space.events
    assert space.sql("SELECT tap_id, member_id FROM visit") == [(event.tap_id, event.member_id)]
    assert (event.at, event.reason) == (space.clock.now(), None)
    assert space.sql("SELECT known_by FROM visit") == [("badge",)]
    assert space.sql("SELECT actor FROM entry ORDER BY number DESC LIMIT 1") == [("kiosk",)]


def test_a_refusal_in_the_door_s_log_has_its_moment_and_a_name_of_its_own(space: Space) -> None:
    space.tap(KARIM)
    space.tap(KARIM)
    first, second = space.events
    assert (first.kind, first.reason, first.member_id, first.at) == (
        "refused",
        "unknown-badge",
        None,
        space.clock.now(),
    )
    assert first.tap_id is not None
    assert len(first.tap_id) == 16
    assert first.tap_id != second.tap_id


def test_the_screen_says_that_a_badge_is_read_before_anything_is_decided(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[int] = []
    monkeypatch.setattr(space.screen, "reading", lambda: shown.append(len(space.screen.cards)))
    space.tap(KARIM)
    assert shown == [0]


def test_who_reads_larger_text_gets_a_larger_card(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET larger_text = 1, language = 'en' WHERE id = 1")
    space.tap(INES)
    assert (space.card.aids, space.card.language) == (Aids.LARGER, "en")
    space.tap(KARIM)
    assert (space.card.aids, space.card.language) == (Aids.NONE, None)


def test_at_the_legal_capacity_the_next_one_stays_outside(space: Space) -> None:
    space.rule("capacity_notice", "1")
    space.rule("capacity_legal", "2")
    third = "04112233445566"
    for name, uid in (("Inès Moreau", INES), ("Karim Benali", KARIM), ("Zoé Petit", third)):
        space.join(name, uid)
    space.tap(INES)
    assert not space.card.notices
    space.tap(KARIM)
    assert [notice.kind for notice in space.card.notices] == [NoticeKind.FULL]
    space.tap(third)
    assert space.card.denial is Denial.FULL


def test_a_permanent_is_let_in_without_a_charge_or_a_question(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, "permanent")
    space.tap(KARIM)
    assert space.shows(CardKind.GRANTED_PLAN)
    assert Act.UNDO not in space.card.acts
    assert space.owes(number) == 500 + 10000
    assert space.sql("SELECT count(*) FROM entry WHERE visit_id IS NOT NULL") == [(0,)]


@pytest.mark.promise(6)
def test_the_card_is_the_same_for_every_tariff_and_shows_no_sum(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Yanis Haddad", KARIM, "free")
    space.tap(INES)
    paying = space.card
    space.tap(KARIM)
    assert space.card.kind == paying.kind
    assert (paying.amount_cents, space.card.amount_cents) == (None, None)


def test_the_sum_is_shown_where_the_association_wants_it(space: Space) -> None:
    space.rule("show_amounts", "true")
    space.join("Inès Moreau", INES)
    space.tap(INES)
    assert space.card.amount_cents == 500


@pytest.mark.promise(2)
def test_the_second_tap_of_the_day_is_not_charged_and_says_since_when(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    space.clock.advance(hours=3)
    decision = space.tap(INES)
    assert isinstance(decision, Granted)
    assert decision.right is Right.TODAY
    assert space.owes(number) == 1000
    assert space.door.pulses == 2
    assert space.shows(CardKind.AGAIN)
    assert space.card.arrived_at is not None
    assert (space.card.arrived_at.hour, space.card.arrived_at.minute) == (8, 52)


@pytest.mark.promise(2)
def test_a_badge_shown_again_within_8_seconds_opens_again_and_writes_nothing(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    first = space.card
    space.clock.advance(seconds=20)
    space.lift(INES)  # held for 20 s: the 8 s begin now
    space.clock.advance(seconds=7.9)
    space.tap(INES)
    assert space.card == first
    assert space.door.pulses == 2
    assert len(space.events) == 1
    space.clock.advance(seconds=8.1)
    space.tap(INES)
    assert space.shows(CardKind.AGAIN)


def test_after_8_seconds_to_the_second_a_tap_is_a_tap(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    space.clock.advance(seconds=8)
    space.tap(INES)
    assert space.shows(CardKind.AGAIN)


def test_each_time_a_badge_is_shown_its_8_seconds_begin_anew(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    first = space.card
    for _ in range(3):
        space.clock.advance(seconds=5)
        space.tap(INES)
        assert space.card == first
    assert len(space.events) == 1


def test_a_badge_held_on_the_reader_brings_its_card_again_for_an_hour(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    first = space.card
    space.clock.advance(seconds=3595)
    space.lift(INES)
    space.clock.advance(seconds=4)
    assert isinstance(space.tap(INES), Granted)
    assert space.card == first
    space.clock.advance(seconds=1)
    space.tap(INES)
    assert space.shows(CardKind.AGAIN)


def test_another_badge_in_between_does_not_end_the_8_seconds(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, "permanent")
    space.tap(INES)
    first = space.card
    space.clock.advance(seconds=2)
    space.tap(KARIM)
    space.clock.advance(seconds=2)
    space.tap(INES)
    assert space.card == first


def test_the_next_day_is_charged_again(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    space.clock.advance(days=1)
    space.tap(INES)
    assert space.owes(number) == 1500


@pytest.mark.promise(2)
def test_a_tap_after_midnight_uses_the_day_that_is_still_going(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.clock.advance(hours=15)  # 23 h 52
    space.tap(INES)
    space.clock.advance(hours=1)
    space.tap(INES)
    assert space.owes(number) == 1000
    space.clock.advance(hours=3, minutes=9)  # 4 h 01
    space.tap(INES)
    assert space.owes(number) == 1500


@pytest.mark.promise(4)
def test_an_unknown_badge_stays_outside(space: Space) -> None:
    decision = space.tap("04112233445566")
    assert decision == Denied(Denial.UNKNOWN_BADGE, NextStep.FIRST_VISIT)
    assert space.door.pulses == 0
    assert space.card.denial is Denial.UNKNOWN_BADGE
    assert space.door.signals == [Signal.LOOK]
    assert [(event.kind, event.reason) for event in space.events] == [("refused", "unknown-badge")]


def test_a_telephone_is_told_to_use_a_card(space: Space) -> None:
    assert space.tap("08112233") == Denied(Denial.UNKNOWN_BADGE, NextStep.USE_A_CARD)
    assert space.card == Card(CardKind.DENIED, denial=Denial.UNKNOWN_BADGE, next_step=NextStep.USE_A_CARD)


def test_a_refusal_is_decided_afresh_each_time(space: Space) -> None:
    space.join("Inès Moreau", INES)
    lost = space.read(INES)
    space.enrolment.lose_badge(lost)
    for _ in range(3):
        assert space.tap(INES) == Denied(Denial.BADGE_LOST, NextStep.ASK, space.clock.now().date())
    assert len(space.events) == 3
    assert space.door.pulses == 0
    assert space.door.signals == [Signal.DENIED] * 3


def test_a_badge_declared_lost_stops_within_the_8_seconds_only_when_lifted_too_long(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    space.enrolment.lose_badge(space.read(INES))
    space.clock.advance(seconds=9)
    assert isinstance(space.tap(INES), Denied)


def test_a_refusal_speaks_the_language_of_whose_badge_it_is(space: Space) -> None:
    space.join("Inès Moreau", INES)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET language = 'en'")
    space.enrolment.lose_badge(space.read(INES))
    space.tap(INES)
    assert (space.card.denial, space.card.language) == (Denial.BADGE_LOST, "en")
    assert space.card.ticket is not None
    space.touch(Act.BADGE_FORGOTTEN)
    assert (space.card.kind, space.card.language) == (CardKind.PIN_NAME, "en")


def test_whose_badge_is_lost_may_come_in_by_name_and_code_where_the_rules_have_it(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.enrolment.lose_badge(space.read(INES))
    space.tap(INES)
    assert space.card.acts == (Act.BADGE_FORGOTTEN, Act.DONE)
    assert space.card.ticket is not None
    space.rule("pin_sign_in", "false", "2026-01-02")
    space.tap(INES)
    assert space.card == Card(
        CardKind.DENIED, denial=Denial.BADGE_LOST, next_step=NextStep.ASK, since_on=space.clock.now().date()
    )


def test_whose_badge_nobody_owns_may_join_where_the_rules_have_it(space: Space) -> None:
    space.tap(KARIM)
    assert (space.card.acts, space.card.amount_cents) == ((Act.JOIN, Act.IS_MEMBER, Act.DONE), 500)
    first = space.card.ticket
    assert first is not None
    space.rule("joins_a_day", "0", "2026-01-02")
    space.tap(KARIM)
    assert (space.card.denial, space.card.amount_cents) == (Denial.UNKNOWN_BADGE, None)
    assert list(space.card.acts) == [Act.IS_MEMBER, Act.DONE]
    assert space.card.ticket not in (None, first)


def test_who_left_stays_outside(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.enrolment.leave(number)
    assert isinstance(space.tap(INES), Denied)
    assert space.card.denial is Denial.MEMBER_LEFT


def test_a_membership_over_is_forgiven_for_its_grace_and_no_longer(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.clock.advance(days=370)
    space.tap(INES)
    assert [notice.kind for notice in space.card.notices] == [NoticeKind.MEMBERSHIP_GRACE]
    space.clock.advance(days=30)
    space.tap(INES)
    assert space.card.denial is Denial.MEMBERSHIP_OVER


@pytest.mark.parametrize("why", [Denial.BADGE_LOST, Denial.MEMBER_LEFT])
def test_a_refusal_is_in_its_member_s_language_and_letters(space: Space, why: Denial) -> None:
    space.join("Inès Moreau", INES)
    table, column = ("badge", "lost_on") if why is Denial.BADGE_LOST else ("member", "left_on")
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET larger_text = 1, language = 'en'")
        connection.exec_driver_sql(f"UPDATE {table} SET {column} = '2026-01-01'")
    space.tap(INES)
    assert (space.card.denial, space.card.language, space.card.aids) == (why, "en", Aids.LARGER)


def test_what_is_owed_since_long_stops_and_a_payment_opens(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET larger_text = 1")
    for _ in range(11):
        space.tap(INES)
        space.clock.advance(days=1)
    space.clock.advance(days=31)
    space.tap(INES)
    assert (space.card.denial, space.card.aids) == (Denial.TAB_OVER_LIMIT, Aids.LARGER)
    space.till.pay(number, 1000, "cash")
    assert isinstance(space.tap(INES), Granted)


def test_whoever_has_no_tab_pays_in_advance_and_then_the_tap_works(space: Space) -> None:
    number = space.enrolment.add(Application(name="Zoé Petit", badge=space.read(INES), no_tab=True)).number
    assert isinstance(space.tap(INES), Denied)
    assert (space.card.denial, space.card.next_step) == (Denial.NO_TAB, NextStep.PAY_AHEAD)
    assert (space.door.pulses, space.owes(number)) == (0, 500)  # the membership, which the desk put there
    assert [(event.kind, event.reason) for event in space.events] == [("refused", "no-tab")]
    space.till.pay(number, 999, "cash")  # the membership, and one day but for a cent
    assert isinstance(space.tap(INES), Denied)
    space.till.pay(number, 1, "cash")
    assert isinstance(space.tap(INES), Granted)
    assert (space.door.pulses, space.owes(number)) == (1, 0)
    space.clock.advance(minutes=5)
    assert isinstance(space.tap(INES), Granted)  # the same day
    space.clock.advance(days=1)
    assert isinstance(space.tap(INES), Denied)
    space.till.sell(number, "carnet-10", None)  # the desk's business
    assert isinstance(space.tap(INES), Granted)
    assert space.owes(number) == 4500


def test_a_carnet_and_a_month_put_on_the_tab_today_still_let_in(space: Space) -> None:
    ines = space.join("Inès Moreau", INES)
    space.till.sell(ines, "carnet-10", None)
    space.till.sell(ines, "carnet-10", None)
    space.join("Karim Benali", KARIM, "permanent")
    assert isinstance(space.tap(INES), Granted)
    assert isinstance(space.tap(KARIM), Granted)


def test_a_day_of_a_carnet_is_used_before_a_day_is_charged(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.till.sell(number, "carnet-10", None)
    owed = space.owes(number)
    decision = space.tap(INES)
    assert isinstance(decision, Granted)
    assert decision.right is Right.CARNET
    assert space.owes(number) == owed
    assert space.sql("SELECT used FROM carnet") == [(1,)]
    _undo(space)
    assert space.sql("SELECT used FROM carnet") == [(0,)]


@pytest.mark.promise(2)
def test_undo_takes_the_day_back_and_the_next_tap_starts_afresh(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    _undo(space)
    assert space.shows(CardKind.UNDONE)
    assert space.owes(number) == 500
    assert space.sql("SELECT state FROM visit") == [("undone",)]
    space.clock.advance(seconds=1)
    space.tap(INES)
    assert space.shows(CardKind.GRANTED_DAY)
    assert space.owes(number) == 1000
    assert space.sql("SELECT state FROM visit ORDER BY id") == [("undone",), ("kept",)]


def test_an_undo_comes_once_and_not_after_its_time(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    ticket = space.card.ticket
    assert ticket
    with pytest.raises(RequestError, match="this card is over"):
        space.touch(Act.UNDO, ticket="guessed")
    space.clock.advance(seconds=40)
    with pytest.raises(RequestError, match="this card is over"):
        space.touch(Act.UNDO, ticket=ticket)
    assert space.sql("SELECT state FROM visit") == [("kept",)]


def test_the_fourth_undo_in_thirty_days_is_for_the_desk(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    for _ in range(3):
        space.tap(INES)
        _undo(space)
        assert space.shows(CardKind.UNDONE)
        space.clock.advance(days=1)
    space.tap(INES)
    _undo(space)
    assert space.shows(CardKind.UNDO_REFUSED)
    assert space.owes(number) == 1000
    space.clock.advance(days=31)
    space.tap(INES)
    _undo(space)
    assert space.shows(CardKind.UNDONE)


def test_an_undo_belongs_to_the_last_card_only(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Hugo Petit", KARIM)
    space.tap(INES)
    ticket = space.card.ticket
    assert ticket
    space.tap(KARIM)
    with pytest.raises(RequestError):
        space.touch(Act.UNDO, ticket=ticket)


def test_a_card_that_comes_again_can_be_undone_again(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.join("Hugo Petit", KARIM)
    space.tap(INES)
    space.clock.advance(seconds=2)
    space.tap(KARIM)
    space.clock.advance(seconds=2)
    space.tap(INES)  # within the 8 s: her card again, with its button
    _undo(space)
    assert space.shows(CardKind.UNDONE)
    assert space.owes(number) == 500


@pytest.mark.parametrize("uid", [KARIM, "04112233445566", "08112233"])
def test_a_card_without_an_undo_ends_the_one_before(space: Space, uid: str) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, "permanent")
    space.tap(INES)
    ticket = space.card.ticket
    assert ticket
    space.tap(uid)
    with pytest.raises(RequestError):
        space.touch(Act.UNDO, ticket=ticket)


@pytest.mark.promise(2)
def test_the_second_half_of_a_day_makes_it_a_whole_one_at_the_day_s_price(space: Space) -> None:
    space.rule("half_day_split_hour", "13")
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO product (code, kind, unit) VALUES ('half', 'day', 'half-day')")
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents)"
            " SELECT id, 'full', '2020-01-01', 300 FROM product WHERE code = 'half'"
        )
        connection.exec_driver_sql("UPDATE zone SET half_product_id = (SELECT id FROM product WHERE code = 'half')")
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    assert space.owes(number) == 500 + 300
    space.clock.advance(hours=6)
    space.tap(INES)
    assert space.owes(number) == 500 + 500
    assert space.sql("SELECT part FROM visit") == [("day",)]
    space.clock.advance(hours=1)
    space.tap(INES)
    assert space.owes(number) == 500 + 500


@pytest.mark.promise(1)
def test_nothing_is_half_written_when_the_ledger_cannot_be_written(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    beside.refuse(space.home, "entry")
    space.tap(INES)
    assert space.shows(CardKind.SPOOLED)
    assert space.owes(number) == 500
    assert space.sql("SELECT count(*) FROM visit") == [(0,)]


@pytest.mark.promise(1)
def test_the_visit_is_durable_before_the_door_is_pulsed(space: Space) -> None:
    space.join("Inès Moreau", INES)
    seen: list[object] = []
    pulse = space.door.pulse

    def look_then_pulse() -> None:
        seen.extend(space.sql("SELECT count(*) FROM visit"))
        pulse()

    space.door.pulse = look_then_pulse  # type: ignore[method-assign]  # the moment itself is what is tested
    space.tap(INES)
    assert seen == [(1,)]


@pytest.mark.promise(1)
def test_a_lock_that_does_not_answer_is_said_and_the_day_stands(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.door.broken = True
    space.tap(INES)
    assert space.card == Card(CardKind.DOOR_FAULT, "Inès")
    assert space.sql("SELECT state FROM visit") == [("kept",)]
    assert (space.checkin.door_answers, space.door.signals) == (False, [])
    space.door.broken = False
    space.clock.advance(minutes=1)
    space.tap(INES)
    assert space.checkin.door_answers is True
    assert space.shows(CardKind.AGAIN)


def test_lights_that_do_not_answer_keep_nobody_out(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_signal: Signal) -> None:
        raise DeviceOffline("door", "the lights do not answer")

    monkeypatch.setattr(space.door, "signal", fails)
    space.join("Inès Moreau", INES)
    assert isinstance(space.tap(INES), Granted)
    assert space.door.pulses == 1


def test_a_tap_that_cannot_be_served_is_said(space: Space) -> None:
    assert (space.checkin.serves, space.checkin.door_answers) == (True, True)
    space.checkin.failed()
    assert not space.checkin.serves
    assert space.card == Card(CardKind.FAULT)
    assert space.door.signals == [Signal.LOOK]


def test_a_card_that_cannot_be_made_shuts_no_door(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    number = space.join("Inès Moreau", INES)
    monkeypatch.setattr(choices, "offered", lambda *_words: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        space.tap(INES)
    assert (space.door.pulses, space.owes(number)) == (1, 500 + 500)
    assert [event.kind for event in space.events] == ["opened"]


def test_a_badge_that_was_not_let_in_may_be_lifted(space: Space) -> None:
    space.tap(KARIM)
    space.lift(KARIM)
    assert space.card.denial is Denial.UNKNOWN_BADGE


@pytest.mark.promise(4)
@pytest.mark.sqlite
def test_a_lost_database_is_never_made_anew_and_lets_nobody_in_whom_no_roster_knows(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.home.store.close()
    for file in space.home.paths.database.parent.iterdir():
        file.unlink()
    assert space.tap(INES) == Denied(Denial.NOT_ON_ROSTER, NextStep.COME_BACK_OR_RING)
    assert not space.home.paths.database.exists()
    assert space.door.pulses == 0


@pytest.mark.promise(3)
def test_after_all_of_it_the_books_agree(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.till.sell(number, "carnet-10", None)
    for _ in range(12):
        space.tap(INES)
        space.clock.advance(days=1)
    space.tap(INES)
    _undo(space)
    with space.home.store.reading() as connection:
        count, _ = audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)
    assert count == 2 + 12 + 2


def test_a_badge_left_on_the_reader_overnight_is_a_new_day_in_the_morning(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    space.clock.advance(days=1)
    space.lift(INES)
    space.clock.advance(seconds=3)
    space.tap(INES)
    assert space.shows(CardKind.GRANTED_DAY)
    assert space.owes(number) == 500 + 500 + 500
