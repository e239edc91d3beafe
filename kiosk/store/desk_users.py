"""Officers' accounts: made, given roles, invited."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from kiosk.errors import RequestError
from kiosk.store.desk_tables import desk_role, desk_user, desk_user_role


def add(
    connection: sa.Connection, email: str, name: str, roles: Sequence[str], at: datetime, password_hash: str | None
) -> int:
    """Make an account. Returns its id. Raises RequestError `user-exists`."""
    address = email.strip().casefold()
    if connection.execute(sa.select(desk_user.c.id).where(desk_user.c.email == address)).first() is not None:
        raise RequestError("user-exists", f"{address} has an account already: kiosk user reset {address}")
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


def give_roles(connection: sa.Connection, user_id: int, roles: Sequence[str]) -> None:
    """These roles and no others."""
    connection.execute(desk_user_role.delete().where(desk_user_role.c.user_id == user_id))
    for name in roles:
        role_id = connection.execute(sa.select(desk_role.c.id).where(desk_role.c.name == name)).scalar()
        if role_id is None:
            role_id = connection.execute(desk_role.insert(), {"name": name}).lastrowid
        connection.execute(desk_user_role.insert(), {"user_id": user_id, "role_id": role_id})
