"""Tells which member something belongs to, by what a page's address names: account, entry, document or subscription."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from kiosk.store.tables import account, entry, member, subscription
from kiosk.store.tables.books import document

_OWNER = sa.select(member.c.number).join(account, account.c.member_id == member.c.id)
_BY_ACCOUNT: Mapping[str, tuple[sa.Column[Any], sa.Column[Any]]] = {
    "document": (document.c.id, document.c.account_id),
    "entry": (entry.c.number, entry.c.account_id),
    "payment": (entry.c.number, entry.c.account_id),
}


def number_of(connection: sa.Connection, kind: str, id_: int) -> int | None:
    """Return the number of the member that a thing belongs to; None if it is an organisation's or unknown.

    `kind` is "account", "subscription" or a key of `_BY_ACCOUNT`; `id_` an entry's number or the thing's id.
    """
    if kind == "account":
        query = _OWNER.where(account.c.id == id_)
    elif kind == "subscription":
        query = sa.select(member.c.number).join(subscription, subscription.c.member_id == member.c.id)
        query = query.where(subscription.c.id == id_)
    else:
        key, its_account = _BY_ACCOUNT[kind]
        query = _OWNER.join(key.table, its_account == account.c.id).where(key == id_)
    number: int | None = connection.execute(query).scalar()
    return number
