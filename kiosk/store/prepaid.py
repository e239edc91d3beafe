"""Days paid for before they are used: taken from a carnet, given back to it, lost with its expiry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy import bindparam

from kiosk.store.tables import carnet, entry, member, product

_TAKE = (
    carnet.update()
    .where(carnet.c.id == bindparam("which"))
    .values(used=carnet.c.used + bindparam("more", type_=sa.Integer))
)


def take(connection: sa.Connection, carnet_id: int) -> None:
    """Use one day. The database refuses a day that is not there."""
    connection.execute(_TAKE, {"which": carnet_id, "more": 1})


def give_back(connection: sa.Connection, carnet_id: int) -> None:
    """Give one used day back."""
    connection.execute(_TAKE, {"which": carnet_id, "more": -1})


@dataclass(frozen=True, slots=True)
class Leftover:
    """Days of a carnet that nobody used in time, each worth `value_cents`."""

    carnet: int
    member: int
    product: str
    days: int
    value_cents: int
    expired_on: date


def leftovers(connection: sa.Connection, day: date) -> Sequence[Leftover]:
    """The carnets that expired before a day and have days left. One whose sale was taken back has none."""
    c, by = carnet.c, entry.alias()
    left = c.days - c.used - c.expired
    rows = connection.execute(
        sa.select(c.id, member.c.number, product.c.code, left, c.value_cents, c.expires_on)
        .join(member, member.c.id == c.member_id)
        .join(product, product.c.id == c.product_id)
        .where(c.expires_on < day, left > 0, ~sa.exists().where(by.c.reverses == c.entry_number))
        .order_by(c.expires_on, c.id)
    )
    return [Leftover(*row) for row in rows]  # type: ignore[arg-type]  # those without an expiry are left out


def expire(connection: sa.Connection, carnet_id: int, days: int) -> None:
    """Days that are left can be used no more."""
    connection.execute(carnet.update().where(carnet.c.id == carnet_id).values(expired=carnet.c.expired + days))
