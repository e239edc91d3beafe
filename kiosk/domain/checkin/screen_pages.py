"""The screen's transitions on pages: what stands next and for how long, and which request waits for a member's word.

A *request* is a guest, a newcomer or a member without a badge, waiting until a member answers by badge and touch (gives
their *word*). The *front* is what stands on the screen; a *stage* is the front with its card and its end. `NOBODY_S` is
the owner of the card of a person without a badge.
"""

from msgspec.structs import replace

from kiosk.domain.checkin import consent
from kiosk.domain.checkin import screen_events as ev
from kiosk.domain.checkin.choices import ON_THE_CARD, TYPED, Act
from kiosk.domain.checkin.screen_state import (
    NOBODY_S,
    AwaitsBadge,
    Badge,
    Code,
    Front,
    NewBadge,
    Notice,
    Page,
    Proof,
    Request,
    Stage,
    State,
    Waiting,
    mark_of,
    owner,
    stands,
)  # fmt: skip

WAITS_SECONDS = 60.0  # how long a request waits for a member's word, from the last touch
RING_SECONDS = 30.0  # ringing again within this time is ignored


def turned(state: State, event: ev.Turned, now: float) -> ev.Step:
    """Go on from a page that was run: to its card, to the badge that it waits for, to the door."""
    run, mark = event.run, mark_of(event.proof)
    effects: list[ev.Effect] = [] if event.takes_back is None else [ev.Journal(event.takes_back)]
    # After an act that changed today's visit, the badge's next tap is decided anew.
    state = forget(state, mark if run.act in ON_THE_CARD else event.stops)
    if run.confirmed and run.request is not None:
        state = replace(state, request=None)
    for reason in event.rings:
        state, rings = rung(state, reason, now)
        effects += rings
    if event.picture is None:
        state, shows = cleared(state, now)
        return state, (*effects, *shows)
    # A typed key leads to a page of the same typing: keys aimed at its first card still count.
    since = run.page.since if run.act in TYPED else state.number + 1
    page = Page(_since_now(event.proof, now), event.person, run.page.ticket, event.memo, run.act, since)
    if event.waits is not None:
        state, draw = _waiting(state, page, event.waits, event.picture, now)
        return state, (*effects, draw)
    front: Front = page
    if event.awaits:
        front = AwaitsBadge(run.act, run.value, replace(page, act=run.page.act), run.request)
    elif not page.ticket or (event.opens is not None and not event.has_acts):  # a card with nothing to touch
        front = Notice(mark or NOBODY_S)
    if event.opens is None:
        return state, (*effects, ev.Draw(event.picture, front))
    line, note = event.opens
    return state, (*effects, ev.Journal(line), ev.Pulse(ev.Opening(front, event.picture, None, note)))


def _waiting(state: State, page: Page, waits: tuple[Act, str], picture: object, now: float) -> tuple[State, ev.Draw]:
    """Make a request wait until a member answers it. Only one can wait: a second person is shown the card TAKEN."""
    # the same flow (by its ticket), or another flow begun with the same new badge: it replaces its own request
    is_own = state.request is not None and (
        state.request.page.ticket == page.ticket
        or (isinstance(page.proof, NewBadge) and state.request.page.proof == page.proof)
    )
    if state.request is not None and not is_own:
        return state, ev.Draw(ev.Picture.TAKEN, Notice(mark_of(page.proof) or NOBODY_S))
    request = Request(*waits, page, None, now + WAITS_SECONDS)
    return replace(state, request=request), ev.Draw(picture, Waiting(page))


def drawn(state: State, event: ev.Drawn, now: float) -> ev.Step:
    """Put up a card from now on, with the cards that follow it and the page of the waiting request at the end."""
    front, stages, ends_at, request = event.front, list[Stage](), now, state.request
    for card, seconds in event.cards:
        shown = front if not stages else Notice(owner(front))
        ends_at = in_time(shown, ends_at + _stays(shown, seconds, holds=event.holds))
        stages.append(Stage(shown, card, ends_at, event.holds))
    if isinstance(front, Waiting) and request is not None:
        request = replace(request, card=event.cards[0][0])
    new_state = replace(
        state,
        number=state.number + 1,
        stages=waited(tuple(stages), request),
        shown_at=now,
        before=owner(state.front),
        request=request,
        back=None,
    )
    return new_state, (ev.Show(),)


def _stays(front: Front, seconds: float | None, *, holds: bool) -> float:
    """Return how many seconds a card stands untouched. `seconds` is its kind's own time, None for a page of a flow."""
    if isinstance(front, AwaitsBadge):
        return consent.AWAITS_SECONDS
    if seconds is not None:
        return seconds
    if isinstance(front, Page) and not isinstance(front.proof, Badge):
        return consent.FLOW_SECONDS
    return consent.TYPED_PAGE_SECONDS if holds else consent.READ_PAGE_SECONDS


def _since_now(proof: Proof, now: float) -> Proof:
    """Return the proof with its moment set to now where it is a code that was just accepted."""
    return replace(proof, at=now) if isinstance(proof, Code) and proof.at is None else proof


def kept(state: State, front: Front, now: float, *, reminds: bool) -> ev.Step:
    """Show the same page once more, with what was typed on it. `reminds`: a badge was shown, which
    renews the session.
    """
    if isinstance(front, Waiting):
        state = renewed(state, now)
    elif reminds and isinstance(front, Page) and isinstance(front.proof, Badge):
        front = replace(front, proof=replace(front.proof, at=now))
    return state, (ev.Draw(ev.Again(state.stages[0].card, reminds), front),)


def cleared(state: State, now: float) -> ev.Step:
    """Return to the idle screen, or to the page of the request that waits for a member's word."""
    request = None if isinstance(state.front, Waiting) else state.request
    stages = waited((), request)
    number, before = state.number + 1, owner(state.front)
    return replace(state, number=number, stages=stages, shown_at=now, before=before, request=request), (ev.Show(),)


def forget(state: State, mark: bytes | None) -> State:
    """Remove a badge from those that open the door again for having just been seen."""
    return replace(state, recent={key: seen for key, seen in state.recent.items() if key != mark})


def renewed(state: State, now: float) -> State:
    """Give the waiting request its full time again."""
    if state.request is None:
        return state
    request = replace(state.request, until=now + WAITS_SECONDS)
    return replace(state, request=request, stages=waited(state.stages, request))


def waited(stages: tuple[Stage, ...], request: Request | None) -> tuple[Stage, ...]:
    """Return the stages with the waiting request's page at their end, where it lasts longer than they do."""
    kept = tuple(stage for stage in stages if not isinstance(stage.front, Waiting))
    if request is None or request.card is None or (kept and request.until <= kept[-1].ends_at):
        return kept
    return (*kept, Stage(Waiting(request.page), request.card, request.until, holds=True))


def in_time(front: Front, ends_at: float) -> float:
    """Return when a page ends: at the latest with the session that a code began, because no badge can end that one
    sooner.
    """
    proof = front.proof if isinstance(front, Page) else None
    if not isinstance(proof, Code) or proof.at is None:
        return ends_at
    return min(ends_at, proof.at + consent.SESSION_SECONDS)


def rung(state: State, reason: str, now: float) -> tuple[State, tuple[ev.Effect, ...]]:
    """Ring, unless it rang for the same reason just now."""
    if now - state.rang.get(reason, float("-inf")) < RING_SECONDS:
        return state, ()
    return replace(state, rang={**state.rang, reason: now}), (ev.Ring(reason),)


def page_of(front: Front) -> Page:
    """Return the page from which a touch goes on. Raises ValueError where there is none."""
    page = stands(front)
    if not isinstance(page, Page):
        raise ValueError(f"nothing goes on from {front!r}")
    return page
