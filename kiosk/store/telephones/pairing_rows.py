"""Reads and writes pairings of telephones. Secrets are passed in as hashes."""

from datetime import datetime

import sqlalchemy as sa

from kiosk.domain.telephones.pairing import Ended, Pairing
from kiosk.store.tables import member
from kiosk.store.tables.telephones import telephone_pairing

BADGE, MAIL = "badge", "mail"  # ways: by the screen's QR code and the badge, by a code in a mail
_UNSCANNED = {"digits": "", "kind": ""}  # of a pairing whose QR code was not scanned yet
_c = telephone_pairing.c
_ALL = sa.select(
    _c.id, member.c.number, _c.made_at, _c.scanned_at, _c.digits, _c.tries, _c.ended, _c.kind, _c.way
).outerjoin(member, member.c.id == _c.member_id)


def begin(connection: sa.Connection, member_id: int, secret_hash: bytes, at: datetime) -> int:
    """Begin a pairing by the screen's QR code and return its id; an open one of this member is ended."""
    open_ones = sa.and_(_c.member_id == member_id, _c.way == BADGE, _c.ended.is_(None))
    connection.execute(telephone_pairing.update().where(open_ones).values(ended=Ended.AGAIN.value))
    row = {"member_id": member_id, "way": BADGE, "secret_hash": secret_hash, "made_at": at, **_UNSCANNED}
    return int(connection.execute(telephone_pairing.insert(), row).lastrowid)


def begin_mailed(
    connection: sa.Connection,
    member_id: int | None,
    hashes: tuple[bytes, bytes, bytes],
    kind: str,
    at: datetime,
) -> int:
    """Begin a pairing by a code in a mail and return its id. `hashes` are of the cookie, the code and the address.

    `member_id` is None for an address that no file has.
    """
    bearer, code, asked = hashes
    row = {"member_id": member_id, "way": MAIL, "bearer_hash": bearer, "code_hash": code, "asked_hash": asked}
    return int(
        connection.execute(telephone_pairing.insert(), {**row, **_UNSCANNED, "kind": kind, "made_at": at}).lastrowid
    )


def mailed_since(connection: sa.Connection, since: datetime, asked_hash: bytes | None = None) -> int:
    """Return how many codes were asked for since a moment, for one address or with None for all."""
    query = sa.select(sa.func.count()).where(_c.way == MAIL, _c.made_at >= since)
    if asked_hash is not None:
        query = query.where(_c.asked_hash == asked_hash)
    return int(connection.execute(query).scalar_one())


def of_secret(connection: sa.Connection, secret_hash: bytes) -> Pairing | None:
    """Return the pairing of a QR code, by its secret's hash; None if there is none."""
    return _one(connection, _c.secret_hash == secret_hash)


def by_id(connection: sa.Connection, pairing_id: int) -> Pairing | None:
    """Return a pairing by its id; None if there is none."""
    return _one(connection, _c.id == pairing_id)


def of_bearer(connection: sa.Connection, bearer_hash: bytes) -> Pairing | None:
    """Return the pairing that a telephone waits for, by its cookie's hash; None if there is none."""
    return _one(connection, _c.bearer_hash == bearer_hash)


def way_of(connection: sa.Connection, pairing_id: int) -> tuple[str, str, bytes | None, bytes | None]:
    """Return a pairing's way, the kind of its telephone, and its hashes of cookie and code."""
    query = sa.select(_c.way, _c.kind, _c.bearer_hash, _c.code_hash).where(_c.id == pairing_id)
    way, kind, bearer, code = connection.execute(query).one()
    return way, kind, bearer, code


def scan(connection: sa.Connection, pairing_id: int, bearer_hash: bytes, digits: str, kind: str, at: datetime) -> None:
    """Write which telephone scanned the QR code, and the digits that it shows."""
    values = {"bearer_hash": bearer_hash, "digits": digits, "kind": kind, "scanned_at": at}
    connection.execute(telephone_pairing.update().where(_c.id == pairing_id).values(**values))


def count_try(connection: sa.Connection, pairing_id: int) -> None:
    """Count one wrong code for a pairing."""
    connection.execute(telephone_pairing.update().where(_c.id == pairing_id).values(tries=_c.tries + 1))


def end(connection: sa.Connection, pairing_id: int, why: Ended) -> None:
    """End a pairing, with the reason."""
    connection.execute(telephone_pairing.update().where(_c.id == pairing_id).values(ended=why.value))


def _one(connection: sa.Connection, where: sa.ColumnElement[bool]) -> Pairing | None:
    """Return the pairing that meets a condition; None if there is none."""
    row = connection.execute(_ALL.where(where)).first()
    if row is None:
        return None
    return Pairing(
        id=row.id,
        member=row.number,
        made_at=row.made_at,
        scanned_at=row.scanned_at,
        digits=row.digits,
        tries=row.tries,
        ended=None if row.ended is None else Ended(row.ended),
    )
