"""Moves the screen: of a state and an event, `step` makes the next state and says what is to be done.

The stages' ends are the only clock, looked at before each event. The door is pulsed after what was entered, spooled or
turned with somebody to let in, and for a badge that was let in just now; nothing else makes a `Pulse`.
"""

from collections.abc import Callable, Mapping
from secrets import compare_digest
from typing import Any

from msgspec.structs import replace

from kiosk.domain.checkin import consent
from kiosk.domain.checkin import screen_events as ev
from kiosk.domain.checkin.choices import CONFIRMED, ON_THE_CARD, PUBLIC, TYPED, URGENT, Act, others, shown
from kiosk.domain.checkin.consent import Need
from kiosk.domain.checkin.screen_state import (
    NOBODY_S,
    AwaitsBadge,
    Badge,
    Came,
    Code,
    Front,
    Idle,
    Job,
    NewBadge,
    Nobody,
    Notice,
    Page,
    Person,
    Proof,
    Recent,
    Request,
    Stage,
    State,
    Verdict,
    Waiting,
    mark_of,
    owner,
    ticket,
)  # fmt: skip
from kiosk.domain.checkin.seen import Seen, is_aimed

HELD_SECONDS = 30.0  # a card that is read stays so long from when it came
AGAIN_SECONDS = 8.0  # a badge that was let in opens again so long after it was seen
LONGEST_AGAIN_SECONDS = 3600.0  # a badge left on the reader overnight is another day's in the morning
WAITS_SECONDS = 60.0  # for a member's word, from the last touch
RING_SECONDS = 30.0  # who rings again within this is heard already
_FAULT_S = b"fault"


def step(state: State, event: ev.Event, now: float) -> ev.Step:
    """The state after an event, and its effects in their order. Raises ValueError for what is no event."""
    move = _MOVES.get(type(event))
    if move is None:
        raise ValueError(f"nothing moves the screen by {event!r}")
    return move(settled(state, now), event, now)


def settled(state: State, now: float) -> State:
    """The state once time has brought what it had to."""
    request = state.request if state.request is not None and now < state.request.until else None
    passed = 0
    while passed < len(state.stages) and now >= state.stages[passed].ends_at:
        passed += 1
    if not passed:
        return state if request is state.request else replace(state, request=request)
    last = state.stages[passed - 1]
    return replace(
        state,
        number=state.number + passed,
        stages=state.stages[passed:],
        shown_at=last.ends_at,
        before=owner(last.front),
        request=request,
    )


# --- badges


def _tapped(state: State, event: ev.Tapped, now: float) -> ev.Step:
    front, mark = state.front, event.mark
    was_lifted = state.lies != mark
    state = replace(state, lies=mark, back=None, recent=_lately(state.recent, now))
    if isinstance(front, AwaitsBadge) and mark_of(front.page.proof) == mark:
        if was_lifted and now - state.shown_at >= consent.READ_SECONDS and _is_waited_for(state, front.request):
            return _confirmed(state, front, mark, now)
        state = replace(state, back=state.stages[0])
    elif isinstance(front, Page | Waiting) and state.stages[0].holds and mark_of(_page(front).proof) == mark:
        return _kept(state, front, now, reminds=True)
    recent = state.recent.get(mark)
    if recent is None:
        return state, (ev.Enter(mark),)
    state = replace(state, recent={**state.recent, mark: replace(recent, seen=now)})
    return state, (ev.Pulse(ev.Opening(recent.front, recent.picture, recent.decision)),)


def _lately(recent: Mapping[bytes, Recent], now: float) -> Mapping[bytes, Recent]:
    return {
        mark: each
        for mark, each in recent.items()
        if now - each.seen < AGAIN_SECONDS and now - each.since < LONGEST_AGAIN_SECONDS
    }


def _is_waited_for(state: State, request: Request | None) -> bool:
    return request is None or (state.request is not None and state.request.page.ticket == request.page.ticket)


def _confirmed(state: State, front: AwaitsBadge, mark: bytes, now: float) -> ev.Step:
    page = front.page
    if isinstance(page.proof, Came | Badge) and front.act not in ON_THE_CARD:
        page = replace(page, proof=Badge(mark, page.proof.number, now))
    state = _forget(state, mark)
    return state, (ev.Run(front.act, front.value, page, confirmed=True, request=front.request),)


def _kept(state: State, front: Front, now: float, *, reminds: bool) -> ev.Step:
    """The same page once more: what was typed on it stays."""
    if isinstance(front, Waiting):
        state = _renewed(state, now)
    elif reminds and isinstance(front, Page) and isinstance(front.proof, Badge):
        front = replace(front, proof=replace(front.proof, at=now))
    return state, (ev.Draw(ev.Again(state.stages[0].card, reminds), front),)


def _forget(state: State, mark: bytes | None) -> State:
    return replace(state, recent={key: each for key, each in state.recent.items() if key != mark})


def _lifted(state: State, event: ev.Lifted, now: float) -> ev.Step:
    recent, lies = state.recent.get(event.mark), None if state.lies == event.mark else state.lies
    if recent is not None:
        state = replace(state, recent={**state.recent, event.mark: replace(recent, seen=now)})
    return replace(state, lies=lies), ()


def _entered(state: State, event: ev.Entered, now: float) -> ev.Step:
    front = Verdict(event.came, event.person, event.ticket, event.picture)
    opening = ev.Opening(front, event.picture, event.came.granted, event.note)
    return _recently(state, event.came.mark, opening, now), (ev.Journal(event.line), ev.Pulse(opening))


def _spooled(state: State, event: ev.Spooled, now: float) -> ev.Step:
    opening = ev.Opening(Notice(event.mark), event.picture, event.decision)
    return _recently(state, event.mark, opening, now), (ev.Pulse(opening),)


def _recently(state: State, mark: bytes, opening: ev.Opening, now: float) -> State:
    recent = Recent(opening.front, opening.picture, opening.decision, now, now)
    return replace(state, recent={**state.recent, mark: recent})


def _turned_away(state: State, event: ev.TurnedAway, _now: float) -> ev.Step:
    front = Notice(event.mark) if event.proof is None else Page(event.proof, event.person, event.ticket)
    noted = () if event.note is None else (ev.Note(event.note),)
    drawn = _draw(state, event.picture, front)
    return state, (drawn, *noted, ev.Signal())


def _given(state: State, event: ev.Given, _now: float) -> ev.Step:
    return state, (ev.Draw(event.picture, Notice(event.mark)), ev.Note(event.note), ev.Signal())


def _missed(state: State, event: ev.Missed, _now: float) -> ev.Step:
    return state, (ev.Draw(event.picture, Notice(_FAULT_S)), ev.Signal())


def _pulsed(state: State, event: ev.Pulsed, _now: float) -> ev.Step:
    opening = event.opening
    noted = () if opening.note is None else (ev.Note(opening.note),)
    if not event.opened:
        return state, (*noted, ev.Draw(ev.Shut(opening.picture), Notice(owner(opening.front))))
    return state, (*noted, _draw(state, opening.picture, opening.front), ev.Signal(opened=True))


def _draw(state: State, picture: object, front: Front) -> ev.Draw:
    """What a badge brings: its card, or the page that it came too soon for."""
    if state.back is not None:
        return ev.Draw(ev.Again(state.back.card, reminds=False), state.back.front)
    waits = state.request.name if state.request is not None and isinstance(front, Verdict) else None
    return ev.Draw(picture, front, waits)


# --- fingers


def _begun(state: State, event: ev.Begun, now: float) -> ev.Step:
    is_free = isinstance(state.front, Idle) or event.act in URGENT
    if event.act not in PUBLIC or not is_free:
        return state, (ev.Refuse(),)
    person = Person(language=event.language)
    if event.act is Act.HELP:
        state, rings = _rung(state, Act.HELP.value, now)
        return state, (*rings, ev.Draw(ev.Help(), Page(Nobody(), person)))
    return state, (ev.Run(event.act, "", Page(Nobody(), person, event.ticket)),)


def _touched(state: State, event: ev.Touched, now: float) -> ev.Step:
    front, act = state.front, event.act
    known = ticket(front)
    if not known or not compare_digest(known.encode(), event.seen.ticket.encode()):
        return state, (ev.Refuse(),)
    if not _is_aimed(state, event.seen, act, now):
        return state, (ev.Refuse("touch-missed"),)
    if isinstance(front, Verdict):
        return _chosen(state, front, act, now)
    if act is Act.DONE:
        return _cleared(state, now)
    page = _page(front)
    if page.job is not None:
        return state, ()  # a second finger
    if isinstance(front, AwaitsBadge) and act is front.act:
        return state, (ev.Refuse("touch-missed"),)  # a badge does it, and no second finger
    if isinstance(front, Waiting):
        state = _renewed(state, now)
    if act is Act.STAY:
        return _kept(state, front, now, reminds=False)
    return _done(state, page, act, event.value, now)


def _is_aimed(state: State, seen: Seen, act: Act, now: float) -> bool:
    """Whether a finger meant the card that stands: drawn, aimed at, and not long ago."""
    front = state.front
    is_typed = act in TYPED and isinstance(front, Page)
    return is_aimed(
        seen,
        number=state.number,
        now=now,
        is_strange=owner(front) != state.before,
        oldest=front.since if is_typed and isinstance(front, Page) else None,
    )


def _chosen(state: State, front: Verdict, act: Act, now: float) -> ev.Step:
    """What is touched on the card of who came in."""
    acts = (Act.WAITS, *front.acts) if state.request is not None else front.acts
    if act is Act.MORE and others(acts, front.place):
        place = front.place + len(shown(acts, front.place)) - 1
        name = None if state.request is None else state.request.name
        return state, (ev.Draw(ev.Others(), replace(front, place=place), name),)
    if act not in acts:
        return state, (ev.Refuse(),)
    page = Page(front.came, front.person, front.ticket)
    if act is Act.WAITS and state.request is not None:
        asked = state.request
        return _renewed(state, now), (ev.Run(asked.act, "", page, names=True, request=asked),)
    if act is Act.GUEST:
        return state, (ev.Run(act, "", page, names=True),)
    if act in CONFIRMED:
        return state, (ev.Draw(ev.Ask(act), AwaitsBadge(act, "", page)),)
    return state, (ev.Run(act, "", replace(page, ticket="")),)


def _done(state: State, page: Page, act: Act, value: str, now: float, *, worked: bool = False) -> ev.Step:
    """What is touched on a page of a flow, as far as it may be done."""
    needed = consent.need(act, value, page.proof, now)
    if needed is Need.REFUSED:
        return state, (ev.Refuse(),)
    if act in consent.SLOW and not worked:
        job = Job(state.jobs + 1, act, value)
        first, *rest = state.stages
        busy = replace(first, front=replace(page, job=job))
        return replace(state, jobs=job.id, stages=(busy, *rest)), (ev.Work(job, page),)
    return state, (ev.Run(act, value, page, names=needed is Need.PROOF),)


def _worked(state: State, event: ev.Worked, now: float) -> ev.Step:
    front = state.front
    if not isinstance(front, Page) or front.job is None or front.job.id != event.job:
        return state, ()  # a badge has ended it meanwhile
    job, page = front.job, replace(front, job=None)
    state = replace(state, stages=(replace(state.stages[0], front=page), *state.stages[1:]))
    if event.memo is None:
        return state, ()
    return _done(state, replace(page, memo=event.memo), job.act, job.value, now, worked=True)


def _held(state: State, event: ev.Held, now: float) -> ev.Step:
    if not state.stages or event.number != state.number:
        return state, (ev.Refuse("card-over"),)
    if isinstance(state.front, Waiting):
        return _renewed(state, now), (ev.Show(),)
    first, *rest = state.stages
    held_to = _in_time(first.front, max(first.ends_at, state.shown_at + HELD_SECONDS))
    first = replace(first, ends_at=held_to)
    later, ends_at = [], first.ends_at
    for stage, before in zip(rest, state.stages, strict=False):
        ends_at += stage.ends_at - before.ends_at
        later.append(replace(stage, ends_at=ends_at))
    return replace(state, stages=_waited((first, *later), state.request)), (ev.Show(),)


def _closed(state: State, event: ev.Closed, now: float) -> ev.Step:
    if not state.stages or event.number != state.number:
        return state, (ev.Refuse("card-over"),)
    return _cleared(state, now)


def _over(state: State, event: ev.Over, _now: float) -> ev.Step:
    if not event.ticket or ticket(state.front) != event.ticket:
        return state, ()
    return state, (ev.Draw(event.picture, Notice(owner(state.front))),)


def _cleared(state: State, now: float) -> ev.Step:
    """Back to the idle screen, or to who waits for a word."""
    request = None if isinstance(state.front, Waiting) else state.request
    stages = _waited((), request)
    number, before = state.number + 1, owner(state.front)
    return replace(state, number=number, stages=stages, shown_at=now, before=before, request=request), (ev.Show(),)


# --- pages


def _turned(state: State, event: ev.Turned, now: float) -> ev.Step:
    run, mark = event.run, mark_of(event.proof)
    effects: list[ev.Effect] = [] if event.takes_back is None else [ev.Journal(event.takes_back)]
    if run.act in ON_THE_CARD:
        state = _forget(state, mark)
    if event.stops is not None:
        state = _forget(state, event.stops)
    if run.confirmed and run.request is not None:
        state = replace(state, request=None)
    for reason in event.rings:
        state, rings = _rung(state, reason, now)
        effects += rings
    if event.picture is None:
        state, cleared = _cleared(state, now)
        return state, (*effects, *cleared)
    since = run.page.since if run.act in TYPED and run.page.since else state.number + 1
    page = Page(_since_now(event.proof, now), event.person, run.page.ticket, event.memo, run.act, since)
    if event.waits is not None:
        state, drawn = _waiting(state, page, event, now)
        return state, (*effects, drawn)
    front: Front = page
    if event.awaits:
        front = AwaitsBadge(run.act, run.value, replace(page, act=run.page.act), run.request)
    elif not page.ticket or (event.opens is not None and not event.has_acts):
        front = Notice(mark or NOBODY_S)
    if event.opens is None:
        return state, (*effects, ev.Draw(event.picture, front))
    line, note = event.opens
    return state, (*effects, ev.Journal(line), ev.Pulse(ev.Opening(front, event.picture, None, note)))


def _waiting(state: State, page: Page, event: ev.Turned, now: float) -> tuple[State, ev.Draw]:
    """Let somebody wait for a member's word: one at a time."""
    if event.waits is None:
        raise ValueError("nobody waits")
    theirs = state.request is not None and (
        state.request.page.ticket == page.ticket
        or (isinstance(page.proof, NewBadge) and state.request.page.proof == page.proof)
    )
    if state.request is not None and not theirs:
        return state, ev.Draw(ev.Taken(), Notice(mark_of(page.proof) or NOBODY_S))
    request = Request(event.waits[0], event.waits[1], page, None, now + WAITS_SECONDS)
    return replace(state, request=request), ev.Draw(event.picture, Waiting(page))


def _renewed(state: State, now: float) -> State:
    """Whoever waits may wait for longer again."""
    if state.request is None:
        return state
    request = replace(state.request, until=now + WAITS_SECONDS)
    return replace(state, request=request, stages=_waited(state.stages, request))


def _waited(stages: tuple[Stage, ...], request: Request | None) -> tuple[Stage, ...]:
    """What stands and follows; then who waits for a word, as long as they do."""
    kept = tuple(stage for stage in stages if not isinstance(stage.front, Waiting))
    if request is None or request.card is None or (kept and request.until <= kept[-1].ends_at):
        return kept
    return (*kept, Stage(Waiting(request.page), request.card, request.until, holds=True))


def _drawn(state: State, event: ev.Drawn, now: float) -> ev.Step:
    front, stages, ends_at, request = event.front, list[Stage](), now, state.request
    for card, seconds in event.cards:
        ends_at += seconds
        stands = front if not stages else Notice(owner(front))
        ends_at = _in_time(stands, ends_at)
        stages.append(Stage(stands, card, ends_at, event.holds))
    if isinstance(front, Waiting) and request is not None:
        request = replace(request, card=event.cards[0][0])
    made = replace(
        state,
        number=state.number + 1,
        stages=_waited(tuple(stages), request),
        shown_at=now,
        before=owner(state.front),
        request=request,
        back=None,
    )
    return made, (ev.Show(),)


def _since_now(proof: Proof, now: float) -> Proof:
    """A code that was right a moment ago is so from now on."""
    return replace(proof, at=now) if isinstance(proof, Code) and proof.at is None else proof


def _in_time(front: Front, ends_at: float) -> float:
    """When a page is over: with a session that a code began, touched or not, since no badge can end it sooner."""
    proof = front.proof if isinstance(front, Page) else None
    if not isinstance(proof, Code) or proof.at is None:
        return ends_at
    return min(ends_at, proof.at + consent.SESSION_SECONDS)


def _rung(state: State, reason: str, now: float) -> tuple[State, tuple[ev.Effect, ...]]:
    """Ring, unless it rang for the same just now."""
    if now - state.rang.get(reason, float("-inf")) < RING_SECONDS:
        return state, ()
    return replace(state, rang={**state.rang, reason: now}), (ev.Ring(reason),)


def _page(front: Front) -> Page:
    """The page that a touch goes on from. Raises ValueError where there is none."""
    match front:
        case Page():
            return front
        case AwaitsBadge() | Waiting():
            return front.page
        case _:
            raise ValueError(f"nothing goes on from {front!r}")


_MOVES: Mapping[type, Callable[[State, Any, float], ev.Step]] = {
    ev.Tapped: _tapped,
    ev.Lifted: _lifted,
    ev.Entered: _entered,
    ev.Pulsed: _pulsed,
    ev.Drawn: _drawn,
    ev.TurnedAway: _turned_away,
    ev.Spooled: _spooled,
    ev.Given: _given,
    ev.Missed: _missed,
    ev.Begun: _begun,
    ev.Touched: _touched,
    ev.Held: _held,
    ev.Closed: _closed,
    ev.Over: _over,
    ev.Turned: _turned,
    ev.Worked: _worked,
}
