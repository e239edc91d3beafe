"""A badge forgotten or lost: in by name and code, slowed where somebody guesses; a lost badge stops at once."""

from typing import cast

import argon2
import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial
from kiosk.errors import RequestError
from kiosk.language.texts import spoken
from kiosk.offline.door_journal import LineKind
from kiosk.selfservice.keyboard import Typed
from kiosk.selfservice.pad import PadSheet
from kiosk.selfservice.without_badge.pin import WhoSheet
from kiosk.store.members import members
from tests.conftest import Space
from tests.selfservice.self_service import Visit, is_well

INES = "04A2000000E511"
KARIM = "04A1B2C3D4E501"
GOOD = "5829"


@pytest.fixture
def place(space: Space) -> Space:
    """A space where a code may be chosen; Inès has one, Karim has none."""
    space.rule("pin_sign_in", "true")
    space.join("Inès Moreau", INES)
    space.join("Karim Moreau", KARIM)
    allow(space, INES)
    space.clock.advance(days=1)
    space.begin(Act.VISIT, None)  # whoever stood there is gone
    return space


def allow(space: Space, uid: str, pin: str = GOOD) -> None:
    """Choose a code in one's own settings."""
    visit = Visit(space, uid)
    visit.pick(Act.SETTINGS)
    visit.pick(Act.PIN_NEW)
    digits(space, pin)
    visit.pick(Act.PIN_AGAIN)
    digits(space, pin)
    assert visit.confirm(Act.PIN_SAVE).kind is CardKind.OWN_SETTINGS


def touch(space: Space, act: Act, value: str = "") -> None:
    assert act in space.card.acts or any((one.act, one.value) == (act, value) for one in space.card.options)
    space.touch(act, value)


def digits(space: Space, pin: str) -> None:
    for digit in pin:
        touch(space, Act.PIN_KEY, digit)


def find(space: Space, letters: str) -> None:
    space.begin(Act.BADGE_FORGOTTEN, "fr")
    for letter in letters:
        touch(space, Act.KEY, letter)
    touch(space, Act.PIN_NAMES)


def sign_in(space: Space, pin: str = GOOD, number: str = "1") -> None:
    find(space, "mor" if number == "1" else "kar")
    touch(space, Act.PIN_WHO, number)
    digits(space, pin)
    touch(space, Act.PIN_ENTER)


def test_who_forgot_the_badge_comes_in_by_name_and_code(place: Space) -> None:
    pulses, owed = place.door.pulses, place.owes(1)
    sign_in(place)
    assert (place.card.kind, place.card.name) == (CardKind.CAME_BY_PIN, "Inès")
    assert place.door.pulses == pulses + 1
    assert place.owes(1) == owed + 500
    came = place.sql("SELECT member_id, state, known_by FROM visit WHERE day_on = '2026-11-26'")
    assert came == [(1, "kept", "code")]
    assert (place.events[-1].kind, place.events[-1].reason, place.events[-1].member_id) == ("opened", "pin", 1)
    *_, kept = (line for day in place.kept.journal.days() for line in day.lines)
    assert (kept.kind, kept.member, kept.at) == (LineKind.VISIT, 1, place.clock.now())
    touch(place, Act.ACCOUNT)
    assert place.shows(CardKind.ACCOUNT)
    sign_in(place)  # later: the day is not counted twice
    assert place.shows(CardKind.CAME_BY_PIN)
    assert place.owes(1) == owed + 500
    is_well(place)


def test_nobody_is_listed_who_has_not_chosen_a_code(place: Space) -> None:
    find(place, "mor")
    assert [(one.value, spoken(one.said, "fr")) for one in place.card.options] == [("1", "Inès")]
    find(place, "kar")
    assert (place.card.kind, cast("Typed", place.card.sheet).missing_line) == (CardKind.PIN_NAME, 1)
    ticket = cast("str", place.card.ticket)
    with pytest.raises(RequestError):
        place.touch(Act.PIN_WHO, "2", ticket=ticket)
    find(place, "i")
    assert cast("Typed", place.card.sheet).missing_line == 0
    with place.home.store.writing() as connection:
        members.leave(connection, members.by_number(connection, 1), place.clock.now().date())
    find(place, "mor")
    assert place.shows(CardKind.PIN_NAME)


def test_names_are_those_of_the_door_and_at_most_eight(place: Space) -> None:
    pin = place.sql("SELECT pin FROM member WHERE number = 1")[0][0]
    for index in range(9):
        place.join(f"Inès Martin {index}", f"04B0000000000{index}")
    with place.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET pin = ? WHERE number > 2", (pin,))
        connection.exec_driver_sql("UPDATE member SET door_name = 'none' WHERE number = 3")
        connection.exec_driver_sql("UPDATE member SET door_name = 'initial' WHERE number = 4")
    find(place, "in")
    assert len(place.card.options) == 8
    assert cast("WhoSheet", place.card.sheet).has_more
    assert [spoken(one.said, "fr") for one in place.card.options[:3]] == ["n° 0003", "I.", "Inès n° 0001"]
    assert not any("Mar" in spoken(one.said, "fr") for one in place.card.options)


def test_three_wrong_codes_and_the_code_waits_until_the_desk_lets_try_again(place: Space) -> None:
    pulses = place.door.pulses
    find(place, "mor")
    touch(place, Act.PIN_WHO, "1")
    for _ in range(2):
        digits(place, "9999")
        touch(place, Act.PIN_ENTER)
        assert cast("PadSheet", place.card.sheet).says == "wrong"
        touch(place, Act.PIN_ENTER)  # nothing typed is no try
        assert cast("PadSheet", place.card.sheet).says == "short"
    digits(place, "9999")
    touch(place, Act.PIN_ENTER)
    assert place.shows(CardKind.PIN_REFUSED)
    place.clock.advance(minutes=4)
    sign_in(place)
    assert place.shows(CardKind.PIN_REFUSED)
    assert place.door.pulses == pulses
    refused = place.sql("SELECT actor, member_number, what FROM desk_log WHERE act = 'pin-refused'")
    assert refused == [("kiosk", 1, None)] * 3
    place.enrolment.mark_pin(1, unlock=True)
    sign_in(place)
    assert place.shows(CardKind.CAME_BY_PIN)
    assert place.sql("SELECT pin_tries FROM member WHERE number = 1") == [(0,)]


def test_nobody_at_the_screen_shuts_another_s_code_for_good(place: Space) -> None:
    """A stranger types on and on: it waits twice as long after each, a day at the most; then the right one opens."""
    waits = []
    for _ in range(3):
        sign_in(place, "9999")
    for minutes in (5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440):
        place.clock.advance(minutes=minutes - 1)
        sign_in(place)
        assert place.shows(CardKind.PIN_REFUSED), "the right code, too, waits"
        place.clock.advance(minutes=1)
        waits.append(place.sql("SELECT pin_tries FROM member WHERE number = 1")[0][0])
        sign_in(place, "9999")
    assert waits == list(range(3, 14))
    place.clock.advance(days=1)
    sign_in(place)
    assert place.shows(CardKind.CAME_BY_PIN)
    assert place.sql("SELECT pin_tries FROM member WHERE number = 1") == [(0,)]


def test_a_member_is_told_of_wrong_codes_once_a_day_at_most(place: Space) -> None:
    with place.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = 'ines@exemple.fr' WHERE number = 1")
    told = "SELECT recipient, about FROM outbox ORDER BY id"
    for _ in range(2):
        sign_in(place, "9999")
    assert place.sql(told) == []
    sign_in(place, "9999")
    mail = ("ines@exemple.fr", "wrong codes for member 1")
    assert place.sql(told) == [mail]
    assert "9999" not in str(place.sql("SELECT body FROM outbox"))
    for minutes in (5, 10, 20):
        place.clock.advance(minutes=minutes)
        sign_in(place, "9999")
    assert place.sql(told) == [mail]
    place.clock.advance(days=1)
    sign_in(place, "9999")
    assert place.sql(told) == [mail, mail]
    is_well(place)


def test_a_right_code_ends_the_count_of_wrong_ones(place: Space) -> None:
    for _ in range(3):
        sign_in(place, "9999")
        sign_in(place, "9999")
        sign_in(place)
        assert place.shows(CardKind.CAME_BY_PIN)


def test_many_wrong_codes_on_one_screen_and_it_takes_none_for_a_while(place: Space) -> None:
    for round_ in range(5):
        sign_in(place, "9999")
        sign_in(place, "9999")
        if round_ < 4:
            place.enrolment.mark_pin(1, unlock=True)
    assert place.shows(CardKind.PIN_REFUSED)
    place.enrolment.mark_pin(1, unlock=True)
    place.clock.advance(minutes=9)
    place.begin(Act.BADGE_FORGOTTEN, None)
    assert place.shows(CardKind.PIN_REFUSED)
    place.clock.advance(minutes=2)
    sign_in(place)
    assert place.shows(CardKind.CAME_BY_PIN)


def test_a_code_lets_nobody_in_whom_a_badge_would_not(place: Space) -> None:
    place.clock.advance(days=800)
    pulses = place.door.pulses
    sign_in(place)
    assert (place.card.denial, place.card.name, place.card.acts) == (Denial.MEMBERSHIP_OVER, None, (Act.STEP, Act.DONE))
    assert place.door.pulses == pulses
    assert place.sql("SELECT kind, reason, member_id FROM door_event") == [("refused", "membership-over", None)]


def test_a_member_whom_the_office_does_not_know_yet_has_no_code(place: Space) -> None:
    with place.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE badge SET until_on = '2026-11-26'")
    visit = Visit(place, KARIM)
    visit.pick(Act.SETTINGS)
    assert Act.PIN_NEW not in visit.values
    place.clock.advance(days=1)
    sign_in(place)
    assert place.card.denial is Denial.BADGE_UNCONFIRMED


def test_the_rule_says_whether_anybody_comes_in_so(place: Space) -> None:
    find(place, "mor")
    place.rule("pin_sign_in", "false", "2026-11-26")
    touch(place, Act.PIN_WHO, "1")
    digits(place, GOOD)
    with pytest.raises(RequestError):
        touch(place, Act.PIN_ENTER)
    with pytest.raises(RequestError):
        place.begin(Act.BADGE_FORGOTTEN, None)
    visit = Visit(place, INES)
    visit.pick(Act.SETTINGS)
    assert Act.PIN_NEW not in visit.values


@pytest.mark.parametrize(
    ("pin", "says"),
    [("12", "short"), ("0000", "same"), ("2525", "same"), ("1234", "run"), ("987654", "run"), ("0002", "own-number")],
)
def test_a_code_that_is_guessed_first_is_refused_with_the_reason(place: Space, pin: str, says: str) -> None:
    visit = Visit(place, KARIM)
    visit.pick(Act.SETTINGS)
    visit.pick(Act.PIN_NEW)
    digits(place, pin)
    visit.pick(Act.PIN_AGAIN)
    assert (place.card.kind, cast("PadSheet", place.card.sheet).says) == (CardKind.PIN_NEW, says)


def test_both_times_must_be_the_same_and_another_s_badge_keeps_nothing(place: Space) -> None:
    visit = Visit(place, KARIM)
    visit.pick(Act.SETTINGS)
    visit.pick(Act.PIN_NEW)
    assert Act.PIN_NONE not in visit.values
    digits(place, GOOD)
    visit.pick(Act.PIN_AGAIN)
    digits(place, "5820")
    visit.confirm(Act.PIN_SAVE)
    assert (place.card.kind, cast("PadSheet", place.card.sheet).says) == (CardKind.PIN_NEW, "differs")
    digits(place, GOOD)
    visit.pick(Act.PIN_AGAIN)
    digits(place, GOOD)
    assert visit.badge().reminds  # before "keep": nothing typed is lost, and it is said that nothing is kept
    assert (visit.card.kind, cast("PadSheet", visit.card.sheet).digits) == (CardKind.PIN_AGAIN, len(GOOD))
    ticket = cast("str", place.card.ticket)
    place.tap(INES)  # another's badge
    with pytest.raises(RequestError):
        place.touch(Act.PIN_SAVE, ticket=ticket)
    assert place.sql("SELECT count(*) FROM member WHERE pin IS NOT NULL") == [(1,)]


def test_a_member_is_told_by_mail_that_a_code_was_set_and_not_which(place: Space) -> None:
    assert place.sql("SELECT count(*) FROM outbox") == [(0,)]  # no address, no mail
    with place.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = 'ines@exemple.fr' WHERE number = 1")
    allow(place, INES, "7194")
    told = place.sql("SELECT recipient, about, body FROM outbox")
    assert [(recipient, about) for recipient, about, _ in told] == [("ines@exemple.fr", "code of member 1")]
    assert "Répondez à ce message" in str(told[0][2])
    assert not any(name in str(told[0][2]) for name in ("7194", "Inès", "Moreau"))
    visit = Visit(place, INES)
    visit.pick(Act.SETTINGS)
    visit.pick(Act.PIN_NEW)
    visit.confirm(Act.PIN_NONE)  # what only takes power away tells nobody
    assert place.sql("SELECT count(*) FROM outbox") == [(1,)]


def test_a_code_is_taken_away_by_its_member_or_the_desk(place: Space) -> None:
    visit = Visit(place, INES)
    visit.pick(Act.SETTINGS)
    visit.pick(Act.PIN_NEW)
    visit.confirm(Act.PIN_NONE)
    find(place, "mor")
    assert place.shows(CardKind.PIN_NAME)
    allow(place, INES)
    place.enrolment.mark_pin(1, unlock=False)
    find(place, "mor")
    assert place.shows(CardKind.PIN_NAME)
    acts = place.sql("SELECT actor, act FROM desk_log WHERE act LIKE 'pin-%' ORDER BY id")
    chosen, gone = ("kiosk", "pin-chosen"), ("kiosk", "pin-taken-away")
    assert acts == [chosen, gone, chosen, ("cli", "pin-taken-away")]


def test_who_came_by_code_cannot_change_it_nor_spend(place: Space) -> None:
    sign_in(place)
    ticket = cast("str", place.card.ticket)
    for act in (Act.PIN_NEW, Act.BADGE_FORGOTTEN):
        with pytest.raises(RequestError):
            place.touch(act, ticket=ticket)
    place.touch(Act.PIN_NONE, ticket=ticket)
    assert place.shows(CardKind.BADGE_AGAIN)
    place.tap(KARIM)
    assert place.sql("SELECT count(*) FROM member WHERE pin IS NOT NULL") == [(1,)]


def test_a_badge_declared_lost_stops_at_once(place: Space) -> None:
    place.tap(INES)
    sign_in(place)
    touch(place, Act.LOST)
    assert [spoken(one.said, "fr") for one in place.card.options] == ["Mon badge, reçu le mer. 25 nov. 2026"]
    touch(place, Act.LOSE, "0")
    assert place.shows(CardKind.BADGE_STOPPED)
    pulses = place.door.pulses
    place.tap(INES)  # within the 8 s in which its card would come again
    assert (place.card.denial, place.card.name) == (Denial.BADGE_LOST, None)
    assert place.door.pulses == pulses
    touch(place, Act.BADGE_FORGOTTEN)  # the refusal leads to name and code
    assert place.shows(CardKind.PIN_NAME)
    sign_in(place)
    touch(place, Act.LOST)
    assert place.card.options == ()


def test_touched_twice_one_badge_is_lost(place: Space) -> None:
    place.enrolment.give_badge(1, place.read("04CC0000000001"))
    sign_in(place)
    touch(place, Act.LOST)
    ticket = cast("str", place.card.ticket)
    place.touch(Act.LOSE, "0", ticket=ticket)
    with pytest.raises(RequestError):
        place.touch(Act.LOSE, "0", ticket=ticket)
    assert place.sql("SELECT count(*) FROM badge WHERE member_id = 1 AND lost_on IS NOT NULL") == [(1,)]


def test_no_code_and_no_hash_is_on_a_card_or_in_a_log(place: Space, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    sign_in(place, "9999")
    sign_in(place)
    seen = f"{place.screen.cards} {caplog.text} {place.sql('SELECT * FROM desk_log')} {place.events}"
    assert GOOD not in seen
    assert "argon2" not in seen
    assert cast("str", place.sql("SELECT pin FROM member WHERE number = 1")[0][0]).startswith(
        "keyed:$argon2id$v=19$m=19456,t=2,p=1$"
    )


def _kept(space: Space) -> str:
    return str(space.sql("SELECT pin FROM member WHERE number = 1")[0][0])


def test_the_database_alone_gives_no_code_away(place: Space) -> None:
    """Ten thousand codes are tried in a minute: against the hash alone none of them is the right one."""
    kept = _kept(place)
    assert kept.startswith("keyed:")
    with pytest.raises(argon2.exceptions.VerifyMismatchError):
        argon2.PasswordHasher().verify(kept.removeprefix("keyed:"), GOOD)


def test_a_hash_of_before_gets_the_key_when_its_code_is_next_used(place: Space) -> None:
    plain = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    with place.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET pin = ? WHERE number = 1", (plain,))
    for _ in range(2):
        sign_in(place)
        assert place.shows(CardKind.CAME_BY_PIN)
        assert _kept(place).startswith("keyed:")
