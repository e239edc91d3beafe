"""Keeps which officer had a hand in which account, and who confirmed it since. Nothing in here is deleted."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.members import hands
from kiosk.domain.members.hands import Hand
from kiosk.domain.members.roles import MONEY
from kiosk.store.tables.desk import desk_hand, desk_role, desk_user, desk_user_role


class OpenHand(Struct, frozen=True):
    """An account that waits for somebody to vouch for it: who had a hand in it, by what act, and when."""

    id: int
    user_id: int
    officer_id: int
    act: str
    made_at: datetime


def add(connection: sa.Connection, user_id: int, officer_id: int, act: str, at: datetime) -> None:
    """An officer had a hand in another's account."""
    values = {"user_id": user_id, "officer_id": officer_id, "act": act, "made_at": at}
    connection.execute(desk_hand.insert(), values)


def unconfirmed(connection: sa.Connection) -> list[OpenHand]:
    """Those that nobody has vouched for, oldest first; suspended accounts do nothing, and are left out."""
    c = desk_hand.c
    query = (
        sa.select(c.id, c.user_id, c.officer_id, c.act, c.made_at)
        .join(desk_user, desk_user.c.id == c.user_id)
        .where(c.confirmed_at.is_(None), desk_user.c.active)
        .order_by(c.id)
    )
    return [OpenHand(*row) for row in connection.execute(query)]


def pairs(connection: sa.Connection) -> list[Hand]:
    """The same, as the domain wants them."""
    return [(one.user_id, one.officer_id) for one in unconfirmed(connection)]


def confirm(connection: sa.Connection, user_id: int, by: str, at: datetime) -> int:
    """Somebody vouches for an account. Returns how many acts on it that settles."""
    c = desk_hand.c
    waiting = desk_hand.update().where(c.user_id == user_id, c.confirmed_at.is_(None))
    return connection.execute(waiting.values(confirmed_by=by, confirmed_at=at)).rowcount


def others_for_money(connection: sa.Connection, officer_id: int) -> list[int]:
    """Who may be the second officer of what this one does about money: active, able to come in, another person, and
    not this officer's doing, nor the other way round.
    """
    c = desk_user.c
    rows = connection.execute(
        sa.select(c.id, c.member_id)
        .join(desk_user_role, desk_user_role.c.user_id == c.id)
        .join(desk_role, desk_role.c.id == desk_user_role.c.role_id)
        .where(c.active, c.password.is_not(None), desk_role.c.name.in_([role.value for role in MONEY]))
        .distinct()
        .order_by(c.id)
    ).all()
    member = connection.execute(sa.select(c.member_id).where(c.id == officer_id)).scalar()
    known = pairs(connection)
    return [
        number
        for number, of_member in rows
        if number != officer_id
        and (member is None or of_member != member)
        and officer_id not in hands.hands_in(number, known)
    ]


def numbers_of_makers(connection: sa.Connection, user_id: int) -> Sequence[int]:
    """The member ids of those whose doing an account still is."""
    makers = hands.hands_in(user_id, pairs(connection))
    rows = connection.execute(sa.select(desk_user.c.member_id).where(desk_user.c.id.in_(makers)))
    return [member_id for member_id in rows.scalars() if member_id is not None]
