"""Reads and writes things to use or borrow, and their loans.

A thing's terms are how many may have it at once, and for how many minutes or days; `Had` is a loan's beginning and end.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict

from kiosk.domain.premises.things import Had, Terms, ThingKind
from kiosk.errors import RequestError
from kiosk.store.premises.spot_rows import PERSON, Person, person
from kiosk.store.tables import member, rows
from kiosk.store.tables.premises import loan, spot, thing

_L = loan.c


class Thing(Struct, frozen=True):
    """A thing to use or borrow. `where` is the label of the spot at which it is, empty if none."""

    id: int
    kind: ThingKind
    label: str
    terms: Terms
    spot: int | None
    where: str


class Loan(Struct, frozen=True):
    """A loan of a thing, with its borrower and the day on which it is due."""

    id: int
    thing: int
    label: str
    person: Person
    had: Had
    due_on: date | None

    def is_late(self, today: date) -> bool:
        """Return whether the thing should have been brought back before today."""
        return self.due_on is not None and self.due_on < today


_THINGS = (
    sa.select(
        *(thing.c[name] for name in ("id", "kind", "label", "places", "minutes", "days", "spot_id")),
        spot.c.label.label("place"),
    )
    .outerjoin(spot, sa.and_(spot.c.id == thing.c.spot_id, spot.c.gone_on.is_(None)))
    .where(thing.c.gone_on.is_(None))
    .order_by(thing.c.kind, thing.c.label)
)


def _thing(record: sa.Row[*tuple[Any, ...]]) -> Thing:
    """Return a thing from its row."""
    terms = Terms(record.places, record.minutes, record.days)
    return Thing(record.id, ThingKind(record.kind), record.label, terms, record.spot_id, record.place or "")


def things(connection: sa.Connection) -> list[Thing]:
    """Return all things that were not removed, by kind and label."""
    return [_thing(row) for row in connection.execute(_THINGS)]


def by_id(connection: sa.Connection, thing_id: int) -> Thing:
    """Return a thing that was not removed. Raises RequestError `no-such-thing`."""
    row = connection.execute(_THINGS.where(thing.c.id == thing_id)).first()
    if row is None:
        raise RequestError("no-such-thing", field="thing", number=thing_id)
    return _thing(row)


def is_label(connection: sa.Connection, label: str, besides: int = 0) -> bool:
    """Return whether a thing other than `besides` has this label."""
    c = thing.c
    same = (c.label == label, c.gone_on.is_(None), c.id != besides)
    return connection.execute(sa.select(c.id).where(*same)).first() is not None


def add(connection: sa.Connection, kind: ThingKind, label: str, terms: Terms, spot_id: int | None) -> int:
    """Add a thing and return its id."""
    return rows.add(connection, thing, kind=kind.value, label=label, spot_id=spot_id, **asdict(terms))


def remove(connection: sa.Connection, thing_id: int, day: date) -> None:
    """Remove a thing from the list on a day; its row stays."""
    rows.change(connection, thing, thing_id, gone_on=day)


# --- loans

_LOANS = (
    sa.select(_L.id, _L.thing_id, thing.c.label, _L.from_at, _L.ended_at, _L.due_on, *PERSON)
    .join(thing, thing.c.id == _L.thing_id)
    .join(member, member.c.id == _L.member_id)
    .order_by(_L.from_at, _L.id)
)


def _loan(record: sa.Row[*tuple[Any, ...]]) -> Loan:
    """Return a loan from its row, with its borrower."""
    id_, thing_id, label, from_at, ended_at, due_on, *about = record
    return Loan(id_, thing_id, label, person(*about), Had(from_at, ended_at), due_on)


def running(connection: sa.Connection, at: datetime) -> list[Loan]:
    """Return the loans that are not over at a moment, future ones included."""
    return [_loan(row) for row in connection.execute(_LOANS.where(sa.or_(_L.ended_at.is_(None), _L.ended_at > at)))]


def loan_by_id(connection: sa.Connection, loan_id: int) -> Loan:
    """Return a loan. Raises RequestError `no-such-loan`."""
    row = connection.execute(_LOANS.where(_L.id == loan_id)).first()
    if row is None:
        raise RequestError("no-such-loan", number=loan_id)
    return _loan(row)


def by_key(connection: sa.Connection, key: bytes) -> Loan | None:
    """Return the loan that a form made; None if this form made none."""
    row = connection.execute(_LOANS.where(_L.key == key)).first()
    return None if row is None else _loan(row)


def lend(connection: sa.Connection, key: bytes, thing_id: int, member_id: int, had: Had, due_on: date | None) -> int:
    """Lend a thing to a member, and return the loan's id. `key` is the form's, so that a form sent twice lends once."""
    return rows.add(connection, loan, key=key, thing_id=thing_id, member_id=member_id, due_on=due_on, **asdict(had))


def end(connection: sa.Connection, loan_id: int, at: datetime) -> None:
    """End a loan at a moment: the thing was brought back, or is no longer needed. A loan to come ends as it begins."""
    connection.execute(
        loan.update()
        .where(_L.id == loan_id)
        .values(ended_at=sa.case((_L.from_at > at, _L.from_at), else_=sa.literal(at, _L.from_at.type)))
    )
