"""A guest is counted with the host's badge, before the host's tap or after it; a first name is asked of nobody."""

from datetime import timedelta
from typing import cast

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.access import Denial
from kiosk.domain.checkin.choices import Act
from kiosk.errors import RequestError
from kiosk.members.enrolment import Application
from kiosk.store import audit, retention
from tests.conftest import Space

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
    assert guests(space) == [("Zoé", 1)]
    assert space.owes(number) == 500 + 500 + 500
    assert space.sql("SELECT count(*) FROM entry WHERE detail LIKE '%Zo%'") == [(0,)]
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
    touch(space, Act.BRING)
    space.tap(INES)
    assert (space.card.kind, guests(space)) == (CardKind.GUEST_REFUSED, [])


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
    assert (space.card.denial, space.door.pulses, guests(space), space.owes(ines)) == (Denial.NO_TAB, 1, [], 0)
