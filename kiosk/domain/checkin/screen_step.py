"""The screen's state machine: from a state and an event, `step` makes the next state and the effects to carry out.

A *stage* is what stands on the screen until a moment. Stages' ends are the only clock, and are applied before each
event; a finger that did not aim at what stands is refused before anything else. A `Pulse`, which opens the door, is
made only after a visit was written, or spooled (stored to be entered later), or a page let a person in, and for a badge
that was just let in.
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from kiosk.domain.checkin import screen_badges as badges
from kiosk.domain.checkin import screen_events as ev
from kiosk.domain.checkin import screen_pages as pages
from kiosk.domain.checkin import screen_touches as touches
from kiosk.domain.checkin.screen_state import State, owner


def step(state: State, event: ev.Event, now: float) -> ev.Step:
    """Return the state after an event, and the effects in their order. Raises ValueError for an unknown event type."""
    move = _MOVES.get(type(event))
    if move is None:
        raise ValueError(f"nothing moves the screen by {event!r}")
    state = settled(state, now)
    if isinstance(event, ev.Finger) and not touches.aims(state, event, now):
        return state, (ev.Refuse("touch-missed"),)
    return move(state, event, now)


def settled(state: State, now: float) -> State:
    """Return the state with all stages and requests removed whose time has passed."""
    request = state.request if state.request is not None and now < state.request.until else None
    passed = 0
    while passed < len(state.stages) and now >= state.stages[passed].ends_at:
        passed += 1
    if not passed:
        return replace(state, request=request)
    last = state.stages[passed - 1]
    return replace(
        state,
        number=state.number + passed,
        stages=state.stages[passed:],
        shown_at=last.ends_at,
        before=owner(last.front),
        request=request,
    )


_MOVES: Mapping[type, Callable[[State, Any, float], ev.Step]] = {
    ev.Tapped: badges.tapped,
    ev.Lifted: badges.lifted,
    ev.Entered: badges.entered,
    ev.StayedShut: badges.stayed_shut,
    ev.Spooled: badges.spooled,
    ev.Pulsed: badges.pulsed,
    ev.Begun: touches.begun,
    ev.Touched: touches.touched,
    ev.Held: touches.held,
    ev.Closed: touches.closed,
    ev.Over: touches.over,
    ev.Worked: touches.worked,
    ev.Turned: pages.turned,
    ev.Drawn: pages.drawn,
}
