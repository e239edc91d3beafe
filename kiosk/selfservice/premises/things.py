"""Lets members borrow and return things at the screen. A thing's holder is named only if they are visible."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.domain.premises import things as rules
from kiosk.errors import RequestError
from kiosk.language.texts import Said, Text
from kiosk.people.words import SOMEBODY
from kiosk.premises import lending
from kiosk.selfservice import house
from kiosk.selfservice.choice_labels import ShortDay
from kiosk.selfservice.house import Entry
from kiosk.selfservice.rooms import Hour, lasting
from kiosk.store.premises import thing_rows
from kiosk.store.premises.thing_rows import Loan, Thing

A_PAGE = 6  # things on a page, among them the choice that shows the next
STARTS = 4  # beginnings offered for a booth
_NAME_LETTERS = 17  # letters of a thing's name in the list
_FREE, _NOW = Text("Libre", "Free"), Text("Maintenant", "Now")
_MINE, _UNTIL_HOUR = Text("À vous", "Yours"), Text("{who}, {since} – {until}", "{who}, {since} – {until}")
_UNTIL_DAY, _SINCE = (
    Text("{who}, jusqu’au {day}", "{who}, until {day}"),
    Text("{who}, depuis {day}", "{who}, since {day}"),
)
_HAVE, _BACK, _NOT_NEEDED = (
    Text("Je le prends", "I’ll take it"),
    Text("Rendre l’objet", "Return the item"),
    Text("Je n’en ai plus besoin", "I no longer need it"),
)
_DUE, _NO_DUE = (
    Text("À rendre le {day}", "Due back on {day}"),
    Text("Jusqu’à ce que vous le rendiez", "Until you return it"),
)
_NOTED = Text("{label} : à vous", "{label}: yours")
_NOTED_BACK = Text("{label} : rendu", "{label}: returned")


def things(context: PageContext) -> Card:
    """Show every thing, and its holder where this member may know the name."""
    house.refuse_unless(context.policy.things)
    running = thing_rows.running(context.connection, context.moment.at)
    listed = [
        Entry(Option(Act.THING, str(each.id), _short(each.label)), _how(context, each, running))
        for each in thing_rows.things(context.connection)
    ]
    shown = house.some(listed, Act.THINGS, house.first_of(context), A_PAGE, house.FURTHER)
    return house.page(context, CardKind.THINGS, shown)


def _how(context: PageContext, thing: Thing, running: Sequence[Loan], *, whole: bool = False) -> Said | str:
    """Return the words for a thing's state now: "yours" for the member's own loan, now or to come; "free" where fewer
    are lent now than there are; else the name of the first holder. `whole`: with the time or day until when.
    """
    # `Had` is a time during which a thing is lent, `meets` whether two of them overlap
    this_minute = rules.Had(context.moment.at, context.moment.at + timedelta(minutes=1))
    loans = [each for each in running if each.thing == thing.id]
    own_loan = next((each for each in loans if each.person.number == context.number), None)
    if own_loan is not None:
        return _who(context, own_loan, _MINE) if whole else _MINE
    loans_now = [each for each in loans if each.had.meets(this_minute)]
    if len(loans_now) < thing.terms.places:
        return _FREE
    name = loans_now[0].person.public or SOMEBODY
    return _who(context, loans_now[0], name) if whole else name


def _who(context: PageContext, loan: Loan, who: Said | str) -> Said:
    """Return the holder of a loan and its end: the hours of a booth, the day on which it is due, or since when."""
    if loan.had.ended_at is not None:
        zone = context.moment.local.tzinfo
        since, until = (Hour(moment.astimezone(zone)) for moment in (loan.had.from_at, loan.had.ended_at))
        return _UNTIL_HOUR.of(who=who, since=since, until=until)
    if loan.due_on is not None:
        return _UNTIL_DAY.of(who=who, day=ShortDay(loan.due_on))
    # A thing lent by days is stored with the day alone, at 0:00 UTC.
    return _SINCE.of(who=who, day=ShortDay(loan.had.from_at.date()))


def _short(label: str) -> str:
    """Return a thing's name cut to the room of a choice, keeping its last word where that has a digit and is short; its
    own page shows all of it.
    """
    if len(label) <= _NAME_LETTERS:
        return label
    last_word = label.rpartition(" ")[2]
    ending = (
        f" {last_word}"
        if any(letter.isdigit() for letter in last_word) and len(last_word) <= _NAME_LETTERS // 2
        else ""
    )
    return f"{label[: _NAME_LETTERS - 1 - len(ending)].rstrip()}…{ending}"


@house.refusals_as_cards(Act.THINGS)
def thing(context: PageContext) -> Card:
    """Show one thing, and what the member may do with it."""
    house.refuse_unless(context.policy.things)
    touched = thing_rows.by_id(context.connection, house.number_in(context.value))
    running = thing_rows.running(context.connection, context.moment.at)
    entries = _acts_on(context, touched, [each for each in running if each.thing == touched.id])
    state_text = Text("{label} · {how}", "{label} · {how}").of(
        label=touched.label, how=_how(context, touched, running, whole=True)
    )
    return house.page(context, CardKind.THING, entries, Act.THINGS, about=state_text)


def _acts_on(context: PageContext, thing: Thing, had: Sequence[Loan]) -> list[Entry]:
    """Return what a member can do with a thing: return it (give up its time) where they have it, else book one of the
    next free times of a booth, or borrow it; nothing where all are lent. `had` are the loans of this thing that are not
    over.
    """
    own_loan = next((each for each in had if each.person.number == context.number), None)
    if own_loan is not None:
        label = _BACK if own_loan.had.ended_at is None else _NOT_NEEDED
        return [Entry(Option(Act.THING_BACK, str(own_loan.id), label))]
    times, now, terms = [each.had for each in had], context.moment.at, thing.terms
    if terms.minutes is not None:
        starts = rules.starts(times, now, terms.minutes, terms.places, STARTS)
        return [_start(context, thing, each, terms.minutes) for each in starts]
    if not rules.is_free(times, rules.Had(now), terms.places):  # from now on, without an end
        return []
    due_on = terms.due_on(context.moment.day)
    due = _NO_DUE if due_on is None else _DUE.of(day=ShortDay(due_on))
    return [Entry(Option(Act.THING_TAKE, str(thing.id), _HAVE), due)]


def _start(context: PageContext, thing: Thing, at: datetime, minutes: int) -> Entry:
    """Return the choice of a time: now, or from an hour on; the value is the thing's id, with the moment in ISO format
    for a later time.
    """
    if at == context.moment.at:
        return Entry(Option(Act.THING_TAKE, str(thing.id), _NOW), lasting(minutes))
    hour = Hour(at.astimezone(context.moment.local.tzinfo))
    return Entry(Option(Act.THING_TAKE, f"{thing.id} {at.isoformat()}", hour), lasting(minutes))


@house.refusals_as_cards(Act.THINGS)
def take_thing(context: PageContext) -> Card:
    """Borrow a thing now, or a booth at the time that was touched."""
    house.refuse_unless(context.policy.things)
    typed_thing, _, typed_start = context.value.partition(" ")
    try:
        starts = datetime.fromisoformat(typed_start) if typed_start else None
    except ValueError:
        raise RequestError("touch-over", "there is no such time") from None
    if starts is not None and starts.tzinfo is None:
        raise RequestError("touch-over", "there is no such time")
    thing_id = house.number_in(typed_thing)
    loan = lending.borrow(context.connection, context.moment, context.fresh_id(), context.number, thing_id, starts)
    return house.done(context, _NOTED.of(label=loan.label), Act.THINGS)


@house.refusals_as_cards(Act.THINGS)
def give_back(context: PageContext) -> Card:
    """Return a thing, or give up a booth."""
    house.refuse_unless(context.policy.things)
    loan = lending.give_back(context.connection, context.moment, house.number_in(context.value), context.number)
    return house.done(context, _NOTED_BACK.of(label=loan.label), Act.THINGS)


PAGES = {
    Act.THINGS: Page(things),
    Act.THING: Page(thing),
    Act.THING_TAKE: Page(take_thing, writes=True),
    Act.THING_BACK: Page(give_back, writes=True),
}
