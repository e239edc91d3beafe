"""Shows events at the screen, planned and proposed, and lets a member sign up, leave, or propose one.

All happens within a flow that a badge began, which keeps the event shown (`context.keep`, `context.recall`). A button
that signs up for an event that costs names the price first.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.domain.events.terms import LIVE, EventKind, EventState
from kiosk.domain.money.credit import Beyond
from kiosk.domain.problems import Problem, Value
from kiosk.errors import RequestError
from kiosk.events import charging, planning, signing_up
from kiosk.events.planning import Description
from kiosk.events.signing_up import Place
from kiosk.exports.events.words import KINDS
from kiosk.language.texts import Said, Text
from kiosk.selfservice import keyboard
from kiosk.selfservice.choice_labels import ShortDay, option
from kiosk.store.events import event_rows, signup_rows
from kiosk.store.events.event_rows import Event
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.space.policies import Rules

A_PAGE = 6  # events on a page, among them the choice that shows the next
LONGEST_LABEL = 24  # letters of a title on a button
_TOLD_FOR = timedelta(days=30)  # how long a member's events that came to nothing stay on the list

_DATED = Text("{day} : {title}", "{day}: {title}")
_ENDED = {
    EventState.NOT_HELD: Text("N’a pas lieu : {title}", "Not taking place: {title}"),
    EventState.CANCELLED: Text("Annulé : {title}", "Cancelled: {title}"),
    EventState.DECLINED: Text("Non retenu : {title}", "Declined: {title}"),
}
_MORE = Text("Plus loin", "Next")
_SIGNED_UP = Text("C’est noté : vous venez.", "Saved: you are coming.")
_DAY_STAYS = Text(
    "C’est noté. Votre journée payée d’avance finit aujourd’hui : elle n’est pas rendue.",
    "Saved. Your prepaid day expires today: it is not given back.",
)
_WAITS = Text("C’est noté : vous êtes en liste d’attente.", "Saved: you are on the waiting list.")
_INTERESTED = Text("C’est noté : cet événement vous intéresse.", "Saved: you are interested in this event.")
_LEFT = Text("C’est noté : vous ne venez plus.", "Saved: you are not coming.")
_TOO_LATE = Text("C’est noté. Votre place reste à payer.", "Saved. Your seat must still be paid for.")
_IS_PROPOSED = Text("Idée transmise. Le bureau répondra.", "Idea sent. The office will answer.")


class LookedAt(Struct, frozen=True):
    """The event that the flow shows."""

    event: str


class Proposed(Struct, frozen=True):
    """The kind of event being proposed."""

    kind: EventKind


class EventsSheet(Struct, frozen=True):
    """For each option of the page, in order: whether it is the member's own (signed up for, or voted for)."""

    chosen: tuple[bool, ...]


class EventSheet(Struct, frozen=True, kw_only=True):
    """One event, and the member's part in it.

    `cents` is the price of a seat for this member; `waits` their place on the waiting list, from 1; 0 for none.
    `beyond`: why their account cannot take the price. `told` says what was just done.
    """

    kind: EventKind
    title: str
    about: str
    place: str
    host: str | None
    state: EventState
    mine: Place  # the member's part: signed up, in line, interested, none
    starts_at: datetime | None
    deadline_at: datetime | None  # until when the threshold must be reached
    coming: int  # how many have a seat
    interested: int  # how many are interested in a proposed event
    places: int | None  # how many seats there are; None: no limit, or no terms yet
    threshold: int | None  # how many must have signed up for it to be held; None where there is no threshold
    cents: int
    waits: int = 0
    beyond: Beyond | None = None
    reason: str = ""  # why it was declined or cancelled, as the office wrote
    told: Said | None = None


class RefusedSheet(Struct, frozen=True):
    """Why an act was refused: an error's code and values."""

    code: str
    values: dict[str, Value] = {}


def act_of(context: PageContext) -> signing_up.Act:
    """Return what signing up works with: transaction, rules and author. Raises RequestError `events-off`."""
    planning.check_on(context.policy)
    rules = Rules(_zone(context))
    policy, moment = rules.at(context.connection, context.moment.at)
    return signing_up.Act(context.connection, rules, context.seal, policy, moment, context.actor)


def _zone(context: PageContext) -> ZoneInfo:
    """Return the space's time zone."""
    zone = context.moment.local.tzinfo
    if not isinstance(zone, ZoneInfo):
        raise AssertionError("a space's moments are in its zone")
    return zone


def show(context: PageContext) -> Card:
    """List the planned and proposed events, and the outcome of the member's own, a page at a time. The touched value is
    the place of the first event to show.
    """
    act = act_of(context)
    member = members.by_number(context.connection, context.number)
    events = _listed(context, member)
    start = int(context.value) if context.value.isdigit() and len(context.value) < 4 else 0
    has_more = len(events) > start + A_PAGE
    on_page = events[start : start + (A_PAGE - 1 if has_more else A_PAGE)]
    own_ids = signup_rows.events_of(act.connection, member.id)
    options = [option(Act.EVENT, event.id, _label(context, event)) for event in on_page]
    if has_more:
        options.append(option(Act.EVENTS, start + A_PAGE - 1, _MORE))
    # The choice that shows the next page is not the member's own.
    sheet = EventsSheet((*(event.id in own_ids for event in on_page), *((False,) if has_more else ())))
    acts = (Act.PROPOSE, Act.ACCOUNT, Act.DONE)
    return Card(CardKind.EVENTS, context.name, acts=acts, sheet=sheet, options=tuple(options))


def _listed(context: PageContext, member: Member) -> list[Event]:
    """Return the events to list: those to come, after the member's own (signed up for, or hosted) that were declined,
    cancelled or not held in the last 30 days.
    """
    connection, now = context.connection, context.moment.at
    own_ids = signup_rows.events_of(connection, member.id)
    ended = [
        event
        for event in event_rows.past(connection, now)
        if event.state in _ENDED
        and (event.decided_at or event.changed_at) > now - _TOLD_FOR
        and (event.id in own_ids or event.host == member.number)
    ]
    return [*ended, *event_rows.in_states(connection, LIVE, now)]


def cut(title: str) -> str:
    """Return a title cut to the length that a button holds."""
    return title if len(title) <= LONGEST_LABEL else f"{title[: LONGEST_LABEL - 1]}…"


def _label(context: PageContext, event: Event) -> Said | str:
    """Return an event's name on the list: with its day, or with how it ended."""
    title = cut(event.title)
    if event.state in _ENDED:
        return _ENDED[event.state].of(title=title)
    if event.terms is None:
        return title
    return _DATED.of(day=ShortDay(event.terms.starts_at.astimezone(_zone(context)).date()), title=title)


def show_one(context: PageContext, told: Said | None = None) -> Card:
    """Show one event: its date, place, price and signups, and what the member can do. `told` says what was just done.
    The event is the touched one, else the one that the flow shows; without either, the list is shown.
    """
    act = act_of(context)
    looked_at = context.recall(LookedAt)
    event_id = context.value or ("" if looked_at is None else looked_at.event)
    if not (event_id.isdigit() and len(event_id) < 10):
        return show(replace(context, value=""))
    context.keep(LookedAt(event_id))
    event = event_rows.by_id(context.connection, int(event_id))
    member = members.by_number(context.connection, context.number)
    sheet = _sheet(act, event, member, told)
    return Card(CardKind.EVENT, context.name, acts=_acts(act, event, sheet), sheet=sheet)


def _sheet(act: signing_up.Act, event: Event, who: Member, told: Said | None) -> EventSheet:
    """Return an event's page for a member: its facts, the member's place in it, what a seat costs, and, where they may
    sign up, whether their account can take it.
    """
    line = charging.line(act.connection, event)
    terms, mine = event.terms, signing_up.place_of(act.connection, event, who.id)
    may_join = event.state in LIVE and mine in (Place.NONE, Place.TO_CONFIRM)
    return EventSheet(
        kind=event.kind,
        title=event.title,
        about=event.about,
        place=event.place,
        host=event.host_name,
        state=event.state,
        mine=mine,
        starts_at=None if terms is None else terms.starts_at.astimezone(act.moment.local.tzinfo),
        deadline_at=None if terms is None or terms.deadline_at is None else _in_local_time(act, terms.deadline_at),
        coming=line.coming,
        interested=len(line.interested),
        places=None if terms is None else terms.places,
        threshold=None if terms is None else terms.threshold,
        cents=signing_up.price(act, event, who),
        waits=line.place(who.id) or 0,
        beyond=signing_up.beyond(act, event, who) if may_join else None,
        reason=event.reason or "",
        told=told,
    )


def _in_local_time(act: signing_up.Act, at: datetime) -> datetime:
    """Return a moment on the space's wall clock."""
    return at.astimezone(act.moment.local.tzinfo)


def _acts(act: signing_up.Act, event: Event, sheet: EventSheet) -> tuple[Act, ...]:
    """Return the buttons of an event's page, the member's own act first: pay where the account cannot take the price,
    else sign up, show interest (in an event only proposed) or leave. An event that is over, or not live, has none of
    these.
    """
    is_over = event.terms is not None and event.terms.ends_at <= act.moment.at
    acts: list[Act] = []
    if event.state in LIVE and not is_over and sheet.beyond is not None:
        acts.append(Act.PAY)
    elif event.state in LIVE and not is_over:
        joins = sheet.mine in (Place.NONE, Place.TO_CONFIRM)
        if joins:
            acts.append(Act.EVENT_INTEREST if event.state is EventState.PROPOSED else Act.EVENT_JOIN)
        else:
            acts.append(Act.EVENT_LEAVE)
    if event.kind is EventKind.UNCONFERENCE and event.state in LIVE and not is_over:
        acts.append(Act.TOPICS)
    return (*acts, Act.EVENTS, Act.DONE)


def join(context: PageContext) -> Card:
    """Sign the member up, or save their interest in a proposed event. Where their account cannot take the price,
    nothing is done, and the event's page says why.
    """
    act, event_id = act_of(context), looked_at(context)
    member = members.by_number(context.connection, context.number)
    event = event_rows.by_id(context.connection, event_id)
    if signing_up.beyond(act, event, member) is not None:
        return show_one(context)
    place = signing_up.join(act, event_id, member)
    news = {Place.WAITING: _WAITS, Place.INTERESTED: _INTERESTED}.get(place, _SIGNED_UP)
    # A seat whose price includes the day may give back what paid for today, unless that expires today.
    if signing_up.day_again(act, event, [member.number]) is not None:
        news = _DAY_STAYS
    return show_one(replace(context, value=""), news)


def leave(context: PageContext) -> Card:
    """Withdraw the member from the event, and say whether the seat must still be paid for; without a sign-up nothing
    changes.
    """
    act, event_id = act_of(context), looked_at(context)
    member = members.by_number(context.connection, context.number)
    signup = signup_rows.of_member(context.connection, event_id, member.id)
    if signup is None:
        return show_one(replace(context, value=""))
    must_pay = signing_up.leave(act, signup)
    return show_one(replace(context, value=""), _TOO_LATE if must_pay else _LEFT)


def looked_at(context: PageContext) -> int:
    """Return the id of the event that the flow shows. Raises RequestError `touch-over`."""
    event = context.recall(LookedAt)
    if event is None:
        raise RequestError("touch-over", "no event is looked at")
    return int(event.event)


# --- proposing


def ask_kind(context: PageContext) -> Card:
    """Ask for the kind of the proposed event."""
    act_of(context)  # refuses if events are switched off
    options = tuple(option(Act.PROPOSE_KIND, kind.value, label) for kind, label in KINDS.items())
    return Card(CardKind.EVENT_KIND, context.name, acts=(Act.EVENTS, Act.DONE), options=options)


def ask_title(context: PageContext, *, missing_line: int | None = None) -> Card:
    """Ask for a title on the keyboard; without a chosen kind, ask for the kind first. With a line number, that line of
    the card says what is missing.
    """
    if context.value in list(EventKind):  # a kind was just touched: a new title begins
        context.keep(Proposed(EventKind(context.value)))
        context.drop(keyboard.Typing)
        context.name_the_act()
    if context.recall(Proposed) is None:
        return ask_kind(context)
    acts = Act.PROPOSE_UNNAMED, Act.PROPOSE_NAMED
    return keyboard.card(
        context, CardKind.EVENT_TITLE, Act.PROPOSE_KIND, *acts, missing_line=missing_line, writes=keyboard.TEXT
    )


def propose(context: PageContext, *, named: bool) -> Card:
    """Save the proposal under the typed title, shown to others with the member's name (`named`) or without. A title
    that cannot be one shows the keyboard again; a refusal gets a card of its own.
    """
    act, proposed, key = act_of(context), context.recall(Proposed), context.named_act
    if proposed is None or key is None:
        raise RequestError("touch-over", "nothing is proposed")
    member = members.by_number(context.connection, context.number)
    description = Description(kind=proposed.kind, title=keyboard.typed(context), is_named=named)
    try:
        event_id = planning.propose(act, description, member.id, key)
    except Problem:
        return ask_title(replace(context, value=""), missing_line=0)
    except RequestError as refused:
        return Card(
            CardKind.EVENT_REFUSED, acts=(Act.EVENTS, Act.DONE), sheet=RefusedSheet(refused.code, refused.values)
        )
    return show_one(replace(context, value=str(event_id)), _IS_PROPOSED)


def propose_named(context: PageContext) -> Card:
    """Propose the event with the member's name."""
    return propose(context, named=True)


def propose_unnamed(context: PageContext) -> Card:
    """Propose the event without a name."""
    return propose(context, named=False)


# `writes`: in a writing transaction; `names`: the card that says what the badge is about to confirm, shown first.
PAGES = {
    Act.EVENTS: Page(show),
    Act.EVENT: Page(show_one),
    Act.EVENT_JOIN: Page(join, writes=True),
    Act.EVENT_INTEREST: Page(join, writes=True),
    Act.EVENT_LEAVE: Page(leave, writes=True),
    Act.PROPOSE: Page(ask_kind),
    Act.PROPOSE_KIND: Page(ask_title),
    Act.PROPOSE_NAMED: Page(propose_named, writes=True, names=keyboard.name_it),
    Act.PROPOSE_UNNAMED: Page(propose_unnamed, writes=True, names=keyboard.name_it),
}
