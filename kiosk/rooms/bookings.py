"""Books a room, moves a booking and cancels it, each in one transaction.

When two people want the same time, the database's own constraint decides which booking was first. A form carries a key;
when the same form is sent again, the answer is the booking that it made the first time. An *option* is a booking that
holds its room for a quote until the quote is answered.
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

LONGEST_TITLE = 80  # characters
PAST = timedelta(minutes=30)  # how far back a booking may begin, for people that are in the room already


class BookingWish(Struct, frozen=True, kw_only=True):
    """A wish to have a room for a time. The booking is a member's (by member number), an organisation's, or the house's
    own where both are None.

    `any_hour` skips the room's opening hours and the house's closed days; only the desk may set it. `is_planned` marks
    an event of the house, which may be further ahead and longer than the rules let others book.
    """

    room: int
    slot: Slot
    member: int | None = None
    organisation: int | None = None
    title: str = ""
    any_hour: bool = False
    is_planned: bool = False


class BookingResult(Struct, frozen=True):
    """The booking that was made or changed, by its id, and its price in cents. `again` is True when the same form had
    made it before.
    """

    id: int
    cents: int
    again: bool = False


class Terms(Struct, frozen=True):
    """The rules in force for a booking at a moment: the association's policy, the moment by the house's clock, and the
    rules of rooms.
    """

    policy: Policy
    moment: Moment
    rules: RoomRules


class Bookings(SealingUseCase):
    """Books, moves and cancels bookings for the desk, the screen and other subjects. `actor` is written as each
    booking's author; `_log` writes an act, its member and its subject into the desk's log.
    """

    def book(self, wish: BookingWish, *, key: bytes | None = None) -> BookingResult:
        """Book a room and return the booking. With a `key` that has made a booking before, return that booking instead.

        Raises what the function `book` raises.
        """
        with self._store.writing() as connection:
            before = None if key is None else booking_rows.by_key(connection, key)
            if before is not None:
                return BookingResult(before.id, before.price.cents, again=True)
            at = self._clock.now()
            booked = book(connection, self._rules, self._seal, wish, at, self._actor, key=key)
            self._log(connection, at, "room-booked", wish.member, f"booking {booked.id}")
            return booked

    def move(self, booking_id: int, room_id: int, slot: Slot, *, any_hour: bool = False) -> BookingResult:
        """Move a booking, with its member or organisation and its title, to a time in the same or another room, and
        return it with its new price. Raises as `book`, and RequestError `no-such-booking`, `booking-over`,
        `booking-changed` or `booking-charged`.
        """
        with self._store.writing() as connection:
            terms = terms_at(connection, self._rules, self._clock.now())
            wish = BookingWish(room=room_id, slot=slot, any_hour=any_hour)
            held = standing(connection, booking_id)
            moved = move(connection, self._rules, terms, held, wish)
            self._log(connection, terms.moment.at, "room-moved", held.member_number, f"booking {booking_id}")
            return moved

    def cancel(self, booking_id: int) -> int:
        """Cancel a booking and return the cancellation fee in cents, which is charged to the booking's account; 0 where
        cancelling is free.

        Raises RequestError `no-such-booking`, `booking-over` or `booking-changed`.
        """
        with self._store.writing() as connection:
            terms = terms_at(connection, self._rules, self._clock.now())
            held = standing(connection, booking_id)
            self._log(connection, terms.moment.at, "room-cancelled", held.member_number, f"booking {booking_id}")
            return cancel(connection, self._seal, terms, held, self._actor)

    def fee(self, booking: Booking, at: datetime, rules: RoomRules) -> int:
        """Return the fee in cents for cancelling a booking at a moment: a share of its price, or 0 as long as the rules
        let it be cancelled for free, and for an option, which is not charged yet.
        """
        return 0 if booking.state == OPTION else fees.on_cancelling(booking.price.cents, booking.slot, at, rules)


def terms_at(connection: sa.Connection, rules: Rules, at: datetime) -> Terms:
    """Return policy, moment and room rules in force at a moment. Raises RequestError `rooms-off` where the association
    has no rooms to let.
    """
    policy, moment = rules.at(connection, at)
    rules_of_rooms = room_rules.read(connection, moment.day)
    if not rules_of_rooms.rooms_on:
        raise RequestError("rooms-off", "rooms are not turned on: Rules, Rooms")
    return Terms(policy, moment, rules_of_rooms)


def standing(connection: sa.Connection, booking_id: int) -> Booking:
    """Return a booking by its id, if it still holds its room (as an option, booked or claimed). Raises RequestError
    `no-such-booking` or `booking- over`.
    """
    booking = booking_rows.by_id(connection, booking_id)
    if not booking.holds:
        raise RequestError("booking-over", number=booking_id)
    return booking


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
    """Book a room within the given transaction and return the booking. An organisation is charged at once; a member
    when the booking is over.

    `more` are further columns of the booking by name, such as its series or quote. Raises RequestError `rooms-off`,
    `no-such-room`, `no-such-member`, `member-left`, `no-such-organisation`, `room-payer`, `room-closed`, `slot-past`,
    `slot-far`, `room-taken` or `title`, Problem `slot-long`, `room-quota` or `no-tariff`.
    """
    terms = terms_at(connection, rules, at)
    room = room_rows.by_id(connection, wish.room)
    if wish.member is not None and wish.organisation is not None:
        raise RequestError("room-payer", field="organisation")
    check(connection, rules, terms, room, wish)
    person = None if wish.member is None else members.present(connection, wish.member, _first_day(wish.slot, rules))
    if wish.organisation is not None:
        organisations.by_id(connection, wish.organisation)  # refuses an unknown one
    price = priced(connection, rules, terms, room, wish.slot, person, wish.organisation)
    # For a member or an organisation, else for the house itself; a kind given in `more` is kept.
    more.setdefault("kind", "booking" if person is not None or wish.organisation is not None else "house")
    new = NewBooking(
        room=room.id,
        slot=wish.slot,
        setup_minutes=room.facts.setup_minutes,
        day_on=_first_day(wish.slot, rules),
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
        booking_id = booking_rows.add(connection, new)
    if wish.organisation is not None and new.state == BOOKED:  # an option is charged once its quote is accepted
        charging.charge(connection, seal, terms.policy, booking_rows.by_id(connection, booking_id), terms.moment, actor)
    return BookingResult(booking_id, price.cents)


def move(connection: sa.Connection, rules: Rules, terms: Terms, held: Booking, wish: BookingWish) -> BookingResult:
    """Move a booking to the room and time of a wish within the given transaction, and return it with its new price.
    Raises as `Bookings.move`.
    """
    if held.settled_at is not None:  # it was charged
        raise RequestError("booking-charged", number=held.id)
    room = room_rows.by_id(connection, wish.room)
    check(connection, rules, terms, room, wish)
    person = None if held.member_number is None else members.by_number(connection, held.member_number)
    price = priced(connection, rules, terms, room, wish.slot, person, held.organisation_id, held.id)
    with saying_who(connection, rules, room, wish.slot, held.id):
        setup, day_on = room.facts.setup_minutes, _first_day(wish.slot, rules)
        booking_rows.move(connection, held, wish.room, wish.slot, setup, day_on, price)
    return BookingResult(held.id, price.cents)


@contextmanager
def saying_who(
    connection: sa.Connection, rules: Rules, room: Room, slot: Slot, but: int | None = None
) -> Iterator[None]:
    """Turn a bare `room-taken` raised inside the block into one that names the other booking's hours and payer or
    title. Where that booking is not found, and for other codes, the refusal stays as it was.

    `but` is the id of a booking to leave out: the one that is being moved.
    """
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
    """Return the refusal `room-taken` for a room that is booked at a time, with the other booking's hours and payer or
    title (a dash without either); None where the room is free. Of several bookings the first counts; `but` is the id
    of one to leave out.
    """
    around = slot.with_room_after(room.facts.setup_minutes)  # until the room is set up again
    held = [booking for booking in booking_rows.between(connection, around, room.id) if booking.id != but]
    if not held:
        return None
    first = held[0]
    text = f"the room is taken from {{since}} to {{until}}, by booking {first.id}"
    times, who = hours(first.held, rules.zone), first.payer or first.title or "—"
    return RequestError("room-taken", text, field="from", who=who, **times)


def hours(slot: Slot, zone: ZoneInfo) -> dict[str, str]:
    """Return the beginning and end of a slot as texts `since` and `until`: wall-clock times, each with its day where
    the slot ends on another day than it begins.
    """
    first, last = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
    pattern = "%H:%M" if first.date() == last.date() else "%d/%m %H:%M"
    return {"since": first.strftime(pattern), "until": last.strftime(pattern)}


def cancel(connection: sa.Connection, seal: Seal, terms: Terms, booking: Booking, actor: str) -> int:
    """Cancel a booking within the given transaction: reverse its charges, charge the cancellation fee instead, and
    return that fee in cents.
    """
    at = terms.moment.at
    cents = fees.on_cancelling(booking.price.cents, booking.slot, at, terms.rules) if booking.state != OPTION else 0
    charging.take_back(connection, seal, booking, terms.moment, actor)
    booking_rows.change(connection, booking, state=CANCELLED, over_at=at, settled_at=at)
    # Where the rules count rooms toward the price of the member's day, that price changes with this one.
    charging.day_again_for(connection, seal, terms.policy, booking, terms.moment, actor)
    if cents:
        charging.fee(connection, seal, terms.policy, booking, cents, terms.moment, actor, charging.LATE)
    return cents


def check(connection: sa.Connection, rules: Rules, terms: Terms, room: Room, wish: BookingWish) -> None:
    """Check that a room may be booked at a time: begun at most 30 minutes ago, within the rules' days ahead and length,
    not given up by then, and open. Other bookings are not looked at.

    Raises RequestError `room-closed`, `slot-past` or `slot-far`, Problem `slot-long`.
    """
    slot, moment = wish.slot, terms.moment
    if slot.starts_at < moment.at - PAST:
        raise RequestError("slot-past", field="day", day=_first_day(slot, rules))
    first = _first_day(slot, rules)
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
    """Return whether a room is open during all of a slot: on each of its days, the slot's part lies within one of the
    opening hours of `hours_on`.
    """
    return all(
        any(each.since <= since and until <= each.until for each in hours_on(connection, rules, room, day))
        for day, since, until in slot.on_days(rules.zone)  # each local day, with the slot's minutes of it
    )


def hours_on(connection: sa.Connection, rules: Rules, room: Room, day: date) -> Day:
    """Return the hours of a day during which a room is open, in minutes since midnight: the room's own, else the
    house's, else the whole day; empty on a day on which the house is closed.
    """
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
    """Return the price of a slot by the tariffs of its first day: at the level of the organisation's kind, at the
    member's own level less the minutes that their plan still includes, or nothing for the house.

    `but` is the id of a booking that does not count toward the member's quota. Raises Problem `room-quota` or
    `no-tariff`.
    """
    if person is None and organisation is None:
        return Price()
    day, level, left = _first_day(slot, rules), "", 0  # level "": the full price; left: minutes that the plan includes
    if organisation is not None:
        level = clients.level_of(organisations.by_id(connection, organisation).facts.kind)
    if person is not None:
        level = members.reduced_level(connection, person, day) or ""
        # Every week and month that a quota may count for these days lies within these two.
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
    """Return the title of a booking with its spaces tidied, None for an empty one. Raises RequestError `title` where it
    is longer than 80 characters or not printable.
    """
    words = " ".join(text.split())
    if len(words) > LONGEST_TITLE or not words.isprintable():
        raise RequestError("title", field="title", longest=LONGEST_TITLE)
    return words or None


def _first_day(slot: Slot, rules: Rules) -> date:
    """Return the local day on which a slot begins."""
    return slot.starts_at.astimezone(rules.zone).date()
