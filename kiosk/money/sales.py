"""Writes a sale within the given transaction: its charge on the account that pays, and the right that it gives."""

import secrets
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import ids, periods
from kiosk.domain.chain import Detail, Seal
from kiosk.domain.money import renewals, units, vat
from kiosk.domain.money.renewals import Period
from kiosk.domain.money.tariffs import AHEAD, Policy, Product, ProductKind
from kiosk.errors import RequestError
from kiosk.store import ledger
from kiosk.store.books import due_rows
from kiosk.store.ledger import Draft
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.money import offers, rights, subscription_rows
from kiosk.store.money.subscription_rows import Running

_FAR = timedelta(days=400)  # how far ahead the next period of a subscription is searched, past its pauses

# Not sold here: counted by a tap, signed up for, booked, or sold to an organisation.
_ELSEWHERE = frozenset((ProductKind.DAY, ProductKind.EVENT, ProductKind.ROOM, ProductKind.ENVELOPE))


class SaleResult(Struct, frozen=True):
    """A written sale: its entry, its price in cents, and first and last day of the period that it gives, or its expiry.
    `until_on` is None where it does not end; `again` is True when the same form had made it before.
    """

    entry: int
    amount_cents: int
    from_on: date
    until_on: date | None
    again: bool = False


class Sale(Struct, frozen=True, kw_only=True):
    """A sale to write. `buyer` is the buying member, `day` the first day of the right, `today` the day of the charge,
    `chosen_cents` a free price, `id_` the charge's id.
    """

    buyer: Member
    product: Product
    today: date
    day: date
    at: datetime
    actor: str
    chosen_cents: int | None = None
    id_: bytes | None = None


def sell(
    connection: sa.Connection,
    seal: Seal,
    policy: Policy,
    person: Member,
    code: str,
    *,
    today: date,
    day: date,
    at: datetime,
    actor: str,
    chosen_cents: int | None = None,
    runs: bool = False,
    id_: bytes | None = None,
) -> SaleResult:
    """Write a sale: its charge, dated `today`, and the right that it gives from `day` on. Return what was sold.

    With `runs`, a subscription renews itself until it is ended, and this sale pays its first period; of one that renews
    itself already it pays the next period. `id_` is the id of the charge. Raises RequestError `member-left`,
    `no-such-product`, `not-for-sale` or `paused`, Problem `no-tariff`.
    """
    if person.has_left(day):
        raise RequestError("member-left", field="member", member=person.number, left_on=person.left_on)
    product = policy.products.get(code)
    if product is None:
        known = ", ".join(sorted(policy.products))
        raise RequestError("no-such-product", field="product", given=code, choices=known)
    if product.kind in _ELSEWHERE:
        raise RequestError("not-for-sale", field="product", given=code)
    sale = Sale(
        buyer=person,
        product=product,
        today=today,
        day=day,
        at=at,
        actor=actor,
        chosen_cents=chosen_cents,
        id_=id_,
    )
    if product.kind is ProductKind.SUBSCRIPTION:
        running = subscription_rows.endless(connection, person.id, product.id)
        if running is None and runs:
            # Without a last day, and without an entry, since each period has a charge of its own.
            rights.add_subscription(connection, person.id, product.id, day, None, None)
            running = subscription_rows.endless(connection, person.id, product.id)
        if running is not None:
            return _sell_a_period(connection, seal, policy, sale, running)
    entry, cents = charge(connection, seal, policy, sale, more=_period_detail(connection, sale))
    from_on, until_on = _GIVE[product.kind](connection, policy, sale, entry, cents)
    return SaleResult(entry, cents, from_on, until_on)


def _period_detail(connection: sa.Connection, sale: Sale) -> Detail:
    """Return the days of a sold subscription for the charge's detail, by which bookkeeping spreads its income over
    fiscal years; empty for other products.
    """
    if sale.product.kind is not ProductKind.SUBSCRIPTION:
        return {}
    from_on, until_on = _sold_period(connection, sale)
    return {"from": from_on.isoformat(), "until": until_on.isoformat()}


def price(
    connection: sa.Connection,
    policy: Policy,
    person: Member,
    product: Product,
    day: date,
    chosen_cents: int | None = None,
) -> tuple[int, str]:
    """Return what a product costs a member on a day in cents, and at which level. Without `chosen_cents` a free price
    is the one that the member chose before, if any. Raises Problem `no-tariff`.
    """
    if chosen_cents is None:
        chosen_cents = offers.chosen(connection, person.id, product.id, day)
    return policy.ask(product.code, members.reduced_level(connection, person, day), chosen_cents)


def charge(
    connection: sa.Connection,
    seal: Seal,
    policy: Policy,
    sale: Sale,
    share: tuple[int, int] = (1, 1),
    more: Detail | None = None,
    agreed: tuple[int, str] | None = None,
) -> tuple[int, int]:
    """Write the charge of a sale, or of the `share` (numerator, denominator) of its price, and return its entry and
    amount in cents.

    `more` is added to the entry's detail; `agreed` is the price and its level where the buyer agreed to one before.
    """
    member, product = sale.buyer, sale.product
    unit_cents, level = agreed or price(connection, policy, member, product, sale.day, sale.chosen_cents)
    cents = renewals.share(unit_cents, *share)
    rate = policy.vat(product.code)
    draft = Draft(
        kind="charge",
        day_on=sale.today,
        group=sale.id_ or ids.new(sale.at, secrets.token_bytes(16)),
        actor=sale.actor,
        amount_cents=cents,
        account=members.paying_account(connection, member, product.kind, sale.day),
        member_number=member.number,
        detail={
            "product": product.code,
            "quantity": 1,
            "tariff": level,
            "unit_cents": unit_cents,
            "vat": rate,
            **ahead(product, cents, rate),
            **(more or {}),
        },
    )
    return ledger.append(connection, seal, draft, sale.at, id_=sale.id_), cents


def ahead(product: Product, cents: int, rate: int | None) -> Detail:
    """Return the days (or half days) that a carnet or an envelope pays in advance and the value of one without VAT, for
    the charge's detail; empty for other products.

    Envelopes use the field names that carnets had first, so that readers of entries sum both alike.
    """
    if product.kind not in AHEAD:
        return {}
    return {
        "carnet_days": product.days,
        "day_cents": vat.split(cents, rate)[0] // product.days,
        **units.said(product.unit),  # the unit, where it is not a whole day
    }


def _sell_a_period(connection: sa.Connection, seal: Seal, policy: Policy, sale: Sale, running: Running) -> SaleResult:
    """Charge the next period of a running subscription, and return the sale. Its right exists already, so that the
    sale's `day` does not matter for the period.
    """
    part, days = next_period(connection, running, policy.pro_rata)
    entry, cents = charge(connection, seal, policy, sale, (days, part.of_days), detail_of(part, days, policy.pro_rata))
    # so that `kiosk due` does not charge this period again
    due_rows.mark(connection, due_rows.MONTHS, running.id, part.first_on, sale.at, entry)
    return SaleResult(entry, cents, part.first_on, part.last_on)


def next_period(connection: sa.Connection, running: Running, pro_rata: bool) -> tuple[Period, int]:
    """Return the first period of a subscription that costs something and has no charge, or only a reversed one, and the
    number of days to charge.

    Raises RequestError `paused` where there is none within 400 days.
    """
    done = due_rows.periods(connection, running.id)
    if done and done[-1].is_reversed:
        done.pop()  # its charge was reversed: that period is charged again
    after = done[-1].first_on if done else None
    horizon = (after or running.terms.from_on) + _FAR
    for part, days in renewals.following(running.terms, after, horizon, lambda _: pro_rata):
        if days:  # 0 where the whole period is paused
            return part, days
    raise RequestError("paused", field="product", number=running.id)


def detail_of(part: Period, days: int, pro_rata: bool) -> dict[str, str | int | None]:
    """Return what a period's charge has in its detail: first and last day (`from`, `until`), and the number of days
    charged of the period's (`days`, `of_days`); these are None where a whole period is charged without pro rata.
    """
    counted = pro_rata or days != part.of_days
    return {
        "from": part.first_on.isoformat(),
        "until": part.last_on.isoformat(),
        "days": days if counted else None,
        "of_days": part.of_days if counted else None,
    }


def _first_day_after(last: date | None, day: date) -> date:
    """Return the first day of a period that is sold again: the day after the last one, or `day` where that is later."""
    return day if last is None or last < day else last + timedelta(days=1)


def _give_membership(
    connection: sa.Connection, policy: Policy, sale: Sale, entry: int, _cents: int
) -> tuple[date, date | None]:
    """Give the member the sold membership, after the one they have, and return its first and last day."""
    from_on = _first_day_after(rights.membership_end(connection, sale.buyer.id), sale.day)
    until_on = periods.membership_end(policy.membership_year, from_on)
    rights.add_membership(connection, sale.buyer.id, from_on, until_on, entry)
    return from_on, until_on


def _give_subscription(
    connection: sa.Connection, _policy: Policy, sale: Sale, entry: int, _cents: int
) -> tuple[date, date | None]:
    """Give the member the sold subscription, and return its first and last day."""
    from_on, until_on = _sold_period(connection, sale)
    rights.add_subscription(connection, sale.buyer.id, sale.product.id, from_on, until_on, entry)
    return from_on, until_on


def _sold_period(connection: sa.Connection, sale: Sale) -> tuple[date, date]:
    """Return first and last day of the period sold of a subscription that does not renew itself: from the sale's day,
    or after the last day that the member has already.
    """
    from_on = _first_day_after(rights.last_subscription(connection, sale.buyer.id, sale.product.id), sale.day)
    return from_on, periods.end(sale.product.unit, from_on)


def _give_carnet(
    connection: sa.Connection, policy: Policy, sale: Sale, entry: int, cents: int
) -> tuple[date, date | None]:
    """Give the member the sold carnet, each of its days with its value in cents without VAT (rounded down), and return
    its first and last day; the last is None where the product sets no number of valid days.
    """
    product = sale.product
    expires_on = None if product.valid_days is None else sale.day + timedelta(days=product.valid_days)
    rights.add_carnet(
        connection,
        sale.buyer.id,
        product.id,
        days=product.days,
        value_cents=vat.split(cents, policy.vat(product.code))[0] // product.days,
        from_on=sale.day,
        expires_on=expires_on,
        entry_number=entry,
    )
    return sale.day, expires_on


_GIVE = {  # writes the right that a product of each kind gives, and returns its first and last day (None: no end)
    ProductKind.MEMBERSHIP: _give_membership,
    ProductKind.SUBSCRIPTION: _give_subscription,
    ProductKind.CARNET: _give_carnet,
}
