"""Shows the plan at the screen, lets members lend their own desk and take a lent one, and take and give back things.

Who has a desk is named to nobody here; who has a thing, only where they let others see them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import ACTOR, Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.domain.premises import things as rules
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.language.texts import Said, Text
from kiosk.people.words import SOMEBODY
from kiosk.premises import lending, plan
from kiosk.premises.plan import Place
from kiosk.selfservice import house
from kiosk.selfservice.choice_labels import ShortDay
from kiosk.selfservice.house import Entry
from kiosk.selfservice.rooms import Hour, lasting
from kiosk.store.members import members
from kiosk.store.premises import lent_rows, spot_rows, thing_rows
from kiosk.store.premises.thing_rows import Loan, Thing

BESIDE_THE_PLAN = 3  # choices
A_PAGE = 5
LENT_DAYS = 14  # so far ahead here; the desk lends further
STARTS = 4  # times of a booth
_ROOM = 17  # letters of a thing's name in the list
_LATER, _MORE = Text("Plus tard", "Later"), Text("Suite", "More")
_OWN_DESK, _LEND_DAYS = Text("Mon bureau : {label}", "My desk: {label}"), Text("Prêter des jours", "Lend some days")
_TAKEN, _LEAVE = Text("{label} est à vous", "{label} is yours"), Text("Le laisser à d’autres", "Leave it to others")
_TAKE, _TODAY = Text("Prendre {label}", "Take {label}"), Text("Pour aujourd’hui", "For today")
_NOTHING = Text("Aucun bureau prêté pour l’instant.", "No desk is lent for now.")
_KEPT, _LENT = Text("Je suis là", "I am here"), Text("Prêté", "Lent")
_LENT_AND_TAKEN = Text("Prêté, et pris", "Lent, and taken")
_YOURS = Text("{label} est à vous aujourd’hui", "{label} is yours today")
_LEFT = Text("Quelqu’un d’autre peut le prendre.", "Somebody else may take it.")
_FREE, _NOW = Text("Libre", "Free"), Text("Maintenant", "Now")
_MINE, _UNTIL_HOUR = Text("À vous", "Yours"), Text("{who}, {since} – {until}", "{who}, {since} – {until}")
_UNTIL_DAY, _SINCE = (
    Text("{who}, jusqu’au {day}", "{who}, until {day}"),
    Text("{who}, depuis {day}", "{who}, since {day}"),
)
_HAVE, _BACK, _NOT_NEEDED = (
    Text("Je le prends", "I take it"),
    Text("Le rendre", "Give it back"),
    Text("Je n’en ai plus besoin", "I need it no more"),
)
_DUE, _NO_DUE = (
    Text("À rendre le {day}", "Due back on {day}"),
    Text("Jusqu’à ce que vous le rendiez", "Until you give it back"),
)
_NOTED = Text("{label} : à vous", "{label}: yours")
_NOTED_BACK = Text("{label} : rendu", "{label}: given back")


@dataclass(frozen=True, slots=True)
class FloorSheet:
    """The plan as it stands today to whoever looks at it, and what stands below each of the page's options."""

    places: tuple[Place, ...] = ()
    values: tuple[Said | str, ...] = ()
    about: Said | None = None


def floor(context: PageContext) -> Card:
    """Show the plan, one's own desk, and the desks that are lent today."""
    _on(context.policy.floor_plan)
    connection, today = context.connection, context.moment.day
    person = members.by_number(connection, context.number)
    places = plan.on_day(connection, today, person.id)
    entries = _desks(context, person.id)
    sheet = FloorSheet(
        tuple(places),
        tuple(each.value for each in entries),
        None if any(_is_lent(each) for each in entries) else _NOTHING,
    )
    options = tuple(each.option for each in entries)
    return Card(CardKind.FLOOR, context.dialogue.name, acts=(Act.HOUSE, Act.DONE), sheet=sheet, options=options)


def _is_lent(entry: Entry) -> bool:
    return entry.option.act in (Act.SPOT_TAKE, Act.SPOT_LEAVE, Act.FLOOR)


def _desks(context: PageContext, member_id: int) -> list[Entry]:
    connection, today = context.connection, context.moment.day
    own = spot_rows.own(connection, member_id, today)
    taken = lent_rows.taken_by(connection, member_id, today)
    entries = []
    if own is not None:
        label = spot_rows.by_id(connection, own.spot).label
        entries.append(Entry(Option(Act.SPOT_DAYS, "", _OWN_DESK.of(label=label)), _LEND_DAYS))
    if taken is not None:
        return [*entries, Entry(Option(Act.SPOT_LEAVE, "", _TAKEN.of(label=taken.label)), _LEAVE)]
    first = house.number_in(context.value) if context.value else 0
    free = [each for each in lent_rows.on_day(connection, today) if each.taken is None and each.by.id != member_id]
    offered = [Entry(Option(Act.SPOT_TAKE, str(each.spot), _TAKE.of(label=each.label)), _TODAY) for each in free]
    return _some(offered, Act.FLOOR, first, BESIDE_THE_PLAN - len(entries), entries)


def _some(listed: Sequence[Entry], act: Act, first: int, room: int, before: Sequence[Entry] = ()) -> list[Entry]:
    """As many as there is room for, the last of which leads on."""
    rest = listed[first:]
    if len(rest) <= room:
        return [*before, *rest]
    return [*before, *rest[: room - 1], Entry(Option(act, str(first + room - 1), _LATER), _MORE)]


def take(context: PageContext) -> Card:
    """Take a lent desk for today."""
    _on(context.policy.floor_plan)
    spot = house.number_in(context.value)
    try:
        lent = lending.take(context.connection, context.moment, ACTOR, context.number, spot, context.moment.day)
    except RequestError as error:
        return house.refused(context, error, Act.FLOOR)
    return house.done(context, _YOURS.of(label=lent.label), Act.FLOOR)


def leave(context: PageContext) -> Card:
    """Leave the desk that was taken to others."""
    _on(context.policy.floor_plan)
    try:
        lending.leave(context.connection, context.moment, ACTOR, context.number, context.moment.day)
    except RequestError as error:
        return house.refused(context, error, Act.FLOOR)
    return house.done(context, _LEFT, Act.FLOOR)


def days(context: PageContext) -> Card:
    """Show the coming days, on each of which one's own desk is kept or lent: a touch changes it."""
    _on(context.policy.floor_plan)
    connection, today = context.connection, context.moment.day
    person = members.by_number(connection, context.number)
    lent = {each.day_on: each for each in lent_rows.of_holder(connection, person.id, today)}
    first = house.number_in(context.value) if context.value else 0
    coming = (today + timedelta(days=each) for each in range(LENT_DAYS))
    listed = []
    for day in (each for each in coming if _is_open(context, each)):
        act = Act.SPOT_KEEP if day in lent else Act.SPOT_LEND
        how = _KEPT if day not in lent else _LENT if lent[day].taken is None else _LENT_AND_TAKEN
        listed.append(Entry(Option(act, f"{day} {first}", ShortDay(day)), how))
    return house.page(context, CardKind.SPOT_DAYS, _some(listed, Act.SPOT_DAYS, first, A_PAGE), Act.FLOOR)


def _is_open(context: PageContext, day: date) -> bool:
    calendar = context.policy.calendar
    return calendar is None or day not in calendar.days or bool(calendar.days[day])


def lend(context: PageContext) -> Card:
    """Lend one's own desk on a day."""
    return _on_a_day(context, lent=True)


def keep(context: PageContext) -> Card:
    """Keep it after all."""
    return _on_a_day(context, lent=False)


def _on_a_day(context: PageContext, *, lent: bool) -> Card:
    _on(context.policy.floor_plan)
    said, _, first = context.value.partition(" ")
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise RequestError("touch-over", "there is no such day") from None
    act = lending.lend if lent else lending.lend_no_more
    try:
        act(context.connection, context.moment, ACTOR, context.number, day)
    except (RequestError, Problem) as error:
        return house.refused(context, error, Act.FLOOR)
    return days(replace(context, value=first))


# --- things


def things(context: PageContext) -> Card:
    """Show every thing, and who has it as far as this member may know."""
    _on(context.policy.things)
    running = thing_rows.running(context.connection, context.moment.at)
    listed = [
        Entry(Option(Act.THING, str(each.id), _short(each.label)), _how(context, each, running))
        for each in thing_rows.things(context.connection)
    ]
    first = house.number_in(context.value) if context.value else 0
    return house.page(context, CardKind.THINGS, _some(listed, Act.THINGS, first, A_PAGE + 1))


def _how(context: PageContext, thing: Thing, running: Sequence[Loan], *, whole: bool = False) -> Said | str:
    """How a thing stands now: one's own first, then whoever has it where nobody else can; `whole`: until when, too."""
    now = rules.Had(context.moment.at, context.moment.at + timedelta(minutes=1))
    had = [each for each in running if each.thing == thing.id]
    mine = next((each for each in had if each.person.number == context.number), None)
    if mine is not None:
        return _who(context, mine, _MINE) if whole else _MINE
    at_once = [each for each in had if each.had.meets(now)]
    if len(at_once) < thing.terms.places:
        return _FREE
    name = at_once[0].person.public or SOMEBODY
    return _who(context, at_once[0], name) if whole else name


def _who(context: PageContext, loan: Loan, who: Said | str) -> Said:
    if loan.had.ended_at is not None:
        zone = context.moment.local.tzinfo
        hours = (Hour(each.astimezone(zone)) for each in (loan.had.from_at, loan.had.ended_at))
        return _UNTIL_HOUR.of(who=who, since=next(hours), until=next(hours))
    if loan.due_on is not None:
        return _UNTIL_DAY.of(who=who, day=ShortDay(loan.due_on))
    return _SINCE.of(who=who, day=ShortDay(loan.had.from_at.date()))


def _short(label: str) -> str:
    """As much of a name as a choice has room for; its own page has the whole."""
    return label if len(label) <= _ROOM else f"{label[: _ROOM - 1].rstrip()}…"


def thing(context: PageContext) -> Card:
    """Show one thing, and what may be done with it."""
    _on(context.policy.things)
    wanted = house.number_in(context.value)
    try:
        found = thing_rows.by_id(context.connection, wanted)
    except RequestError as error:
        return house.refused(context, error, Act.THINGS)
    running = thing_rows.running(context.connection, context.moment.at)
    entries = _acts_on(context, found, [each for each in running if each.thing == found.id])
    about = Text("{label} · {how}", "{label} · {how}").of(
        label=found.label, how=_how(context, found, running, whole=True)
    )
    return house.page(context, CardKind.THING, entries, Act.THINGS, about=about)


def _acts_on(context: PageContext, found: Thing, had: Sequence[Loan]) -> list[Entry]:
    mine = next((each for each in had if each.person.number == context.number), None)
    if mine is not None:
        said = _BACK if mine.had.ended_at is None else _NOT_NEEDED
        return [Entry(Option(Act.THING_BACK, str(mine.id), said))]
    times, now, terms = [each.had for each in had], context.moment.at, found.terms
    if terms.minutes is not None:
        starts = rules.starts(times, now, terms.minutes, terms.places, STARTS)
        return [_start(context, found, each, terms.minutes) for each in starts]
    if not rules.is_free(times, rules.Had(now), terms.places):
        return []
    due_on = terms.due_on(context.moment.day)
    due = _NO_DUE if due_on is None else _DUE.of(day=ShortDay(due_on))
    return [Entry(Option(Act.THING_TAKE, str(found.id), _HAVE), due)]


def _start(context: PageContext, found: Thing, at: datetime, minutes: int) -> Entry:
    if at == context.moment.at:
        return Entry(Option(Act.THING_TAKE, str(found.id), _NOW), lasting(minutes))
    said = Hour(at.astimezone(context.moment.local.tzinfo))
    return Entry(Option(Act.THING_TAKE, f"{found.id} {at.isoformat()}", said), lasting(minutes))


def take_thing(context: PageContext) -> Card:
    """Take a thing: now, or a booth at the time that was touched."""
    _on(context.policy.things)
    wanted, _, said = context.value.partition(" ")
    try:
        starts = datetime.fromisoformat(said) if said else None
    except ValueError:
        raise RequestError("touch-over", "there is no such time") from None
    if starts is not None and starts.tzinfo is None:
        raise RequestError("touch-over", "there is no such time")
    thing_id = house.number_in(wanted)
    try:
        made = lending.borrow(context.connection, context.moment, context.fresh_id(), context.number, thing_id, starts)
    except RequestError as error:
        return house.refused(context, error, Act.THINGS)
    return house.done(context, _NOTED.of(label=made.label), Act.THINGS)


def give_back(context: PageContext) -> Card:
    """Give a thing back, or leave the booth to others."""
    _on(context.policy.things)
    loan_id = house.number_in(context.value)
    try:
        found = lending.give_back(context.connection, context.moment, loan_id, context.number)
    except RequestError as error:
        return house.refused(context, error, Act.THINGS)
    return house.done(context, _NOTED_BACK.of(label=found.label), Act.THINGS)


def _on(is_on: bool) -> None:
    if not is_on:
        raise RequestError("touch-over", "there is no such page here")


PAGES = {
    Act.FLOOR: Page(floor),
    Act.SPOT_TAKE: Page(take, writes=True),
    Act.SPOT_LEAVE: Page(leave, writes=True),
    Act.SPOT_DAYS: Page(days),
    Act.SPOT_LEND: Page(lend, writes=True),
    Act.SPOT_KEEP: Page(keep, writes=True),
    Act.THINGS: Page(things),
    Act.THING: Page(thing),
    Act.THING_TAKE: Page(take_thing, writes=True),
    Act.THING_BACK: Page(give_back, writes=True),
}
