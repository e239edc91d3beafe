"""Orders the sign-ups of an event into seats and a waiting list, and charges each seat once, in the caller's
transaction.

A seat is charged when the event is confirmed (`EventState.HELD`), when a participant moves up from the waiting list, or
when a person signs up for an event that is already confirmed.

An event's *terms* are its day, places and price; `agreed` is their version, 0 before there are any. A sign-up counts
while the version that its person agreed to (`Signup.terms`) is the present one. `seal` is the key that seals entries of
the ledger.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from msgspec import Struct, field

from kiosk.domain.chain import Seal
from kiosk.domain.checkin.day_charges import Kept
from kiosk.domain.days import Moment
from kiosk.domain.events import presence, seats
from kiosk.domain.events.terms import EventState
from kiosk.domain.money.tariffs import Policy
from kiosk.money import day_again, till
from kiosk.money import seats as selling
from kiosk.money.seats import Seat
from kiosk.store.events import signup_rows
from kiosk.store.events.event_rows import Event
from kiosk.store.events.signup_rows import Signup
from kiosk.store.members import members
from kiosk.store.space.policies import Rules

LEFT, TAKEN = "désistement", "place reprise par quelqu’un d’autre"  # reasons of a reversal, for the accounts


class Line(Struct, frozen=True):
    """The sign-ups of an event: those with a seat, those on the waiting list, and those merely interested or with
    outdated terms.
    """

    seated: list[Signup] = field(default_factory=list)
    waiting: list[Signup] = field(default_factory=list)
    interested: list[Signup] = field(default_factory=list)

    @property
    def coming(self) -> int:
        """Return how many people agreed to come, with a seat or waiting."""
        return len(self.seated) + len(self.waiting)

    def place(self, member_id: int) -> int | None:
        """Return a member's place in the waiting line, from 1 on; 0 for a seat, None without an agreed sign-up."""
        if any(each.member_id == member_id for each in self.seated):
            return 0
        return next((at for at, each in enumerate(self.waiting, 1) if each.member_id == member_id), None)


def line(connection: sa.Connection, event: Event) -> Line:
    """Return the sign-ups of an event as they stand now. Former members are left out."""
    standing = [each for each in signup_rows.standing(connection, event.id) if each.left_on is None]
    agreed = [each for each in standing if event.agreed and each.terms == event.agreed]
    seated, waiting = seats.seated(agreed, None if event.terms is None else event.terms.places)
    return Line(seated, waiting, [each for each in standing if each not in agreed])


def price_on(connection: sa.Connection, rules: Rules, event: Event, signup: Signup) -> tuple[int, str] | None:
    """Return the price in cents that a participant agreed to, and its tariff level: by the tariff of the day on which
    they agreed. None for a free event.
    """
    if event.product is None:
        return None
    who = None if signup.number is None else members.by_number(connection, signup.number)
    return selling.agreed_price(connection, rules, event.product, signup.made_at, who)


def settle(
    connection: sa.Connection, rules: Rules, seal: Seal, event: Event, moment: Moment, actor: str
) -> list[Signup]:
    """Charge every seat of a held event that is not charged yet, and reverse late cancellations whose seats were taken.
    Returns the sign-ups that were charged, as they were before.
    """
    if event.state is not EventState.HELD or event.product is None or event.terms is None:
        return []
    sittings = presence.sittings(event.terms.starts_at, event.terms.ends_at, rules.zone)
    policy = rules.on(connection, moment.day)
    seat = Seat(
        event=event.id,
        first_on=sittings[0].day,
        last_on=sittings[-1].day,
        product=selling.product_of(policy, event.product),
        rent_percent=event.rent_percent,
        today=moment.day,
        at=moment.at,
        actor=actor,
    )
    charged = []
    for signup in [each for each in line(connection, event).seated if each.entry is None]:
        entry = _charge(connection, rules, seal, policy, event, signup, seat)
        if entry is not None:
            signup_rows.charge(connection, signup.id, entry)
            charged.append(signup)
    _release(connection, seal, event, moment, actor)
    return charged


def _release(connection: sa.Connection, seal: Seal, event: Event, moment: Moment, actor: str) -> None:
    """Reverse the charges of late cancellations whose seats other participants have taken since."""
    if event.terms is None or event.terms.places is None:
        return
    everybody = signup_rows.charged(connection, event.id)
    # `charged_cents` is None once the charge is reversed
    late = [signup for signup in everybody if signup.left_at is not None and signup.charged_cents is not None]
    taken = len(line(connection, event).seated)
    paid_twice = taken + len(late) - event.terms.places  # seats that one participant holds and another still pays
    for signup in late[: max(0, paid_twice)]:
        give_back(connection, seal, moment, actor, signup, TAKEN)


def _charge(
    connection: sa.Connection, rules: Rules, seal: Seal, policy: Policy, event: Event, signup: Signup, seat: Seat
) -> int | None:
    """Charge one seat at the agreed price, and return its entry; None where it is free or has no payer."""
    agreed = price_on(connection, rules, event, signup)
    if agreed is None:
        return None
    if signup.number is not None:
        person = members.by_number(connection, signup.number)
        return selling.charge_member(connection, seal, policy, person, seat, agreed)
    if signup.organisation is not None:
        return selling.charge_organisation(connection, seal, policy, signup.organisation, seat, agreed)
    return None


def give_back(connection: sa.Connection, seal: Seal, moment: Moment, actor: str, signup: Signup, reason: str) -> None:
    """Reverse a seat's charge where it still stands: what was paid for it becomes an advance on the tab."""
    if signup.entry is not None and not signup.is_reversed:
        till.take_back(connection, seal, moment, actor, signup.entry, reason)


def days_again(
    connection: sa.Connection,
    rules: Rules,
    seal: Seal,
    event: Event,
    numbers: Iterable[int | None],
    moment: Moment,
    actor: str,
) -> Kept | None:
    """Recalculate the charge of today for members with a seat taken or given up at an event whose price includes the
    day at the space.

    Does nothing where the event includes no day, or none of its days is today. Returns `Kept` where a prepaid unit (a
    carnet's, for example) that already paid for a member's day is not given back, because it expires today.
    """
    if event.terms is None or not event.terms.includes_day:
        return None
    days = {each.day for each in presence.sittings(event.terms.starts_at, event.terms.ends_at, rules.zone)}
    if moment.day not in days:
        return None
    policy = rules.on(connection, moment.day)
    answers = [day_again.settle(connection, seal, policy, each, moment, actor) for each in numbers if each is not None]
    return next((each for each in answers if each is not None), None)


def sums(connection: sa.Connection, event_id: int) -> tuple[int, int]:
    """Return what an event earned, in cents: the charges that stand, and how much of them is for the rent."""
    charged = signup_rows.charged(connection, event_id)
    return sum(each.charged_cents or 0 for each in charged), sum(each.rent_cents for each in charged)
