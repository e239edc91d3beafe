"""Takes requests from the public pages: made, confirmed by a mail's link, cancelled; each within the given transaction.

The answer is the same for every address, and nothing here checks whether it is a member's. What is requested is checked
when the request is made and again when it is confirmed, perhaps a day later. A wish is what the sender asks for in the
form; a mark is the random number in the link that names the stored request.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.domain.events.terms import LIVE
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.visitors import requests as rules_of
from kiosk.domain.visitors.requests import Kind, State, Step, Wish
from kiosk.errors import RequestError
from kiosk.events import charging, signing_up
from kiosk.messages import visitor_notice
from kiosk.rooms import bookings, quotes
from kiosk.rooms.bookings import BookingWish
from kiosk.store.events import event_rows, signup_rows
from kiosk.store.events.event_rows import Event
from kiosk.store.members import organisations
from kiosk.store.rooms import booking_rows, quote_rows, room_rows
from kiosk.store.space.policies import Rules
from kiosk.store.visitors import request_rows
from kiosk.store.visitors.request_rows import PublicRequest
from kiosk.visitors.links import Links

ACTOR = "link"  # the author of acts done by a link
_MARK_BYTES = 16  # random bytes by which a link names its request
_DOUBLE = timedelta(minutes=2)  # the same form within this time is one request, though not confirmed yet


class Reception(Struct, frozen=True):
    """What taking a request needs: the transaction, the dated rules and those of now (`policy`), what seals entries of
    the ledger, the moment, and the links' signer.
    """

    connection: sa.Connection
    rules: Rules
    seal: Seal
    policy: Policy
    moment: Moment
    links: Links

    def act(self) -> signing_up.Act:
        """Return what signing up for an event needs."""
        return signing_up.Act(self.connection, self.rules, self.seal, self.policy, self.moment, ACTOR)

    def terms(self) -> bookings.Terms:
        """Return what a booking needs. Raises RequestError `rooms-off`."""
        return bookings.terms_at(self.connection, self.rules, self.moment.at)


def is_on(policy: Policy, kind: Kind) -> bool:
    """Return whether the public page for a kind of request is turned on; one rule is for visits and memberships."""
    match kind:
        case Kind.EVENT:
            return policy.events and policy.public_agenda
        case Kind.ROOM:
            return policy.rooms_on and policy.public_let
        case _:
            return policy.public_work


def ask(reception: Reception, wish: Wish) -> None:
    """Store a request and mail its link to its address; delete requests that were not confirmed in time. A form like a
    waiting request's, or one sent twice within `_DOUBLE`, adds nothing. Limits count a day per address, an hour in all.

    Raises RequestError `public-off`, `too-many-requests`, `visit-closed`, and what is wrong with the wish: Problem of
    `requests.checked`, RequestError of a room or an event.
    """
    if not is_on(reception.policy, wish.kind):
        raise RequestError("public-off")
    wish = rules_of.checked(wish, reception.moment.day)
    _check(reception, wish)
    connection, now = reception.connection, reception.moment.at
    request_rows.forget_unproven(connection, rules_of.unproven_since(now))
    if request_rows.same(connection, wish, now - _DOUBLE) is not None:
        return
    of_address = request_rows.count_since(connection, now - timedelta(days=1), wish.email)
    of_all = request_rows.count_since(connection, now - timedelta(hours=1))
    if of_address >= rules_of.REQUESTS_A_DAY or of_all >= rules_of.ALL_REQUESTS_AN_HOUR:
        raise RequestError("too-many-requests")
    mark = secrets.token_bytes(_MARK_BYTES)
    new_request = request_rows.by_id(connection, request_rows.add(connection, mark, wish, now))
    visitor_notice.put_proof(connection, new_request, reception.links.of(mark), now)


def _check(reception: Reception, wish: Wish) -> None:
    """Check what a visitor asks for, by its kind: a visit, a room or an event; nothing for other kinds."""
    match wish.kind:
        case Kind.VISIT:
            _check_day(reception, wish)
        case Kind.ROOM:
            _check_room(reception, wish)
        case Kind.EVENT:
            listed_event(reception, wish.event)  # refuses one that is not on the public list, or is over


def _check_day(reception: Reception, wish: Wish) -> None:
    """Refuse a visit on a day on which the space is closed; without a calendar every day is open. Raises RequestError
    `visit-closed`.
    """
    calendar = reception.rules.on(reception.connection, wish.day_on).calendar
    # A day that the calendar does not name is open.
    if calendar is not None and not calendar.days.get(wish.day_on, True):
        raise RequestError("visit-closed", field="day", day=wish.day_on)


def _check_room(reception: Reception, wish: Wish) -> None:
    """Refuse a room at a time that is not allowed, or that with the setting up after it meets a booking. Raises
    RequestError `no-such-room`, `room-taken`, and as `bookings.check`.
    """
    if wish.room is None or wish.slot is None:
        raise RequestError("no-such-room", field="room")
    room = room_rows.by_id(reception.connection, wish.room)
    booking_wish = BookingWish(room=room.id, slot=wish.slot)
    bookings.check(reception.connection, reception.rules, reception.terms(), room, booking_wish)
    around = wish.slot.with_room_after(room.facts.setup_minutes)
    if booking_rows.between(reception.connection, around, room.id):
        raise RequestError("room-taken", field="from", label=room.code)


def listed_event(reception: Reception, event_id: int | None) -> Event:
    """Return an event that is on the public list and takes signups. Raises RequestError `no-such-event`, also where it
    has no terms (days and price) yet, or is over.
    """
    event = event_rows.by_id(reception.connection, event_id or 0)
    is_over = event.terms is None or event.terms.ends_at <= reception.moment.at
    if not event.is_listed or event.state not in LIVE or is_over:  # LIVE: it takes place, or may
        raise RequestError("no-such-event", number=event_id)
    return event


def of_link(connection: sa.Connection, links: Links, token: str, moment: Moment) -> PublicRequest:
    """Return the request of a link's token (its last part). Raises RequestError `request-over` for a token that is not
    ours, a request that was deleted, or one that was not confirmed in time.
    """
    mark = links.mark(token)
    visitor_request = None if mark is None else request_rows.by_mark(connection, mark)
    too_old = visitor_request is not None and visitor_request.made_at < rules_of.unproven_since(moment.at)
    if visitor_request is None or (visitor_request.state is State.UNPROVEN and too_old):
        raise RequestError("request-over")
    return visitor_request


def prove(reception: Reception, token: str) -> PublicRequest:
    """Confirm a request by its link and return it; one for an event takes its seat, or its place on the waiting list,
    at once.

    Done again, it changes nothing. Raises RequestError `request-over` or `public-off`, and as signing up for an event.
    """
    visitor_request = of_link(reception.connection, reception.links, token, reception.moment)
    if visitor_request.state is not State.UNPROVEN:
        return visitor_request
    if not is_on(reception.policy, visitor_request.kind):
        raise RequestError("public-off")
    proven = rules_of.step(visitor_request.kind, visitor_request.state, Step.PROVE)
    request_rows.move(reception.connection, visitor_request.id, proven, proven_at=reception.moment.at)
    if visitor_request.kind is Kind.EVENT:
        _seat(reception, request_rows.by_id(reception.connection, visitor_request.id))
    return request_rows.by_id(reception.connection, visitor_request.id)


def _seat(reception: Reception, request: PublicRequest) -> None:
    """Sign the person of a request up for its event, and mail whether they have a seat. A free event has no payer."""
    connection, event = reception.connection, listed_event(reception, request.event)
    payer = None if event.product is None else client_of(connection, request)
    signup = signing_up.add_stranger(reception.act(), event.id, request.name, payer)
    settle(connection, request, Step.DO, reception.moment, ACTOR, signup_id=signup, organisation_id=payer)
    is_seated = has_seat(connection, event, signup)
    link = reception.links.of(request.mark)
    visitor_notice.put_seat(
        connection, request, event, link, reception.rules.zone, reception.moment.at, seated=is_seated
    )


def has_seat(connection: sa.Connection, event: Event, signup: int) -> bool:
    """Return whether a signup has a seat, or would have one if the event is held."""
    return any(each.id == signup for each in charging.line(connection, event).seated)


def client_of(connection: sa.Connection, request: PublicRequest) -> int:
    """Return the id of the client that pays for a request: the one that a request from the same address under the same
    name had last, or a new organisation.
    """
    name = request.organisation or request.name
    before = request_rows.client_of(connection, request.email or "", name)
    if before is not None:
        return before
    facts = organisations.Facts(name=name, kind=request.client, email=request.email, language=request.language)
    return organisations.add(connection, facts).id


def settle(
    connection: sa.Connection, request: PublicRequest, move: Step, moment: Moment, actor: str, **values: object
) -> None:
    """Store the outcome of a request: the step DO grants it, DECLINE and CANCEL end it. `values` are further columns.

    Raises Problem `request-over` where it has an outcome already.
    """
    state = rules_of.step(request.kind, request.state, move)
    request_rows.move(connection, request.id, state, settled_at=moment.at, settled_by=actor, **values)


def cancel(reception: Reception, token: str) -> PublicRequest:
    """Cancel a request by its link and return it: its seat is given up by the event's rules, and what its quote holds
    is freed. Done again, it changes nothing. Raises RequestError `request-over` or `event-over`.
    """
    connection = reception.connection
    visitor_request = of_link(connection, reception.links, token, reception.moment)
    if visitor_request.state is State.CANCELLED:
        return visitor_request
    if visitor_request.state is State.UNPROVEN:
        raise RequestError("request-over")
    settle(connection, visitor_request, Step.CANCEL, reception.moment, ACTOR)
    if visitor_request.signup is not None:
        signing_up.leave(reception.act(), signup_rows.by_id(connection, visitor_request.signup))
    let_quote_go(connection, visitor_request, reception.terms)
    return request_rows.by_id(connection, visitor_request.id)


def let_quote_go(connection: sa.Connection, request: PublicRequest, terms: Callable[[], bookings.Terms]) -> None:
    """Free what a request's quote holds, and note the quote as refused; for no quote, or one that was answered, do
    nothing. `terms` is called only where needed.
    """
    quote = None if request.quote is None else quote_rows.by_id(connection, request.quote)
    if quote is not None and quote.state == quote_rows.OPEN:
        quotes.let_go(connection, quote, terms(), quote_rows.REFUSED)


def accept(reception: Reception, token: str) -> PublicRequest:
    """Accept the quote of a request by its link, book and charge it, and return the request. Done again, it changes
    nothing.

    Raises RequestError `request-over` or `quote-over`.
    """
    connection = reception.connection
    visitor_request = of_link(connection, reception.links, token, reception.moment)
    if visitor_request.quote is None:
        raise RequestError("request-over")
    if visitor_request.state is State.DONE:
        return visitor_request
    settle(connection, visitor_request, Step.DO, reception.moment, ACTOR)
    quotes.accept(connection, reception.seal, reception.terms(), visitor_request.quote, ACTOR)
    return request_rows.by_id(connection, visitor_request.id)
