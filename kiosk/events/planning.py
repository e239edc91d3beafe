"""Proposes events, gives them a day and a price, changes, declines and cancels them, each in one transaction.

Other members can show interest in a proposal at once. Once it has terms (a day, places, a threshold, a product) people
sign up; when terms change later, they have to agree again. `Event.agreed` is the version of the terms, 0 before there
are any. An event is *held* once it is confirmed that it takes place.
"""

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import SealingUseCase
from kiosk.domain.events import presence
from kiosk.domain.events import terms as rules_of
from kiosk.domain.events.terms import LIVE, EventKind, EventState, Terms
from kiosk.domain.money.tariffs import FULL, Policy
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.events import charging, deciding, rooms, signing_up, telling
from kiosk.events.signing_up import Act
from kiosk.messages.event_notice import EventNews
from kiosk.money import seats as selling
from kiosk.money.till import reason_of
from kiosk.store.events import event_rows, signup_rows
from kiosk.store.events.event_rows import Event
from kiosk.store.members import members

MOST_PROPOSALS = 5  # of one member, unanswered


class Description(Struct, frozen=True, kw_only=True):
    """An event's kind, title, text and place. `is_named`: its proposer chose to be named; `is_listed`: it is on the
    public list.
    """

    kind: EventKind
    title: str
    about: str = ""
    place: str = ""
    is_named: bool = False
    is_listed: bool = False

    def cleaned(self) -> dict[str, object]:
        """Return the values as they are stored. Raises Problem `event-title`, `event-about` or `event-place`."""
        return {
            "kind": self.kind.value,
            "title": rules_of.clean_title(self.title),
            "about": rules_of.clean_about(self.about),
            "place": rules_of.clean_place(self.place),
            "is_named": self.is_named,
            "is_listed": self.is_listed,
        }


class Planning(SealingUseCase):
    """What the desk does with events. `actor` is recorded with each act. Every method raises RequestError `events-off`
    while the association has events turned off.
    """

    def propose(self, description: Description, *, number: int | None = None, key: bytes | None = None) -> int:
        """Write a proposal, for a member where `number` is given. Returns the event's id; the same `key`, that of a
        form sent twice, returns the event that it made the first time.

        Raises RequestError `events-off` or `no-such-member`, and what the function `propose` raises.
        """
        with self._store.writing() as connection:
            act = self._act(connection)
            member_id = None if number is None else members.by_number(connection, number).id
            known = key is not None and event_rows.by_key(connection, key) is not None
            event_id = propose(act, description, member_id, key)
            if not known:
                self._log_about(act, "event-proposed", event_id)
            return event_id

    def describe(self, event_id: int, description: Description) -> None:
        """Change an event's title, text and place, without changing its terms.

        Raises RequestError `no-such-event`, Problem `event-title`, `event-about` or `event-place`.
        """
        values = description.cleaned()
        with self._store.writing() as connection:
            act = self._act(connection)
            event = event_rows.by_id(connection, event_id)
            event_rows.change(connection, event, act.moment.at, **values)
            self._log_about(act, "event-described", event_id)

    def open(self, event_id: int, terms: Terms, product: str | None) -> Event:
        """Set or change the terms of an event, and open it for sign-ups. Without a threshold it is confirmed at once.

        Raises RequestError `no-such-event`, `event-decided` or `event-product`; Problem `no-tariff`, or what
        `terms.check` raises, as `event-past`; RequestError `room-taken` where its room is booked by others at the new
        time, `room-small` as `hold_room`.
        """
        with self._store.writing() as connection:
            act = self._act(connection)
            event = event_rows.by_id(connection, event_id)
            if event.state not in (EventState.PROPOSED, EventState.OPEN):
                raise RequestError("event-decided", number=event_id)
            rules_of.check(terms, act.moment.at)
            if product is not None and (selling.product_of(act.policy, product).code, FULL) not in act.policy.prices:
                raise Problem("no-tariff", "the product {given!r} has no tariff yet", field="product", given=product)
            if event.terms == terms and event.product == product and event.state is EventState.OPEN:
                return event
            opened = _open(act, event, terms, product)
            self._log_about(act, "event-opened", event_id, f": terms {opened.agreed}")
            return opened

    def decline(self, event_id: int, reason: str) -> None:
        """Decline a proposal, with a reason. Raises RequestError `no-such-event`, `event-decided` or `reason`."""
        why = reason_of(reason)
        with self._store.writing() as connection:
            act = self._act(connection)
            event = event_rows.by_id(connection, event_id)
            if event.state is not EventState.PROPOSED:
                raise RequestError("event-decided", number=event_id)
            event_rows.decide(connection, event, EventState.DECLINED, act.moment.at, self._actor, why)
            self._log_about(act, "event-declined", event_id)

    def hold(self, event_id: int) -> None:
        """Confirm an open event now, before its deadline and whatever its threshold: its seats are charged.

        Raises RequestError `no-such-event` or `event-decided`, Problem `no-tariff`.
        """
        with self._store.writing() as connection:
            act = self._act(connection)
            event = event_rows.by_id(connection, event_id)
            if event.state is not EventState.OPEN:
                raise RequestError("event-decided", number=event_id)
            deciding.hold(connection, self._rules, self._seal, event, act.moment, self._actor)
            self._log_about(act, "event-held", event_id)

    def cancel(self, event_id: int, reason: str) -> int:
        """Cancel an event: reverse every charge, free its room, and mail everyone signed up. Returns the number of
        charges reversed.

        Raises RequestError `no-such-event`, `event-decided`, `event-over` or `reason`.
        """
        why = reason_of(reason)
        with self._store.writing() as connection:
            act = self._act(connection)
            event = event_rows.by_id(connection, event_id)
            if event.state not in (EventState.OPEN, EventState.HELD):
                raise RequestError("event-decided", number=event_id)
            everybody = signup_rows.standing(connection, event_id)
            charged = [
                signup for signup in signup_rows.charged(connection, event_id) if signup.charged_cents is not None
            ]
            for signup in charged:
                charging.give_back(connection, self._seal, act.moment, self._actor, signup, why)
            event_rows.decide(connection, event, EventState.CANCELLED, act.moment.at, self._actor, why)
            # a seat that included the day pays for it no more
            signing_up.day_again(act, event, [each.number for each in everybody])
            rooms.release(connection, event_id, act.moment.at)
            telling.tell(connection, EventNews.CANCELLED, event, everybody, self._rules.zone, act.moment.at, why)
            self._log_about(act, "event-cancelled", event_id)
            return len(charged)

    def hold_room(self, event_id: int, room_id: int) -> list[int]:
        """Book a room for each day of an event, instead of the room it has. Returns the ids of the bookings.

        Raises RequestError `no-such-event`, `event-decided`, `event-moment` or `room-small`, and what `bookings.book`
        raises.
        """
        with self._store.writing() as connection:
            act = self._act(connection)
            event = event_rows.by_id(connection, event_id)
            if event.state not in LIVE:
                raise RequestError("event-decided", number=event_id)
            at = act.moment.at
            self._log_about(act, "event-room", event_id, f": room {room_id}")
            return rooms.hold(connection, self._rules, self._seal, event, room_id, at, self._actor)

    def free_room(self, event_id: int) -> None:
        """Release the room that an event holds. Raises RequestError `no-such-event`."""
        with self._store.writing() as connection:
            act = self._act(connection)
            rooms.release(connection, event_rows.by_id(connection, event_id).id, act.moment.at)
            self._log_about(act, "event-room", event_id, ": room none")

    def keeps_day(self, event_id: int, number: int) -> bool:
        """Recalculate a member's day, which the event includes, and tell whether the prepaid unit that already paid
        for it is not given back, because it expires today.
        """
        with self._store.writing() as connection:
            act = self._act(connection)
            return signing_up.day_again(act, event_rows.by_id(connection, event_id), [number]) is not None

    def join(self, event_id: int, number: int) -> signing_up.Place:
        """Sign a member up for an event. Returns their place. Raises as `signing_up.join`, or RequestError
        `no-such-member`.
        """
        with self._store.writing() as connection:
            act = self._act(connection)
            self._log_about(act, "event-joined", event_id)
            return signing_up.join(act, event_id, members.by_number(connection, number))

    def add_without_file(self, event_id: int, name: str, organisation: int | None) -> int:
        """Sign up a person without a file. Returns the sign-up's id. Raises as `signing_up.add_without_file`."""
        with self._store.writing() as connection:
            act = self._act(connection)
            self._log_about(act, "event-joined", event_id)
            return signing_up.add_without_file(act, event_id, name, organisation)

    def leave(self, signup_id: int, *, forgiven: bool = False) -> bool:
        """Cancel a sign-up. Returns whether its charge stays. Raises as `signing_up.leave`, or `no-such-signup`."""
        with self._store.writing() as connection:
            signup = signup_rows.by_id(connection, signup_id)
            act = self._act(connection)
            self._log_about(act, "event-left", signup.event)
            return signing_up.leave(act, signup, forgiven=forgiven)

    def _log_about(self, act: Act, name: str, event_id: int, more: str = "") -> None:
        """Write a line about an act on an event into the desk's log."""
        self._log(act.connection, act.moment.at, name, what=f"event {event_id}{more}")

    def _act(self, connection: sa.Connection) -> Act:
        """Return the facts that an act of planning needs. Raises RequestError where events are off."""
        policy, moment = self._rules.at(connection, self._clock.now())
        act = Act(connection, self._rules, self._seal, policy, moment, self._actor)
        check_on(policy)
        return act


def check_on(policy: Policy) -> None:
    """Check that the association has events turned on. Raises RequestError `events-off`."""
    if not policy.events:
        raise RequestError("events-off", "events are off: turn them on in Règles, « Formations et événements »")


def propose(act: Act, description: Description, member_id: int | None, key: bytes | None) -> int:
    """Write a proposal, in the caller's transaction; its proposer counts as interested. Returns the event's id.

    Raises RequestError `event-proposals` where this member has `MOST_PROPOSALS` without an answer, Problem
    `event-title`, `event-about` or `event-place`.
    """
    values = description.cleaned()
    before = None if key is None else event_rows.by_key(act.connection, key)
    if before is not None:
        return before
    if member_id is not None and event_rows.open_proposals(act.connection, member_id) >= MOST_PROPOSALS:
        raise RequestError("event-proposals", most=MOST_PROPOSALS)
    event_id = event_rows.add(act.connection, act.moment.at, act.actor, **values, member_id=member_id, key=key)
    if member_id is not None:
        # 0: there are no terms yet to agree to
        signup_rows.add(act.connection, event_id, 0, act.moment.at, act.actor, member_id=member_id)
    return event_id


def _open(act: Act, event: Event, terms: Terms, product: str | None) -> Event:
    """Write an event's terms and move its room. Mail everyone signed up or interested where they have to agree again;
    confirm the event at once where it has no threshold.
    """
    connection, moment = act.connection, act.moment
    before = charging.line(connection, event)
    event_rows.change(
        connection,
        event,
        moment.at,
        state=EventState.OPEN.value,
        starts_at=terms.starts_at,
        ends_at=terms.ends_at,
        places=terms.places,
        threshold=terms.threshold,
        deadline_at=terms.deadline_at,
        rent_percent=terms.rent_percent,
        product_id=None if product is None else event_rows.product_id(connection, product),
        terms=event.agreed + 1 if _differ(event, terms, product) else event.agreed,
    )
    sittings = presence.sittings(terms.starts_at, terms.ends_at, act.rules.zone) if terms.includes_day else []
    # the days on which a seat pays for the day at the space, too
    event_rows.include(connection, event.id, [each.day for each in sittings])
    now = event_rows.by_id(connection, event.id)
    rooms.follow(connection, act.rules, act.seal, now, moment.at, act.actor)  # to its new days
    if now.agreed != event.agreed:
        news = EventNews.CHANGED if event.state is EventState.OPEN else EventNews.OPENED
        everybody = [*before.seated, *before.waiting, *before.interested]
        telling.tell(connection, news, now, everybody, act.rules.zone, moment.at)
    if terms.threshold is None:
        deciding.hold(connection, act.rules, act.seal, now, moment, act.actor)
    return event_rows.by_id(connection, event.id)


def _differ(event: Event, terms: Terms, product: str | None) -> bool:
    """Tell whether participants have to agree again: the time or the product is another. More places or another
    deadline are no such change.
    """
    old = event.terms
    if old is None or not event.agreed:
        return True
    return (old.starts_at, old.ends_at, event.product) != (terms.starts_at, terms.ends_at, product)
