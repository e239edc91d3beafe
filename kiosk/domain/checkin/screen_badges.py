"""The screen's transitions on a badge: a new visit, the door once more, or the act that was waiting for this badge.

A badge's *mark* is its fingerprint, by which the records know it. The *front* is what stands on the screen; a *stage*
is the front with its card and its end. A card's *ticket* is a random text that a touch must carry. In the state, `lies`
is the badge on the reader, `recent` the badges admitted lately, `back` a page to show again.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from kiosk.domain.checkin import consent
from kiosk.domain.checkin import screen_events as ev
from kiosk.domain.checkin.choices import ON_THE_CARD
from kiosk.domain.checkin.screen_pages import forget, kept, page_of
from kiosk.domain.checkin.screen_state import (
    AwaitsBadge,
    Badge,
    Came,
    Front,
    Notice,
    Page,
    Recent,
    Request,
    State,
    Verdict,
    Waiting,
    mark_of,
    owner,
)  # fmt: skip

AGAIN_SECONDS = 8.0  # an admitted badge opens again this long after it was last seen
LONGEST_AGAIN_SECONDS = 3600.0  # a badge left on the reader overnight belongs to another day in the morning


def tapped(state: State, event: ev.Tapped, now: float) -> ev.Step:
    """Decide what a badge is for: the act that waits for it; its own page, shown again, if something is typed there;
    the door once more where it was admitted lately; or a new visit.
    """
    front, mark = state.front, event.mark
    was_lifted = state.lies != mark
    state = replace(state, lies=mark, recent=_lately(state.recent, now))
    if isinstance(front, AwaitsBadge) and mark_of(front.page.proof) == mark and _is_waited_for(state, front.request):
        if was_lifted and now - state.shown_at >= consent.READ_SECONDS:
            return _confirmed(state, front, mark, now)
        state = replace(state, back=state.stages[0])  # too soon, or not lifted since: show the page again
    elif isinstance(front, Page | Waiting) and state.stages[0].holds and mark_of(page_of(front).proof) == mark:
        return kept(state, front, now, reminds=True)
    recent = state.recent.get(mark)
    if recent is None:
        return state, (ev.Enter(mark),)
    state = replace(state, recent={**state.recent, mark: replace(recent, seen=now)})
    return state, (ev.Pulse(ev.Opening(recent.front, recent.picture, recent.decision)),)


def _lately(recent: Mapping[bytes, Recent], now: float) -> Mapping[bytes, Recent]:
    """Return the badges that were tapped so lately that another tap may be the same one."""
    return {
        mark: known
        for mark, known in recent.items()
        if now - known.seen < AGAIN_SECONDS and now - known.since < LONGEST_AGAIN_SECONDS
    }


def _is_waited_for(state: State, request: Request | None) -> bool:
    """Tell whether a page still needs its badge: always without a `request`, else while that request of a waiting
    person (the same ticket) is open.
    """
    return request is None or (state.request is not None and state.request.page.ticket == request.page.ticket)


def _confirmed(state: State, front: AwaitsBadge, mark: bytes, now: float) -> ev.Step:
    """Run the act that waited for this badge, as an act of the badge's holder."""
    page = front.page
    if front.act in ON_THE_CARD:
        page = replace(page, ticket="")  # ends the flow: the card that follows cannot be touched
    elif isinstance(page.proof, Came | Badge):
        page = replace(page, proof=Badge(mark, page.proof.number, now))
    state = forget(state, mark)  # the next tap of this badge is decided anew
    return state, (ev.Run(front.act, front.value, page, confirmed=True, request=front.request),)


def lifted(state: State, event: ev.Lifted, now: float) -> ev.Step:
    """Record when a badge was last seen, and that it no longer lies on the reader."""
    recent, lies = state.recent.get(event.mark), None if state.lies == event.mark else state.lies
    if recent is not None:
        state = replace(state, recent={**state.recent, event.mark: replace(recent, seen=now)})
    return replace(state, lies=lies), ()


def entered(state: State, event: ev.Entered, now: float) -> ev.Step:
    """Open the door for a member whose visit is written."""
    front = Verdict(event.came, event.person, event.ticket, event.picture)
    opening = ev.Opening(front, event.picture, event.came.granted, event.note)
    return _remember_admitted(state, event.came.mark, opening, now), (ev.Journal(event.line), ev.Pulse(opening))


def spooled(state: State, event: ev.Spooled, now: float) -> ev.Step:
    """Open the door for a tap that is stored in the spool for later."""
    opening = ev.Opening(Notice(event.mark), event.picture, event.decision)
    return _remember_admitted(state, event.mark, opening, now), (ev.Pulse(opening),)


def _remember_admitted(state: State, mark: bytes, opening: ev.Opening, now: float) -> State:
    """Remember an admitted badge, so that its next tap opens the door once more without a new visit."""
    recent = Recent(opening.front, opening.picture, opening.decision, now, now)
    return replace(state, recent={**state.recent, mark: recent})


def stayed_shut(state: State, event: ev.StayedShut, _now: float) -> ev.Step:
    """Show why the door stays shut, with a way on where there is one."""
    front = Notice(event.mark) if event.proof is None else Page(event.proof, event.person, event.ticket)
    notes = () if event.note is None else (ev.Note(event.note),)
    return state, (_draw(state, event.picture, front), *notes, ev.Signal())


def pulsed(state: State, event: ev.Pulsed, _now: float) -> ev.Step:
    """Show the card of the admitted member, or say that the lock did not respond."""
    opening = event.opening
    notes = () if opening.note is None else (ev.Note(opening.note),)
    if not event.opened:
        return state, (*notes, ev.Draw(ev.Shut(opening.picture), Notice(owner(opening.front))))
    return state, (*notes, _draw(state, opening.picture, opening.front), ev.Signal(opened=True))


def _draw(state: State, picture: object, front: Front) -> ev.Draw:
    """Return the drawing of a badge's card; where the badge came too soon for the page that awaited it, of that page
    again.
    """
    if state.back is not None and owner(state.back.front) == owner(front):
        return ev.Draw(ev.Again(state.back.card, reminds=False), state.back.front)
    waits = state.request.name if state.request is not None and isinstance(front, Verdict) else None
    return ev.Draw(picture, front, waits)
