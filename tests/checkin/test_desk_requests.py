"""What the desk asks of the entrance: a badge for a member, one opening of the door."""

import random

import pytest
import sqlalchemy as sa

from kiosk.checkin import desk_requests
from kiosk.checkin.cards import CardKind
from kiosk.checkin.desk_requests import FAILED, OPENED, Opener, Requests
from kiosk.devices.protocols import Signal
from kiosk.domain.badges.products import Product
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.verdicts import Denial, Denied, Granted, NextStep
from kiosk.domain.problems import Problem
from kiosk.errors import MachineError, RequestError
from kiosk.members.badge_giving import BadgeGiving
from kiosk.members.enrolment import Application
from kiosk.store.checkin import request_rows
from kiosk.store.checkin.request_rows import Request
from kiosk.store.space.policies import Rules
from tests.conftest import Space

INES = "04A2000000E511"
NEW = "04112233445566"
TELEPHONE = "08112233"


def desk(space: Space, actor: str = "desk:accueil@exemple.fr") -> Requests:
    return Requests(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock, actor=actor)


def opener(space: Space) -> Opener:
    return Opener(
        store=space.home.store,
        rules=Rules(space.home.config.zone),
        clock=space.clock,
        door=space.door,
        note=space.events.append,
    )


def found(space: Space, request_id: int) -> Request:
    with space.home.store.reading() as connection:
        request = request_rows.get(connection, request_id)
    assert request is not None
    return request


def giving(space: Space) -> BadgeGiving:
    rules = Rules(space.home.config.zone)
    return BadgeGiving(store=space.home.store, rules=rules, clock=space.clock, actor="officer:1")


def test_the_next_unknown_badge_is_read_and_opens_nothing_until_the_desk_confirms_it(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    request = desk(space).wait_for_badge(number)
    space.clock.advance(seconds=20)
    assert space.tap(NEW) == Denied(Denial.UNKNOWN_BADGE, NextStep.FIRST_VISIT)
    assert (space.card.kind, space.card.name) == (CardKind.BADGE_READ, "5566"), "and no member's name for a stranger"
    assert space.door.pulses == 0
    assert space.door.signals == [Signal.LOOK]
    assert [event.kind for event in space.events] == ["enrolled"]
    assert (found(space, request).outcome, found(space, request).product) == ("5566", "other")
    assert space.tap(NEW) == Denied(Denial.UNKNOWN_BADGE, NextStep.FIRST_VISIT)
    giving(space).confirm(request, number, "5566")
    giving(space).confirm(request, number, "5566")
    assert isinstance(space.tap(NEW), Granted)
    assert space.sql("SELECT tail, product FROM badge ORDER BY tail") == [("5566", "other"), ("E511", None)]


def test_a_badge_is_confirmed_for_its_own_request_member_and_end_only(space: Space) -> None:
    ines, karim = space.join("Inès Moreau", INES), space.join("Karim Benali", "04A1B2C3D4E501")
    request = desk(space).wait_for_badge(ines)
    for number, tail in ((ines, "5566"), (karim, "5566"), (ines, "E511")):
        with pytest.raises(RequestError, match="wait for it again"):
            giving(space).confirm(request, number, tail)
    space.tap(NEW)
    for number, tail in ((karim, "5566"), (ines, "5567"), (ines, "")):
        with pytest.raises(RequestError, match="wait for it again"):
            giving(space).confirm(request, number, tail)
    with pytest.raises(RequestError, match="wait for it again"):
        giving(space).confirm(request + 1, ines, "5566")
    assert space.sql("SELECT count(*) FROM badge") == [(2,)]


def test_a_badge_that_is_not_the_member_s_is_declined_and_stays_nobody_s(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    request = desk(space).wait_for_badge(number)
    space.tap("04112233449911")
    giving(space).decline(request, number)
    assert found(space, request).badge_mark is None, "a stranger's badge is forgotten"
    with pytest.raises(RequestError, match="wait for it again"):
        giving(space).confirm(request, number, "9911")
    again = desk(space).wait_for_badge(number)
    space.tap(NEW)
    giving(space).confirm(again, number, "5566")
    with pytest.raises(RequestError, match="badge-given"):
        giving(space).decline(again, number)
    assert space.tap("04112233449911") == Denied(Denial.UNKNOWN_BADGE, NextStep.FIRST_VISIT)


def test_a_badge_given_a_moment_ago_is_taken_back_and_may_be_another_s(space: Space) -> None:
    ines, karim = space.join("Inès Moreau", INES), space.join("Karim Benali", "04A1B2C3D4E501")
    request = desk(space).wait_for_badge(ines)
    space.tap(NEW)
    with pytest.raises(RequestError, match="wait for it again"):
        giving(space).take_back(request, ines)
    giving(space).confirm(request, ines, "5566")
    giving(space).take_back(request, ines)
    assert space.tap(NEW) == Denied(Denial.UNKNOWN_BADGE, NextStep.FIRST_VISIT)
    other = desk(space).wait_for_badge(karim)
    space.tap(NEW)
    giving(space).confirm(other, karim, "5566")
    with pytest.raises(RequestError, match="wait for it again"):
        giving(space).take_back(request, ines)
    assert isinstance(space.tap(NEW), Granted)


def test_two_strangers_tap_while_sixty_are_enrolled_and_none_is_misgiven(space: Space) -> None:
    """Each looks at the end of the number in their hand; what the strangers tapped is nobody's."""
    own = {space.join(f"Membre {n}", f"04A20000{n:04X}11"): f"04B30000{n:04X}22" for n in range(1, 61)}
    strangers = {7: "04C4000000AA01", 31: "04C4000000AA02"}
    for number, uid in own.items():
        request = desk(space).wait_for_badge(number)
        if number in strangers:
            space.tap(strangers[number])
            assert found(space, request).outcome != uid[-4:]
            giving(space).decline(request, number)
            request = desk(space).wait_for_badge(number)
        space.tap(uid)
        giving(space).confirm(request, number, uid[-4:])
    given = space.sql(
        "SELECT member.number, hex(badge.fingerprint) FROM badge JOIN member ON member.id = badge.member_id"
        " WHERE badge.product IS NOT NULL ORDER BY member.number"
    )
    key = space.home.badge_key
    assert given == [(n, badges.parse(uid).fingerprint(key).hex().upper()) for n, uid in own.items()]
    for uid in strangers.values():
        assert space.tap(uid) == Denied(Denial.UNKNOWN_BADGE, NextStep.FIRST_VISIT)


def test_a_badge_lifted_before_its_chip_has_answered_is_told_so_and_may_follow(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    answers: list[Product | None] = [None, Product.NTAG424]
    space.checkin._decider.chips.ask = lambda: answers.pop(0)
    request = desk(space).wait_for_badge(number)
    space.tap(NEW)
    kinds = [space.card.kind]
    assert (found(space, request).outcome, found(space, request).done_at) == ("lifted-early", None)
    space.tap(NEW)
    assert [*kinds, space.card.kind] == [CardKind.LIFTED_EARLY, CardKind.BADGE_READ]
    assert found(space, request).product == "ntag424"


def test_no_chip_is_asked_anything_while_the_desk_waits_for_no_badge(space: Space) -> None:
    space.join("Inès Moreau", INES)
    asked: list[str] = []

    def ask() -> Product:
        asked.append("what are you?")
        return Product.OTHER

    space.checkin._decider.chips.ask = ask
    assert isinstance(space.tap(INES), Granted)
    space.tap(NEW)
    space.tap(TELEPHONE)
    assert asked == []


def test_only_one_badge_is_read_for_one_request(space: Space) -> None:
    request = desk(space).wait_for_badge(space.join("Inès Moreau", INES))
    space.tap(NEW)
    space.tap("04112233445577")
    assert space.card.denial is Denial.UNKNOWN_BADGE
    assert found(space, request).outcome == "5566"


def test_a_number_typed_at_the_desk_is_read_as_a_tap_is(space: Space) -> None:
    ines = space.join("Inès Moreau", INES)
    request, key = desk(space).wait_for_badge(ines), space.home.badge_key
    for uid, code in ((TELEPHONE, "uid-random"), (INES, "badge-given")):
        with pytest.raises(RequestError) as refused:
            desk(space).type_badge(request, ines, badges.parse(uid), key)
        assert refused.value.code == code
    desk(space).type_badge(request, ines, badges.parse(NEW), key)
    with pytest.raises(RequestError, match="wait for it again"):
        desk(space).type_badge(request, ines, badges.parse("04112233445577"), key)
    giving(space).confirm(request, ines, "5566")
    assert isinstance(space.tap(NEW), Granted)


def test_after_30_seconds_an_unknown_badge_is_unknown(space: Space) -> None:
    desk(space).wait_for_badge(space.join("Inès Moreau", INES))
    space.clock.advance(seconds=31)
    space.tap(NEW)
    assert space.card.denial is Denial.UNKNOWN_BADGE
    assert space.sql("SELECT count(*) FROM badge") == [(1,)]


def test_a_telephone_is_refused_with_the_reason_and_a_card_may_still_follow(space: Space) -> None:
    request = desk(space).wait_for_badge(space.join("Inès Moreau", INES))
    space.tap(TELEPHONE)
    assert space.card.denial is Denial.UNKNOWN_BADGE
    assert (found(space, request).outcome, found(space, request).done_at) == ("uid-random", None)
    space.tap(NEW)
    assert space.shows(CardKind.BADGE_READ)


def test_a_badge_that_is_somebody_s_lets_them_in_and_leaves_the_request_open(space: Space) -> None:
    space.join("Inès Moreau", INES)
    request = desk(space).wait_for_badge(space.join("Karim Benali", "04A1B2C3D4E501"))
    assert isinstance(space.tap(INES), Granted)
    assert found(space, request).done_at is None


def test_asked_twice_it_is_one_request_and_another_officer_waits_their_turn(space: Space) -> None:
    ines, karim = space.join("Inès Moreau", INES), space.join("Karim Benali", "04A1B2C3D4E501")
    first = desk(space).wait_for_badge(ines)
    assert desk(space).wait_for_badge(ines) == first
    with pytest.raises(RequestError, match="badge-awaited"):
        desk(space, "desk:autre@exemple.fr").wait_for_badge(karim)
    second = desk(space).wait_for_badge(karim)  # the same officer has turned to somebody else
    assert found(space, first).outcome == "replaced"
    space.tap(NEW)
    assert found(space, second).outcome == "5566"


def test_nobody_waits_for_a_badge_of_who_left(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.enrolment.leave(number)
    with pytest.raises(RequestError):
        desk(space).wait_for_badge(number)


def test_a_badge_is_not_given_while_the_date_is_not_sure(space: Space) -> None:
    desk(space).wait_for_badge(space.join("Inès Moreau", INES))
    space.vouched = False
    space.tap(NEW)
    assert space.card.denial is Denial.UNKNOWN_BADGE
    assert space.sql("SELECT count(*) FROM badge") == [(1,)]


@pytest.mark.parametrize(
    "fault",
    [
        MachineError("database", "shut"),
        RequestError("badge-taken", "somebody else's"),
        Problem("policy", "no such rule"),
        sa.exc.OperationalError("INSERT", {}, Exception("disk I/O error")),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_a_badge_that_cannot_be_shown_to_the_desk_is_an_unknown_badge(
    space: Space, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fails(*_: object) -> None:
        raise fault

    monkeypatch.setattr(desk_requests, "read_badge", fails)
    assert space.tap(NEW) == Denied(Denial.UNKNOWN_BADGE, NextStep.FIRST_VISIT)
    assert space.card.denial is Denial.UNKNOWN_BADGE
    assert (space.door.pulses, space.door.signals) == (0, [Signal.LOOK])


def test_the_door_does_not_open_from_afar_unless_the_rules_have_it(space: Space) -> None:
    with pytest.raises(RequestError, match="rules"):
        desk(space).open_door()
    assert space.sql("SELECT count(*) FROM desk_request") == [(0,)]


def test_the_door_opens_once_for_a_request_and_it_is_noted(space: Space) -> None:
    space.rule("remote_opening", "true")
    request = desk(space).open_door()
    assert desk(space).open_door() == request
    entrance = opener(space)
    entrance.turn()
    entrance.turn()
    assert space.door.pulses == 1
    assert [(event.kind, event.reason) for event in space.events] == [("opened", "desk")]
    assert found(space, request).outcome == "opened"


def test_a_request_that_came_too_late_opens_nothing_ever(space: Space) -> None:
    space.rule("remote_opening", "true")
    request = desk(space).open_door()
    space.clock.advance(seconds=11)
    opener(space).turn()
    space.clock.advance(seconds=-5)
    opener(space).turn()
    assert space.door.pulses == 0
    assert found(space, request).outcome == "expired"


def test_a_request_opens_nothing_once_the_rules_forbid_it(space: Space) -> None:
    space.rule("remote_opening", "true")
    desk(space).open_door()
    space.rule("remote_opening", "false", "2026-11-25")
    opener(space).turn()
    assert space.door.pulses == 0


def test_the_request_is_ended_before_the_door_is_pulsed(space: Space) -> None:
    space.rule("remote_opening", "true")
    request = desk(space).open_door()
    seen: list[str | None] = []
    pulse = space.door.pulse

    def look_then_pulse() -> None:
        seen.append(found(space, request).outcome)
        pulse()

    space.door.pulse = look_then_pulse  # type: ignore[method-assign]  # the moment itself is what is tested
    opener(space).turn()
    assert seen == ["opening"], "and is not told as open before the lock has answered"
    assert found(space, request).outcome == OPENED


def test_a_lock_that_does_not_answer_is_told_to_the_desk(space: Space) -> None:
    space.rule("remote_opening", "true")
    request = desk(space).open_door()
    space.door.broken = True
    opener(space).turn()
    assert found(space, request).outcome == FAILED
    assert space.events == []


@pytest.mark.sqlite
def test_a_request_that_cannot_be_ended_opens_nothing(space: Space) -> None:
    space.rule("remote_opening", "true")
    desk(space).open_door()
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER broken BEFORE UPDATE ON desk_request BEGIN SELECT RAISE(FAIL, 'disk'); END"
        )
    opener(space).turn()
    assert space.door.pulses == 0


def test_two_strangers_who_tap_while_sixty_are_enrolled_get_none_and_no_member_gets_theirs(space: Space) -> None:
    """The officer holds the member's badge in hand, and confirms what ends as that does."""
    drawn, strangers = random.Random(47), ("04BAD000000001", "04BAD000000002")
    numbers = [space.enrolment.add(Application(name=f"Membre {n:02}", plan="itinerant")).number for n in range(60)]
    mine = {number: f"04B100{number:04X}{drawn.randrange(1 << 16):04X}" for number in numbers}
    declined = 0
    for number in numbers:
        while True:
            request = desk(space).wait_for_badge(number)
            for uid in drawn.sample(strangers, drawn.randrange(3)) if drawn.random() < 0.3 else ():
                space.tap(uid)
            space.tap(mine[number])
            tail = found(space, request).outcome
            if tail == mine[number][-4:]:
                giving(space).confirm(request, number, tail)
                break
            giving(space).decline(request, number)
            declined += 1
    given = space.sql("SELECT m.number, b.tail FROM badge b JOIN member m ON m.id = b.member_id ORDER BY m.number")
    assert given == [(number, mine[number][-4:]) for number in numbers]
    assert declined > 5
    assert {space.tap(uid) for uid in strangers} == {Denied(Denial.UNKNOWN_BADGE, NextStep.FIRST_VISIT)}
    assert space.door.pulses == 0
