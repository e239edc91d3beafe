"""Shows the plan at the screen, and lets members lend their own desk, and take a lent one for the day.

The holder of a desk is never named here. `house.some` cuts a page out of a list of choices, its last one leading on to
the next page; `house.first_of` is the number of the choice with which the page begins.
"""

from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import ACTOR, Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.errors import RequestError
from kiosk.language.texts import Said, Text
from kiosk.premises import lending, plan
from kiosk.premises.plan import Place
from kiosk.selfservice import house
from kiosk.selfservice.choice_labels import ShortDay
from kiosk.selfservice.house import Entry
from kiosk.store.members import members
from kiosk.store.premises import lent_rows, spot_rows

BESIDE_THE_PLAN = 3  # choices beside the drawn plan
A_PAGE = 5  # days on a page, among them the choice that shows the next
LENT_DAYS = 14  # days ahead shown here; the desk shows more
_OWN_DESK, _LEND_DAYS = Text("Mon bureau : {label}", "My desk: {label}"), Text("Prêter des jours", "Lend some days")
_TAKEN, _LEAVE = Text("{label} est à vous", "{label} is yours"), Text("Laisser ce bureau", "Give up this desk")
_TAKE, _TODAY = Text("Prendre {label}", "Take {label}"), Text("Pour aujourd’hui", "For today")
_NOTHING = Text("Aucun bureau prêté pour l’instant.", "No desks on loan at the moment.")
_KEPT, _LENT = Text("Je suis là", "I’ll be here"), Text("Prêté", "Lent")
_LENT_AND_TAKEN = Text("Prêté, et pris", "Lent, and taken")
_YOURS = Text("{label} est à vous aujourd’hui", "{label} is yours today")
_LEFT = Text("Quelqu’un d’autre peut prendre ce bureau.", "Someone else can take this desk.")


class FloorSheet(Struct, frozen=True):
    """The plan as it is today for this member, and the words below each of the page's options. `about` says that no
    desk is lent today; None where one is.
    """

    places: tuple[Place, ...] = ()
    values: tuple[Said | str, ...] = ()
    about: Said | None = None


def floor(context: PageContext) -> Card:
    """Show the plan, and beside it the member's own desk and the desk that they took for today, or else the desks lent
    today. Raises RequestError `touch-over` where the plan is off.
    """
    house.refuse_unless(context.policy.floor_plan)
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
    return Card(CardKind.FLOOR, context.name, acts=(Act.HOUSE, Act.DONE), sheet=sheet, options=options)


def _is_lent(entry: Entry) -> bool:
    """Tell whether a choice is about a lent desk: take it, leave it, or show more of them."""
    return entry.option.act in (Act.SPOT_TAKE, Act.SPOT_LEAVE, Act.FLOOR)


def _desks(context: PageContext, member_id: int) -> list[Entry]:
    """Return the choices beside the plan: the own desk, if any; then the one taken today, or else those lent today that
    are free and not the member's own.
    """
    connection, today = context.connection, context.moment.day
    own_desk = spot_rows.own(connection, member_id, today)
    taken_desk = lent_rows.taken_by(connection, member_id, today)
    entries = []
    if own_desk is not None:
        label = spot_rows.by_id(connection, own_desk.spot).label
        entries.append(Entry(Option(Act.SPOT_DAYS, "", _OWN_DESK.of(label=label)), _LEND_DAYS))
    if taken_desk is not None:
        return [*entries, Entry(Option(Act.SPOT_LEAVE, "", _TAKEN.of(label=taken_desk.label)), _LEAVE)]
    free = [each for each in lent_rows.on_day(connection, today) if each.taken is None and each.by.id != member_id]
    offered = [Entry(Option(Act.SPOT_TAKE, str(each.spot), _TAKE.of(label=each.label)), _TODAY) for each in free]
    choices_left = BESIDE_THE_PLAN - len(entries)
    return [*entries, *house.some(offered, Act.FLOOR, house.first_of(context), choices_left, house.FURTHER)]


@house.refusals_as_cards(Act.FLOOR)
def take(context: PageContext) -> Card:
    """Take a lent desk for today."""
    house.refuse_unless(context.policy.floor_plan)
    spot = house.number_in(context.value)
    lent = lending.take(context.connection, context.moment, ACTOR, context.number, spot, context.moment.day)
    return house.done(context, _YOURS.of(label=lent.label), Act.FLOOR)


@house.refusals_as_cards(Act.FLOOR)
def leave(context: PageContext) -> Card:
    """Leave the desk taken for today, for others."""
    house.refuse_unless(context.policy.floor_plan)
    lending.leave(context.connection, context.moment, ACTOR, context.number, context.moment.day)
    return house.done(context, _LEFT, Act.FLOOR)


def days(context: PageContext) -> Card:
    """Show the open days of the next two weeks, today among them: on each the member's own desk is kept or lent, and a
    touch changes that. A choice's value is its day and the page's first choice, so that the page stays.
    """
    house.refuse_unless(context.policy.floor_plan)
    connection, today = context.connection, context.moment.day
    person = members.by_number(connection, context.number)
    lent = {each.day_on: each for each in lent_rows.of_holder(connection, person.id, today)}
    first = house.first_of(context)
    coming = (today + timedelta(days=each) for each in range(LENT_DAYS))
    listed = []
    for day in (each for each in coming if _is_open(context, each)):
        act = Act.SPOT_KEEP if day in lent else Act.SPOT_LEND
        how = _KEPT if day not in lent else _LENT if lent[day].taken is None else _LENT_AND_TAKEN
        listed.append(Entry(Option(act, f"{day} {first}", ShortDay(day)), how))
    return house.page(context, CardKind.SPOT_DAYS, house.some(listed, Act.SPOT_DAYS, first, A_PAGE), Act.FLOOR)


def _is_open(context: PageContext, day: date) -> bool:
    """Tell whether the space opens on a day; every day counts as open without a calendar, or where the calendar does
    not have the day.
    """
    calendar = context.policy.calendar
    return calendar is None or day not in calendar.days or bool(calendar.days[day])


@house.refusals_as_cards(Act.FLOOR)
def lend(context: PageContext) -> Card:
    """Lend the member's own desk on a day."""
    return _lend_or_keep(context, lent=True)


@house.refusals_as_cards(Act.FLOOR)
def keep(context: PageContext) -> Card:
    """Keep the member's own desk on a day on which it was lent."""
    return _lend_or_keep(context, lent=False)


def _lend_or_keep(context: PageContext, *, lent: bool) -> Card:
    """Lend the own desk on the touched day, or keep it after all, and show the days again."""
    house.refuse_unless(context.policy.floor_plan)
    typed_day, _, first = context.value.partition(" ")
    try:
        day = date.fromisoformat(typed_day)
    except ValueError:
        raise RequestError("touch-over", "there is no such day") from None
    act = lending.lend if lent else lending.lend_no_more
    act(context.connection, context.moment, ACTOR, context.number, day)
    return days(replace(context, value=first))


PAGES = {
    Act.FLOOR: Page(floor),
    Act.SPOT_TAKE: Page(take, writes=True),
    Act.SPOT_LEAVE: Page(leave, writes=True),
    Act.SPOT_DAYS: Page(days),
    Act.SPOT_LEND: Page(lend, writes=True),
    Act.SPOT_KEEP: Page(keep, writes=True),
}
