"""A guest is counted with the host's badge, before the host's tap or after it; a first name is asked of nobody."""

from datetime import timedelta
from typing import cast

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial
from kiosk.errors import MachineError, RequestError
from kiosk.members.enrolment import Application
from kiosk.selfservice.guests import GuestQuestion
from kiosk.store import audit, retention
from kiosk.store.checkin import visits
from tests.conftest import Space
from tests.selfservice.self_service import says_yes

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"


@pytest.fixture(autouse=True)
def guests_may_come(space: Space) -> None:
    space.rule("guests_a_day", "5")
    space.rule("passing_minutes", "null")  # room for all the buttons


def touch(space: Space, act: Act, value: str = "") -> None:
    space.checkin.touch(cast("str", space.card.ticket), act, value)


def spell(space: Space, name: str) -> None:
    """Type a first name, which is one page beside the card that waits for the host."""
    touch(space, Act.GUEST_NAME)
    assert space.shows(CardKind.GUEST_NAME)
    for letter in name.lower():
        touch(space, Act.KEY, letter)


def after_the_tap(space: Space, uid: str, name: str = "") -> None:
    """The host taps, and brings somebody."""
    space.clock.advance(minutes=5)
    space.tap(uid)
    touch(space, Act.GUEST)
    assert (space.card.kind, space.card.acts) == (CardKind.BADGE_AGAIN, (Act.GUEST_NAME, Act.DONE))
    if name:
        spell(space, name)
        touch(space, Act.GUEST)
        assert space.shows(CardKind.BADGE_AGAIN)
    space.tap(uid)


def before_the_tap(space: Space, name: str = "") -> None:
    """The guest stands there first."""
    space.checkin.begin(Act.VISIT, None)
    touch(space, Act.BRING)
    if name:
        spell(space, name)
        touch(space, Act.BRING)
    assert (space.card.kind, space.card.name) == (CardKind.HOST_BADGE, None)


def guests(space: Space) -> list[tuple[object, ...]]:
    return space.sql("SELECT guest_name, charge_entry IS NOT NULL FROM visit WHERE host_visit_id IS NOT NULL")


def is_well(space: Space) -> None:
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)


def test_a_first_name_is_kept_with_the_guest_s_visit_and_in_no_entry(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    after_the_tap(space, INES, "zoé")
    assert space.shows(CardKind.GUEST)
    assert space.card.confirms is not None
    assert space.card.confirms.to("fr") == "Zoé · 5\u00a0€ · sur votre ardoise."
    assert guests(space) == [("Zoé", 1)]
    assert space.owes(number) == 500 + 500 + 500
    assert space.sql("SELECT count(*) FROM entry WHERE instr(detail, 'Zo') > 0") == [(0,)]
    assert space.sql("SELECT count(*) FROM entry_text WHERE body LIKE '%Zo%'") == [(0,)]
    is_well(space)


def test_nobody_has_to_give_a_name(space: Space) -> None:
    space.join("Inès Moreau", INES)
    after_the_tap(space, INES)
    assert guests(space) == [(None, 1)]


def test_a_guest_who_is_there_first_comes_in_with_the_host_s_badge(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    before_the_tap(space, "zoé")
    assert space.door.pulses == 0
    space.tap(INES)
    assert (space.card.kind, space.card.name, space.door.pulses) == (CardKind.GRANTED_DAY, "Inès", 1)
    assert (guests(space), space.owes(number)) == ([], 500 + 500)
    says_yes(space, Act.BRING_YES)
    assert (space.card.kind, space.card.name, space.door.pulses) == (CardKind.GUEST, "Inès", 1)
    assert guests(space) == [("Zoé", 1)]
    assert space.owes(number) == 500 + 500 + 500
    assert [(event.kind, event.member_id) for event in space.events] == [("opened", 1)]
    is_well(space)


def test_a_host_who_is_here_already_is_counted_once(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    space.clock.advance(minutes=5)
    before_the_tap(space)
    space.tap(INES)
    assert space.shows(CardKind.AGAIN)
    says_yes(space, Act.BRING_YES)
    assert space.shows(CardKind.GUEST)
    assert space.owes(number) == 500 + 500 + 500


def test_a_badge_that_opens_nothing_brings_nobody(space: Space) -> None:
    before_the_tap(space)
    space.tap("04FFFFFFFFFF01")
    assert (space.card.kind, space.card.denial) == (CardKind.DENIED, Denial.UNKNOWN_BADGE)
    space.join("Inès Moreau", INES)
    space.sql("SELECT 1")
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE badge SET lost_on = '2026-11-20'")
    before_the_tap(space)
    space.tap(INES)
    assert (space.card.kind, space.card.denial) == (CardKind.DENIED, Denial.BADGE_LOST)
    assert (guests(space), space.door.pulses) == ([], 0)


def test_another_s_badge_brings_no_guest_of_the_host_who_tapped(space: Space) -> None:
    space.join("Inès Moreau", INES)
    other = space.join("Karim Benali", KARIM)
    space.tap(INES)
    touch(space, Act.GUEST)
    space.tap(KARIM)
    assert (space.card.kind, space.card.name) == (CardKind.GRANTED_DAY, "Karim")
    assert (guests(space), space.owes(other)) == ([], 1000)


def test_a_guest_counts_as_one_who_is_here_and_the_legal_capacity_holds_for_guests(space: Space) -> None:
    space.rule("capacity_legal", "2")
    space.join("Inès Moreau", INES)
    after_the_tap(space, INES)
    assert space.sql("SELECT count(*) FROM visit WHERE left_at IS NULL") == [(2,)]
    space.join("Karim Benali", KARIM)
    space.tap(KARIM)
    assert space.card.denial is Denial.FULL
    after_the_tap(space, INES)
    assert (space.card.kind, space.card.denial) == (CardKind.DENIED, Denial.FULL)
    assert len(guests(space)) == 1


def test_guests_with_a_name_are_counted_each_for_themselves(space: Space) -> None:
    space.rule("guest_days_a_year", "2")
    space.join("Inès Moreau", INES)
    for name in ("zoé", "ana", "zoé"):
        after_the_tap(space, INES, name)
        assert space.shows(CardKind.GUEST)
    after_the_tap(space, INES, "zoe")
    assert space.shows(CardKind.GUEST_REFUSED)
    after_the_tap(space, INES)
    assert space.shows(CardKind.GUEST_REFUSED)
    after_the_tap(space, INES, "ana")
    assert space.shows(CardKind.GUEST)
    assert len(guests(space)) == 4


def test_guests_without_a_name_count_for_every_guest_of_their_host(space: Space) -> None:
    space.rule("guest_days_a_year", "2")
    space.join("Inès Moreau", INES)
    after_the_tap(space, INES)
    after_the_tap(space, INES, "ana")
    after_the_tap(space, INES, "ana")
    assert space.shows(CardKind.GUEST_REFUSED)


def test_a_first_name_is_forgotten_with_the_hours(space: Space) -> None:
    space.join("Inès Moreau", INES)
    after_the_tap(space, INES, "zoé")
    kept = next(each for each in retention.RETENTION_RULES if each.name == "visit-times")
    day = space.clock.now() + timedelta(days=kept.days + 1)
    assert kept.days <= 90
    with space.home.store.writing() as connection:
        kept.erase(connection, kept.find(connection, day, day.date()))
    assert guests(space) == [(None, 1)]


def test_a_dialogue_about_a_guest_opens_no_account(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    touch(space, Act.GUEST)
    ticket = cast("str", space.card.ticket)
    for act in (Act.ACCOUNT, Act.PAY, Act.SETTINGS, Act.LINES):
        with pytest.raises(RequestError):
            space.checkin.touch(ticket, act)


def test_where_no_guests_may_come_none_is_asked_for(space: Space) -> None:
    space.rule("guests_a_day", "0", "2020-01-02")
    space.join("Inès Moreau", INES)
    space.checkin.begin(Act.VISIT, None)
    assert Act.BRING not in {option.act for option in space.card.options}
    with pytest.raises(RequestError):
        touch(space, Act.BRING)
    space.tap(INES)
    assert (space.card.kind, space.card.then, guests(space)) == (CardKind.GRANTED_DAY, None, [])


def test_a_guest_of_whom_has_no_tab_comes_in_as_far_as_it_is_paid_in_advance(space: Space) -> None:
    ines = space.enrolment.add(Application(name="Inès Moreau", badge=space.read(INES), no_tab=True)).number
    space.till.pay(ines, 1499, "cash")  # the membership, a day, and a guest's but for one cent
    after_the_tap(space, INES)
    assert (space.card.kind, space.card.denial) == (CardKind.DENIED, Denial.NO_TAB)
    assert (guests(space), space.owes(ines)) == ([], -499)
    space.till.pay(ines, 1, "cash")
    after_the_tap(space, INES)
    assert space.shows(CardKind.GUEST)
    assert (guests(space), space.owes(ines)) == ([(None, 1)], 0)


def test_a_host_without_a_tab_comes_in_though_the_guest_does_not(space: Space) -> None:
    ines = space.enrolment.add(Application(name="Inès Moreau", badge=space.read(INES), no_tab=True)).number
    space.till.pay(ines, 1000, "cash")
    before_the_tap(space)
    space.tap(INES)
    assert (space.card.kind, space.door.pulses, guests(space), space.owes(ines)) == (CardKind.GRANTED_DAY, 1, [], 0)
    assert space.card.then is not None
    assert (space.card.then.kind, space.card.then.denial) == (CardKind.GUEST_REFUSED, None)  # and no word of the tab


def test_the_question_says_who_and_how_much(space: Space) -> None:
    space.rule("guest_cents", "300")
    space.join("Inès Moreau", INES)
    for name in ("zoé", ""):
        space.clock.advance(minutes=5)
        before_the_tap(space, name)
        space.tap(INES)
        assert space.card.then is not None
        assert (space.card.then.kind, space.card.then.sheet) == (
            CardKind.GUEST_ASKS,
            GuestQuestion(name.capitalize() or None, 300),
        )


def test_who_says_no_has_only_come_in_and_may_still_undo_their_day(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    before_the_tap(space)
    space.tap(INES)
    offered = space.card.acts
    assert space.card.then is not None
    space.checkin.touch(cast("str", space.card.then.ticket), Act.ONLY_ME)
    assert (space.card.kind, space.card.acts) == (CardKind.ONLY_ME, offered)
    assert (guests(space), space.owes(number), space.door.pulses) == ([], 1000, 1)
    touch(space, Act.UNDO)
    assert (space.card.kind, space.owes(number)) == (CardKind.UNDONE, 500)


def test_the_same_badge_twice_asks_the_same_again_and_says_neither_yes_nor_no(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    before_the_tap(space, "zoé")
    for _ in range(3):
        space.tap(INES)
        space.clock.advance(seconds=2)
        assert space.card.then is not None
    assert (guests(space), space.owes(number)) == ([], 1000)
    says_yes(space, Act.BRING_YES)
    assert (guests(space), space.owes(number)) == ([("Zoé", 1)], 1500)


def test_another_s_badge_ends_the_question(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    other = space.join("Karim Benali", KARIM)
    before_the_tap(space)
    space.tap(INES)
    assert space.card.then is not None
    ticket = cast("str", space.card.then.ticket)
    space.tap(KARIM)
    assert space.shows(CardKind.GRANTED_DAY)
    assert space.screen.cards[-1].then is None
    with pytest.raises(RequestError):
        space.checkin.touch(ticket, Act.BRING_YES)
    assert (guests(space), space.owes(number), space.owes(other)) == ([], 1000, 1000)


def test_nobody_says_yes_who_was_not_asked(space: Space) -> None:
    space.join("Inès Moreau", INES)
    before_the_tap(space)
    for act in (Act.BRING_YES, Act.GUEST_UNDO, Act.WELCOME, Act.WELCOME_UNDO):
        with pytest.raises(RequestError):
            touch(space, act)
    space.tap(INES)
    assert space.card.then is not None
    for act in (Act.ACCOUNT, Act.PAY, Act.SETTINGS, Act.WELCOME, Act.GUEST_UNDO):
        with pytest.raises(RequestError):
            space.checkin.touch(cast("str", space.card.then.ticket), act)
    assert guests(space) == []


@pytest.mark.parametrize("asked_first", [True, False])
def test_a_guest_is_taken_back_like_a_day(space: Space, asked_first: bool) -> None:
    space.rule("undo_limit", "2")
    number = space.join("Inès Moreau", INES)
    for count in range(3):
        if asked_first:
            before_the_tap(space)
            space.tap(INES)
            says_yes(space, Act.BRING_YES)
        else:
            after_the_tap(space, INES)
        own_pages = () if asked_first else (Act.ACCOUNT,)  # their badge was asked for, and seen
        assert (space.card.kind, space.card.acts) == (CardKind.GUEST, (Act.GUEST_UNDO, *own_pages, Act.DONE))
        assert space.owes(number) == 1500
        touch(space, Act.GUEST_UNDO)
        space.clock.advance(minutes=5)
        assert space.shows(CardKind.GUEST_UNDONE if count < 2 else CardKind.UNDO_REFUSED)
    assert space.owes(number) == 1500
    assert space.sql("SELECT state FROM visit WHERE host_visit_id IS NOT NULL") == [("undone",), ("undone",), ("kept",)]
    is_well(space)


def test_a_guest_is_taken_back_once(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    after_the_tap(space, INES)
    ticket = cast("str", space.card.ticket)
    touch(space, Act.GUEST_UNDO)
    with pytest.raises(RequestError):
        space.checkin.touch(ticket, Act.GUEST_UNDO)
    assert space.owes(number) == 1000


@pytest.mark.parametrize("fault", [MachineError("database", "the disk is gone"), TypeError("a wrong value")], ids=repr)
def test_a_fault_in_asking_keeps_nobody_out(space: Space, monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    space.join("Inès Moreau", INES)
    before_the_tap(space)

    def fails(*_: object) -> None:
        raise fault

    monkeypatch.setattr(visits, "guest_days", fails)
    space.tap(INES)
    assert (space.card.kind, space.card.then, space.door.pulses) == (CardKind.GRANTED_DAY, None, 1)
