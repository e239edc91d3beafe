"""A payment online goes from state to state by one function, whatever happens to it, and is entered once."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from kiosk.domain.money import online
from kiosk.domain.money.online import Effect, Event, Move, State, Why
from kiosk.domain.problems import Problem

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
NEVER = {
    *((state, Event.INTENT) for state in State if state is not State.MADE),
    *((State.MADE, event) for event in (Event.PAID, Event.REFUNDED, Event.CONTESTED, Event.DIFFERS)),
    *((state, event) for state in State if state is not State.UNCERTAIN for event in (Event.KEPT, Event.DROPPED)),
    (State.UNCERTAIN, Event.INTENT),
}


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_each_event_moves_each_state_or_cannot_be(state: State, event: Event) -> None:
    if (state, event) in NEVER:
        with pytest.raises(Problem, match="cannot be") as refused:
            online.step(state, event, is_entered=False)
        assert refused.value.code == "online-step"
        return
    move = online.step(state, event, is_entered=False)
    assert Effect.TAKE_BACK not in move.effects, "nothing was entered"
    assert (move.state is State.PAID and state is not State.PAID) == (Effect.ENTER in move.effects)
    again = online.step(state, event, is_entered=True)
    assert again.state is move.state
    assert Effect.ENTER not in again.effects, "it is entered already"


def test_every_walk_of_five_events_enters_once_and_takes_back_once() -> None:
    walks = 0
    for events in product(Event, repeat=5):
        state, entered, taken_back = State.MADE, 0, 0
        for event in events:
            if (state, event) in NEVER:
                continue
            move = online.step(state, event, is_entered=entered > 0)
            entered += Effect.ENTER in move.effects
            taken_back += Effect.TAKE_BACK in move.effects
            state = move.state
            assert state is not State.PAID or entered == 1
        assert entered <= 1
        assert taken_back <= entered
        assert (state is State.REFUNDED and entered == 1) == (taken_back == 1)
        walks += 1
    assert walks == len(Event) ** 5


@pytest.mark.parametrize(
    ("state", "event", "move"),
    [
        (State.INTENDED, Event.PAID, Move(State.PAID, (Effect.ENTER,))),
        (State.EXPIRED, Event.PAID, Move(State.PAID, (Effect.ENTER, Effect.TELL))),
        (State.INTENDED, Event.OVER, Move(State.EXPIRED)),
        (State.INTENDED, Event.REFUNDED, Move(State.REFUNDED)),
        (State.INTENDED, Event.DIFFERS, Move(State.UNCERTAIN)),
        (State.UNCERTAIN, Event.PAID, Move(State.UNCERTAIN)),
        (State.UNCERTAIN, Event.KEPT, Move(State.PAID, (Effect.ENTER,))),
        (State.REFUNDED, Event.PAID, Move(State.REFUNDED)),
    ],
)
def test_what_follows_before_anything_is_entered(state: State, event: Event, move: Move) -> None:
    assert online.step(state, event, is_entered=False) == move


@pytest.mark.parametrize(
    ("state", "event", "move"),
    [
        (State.PAID, Event.PAID, Move(State.PAID)),
        (State.PAID, Event.OVER, Move(State.PAID)),
        (State.PAID, Event.REFUNDED, Move(State.REFUNDED, (Effect.TAKE_BACK,))),
        (State.PAID, Event.CONTESTED, Move(State.UNCERTAIN)),
        (State.UNCERTAIN, Event.REFUNDED, Move(State.REFUNDED, (Effect.TAKE_BACK,))),
        (State.UNCERTAIN, Event.DROPPED, Move(State.REFUNDED, (Effect.TAKE_BACK,))),
        (State.UNCERTAIN, Event.KEPT, Move(State.PAID)),
    ],
)
def test_what_follows_once_it_is_entered(state: State, event: Event, move: Move) -> None:
    assert online.step(state, event, is_entered=True) == move


@pytest.mark.parametrize(
    ("state", "known", "event", "why", "is_news"),
    [
        (State.INTENDED, None, Event.PAID, None, True),
        (State.PAID, None, Event.PAID, None, False),
        (State.PAID, None, Event.CONTESTED, Why.CONTESTED, True),
        (State.PAID, Why.CONTESTED, Event.CONTESTED, Why.CONTESTED, False),
        (State.PAID, Why.CONTESTED, Event.REFUNDED, None, True),
        (State.PAID, Why.PAID_OUT, Event.REFUNDED, None, False),
        (State.REFUNDED, None, Event.REFUNDED, None, False),
        (State.UNCERTAIN, Why.SUM, Event.PAID, None, False),
    ],
)
def test_what_an_officer_has_seen_is_not_told_again(
    state: State, known: Why | None, event: Event, why: Why | None, is_news: bool
) -> None:
    assert online.is_news(state, known, event, why) == is_news


def test_platform_is_asked_for_45_minutes_and_its_page_is_shown_for_14() -> None:
    assert online.is_asked(NOON, NOON + timedelta(minutes=44, seconds=59))
    assert not online.is_asked(NOON, NOON + timedelta(minutes=45))
    assert online.has_link(NOON, NOON + timedelta(minutes=13, seconds=59))
    assert not online.has_link(NOON, NOON + timedelta(minutes=14))


@pytest.mark.parametrize("cents", [0, 49, 500_001, -100])
def test_sum_that_is_too_small_or_too_large_is_refused(cents: int) -> None:
    with pytest.raises(Problem) as refused:
        online.checked_cents(cents)
    assert refused.value.code == "online-sum"
    assert online.checked_cents(50) == 50
    assert online.checked_cents(500_000) == 500_000
