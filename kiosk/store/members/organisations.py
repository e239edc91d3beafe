"""Reads and writes organisations that pay, each with an account of its own."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.errors import RequestError
from kiosk.language.names import Names
from kiosk.store import name_rows
from kiosk.store.tables import account, member, organisation, payer

_LANGUAGE = "fr"  # an organisation's name is the same in every language


class Facts(Struct, frozen=True, kw_only=True):
    """The facts of an organisation; SIREN and SIRET are its numbers in the French register.

    With `is_public` it is a public body, whose invoices are deposited on the State's platform Chorus Pro.
    """

    name: str
    kind: str  # such as "company"
    siren: str | None = None
    address: str | None = None
    order_reference: str | None = None
    siret: str | None = None
    vat_number: str | None = None
    service_code: str | None = None
    is_public: bool = False
    email: str | None = None
    language: str | None = None


class Organisation(Struct, frozen=True):
    """An organisation with its account, and what it owes in cents (below 0: an advance)."""

    id: int
    facts: Facts
    account: int
    balance_cents: int


_ALL = sa.select(organisation, account.c.id.label("account"), account.c.balance_cents).join(
    account, account.c.organisation_id == organisation.c.id
)


def _organisation(record: sa.Row[Any]) -> Organisation:
    """Return an organisation from its row."""
    facts = {name: getattr(record, name) for name in Facts.__struct_fields__}
    return Organisation(record.id, Facts(**facts), record.account, record.balance_cents)


def everyone(connection: sa.Connection) -> list[Organisation]:
    """Return every organisation, by name."""
    rows = connection.execute(_ALL.order_by(sa.func.lower(organisation.c.name), organisation.c.id))
    return [_organisation(row) for row in rows]


def by_id(connection: sa.Connection, number: int) -> Organisation:
    """Return an organisation. Raises RequestError `no-such-organisation`."""
    row = connection.execute(_ALL.where(organisation.c.id == number)).first()
    if row is None:
        raise RequestError("no-such-organisation", field="organisation", number=number)
    return _organisation(row)


def same(connection: sa.Connection, facts: Facts) -> int | None:
    """Return the id of an organisation with the same SIREN, SIRET and service code (None equals None); None if there is
    none.
    """
    c = organisation.c
    same_numbers = (c.siren == facts.siren, c.siret.is_(facts.siret), c.service_code.is_(facts.service_code))
    return connection.execute(sa.select(c.id).where(*same_numbers).limit(1)).scalar()


def add(connection: sa.Connection, facts: Facts) -> Organisation:
    """Add an organisation with an account, and return it."""
    number = connection.execute(organisation.insert(), _values(facts)).lastrowid
    connection.execute(account.insert(), {"organisation_id": number})
    return by_id(connection, number)


def change(connection: sa.Connection, client: Organisation, facts: Facts, day: date) -> None:
    """Change an organisation's facts. A new name holds from a day on: papers of closed days keep the old one."""
    if facts.name != client.facts.name:
        for text in (client.facts.name, facts.name):  # the first change also stores the old name
            name_rows.put(connection, "organisation", str(client.id), Names({_LANGUAGE: text}), day)
    connection.execute(organisation.update().where(organisation.c.id == client.id).values(**_values(facts)))


def _values(facts: Facts) -> dict[str, object]:
    """Return the columns for an organisation's facts."""
    return {name: getattr(facts, name) for name in Facts.__struct_fields__}


def paid_for(
    connection: sa.Connection, client: Organisation, day: date
) -> Sequence[sa.Row[int, str, str, date, date | None]]:
    """Return, by name, the members that an organisation pays for on a day or later: number, name, kind of product,
    first and last day (None: no end).
    """
    return connection.execute(
        sa.select(member.c.number, member.c.name, payer.c.kind, payer.c.from_on, payer.c.until_on)
        .join(payer, payer.c.member_id == member.c.id)
        .where(payer.c.account_id == client.account)
        .where(sa.or_(payer.c.until_on.is_(None), payer.c.until_on >= day))
        .order_by(member.c.search, payer.c.kind)
    ).all()
