"""Uses prepaid days: takes one from a carnet, a voucher or banked days, gives it back, lets it expire.

A carnet is a number of days that a member bought in advance, an envelope one that an organisation bought. A voucher
gives a member days of an envelope. Banked days were earned, by hosting for example.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy import bindparam

from kiosk.domain.checkin.standing import Prepaid, Right
from kiosk.domain.periods import Unit
from kiosk.store.money import voucher_rows
from kiosk.store.tables import carnet, entry, member, product
from kiosk.store.tables.prepaid import banked_day, envelope, voucher

# The name under which an entry's detail has what it used, by the right that paid.
NAMES = {Right.CARNET: "carnet", Right.VOUCHER: "voucher", Right.BANKED: "banked_day"}


def _use_more(table: sa.Table, which: sa.ColumnElement[Any]) -> sa.Update:
    """Return the statement that adds to the units used of a row."""
    used = table.c.used + bindparam("more", type_=sa.Integer)
    return table.update().where(table.c.id == which).values(used=used)


_WHICH: sa.BindParameter[int] = bindparam("which")
_TAKE = {  # the statements that use something, by its name: a day of a voucher is also one of its envelope
    "carnet": (_use_more(carnet, _WHICH),),
    "voucher": (
        _use_more(voucher, _WHICH),
        _use_more(envelope, sa.select(voucher.c.envelope_id).where(voucher.c.id == _WHICH).scalar_subquery()),
    ),
    "banked_day": (_use_more(banked_day, _WHICH),),
}


def take(connection: sa.Connection, days: Prepaid, quantity: int) -> None:
    """Use a quantity of prepaid days, in their own unit: days, half days or hours.

    The database refuses to use more than there are.
    """
    _move(connection, NAMES[days.right], days.id, quantity)


def give_back(connection: sa.Connection, detail: Mapping[str, Any]) -> None:
    """Give back the days that an entry of kind `use` took, by the entry's detail; without `quantity` it took one."""
    name = next(name for name in NAMES.values() if detail.get(name) is not None)
    _move(connection, name, detail[name], -int(detail.get("quantity", 1)))


def expires_on(connection: sa.Connection, detail: Mapping[str, Any]) -> date | None:
    """Return the last day of the carnet, voucher or banked day that an entry used, by the entry's detail.

    None if it has no last day, or the entry used none. A voucher lasts no longer than its envelope.
    """
    name = next((name for name in NAMES.values() if detail.get(name) is not None), None)
    if name is None:
        return None
    if name == "voucher":
        return voucher_rows.last_day(connection, detail[name])
    table = carnet if name == "carnet" else banked_day
    return connection.execute(sa.select(table.c.expires_on).where(table.c.id == detail[name])).scalar()


def _move(connection: sa.Connection, name: str, which: int, more: int) -> None:
    """Add to the units used of a carnet, a voucher or earned days (`name`) with the id `which`; a negative number gives
    back.
    """
    for statement in _TAKE[name]:
        connection.execute(statement, {"which": which, "more": more})


class Leftover(Struct, frozen=True):
    """Days (or half days or hours, by `unit`) that were bought together and not used in time, each worth `value_cents`.

    `of` is "carnet" or "envelope", `holder` the number of the member, or the id of the organisation.
    """

    of: str
    id: int
    holder: int
    product: str
    days: int
    value_cents: int
    expired_on: date
    unit: Unit

    @property
    def member(self) -> int | None:
        """Return the number of the member whose carnet it was; None for an envelope."""
        return self.holder if self.of == "carnet" else None


def leftovers(connection: sa.Connection, day: date) -> Sequence[Leftover]:
    """Return the carnets and envelopes that expired before a day with days left; those whose sale is reversed do not
    count. Carnets come first, each kind by last day. Banked days have no value in the books, and are left out.
    """
    carnets = _left(carnet, member.c.number, day).join(member, member.c.id == carnet.c.member_id)
    envelopes = _left(envelope, envelope.c.organisation_id, day)
    left_of_carnets = [_leftover("carnet", row) for row in connection.execute(carnets)]
    return left_of_carnets + [_leftover("envelope", row) for row in connection.execute(envelopes)]


def _leftover(of: str, record: sa.Row[*tuple[Any, ...]]) -> Leftover:
    """Return what was left over, from a row of `_left`."""
    id_, holder, code, count, value_cents, expired_on, unit = record
    return Leftover(of, id_, holder, code, count, value_cents, expired_on, Unit(unit))


def _left(table: sa.Table, holder: sa.ColumnElement[Any], day: date) -> sa.Select[*tuple[Any, ...]]:
    """Return the query for days left over in a table, with their holder."""
    c, reversing = table.c, entry.alias()
    left = c.days - c.used - c.expired
    return (
        sa.select(c.id, holder, product.c.code, left, c.value_cents, c.expires_on, product.c.unit)
        .select_from(table)
        .join(product, product.c.id == c.product_id)
        .where(c.expires_on < day, left > 0, ~sa.exists().where(reversing.c.reverses == c.entry_number))
        .order_by(c.expires_on, c.id)
    )


def expire(connection: sa.Connection, left: Leftover) -> None:
    """Write that the days left have expired."""
    table = carnet if left.of == "carnet" else envelope
    connection.execute(table.update().where(table.c.id == left.id).values(expired=table.c.expired + left.days))
