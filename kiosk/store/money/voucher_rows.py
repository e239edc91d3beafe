"""Keeps envelopes of days bought by organisations, vouchers that give them to members, codes for vouchers, and banked
days: days that members earned, by hosting for example.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.checkin.standing import Prepaid, Right
from kiosk.domain.periods import Unit
from kiosk.errors import RequestError
from kiosk.store.tables import entry, member, organisation, product
from kiosk.store.tables.prepaid import banked_day, envelope, voucher, voucher_code

_FAR = "9999-12-31"  # a day later than any, where there is no end


class Envelope(Struct, frozen=True):
    """An envelope of days (or half days or hours, by `unit`) that an organisation bought, each worth `value_cents`."""

    id: int
    organisation: int
    organisation_name: str
    product: str
    days: int
    used: int  # by all its vouchers
    expired: int
    value_cents: int
    from_on: date
    expires_on: date | None
    entry: int
    unit: Unit = Unit.DAY

    @property
    def days_left(self) -> int:
        """How many days are neither used nor expired."""
        return self.days - self.used - self.expired


class Voucher(Struct, frozen=True):
    """A member's right to days of an envelope. With `days` None they may use as many as the envelope has.

    It pays from `from_on` to `until_on`, both included; None: as long as the envelope.
    """

    id: int
    envelope: int
    number: int  # the member's
    name: str
    days: int | None
    used: int
    from_on: date
    until_on: date | None


class Banked(Struct, frozen=True):
    """Days that a member earned, with the reason and the officer that gave them."""

    id: int
    number: int  # the member's
    name: str
    days: int
    used: int
    from_on: date
    expires_on: date | None
    reason: str
    given_by: str

    @property
    def days_left(self) -> int:
        """How many days are not used."""
        return self.days - self.used


_ENVELOPES = (
    sa.select(
        envelope.c.id,
        envelope.c.organisation_id,
        organisation.c.name,
        product.c.code,
        envelope.c.days,
        envelope.c.used,
        envelope.c.expired,
        envelope.c.value_cents,
        envelope.c.from_on,
        envelope.c.expires_on,
        envelope.c.entry_number,
        product.c.unit,
    )
    .join(organisation, organisation.c.id == envelope.c.organisation_id)
    .join(product, product.c.id == envelope.c.product_id)
    .where(~sa.exists().where(entry.c.reverses == envelope.c.entry_number))
    .order_by(envelope.c.id)
)
_VOUCHERS = (
    sa.select(
        voucher.c.id,
        voucher.c.envelope_id,
        member.c.number,
        member.c.name,
        voucher.c.days,
        voucher.c.used,
        voucher.c.from_on,
        voucher.c.until_on,
    )
    .join(member, member.c.id == voucher.c.member_id)
    .order_by(member.c.search, voucher.c.id)
)
_BANKED = (
    sa.select(
        banked_day.c.id,
        member.c.number,
        member.c.name,
        banked_day.c.days,
        banked_day.c.used,
        banked_day.c.from_on,
        banked_day.c.expires_on,
        banked_day.c.reason,
        banked_day.c.given_by,
    )
    .join(member, member.c.id == banked_day.c.member_id)
    .order_by(banked_day.c.id.desc())
)


def add_envelope(
    connection: sa.Connection,
    organisation_id: int,
    product_id: int,
    *,
    days: int,
    value_cents: int,
    from_on: date,
    expires_on: date | None,
    entry_number: int,
) -> int:
    """Add an envelope of `days` days, each worth `value_cents` without VAT. Return its id."""
    values = {
        "organisation_id": organisation_id,
        "product_id": product_id,
        "days": days,
        "value_cents": value_cents,
        "from_on": from_on,
        "expires_on": expires_on,
        "entry_number": entry_number,
    }
    return int(connection.execute(envelope.insert(), values).lastrowid)


def envelopes(connection: sa.Connection, organisation_id: int | None = None) -> list[Envelope]:
    """Return the envelopes whose sale is not reversed, of one organisation or with None of all, the oldest first."""
    of_organisation = sa.true() if organisation_id is None else envelope.c.organisation_id == organisation_id
    return [_envelope(row) for row in connection.execute(_ENVELOPES.where(of_organisation))]


def envelope_by_id(connection: sa.Connection, number: int) -> Envelope:
    """Return an envelope whose sale is not reversed. Raises RequestError `no-such-envelope`."""
    row = connection.execute(_ENVELOPES.where(envelope.c.id == number)).first()
    if row is None:
        raise RequestError("no-such-envelope", "there is no envelope {number}: kiosk vouchers list", number=number)
    return _envelope(row)


def is_usable(connection: sa.Connection, number: int, day: date) -> bool:
    """Return whether an envelope's sale is not reversed and a day lies in its period; days left are not asked."""
    begins, ends = envelope.c.from_on, envelope.c.expires_on
    runs = (envelope.c.id == number, begins <= day, sa.or_(ends.is_(None), ends >= day))
    return connection.execute(_ENVELOPES.where(*runs)).first() is not None


def _envelope(row: sa.Row[*tuple[Any, ...]]) -> Envelope:
    """Return an envelope from a row of `_ENVELOPES`."""
    id_, organisation_id, name, code, days, used, expired, value_cents, from_on, expires_on, number, unit = row
    return Envelope(
        id_, organisation_id, name, code, days, used, expired, value_cents, from_on, expires_on, number, Unit(unit)
    )


def add(
    connection: sa.Connection, envelope_id: int, member_id: int, days: int | None, from_on: date, until_on: date | None
) -> int:
    """Add a voucher of an envelope for a member, and return its id; `days` None is for as many as the envelope has."""
    values = {
        "envelope_id": envelope_id,
        "member_id": member_id,
        "days": days,
        "from_on": from_on,
        "until_on": until_on,
    }
    return int(connection.execute(voucher.insert(), values).lastrowid)


def of_envelope(connection: sa.Connection, envelope_id: int) -> list[Voucher]:
    """Return the vouchers of an envelope, by member's name."""
    return [_voucher(row) for row in connection.execute(_VOUCHERS.where(voucher.c.envelope_id == envelope_id))]


def by_id(connection: sa.Connection, number: int) -> Voucher:
    """Return a voucher. Raises RequestError `no-such-voucher`."""
    row = connection.execute(_VOUCHERS.where(voucher.c.id == number)).first()
    if row is None:
        raise RequestError("no-such-voucher", "there is no voucher {number}: kiosk vouchers list", number=number)
    return _voucher(row)


def _voucher(record: sa.Row[*tuple[Any, ...]]) -> Voucher:
    """Return a voucher from a row of `_VOUCHERS`."""
    return Voucher(*record)


def end(connection: sa.Connection, voucher_id: int, last_on: date) -> None:
    """Set a voucher's last day. With one before its first day, it pays for no further day."""
    connection.execute(voucher.update().where(voucher.c.id == voucher_id).values(until_on=last_on))


def last_day(connection: sa.Connection, voucher_id: int) -> date | None:
    """Return the last day on which a voucher pays: its own or its envelope's, the earlier one; None for no end.

    Raises NoResultFound for an unknown voucher.
    """
    query = sa.select(_UNTIL).join_from(voucher, envelope, envelope.c.id == voucher.c.envelope_id)
    return _last_day(connection.execute(query.where(voucher.c.id == voucher_id)).scalar_one())


def _last_day(until: str) -> date | None:
    """Return the day that `_UNTIL` gives as text; None for no end."""
    return None if until == _FAR else date.fromisoformat(until)


def bank(
    connection: sa.Connection,
    member_id: int,
    *,
    days: int,
    from_on: date,
    expires_on: date | None,
    reason: str,
    at: datetime,
    actor: str,
) -> int:
    """Add days that a member earned, and return their id."""
    values = {
        "member_id": member_id,
        "days": days,
        "from_on": from_on,
        "expires_on": expires_on,
        "reason": reason,
        "given_at": at,
        "given_by": actor,
    }
    return int(connection.execute(banked_day.insert(), values).lastrowid)


def banked(connection: sa.Connection, member_id: int) -> Sequence[Banked]:
    """Return the days that a member earned, the newest first."""
    return [_banked(row) for row in connection.execute(_BANKED.where(banked_day.c.member_id == member_id))]


def banked_by_id(connection: sa.Connection, number: int) -> Banked:
    """Return earned days by their id. Raises RequestError `no-such-banked-day`."""
    row = connection.execute(_BANKED.where(banked_day.c.id == number)).first()
    if row is None:
        raise RequestError(
            "no-such-banked-day", "there are no banked days {number}: kiosk vouchers show MEMBER", number=number
        )
    return _banked(row)


def _banked(record: sa.Row[*tuple[Any, ...]]) -> Banked:
    """Return earned days from a row of `_BANKED`."""
    return Banked(*record)


def end_banked(connection: sa.Connection, banked_id: int, last_on: date) -> None:
    """Set the last day on which earned days can be used."""
    connection.execute(banked_day.update().where(banked_day.c.id == banked_id).values(expires_on=last_on))


def usable(connection: sa.Connection, member_id: int, day: date) -> list[Prepaid]:
    """Return a member's vouchers and earned days that could pay for a day, in the order in which they are used.

    Vouchers come before earned days; of each, what expires first is used first. An earned day was never sold, so its
    value in the books is 0.
    """
    c, bought, today = voucher.c, envelope.c, sa.literal(day.isoformat())
    of_envelopes = connection.execute(
        sa.select(c.id, _LEFT, bought.value_cents, _UNTIL, product.c.unit)
        .join_from(voucher, envelope, bought.id == c.envelope_id)
        .join(product, product.c.id == bought.product_id)
        .where(c.member_id == member_id, c.from_on <= today, bought.from_on <= today, today <= _UNTIL, _LEFT > 0)
        .where(~sa.exists().where(entry.c.reverses == bought.entry_number))
        .order_by(_UNTIL, c.id)
    )
    vouchers = [
        Prepaid(Right.VOUCHER, id_, days or 0, cents, _last_day(until), Unit(unit))  # never None: for the type checker
        for id_, days, cents, until, unit in of_envelopes
    ]
    b = banked_day.c
    earned = connection.execute(
        sa.select(b.id, b.days - b.used, b.expires_on)
        .where(b.member_id == member_id, b.used < b.days, b.from_on <= today)
        .where(sa.or_(b.expires_on.is_(None), b.expires_on >= today))
        .order_by(b.expires_on.is_(None), b.expires_on, b.id)
    )
    return vouchers + [Prepaid(Right.BANKED, id_, days, 0, expires_on) for id_, days, expires_on in earned]


_IN_ENVELOPE = envelope.c.days - envelope.c.used - envelope.c.expired
# The days that a voucher can still pay for: its own, but no more than its envelope has.
_LEFT = sa.func.min(sa.func.coalesce(voucher.c.days - voucher.c.used, _IN_ENVELOPE), _IN_ENVELOPE, type_=sa.Integer)
# The voucher's last day or the envelope's, whichever is earlier, as text that sorts.
_UNTIL = sa.func.min(
    *(sa.func.coalesce(sa.cast(day, sa.String), _FAR) for day in (voucher.c.until_on, envelope.c.expires_on)),
    type_=sa.String,
)


def used_by(
    connection: sa.Connection, organisation_id: int, first: date, last: date
) -> list[tuple[int, str, Unit, int]]:
    """Return what an organisation's vouchers paid for in a period, both days included, without reversed uses: member
    number, name, unit, and how many of that unit; by member's name.
    """
    detail, reversing = entry.c.detail, entry.alias()
    number = sa.cast(sa.func.json_extract(detail, sa.literal_column("'$.voucher'")), sa.Integer)
    count = sa.func.sum(sa.func.coalesce(sa.func.json_extract(detail, sa.literal_column("'$.quantity'")), 1))
    rows = connection.execute(
        sa.select(member.c.number, member.c.name, product.c.unit, count)
        .select_from(entry)
        .join(voucher, voucher.c.id == number)
        .join(envelope, envelope.c.id == voucher.c.envelope_id)
        .join(product, product.c.id == envelope.c.product_id)
        .join(member, member.c.id == voucher.c.member_id)
        .where(entry.c.kind == "use", entry.c.day_on.between(first, last))
        .where(envelope.c.organisation_id == organisation_id)
        .where(~sa.exists().where(reversing.c.reverses == entry.c.number))
        .group_by(member.c.id, product.c.unit)
        .order_by(member.c.search, member.c.number)
    )
    return [(number_, name, Unit(unit), int(count_)) for number_, name, unit, count_ in rows]


class Code(Struct, frozen=True):
    """A code whose bearer gets a voucher, for `days` days (None: as many as the envelope has).

    `until_on` is its last day (None: no end), `ended_on` the day on which it was used or withdrawn (None: neither).
    """

    id: int
    envelope: int
    code: str
    days: int | None
    until_on: date | None
    ended_on: date | None


_CODES = sa.select(
    voucher_code.c.id,
    voucher_code.c.envelope_id,
    voucher_code.c.code,
    voucher_code.c.days,
    voucher_code.c.until_on,
    voucher_code.c.ended_on,
).order_by(voucher_code.c.id)


def add_code(
    connection: sa.Connection,
    envelope_id: int,
    code: str,
    days: int | None,
    until_on: date | None,
    at: datetime,
    actor: str,
) -> int:
    """Add a code for days of an envelope, None for as many as it has, and return its id."""
    values = {"envelope_id": envelope_id, "code": code, "days": days, "until_on": until_on}
    return int(connection.execute(voucher_code.insert(), {**values, "made_at": at, "made_by": actor}).lastrowid)


def codes(connection: sa.Connection, envelope_id: int) -> list[Code]:
    """Return the codes of an envelope that are neither used nor withdrawn, expired ones included, the oldest first."""
    rows = connection.execute(
        _CODES.where(voucher_code.c.envelope_id == envelope_id, voucher_code.c.ended_on.is_(None))
    )
    return [Code(*row) for row in rows]


def has_codes(connection: sa.Connection) -> bool:
    """Return whether any code is neither used nor withdrawn."""
    return connection.execute(sa.select(sa.exists().where(voucher_code.c.ended_on.is_(None)))).scalar_one()


def by_code(connection: sa.Connection, code: str) -> Code | None:
    """Return the voucher code with this text, even if it was used, withdrawn or has expired; None if there is none."""
    row = connection.execute(_CODES.where(voucher_code.c.code == code)).first()
    return None if row is None else Code(*row)


def end_code(connection: sa.Connection, number: int, on: date, voucher_id: int | None = None) -> None:
    """End a code: it was used for this voucher, or with None withdrawn."""
    values = {"ended_on": on, "voucher_id": voucher_id}
    connection.execute(voucher_code.update().where(voucher_code.c.id == number).values(**values))
