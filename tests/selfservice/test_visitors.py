"""Somebody without a badge rings for what they come for, and fills nothing by doing so."""

from typing import cast

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.devices.protocols import Signal
from kiosk.domain.checkin.choices import Act
from kiosk.errors import RequestError
from kiosk.web.screen.board import Board
from tests.conftest import Space
from tests.visitors.hall import TODAY, PublicHall, wish


@pytest.fixture
def belled(space: Space) -> Space:
    """A space with a bell inside."""
    space.door.rings = True
    return space


def ring(space: Space, act: Act) -> None:
    space.begin(Act.VISIT, "en")
    assert (space.card.kind, space.card.language) == (CardKind.VISIT, "en")
    assert act in {option.act for option in space.card.options}
    space.touch(act)


@pytest.mark.parametrize(
    ("act", "reason"), [(Act.TRIAL, "trial"), (Act.APPOINTMENT, "appointment"), (Act.DELIVERY, "delivery")]
)
def test_a_visitor_rings_and_the_door_stays_shut(belled: Space, act: Act, reason: str) -> None:
    space = belled
    ring(space, act)
    assert space.shows(CardKind.RUNG)
    assert space.door.signals == [Signal.RING]
    assert space.door.pulses == 0
    assert [(event.kind, event.reason, event.member_id) for event in space.events] == [("rang", reason, None)]


@pytest.mark.parametrize("act", [Act.TRIAL, Act.APPOINTMENT, Act.DELIVERY])
def test_where_nothing_rings_nobody_is_said_to_come_and_it_is_said_whom_to_call(space: Space, act: Act) -> None:
    ring(space, act)
    assert (space.card.kind, space.card.language) == (CardKind.CALL, "en")
    assert space.card.then is not None
    assert space.card.then.kind is CardKind.RUNG_LATER
    assert space.door.signals == [Signal.LOOK]
    assert [event.kind for event in space.events] == ["rang"]  # for the desk to see


@pytest.mark.parametrize(("rings", "kind"), [(True, CardKind.RUNG), (False, CardKind.CALL)])
def test_help_rings_or_says_whom_to_call_and_needs_no_database(space: Space, rings: bool, kind: CardKind) -> None:
    space.door.rings = rings
    space.home.store.close()
    space.begin(Act.HELP, "en")
    assert (space.card.kind, space.card.language) == (kind, "en")
    assert [(event.kind, event.reason) for event in space.events] == [("rang", "help")]


def test_who_rings_again_and_again_is_heard_once(belled: Space) -> None:
    space = belled
    for _ in range(5):
        ring(space, Act.DELIVERY)
        assert space.shows(CardKind.RUNG)
    assert (len(space.events), len(space.door.signals)) == (1, 1)
    space.clock.advance(seconds=29.9)
    ring(space, Act.DELIVERY)
    assert (len(space.events), len(space.door.signals)) == (1, 1)
    space.clock.advance(seconds=0.1)  # who was heard 30 s ago is heard again
    ring(space, Act.DELIVERY)
    assert (len(space.events), len(space.door.signals)) == (2, 2)
    ring(space, Act.DELIVERY)
    assert (len(space.events), len(space.door.signals)) == (2, 2)


def test_a_minute_after_ringing_the_card_says_whom_else_to_ask(belled: Space) -> None:
    space = belled
    board = Board(space.clock)
    ring(space, Act.TRIAL)
    board.show(space.screen.shown)
    space.clock.advance(seconds=59)
    first = board.now().card
    assert first is not None
    assert first.kind is CardKind.RUNG
    space.clock.advance(seconds=2)
    later = board.now().card
    assert later is not None
    assert (later.kind, later.language) == (CardKind.RUNG_LATER, "en")
    space.clock.advance(seconds=61)
    assert board.now().card is None


def test_who_closes_a_card_sees_nothing_after_it(space: Space) -> None:
    board = Board(space.clock)
    ring(space, Act.TRIAL)
    board.show(space.screen.shown)
    space.checkin.close(space.seen())
    board.show(space.screen.shown)
    assert board.now().card is None


def test_a_visitor_s_dialogue_shows_nobody_s_account_and_lets_nobody_join(space: Space) -> None:
    space.begin(Act.VISIT, None)
    ticket = cast("str", space.card.ticket)
    for act in (Act.ACCOUNT, Act.JOIN, Act.JOIN_ALONE, Act.JOIN_RULES, Act.KEY):
        with pytest.raises(RequestError):
            space.touch(act, ticket=ticket)
    with pytest.raises(RequestError):
        space.begin(Act.JOIN, None)


def test_a_visitor_who_announced_their_day_touches_their_name_and_is_welcomed_by_it(belled: Space) -> None:
    hall = PublicHall(belled)
    hall.proven(wish(day_on=TODAY))
    hall.ask(wish(day_on=TODAY, email="b@exemple.fr", name="Jamais Prouvée"))
    belled.begin(Act.VISIT, "fr")
    said = [(each.act, each.value, str(each.said)) for each in belled.card.options]
    assert said[0] == (Act.TRIAL, "1", "Camille"), "the first name alone, and of what is proven"
    assert "Jamais" not in repr(belled.card)
    assert belled.card.confirms is None, "names take the place of the sentence on guests"
    belled.touch(Act.TRIAL, "1")
    assert belled.shows(CardKind.RUNG)
    assert belled.card.name == "Camille"
    assert belled.door.signals == [Signal.RING]
    assert belled.door.pulses == 0


@pytest.mark.parametrize("value", ["2", "x", "99999999999999999999"])
def test_a_name_that_is_not_expected_today_welcomes_nobody_by_name(belled: Space, value: str) -> None:
    hall = PublicHall(belled)
    hall.proven(wish(day_on=TODAY))
    hall.proven(wish(email="b@exemple.fr", name="Lou Martin"))  # on Tuesday
    belled.begin(Act.VISIT, "fr")
    try:
        belled.touch(Act.TRIAL, value)
    except RequestError:
        return
    assert belled.card.name != "Lou"
