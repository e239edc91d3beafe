"""A member with neither badge nor code comes in on the word of another who is here, and pays their own day."""

from typing import cast

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial
from kiosk.errors import RequestError
from kiosk.selfservice.keyboard import Typed
from tests.conftest import Space
from tests.selfservice.self_service import is_well, looks_who_waits, says_yes

INES = "04A2000000E511"
KARIM = "04A1B2C3D4E501"
YANIS = "04A2000000E517"
UNKNOWN = "04FFFFFFFFFF01"


@pytest.fixture
def place(space: Space) -> Space:
    """Inès vouches, Karim has forgotten his badge; neither has a code."""
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    return space


def touch(space: Space, act: Act, value: str = "") -> None:
    assert act in space.card.acts or any(one.act is act for one in space.card.options)
    space.touch(act, value)


def write(space: Space, name: str) -> None:
    for letter in name:
        touch(space, Act.KEY, "space" if letter == " " else letter)
    touch(space, Act.VOUCH)


def waits(space: Space, name: str = "karim benali") -> None:
    space.leave()
    space.begin(Act.IS_MEMBER, "fr")
    write(space, name)
    assert space.shows(CardKind.VOUCH)


def test_who_is_here_vouches_and_each_pays_their_own_day(place: Space) -> None:
    pulses = place.door.pulses
    waits(place)
    place.tap(INES)
    assert (place.card.kind, place.card.name, place.door.pulses) == (CardKind.GRANTED_DAY, "Inès", pulses + 1)
    assert (place.card.acts[0], place.card.waits) == (Act.WAITS, "Karim")
    assert looks_who_waits(place).name == "Karim Benali"
    assert (place.owes(1), place.owes(2)) == (1000, 500)
    place.tap(INES)
    assert (place.card.kind, place.card.name, place.door.pulses) == (CardKind.VOUCHED, "Karim", pulses + 2)
    assert (place.owes(1), place.owes(2)) == (1000, 1000)
    assert place.sql("SELECT member_id, known_by FROM visit ORDER BY id") == [(1, "badge"), (2, "vouched")]
    assert (place.events[-1].kind, place.events[-1].reason, place.events[-1].member_id) == ("opened", "vouched", 2)
    log = place.sql("SELECT actor, member_number, what FROM desk_log WHERE act = 'vouched'")
    assert log == [("kiosk", 2, "0001")]
    touch(place, Act.VOUCH_UNDO)
    assert place.shows(CardKind.UNDONE)
    assert place.owes(2) == 500
    is_well(place)


def test_a_member_who_came_in_on_another_s_word_declares_the_badge_lost(place: Space) -> None:
    waits(place)
    place.tap(INES)
    says_yes(place, Act.VOUCH_YES)
    touch(place, Act.LOST)
    touch(place, Act.LOSE, "0")
    assert place.shows(CardKind.BADGE_STOPPED)
    assert place.sql("SELECT member_id FROM badge WHERE lost_on IS NOT NULL") == [(2,)]


def test_a_day_on_another_s_word_is_taken_back_no_more_often_than_one_s_own(place: Space) -> None:
    """Else two who agree would come in for nothing, day after day."""
    place.rule("undo_limit", "1")
    for undone in (True, False):
        waits(place)
        place.tap(INES)
        says_yes(place, Act.VOUCH_YES)
        touch(place, Act.VOUCH_UNDO)
        assert place.shows(CardKind.UNDONE if undone else CardKind.UNDO_REFUSED)
        assert place.owes(2) == (500 if undone else 1000)
        place.clock.advance(days=1)


def test_who_only_comes_in_vouches_for_nobody(place: Space) -> None:
    waits(place)
    place.tap(INES)
    looks_who_waits(place)
    place.touch(Act.DONE)
    assert place.now is not None
    assert place.now.kind is CardKind.VOUCH  # who waits goes on
    place.clock.advance(minutes=2)
    place.tap(INES)
    assert (place.owes(2), place.sql("SELECT count(*) FROM visit WHERE member_id = 2")) == (500, [(0,)])


def test_a_page_left_standing_commits_nobody(place: Space) -> None:
    waits(place)
    place.join("Yanis Haddad", YANIS)
    for uid in (INES, YANIS, KARIM):
        place.tap(uid)
        place.clock.advance(minutes=2)
    assert place.sql("SELECT known_by, count(*) FROM visit GROUP BY known_by") == [("badge", 3)]


@pytest.mark.parametrize("name", ["karim dupont", "ines moreau", "karim ben"])
def test_nobody_is_vouched_for_whose_name_it_is_not(place: Space, name: str) -> None:
    waits(place, name)
    place.tap(INES)
    assert place.card.kind is CardKind.GRANTED_DAY
    assert looks_who_waits(place).kind is CardKind.VOUCH_REFUSED
    assert place.owes(2) == 500


@pytest.mark.promise(6)
def test_without_a_member_nobody_learns_whether_a_name_is_anybody_s(place: Space) -> None:
    cards = []
    for name in ("karim benali", "nobody atall"):
        waits(place, name)
        cards.append((place.card.kind, place.card.acts, place.card.sheet))
    assert cards[0] == cards[1]


def test_a_first_name_alone_is_not_enough(place: Space) -> None:
    place.begin(Act.IS_MEMBER, "fr")
    write(place, "karim")
    assert (place.card.kind, cast("Typed", place.card.sheet).missing_line) == (CardKind.MEMBER_NAME, 0)


def test_namesakes_are_left_to_the_desk(place: Space) -> None:
    place.join("Karim Bénali", YANIS)
    waits(place)
    place.tap(INES)
    assert looks_who_waits(place).kind is CardKind.VOUCH_REFUSED


def test_a_word_opens_no_further_than_a_badge_would(place: Space) -> None:
    with place.home.store.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE membership SET from_on = '2025-01-01', until_on = '2025-12-31' WHERE member_id = 2"
        )
    pulses = place.door.pulses
    waits(place)
    place.tap(INES)
    says_yes(place, Act.VOUCH_YES)
    assert (place.card.denial, place.card.name, place.door.pulses) == (Denial.MEMBERSHIP_OVER, None, pulses + 1)
    assert place.owes(2) == 500


def test_without_anybody_here_the_desk_is_asked(place: Space) -> None:
    waits(place)
    touch(place, Act.VOUCH_ALONE)
    assert place.shows(CardKind.CALL)
    assert (place.events[-1].kind, place.events[-1].reason) == ("rang", "vouched")


def test_an_unknown_badge_leads_there_too(place: Space) -> None:
    place.tap(UNKNOWN)
    touch(place, Act.IS_MEMBER)
    write(place, "karim benali")
    place.tap(INES)
    says_yes(place, Act.VOUCH_YES)
    assert place.shows(CardKind.VOUCHED)


def test_a_vouched_member_is_told_in_their_language(place: Space) -> None:
    with place.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = 'k@example.org', language = 'en' WHERE number = 2")
    waits(place)
    place.tap(INES)
    says_yes(place, Act.VOUCH_YES)
    assert place.sql("SELECT recipient, subject FROM outbox") == [("k@example.org", "You came in without your badge")]


@pytest.mark.parametrize(("own", "greeted"), [(None, "en"), ("nl", "nl")])
def test_a_vouched_member_is_greeted_in_their_language_and_else_in_the_one_that_they_touched(
    place: Space, own: str | None, greeted: str
) -> None:
    place.sql_write("UPDATE member SET language = 'fr' WHERE number = 1")
    if own is not None:
        place.sql_write(f"UPDATE member SET language = '{own}' WHERE number = 2")
    place.begin(Act.IS_MEMBER, "en")
    write(place, "karim benali")
    place.tap(INES)
    says_yes(place, Act.VOUCH_YES)
    assert (place.card.kind, place.card.language) == (CardKind.VOUCHED, greeted)


def test_yes_is_said_once_and_by_who_was_asked(place: Space) -> None:
    waits(place)
    ticket = cast("str", place.card.ticket)
    for act in (Act.VOUCH_YES, Act.VOUCH_UNDO):
        with pytest.raises(RequestError):
            place.touch(act, ticket=ticket)
    assert place.sql("SELECT count(*) FROM visit") == [(0,)]
