"""People join, get badges, lose them, leave. Each is one transaction."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from kiosk import till
from kiosk.devices.protocols import Clock
from kiosk.domain.badges import BadgeRead
from kiosk.domain.chain import Seal
from kiosk.domain.tariffs import ProductKind
from kiosk.errors import RequestError
from kiosk.store import members, rights
from kiosk.store import rules as store_rules
from kiosk.store.engine import Store
from kiosk.store.members import Member, NewMember
from kiosk.store.rules import Rules

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What is known of someone who joins. Without a shown name the first word of the name is shown at the door."""

    name: str
    plan: str = "itinerant"
    badge: BadgeRead | None = None
    email: str | None = None
    shown_name: str | None = None
    language: str | None = None


class Enrolment:
    """What the secretary does. `actor` goes into each entry."""

    def __init__(self, *, store: Store, rules: Rules, seal: Seal, badge_key: bytes, clock: Clock, actor: str) -> None:
        self._store = store
        self._rules = rules
        self._seal = seal
        self._badge_key = badge_key
        self._clock = clock
        self._actor = actor

    def add(self, application: Application) -> Member:
        """A member from today: a number, a membership with its fee on the tab, the plan's first period, a badge.

        Raises RequestError `name`, `no-such-plan`, `uid-random` or `badge-given`.
        """
        with self._store.writing() as connection:
            return add(
                connection, self._rules, self._seal, self._badge_key, application, self._clock.now(), self._actor
            )

    def leave(self, number: int) -> Member:
        """The member leaves today: their badges open nothing any more. Raises RequestError `no-such-member`."""
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            members.leave(connection, members.by_number(connection, number), moment.day)
            return members.by_number(connection, number)

    def give_badge(self, number: int, read: BadgeRead) -> None:
        """One more badge for a member. Raises RequestError `no-such-member`, `uid-random` or `badge-given`."""
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            found = members.by_number(connection, number)
            members.give_badge(connection, found, _lasting(read), self._badge_key, moment.day)

    def lose_badge(self, read: BadgeRead) -> None:
        """The badge stops at once. Raises RequestError `no-such-badge`."""
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            members.lose_badge(connection, read, self._badge_key, moment.day)


def add(
    connection: sa.Connection,
    rules: Rules,
    seal: Seal,
    badge_key: bytes,
    application: Application,
    at: datetime,
    actor: str,
) -> Member:
    """Write a new member in the transaction at hand."""
    policy, moment = rules.at(connection, at)
    plan = store_rules.plans(connection).get(application.plan)
    if plan is None:
        raise RequestError("no-such-plan", f"there is no plan {application.plan!r}")
    name = _clean(application.name)
    new = NewMember(
        name=name,
        shown_name=_clean(application.shown_name or name.split()[0]),
        plan_code=plan.code,
        zone_id=plan.zone_id,
        joined_on=moment.day,
        email=application.email,
        language=application.language,
    )
    found = members.add(connection, new)
    sell = partial(till.sell, connection, seal, policy, found, today=moment.day, day=moment.day, at=at, actor=actor)
    for product in policy.products.values():
        if product.kind is ProductKind.MEMBERSHIP:
            sell(product.code)
    if plan.product is not None:
        # A plan runs until it is ended: who forgets to charge a month must not stop anybody at the door.
        rights.add_subscription(connection, found.id, policy.products[plan.product].id, moment.day, None, None)
        sell(plan.product)
    if application.badge is not None:
        members.give_badge(connection, found, _lasting(application.badge), badge_key, moment.day)
    return members.by_number(connection, found.number)


def _lasting(read: BadgeRead) -> BadgeRead:
    if read.is_random:
        raise RequestError("uid-random", "this number changes at each tap, as a telephone's does: use a card or a tag")
    return read


def _clean(name: str) -> str:
    folded = " ".join(name.split())
    if not folded or len(folded) > LONGEST_NAME or not folded.isprintable():
        raise RequestError("name", f"a name has 1 to {LONGEST_NAME} characters that can be printed")
    return folded
