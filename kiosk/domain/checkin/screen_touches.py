"""The screen's transitions on a touch, once it is known that the finger aimed at what stands.

The *front* is what stands on the screen; a *stage* is the front with its card and its end. A *ticket* is a random text
that a touch must carry, so that only the page showing the card can act on it.
"""

from itertools import pairwise
from secrets import compare_digest

from msgspec.structs import replace

from kiosk.domain.checkin import consent
from kiosk.domain.checkin import screen_events as ev
from kiosk.domain.checkin.choices import AT_REST, CONFIRMED, MEALS, PUBLIC, TYPED, URGENT, Act, others, shown
from kiosk.domain.checkin.consent import Need
from kiosk.domain.checkin.screen_pages import cleared, in_time, kept, page_of, renewed, rung, waited
from kiosk.domain.checkin.screen_state import (
    AwaitsBadge,
    Idle,
    Job,
    NewBadge,
    Nobody,
    Notice,
    Page,
    Person,
    State,
    Verdict,
    Waiting,
    owner,
    ticket,
)  # fmt: skip
from kiosk.domain.checkin.seen import Seen, is_aimed

HELD_SECONDS = 30.0  # a card that is read stays until this long after it came


def aims(state: State, event: ev.Finger, now: float) -> bool:
    """Tell whether a finger meant what stands. Keys may come faster than the pages that show them."""
    front = state.front
    is_typed = isinstance(event, ev.Touched) and event.act in TYPED
    return is_aimed(
        event.seen,
        number=state.number,
        now=now,
        is_strange=owner(front) != state.before,
        oldest=front.since if is_typed and isinstance(front, Page) else None,
    )


def begun(state: State, event: ev.Begun, now: float) -> ev.Step:
    """Begin an act that needs neither badge nor card: on the idle screen, or, where it is urgent, in
    place of any card.
    """
    act, is_idle = event.act, isinstance(state.front, Idle)
    if not ((act in PUBLIC and (is_idle or act in URGENT)) or (act in AT_REST and is_idle)):
        return state, (ev.Refuse(),)
    tended = ev.Tend(act)  # lights a dark screen for every act
    if act in AT_REST:
        return state, (tended,)
    person = Person(language=event.seen.language)
    if act is Act.HELP:
        state, rings = rung(state, Act.HELP.value, now)
        return state, (tended, *rings, ev.Draw(ev.Picture.HELP, Page(Nobody(), person)))
    return state, (tended, ev.Run(act, "", Page(Nobody(), person, event.ticket)))


def touched(state: State, event: ev.Touched, now: float) -> ev.Step:
    """Do what the standing card offers, for the holder of its ticket. A page that computes ignores touches, and one
    that waits for a badge refuses a touch for its own act; DONE ends the flow, STAY shows the page once more.
    """
    front, act = state.front, event.act
    known = ticket(front)
    if not known or not compare_digest(known.encode(), event.seen.ticket.encode()):
        return state, (ev.Refuse(),)
    if isinstance(front, Verdict):
        return _chosen(state, front, act, now)
    if act is Act.DONE:
        return cleared(state, now)
    page = page_of(front)
    if page.job is not None:
        return state, ()  # a second finger
    if isinstance(front, AwaitsBadge) and act is front.act:
        return state, (ev.Refuse("touch-missed"),)  # a badge does it, and no second finger
    if isinstance(front, Waiting):
        state = renewed(state, now)
    if act is Act.STAY:
        return kept(state, front, now, reminds=False)
    return _done(state, _spoken_to(page, event.seen), act, event.value, now)


def _chosen(state: State, front: Verdict, act: Act, now: float) -> ev.Step:
    """Do the act that was touched on the card of an admitted member: show the further acts, exchange the button of
    lunch, show the page that names the act (for a waiting request, a price, or a badge to be shown), or run it.
    """
    acts = (Act.WAITS, *front.acts) if state.request is not None else front.acts
    name = None if state.request is None else state.request.name
    if act is Act.MORE and others(acts, front.place):
        place = front.place + len(shown(acts, front.place)) - 1  # without the button that was touched
        return state, (ev.Draw(ev.Picture.OTHERS, replace(front, place=place), name),)
    if act not in acts:
        return state, (ev.Refuse(),)
    if act in MEALS:
        exchanged = tuple(MEALS[act] if offered is act else offered for offered in front.acts)
        return state, (ev.Tend(act), ev.Draw(ev.Picture.OTHERS, replace(front, acts=exchanged), name))
    page = Page(front.came, front.person, front.ticket)
    if act is Act.WAITS and state.request is not None:
        waiting = state.request
        return renewed(state, now), (ev.Run(waiting.act, "", page, names=True, request=waiting),)
    if act in (Act.GUEST, Act.COMFORT):  # these pages name a price, which has to be read
        return state, (ev.Run(act, "", page, names=True),)
    if act in CONFIRMED:
        return state, (ev.Draw(ev.Picture.ASK, AwaitsBadge(act, "", page)),)
    return state, (ev.Run(act, "", replace(page, ticket="")),)  # no ticket: the card that follows cannot be touched


def _spoken_to(page: Page, seen: Seen) -> Page:
    """Return the page in the language of the button touched, where the person has no file with a
    language of its own.
    """
    if seen.language is None or not isinstance(page.proof, Nobody | NewBadge):
        return page
    return replace(page, person=replace(page.person, language=seen.language))


def _done(state: State, page: Page, act: Act, choice: str, now: float, *, worked: bool = False) -> ev.Step:
    """Do the act that was touched on a page of a flow, as far as `consent` allows: refuse, compute first, name it, or
    run it.
    """
    needed = consent.need(act, choice, page.proof, now)
    if needed is Need.REFUSED:
        return state, (ev.Refuse(),)
    if act in consent.SLOW and not worked:
        job = Job(state.jobs + 1, act, choice)
        first, *rest = state.stages
        busy = replace(first, front=replace(page, job=job))
        return replace(state, jobs=job.id, stages=(busy, *rest)), (ev.Work(job, page),)
    return state, (ev.Run(act, choice, page, names=needed is Need.PROOF),)


def worked(state: State, event: ev.Worked, now: float) -> ev.Step:
    """Go on with the act where its job has ended, unless a badge has ended its page meanwhile. Without an outcome the
    page stays, and can be touched again.
    """
    front = state.front
    if not isinstance(front, Page) or front.job is None or front.job.id != event.job:
        return state, ()
    job, page = front.job, replace(front, job=None)
    state = replace(state, stages=(replace(state.stages[0], front=page), *state.stages[1:]))
    if event.memo is None:
        return state, ()
    return _done(state, replace(page, memo=event.memo), job.act, job.value, now, worked=True)


def held(state: State, _event: ev.Held, now: float) -> ev.Step:
    """Keep a card that is being read until 30 s after it came; a waiting request, for another minute."""
    if not state.stages:
        return state, (ev.Refuse("card-over"),)
    if isinstance(state.front, Waiting):
        return renewed(state, now), (ev.Show(),)
    first = state.stages[0]
    # No page outlasts the session that a code began.
    held_to = in_time(first.front, max(first.ends_at, state.shown_at + HELD_SECONDS))
    first = replace(first, ends_at=held_to)
    later, ends_at = [], first.ends_at
    for before, stage in pairwise(state.stages):
        ends_at += stage.ends_at - before.ends_at
        later.append(replace(stage, ends_at=ends_at))
    # The page of a waiting request comes last, where the request lasts longer than the cards.
    return replace(state, stages=waited((first, *later), state.request)), (ev.Show(),)


def closed(state: State, _event: ev.Closed, now: float) -> ev.Step:
    """Remove what stands before its time."""
    if not state.stages:
        return state, (ev.Refuse("card-over"),)
    return cleared(state, now)


def over(state: State, event: ev.Over, _now: float) -> ev.Step:
    """Say on the card that was touched that the act could not be done; do nothing where another card stands now."""
    if not event.ticket or ticket(state.front) != event.ticket:
        return state, ()
    return state, (ev.Draw(event.picture, Notice(owner(state.front))),)
