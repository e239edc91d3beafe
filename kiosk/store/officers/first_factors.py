"""Keeps which accounts' first second factor waits for a confirmation, and which officer confirmed it. Rows are not
deleted.

A hand is an officer's act on another's account, such as making it or giving it a role.
"""

from datetime import datetime

import sqlalchemy as sa

from kiosk.domain.members import hands
from kiosk.domain.members.roles import Role
from kiosk.store.officers import officer_hands
from kiosk.store.officers.officer_hands import OpenHand
from kiosk.store.tables.desk import desk_first_factor, desk_passkey, desk_role, desk_user, desk_user_role

ACT = "user-first-factor"  # the act's code, as in the officers' log and in entries

_WAITS = desk_first_factor.c.confirmed_at.is_(None)


def add(connection: sa.Connection, user_id: int, at: datetime) -> None:
    """Write that an account has set up its first second factor, which waits for a confirmation."""
    connection.execute(desk_first_factor.insert(), {"user_id": user_id, "made_at": at})


def waits_since(connection: sa.Connection, user_id: int) -> datetime | None:
    """Return since when an account's first factor waits, the latest of several; None if none waits."""
    c = desk_first_factor.c
    query = sa.select(c.made_at).where(c.user_id == user_id, _WAITS).order_by(c.id.desc()).limit(1)
    return connection.execute(query).scalar()


def waiting(connection: sa.Connection) -> list[OpenHand]:
    """Return the first factors of active accounts that wait, oldest first, each as an act of its holder on
    their own account.
    """
    c = desk_first_factor.c
    query = (
        sa.select(c.id, c.user_id, c.user_id.label("officer_id"), c.made_at)
        .join(desk_user, desk_user.c.id == c.user_id)
        .where(_WAITS, desk_user.c.active)
        .order_by(c.id)
    )
    return [OpenHand(row.id, row.user_id, row.officer_id, ACT, row.made_at) for row in connection.execute(query)]


def confirm(connection: sa.Connection, user_id: int, by: str, at: datetime) -> int:
    """Confirm all first factors of an account that wait, in an officer's name. Return how many waited."""
    update = desk_first_factor.update().where(desk_first_factor.c.user_id == user_id, _WAITS)
    return connection.execute(update.values(confirmed_by=by, confirmed_at=at)).rowcount


def confirmers(connection: sa.Connection, user_id: int) -> list[int]:
    """Return the other officers able to confirm an account's first factor now.

    They are active and not only hosts, have a confirmed second factor of their own, and no unconfirmed hand
    (`officer_hands`) connects them with the account.
    """
    c, first_factor = desk_user.c, desk_first_factor.alias()
    factor_waits = sa.exists().where(first_factor.c.user_id == c.id, first_factor.c.confirmed_at.is_(None))
    has_factor = sa.or_(c.tf_primary_method.is_not(None), sa.exists().where(desk_passkey.c.user_id == c.id))
    query = (
        sa.select(c.id)
        .join(desk_user_role, desk_user_role.c.user_id == c.id)
        .join(desk_role, desk_role.c.id == desk_user_role.c.role_id)
        .where(c.active, desk_role.c.name != Role.HOST.value, c.id != user_id, has_factor, ~factor_waits)
        .distinct()
        .order_by(c.id)
    )
    pairs = officer_hands.pairs(connection)
    return [
        officer_id
        for officer_id in connection.execute(query).scalars()
        if hands.may_confirm(officer_id, user_id, pairs)
    ]
