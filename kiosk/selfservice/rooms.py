"""Books a room at the screen in three touches after the badge (which room, when, how long), and cancels a member's own
bookings.

The price stands below each choice. A booking just made can be undone at once, like a day: the flow keeps it
(`context.keep`, `take`) until the member is done.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.domain.money.credit import Beyond, Purchase, Reason, credit
from kiosk.domain.money.tariffs import ProductKind
from kiosk.domain.rooms.offers import LENGTHS
from kiosk.domain.slots import Slot
from kiosk.errors import RequestError
from kiosk.hosting.words import Hours, Turn
from kiosk.language.texts import Said, Text
from kiosk.money import cashbox
from kiosk.rooms import day_units, today
from kiosk.rooms.screen import Offer, RoomScreen
from kiosk.selfservice import house
from kiosk.selfservice.choice_labels import IN_BOX, Euros, ShortDay, option
from kiosk.selfservice.house import Entry, HouseSheet
from kiosk.store.rooms import booking_rows, room_rows
from kiosk.store.rooms.booking_rows import Booking
from kiosk.store.rooms.room_rows import Room
from kiosk.store.space.policies import Rules

A_PAGE = 5  # choices on a page, among them the one that shows the next
DAYS = 6  # days ahead that can be booked here; the desk books further

_NOW = Text("Maintenant", "Now")
_ANOTHER_DAY, _IN_DAYS = Text("Un autre jour", "Another day"), Text("Cette semaine", "This week")
_OWN, _SEE_OR_CANCEL = Text("Mes réservations", "My bookings"), Text("Voir ou annuler", "See or cancel")
_CANCEL = Text("Annuler cette réservation", "Cancel this booking")
_FREE_OF_CHARGE, _FEE = Text("Sans frais", "Free of charge"), Text("Frais : {cents}", "Fee: {cents}")
_FREE_UNTIL, _TAKEN_UNTIL = (
    Text("Libre jusqu’à {hour}", "Free until {hour}"),
    Text("Prise jusqu’à {hour}", "Taken until {hour}"),
)
_FREE, _CLOSED = Text("Libre", "Free"), Text("Fermée maintenant", "Closed now")
_OVER_LIMIT = Text(
    "Limite de votre ardoise : {limit}. Payez {missing} ou plus.", "Your tab’s limit: {limit}. Pay {missing} or more."
)
_OVER_ADVANCE = Text("Avance insuffisante. Payez {missing} ou plus.", "Not enough credit. Pay {missing} or more.")
_AT_THE_OFFICE = Text(
    "Votre ardoise est pleine : voyez avec le bureau.", "Your tab is at its limit: please see the office."
)
_MORE_TIME = Text("Pour plus longtemps", "For longer")
_LEAST = Purchase(ProductKind.ROOM, 1)  # one cent: an account that cannot take it cannot book anything with a price
_GRATIS = Text("Gratuite", "Free of charge")
_UNTIL = Text("Jusqu’à {hour}", "Until {hour}")
_FROM = Text("{room} · {when}", "{room} · {when}")
_AT = Text("{day}, {hour}", "{day}, {hour}")
_DONE = Text("{room} · {when} · {cents}", "{room} · {when} · {cents}")
_AND = Text("{what}. {more}", "{what}. {more}")
_COMES_BACK = Text("Ensuite, votre journée payée d’avance vous revient.", "Your prepaid day is then given back.")
_STAYS = Text(
    "Votre journée payée d’avance finit aujourd’hui : elle ne revient pas.",
    "Your prepaid day expires today: it is not given back.",
)
_UNDONE = Text("Annulée : {room} · {when}", "Cancelled: {room} · {when}")
_MINUTES, _HOURS, _BOTH = (
    Text("{count} min", "{count} min"),
    Text("{count} h", "{count} h"),
    Text("{hours} h {rest}", "{hours} h {rest}"),
)


class Booked(Struct, frozen=True):
    """The booking, by its id, just made in this flow, which can be undone."""

    booking: int


class Hour(Struct, frozen=True):
    """A time of the wall clock: `14 h`, `14 h 07`."""

    at: datetime

    def to(self, language: str, /) -> str:
        """Return the time as a language writes it."""
        from kiosk.exports import formats  # heavy, and the entrance starts without it

        return formats.clock(self.at.hour, self.at.minute, language, short=True)


def lasting(minutes: int) -> Said:
    """Return a duration in words of a choice: `30 min`, `1 h`, `1 h 30`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _MINUTES.of(count=minutes)
    return _BOTH.of(hours=hours, rest=f"{rest:02}") if rest else _HOURS.of(count=hours)


def screen(context: PageContext) -> RoomScreen:
    """Return what booking at the screen works with. Raises RequestError `touch-over` where members book
    no rooms here.
    """
    zone = context.moment.local.tzinfo
    if not isinstance(zone, ZoneInfo):
        raise AssertionError("a space's moments are in its zone")
    rules = Rules(zone)
    policy, moment = rules.at(context.connection, context.moment.at)
    house.refuse_unless(policy.books_rooms)
    return RoomScreen(
        context.connection, rules, context.seal, policy, moment, context.number, context.actor, context.is_here
    )


def show(context: PageContext) -> Card:
    """Show the rooms, each with its state now, and above them why the account can take no booking, where it cannot."""
    room_screen = screen(context)
    own = [Entry(Option(Act.ROOM_OWN, "", _OWN), _SEE_OR_CANCEL)] if room_screen.own() else []
    listed = [  # each leads to the room's free times: today (0 days ahead), from the first (0) on
        Entry(Option(Act.ROOM_WHEN, f"{each.id} 0 0", each.names), _how(each.is_free, each.until, is_open=each.is_open))
        for each in today.now(context.connection, room_screen.rules, room_screen.moment)
    ]
    shown = house.some(listed, Act.ROOM, house.first_of(context), A_PAGE, house.FURTHER)
    card = house.page(context, CardKind.ROOM, [*shown, *own])
    beyond = credit(room_screen.owing(), _LEAST)
    return card if beyond is None else _with_paying(card, beyond)


def _with_paying(card: Card, beyond: Beyond) -> Card:
    """Say above the choices why the account cannot take more and what would help, with a button to pay in place of the
    one that leads back: a third button would cover the words on an upright screen.
    """
    sheet = card.sheet
    if not isinstance(sheet, HouseSheet):
        raise AssertionError("a page of choices has their sheet")
    return replace(card, sheet=replace(sheet, about=_beyond_words(beyond)), acts=(Act.PAY, *card.acts[-1:]))


def _beyond_words(beyond: Beyond) -> Said:
    """Return the words for why an account cannot take more, and what would help."""
    if beyond.reason not in (Reason.LIMIT, Reason.ADVANCE):
        return _AT_THE_OFFICE
    text = _OVER_LIMIT if beyond.reason is Reason.LIMIT else _OVER_ADVANCE
    return text.of(limit=Euros(beyond.limit_cents), missing=Euros(beyond.missing_cents))


def _ways_to_pay(context: PageContext, room_screen: RoomScreen, beyond: Beyond) -> list[Entry]:
    """Return the choice of declaring the missing cash, where it is no more than may be declared."""
    cents = beyond.missing_cents
    if not 0 < cents <= cashbox.most_to_declare(context.connection, room_screen.member.account):
        return []
    return [Entry(option(Act.DECLARE, cents, IN_BOX.of(sum=Euros(cents))), _MORE_TIME)]


def _how(is_free: bool, until: datetime | None, *, is_open: bool) -> Said:
    """Return how a room stands now, in words; free until midnight is just free."""
    if not is_open:
        return _CLOSED
    if until is None or (is_free and (until.hour, until.minute) == (0, 0)):
        return _FREE
    return (_FREE_UNTIL if is_free else _TAKEN_UNTIL).of(hour=Hour(until))


def _parts(choice: str, count: int) -> list[int]:
    """Return the numbers in a touched value. Raises RequestError `touch-over` unless there are `count` of them."""
    parts = choice.split(" ")
    if len(parts) != count:
        raise RequestError("touch-over", "there is no such choice here")
    return [house.number_in(each) for each in parts]


def when(context: PageContext) -> Card:
    """Show when the room is free: now or later on this day, or on another day. The touched value has the room's id, how
    many days ahead, and the first choice to show; or the id alone, for the list of days. More days ahead than DAYS
    count as that many.
    """
    room_screen = screen(context)
    if " " not in context.value:  # the room's number alone: "another day" was touched
        return _days(context, room_screen)
    room_id, ahead, first = _parts(context.value, 3)
    room = room_rows.by_id(context.connection, room_id)
    day = room_screen.moment.local.date() + timedelta(days=min(ahead, DAYS))
    listed = [_beginning(room, at, gap, room_screen) for at, gap in room_screen.begins(room, day)]
    entries = house.some(listed, Act.ROOM_WHEN, first, A_PAGE, before=f"{room_id} {ahead} ")
    if not first:
        entries.append(Entry(Option(Act.ROOM_WHEN, str(room_id), _ANOTHER_DAY), _IN_DAYS))
    title = _FROM.of(room=room.names, when=ShortDay(day)) if ahead else room.names
    return house.page(context, CardKind.ROOM_WHEN, entries, Act.ROOM, about=title)


def _beginning(room: Room, at: datetime, gap: Slot, room_screen: RoomScreen) -> Entry:
    """Return the choice of a start, with the end of the free time below."""
    zone = room_screen.rules.zone
    local, ends = at.astimezone(zone), gap.ends_at.astimezone(zone)
    start_text: Said = _NOW if at <= room_screen.moment.at else Hour(local)
    below = _FREE if (ends.hour, ends.minute) == (0, 0) else _FREE_UNTIL.of(hour=Hour(ends))
    return Entry(Option(Act.ROOM_LONG, f"{room.id} {int(at.timestamp()) // 60}", start_text), below)


def _days(context: PageContext, room_screen: RoomScreen) -> Card:
    """Show those of the next six days on which the room is open and free for some time."""
    room = room_rows.by_id(context.connection, house.number_in(context.value))
    first = room_screen.moment.local.date()
    entries = [
        Entry(Option(Act.ROOM_WHEN, f"{room.id} {ahead} 0", ShortDay(first + timedelta(days=ahead))))
        for ahead in range(1, DAYS + 1)
        if room_screen.begins(room, first + timedelta(days=ahead))
    ]
    return house.page(context, CardKind.ROOM_WHEN, entries, Act.ROOM, about=room.names)


@house.refusals_as_cards(Act.ROOM)
def how_long(context: PageContext) -> Card:
    """Show the possible lengths of a booking, each with its price. The touched value has the room's id, and the start
    in minutes since 1970. Lengths that the member's account cannot take are left out, and the page says why (the first
    reason). Where none is free any more, the card says so.
    """
    room_screen = screen(context)
    room_id, minute = _parts(context.value, 2)
    room, starts_at = room_rows.by_id(context.connection, room_id), _at(minute, room_screen)
    offers = room_screen.lengths(room, starts_at)
    if not offers:
        raise RequestError("room-taken", "somebody was quicker", field="from")
    context.name_the_act()  # gives the booking an id: two touches book once
    owing = room_screen.owing()
    beyond_by_offer = {each: credit(owing, Purchase(ProductKind.ROOM, each.cents)) for each in offers}
    entries = [_offered(room, minute, each, room_screen.rules.zone) for each in offers if beyond_by_offer[each] is None]
    title = _FROM.of(room=room.names, when=_start(starts_at, room_screen))
    beyond = next((each for each in beyond_by_offer.values() if each is not None), None)
    if beyond is None:
        return house.page(context, CardKind.ROOM_LONG, entries, Act.ROOM, about=title)
    entries += _ways_to_pay(context, room_screen, beyond)
    return _with_paying(house.page(context, CardKind.ROOM_LONG, entries, Act.ROOM, about=title), beyond)


def _offered(room: Room, minute: int, offer: Offer, zone: ZoneInfo) -> Entry:
    """Return a length with its price as a choice; an unusual length is named by its end."""
    slot = offer.slot
    value = f"{room.id} {minute} {slot.minutes} {offer.cents}"
    length_text = (
        lasting(slot.minutes) if slot.minutes in LENGTHS else _UNTIL.of(hour=Hour(slot.ends_at.astimezone(zone)))
    )
    return Entry(Option(Act.ROOM_BOOK, value, length_text), _price(offer.cents))


def _price(cents: int) -> Said:
    """Return a price in words; no amount where the room is free of charge."""
    return Euros(cents) if cents else _GRATIS


def _at(minute: int, room_screen: RoomScreen) -> datetime:
    """Return the moment in a touched value (minutes since 1970). Raises RequestError `touch-over` outside the days
    bookable here.
    """
    at = datetime.fromtimestamp(minute * 60, tz=room_screen.moment.at.tzinfo)
    # "Now" was the minute at which the page was drawn.
    if not room_screen.moment.at - timedelta(hours=1) <= at <= room_screen.moment.at + timedelta(days=DAYS + 1):
        raise RequestError("touch-over", "this choice is over")
    return at


def _start(at: datetime, room_screen: RoomScreen) -> Said:
    """Return a start as an hour, with its day where it is not today."""
    local = at.astimezone(room_screen.rules.zone)
    if local.date() == room_screen.moment.local.date():
        return Hour(local)
    return _AT.of(day=ShortDay(local.date()), hour=Hour(local))


@house.refusals_as_cards(Act.ROOM)
def book(context: PageContext) -> Card:
    """Book the room at the price that stood below the choice. The touched value has the room's id, the start in minutes
    since 1970, the length in minutes, and that price in cents.
    """
    room_screen, key = screen(context), context.named_act
    room_id, minute, minutes, cents = _parts(context.value, 4)
    if key is None or not 0 < minutes <= 24 * 60:
        raise RequestError("touch-over", "nothing was offered")
    starts_at = _at(minute, room_screen)
    room = room_rows.by_id(context.connection, room_id)
    booking = room_screen.book(room, Offer(Slot(starts_at, starts_at + timedelta(minutes=minutes)), cents), key)
    context.keep(Booked(booking.id))
    booked_text = _DONE.of(room=room.names, when=_when(booking, room_screen), cents=_price(booking.price.cents))
    day_comes_back = None  # no prepaid day is concerned; else whether it is given back
    if booking.day_on == room_screen.moment.day:
        day_comes_back = day_units.comes_back(
            context.connection, room_screen.policy, context.number, room_screen.moment
        )
    if day_comes_back is not None:
        booked_text = _AND.of(what=booked_text, more=_COMES_BACK if day_comes_back else _STAYS)
    card = house.done(context, booked_text, Act.ROOM)
    return replace(card, acts=(Act.ROOM_UNDO, *card.acts))


@house.refusals_as_cards(Act.ROOM)
def undo(context: PageContext) -> Card:
    """Undo the booking just made in this flow."""
    room_screen = screen(context)
    booked = context.take(Booked)
    if booked is None:
        raise RequestError("touch-over", "nothing was just booked")
    return house.done(context, _cancelled_words(context, room_screen.undo(booked.booking), room_screen), Act.ROOM)


def _when(booking: Booking, room_screen: RoomScreen) -> Turn:
    """Return the day and hours of a booking in local time."""
    zone = room_screen.rules.zone
    starts, ends = booking.slot.starts_at.astimezone(zone), booking.slot.ends_at.astimezone(zone)
    return Turn(starts.date(), Hours(starts.hour * 60 + starts.minute, ends.hour * 60 + ends.minute))


def _cancelled_words(context: PageContext, booking: Booking, room_screen: RoomScreen) -> Said:
    """Return the words for a cancelled booking: its room and time."""
    room = room_rows.by_id(context.connection, booking.room)
    return _UNDONE.of(room=room.names, when=_when(booking, room_screen))


# --- the member's own bookings


def own(context: PageContext) -> Card:
    """List the member's bookings that can still be cancelled (neither claimed nor charged), earliest first."""
    room_screen = screen(context)
    listed = [
        Entry(
            Option(Act.ROOM_ONE, str(each.id), _when(each, room_screen)),
            room_rows.by_id(context.connection, each.room).names,
        )
        for each in room_screen.own()
    ]
    shown = house.some(listed, Act.ROOM_OWN, house.first_of(context), A_PAGE)
    return house.page(context, CardKind.ROOM_OWN, shown, Act.ROOM)


def show_one(context: PageContext) -> Card:
    """Show one booking, and what cancelling it costs."""
    room_screen = screen(context)
    booking = room_screen.mine(house.number_in(context.value))
    room, fee = room_rows.by_id(context.connection, booking.room), room_screen.fee(booking)
    below = _FEE.of(cents=Euros(fee)) if fee else _FREE_OF_CHARGE
    entries = [Entry(Option(Act.ROOM_CANCEL, str(booking.id), _CANCEL), below)]
    title = _FROM.of(room=room.names, when=_when(booking, room_screen))
    return house.page(context, CardKind.ROOM_OWN, entries, Act.ROOM_OWN, about=title)


@house.refusals_as_cards(Act.ROOM)
def cancel(context: PageContext) -> Card:
    """Cancel the touched booking of this member, with the fee that the page has named."""
    room_screen, booking_id = screen(context), house.number_in(context.value)
    room_screen.cancel(booking_id)
    return house.done(
        context, _cancelled_words(context, booking_rows.by_id(context.connection, booking_id), room_screen), Act.ROOM
    )


# `writes`: in a writing transaction.
PAGES = {
    Act.ROOM: Page(show),
    Act.ROOM_WHEN: Page(when),
    Act.ROOM_LONG: Page(how_long),
    Act.ROOM_BOOK: Page(book, writes=True),
    Act.ROOM_UNDO: Page(undo, writes=True),
    Act.ROOM_OWN: Page(own),
    Act.ROOM_ONE: Page(show_one),
    Act.ROOM_CANCEL: Page(cancel, writes=True),
}
