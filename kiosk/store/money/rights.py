"""Keeps rights that are sold: memberships, subscriptions, carnets. Each counts until the entry of
its sale is reversed.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa

from kiosk.domain.periods import Unit
from kiosk.store.money import voucher_rows
from kiosk.store.tables import carnet, entry, membership, product, subscription
from kiosk.store.tables.prepaid import envelope


def _unreversed(number: sa.ColumnElement[int] | sa.ColumnElement[int | None]) -> sa.ColumnElement[bool]:
    """Return the condition that no entry reverses this one: true for a subscription without a sale (NULL), too."""
    return ~sa.exists().where(entry.c.reverses == number)


def membership_end(connection: sa.Connection, member_id: int) -> date | None:
    """Return the last day that any of a member's memberships covers; None if there is none."""
    return connection.execute(
        sa.select(sa.func.max(membership.c.until_on))
        .where(membership.c.member_id == member_id)
        .where(_unreversed(membership.c.entry_number))
    ).scalar()


def last_subscription(connection: sa.Connection, member_id: int, product_id: int) -> date | None:
    """Return the last day that a member's subscription to a product covers.

    `date.max` if it runs without an end; None if there is none.
    """
    ends = sa.func.coalesce(subscription.c.until_on, sa.literal(date.max, sa.Date))
    return connection.execute(
        sa.select(sa.func.max(ends, type_=sa.Date))
        .where(subscription.c.member_id == member_id, subscription.c.product_id == product_id)
        .where(_unreversed(subscription.c.entry_number))
    ).scalar()


def add_membership(connection: sa.Connection, member_id: int, from_on: date, until_on: date, entry_number: int) -> None:
    """Add a membership for a period, both days included."""
    values = {"member_id": member_id, "from_on": from_on, "until_on": until_on, "entry_number": entry_number}
    connection.execute(membership.insert(), values)


def add_subscription(
    connection: sa.Connection,
    member_id: int,
    product_id: int,
    from_on: date,
    until_on: date | None,
    entry_number: int | None,
    agreed_cents: int | None = None,
) -> None:
    """Add a subscription for a period, or with None until it is ended.

    Without an entry it has no sale to reverse. With `agreed_cents` its first period costs no more than that.
    """
    values = {
        "member_id": member_id,
        "product_id": product_id,
        "from_on": from_on,
        "until_on": until_on,
        "entry_number": entry_number,
        "agreed_cents": agreed_cents,
    }
    connection.execute(subscription.insert(), values)


def add_carnet(
    connection: sa.Connection,
    member_id: int,
    product_id: int,
    *,
    days: int,
    value_cents: int,
    from_on: date,
    expires_on: date | None,
    entry_number: int,
) -> None:
    """Add a carnet of `days` days (or half days, by its product), each worth `value_cents` without VAT.

    It can be used from `from_on` to `expires_on`, both included; None: without an end.
    """
    values = {
        "member_id": member_id,
        "product_id": product_id,
        "days": days,
        "value_cents": value_cents,
        "from_on": from_on,
        "expires_on": expires_on,
        "entry_number": entry_number,
    }
    connection.execute(carnet.insert(), values)


def days_used_of_sale(connection: sa.Connection, entry_number: int) -> int:
    """Return how many days were used or have expired of the carnet or envelope that an entry sold;
    0 if it sold none.
    """
    for table in (carnet, envelope):
        used_or_expired = sa.select(table.c.used + table.c.expired).where(table.c.entry_number == entry_number)
        days: int | None = connection.execute(used_or_expired).scalar()
        if days is not None:
            return days
    return 0


def memberships(connection: sa.Connection, member_id: int) -> Sequence[sa.Row[date, date, int | None]]:
    """Return a member's memberships, the newest first: first day, last day, entry of the sale (None: none)."""
    return connection.execute(
        sa.select(membership.c.from_on, membership.c.until_on, membership.c.entry_number)
        .where(membership.c.member_id == member_id, _unreversed(membership.c.entry_number))
        .order_by(membership.c.from_on.desc())
    ).all()


def subscriptions(
    connection: sa.Connection, member_id: int
) -> Sequence[sa.Row[int, str, str, date, date | None, int | None]]:
    """Return a member's subscriptions, the newest first: id, product, unit, first day, last day (None: no
    end), entry of the sale (None: charged period by period).
    """
    return connection.execute(
        sa.select(
            subscription.c.id,
            product.c.code,
            product.c.unit,
            subscription.c.from_on,
            subscription.c.until_on,
            subscription.c.entry_number,
        )
        .join(product, product.c.id == subscription.c.product_id)
        .where(subscription.c.member_id == member_id, _unreversed(subscription.c.entry_number))
        .order_by(subscription.c.from_on.desc(), subscription.c.id.desc())
    ).all()


def carnets(connection: sa.Connection, member_id: int) -> Sequence[sa.Row[str, int, int, date, date | None, int, str]]:
    """Return a member's carnets, in the order in which they are used: product, days, used, first day, last day, entry,
    unit.
    """
    c = carnet.c
    return connection.execute(
        sa.select(product.c.code, c.days, c.used, c.from_on, c.expires_on, c.entry_number, product.c.unit)
        .join(product, product.c.id == c.product_id)
        .where(c.member_id == member_id, _unreversed(c.entry_number))
        .order_by(c.expires_on.is_(None), c.expires_on, c.id)
    ).all()


def days_left(connection: sa.Connection, member_id: int, day: date) -> list[tuple[int, date | None]]:
    """Return the prepaid and earned days that a member can still use on a day, added up by their last day, the earliest
    first: pairs of a count and a last day (None: no end), which come last.

    Days of an envelope count although others may use them up; half days of carnets do not.
    """
    of_carnets = [*_carnets_left(connection, member_id, day, product.c.unit != Unit.HALF_DAY.value)]
    return _by_day([*of_carnets, *_others_left(connection, member_id, day, Unit.DAY)])


def halves_left(connection: sa.Connection, member_id: int, day: date) -> list[tuple[int, date | None]]:
    """Return the half days of carnets and vouchers that a member can still use on a day, as `days_left` does."""
    of_carnets = [*_carnets_left(connection, member_id, day, product.c.unit == Unit.HALF_DAY.value)]
    return _by_day([*of_carnets, *_others_left(connection, member_id, day, Unit.HALF_DAY)])


def hours_left(connection: sa.Connection, member_id: int, day: date) -> list[tuple[int, date | None]]:
    """Return the hours of vouchers that a member can still use on a day, added up by their last day, the earliest
    first.
    """
    return _by_day(_others_left(connection, member_id, day, Unit.HOUR))


def _others_left(connection: sa.Connection, member_id: int, day: date, unit: Unit) -> Iterable[tuple[int, date | None]]:
    """Return what is left of each voucher and banked day in this unit, with its last day."""
    return (
        (prepaid.left, prepaid.expires_on)
        for prepaid in voucher_rows.usable(connection, member_id, day)
        if prepaid.unit is unit
    )


def _carnets_left(
    connection: sa.Connection, member_id: int, day: date, unit: sa.ColumnElement[bool]
) -> Iterable[tuple[int, date | None]]:
    """Return what is left of each carnet whose product meets the condition `unit`, with its last day."""
    c = carnet.c
    rows = connection.execute(
        sa.select(c.days - c.used - c.expired, c.expires_on)
        .join(product, product.c.id == c.product_id)
        .where(c.member_id == member_id, _unreversed(c.entry_number), unit, c.from_on <= day)
        .where(sa.or_(c.expires_on.is_(None), c.expires_on >= day))
    )
    return ((count, expires_on) for count, expires_on in rows)


def _by_day(counts: Iterable[tuple[int, date | None]]) -> list[tuple[int, date | None]]:
    """Add up counts by their last day, the earliest first; without days on which nothing is left."""
    by_day: Counter[date | None] = Counter()
    for count, expires_on in counts:
        by_day[expires_on] += max(0, count)
    return [(by_day[day], day) for day in sorted(by_day, key=lambda day: day or date.max) if by_day[day]]


def lengthen(connection: sa.Connection, subscription_id: int, until_on: date | None) -> None:
    """Give a subscription another last day, earlier or later; None: it runs until it is ended."""
    connection.execute(subscription.update().where(subscription.c.id == subscription_id).values(until_on=until_on))
