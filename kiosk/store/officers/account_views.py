"""Writes an officer's account as canonical text.

An officer that vouches for another's account (says that it is that person's, with these rights) sees this text, and the
yes is bound to it.
"""

import hashlib
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.members import wishes
from kiosk.store.officers import desk_users, first_factors, holders, officer_hands


class AccountView(Struct, frozen=True, kw_only=True):
    """An account as it is to be vouched for: its rights, its second factors, and other officers' acts on it.

    `hands` are the unconfirmed acts of other officers on it, `first_factors` its own first second factors that wait for
    a confirmation, both as ids of rows; `news` the numbers of the entries that made the account new (gave it a link, a
    role, a second factor or a file); `passkeys` digests of public keys. The fields' names stand in the text, too.
    """

    user: int
    email: str
    roles: tuple[str, ...]
    member: int | None
    is_outsider: bool
    has_codes: bool
    passkeys: tuple[str, ...]
    hands: tuple[int, ...]
    first_factors: tuple[int, ...]
    news: tuple[int, ...]

    @property
    def text(self) -> str:
        """The canonical text: JSON that is the same for the same account."""
        return wishes.canonical(self)

    @property
    def digest(self) -> str:
        """The SHA-256 of the canonical text, in hexadecimal digits."""
        return wishes.digest(self.text)


def of(connection: sa.Connection, user_id: int, today: date) -> AccountView:
    """Return an account as it is now, to be vouched for. Raises RequestError `no-such-user`."""
    account = desk_users.by_id(connection, user_id)
    return AccountView(
        user=user_id,
        email=account.email,
        roles=account.roles,
        member=account.member_number,
        is_outsider=account.outsider_on is not None,
        has_codes=account.has_codes,
        passkeys=tuple(hashlib.sha256(key).hexdigest() for key in desk_users.public_keys(connection, user_id)),
        hands=tuple(hand.id for hand in officer_hands.unconfirmed(connection) if hand.user_id == user_id),
        first_factors=tuple(hand.id for hand in first_factors.waiting(connection) if hand.user_id == user_id),
        news=tuple(act.entry for act in holders.news(connection, today) if act.user_id == user_id),
    )
