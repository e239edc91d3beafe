"""Books a room, moves a booking and cancels it: each one transaction, and the database alone says which was first.

A form names its act by a key; sent again, it is answered as if done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import SealingUseCase
from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.opening_hours import ALL_DAY, Day
from kiosk.domain.rooms import clients, fees, pricing
from kiosk.domain.rooms.fees import Held
from kiosk.domain.rooms.pricing import Price
from kiosk.domain.rooms.rules import RoomRules
from kiosk.domain.slots import Slot
from kiosk.errors import RequestError
from kiosk.rooms import charging
from kiosk.store.members import members, organisations
from kiosk.store.members.members import Member
from kiosk.store.rooms import booking_rows, room_rows
from kiosk.store.rooms.booking_rows import BOOKED, CANCELLED, OPTION, Booking, NewBooking
from kiosk.store.rooms.room_rows import Room
from kiosk.store.space import room_rules
from kiosk.store.space.policies import Rules

LONGEST_TITLE = 80
PAST = timedelta(minutes=30)  # who is in the room already books it from when they came in


class BookingWish(Struct, frozen=True, kw_only=True):
    """A room for a time, for a member by number, an organisation, or the house itself. `any_hour`: whether or not the
    room is open then, which is for the desk to say. `is_planned`: the house's own event, however far ahead and long.
    """

    room: int
    slot: Slot
    member: int | None = None
    organisation: int | None = None
    title: str = ""
    any_hour: bool = False
    is_planned: bool = False


class BookingResult(Struct, frozen=True):
    """A booking that was made or changed, and what it costs. `again`: the same form had done it before."""

    id: int
    cents: int
    again: bool = False


class Terms(Struct, frozen=True):
    """What holds for a booking at the moment: the rules and the place's clock."""

    policy: Policy
    moment: Moment
    rules: RoomRules


class Bookings(SealingUseCase):
    """The acts of the desk, the screen and other subjects on rooms. `actor` is written as each booking's author."""

    def book(self, wish: BookingWish, *, key: bytes | None = None) -> BookingResult:
        """Book a room. Raises what `book` raises."""
        with self._store.writing() as connection:
            before = None if key is None else booking_rows.by_key(connection, key)
            if before is not None:
                return BookingResult(before.id, before.price.cents, again=True)
            return book(connection, self._rules, self._seal, wish, self._clock.now(), self._actor, key=key)

    def move(self, booking_id: int, room_id: int, slot: Slot, *, any_hour: bool = False) -> BookingResult:
        """Hold another room or time for the same. Raises as `book`, and RequestError `no-such-booking`,
        `booking-over`, `booking-changed` or `booking-charged`.
        """
        with self._store.writing() as connection:
            terms = terms_at(connection, self._rules, self._clock.now())
            wish = BookingWish(room=room_id, slot=slot, any_hour=any_hour)
            return move(connection, self._rules, terms, standing(connection, booking_id), wish)

    def cancel(self, booking_id: int) -> int:
        """Cancel a booking. Returns the fee that was put on its account, by the rules of the day.

        Raises RequestError `no-such-booking`, `booking-over` or `booking-changed`.
        """
        with self._store.writing() as connection:
            terms = terms_at(connection, self._rules, self._clock.now())
            return cancel(connection, self._seal, terms, standing(connection, booking_id), self._actor)

    def fee(self, found: Booking, at: datetime, rules: RoomRules) -> int:
        """What cancelling a booking would cost at a moment."""
        return 0 if found.state == OPTION else fees.on_cancelling(found.price.cents, found.slot, at, rules)


def terms_at(connection: sa.Connection, rules: Rules, at: datetime) -> Terms:
    """What holds at a moment. Raises RequestError `rooms-off` where the association has no rooms to let."""
    policy, moment = rules.at(connection, at)
    found = room_rules.read(connection, moment.day)
    if not found.rooms_on:
        raise RequestError("rooms-off", "rooms are not turned on: Rules, Rooms")
    return Terms(policy, moment, found)


def standing(connection: sa.Connection, booking_id: int) -> Booking:
    """A booking that still holds its room. Raises RequestError `no-such-booking` or `booking-over`."""
    found = booking_rows.by_id(connection, booking_id)
    if not found.holds:
        raise RequestError("booking-over", number=booking_id)
    return found


def book(
    connection: sa.Connection,
    rules: Rules,
    seal: Seal,
    wish: BookingWish,
    at: datetime,
    actor: str,
    *,
    key: bytes | None = None,
    **more: int | str,
) -> BookingResult:
    """Book a room in the transaction at hand; an organisation is charged at once, a member when it is over.

    Raises RequestError `rooms-off`, `no-such-room`, `no-such-member`, `member-left`, `no-such-organisation`,
    `room-payer`, `room-closed`, `slot-past`, `slot-far`, `room-taken` or `title`, Problem `slot-long`, `room-quota` or
    `no-tariff`.
    """
    terms = terms_at(connection, rules, at)
    room = room_rows.by_id(connection, wish.room)
    if wish.member is not None and wish.organisation is not None:
        raise RequestError("room-payer", field="organisation")
    check(connection, rules, terms, room, wish)
    person = None if wish.member is None else members.present(connection, wish.member, _day(wish.slot, rules))
    if wish.organisation is not None:
        organisations.by_id(connection, wish.organisation)
    price = priced(connection, rules, terms, room, wish.slot, person, wish.organisation)
    more.setdefault("kind", "booking" if person is not None or wish.organisation is not None else "house")
    new = NewBooking(
        room=room.id,
        slot=wish.slot,
        setup_minutes=room.facts.setup_minutes,
        day_on=_day(wish.slot, rules),
        made_at=at,
        made_by=actor,
        title=title_of(wish.title),
        member_id=None if person is None else person.id,
        organisation_id=wish.organisation,
        price=price,
        key=key,
        **more,  # type: ignore[arg-type]  # by the names of its fields
    )
    with saying_who(connection, rules, room, wish.slot):
        made = booking_rows.add(connection, new)
    if wish.organisation is not None and new.state == BOOKED:
        charging.charge(connection, seal, terms.policy, booking_rows.by_id(connection, made), terms.moment, actor)
    return BookingResult(made, price.cents)


def move(connection: sa.Connection, rules: Rules, terms: Terms, held: Booking, wish: BookingWish) -> BookingResult:
    """Hold the room and time of a wish for a booking, in the transaction at hand. Raises as `Bookings.move` does."""
    if held.settled_at is not None:
        raise RequestError("booking-charged", number=held.id)
    room = room_rows.by_id(connection, wish.room)
    check(connection, rules, terms, room, wish)
    person = None if held.member_number is None else members.by_number(connection, held.member_number)
    price = priced(connection, rules, terms, room, wish.slot, person, held.organisation_id, held.id)
    with saying_who(connection, rules, room, wish.slot, held.id):
        setup, day_on = room.facts.setup_minutes, _day(wish.slot, rules)
        booking_rows.move(connection, held, wish.room, wish.slot, setup, day_on, price)
    return BookingResult(held.id, price.cents)


@contextmanager
def saying_who(
    connection: sa.Connection, rules: Rules, room: Room, slot: Slot, but: int | None = None
) -> Iterator[None]:
    """Tell of a room that is taken from when until when, and by whom."""
    try:
        yield
    except RequestError as refused:
        taken = who_has(connection, rules, room, slot, but) if refused.code == "room-taken" else None
        if taken is None:
            raise
        raise taken from None


def who_has(
    connection: sa.Connection, rules: Rules, room: Room, slot: Slot, but: int | None = None
) -> RequestError | None:
    """Return the refusal of a room that is taken, with from when until when, and by whom; None where it is free."""
    around = slot.with_room_after(room.facts.setup_minutes)
    held = [each for each in booking_rows.between(connection, around, room.id) if each.id != but]
    if not held:
        return None
    first = held[0]
    text = f"the room is taken from {{since}} to {{until}}, by booking {first.id}"
    times, who = hours(first.held, rules.zone), first.payer or first.title or "—"
    return RequestError("room-taken", text, field="from", who=who, **times)


def hours(slot: Slot, zone: ZoneInfo) -> dict[str, str]:
    """From when until when, with the day where that is another than the one on which it begins."""
    first, last = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
    pattern = "%H:%M" if first.date() == last.date() else "%d/%m %H:%M"
    return {"since": first.strftime(pattern), "until": last.strftime(pattern)}


def cancel(connection: sa.Connection, seal: Seal, terms: Terms, found: Booking, actor: str) -> int:
    """Cancel a booking in the transaction at hand; what was charged is taken back, and the fee put in its place."""
    at = terms.moment.at
    cents = fees.on_cancelling(found.price.cents, found.slot, at, terms.rules) if found.state != OPTION else 0
    charging.take_back(connection, seal, found, terms.moment, actor)
    booking_rows.change(connection, found, state=CANCELLED, over_at=at, settled_at=at)
    charging.day_again_for(connection, seal, terms.policy, found, terms.moment, actor)
    if cents:
        charging.fee(connection, seal, terms.policy, found, cents, terms.moment, actor, charging.LATE)
    return cents


def check(connection: sa.Connection, rules: Rules, terms: Terms, room: Room, wish: BookingWish) -> None:
    """Check whether a room can be had at a time at all, apart from other bookings.

    Raises RequestError `room-closed`, `slot-past` or `slot-far`, Problem `slot-long`.
    """
    slot, moment = wish.slot, terms.moment
    if slot.starts_at < moment.at - PAST:
        raise RequestError("slot-past", field="day", day=_day(slot, rules))
    first = _day(slot, rules)
    ahead, longest = terms.rules.room_ahead_days, terms.rules.room_longest_minutes
    if not wish.is_planned and first > moment.day + timedelta(days=ahead):
        raise RequestError("slot-far", field="day", day=first, days=ahead)
    if not wish.is_planned and slot.minutes > longest:
        raise RequestError("slot-long", field="until", minutes=longest)
    if not room.is_open_on(first):
        raise RequestError("room-closed", field="from", label=room.code, until=room.closed_on)
    if not wish.any_hour and not is_open(connection, rules, room, slot):
        raise RequestError("room-closed", field="from", label=room.code)


def is_open(connection: sa.Connection, rules: Rules, room: Room, slot: Slot) -> bool:
    """Whether a room is open all of a time: by its own hours where it has some, never on a day that is closed."""
    return all(
        any(each.since <= since and until <= each.until for each in hours_on(connection, rules, room, day))
        for day, since, until in slot.on_days(rules.zone)
    )


def hours_on(connection: sa.Connection, rules: Rules, room: Room, day: date) -> Day:
    """When a room is open on a day."""
    calendar = rules.on(connection, day).calendar
    house = ALL_DAY if calendar is None else calendar.days.get(day, ALL_DAY)
    own = room.facts.hours
    return house if own is None or not house else own[day.weekday()]


def priced(
    connection: sa.Connection,
    rules: Rules,
    terms: Terms,
    room: Room,
    slot: Slot,
    person: Member | None,
    organisation: int | None,
    but: int | None = None,
) -> Price:
    """Return the price of a time: for a client that of its kind, for a member theirs, for the house nothing.

    Raises Problem `room-quota` or `no-tariff`.
    """
    if person is None and organisation is None:
        return Price()
    day, level, left = _day(slot, rules), "", 0
    if organisation is not None:
        level = clients.level_of(organisations.by_id(connection, organisation).facts.kind)
    if person is not None:
        level = members.reduced_level(connection, person, day) or ""
        first, last = day.replace(day=1) - timedelta(days=7), day + timedelta(days=45)
        held, paid_by_plan = booking_rows.held_by(connection, person.id, first, last, but)
        fees.check_quotas(held, [Held(on, minutes) for on, minutes in slot.minutes_on(rules.zone)], terms.rules)
        left = fees.included(person.plan, paid_by_plan, day, terms.rules)
    return pricing.price(
        slot,
        rules.zone,
        room.facts.priced_by,
        rules.on(connection, day),
        level=level or None,
        half_day_minutes=terms.rules.room_half_day_minutes,
        included_minutes=left,
    )


def title_of(text: str) -> str | None:
    """What a booking is for, in few words. Raises RequestError `title`."""
    words = " ".join(text.split())
    if len(words) > LONGEST_TITLE or not words.isprintable():
        raise RequestError("title", field="title", longest=LONGEST_TITLE)
    return words or None


def _day(slot: Slot, rules: Rules) -> date:
    return slot.starts_at.astimezone(rules.zone).date()
