"""Reads accounts with their roles and passkeys for signing in, and writes what signing in changes of an account."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.members import officer_numbers
from kiosk.errors import RequestError
from kiosk.store.tables.desk import desk_passkey, desk_role, desk_user, desk_user_role

CHANGED = "account-changed"  # the code of the error where another request changed the same account
Values = Mapping[str, Any]  # by column
_ACCOUNTS = (
    sa.select(desk_user, desk_role.c.id.label("role_id"), desk_role.c.name.label("role_name"))
    .join(desk_user_role, desk_user_role.c.user_id == desk_user.c.id, isouter=True)
    .join(desk_role, desk_role.c.id == desk_user_role.c.role_id, isouter=True)
    .order_by(desk_user.c.id, desk_role.c.name)
)


class AccountRows(Struct, frozen=True):
    """An account's own columns, and its roles as pairs of an id and a name."""

    columns: Values
    roles: tuple[tuple[int, str], ...]


class AccountChange(Struct, frozen=True, kw_only=True):
    """What one request changes of an account and of its passkeys.

    `uniquifier` is the account's `fs_uniquifier` as it was read: each new password and each end of all sessions changes
    it.
    """

    user_id: int
    uniquifier: str | None = None  # None: no column of the account itself changes
    columns: Values = {}
    passkeys: Mapping[int, Values] = {}  # changed columns, by the passkey's id
    new_passkeys: tuple[Values, ...] = ()
    deleted_passkeys: tuple[int, ...] = ()


def find(connection: sa.Connection, column: str, value: object, *, any_case: bool = False) -> AccountRows | None:
    """Return the account whose `column` has a value; None if there is none. With `any_case`, case does not matter: of
    two accounts that differ in it alone, the older one is returned.
    """
    key = desk_user.c[column]
    is_it = sa.func.lower(key) == sa.func.lower(value) if any_case else key == value
    rows = [dict(row) for row in connection.execute(_ACCOUNTS.where(is_it)).mappings()]
    if not rows:
        return None
    first = rows[0]
    roles = [(row.pop("role_id"), row.pop("role_name")) for row in rows if row["id"] == first["id"]]
    return AccountRows(first, tuple((id_, name) for id_, name in roles if id_ is not None))


def passkeys(connection: sa.Connection, user_id: int) -> list[Values]:
    """Return an account's passkeys, oldest first, each as its columns' values."""
    query = sa.select(desk_passkey).where(desk_passkey.c.user_id == user_id).order_by(desk_passkey.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


def passkey(connection: sa.Connection, credential_id: bytes) -> Values | None:
    """Return the passkey with a credential's id; None if there is none."""
    query = sa.select(desk_passkey).where(desk_passkey.c.credential_id == credential_id)
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def write(connection: sa.Connection, change: AccountChange) -> None:
    """Write what a request changes of an account, as the account's own act.

    Raises RequestError `account-changed` where another request has changed the account, or deleted the passkey,
    meanwhile. Without `columns` the account itself is not compared.
    """
    connection.info["actor"] = officer_numbers.actor(change.user_id)  # the author of this transaction's seal (`act_of`)
    c, key = desk_user.c, desk_passkey.c
    statements: list[Any] = []
    if change.columns:
        as_read = (c.id == change.user_id, c.fs_uniquifier == change.uniquifier)
        statements.append(desk_user.update().where(*as_read).values(**change.columns))
    for id_, values in change.passkeys.items():
        statements.append(desk_passkey.update().where(key.id == id_).values(**values))
    for id_ in change.deleted_passkeys:
        statements.append(desk_passkey.delete().where(key.id == id_))
    for statement in statements:
        if connection.execute(statement).rowcount != 1:
            raise RequestError("account-changed", "this account was changed at the same moment: start again")
    for values in change.new_passkeys:
        connection.execute(desk_passkey.insert(), {**values, "user_id": change.user_id})
