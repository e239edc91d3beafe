"""Makes, ends and checks the tokens by which scripts read lists in an officer's name.

A token reads no more than its officer may export: suspending an account ends its tokens, and losing a role ends those
that need it. The token is shown once; the database keeps a hash.
"""

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import UseCase
from kiosk.domain.members.permissions import allows
from kiosk.errors import RequestError
from kiosk.exports.sheets import SHEETS
from kiosk.store.engine import Store
from kiosk.store.officers import desk_log, desk_users, token_rows
from kiosk.store.officers.token_rows import Token

LONGEST_LABEL = 80  # characters
MOST_DAYS = 366  # for which a token may be good
MOST_TOKENS = 20  # of one officer
_PREFIX = "kiosk_"  # makes a leaked token recognisable
_FORM = re.compile(rf"{_PREFIX}[A-Za-z0-9_-]{{43}}")  # 32 bytes in base64 for URLs


class Made(Struct, frozen=True):
    """A new token: the secret, which is shown once, and its stored row."""

    secret: str
    token: Token


def fresh() -> str:
    """Return a new random token."""
    return _PREFIX + secrets.token_urlsafe(32)


def hashed(secret: str) -> bytes:
    """Return the hash under which the database knows a token. A plain hash is enough for 32 random bytes."""
    return hashlib.sha256(secret.encode()).digest()


def readable(roles: Collection[str]) -> tuple[str, ...]:
    """Return the names of the lists that officers with these roles may read."""
    return tuple(name for name, sheet in SHEETS.items() if allows(roles, sheet.needs))


class ApiTokens(UseCase):
    """Makes and ends tokens, in the name of `actor`."""

    def make(self, user_id: int, label: str, scopes: Collection[str], until_on: date) -> Made:
        """Make an officer's token for some lists, good until a day. Raises RequestError `name`, `no-such-user`,
        `token-lists`, `token-right`, `token-until` or `token-many`.
        """
        name = " ".join(label.split())
        if not name or len(name) > LONGEST_LABEL or not name.isprintable():
            raise RequestError("name", field="name", longest=LONGEST_LABEL)
        chosen = tuple(each for each in SHEETS if each in scopes)
        if not chosen or not set(scopes) <= set(chosen):
            raise RequestError("token-lists", field="scopes", choices=", ".join(SHEETS))
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            if not moment.day <= until_on <= moment.day + timedelta(days=MOST_DAYS):
                raise RequestError("token-until", field="until", most=MOST_DAYS)
            desk_users.by_id(connection, user_id)  # refuses an unknown account
            if not set(chosen) <= set(readable(token_rows.roles_of(connection, user_id))):
                raise RequestError("token-right", field="scopes")
            good = [each for each in token_rows.standing(connection, user_id) if each.until_on >= moment.day]
            if len(good) >= MOST_TOKENS:
                raise RequestError("token-many", field="name", most=MOST_TOKENS)
            secret, words = fresh(), " ".join(chosen)
            token_id = token_rows.add(
                connection, user_id, name, hashed(secret), words, until_on, moment.at, self._actor
            )
            desk_log.add(connection, moment.at, self._actor, "token-made", None, f"token {token_id} {words}")
        return Made(secret, Token(token_id, user_id, name, chosen, until_on, None, is_ended=False))

    def end(self, token_id: int, user_id: int | None = None) -> Token:
        """End a token and return it. With `user_id` it must be that officer's. Raises RequestError `no-such-token`."""
        with self._store.writing() as connection:
            known = token_rows.by_id(connection, token_id)
            if known is None or known.is_ended or user_id not in (None, known.user):
                raise RequestError("no-such-token", number=token_id)
            _end(connection, known, self._clock.now(), self._actor)
        return known


def end_lost(connection: sa.Connection, user_id: int, at: datetime, actor: str) -> None:
    """End an officer's tokens for lists that the officer may no longer read."""
    may_read = set(readable(token_rows.roles_of(connection, user_id)))
    for token in token_rows.standing(connection, user_id):
        if not set(token.scopes) <= may_read:
            _end(connection, token, at, actor)


def admitted(connection: sa.Connection, secret: str, name: str, day: date) -> Token:
    """Return the token of a secret if it may read the list `name` on a day. Raises RequestError `token-missing`,
    `token-unknown`, `token-over` where it has ended or its officer has lost a right that it needs, or `token-scope`.
    """
    if not secret:
        raise RequestError("token-missing")
    known = token_rows.by_digest(connection, hashed(secret)) if _FORM.fullmatch(secret) else None
    if known is None:
        raise RequestError("token-unknown")
    lost = set(known.scopes) - set(readable(token_rows.roles_of(connection, known.user)))
    if known.is_ended or known.until_on < day or lost:
        raise RequestError("token-over")
    if name not in known.scopes:
        raise RequestError("token-scope", label=name)
    return known


def note_use(store: Store, token: Token, day: date, at: datetime) -> None:
    """Record that a token was used: one line in the log a day."""
    if token.used_on is not None and token.used_on >= day:
        return
    with store.writing() as connection:
        if token_rows.use(connection, token.id, day):  # False where a request at the same moment was the day's first
            words = f"token {token.id} {' '.join(token.scopes)}"
            desk_log.add(connection, at, f"officer:{token.user}", "token-used", None, words)


def _end(connection: sa.Connection, token: Token, at: datetime, actor: str) -> None:
    """End a token, with its line in the desk's log."""
    token_rows.end(connection, token.id, at, actor)
    desk_log.add(connection, at, actor, "token-ended", None, f"token {token.id}")
