"""A guest is counted with the badge of a host who is in, on the page that names them; no first name is required."""

from datetime import timedelta
from typing import cast

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial
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
    space.touch(act, value)


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
    if not name and not space.shows(CardKind.BADGE_AGAIN):
        return  # it cannot be, and the page has said why
    assert space.card.acts == (Act.GUEST_NAME, Act.DONE)
    if name:
        spell(space, name)
        touch(space, Act.GUEST)
    if space.shows(CardKind.BADGE_AGAIN):
        space.tap(uid)


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
            space.touch(act, ticket=ticket)


def test_where_no_guests_may_come_none_is_asked_for(space: Space) -> None:
    space.begin(Act.VISIT, None)
    assert space.card.confirms is not None  # how a guest comes in
    space.leave()
    space.rule("guests_a_day", "0", "2020-01-02")
    space.join("Inès Moreau", INES)
    space.begin(Act.VISIT, None)
    assert space.card.confirms is None
    space.tap(INES)
    assert Act.GUEST not in space.card.acts
    assert (space.card.kind, guests(space)) == (CardKind.GRANTED_DAY, [])


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


def test_the_page_says_who_and_how_much(space: Space) -> None:
    space.rule("guest_cents", "300")
    space.join("Inès Moreau", INES)
    for name in ("zoé", ""):
        space.clock.advance(minutes=5)
        space.tap(INES)
        touch(space, Act.GUEST)
        if name:
            spell(space, name)
            touch(space, Act.GUEST)
        assert space.card.confirms is not None
        named = space.card.confirms.to("fr")
        assert named == f"{name.capitalize() or 'Un·e invité·e'} · 3\u00a0€ · sur votre ardoise."


def test_a_badge_that_comes_too_soon_after_the_page_opens_and_brings_nobody(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    touch(space, Act.GUEST)
    for _ in range(3):
        space.clock.advance(seconds=1)
        pulses = space.door.pulses
        space.tap(INES, reads=False)
        assert (space.card.kind, space.card.asked, space.door.pulses) == (CardKind.BADGE_AGAIN, Act.GUEST, pulses + 1)
    assert guests(space) == []
    space.tap(INES)
    assert guests(space) == [(None, 1)]


def test_a_badge_that_never_left_the_reader_brings_nobody(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.checkin.tap(space.read(INES))
    touch(space, Act.GUEST)
    space.clock.advance(seconds=5)
    space.checkin.tap(space.read(INES))
    assert guests(space) == []


def test_a_guest_is_taken_back_like_a_day(space: Space) -> None:
    space.rule("undo_limit", "2")
    number = space.join("Inès Moreau", INES)
    for count in range(3):
        after_the_tap(space, INES)
        assert (space.card.kind, space.card.acts) == (CardKind.GUEST, (Act.GUEST_UNDO, Act.ACCOUNT, Act.DONE))
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
        space.touch(Act.GUEST_UNDO, ticket=ticket)
    assert space.owes(number) == 1000
