"""Reads and writes the sign-ups for an event, in the order of their line, with what each seat was charged.

The line is by the moment of agreeing (`made_at`); the first of it have a seat. A sign-up whose `left_at` is set was
cancelled, and stays.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.events.terms import EventState
from kiosk.errors import RequestError
from kiosk.store.events import event_rows
from kiosk.store.events.event_rows import Event
from kiosk.store.tables import entry, member, organisation
from kiosk.store.tables.events import event, signup
from kiosk.store.tables.visitors import public_request

_C = signup.c
_BY = entry.alias("by")


class Signup(Struct, frozen=True):
    """A person's sign-up for an event, or interest in it. `number` is a member's; without a file there is `name` alone.

    `terms` is the version of the event's terms (days, seats, price) that they agreed to, 0 for interest alone; `entry`
    the last charge, even if it is reversed; `charged_cents` the charge in force, None if there is none.
    """

    id: int
    event: int
    member_id: int | None
    number: int | None
    name: str
    email: str | None
    language: str | None
    left_on: date | None
    organisation: int | None
    organisation_name: str | None
    terms: int
    made_at: datetime
    left_at: datetime | None
    entry: int | None
    charged_cents: int | None
    rent_cents: int  # the part of the charge that goes towards the association's rent
    is_reversed: bool


_SIGNUP = (
    sa.select(
        _C.id,
        _C.event_id,
        _C.member_id,
        member.c.number,
        sa.func.coalesce(member.c.name, _C.name, ""),
        sa.func.coalesce(member.c.email, public_request.c.email),
        sa.func.coalesce(member.c.language, public_request.c.language),
        member.c.left_on,
        _C.organisation_id,
        organisation.c.name,
        _C.terms,
        _C.made_at,
        _C.left_at,
        _C.charge_entry,
        entry.c.amount_cents,
        entry.c.detail,
        sa.exists().where(_BY.c.reverses == _C.charge_entry),
    )
    .select_from(signup)
    .outerjoin(member, member.c.id == _C.member_id)
    .outerjoin(organisation, organisation.c.id == _C.organisation_id)
    .outerjoin(entry, entry.c.number == _C.charge_entry)
    .outerjoin(public_request, public_request.c.signup_id == _C.id)
    .order_by(_C.made_at, _C.id)
)


def _signup(record: sa.Row[*tuple[Any, ...]]) -> Signup:
    """Return a sign-up from its row, with its charge and rent if the charge is in force; else with None and 0 cents."""
    *facts, number, cents, detail, is_reversed = record
    is_charged = number is not None and not is_reversed
    rent = int(json.loads(detail).get("rent_cents", 0)) if is_charged else 0
    return Signup(*facts, number, cents if is_charged else None, rent, bool(is_reversed))  # type: ignore[call-arg]


def standing(connection: sa.Connection, event_id: int) -> list[Signup]:
    """Return the sign-ups that were not cancelled, in the order in which people agreed to come;
    mere interest included.
    """
    query = _SIGNUP.where(_C.event_id == event_id, _C.left_at.is_(None))
    return [_signup(row) for row in connection.execute(query)]


def charged(connection: sa.Connection, event_id: int) -> list[Signup]:
    """Return every sign-up that was ever charged for an event, cancelled ones included."""
    query = _SIGNUP.where(_C.event_id == event_id, _C.charge_entry.is_not(None))
    return [_signup(row) for row in connection.execute(query)]


def by_id(connection: sa.Connection, signup_id: int) -> Signup:
    """Return a sign-up. Raises RequestError `no-such-signup`."""
    row = connection.execute(_SIGNUP.where(_C.id == signup_id)).first()
    if row is None:
        raise RequestError("no-such-signup", number=signup_id)
    return _signup(row)


def of_member(connection: sa.Connection, event_id: int, member_id: int) -> Signup | None:
    """Return a member's sign-up for an event that was not cancelled; None if there is none."""
    query = _SIGNUP.where(_C.event_id == event_id, _C.member_id == member_id, _C.left_at.is_(None))
    row = connection.execute(query).first()
    return None if row is None else _signup(row)


def events_of(connection: sa.Connection, member_id: int) -> dict[int, int]:
    """Return the events that a member signed up for or is interested in, each with the version of the terms agreed to
    (0: interest alone); without declined events and cancelled sign-ups.
    """
    rows = connection.execute(
        sa.select(_C.event_id, _C.terms)
        .join(event, event.c.id == _C.event_id)
        .where(_C.member_id == member_id, _C.left_at.is_(None), event.c.state != EventState.DECLINED.value)
    )
    return {event_id: terms for event_id, terms in rows}


def uncharged(connection: sa.Connection, member_id: int) -> list[Signup]:
    """Return a member's sign-ups for seats that cost something and are not charged yet, of events that may be held."""
    query = _SIGNUP.join(event, event.c.id == _C.event_id).where(
        _C.member_id == member_id,
        _C.left_at.is_(None),
        _C.charge_entry.is_(None),
        _C.terms == event.c.terms,  # of changed terms each person has to agree anew
        _C.terms > 0,
        event.c.product_id.is_not(None),
        event.c.state.in_((EventState.OPEN.value, EventState.HELD.value)),
    )
    return [_signup(row) for row in connection.execute(query)]


def counts(connection: sa.Connection) -> dict[int, tuple[int, int]]:
    """Return for each event how many people agreed to its present terms, and how many signed up or are interested in
    all, these included. Events without a sign-up are left out.
    """
    agreed = sa.func.sum(sa.case((sa.and_(_C.terms == event.c.terms, _C.terms > 0), 1), else_=0))
    rows = connection.execute(
        sa.select(_C.event_id, agreed, sa.func.count())
        .join(event, event.c.id == _C.event_id)
        .where(_C.left_at.is_(None))
        .group_by(_C.event_id)
    )
    return {event_id: (int(come), int(interested)) for event_id, come, interested in rows}


def lacking(connection: sa.Connection, at: datetime) -> Iterator[tuple[Event, int]]:
    """Yield the open events of the public list that have too few sign-ups yet, by day, each with the number missing."""
    counts_by_event = counts(connection)
    for open_event in event_rows.listed(connection, (EventState.OPEN,), at):
        needed = 0 if open_event.terms is None or open_event.terms.threshold is None else open_event.terms.threshold
        missing = needed - counts_by_event.get(open_event.id, (0, 0))[0]
        if missing > 0:
            yield open_event, missing


def add(
    connection: sa.Connection,
    event_id: int,
    terms: int,
    at: datetime,
    actor: str,
    *,
    member_id: int | None = None,
    name: str | None = None,
    organisation_id: int | None = None,
) -> int:
    """Add a sign-up, or with `terms` 0 an interest, and return its id. A person without a file has a `name`, and an
    organisation that pays if the seat costs something.
    """
    values = {
        "event_id": event_id,
        "member_id": member_id,
        "name": name,
        "organisation_id": organisation_id,
        "terms": terms,
        "made_at": at,
        "made_by": actor,
    }
    return int(connection.execute(signup.insert(), values).lastrowid)


def agree(connection: sa.Connection, signup_id: int, terms: int, at: datetime, actor: str) -> None:
    """Turn an interest, or a sign-up under older terms, into an agreement to these terms, with a
    new place in the line.
    """
    connection.execute(signup.update().where(_C.id == signup_id).values(terms=terms, made_at=at, made_by=actor))


def leave(connection: sa.Connection, signup_id: int, at: datetime) -> None:
    """Cancel a sign-up at a moment. Its charge, if any, is not reversed here."""
    connection.execute(signup.update().where(_C.id == signup_id).values(left_at=at))


def charge(connection: sa.Connection, signup_id: int, entry_number: int) -> None:
    """Write on a sign-up which entry charges its seat."""
    connection.execute(signup.update().where(_C.id == signup_id).values(charge_entry=entry_number))
