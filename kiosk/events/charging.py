"""Orders the sign-ups of an event into seats and a waiting list, and charges each seat once, in the caller's
transaction.

A seat is charged when the event is confirmed, when a participant moves up from the waiting list, or when a person signs
up for an event that is already confirmed.
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

LEFT, TAKEN = "désistement", "place reprise par quelqu’un d’autre"


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


def line(connection: sa.Connection, found: Event) -> Line:
    """Return the sign-ups of an event as they stand now. Former members are left out."""
    standing = [each for each in signup_rows.standing(connection, found.id) if each.left_on is None]
    agreed = [each for each in standing if found.agreed and each.terms == found.agreed]
    seated, waiting = seats.seated(agreed, None if found.terms is None else found.terms.places)
    return Line(seated, waiting, [each for each in standing if each not in agreed])


def price_on(connection: sa.Connection, rules: Rules, found: Event, one: Signup) -> tuple[int, str] | None:
    """Return the price in cents that a participant agreed to, and its tariff level: by the tariff of the day on which
    they agreed. None for a free event.
    """
    if found.product is None:
        return None
    who = None if one.number is None else members.by_number(connection, one.number)
    return selling.agreed_price(connection, rules, found.product, one.made_at, who)


def settle(
    connection: sa.Connection, rules: Rules, seal: Seal, found: Event, moment: Moment, actor: str
) -> list[Signup]:
    """Charge every seat of a held event that is not charged yet, and reverse late cancellations whose seats were taken.
    Returns the sign-ups that were charged, as they were before.
    """
    if found.state is not EventState.HELD or found.product is None or found.terms is None:
        return []
    sittings = presence.sittings(found.terms.starts_at, found.terms.ends_at, rules.zone)
    policy = rules.on(connection, moment.day)
    seat = Seat(
        event=found.id,
        first_on=sittings[0].day,
        last_on=sittings[-1].day,
        product=selling.product_of(policy, found.product),
        rent_percent=found.rent_percent,
        today=moment.day,
        at=moment.at,
        actor=actor,
    )
    charged = []
    for one in [each for each in line(connection, found).seated if each.entry is None]:
        entry = _charge(connection, rules, seal, policy, found, one, seat)
        if entry is not None:
            signup_rows.charge(connection, one.id, entry)
            charged.append(one)
    _release(connection, seal, found, moment, actor)
    return charged


def _release(connection: sa.Connection, seal: Seal, found: Event, moment: Moment, actor: str) -> None:
    """Reverse the charges of late cancellations whose seats other participants have taken since."""
    if found.terms is None or found.terms.places is None:
        return
    everybody = signup_rows.charged(connection, found.id)
    late = [one for one in everybody if one.left_at is not None and one.charged_cents is not None]
    taken = len(line(connection, found).seated)
    for one in late[: max(0, taken + len(late) - found.terms.places)]:
        give_back(connection, seal, moment, actor, one, TAKEN)


def _charge(
    connection: sa.Connection, rules: Rules, seal: Seal, policy: Policy, found: Event, one: Signup, seat: Seat
) -> int | None:
    # Charge one seat at the price agreed: returns its entry; None where it is free or has no payer.
    agreed = price_on(connection, rules, found, one)
    if agreed is None:
        return None
    if one.number is not None:
        person = members.by_number(connection, one.number)
        return selling.charge_member(connection, seal, policy, person, seat, agreed)
    if one.organisation is not None:
        return selling.charge_organisation(connection, seal, policy, one.organisation, seat, agreed)
    return None


def give_back(connection: sa.Connection, seal: Seal, moment: Moment, actor: str, one: Signup, reason: str) -> None:
    """Reverse a seat's charge where it still stands: what was paid for it becomes an advance on the tab."""
    if one.entry is not None and not one.is_reversed:
        till.take_back(connection, seal, moment, actor, one.entry, reason)


def days_again(
    connection: sa.Connection,
    rules: Rules,
    seal: Seal,
    found: Event,
    numbers: Iterable[int | None],
    moment: Moment,
    actor: str,
) -> Kept | None:
    """Recalculate the charge of today for members with a seat taken or given up at an event whose price includes the
    day at the space.

    Does nothing where the event includes no day, or none of its days is today. Returns `Kept` where what already paid
    for a member's day is not given back, since it ends today.
    """
    if found.terms is None or not found.terms.includes_day:
        return None
    days = {each.day for each in presence.sittings(found.terms.starts_at, found.terms.ends_at, rules.zone)}
    if moment.day not in days:
        return None
    policy = rules.on(connection, moment.day)
    answers = [day_again.settle(connection, seal, policy, each, moment, actor) for each in numbers if each is not None]
    return next((each for each in answers if each is not None), None)


def sums(connection: sa.Connection, event_id: int) -> tuple[int, int]:
    """Return what an event earned, in cents: the charges that stand, and how much of them is for the rent."""
    charged = signup_rows.charged(connection, event_id)
    return sum(each.charged_cents or 0 for each in charged), sum(each.rent_cents for each in charged)
