"""Books rooms for a member at the screen or on their telephone: what is free, for how long, at what price.

Called in the transaction of a page. A booking at the screen that begins now is claimed at once, by the badge just
tapped.
"""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.domain.money.credit import CreditStanding, Purchase, credit
from kiosk.domain.money.tariffs import Policy, ProductKind
from kiosk.domain.problems import Problem
from kiosk.domain.rooms import fees, offers
from kiosk.domain.slots import Slot
from kiosk.errors import RequestError
from kiosk.money import credit as accounts
from kiosk.rooms import bookings, free_times
from kiosk.rooms.bookings import BookingWish
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.rooms import booking_rows, room_rows
from kiosk.store.rooms.booking_rows import BOOKED, CANCELLED, CLAIMED, Booking
from kiosk.store.rooms.room_rows import Room
from kiosk.store.space import room_rules
from kiosk.store.space.policies import Rules


class Offer(Struct, frozen=True):
    """A slot of a room that a member may book, and its price for them in cents."""

    slot: Slot
    cents: int


class RoomScreen(Struct, frozen=True):
    """The rooms of one member, by member number, within a page's transaction. `actor` is written as a booking's author.

    `is_here` is False for a member with a telephone elsewhere: a room that they book for now still has to be claimed
    with the badge.
    """

    connection: sa.Connection
    rules: Rules
    seal: Seal
    policy: Policy
    moment: Moment
    number: int
    actor: str
    is_here: bool = True

    @property
    def member(self) -> Member:
        """Return the member that books."""
        return members.by_number(self.connection, self.number)

    def begins(self, room: Room, day: date) -> list[tuple[datetime, Slot]]:
        """Return the moments at which a booking of a room may begin on a day, each with the free slot that it lies in:
        now, cut to the minute, where the room is free, then the later steps of the wall clock (`room_step_minutes`).
        """
        rules = room_rules.read(self.connection, self.moment.day)
        return list(offers.beginnings(self._gaps(room, day), day, self.moment.at, self.rules.zone, rules))

    def _gaps(self, room: Room, day: date) -> list[Slot]:
        """Return the free times of a room on a day."""
        return free_times.on_day(self.connection, self.rules, room, day)

    def lengths(self, room: Room, starts_at: datetime) -> list[Offer]:
        """Return the bookings of a room that may begin at a moment, one for each length, shortest first, with their
        prices; empty where it is not free then. Lengths that the rules refuse this member are left out.

        Raises Problem `room-quota` or `no-tariff` where the rules refuse every length; RequestError `rooms-off`.
        """
        rules = room_rules.read(self.connection, self.moment.day)
        day = starts_at.astimezone(self.rules.zone).date()
        gap = next((gap for gap in self._gaps(room, day) if gap.starts_at <= starts_at < gap.ends_at), None)
        lengths, why = list[Offer](), None
        for minutes in () if gap is None else offers.lengths(starts_at, gap, rules):
            slot = Slot(starts_at, starts_at + timedelta(minutes=minutes))
            try:
                lengths.append(Offer(slot, self.price(room, slot)))
            except Problem as refused:
                why = refused
        if not lengths and why is not None:
            raise why
        return lengths

    def price(self, room: Room, slot: Slot) -> int:
        """Return the price of a slot for this member in cents. Raises Problem `room-quota` or `no-tariff`, RequestError
        `rooms-off`.
        """
        terms = bookings.terms_at(self.connection, self.rules, self.moment.at)
        return bookings.priced(  # None: no organisation pays
            self.connection, self.rules, terms, room, slot, self.member, None
        ).cents

    def book(self, room: Room, offer: Offer, key: bytes) -> Booking:
        """Book an offer at the price that was shown, and return the booking; the same key returns the same booking.

        Raises RequestError `room-price` where the price has changed, `room-tab` where the member owes too much, and
        what `bookings.book` raises.
        """
        before = booking_rows.by_key(self.connection, key)
        if before is not None:
            return before
        # the offer comes back from a page: prices and rules may have changed since it was drawn
        if self.price(room, offer.slot) != offer.cents:
            raise RequestError("room-price", "the price is another by now")
        beyond = credit(self.owing(), Purchase(ProductKind.ROOM, offer.cents))
        if beyond is not None:
            raise RequestError("room-tab", sum_cents=beyond.missing_cents, member=self.number)
        wish = BookingWish(room=room.id, slot=offer.slot, member=self.number)
        booked = bookings.book(self.connection, self.rules, self.seal, wish, self.moment.at, self.actor, key=key)
        booking = booking_rows.by_id(self.connection, booked.id)
        if self.is_here and fees.claims(booking.slot, self.moment.at):  # it begins soon enough for this tap to claim it
            booking_rows.change(self.connection, booking, state=CLAIMED, claimed_at=self.moment.at)
        return booking_rows.by_id(self.connection, booked.id)

    def owing(self) -> CreditStanding:
        """Return what this member's account owes, as far as it limits another booking."""
        return accounts.standing_of(self.connection, self.rules, self.policy, self.member, self.moment)

    def own(self) -> list[Booking]:
        """Return the bookings that this member may still cancel, earliest first, 20 at most: not over, and neither
        claimed nor charged yet.
        """
        coming = booking_rows.of_member(self.connection, self.member.id, self.moment.at)
        return [each for each in coming if each.state == BOOKED and each.settled_at is None]

    def mine(self, booking_id: int) -> Booking:
        """Return a booking of this member by its id. Raises RequestError `no-such-booking` for an unknown one and, so
        that nothing is told of it, for another member's.
        """
        booking = booking_rows.by_id(self.connection, booking_id)
        if booking.member_number != self.number:
            raise RequestError("no-such-booking", number=booking_id)
        return booking

    def fee(self, booking: Booking) -> int:
        """Return the fee in cents for cancelling a booking now; 0 where it is early enough to cancel free of charge."""
        rules = room_rules.read(self.connection, self.moment.day)
        return fees.on_cancelling(booking.price.cents, booking.slot, self.moment.at, rules)

    def cancel(self, booking_id: int) -> int:
        """Cancel a booking of this member and return the fee in cents. Raises RequestError `no-such-booking` or
        `booking-over`.
        """
        terms = bookings.terms_at(self.connection, self.rules, self.moment.at)
        self.mine(booking_id)  # refuses another member's
        booking = bookings.standing(self.connection, booking_id)
        return bookings.cancel(self.connection, self.seal, terms, booking, self.actor)

    def undo(self, booking_id: int) -> Booking:
        """Undo a booking without a fee, and return it as it was before. The caller gives only the booking that the
        member has just made in its flow.

        Raises RequestError `no-such-booking` or `booking-over`.
        """
        self.mine(booking_id)  # refuses another member's
        booking = bookings.standing(self.connection, booking_id)
        at = self.moment.at
        # settled at once, so that the daily run charges no fee for it
        booking_rows.change(self.connection, booking, state=CANCELLED, over_at=at, settled_at=at)
        return booking

    def rooms(self) -> list[Room]:
        """Return the rooms that can be booked today, by the calendar's date: rooms have calendar days, while
        `moment.day` is still yesterday soon after midnight.
        """
        return room_rows.open_on(self.connection, self.moment.local.date())
