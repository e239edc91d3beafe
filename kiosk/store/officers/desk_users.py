"""Reads and writes officers' accounts: adds them, gives roles, ends sessions, erases them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.members import officer_numbers
from kiosk.domain.members.roles import MONEY, Role
from kiosk.domain.names import searchable
from kiosk.errors import RequestError
from kiosk.store.tables import member
from kiosk.store.tables.desk import desk_passkey, desk_role, desk_user, desk_user_role

NOT_WITHOUT_FILE: Mapping[str, object] = dict.fromkeys(("outsider_on", "outsider_by", "without_file_until"))
"""The columns by which an account may do without a member's file, all empty: it may no longer."""


class Officer(Struct, frozen=True):
    """An officer's account, without secrets."""

    id: int
    email: str
    name: str
    roles: tuple[str, ...]
    active: bool
    invited: bool  # without a password yet: the officer has not followed the link
    has_codes: bool  # an app on their telephone gives them codes as second factor
    passkeys: int
    member_number: int | None
    member_name: str | None
    outsider_on: date | None = None  # the day on which two officers agreed that the holder is no member
    without_file_until: date | None = None  # the last day on which the account works without a file


class Addressee(Struct, frozen=True):
    """An officer to write to, with the language that they chose at the desk (None: none).

    `sees_money` tells that one of their roles handles money.
    """

    email: str
    language: str | None
    sees_money: bool = False


def add(
    connection: sa.Connection, email: str, name: str, roles: Sequence[str], at: datetime, password_hash: str | None
) -> int:
    """Add an officer's account and return its id. Without a password the officer has to follow a link first.

    Raises RequestError `user-exists` if there is an account with this address, in any case of letters.
    """
    address = email.strip().casefold()
    if connection.execute(sa.select(desk_user.c.id).where(desk_user.c.email == address)).first() is not None:
        raise RequestError(
            "user-exists", "{label} has an account already: kiosk user reset {label}", field="email", label=address
        )
    values = {
        "email": address,
        "name": name,
        "password": password_hash,
        "active": True,
        "fs_uniquifier": uuid4().hex,
        "fs_webauthn_user_handle": uuid4().hex,
        "created_at": at,
    }
    user_id: int = connection.execute(desk_user.insert(), values).lastrowid
    give_roles(connection, user_id, roles)
    return user_id


def by_address(connection: sa.Connection, email: str) -> int | None:
    """Return the id of the account with this e-mail address; None if there is none."""
    query = sa.select(desk_user.c.id).where(desk_user.c.email == email.strip().casefold())
    return connection.execute(query).scalar()


def give_roles(connection: sa.Connection, user_id: int, roles: Collection[str]) -> None:
    """Give an account these roles and no others."""
    connection.execute(desk_user_role.delete().where(desk_user_role.c.user_id == user_id))
    for name in roles:
        role_id = connection.execute(sa.select(desk_role.c.id).where(desk_role.c.name == name)).scalar()
        if role_id is None:
            role_id = connection.execute(desk_role.insert(), {"name": name}).lastrowid
        connection.execute(desk_user_role.insert(), {"user_id": user_id, "role_id": role_id})


def change(connection: sa.Connection, user_id: int, **values: object) -> None:
    """Change columns of an account."""
    connection.execute(desk_user.update().where(desk_user.c.id == user_id).values(**values))


def link(connection: sa.Connection, user_id: int, member_id: int | None) -> None:
    """Let an account name a member's file, which ends its permission to do without one; None removes the file."""
    ends = {} if member_id is None else NOT_WITHOUT_FILE
    change(connection, user_id, member_id=member_id, **ends)


def end_sessions(connection: sa.Connection, user_id: int) -> None:
    """End all sessions of an account, and invalidate all links given for it."""
    change(connection, user_id, fs_uniquifier=uuid4().hex)


def recovery_codes(connection: sa.Connection, user_id: int) -> list[str]:
    """Return an account's recovery codes as they are stored, encrypted."""
    query = sa.select(desk_user.c.mf_recovery_codes).where(desk_user.c.id == user_id)
    return list(connection.execute(query).scalar() or ())


def change_recovery_codes(connection: sa.Connection, user_id: int, old: list[str], new: list[str]) -> bool:
    """Replace an account's recovery codes, as the account's own act. Return False, changing nothing, if `old` are not
    its codes any more.
    """
    connection.info["actor"] = officer_numbers.actor(user_id)  # the author of this transaction's seal (`act_of`)
    c = desk_user.c
    changed = desk_user.update().where(c.id == user_id, c.mf_recovery_codes == old).values(mf_recovery_codes=new)
    return connection.execute(changed).rowcount == 1


def public_keys(connection: sa.Connection, user_id: int) -> list[bytes]:
    """Return the public keys of an account's passkeys, oldest first."""
    c = desk_passkey.c
    return list(connection.execute(sa.select(c.public_key).where(c.user_id == user_id).order_by(c.id)).scalars())


def take_second_factors(connection: sa.Connection, user_id: int) -> None:
    """Delete an account's second factors, after a lost telephone or key: until new ones are set up, its password is
    enough.
    """
    change(connection, user_id, tf_primary_method=None, tf_totp_secret=None, mf_recovery_codes=None)
    connection.execute(desk_passkey.delete().where(desk_passkey.c.user_id == user_id))


_PASSKEYS = (
    sa.select(sa.func.count()).where(desk_passkey.c.user_id == desk_user.c.id).correlate(desk_user).scalar_subquery()
)
_OFFICERS = (
    sa.select(
        desk_user.c.id,
        desk_user.c.email,
        desk_user.c.name,
        desk_user.c.active,
        desk_user.c.password.is_(None).label("invited"),
        desk_user.c.tf_primary_method.isnot(None).label("has_codes"),
        _PASSKEYS.label("passkeys"),
        member.c.number.label("member_number"),
        member.c.name.label("member_name"),
        desk_user.c.outsider_on,
        desk_user.c.without_file_until,
    )
    .join(member, member.c.id == desk_user.c.member_id, isouter=True)
    .order_by(desk_user.c.email)
)


def everyone(connection: sa.Connection) -> list[Officer]:
    """Return every account, by e-mail address."""
    roles = _roles(connection)
    return [_officer(row, roles) for row in connection.execute(_OFFICERS)]


def by_id(connection: sa.Connection, user_id: int) -> Officer:
    """Return an account. Raises RequestError `no-such-user`."""
    return _one(connection, desk_user.c.id == user_id, str(user_id))


def by_email(connection: sa.Connection, email: str) -> Officer:
    """Return the account with an e-mail address. Raises RequestError `no-such-user`."""
    return _one(connection, desk_user.c.email == email.strip().casefold(), email)


def _one(connection: sa.Connection, which: sa.ColumnElement[bool], label: str) -> Officer:
    """Return the account that meets a condition. Raises RequestError `no-such-user`, with the label."""
    row = connection.execute(_OFFICERS.where(which)).first()
    if row is None:
        raise RequestError("no-such-user", "there is no account {label} at the desk: kiosk user list", label=label)
    return _officer(row, _roles(connection))


def _officer(record: sa.Row[Any], roles: dict[int, tuple[str, ...]]) -> Officer:
    """Return an account from its row."""
    values = record._asdict()
    return Officer(roles=roles.get(record.id, ()), **values)


def _roles(connection: sa.Connection) -> dict[int, tuple[str, ...]]:
    """Return the roles of all accounts, by account."""
    query = (
        sa.select(desk_user_role.c.user_id, desk_role.c.name)
        .join(desk_role, desk_role.c.id == desk_user_role.c.role_id)
        .order_by(desk_role.c.name)
    )
    roles_of: dict[int, tuple[str, ...]] = {}
    for user_id, name in connection.execute(query):
        roles_of[user_id] = (*roles_of.get(user_id, ()), name)
    return roles_of


ERASED = "@erased.invalid"  # replaces an erased account's address; RFC 2606 reserves this ending


def erase(connection: sa.Connection, user_id: int) -> None:
    """Erase everything of an account but its number: name, address, file, and all that signs in."""
    end_sessions(connection, user_id)
    take_second_factors(connection, user_id)
    give_roles(connection, user_id, ())
    blank: dict[str, object] = dict.fromkeys(("password", "member_id", "language", "fs_webauthn_user_handle"))
    change(connection, user_id, name="", email=f"officer-{user_id}{ERASED}", active=False, **blank, **NOT_WITHOUT_FILE)


def called(connection: sa.Connection) -> dict[int, str]:
    """Return each officer's name, or address without a name, by account number; without erased accounts."""
    rows = connection.execute(sa.select(desk_user.c.id, desk_user.c.name, desk_user.c.email))
    return {number: name or email for number, name, email in rows if not email.endswith(ERASED)}


def is_anybody_there(connection: sa.Connection) -> bool:
    """Return whether there is any account at all."""
    return connection.execute(sa.select(desk_user.c.id).limit(1)).first() is not None


def others_with(connection: sa.Connection, role: str, without: int) -> int:
    """Return how many active accounts other than this one have a role."""
    query = (
        sa.select(sa.func.count())
        .select_from(desk_user)
        .join(desk_user_role, desk_user_role.c.user_id == desk_user.c.id)
        .join(desk_role, desk_role.c.id == desk_user_role.c.role_id)
        .where(desk_role.c.name == role, desk_user.c.active, desk_user.c.id != without)
    )
    return connection.execute(query).scalar_one()


def numbers_of(connection: sa.Connection, member_id: int) -> frozenset[int]:
    """Return all member numbers of an officer: of their own file, and of files merged with it."""
    own = sa.select(sa.func.coalesce(member.c.merged_into, member.c.id)).where(member.c.id == member_id)
    kept = own.scalar_subquery()
    query = sa.select(member.c.number).where(sa.or_(member.c.id == kept, member.c.merged_into == kept))
    return frozenset(connection.execute(query).scalars())


def numbers_at(connection: sa.Connection, email: str) -> frozenset[int]:
    """Return the numbers of the members' files with an e-mail address, and of files merged with them."""
    ids = connection.execute(
        sa.select(member.c.id).where(sa.func.lower(member.c.email) == email.strip().lower())
    ).scalars()
    return frozenset().union(*(numbers_of(connection, member_id) for member_id in ids.all()))


def numbers_called(connection: sa.Connection, name: str) -> frozenset[int]:
    """Return the numbers of the members' files with a name, its words in any order, and of files merged with them."""
    words = sorted(searchable(name).split())
    rows = connection.execute(sa.select(member.c.id, member.c.search).where(member.c.erased_on.is_(None))).all()
    ids = [id_ for id_, search in rows if words and sorted(search.split()) == words]
    return frozenset().union(*(numbers_of(connection, member_id) for member_id in ids))


def addressee(connection: sa.Connection, user_id: int) -> Addressee:
    """Return an officer's address and language. Raises RequestError `no-such-user`."""
    row = connection.execute(
        sa.select(desk_user.c.email, desk_user.c.language).where(desk_user.c.id == user_id)
    ).first()
    if row is None:
        raise RequestError("no-such-user", "there is no account {number} at the desk: kiosk user list", number=user_id)
    return Addressee(row.email, row.language)


def others_to_tell(connection: sa.Connection, without: int | None) -> list[Addressee]:
    """Return the officers to tell about another officer's change: all active ones, except those that are only hosts,
    and the author (`without`; None for a change that no officer made).
    """
    c = desk_user.c
    handles_money = sa.case((desk_role.c.name.in_([role.value for role in MONEY]), 1), else_=0)
    query = (
        sa.select(c.email, c.language, sa.func.max(handles_money))
        .join(desk_user_role, desk_user_role.c.user_id == c.id)
        .join(desk_role, desk_role.c.id == desk_user_role.c.role_id)
        .where(c.active, desk_role.c.name != Role.HOST.value)
        .where(c.id != (without or 0))
        .group_by(c.id, c.email, c.language)
        .order_by(c.email)
    )
    return [Addressee(email, language, bool(money)) for email, language, money in connection.execute(query)]


def two_to_tell(connection: sa.Connection) -> list[Addressee]:
    """Return the officers to tell about new files and badges: at most two people, secretaries before presidents.

    Accounts that name the same member's file are one person.
    """
    c = desk_user.c
    query = (
        sa.select(c.id, c.email, c.language, c.member_id)
        .join(desk_user_role, desk_user_role.c.user_id == c.id)
        .join(desk_role, desk_role.c.id == desk_user_role.c.role_id)
        .where(c.active, desk_role.c.name.in_([Role.SECRETARY.value, Role.PRESIDENT.value]))
        .order_by(desk_role.c.name.desc(), c.id)  # "secretary" sorts after "president"
    )
    by_person: dict[tuple[str, int], Addressee] = {}
    for user_id, email, language, member_id in connection.execute(query):
        person = ("account", user_id) if member_id is None else ("member", member_id)
        by_person.setdefault(person, Addressee(email, language))
    return list(by_person.values())[:2]
