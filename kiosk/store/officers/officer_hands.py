"""Keeps each officer's hand in another's account: an act on it that a third officer may later confirm. Rows are not
deleted.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.members import hands
from kiosk.domain.members.hands import Hand
from kiosk.store.tables.desk import desk_hand, desk_user


class OpenHand(Struct, frozen=True):
    """An act on an account that waits for a confirmation: its officer, its kind (a code as in the officers' log),
    and when it was done.
    """

    id: int
    user_id: int
    officer_id: int
    act: str
    made_at: datetime


def add(connection: sa.Connection, user_id: int, officer_id: int, act: str, at: datetime) -> None:
    """Write that an officer did something on another's account."""
    values = {"user_id": user_id, "officer_id": officer_id, "act": act, "made_at": at}
    connection.execute(desk_hand.insert(), values)


def unconfirmed(connection: sa.Connection) -> list[OpenHand]:
    """Return the acts on accounts that are not confirmed, oldest first; without those on suspended accounts."""
    c = desk_hand.c
    query = (
        sa.select(c.id, c.user_id, c.officer_id, c.act, c.made_at)
        .join(desk_user, desk_user.c.id == c.user_id)
        .where(c.confirmed_at.is_(None), desk_user.c.active)
        .order_by(c.id)
    )
    return [OpenHand(*row) for row in connection.execute(query)]


def pairs(connection: sa.Connection) -> list[Hand]:
    """Return the unconfirmed acts as pairs of account and officer."""
    return [(hand.user_id, hand.officer_id) for hand in unconfirmed(connection)]


def confirm(connection: sa.Connection, user_id: int, by: str, at: datetime) -> int:
    """Confirm all acts on an account, in the name of the officer `by`; return how many were not confirmed before."""
    c = desk_hand.c
    unconfirmed_hands = desk_hand.update().where(c.user_id == user_id, c.confirmed_at.is_(None))
    return connection.execute(unconfirmed_hands.values(confirmed_by=by, confirmed_at=at)).rowcount


def files_of_makers(connection: sa.Connection, user_id: int) -> Sequence[int]:
    """Return the ids of the members' files of all officers behind an account: those that made it or acted on it without
    confirmation, and those behind their accounts. Its holder may not decide on the affairs of these members: one of
    them may have chosen the account's password.
    """
    makers = hands.hands_in(user_id, pairs(connection))
    rows = connection.execute(sa.select(desk_user.c.member_id).where(desk_user.c.id.in_(makers)))
    return [member_id for member_id in rows.scalars() if member_id is not None]
