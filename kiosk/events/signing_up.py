"""Signs people up for an event and cancels sign-ups, in the caller's transaction: at the screen and at the desk.

A cancelled seat goes to the next person on the waiting list: they are mailed, and charged where the event is confirmed
(`EventState.HELD`). `charging.settle` charges the seats that are not charged yet, and nothing before that.

An event's *terms* are its day, places and price; `agreed` is their version, 0 before there are any. A sign-up counts
while the version that its person agreed to is the present one.
"""

from collections.abc import Iterable
from enum import Enum

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.chain import Seal
from kiosk.domain.checkin.day_charges import Kept
from kiosk.domain.days import Moment
from kiosk.domain.events import seats
from kiosk.domain.events.terms import LIVE, EventState
from kiosk.domain.money.credit import Beyond, Purchase, credit
from kiosk.domain.money.tariffs import Policy, ProductKind
from kiosk.errors import RequestError
from kiosk.events import charging, telling
from kiosk.messages.event_notice import EventNews
from kiosk.money import credit as accounts
from kiosk.money import sales
from kiosk.money import seats as selling
from kiosk.store.events import event_rows, signup_rows
from kiosk.store.events.event_rows import Event
from kiosk.store.events.signup_rows import Signup
from kiosk.store.members import organisations
from kiosk.store.members.members import Member
from kiosk.store.space.policies import Rules

LONGEST_NAME = 80  # characters
MOST_SIGNUPS = 2000  # of one event, not counting cancelled ones


class Place(Enum):
    """A member's place at an event."""

    NONE = "none"
    INTERESTED = "interested"
    SEAT = "seat"  # or will have one, if the event is held
    WAITING = "waiting"  # on the waiting list
    TO_CONFIRM = "to-confirm"  # agreed to older terms, or was interested before there were any


class Act(Struct, frozen=True):
    """The context of a sign-up or cancellation: the transaction, the rules (and those of today, `policy`), the seal
    of the ledger's entries, the moment and the actor.
    """

    connection: sa.Connection
    rules: Rules
    seal: Seal
    policy: Policy
    moment: Moment
    actor: str


def place_of(connection: sa.Connection, event: Event, member_id: int) -> Place:
    """Return a member's place at an event, as the event and its waiting list stand now."""
    mine = signup_rows.of_member(connection, event.id, member_id)
    if mine is None:
        return Place.NONE
    if not event.agreed or event.state is EventState.PROPOSED:
        return Place.INTERESTED
    if mine.terms != event.agreed:
        return Place.TO_CONFIRM
    return Place.WAITING if charging.line(connection, event).place(member_id) else Place.SEAT


def price(act: Act, event: Event, who: Member) -> int:
    """Return the price in cents of a seat for a member's sign-up now; 0 for a free event. Raises Problem
    `no-tariff`.
    """
    if event.product is None:
        return 0
    product = selling.product_of(act.policy, event.product)
    return sales.price(act.connection, act.policy, who, product, act.moment.day)[0]


def beyond(act: Act, event: Event, who: Member) -> Beyond | None:
    """Return why a member's account may not take on the price of a seat, and what would allow it. None where it may,
    where another account pays, or where the seat is free.
    """
    cents = price(act, event, who)
    if not cents:
        return None
    owing = accounts.standing_of(act.connection, act.rules, act.policy, who, act.moment)
    return credit(owing, Purchase(ProductKind.EVENT, cents))


def join(act: Act, event_id: int, who: Member) -> Place:
    """Sign a member up, or record their interest in a proposal. A second call changes nothing. Returns the member's
    place.

    Raises RequestError `no-such-event`, `event-over`, `event-full` or `member-left`, Problem `no-tariff`.
    """
    event = _live(act, event_id)
    if who.left_on is not None:
        raise RequestError("member-left", field="member", member=who.number, left_on=who.left_on)
    price(act, event, who)  # refuse where there is no price to agree to
    mine = signup_rows.of_member(act.connection, event.id, who.id)
    if mine is None:
        _refuse_full(act, event)
        signup_rows.add(act.connection, event.id, event.agreed, act.moment.at, act.actor, member_id=who.id)
    elif mine.terms != event.agreed:
        signup_rows.agree(act.connection, mine.id, event.agreed, act.moment.at, act.actor)
    charging.settle(act.connection, act.rules, act.seal, event, act.moment, act.actor)
    day_again(act, event, [who.number])
    return place_of(act.connection, event, who.id)


def day_again(act: Act, event: Event, numbers: Iterable[int | None]) -> Kept | None:
    """Recalculate today's charge for members whose seat changed, where the event's price includes the day. A second
    call changes nothing.

    Returns `Kept` where the prepaid unit that paid for the day is not given back, because it expires today.
    """
    return charging.days_again(act.connection, act.rules, act.seal, event, numbers, act.moment, act.actor)


def add_without_file(act: Act, event_id: int, name: str, organisation: int | None) -> int:
    """Sign up a person without a file; an organisation pays where the event costs. The same name of the same
    organisation is signed up once. Returns the sign-up's id.

    Raises RequestError `no-such-event`, `event-over`, `event-full`, `event-name`, `event-payer` or
    `no-such-organisation`.
    """
    who = _payable(act, event_id, name, organisation)
    for signup in signup_rows.standing(act.connection, event_id):
        if signup.number is None and (signup.name, signup.organisation) == (who, organisation):
            return signup.id
    return _add_named(act, event_id, who, organisation)


def add_stranger(act: Act, event_id: int, name: str, organisation: int | None) -> int:
    """Sign up a person without a file whose e-mail address is proven: two people of the same name are two sign-ups.
    Returns the sign-up's id, and raises as `add_without_file`.
    """
    return _add_named(act, event_id, _payable(act, event_id, name, organisation), organisation)


def _payable(act: Act, event_id: int, name: str, organisation: int | None) -> str:
    """Return the cleaned name for a seat that is free or that an organisation pays. Raises RequestError `event-name`,
    `event-payer` or `no-such-organisation`.
    """
    event, who = _live(act, event_id), " ".join(name.split())
    if not who or len(who) > LONGEST_NAME or not who.isprintable():
        raise RequestError("event-name", field="name", longest=LONGEST_NAME)
    if event.product is not None and organisation is None:
        raise RequestError("event-payer", field="organisation")
    if organisation is not None:
        organisations.by_id(act.connection, organisation)  # refuses an unknown one
    return who


def _add_named(act: Act, event_id: int, who: str, organisation: int | None) -> int:
    """Sign up a participant without a file, if there is room, and charge the organisation that pays."""
    event = _live(act, event_id)
    _refuse_full(act, event)
    signup_id = signup_rows.add(
        act.connection,
        event.id,
        event.agreed,
        act.moment.at,
        act.actor,
        name=who,
        organisation_id=organisation,
    )
    charging.settle(act.connection, act.rules, act.seal, event, act.moment, act.actor)
    return signup_id


def leave(act: Act, signup: Signup, *, forgiven: bool = False) -> bool:
    """Cancel a sign-up. Returns whether its charge stays: the free time for cancelling is over, the waiting list is
    empty, and the officer has not `forgiven` it.

    Raises RequestError `event-over`.
    """
    if signup.left_at is not None:
        return False
    event = event_rows.by_id(act.connection, signup.event)
    if event.state not in LIVE or _is_over(event, act.moment):
        raise RequestError("event-over", number=event.id)
    before = {each.id for each in charging.line(act.connection, event).seated}
    signup_rows.leave(act.connection, signup.id, act.moment.at)
    moved_up = [each for each in charging.line(act.connection, event).seated if each.id not in before]
    free = event.terms is None or seats.may_leave_free(
        event.terms.starts_at, act.moment.at, act.policy.event_leave_days
    )
    stays = not (free or moved_up or forgiven) and signup.charged_cents is not None
    if not stays:
        charging.give_back(act.connection, act.seal, act.moment, act.actor, signup, charging.LEFT)
    charging.settle(act.connection, act.rules, act.seal, event, act.moment, act.actor)
    day_again(act, event, [signup.number, *(each.number for each in moved_up)])
    if event.state is EventState.HELD:
        telling.tell(act.connection, EventNews.SEATED, event, moved_up, act.rules.zone, act.moment.at)
    return stays


def _live(act: Act, event_id: int) -> Event:
    """Return an event that still takes signups. Raises RequestError `event-over`."""
    event = event_rows.by_id(act.connection, event_id)
    if event.state not in LIVE or _is_over(event, act.moment):
        raise RequestError("event-over", number=event_id)
    return event


def _is_over(event: Event, moment: Moment) -> bool:
    """Return whether an event with terms has ended."""
    return event.terms is not None and event.terms.ends_at <= moment.at


def _refuse_full(act: Act, event: Event) -> None:
    """Refuse a sign-up beyond the largest number that an event can have. Raises RequestError `event-full`."""
    if len(signup_rows.standing(act.connection, event.id)) >= MOST_SIGNUPS:
        raise RequestError("event-full", number=event.id, most=MOST_SIGNUPS)
