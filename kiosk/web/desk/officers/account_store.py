"""Gives Flask-Security the accounts, roles and passkeys that it reads and changes.

A request reads each account once. Its changes are written by `commit` alone, in one short transaction, so that no tap
waits while a password is hashed; what is not committed is forgotten with the request. The library's own store would
bring SQLAlchemy's ORM, a twelfth of the resting desk.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import g
from flask_security.core import RoleMixin, UserMixin, WebAuthnMixin
from flask_security.datastore import UserDatastore
from msgspec import Struct, field

from kiosk.devices.protocols import Clock
from kiosk.store.engine import Store
from kiosk.store.officers import account_rows
from kiosk.store.officers.account_rows import AccountChange, AccountRows, Values
from kiosk.web.desk.common.permissions import MAY

_CHANGES = "account_changes"  # of the request, in `flask.g`


class _Row:
    """A row with its columns as attributes. It remembers them as they were read, so that only changes are written."""

    def __init__(self, columns: Values) -> None:
        vars(self).update(columns)
        self._as_read = _copied(columns)

    def changed(self) -> dict[str, Any]:
        """Return the columns that differ from what was read, by name, with their present values; empty where
        none does.
        """
        now = vars(self)
        return {name: now[name] for name, old in self._as_read.items() if now[name] != old}

    def as_read(self, name: str) -> Any:
        """Return a column as it was read."""
        return self._as_read[name]

    def note_written(self) -> None:
        """Remember the present values as those of the database."""
        self._as_read = _copied({name: vars(self)[name] for name in self._as_read})

    def restore(self) -> None:
        """Give each column the value that was read."""
        vars(self).update(_copied(self._as_read))


class AccountRole(RoleMixin):
    """A role of an officer's account, such as treasurer."""

    def __init__(self, id: int, name: str) -> None:  # the library's names
        self.id = id
        self.name = name

    def get_permissions(self) -> set[str]:
        """Return the role's permissions, by the table in code."""
        return {permission.value for permission, roles in MAY.items() if self.name in roles}


class Passkey(_Row, WebAuthnMixin):
    """A passkey of an account."""

    user_id: int

    def get_user_mapping(self) -> dict[str, Any]:
        """Return the column and value by which the library finds the account that a passkey belongs to."""
        return {"id": self.user_id}


class Account(_Row, UserMixin):
    """An officer's account, with its roles; its passkeys are read when they are asked for, which few pages do."""

    id: int
    fs_uniquifier: str = ""  # the library looks for it on the class

    def __init__(self, rows: AccountRows, passkeys: Callable[[int], list[Passkey]]) -> None:
        super().__init__(rows.columns)
        self.roles = [AccountRole(*role) for role in rows.roles]
        self._read_passkeys = passkeys
        self._passkeys: list[Passkey] | None = None

    @property
    def webauthn(self) -> list[Passkey]:  # type: ignore[override]  # the library says a column
        """Return the account's passkeys, oldest first."""
        if self._passkeys is None:
            self._passkeys = self._read_passkeys(self.id)
        return self._passkeys

    def forget_passkeys(self) -> None:
        """Have the passkeys read again."""
        self._passkeys = None


class _Request(Struct):
    """The accounts and passkeys that one request has read, by id, and the passkeys that it adds and deletes. Nothing of
    it is written before `commit`.
    """

    accounts: dict[int, Account] = field(default_factory=dict)
    passkeys: dict[int, Passkey] = field(default_factory=dict)
    new: list[tuple[int, Values]] = field(default_factory=list)  # account's id, and a passkey's columns
    deleted: list[Passkey] = field(default_factory=list)

    def changes(self) -> list[AccountChange]:
        """Return the changes to write, one for each account or owner of a passkey, in the order of ids, without those
        of which nothing changes.
        """
        owners = {*self.accounts, *(each.user_id for each in self.passkeys.values()), *(owner for owner, _ in self.new)}
        changes = [self._of(user_id) for user_id in sorted(owners)]
        return [change for change in changes if change != AccountChange(user_id=change.user_id)]

    def _of(self, user_id: int) -> AccountChange:
        """Return what is to be written of one account."""
        account = self.accounts.get(user_id)
        columns = account.changed() if account is not None else {}
        own = {id_: passkey for id_, passkey in self.passkeys.items() if passkey.user_id == user_id}
        deleted = tuple(passkey.as_read("id") for passkey in self.deleted if passkey.user_id == user_id)
        changed = {id_: passkey.changed() for id_, passkey in own.items() if id_ not in deleted}
        return AccountChange(
            user_id=user_id,
            # As it was read: the write is refused where another request has changed it since.
            uniquifier=account.as_read("fs_uniquifier") if account is not None and columns else None,
            columns=columns,
            passkeys={id_: values for id_, values in changed.items() if values},
            new_passkeys=tuple(values for owner, values in self.new if owner == user_id),
            deleted_passkeys=deleted,
        )

    def settle(self, act: Callable[[_Row], None]) -> None:
        """Run `act` on each row (`note_written` after a commit, `restore` after a rollback), and forget the passkeys
        that were to be added and deleted. The accounts' passkeys are read again, because there may be more or fewer.
        """
        for row in (*self.accounts.values(), *self.passkeys.values()):
            act(row)
        for account in self.accounts.values():
            account.forget_passkeys()
        self.new.clear()
        self.deleted.clear()


class AccountStore(UserDatastore):
    """The accounts of one home, as the library reads and changes them. `write` writes one account's change, sealed, in
    a transaction of its own.
    """

    def __init__(self, store: Store, clock: Clock, write: Callable[[AccountChange], None]) -> None:
        super().__init__(Account, AccountRole, Passkey)
        self._store = store
        self._clock = clock
        self._write = write

    def find_user(self, case_insensitive: bool = False, **key: Any) -> Account | None:
        """Return the account with a value in a column (the one keyword of `key`), in this request always the same
        object; None if there is none.
        """
        ((column, value),) = key.items()
        with self._store.apart() as connection:
            rows = account_rows.find(connection, column, value, any_case=case_insensitive)
        if rows is None:
            return None
        return _request().accounts.setdefault(rows.columns["id"], Account(rows, self._passkeys_of))

    def find_webauthn(self, credential_id: bytes) -> Passkey | None:
        """Return the passkey with a credential's id; None if there is none."""
        with self._store.apart() as connection:
            columns = account_rows.passkey(connection, credential_id)
        return None if columns is None else _passkey(columns)

    def create_webauthn(self, user: Any, **columns: Any) -> None:  # type: ignore[override]  # all are given by name
        """Add a passkey to an account with the next `commit`. Its columns are the library's; both times are now."""
        now = self._clock.now()
        _request().new.append((user.id, {**columns, "create_datetime": now, "lastuse_datetime": now}))

    def put(self, model: object) -> object:
        """Return the changed object as it is; there is nothing to note, because `commit` compares all that was read."""
        return model

    def delete(self, model: Any) -> None:
        """Delete a passkey with the next `commit`; the library deletes nothing else."""
        _request().deleted.append(model)

    def commit(self) -> None:
        """Write the request's changes, one account after the other; with none, write nothing. Raises RequestError
        `account-changed` where another request changed the account since, MachineError `database`.
        """
        request = _request()
        for change in request.changes():
            self._write(change)
        request.settle(_Row.note_written)

    def rollback(self) -> None:
        """Give up the request's changes since its last `commit`: rows get back the values that were read or written
        then.
        """
        _request().settle(_Row.restore)

    def _passkeys_of(self, user_id: int) -> list[Passkey]:
        """Return an account's passkeys, oldest first."""
        with self._store.apart() as connection:
            return [_passkey(columns) for columns in account_rows.passkeys(connection, user_id)]


def _request() -> _Request:
    """Return the record of this request's reads and changes, made at the first call and kept in `flask.g`."""
    if _CHANGES not in g:
        setattr(g, _CHANGES, _Request())
    request: _Request = g.get(_CHANGES)
    return request


def _passkey(columns: Values) -> Passkey:
    """Return a passkey, in this request always the same object."""
    return _request().passkeys.setdefault(columns["id"], Passkey(columns))


def _copied(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns with copies of their lists, which the library changes in place."""
    return {name: list(value) if isinstance(value, list) else value for name, value in columns.items()}
