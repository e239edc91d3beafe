"""Somebody new joins at the screen: welcomed by a member's badge, or by asking the desk; only so many a day."""

from typing import cast

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial, Denied
from kiosk.errors import RequestError
from kiosk.selfservice.joining import RulesSheet
from kiosk.selfservice.keyboard import Typed
from kiosk.store import audit
from kiosk.store.members import members
from kiosk.store.officers import desk_users
from tests.conftest import Space
from tests.selfservice.self_service import looks_who_waits, says_yes

INES = "04A2000000E511"
KARIM = "04A1B2C3D4E501"
NEW = "04FFFFFFFFFF01"
OTHER = "04FFFFFFFFFF02"


@pytest.fixture
def place(space: Space) -> Space:
    """The space, with one member, where some may join at the screen."""
    space.rule("joins_a_day", "2")
    space.join("Inès Moreau", INES)
    return space


def touch(space: Space, act: Act, value: str = "") -> None:
    assert act in space.card.acts or any(option.act is act for option in space.card.options)
    space.touch(act, value)


def present(space: Space, uid: str = NEW, name: str = "zoe") -> None:
    """An unknown badge, a name, the texts accepted: a member's badge is waited for."""
    space.leave()
    space.tap(uid)
    touch(space, Act.JOIN)
    for letter in name:
        touch(space, Act.KEY, "space" if letter == " " else letter)
    touch(space, Act.JOIN_RULES)
    touch(space, Act.SPONSOR)
    assert space.shows(CardKind.SPONSOR)


def test_who_waits_for_a_member_goes_on_in_the_language_that_they_touched(place: Space) -> None:
    present(place)
    assert not place.screen.shown.scenes[0].by_badge, "the page is a newcomer's: no member's badge has brought it"
    place.tap(INES)
    assert place.screen.shown.scenes[0].by_badge


@pytest.mark.parametrize(("touched", "sponsor_speaks"), [("en", "fr"), ("fr", "en")])
def test_a_newcomer_is_greeted_and_kept_in_the_language_that_they_touched(
    place: Space, touched: str, sponsor_speaks: str
) -> None:
    """Whoever welcomes them may speak another."""
    place.sql_write(f"UPDATE member SET language = '{sponsor_speaks}' WHERE number = 1")
    place.tap(NEW)
    place.checkin.touch(place.seen(language=touched), Act.JOIN)
    for letter in "zoe":
        touch(place, Act.KEY, letter)
    touch(place, Act.JOIN_RULES)
    touch(place, Act.SPONSOR)
    assert place.card.language == touched
    welcomes(place)
    assert (place.card.kind, place.card.language) == (CardKind.JOINED, touched)
    assert place.sql("SELECT language FROM member WHERE number = 2") == [(touched,)]


def welcomes(space: Space, uid: str = INES) -> None:
    """A member comes in, is asked, and says yes."""
    space.tap(uid)
    says_yes(space, Act.WELCOME, uid)


def files(space: Space) -> int:
    return cast("int", space.sql("SELECT count(*) FROM member")[0][0])


def test_a_member_s_badge_welcomes_somebody_new(place: Space) -> None:
    pulses = place.door.pulses
    present(place, name="zoe petit")
    assert (files(place), place.door.pulses) == (1, pulses)
    place.tap(INES)
    assert (place.card.kind, place.card.name, place.door.pulses) == (CardKind.GRANTED_DAY, "Inès", pulses + 1)
    assert place.card.waits == "Zoe"
    assert files(place) == 1
    card = looks_who_waits(place)
    assert card.name == "Zoe" and card.confirms is not None
    assert card.confirms.to("fr") == "Adhésion 5,00\u00a0€ et journée\u00a0: sur son ardoise."
    place.tap(INES)
    assert (place.card.kind, place.card.name) == (CardKind.JOINED, "Zoe")
    assert place.door.pulses == pulses + 2
    assert place.sql("SELECT name, joined_on FROM member WHERE number = 2") == [("Zoe Petit", "2026-11-25")]
    assert place.owes(2) == 500 + 500  # the fee and the first day
    assert place.owes(1) == 500 + 500  # who welcomes pays nothing for it: a day of their own, since they came in
    assert place.sql("SELECT member_id, sponsor_id, settled_at, name FROM joining") == [(2, 1, None, None)]
    assert (place.events[-1].kind, place.events[-1].member_id) == ("opened", 2)
    with place.home.store.reading() as connection:
        audit.check_chain(connection, place.home.seal)
        audit.check_sums(connection)


def test_the_new_badge_opens_that_day_only_until_the_desk_confirms(place: Space) -> None:
    present(place)
    welcomes(place)
    place.clock.advance(minutes=10)
    place.tap(NEW)
    assert place.shows(CardKind.AGAIN)
    place.clock.advance(days=1)
    refused = place.tap(NEW)
    assert isinstance(refused, Denied)
    assert refused.reason is Denial.BADGE_UNCONFIRMED
    with place.home.store.writing() as connection:
        members.confirm_badge(connection, place.read(NEW).fingerprint(place.home.badge_key))
    place.tap(NEW)
    assert place.shows(CardKind.GRANTED_DAY)


def test_no_uid_is_in_the_records(place: Space) -> None:
    present(place)
    welcomes(place)
    assert place.sql("SELECT count(*) FROM joining WHERE instr(hex(fingerprint), '04FFFFFFFF') > 0") == [(0,)]


def test_whoever_is_not_in_good_standing_welcomes_nobody(place: Space) -> None:
    place.join("Karim Benali", KARIM)
    place.enrolment.lose_badge(place.read(KARIM))
    for uid in (KARIM, OTHER):  # lost, nobody's: refused as ever, and nobody is asked
        present(place)
        place.tap(uid)
        assert place.shows(CardKind.DENIED)
        assert Act.WAITS not in place.card.acts
        assert files(place) == 2
    present(place)
    place.tap(NEW)  # one's own: what is on the screen stays
    assert (place.card.kind, place.card.reminds) == (CardKind.SPONSOR, True)
    assert files(place) == 2
    welcomes(place)
    assert place.shows(CardKind.JOINED)


def test_somebody_new_welcomes_nobody_before_the_desk_has_seen_them(place: Space) -> None:
    present(place)
    welcomes(place)
    place.clock.advance(minutes=5)
    present(place, OTHER, "leo")
    place.tap(NEW)
    assert place.card.kind is CardKind.AGAIN
    assert looks_who_waits(place).kind is CardKind.SPONSOR_REFUSED


def test_only_permanents_welcome_where_the_rules_say_so(place: Space) -> None:
    place.rule("sponsors_are_permanents", "true")
    place.join("Karim Benali", KARIM, "permanent")
    present(place)
    place.tap(INES)
    assert looks_who_waits(place).kind is CardKind.SPONSOR_REFUSED
    welcomes(place, KARIM)  # who waits goes on waiting
    assert place.shows(CardKind.JOINED)
    assert place.card.name == "Zoe"


def test_another_s_badge_in_the_middle_closes_it_without_effect(place: Space) -> None:
    place.tap(NEW)
    touch(place, Act.JOIN)
    touch(place, Act.KEY, "z")
    ticket = place.card.ticket
    place.tap(INES)
    assert (place.card.kind, place.card.name) == (CardKind.GRANTED_DAY, "Inès")
    with pytest.raises(RequestError):
        place.touch(Act.KEY, "o", ticket=cast("str", ticket))
    assert files(place) == 1


def test_a_member_s_badge_that_comes_too_late_is_only_their_own(place: Space) -> None:
    present(place)
    place.clock.advance(seconds=91)
    place.tap(INES)
    assert place.shows(CardKind.GRANTED_DAY)
    assert files(place) == 1


def test_so_many_a_day_and_not_one_more(place: Space) -> None:
    for uid in (NEW, OTHER):
        place.clock.advance(minutes=5)
        present(place, uid)
        welcomes(place)
        assert place.shows(CardKind.JOINED)
    place.clock.advance(minutes=5)
    place.tap("04FFFFFFFFFF03")
    touch(place, Act.JOIN)
    assert (place.card.kind, place.card.acts) == (CardKind.JOIN_AT_DESK, (Act.DONE,))
    place.clock.advance(days=1)
    present(place, "04FFFFFFFFFF03")


def test_without_the_rule_nobody_joins_at_the_screen(space: Space) -> None:
    space.rule("joins_a_day", "null")
    space.tap(NEW)
    assert space.card.acts == (Act.IS_MEMBER, Act.DONE)
    for act in (Act.JOIN, Act.JOIN_RULES, Act.SPONSOR, Act.JOIN_ALONE):
        with pytest.raises(RequestError):
            space.touch(act)


def test_a_telephone_cannot_join(place: Space) -> None:
    place.tap("08A1B2C3")
    assert place.card.acts == ()


def test_a_name_comes_before_the_texts_and_the_texts_before_the_badge(place: Space) -> None:
    place.tap(NEW)
    touch(place, Act.JOIN)
    touch(place, Act.KEY, "z")
    touch(place, Act.JOIN_RULES)
    assert isinstance(place.card.sheet, Typed)
    assert place.card.sheet.missing_line == 0
    touch(place, Act.KEY, "o")
    with pytest.raises(RequestError):
        place.touch(Act.JOIN_ALONE)
    touch(place, Act.JOIN_RULES)
    shown = place.screen.cards[-1].sheet
    assert shown == RulesSheet(500, None, None, day_cents=500)
    assert place.card.name == "Zo"


def test_all_that_joining_costs_is_named_before_it_is_asked_and_when_it_is_done(place: Space) -> None:
    said = {
        "fr": "Adhésion 5,00\u00a0€ + journée 5,00\u00a0€ = 10,00\u00a0€",
        "en": "Membership €5.00 + day €5.00 = €10.00",
    }
    present(place)
    welcomes(place)
    assert place.shows(CardKind.JOINED)
    confirmed = place.card.confirms
    assert confirmed is not None
    assert {language: confirmed.to(language) for language in said} == said
    assert place.owes(2) == 1000


def test_a_badge_is_not_waited_for_before_the_texts_are_accepted(place: Space) -> None:
    place.tap(NEW)
    with pytest.raises(RequestError):
        place.touch(Act.SPONSOR)
    place.tap(INES)
    assert place.shows(CardKind.GRANTED_DAY)
    assert Act.WAITS not in place.card.acts
    assert files(place) == 1


def test_the_texts_are_accepted_as_of_their_day(place: Space) -> None:
    with place.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO wording (code, language, text, actor, made_at) "
            "VALUES ('statutes', 'fr', 'Nos statuts.', 'x', '2026-03-01T10:00:00.000000Z')"
        )
    present(place)
    welcomes(place)
    assert place.sql("SELECT statutes_on, house_rules_on FROM joining") == [("2026-03-01", None)]


def test_under_age_is_for_the_desk(place: Space) -> None:
    place.tap(NEW)
    touch(place, Act.JOIN)
    for letter in "zoe":
        touch(place, Act.KEY, letter)
    touch(place, Act.JOIN_RULES)
    touch(place, Act.UNDERAGE)
    assert place.shows(CardKind.JOIN_AT_DESK)
    assert place.sql("SELECT count(*) FROM joining") == [(0,)]


def test_without_a_member_the_desk_is_asked_once_and_the_door_stays_shut(place: Space) -> None:
    pulses = place.door.pulses
    present(place, name="zoe petit")
    touch(place, Act.JOIN_ALONE)
    assert place.shows(CardKind.JOIN_ASKED)
    assert (files(place), place.door.pulses) == (1, pulses)
    place.clock.advance(minutes=5)
    present(place, name="zoe petit")
    touch(place, Act.JOIN_ALONE)
    assert place.shows(CardKind.JOIN_ASKED)
    assert place.sql("SELECT name, member_id FROM joining") == [("Zoe Petit", None)]
    place.clock.advance(minutes=5)
    place.tap(NEW)
    assert place.shows(CardKind.DENIED)


def test_nobody_joins_when_the_space_is_closed(place: Space) -> None:
    place.tap(INES)
    place.rule("opening_hours", '{"mon": ["08:00-09:00"]}')
    present(place)
    welcomes(place)
    assert (place.card.kind, place.card.denial) == (CardKind.DENIED, Denial.CLOSED)
    assert files(place) == 1


def test_the_door_s_fault_is_said_and_the_file_stays(place: Space) -> None:
    present(place)
    place.tap(INES)
    looks_who_waits(place)
    place.door.broken = True
    place.tap(INES)
    assert place.shows(CardKind.DOOR_FAULT)
    assert files(place) == 2


def test_whom_the_door_does_not_let_in_is_asked_nothing(place: Space) -> None:
    present(place)
    place.door.broken = True
    place.tap(INES)
    assert (place.card.kind, place.card.acts) == (CardKind.DOOR_FAULT, ())


def test_a_welcome_is_taken_back(place: Space) -> None:
    before = place.sql("SELECT count(*) FROM visit WHERE left_at IS NULL AND state = 'kept'")
    present(place)
    welcomes(place)
    assert place.card.acts == (Act.WELCOME_UNDO, Act.DONE)
    ticket = cast("str", place.card.ticket)
    touch(place, Act.WELCOME_UNDO)
    assert place.shows(CardKind.WELCOME_UNDONE)
    assert (place.owes(1), place.owes(2)) == (1000, 0)
    assert place.sql("SELECT count(*) FROM visit WHERE left_at IS NULL AND state = 'kept'") == [
        (cast("int", before[0][0]) + 1,)
    ]
    assert place.sql("SELECT left_on FROM member WHERE number = 2") == [("2026-11-25",)]
    assert place.sql("SELECT settled_by FROM joining") == [("kiosk",)]
    with pytest.raises(RequestError):
        place.touch(Act.WELCOME_UNDO, ticket=ticket)
    place.clock.advance(minutes=5)
    refused = place.tap(NEW)
    assert isinstance(refused, Denied)
    assert refused.reason is Denial.MEMBER_LEFT
    with place.home.store.reading() as connection:
        audit.check_chain(connection, place.home.seal)
        audit.check_sums(connection)


def test_a_welcome_is_taken_back_no_more_often_than_a_day_of_one_s_own(place: Space) -> None:
    """Else a friend would come in for nothing, day after day."""
    place.rule("undo_limit", "1")
    for uid, shown in ((NEW, CardKind.WELCOME_UNDONE), (OTHER, CardKind.UNDO_REFUSED)):
        present(place, uid)
        welcomes(place)
        touch(place, Act.WELCOME_UNDO)
        assert place.shows(shown)
        place.clock.advance(days=1)
    assert (place.owes(2), place.owes(3)) == (0, 1000)


def test_a_welcome_is_taken_back_while_its_card_stands_and_not_later(place: Space) -> None:
    for later in (True, False):
        place.clock.advance(minutes=5)
        present(place, NEW if later else OTHER)
        welcomes(place)
        ticket = cast("str", place.card.ticket)
        if later:
            place.clock.advance(seconds=33)
        else:
            place.tap(INES)
        with pytest.raises(RequestError):
            place.touch(Act.WELCOME_UNDO, ticket=ticket)
    assert (place.owes(2), place.owes(3)) == (1000, 1000)


def test_who_says_no_welcomes_nobody(place: Space) -> None:
    present(place)
    place.tap(INES)
    looks_who_waits(place)
    place.touch(Act.DONE)
    assert (place.now, files(place), place.owes(1)) == (place.card, 1, 1000)
    assert place.shows(CardKind.SPONSOR)


def test_the_sponsor_and_two_officers_are_told_by_number(place: Space) -> None:
    with place.home.store.writing() as connection:
        members.change(
            connection, members.by_number(connection, 1), email="ines@exemple.fr", language="en", visible=True
        )
        for name, roles in (("host", ["host"]), ("p", ["president"]), ("s", ["secretary"]), ("q", ["president"])):
            desk_users.add(connection, f"{name}@exemple.fr", name, roles, place.clock.now(), None)
        desk_users.change(connection, desk_users.by_email(connection, "s@exemple.fr").id, language="en")
    present(place, name="zoe petit")
    assert place.sql("SELECT count(*) FROM outbox") == [(0,)]
    welcomes(place)
    told = place.sql("SELECT recipient, subject, body, about, state FROM outbox ORDER BY id")
    assert [row[:2] for row in told] == [
        ("ines@exemple.fr", "You welcomed someone"),
        ("s@exemple.fr", "A new file to complete"),
        ("p@exemple.fr", "Une nouvelle fiche à compléter"),
    ]
    assert {row[3:] for row in told} == {("joining of member 2", "waiting")}
    bodies = [str(row[2]) for row in told]
    assert "member 2." in bodies[0]
    assert "member 2, welcomed on the screen by member 1." in bodies[1]
    assert "membre 2, accueilli·e à l’écran par le membre 1." in bodies[2]
    assert not any(name in body for body in bodies for name in ("Zoe", "Petit", "Inès", "Moreau"))


def test_nobody_is_told_of_who_was_not_let_in(place: Space) -> None:
    place.tap(INES)
    place.rule("opening_hours", '{"mon": ["08:00-09:00"]}')
    with place.home.store.writing() as connection:
        desk_users.add(connection, "s@exemple.fr", "s", ["secretary"], place.clock.now(), None)
    present(place)
    welcomes(place)
    assert place.sql("SELECT count(*) FROM outbox") == [(0,)]
