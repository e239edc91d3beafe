"""Quotes a time to an organisation and holds it until a day; an accepted quote is booked and charged as it stands.

A quote is for a room, or for a let: a zone or the whole place, with the rooms in it. A security deposit is entered on
the account with the acceptance, and given back by reversing that entry. `Terms` are the rules in force and the moment
of a transaction; a booking in the state OPTION holds its room for a quote.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.acting import SealingUseCase
from kiosk.domain.chain import Seal
from kiosk.domain.money.tariffs import Policy, ProductKind
from kiosk.domain.periods import Unit
from kiosk.domain.rooms import clients, pricing
from kiosk.domain.rooms.pricing import PricedBy
from kiosk.domain.rooms.rules import Permanents
from kiosk.domain.slots import Slot
from kiosk.errors import RequestError
from kiosk.language.catalogues import OURS
from kiosk.language.names import Names
from kiosk.language.texts import Text
from kiosk.money import till
from kiosk.rooms import bookings, charging
from kiosk.rooms.bookings import BookingWish, Terms
from kiosk.store import name_rows
from kiosk.store.members import organisations
from kiosk.store.money import reversals
from kiosk.store.rooms import booking_rows, quote_rows, room_rows
from kiosk.store.rooms.booking_rows import NewBooking
from kiosk.store.rooms.quote_rows import NewLet, NewQuote, Quote
from kiosk.store.rooms.room_rows import RoomFacts
from kiosk.store.space.policies import Rules

ZONE = "zone"  # kind of the row among rooms that stands for a zone or the whole place: a let's booking needs one
MOST_CENTS = 10_000_000  # of a security deposit: 100 000 EUR
MOST_DAYS = 366  # longest time that a quote holds its room
WHOLE = Text("Tout le lieu", "The whole place")
_RETURNED = "caution rendue"  # the reason of a returned deposit's reversal, for the accounts


class Asked(Struct, frozen=True, kw_only=True):
    """What a quote asks beside its price: the day until which it is valid, a part of the price to be paid before, and a
    security deposit (`caution_cents`), both in cents.
    """

    valid_until: date
    advance_cents: int = 0
    caution_cents: int = 0


class LetWish(Struct, frozen=True, kw_only=True):
    """A wish to let a zone, or the whole place where `zone` is None, for a slot, priced by a product of the kind of
    rooms.

    `instead` is the zone in which members of a let zone are counted meanwhile; `places` is how many seats the let takes
    away from members; `permanents` is what subscribers get (they come in all the same, or are compensated), None for
    what the rules say.
    """

    slot: Slot
    organisation: int
    product: str
    zone: str | None = None
    instead: str | None = None
    title: str = ""
    places: int = 0
    permanents: Permanents | None = None


class Quotes(SealingUseCase):
    """Makes, accepts, refuses and cancels quotes for the office. `actor` is written as each quote's author."""

    def quote_room(self, wish: BookingWish, asked: Asked, *, key: bytes) -> int:
        """Quote a room to an organisation, hold it until the quote's last day, and return the quote's id; the same key
        returns the same quote.

        Raises RequestError `no-such-organisation` or `quote`, and what `bookings.book` raises.
        """

        return self._once(
            key,
            lambda connection, terms: hold_room(
                connection, self._rules, self._seal, terms, wish, asked, key, self._actor
            ),
        )

    def quote_let(self, wish: LetWish, asked: Asked, *, key: bytes) -> int:
        """Quote a zone or the whole place to an organisation, hold it with the rooms in it, and return the quote's id;
        the same key returns the same quote.

        Raises RequestError `no-such-organisation`, `quote`, `let-zone`, `let-taken`, `room-taken`, `slot-past`,
        `no-such-product`, `no-such-zone` or `title`, Problem `no-tariff`.
        """
        return self._once(key, lambda connection, terms: self._let(connection, terms, wish, asked, key))

    def _let(self, connection: sa.Connection, terms: Terms, wish: LetWish, asked: Asked, key: bytes) -> int:
        """Make a let, the quote for it, and options on everything that it occupies; return the quote's id. The price is
        on the booking of the zone or the place; the rooms' bookings have none.
        """
        check(connection, terms, wish)
        client = organisations.by_id(connection, wish.organisation)
        room = _held_as(connection, wish.zone)
        lines = pricing.price(
            wish.slot,
            self._rules.zone,
            priced_by(terms.policy, wish.product),
            terms.policy,
            level=clients.level_of(client.facts.kind),
            half_day_minutes=terms.rules.room_half_day_minutes,
        ).lines
        at = terms.moment.at
        new_let = NewLet(
            slot=wish.slot,
            organisation_id=wish.organisation,
            made_at=at,
            made_by=self._actor,
            zone=wish.zone,
            instead=wish.instead,
            title=bookings.title_of(wish.title),
            places=wish.places,
            permanents=(wish.permanents or terms.rules.privatisation_permanents).value,
        )
        with _saying_who(connection, self._rules, wish):
            let = quote_rows.add_let(connection, new_let)
        number = add(connection, terms, wish.organisation, lines, asked, let, key, self._actor)
        new = NewBooking(
            room=room,
            slot=wish.slot,
            setup_minutes=0,
            day_on=wish.slot.starts_at.astimezone(self._rules.zone).date(),
            made_at=at,
            made_by=self._actor,
            state=booking_rows.OPTION,
            kind="private",
            title=bookings.title_of(wish.title),
            organisation_id=wish.organisation,
            price=pricing.Price(lines),
            privatisation_id=let,
            quote_id=number,
        )
        booking_rows.add(connection, new)
        # each room in the zone is held by a booking of its own, without a payer or a price: the let has those
        for held_room in room_rows.open_on(connection, new.day_on):
            if wish.zone in (None, held_room.facts.zone):
                setup = held_room.facts.setup_minutes
                held = replace(new, room=held_room.id, setup_minutes=setup, organisation_id=None, price=pricing.Price())
                # names the booking in the way, where the room is taken
                with bookings.saying_who(connection, self._rules, held_room, wish.slot):
                    booking_rows.add(connection, held)
        return number

    def _once(self, key: bytes, hold: Callable[[sa.Connection, Terms], int]) -> int:
        """Return the id of the quote that was made under this key (a random number of the form, so that a form sent
        twice makes one quote); where there is none, make one with `hold`, in the same transaction.
        """
        with self._store.writing() as connection:
            before = quote_rows.by_key(connection, key)
            if before is not None:
                return before
            return hold(connection, bookings.terms_at(connection, self._rules, self._clock.now()))

    def accept(self, quote_id: int) -> None:
        """Accept a quote: book what it holds and charge it. Accepting it again changes nothing.

        Raises RequestError `no-such-quote` or `quote-over`.
        """
        with self._store.writing() as connection:
            terms = bookings.terms_at(connection, self._rules, self._clock.now())
            accept(connection, self._seal, terms, quote_id, self._actor)

    def refuse(self, quote_id: int) -> None:
        """Record that a quote was refused, and free what it holds. Raises RequestError `no-such-quote`, or `quote-over`
        where it was answered already.
        """
        with self._store.writing() as connection:
            terms = bookings.terms_at(connection, self._rules, self._clock.now())
            let_go(connection, open_quote(quote_rows.by_id(connection, quote_id)), terms, quote_rows.REFUSED)

    def cancel(self, quote_id: int) -> int:
        """Cancel an accepted quote: reverse its charges and its security deposit, charge what the rules ask for a late
        cancellation instead, and return that fee in cents.

        Raises RequestError `no-such-quote`, or `quote-over` where it was not accepted or holds nothing any more.
        """
        with self._store.writing() as connection:
            terms = bookings.terms_at(connection, self._rules, self._clock.now())
            quote, cents = quote_rows.by_id(connection, quote_id), 0
            held = [booking for booking in booking_rows.of(connection, quote_id=quote_id) if booking.holds]
            if quote.state != quote_rows.ACCEPTED or not held:
                raise RequestError("quote-over", number=quote_id)
            for booking in held:
                cents += bookings.cancel(connection, self._seal, terms, booking, self._actor)
            if quote.privatisation_id is not None:
                quote_rows.change_let(connection, quote.privatisation_id, state=quote_rows.CANCELLED)
            self._give_back(connection, quote, terms)
            return cents

    def give_caution_back(self, quote_id: int) -> None:
        """Give a quote's security deposit back: reverse its entry, so that what was paid for it becomes an advance to
        refund. Done again, it changes nothing.

        Raises RequestError `no-such-quote` or `no-caution`.
        """
        with self._store.writing() as connection:
            terms = bookings.terms_at(connection, self._rules, self._clock.now())
            quote = quote_rows.by_id(connection, quote_id)
            if quote.caution_entry is None:
                raise RequestError("no-caution", number=quote_id)
            self._give_back(connection, quote, terms)

    def _give_back(self, connection: sa.Connection, quote: Quote, terms: Terms) -> None:
        """Reverse the entry of a quote's security deposit; do nothing where there is none or it was given back."""
        if quote.caution_entry is not None and not quote.caution_back:
            moment = terms.moment
            reversals.reverse(
                connection,
                self._seal,
                quote.caution_entry,
                at=moment.at,
                day_on=moment.day,
                actor=self._actor,
                reason=_RETURNED,
            )

    def insured(self, quote_id: int, until: date) -> None:
        """Record until which day the client's certificate of insurance, which an officer saw, is valid.

        Raises RequestError `no-such-quote` where the quote is of no let, or `let-insurance` where the certificate ends
        before the let.
        """
        with self._store.writing() as connection:
            quote = quote_rows.by_id(connection, quote_id)
            if quote.privatisation_id is None:
                raise RequestError("no-such-quote", number=quote_id)
            let = quote_rows.let_by_id(connection, quote.privatisation_id)
            if until < let.slot.ends_at.astimezone(self._rules.zone).date():
                raise RequestError("let-insurance", field="insured_until", until=until)
            quote_rows.change_let(connection, let.id, insured_until=until)


def hold_room(
    connection: sa.Connection,
    rules: Rules,
    seal: Seal,
    terms: Terms,
    wish: BookingWish,
    asked: Asked,
    key: bytes,
    actor: str,
) -> int:
    """Quote a room to an organisation and hold it, within the given transaction, and return the quote's id. Raises as
    `Quotes.quote_room`.
    """
    if wish.organisation is None:
        raise RequestError("no-such-organisation", field="organisation")
    room = room_rows.by_id(connection, wish.room)
    bookings.check(connection, rules, terms, room, wish)
    priced = bookings.priced(connection, rules, terms, room, wish.slot, None, wish.organisation)
    number = add(connection, terms, wish.organisation, priced.lines, asked, None, key, actor)
    at, state = terms.moment.at, booking_rows.OPTION
    bookings.book(connection, rules, seal, wish, at, actor, key=key, state=state, quote_id=number)
    return number


def add(
    connection: sa.Connection,
    terms: Terms,
    organisation: int,
    lines: tuple[pricing.Line, ...],
    asked: Asked,
    let: int | None,
    key: bytes,
    actor: str,
) -> int:
    """Write a quote within the given transaction and return its id. `let` is the id of the let that it is for, None for
    a room's quote. Raises RequestError `no-such-organisation`, `quote` for a last day that is past or more than 366
    days ahead, `amount` for an advance above the price or a security deposit above MOST_CENTS.
    """
    organisations.by_id(connection, organisation)  # refuses an unknown one
    today = terms.moment.day
    if not 0 <= (asked.valid_until - today).days <= MOST_DAYS:
        raise RequestError("quote", field="valid_until", most=MOST_DAYS)
    price = sum(line.cents for line in lines)
    if not 0 <= asked.advance_cents <= price:
        raise RequestError("amount", field="advance", most_cents=price)
    if not 0 <= asked.caution_cents <= MOST_CENTS:
        raise RequestError("amount", field="caution", most_cents=MOST_CENTS)
    new = NewQuote(
        organisation_id=organisation,
        valid_until=asked.valid_until,
        lines=lines,
        made_at=terms.moment.at,
        made_by=actor,
        advance_cents=asked.advance_cents,
        caution_cents=asked.caution_cents,
        privatisation_id=let,
        key=key,
    )
    return quote_rows.add(connection, new)


def accept(connection: sa.Connection, seal: Seal, terms: Terms, quote_id: int, actor: str) -> None:
    """Accept a quote within the given transaction: book what it holds, charge it and enter its security deposit.
    Accepting it again changes nothing. Raises RequestError `no-such-quote`, or `quote-over` where it was refused, has
    expired or its last day is past.
    """
    quote = quote_rows.by_id(connection, quote_id)
    if quote.state == quote_rows.ACCEPTED:
        return
    open_quote(quote)  # refuses a quote that was answered
    if quote.valid_until < terms.moment.day:
        raise RequestError("quote-over", number=quote_id, until=quote.valid_until)
    quote_rows.change(connection, quote_id, state=quote_rows.ACCEPTED)
    if quote.privatisation_id is not None:
        quote_rows.change_let(connection, quote.privatisation_id, state=quote_rows.BOOKED)
    for booking in booking_rows.of(connection, quote_id=quote_id):
        booking_rows.change(connection, booking, state=booking_rows.BOOKED)
        if booking.organisation_id is not None:  # the further rooms of a let have no payer, and are not charged
            # read again: a change is refused for a booking whose version is not the stored one
            again = booking_rows.by_id(connection, booking.id)
            charging.charge(connection, seal, terms.policy, again, terms.moment, actor)
    if quote.caution_cents:
        account = organisations.by_id(connection, quote.organisation_id).account
        line = till.Line("deposit", account, quote.caution_cents, detail={"quote": quote.id})
        entry = till.write(connection, seal, terms.moment, actor, [line], None)
        quote_rows.change(connection, quote.id, caution_entry=entry)


@contextmanager
def _saying_who(connection: sa.Connection, rules: Rules, wish: LetWish) -> Iterator[None]:
    """Turn a bare `let-taken` raised inside the block into one that names the other let's hours and client. Two lets
    clash where they are of one zone, or either is of the whole place.
    """
    try:
        yield
    except RequestError as refused:
        lets = quote_rows.lets_within(connection, wish.slot)
        held = [each for each in lets if None in (each.zone, wish.zone) or each.zone == wish.zone]
        if refused.code != "let-taken" or not held:
            raise
        text = "it is let from {since} to {until} to client {who!r}"
        times, who = bookings.hours(held[0].slot, rules.zone), held[0].organisation
        raise RequestError("let-taken", text, field="from", who=who, **times) from None


def check(connection: sa.Connection, terms: Terms, wish: LetWish) -> None:
    """Check that a let's time, zones and number of seats are possible. A let zone needs another one, `instead`; the
    whole place needs none. Raises RequestError `slot-past` or `let-zone`.
    """
    if wish.slot.starts_at < terms.moment.at:
        raise RequestError("slot-past", field="day")
    zones = terms.policy.zones
    if wish.zone is not None and (wish.zone not in zones or wish.instead not in zones or wish.instead == wish.zone):
        raise RequestError(
            "let-zone", "the usual users of a let zone need another zone for that time: choose one", field="instead"
        )
    if not 0 <= wish.places <= 10_000:
        raise RequestError("let-zone", "the number of places is 0 to 10000", field="places")


def priced_by(policy: Policy, product: str) -> PricedBy:
    """Return how a product prices a time, by its unit: an hour, a half day, or else a day. Raises RequestError
    `no-such-product` where the product is not of the kind of rooms.
    """
    room_product = policy.products.get(product)
    if room_product is None or room_product.kind is not ProductKind.ROOM:
        raise RequestError("no-such-product", field="product", given=product)
    return {
        Unit.HOUR: PricedBy(hour=product),
        Unit.HALF_DAY: PricedBy(half_day=product),
    }.get(room_product.unit, PricedBy(day=product))


def _held_as(connection: sa.Connection, zone: str | None) -> int:
    """Return the id of the entry among rooms that stands for a zone, or for the whole place; add that entry at the
    first let. Its code is `let`, or `let-` and the zone's.
    """
    code = "let" if zone is None else f"let-{zone}"
    for room in room_rows.everyone(connection, ZONE):
        if room.code == code:
            return room.id
    names = (
        Names({language: WHOLE.to(language) for language in OURS})
        if zone is None
        else name_rows.zones(connection)[zone]
    )
    return room_rows.add(connection, code, RoomFacts(names=names, zone=zone), ZONE)


def open_quote(quote: Quote) -> Quote:
    """Return a quote if it still waits for its answer. Raises RequestError `quote-over` otherwise."""
    if quote.state != quote_rows.OPEN:
        raise RequestError("quote-over", number=quote.id)
    return quote


def let_go(connection: sa.Connection, quote: Quote, terms: Terms, state: str) -> None:
    """Free the rooms that a quote holds, within the given transaction, and give it its last `state` (REFUSED, for one).
    Only for a quote that was not accepted: it has no charges to reverse.
    """
    at = terms.moment.at
    for booking in booking_rows.of(connection, quote_id=quote.id):
        if booking.holds:
            booking_rows.change(connection, booking, state=booking_rows.CANCELLED, over_at=at, settled_at=at)
    if quote.privatisation_id is not None:
        quote_rows.change_let(connection, quote.privatisation_id, state=quote_rows.CANCELLED)
    quote_rows.change(connection, quote.id, state=state)
