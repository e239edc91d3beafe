"""Reads and writes the tokens with which scripts read lists. Tokens are passed in as hashes."""

from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.tables.desk import api_token, desk_role, desk_user, desk_user_role


class Token(Struct, frozen=True):
    """A token of an officer: the lists that it reads, the last day on which it works, and the last day of its use
    (None: never used). `is_ended` tells that it was ended before.
    """

    id: int
    user: int
    label: str
    scopes: tuple[str, ...]
    until_on: date
    used_on: date | None
    is_ended: bool


_C = api_token.c
_ALL = sa.select(_C.id, _C.user_id, _C.label, _C.scopes, _C.until_on, _C.used_on, _C.ended_at).order_by(_C.id)


def _token(columns: sa.Row[int, int, str, str, date, date | None, datetime | None]) -> Token:
    """Return a token from its row."""
    number, user, label, scopes, until_on, used_on, ended_at = columns
    return Token(number, user, label, tuple(scopes.split()), until_on, used_on, ended_at is not None)


def add(
    connection: sa.Connection,
    user_id: int,
    label: str,
    digest: bytes,
    scopes: str,
    until_on: date,
    at: datetime,
    by: str,
) -> int:
    """Add a token for an officer and return its id. `scopes` names the lists that it reads, with spaces between them;
    `by` is the actor.
    """
    row = {"user_id": user_id, "label": label, "digest": digest, "scopes": scopes, "until_on": until_on}
    return int(connection.execute(api_token.insert(), {**row, "made_at": at, "made_by": by}).lastrowid)


def standing(connection: sa.Connection, user_id: int | None = None) -> list[Token]:
    """Return the tokens that were not ended, of one officer or with None of all, the oldest first; expired ones
    included.
    """
    query = _ALL.where(_C.ended_at.is_(None))
    return [_token(row) for row in connection.execute(query if user_id is None else query.where(_C.user_id == user_id))]


def by_id(connection: sa.Connection, token_id: int) -> Token | None:
    """Return a token by its id; None if there is none."""
    row = connection.execute(_ALL.where(_C.id == token_id)).first()
    return None if row is None else _token(row)


def by_digest(connection: sa.Connection, digest: bytes) -> Token | None:
    """Return a token by the hash of its text, ended or not; None if there is none."""
    row = connection.execute(_ALL.where(_C.digest == digest)).first()
    return None if row is None else _token(row)


def roles_of(connection: sa.Connection, user_id: int) -> frozenset[str]:
    """Return an officer's roles; none for a suspended account."""
    query = (
        sa.select(desk_role.c.name)
        .join(desk_user_role, desk_user_role.c.role_id == desk_role.c.id)
        .join(desk_user, desk_user.c.id == desk_user_role.c.user_id)
        .where(desk_user.c.id == user_id, desk_user.c.active)
    )
    return frozenset(connection.execute(query).scalars())


def use(connection: sa.Connection, token_id: int, day: date) -> bool:
    """Write the day of a token's use. Return whether it is the first use of that day."""
    first = sa.or_(_C.used_on.is_(None), _C.used_on < day)
    changed = connection.execute(api_token.update().where(_C.id == token_id, first).values(used_on=day))
    return changed.rowcount == 1


def end(connection: sa.Connection, token_id: int, at: datetime, by: str) -> None:
    """End a token, unless it was ended before."""
    open_one = sa.and_(_C.id == token_id, _C.ended_at.is_(None))
    connection.execute(api_token.update().where(open_one).values(ended_at=at, ended_by=by))
