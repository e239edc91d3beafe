"""Money at the desk: payments, sales, corrections. Each is one transaction."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from kiosk.devices.protocols import Clock
from kiosk.domain import ids, periods
from kiosk.domain.chain import Seal
from kiosk.domain.tariffs import Policy, Product, ProductKind
from kiosk.errors import RequestError
from kiosk.store import ledger, members, rights
from kiosk.store.engine import Store
from kiosk.store.ledger import Draft
from kiosk.store.members import Member
from kiosk.store.rules import Rules

METHODS = ("cash", "cheque", "transfer", "card", "online")


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale: its entry, its price, and the period or expiry that it gives."""

    entry: int
    amount_cents: int
    from_on: date
    until_on: date | None


class Till:
    """What the treasurer does. `actor` goes into each entry."""

    def __init__(self, *, store: Store, rules: Rules, seal: Seal, clock: Clock, actor: str) -> None:
        self._store = store
        self._rules = rules
        self._seal = seal
        self._clock = clock
        self._actor = actor

    def pay(self, number: int, cents: int, method: str) -> int:
        """A payment on a member's own account. Returns its entry. Raises RequestError `no-such-member`, `amount`."""
        if cents <= 0:
            raise RequestError("amount", "a payment is more than 0")
        with self._store.writing() as connection:
            return pay(connection, self._rules, self._seal, number, cents, method, self._clock.now(), self._actor)

    def sell(self, number: int, code: str, on: date | None) -> Sold:
        """Sell a product to a member, from a day on (None: today). Its price goes on the account that pays.

        Raises RequestError `no-such-member`, `no-such-product` or `not-for-sale`, Problem `no-tariff`.
        """
        now = self._clock.now()
        with self._store.writing() as connection:
            policy, moment = self._rules.at(connection, now)
            found = members.by_number(connection, number)
            return sell(
                connection,
                self._seal,
                policy,
                found,
                code,
                today=moment.day,
                day=on or moment.day,
                at=now,
                actor=self._actor,
            )

    def reverse(self, entry: int, reason: str) -> int:
        """Take back an entry by a new one; what it sold goes with it. Returns the new entry.

        Raises RequestError `no-such-entry`, `not-reversible`, `reversed-already` or `carnet-in-use`.
        """
        now = self._clock.now()
        with self._store.writing() as connection:
            if rights.days_used_of_sale(connection, entry):
                raise RequestError("carnet-in-use", f"entry {entry} sold a carnet with used days: reverse those first")
            _, moment = self._rules.at(connection, now)
            return ledger.reverse(
                connection, self._seal, entry, at=now, day_on=moment.day, actor=self._actor, reason=reason
            )


def pay(
    connection: sa.Connection,
    rules: Rules,
    seal: Seal,
    number: int,
    cents: int,
    method: str,
    at: datetime,
    actor: str,
) -> int:
    """Write a payment in the transaction at hand. Returns its entry."""
    found = members.by_number(connection, number)
    _, moment = rules.at(connection, at)
    draft = Draft(
        kind="payment",
        day_on=moment.day,
        group=ids.time_ordered(at, secrets.token_bytes(10)),
        actor=actor,
        amount_cents=-cents,
        account=found.account,
        member_number=found.number,
        method=method,
    )
    return ledger.append(connection, seal, draft, at)


def sell(
    connection: sa.Connection,
    seal: Seal,
    policy: Policy,
    found: Member,
    code: str,
    *,
    today: date,
    day: date,
    at: datetime,
    actor: str,
) -> Sold:
    """Write a sale in the transaction at hand: its charge, dated `today`, and the right that it gives from `day` on."""
    if found.left_on is not None:
        raise RequestError("member-left", f"member {found.number} left on {found.left_on}: nothing can be sold to them")
    product = policy.products.get(code)
    if product is None:
        known = ", ".join(sorted(policy.products))
        raise RequestError("no-such-product", f"there is no product {code!r}; there are: {known}")
    if product.kind is ProductKind.DAY:
        raise RequestError("not-for-sale", f"a {code!r} is counted by a tap, not sold")
    level = members.reduced_level(connection, found, day)
    cents, level = policy.ask(code, level, None)
    draft = Draft(
        kind="charge",
        day_on=today,
        group=ids.time_ordered(at, secrets.token_bytes(10)),
        actor=actor,
        amount_cents=cents,
        account=members.paying_account(connection, found, product.kind, day),
        member_number=found.number,
        detail={"product": code, "quantity": 1, "tariff": level, "unit_cents": cents},
    )
    entry = ledger.append(connection, seal, draft, at)
    from_on, until_on = _GIVE[product.kind](connection, policy, found, product, day, entry, cents)
    return Sold(entry, cents, from_on, until_on)


def _after(last: date | None, day: date) -> date:
    """A period sold again begins when the one before ends."""
    return day if last is None or last < day else last + timedelta(days=1)


def _give_membership(
    connection: sa.Connection, policy: Policy, found: Member, _product: Product, day: date, entry: int, _cents: int
) -> tuple[date, date | None]:
    from_on = _after(rights.membership_end(connection, found.id), day)
    until_on = periods.membership_end(policy.membership_year, from_on)
    rights.add_membership(connection, found.id, from_on, until_on, entry)
    return from_on, until_on


def _give_subscription(
    connection: sa.Connection, _policy: Policy, found: Member, product: Product, day: date, entry: int, _cents: int
) -> tuple[date, date | None]:
    last = rights.last_subscription(connection, found.id, product.id)
    if last == date.max:  # it runs anyway: this is what one more period of it costs
        return day, periods.end(product.unit, day)
    from_on = _after(last, day)
    until_on = periods.end(product.unit, from_on)
    rights.add_subscription(connection, found.id, product.id, from_on, until_on, entry)
    return from_on, until_on


def _give_carnet(
    connection: sa.Connection, _policy: Policy, found: Member, product: Product, day: date, entry: int, cents: int
) -> tuple[date, date | None]:
    expires_on = None if product.valid_days is None else day + timedelta(days=product.valid_days)
    rights.add_carnet(
        connection,
        found.id,
        product.id,
        days=product.days,
        value_cents=cents // product.days,
        from_on=day,
        expires_on=expires_on,
        entry_number=entry,
    )
    return day, expires_on


_GIVE = {
    ProductKind.MEMBERSHIP: _give_membership,
    ProductKind.SUBSCRIPTION: _give_subscription,
    ProductKind.CARNET: _give_carnet,
}
