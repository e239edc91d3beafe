"""Rights that are sold: memberships, subscriptions, carnets. Each stands while the entry of its sale does."""

from datetime import date

import sqlalchemy as sa

from kiosk.store.tables import carnet, entry, membership, subscription


def _unreversed(number: sa.ColumnElement[int | None]) -> sa.ColumnElement[bool]:
    return ~sa.exists().where(entry.c.reverses == number)


def membership_end(connection: sa.Connection, member_id: int) -> date | None:
    """Last day that any standing membership of the member covers."""
    return connection.execute(
        sa.select(sa.func.max(membership.c.until_on))
        .where(membership.c.member_id == member_id)
        .where(_unreversed(membership.c.entry_number))
    ).scalar()


def last_subscription(connection: sa.Connection, member_id: int, product_id: int) -> date | None:
    """Last day that a subscription to the product covers; date.max while one runs without an end; None without any."""
    ends = sa.func.coalesce(subscription.c.until_on, sa.literal(date.max, sa.Date))
    return connection.execute(
        sa.select(sa.func.max(ends, type_=sa.Date))
        .where(subscription.c.member_id == member_id, subscription.c.product_id == product_id)
        .where(_unreversed(subscription.c.entry_number))
    ).scalar()


def add_membership(connection: sa.Connection, member_id: int, from_on: date, until_on: date, entry_number: int) -> None:
    """A membership for a period; both days included."""
    values = {"member_id": member_id, "from_on": from_on, "until_on": until_on, "entry_number": entry_number}
    connection.execute(membership.insert(), values)


def add_subscription(
    connection: sa.Connection,
    member_id: int,
    product_id: int,
    from_on: date,
    until_on: date | None,
    entry_number: int | None,
) -> None:
    """A subscription for a period, or until it is ended. Without an entry no sale can take it back."""
    values = {
        "member_id": member_id,
        "product_id": product_id,
        "from_on": from_on,
        "until_on": until_on,
        "entry_number": entry_number,
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
    """A carnet of some days, each worth `value_cents`."""
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
    """How many days were used of the carnet that this entry sold; 0 where it sold none."""
    used = connection.execute(sa.select(carnet.c.used).where(carnet.c.entry_number == entry_number)).scalar()
    return used or 0
