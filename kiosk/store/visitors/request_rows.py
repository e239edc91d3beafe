"""Reads and writes requests from the public pages: found by the mark in their link, counted by e-mail address.

A wish is what a sender asks for in the form. A request is proven once its sender has followed the link in the mail.
`TAKEN` is the SQL condition that the holder of a new badge continues it at the screen.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.slots import Slot
from kiosk.domain.visitors.requests import Kind, State, Wish
from kiosk.errors import RequestError
from kiosk.store.tables.visitors import TAKEN, public_request

_C = public_request.c


class PublicRequest(Struct, frozen=True, kw_only=True):
    """A request from the public pages. Its texts are empty once its person is in the files."""

    id: int
    mark: bytes  # the random part of its link
    kind: Kind
    state: State
    name: str
    email: str | None
    language: str
    client: str  # the kind of client, for a room
    organisation: str
    said: str  # the sender's own words
    day_on: date
    slot: Slot | None
    room: int | None
    event: int | None
    signup: int | None
    organisation_id: int | None
    quote: int | None
    made_at: datetime


_ALL = sa.select(public_request).order_by(_C.day_on, _C.id)


def _request(record: sa.Row[Any]) -> PublicRequest:
    """Return a request from its row."""
    return PublicRequest(
        id=record.id,
        mark=record.mark,
        kind=Kind(record.kind),
        state=State(record.state),
        name=record.name or "",
        email=record.email,
        language=record.language,
        client=record.client,
        organisation=record.organisation or "",
        said=record.said or "",
        day_on=record.day_on,
        slot=None if record.starts_at is None else Slot(record.starts_at, record.ends_at),
        room=record.room_id,
        event=record.event_id,
        signup=record.signup_id,
        organisation_id=record.organisation_id,
        quote=record.quote_id,
        made_at=record.made_at,
    )


def add(connection: sa.Connection, mark: bytes, wish: Wish, at: datetime) -> int:
    """Write a request whose sender has not followed the link yet, and return its id; `mark` is from that link."""
    slot = wish.slot
    row = {
        "mark": mark,
        "kind": wish.kind.value,
        **{name: getattr(wish, name) for name in ("name", "email", "language", "client", "day_on")},
        "organisation": wish.organisation or None,
        "said": wish.said or None,
        "starts_at": None if slot is None else slot.starts_at,
        "ends_at": None if slot is None else slot.ends_at,
        "room_id": wish.room,
        "event_id": wish.event,
        "made_at": at,
    }
    return int(connection.execute(public_request.insert(), row).lastrowid)


def by_mark(connection: sa.Connection, mark: bytes) -> PublicRequest | None:
    """Return a request by the mark in its link; None if there is none."""
    row = connection.execute(_ALL.where(_C.mark == mark)).first()
    return None if row is None else _request(row)


def by_id(connection: sa.Connection, request_id: int) -> PublicRequest:
    """Return a request. Raises RequestError `no-such-request`."""
    row = connection.execute(_ALL.where(_C.id == request_id)).first()
    if row is None:
        raise RequestError("no-such-request", number=request_id)
    return _request(row)


def of_quote(connection: sa.Connection, quote_id: int) -> PublicRequest | None:
    """Return the request from which a quote was made; None if there is none."""
    row = connection.execute(_ALL.where(_C.quote_id == quote_id)).first()
    return None if row is None else _request(row)


def same(connection: sa.Connection, wish: Wish, since: datetime) -> PublicRequest | None:
    """Return an equal request of the same address that waits, or may still be proven: same day, room, event and time.

    Unproven ones count only since `since`. None if there is none.
    """
    slot = wish.slot
    row = connection.execute(
        _ALL.where(
            sa.func.lower(_C.email) == wish.email.lower(),
            _C.kind == wish.kind.value,
            _C.day_on == wish.day_on,
            _C.room_id.is_(wish.room) if wish.room is None else _C.room_id == wish.room,
            _C.event_id.is_(wish.event) if wish.event is None else _C.event_id == wish.event,
            _C.starts_at.is_(None) if slot is None else _C.starts_at == slot.starts_at,
            sa.or_(_C.state == State.WAITING.value, sa.and_(_C.state == State.UNPROVEN.value, _C.made_at >= since)),
        )
    ).first()
    return None if row is None else _request(row)


def count_since(connection: sa.Connection, since: datetime, email: str | None = None) -> int:
    """Return how many requests were sent since a moment, from one address, without regard to case, or with None from
    all.
    """
    query = sa.select(sa.func.count()).select_from(public_request).where(_C.made_at >= since)
    if email is not None:
        query = query.where(sa.func.lower(_C.email) == email.lower())
    return connection.execute(query).scalar_one()


def waiting(connection: sa.Connection, kinds: Collection[Kind]) -> list[PublicRequest]:
    """Return the proven requests of these kinds that wait for the office, by their day."""
    query = _ALL.where(_C.state == State.WAITING.value, _C.kind.in_([kind.value for kind in kinds]), ~TAKEN)
    return [_request(row) for row in connection.execute(query)]


def expected(connection: sa.Connection, day: date) -> list[PublicRequest]:
    """Return the proven requests to work here on a day, answered by the office or not; without those continued at the
    screen.
    """
    standing = (State.WAITING.value, State.DONE.value)
    query = _ALL.where(
        _C.kind == Kind.VISIT.value, _C.day_on == day, _C.state.in_(standing), _C.name.is_not(None), ~TAKEN
    )
    return [_request(row) for row in connection.execute(query)]


def newcomers(connection: sa.Connection, day: date) -> list[PublicRequest]:
    """Return the proven requests to which the holder of a new badge may belong: first to work here on a day, then to
    join.

    Those that another badge's holder continued at the screen are left out.
    """
    is_visit = sa.and_(
        _C.kind == Kind.VISIT.value,
        _C.day_on == day,
        _C.state.in_((State.WAITING.value, State.DONE.value)),
    )
    is_joining = sa.and_(_C.kind == Kind.JOIN.value, _C.state == State.WAITING.value)
    query = sa.select(public_request).where(sa.or_(is_visit, is_joining), _C.name.is_not(None), ~TAKEN)
    rows = connection.execute(query.order_by(_C.kind != Kind.VISIT.value, _C.id))
    return [_request(row) for row in rows]


def is_taken(connection: sa.Connection, request_id: int) -> bool:
    """Return whether a request is continued at the screen, by the holder of a new badge."""
    return connection.execute(sa.select(_C.id).where(_C.id == request_id, TAKEN)).first() is not None


def move(connection: sa.Connection, request_id: int, state: State, **values: object) -> None:
    """Write a request's new state, with its outcome."""
    connection.execute(public_request.update().where(_C.id == request_id).values(state=state.value, **values))


def note(connection: sa.Connection, request_id: int, **values: object) -> None:
    """Write a request's outcome without changing its state."""
    connection.execute(public_request.update().where(_C.id == request_id).values(**values))


def forget_unproven(connection: sa.Connection, before: datetime) -> None:
    """Delete the requests sent before a moment that were never proven."""
    connection.execute(public_request.delete().where(_C.state == State.UNPROVEN.value, _C.made_at < before))


def client_of(connection: sa.Connection, email: str, name: str) -> int | None:
    """Return the client that an address had before under the same name, by proven requests; None if there is none."""
    known = sa.and_(sa.func.lower(_C.email) == email.lower(), _C.organisation_id.is_not(None))
    query = sa.select(_C.organisation_id).where(known, sa.func.coalesce(_C.organisation, _C.name) == name)
    return connection.execute(query.order_by(_C.id.desc()).limit(1)).scalar()
