"""Reads and writes events, and the days that an event includes: days at the space that a seat pays for, too.

An event's terms are its days, its number of seats and its price; each change of them gives them a new version.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.events.terms import OVER, EventKind, EventState, Terms
from kiosk.errors import RequestError
from kiosk.store.tables import member, product
from kiosk.store.tables.events import event, included_day

MOST = 200  # events in a list
_C = event.c


class Event(Struct, frozen=True, kw_only=True):
    """An event. `agreed` is the version of its terms, 0 before signing up is possible; `terms` is None without a day.
    `product` is the code of what a seat is sold by, None for a free seat.

    `host` is the number of the member that proposed it, `host_name` their name if they chose to be named.
    """

    id: int
    kind: EventKind
    title: str
    about: str
    place: str
    state: EventState
    host: int | None
    host_name: str | None
    is_named: bool
    is_listed: bool  # whether the public list shows it
    terms: Terms | None
    product: str | None
    rent_percent: int  # the part of a seat's price that pays for the space's rent
    agreed: int
    made_at: datetime
    changed_at: datetime
    decided_at: datetime | None
    reason: str | None  # for the decision


_EVENT = (
    sa.select(
        _C.id,
        _C.kind,
        _C.title,
        _C.about,
        _C.place,
        _C.state,
        member.c.number.label("host"),
        member.c.shown_name,
        _C.is_named,
        _C.is_listed,
        _C.starts_at,
        _C.ends_at,
        _C.places,
        _C.threshold,
        _C.deadline_at,
        product.c.code.label("product"),
        _C.rent_percent,
        _C.terms.label("agreed"),
        _C.made_at,
        _C.changed_at,
        _C.decided_at,
        _C.reason,
        sa.exists().where(included_day.c.event_id == _C.id).label("includes_day"),
    )
    .outerjoin(member, member.c.id == _C.member_id)
    .outerjoin(product, product.c.id == _C.product_id)
)


def _event(record: sa.Row[*tuple[Any, ...]]) -> Event:
    """Return an event from its row; one without a day has no terms yet."""
    values = dict(record._mapping)
    planned = {name: values.pop(name) for name in ("starts_at", "ends_at", "places", "threshold", "deadline_at")}
    planned["includes_day"] = bool(values.pop("includes_day"))
    terms = None if planned["starts_at"] is None else Terms(rent_percent=values["rent_percent"], **planned)
    shown = values.pop("shown_name")
    values["kind"], values["state"] = EventKind(values["kind"]), EventState(values["state"])
    return Event(**values, host_name=shown if values["is_named"] else None, terms=terms)


def by_id(connection: sa.Connection, event_id: int) -> Event:
    """Return an event. Raises RequestError `no-such-event`."""
    row = connection.execute(_EVENT.where(_C.id == event_id)).first()
    if row is None:
        raise RequestError("no-such-event", number=event_id)
    return _event(row)


def in_states(connection: sa.Connection, states: Collection[EventState], after: datetime) -> list[Event]:
    """Return the events in these states that end after a moment or have no day yet, by day; those without a day last.
    At most `MOST`, the earliest.
    """
    query = _EVENT.where(_C.state.in_([state.value for state in states]))
    query = query.where(sa.or_(_C.ends_at.is_(None), _C.ends_at > after))
    return [_event(row) for row in connection.execute(_by_day(query))]


def past(connection: sa.Connection, before: datetime) -> list[Event]:
    """Return the events that ended by a moment or came to nothing, the latest first (one without a day by when it was
    proposed), at most `MOST`.
    """
    over = sa.or_(_C.ends_at <= before, _C.state.in_([state.value for state in OVER]))
    query = _EVENT.where(over).order_by(sa.func.coalesce(_C.starts_at, _C.made_at).desc(), _C.id.desc()).limit(MOST)
    return [_event(row) for row in connection.execute(query)]


def listed(connection: sa.Connection, states: Collection[EventState], after: datetime) -> list[Event]:
    """Return the events of the public list in these states that end after a moment, by day, at most `MOST`."""
    query = _EVENT.where(_C.state.in_([state.value for state in states]), _C.is_listed, _C.ends_at > after)
    return [_event(row) for row in connection.execute(_by_day(query))]


def _by_day(query: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """Return a query's events by day, those without a day last, at most `MOST`."""
    return query.order_by(_C.starts_at.is_(None), _C.starts_at, _C.id.desc()).limit(MOST)


def to_decide(connection: sa.Connection, now: datetime) -> list[int]:
    """Return the ids of the open events whose deadline is over, the earliest deadline first."""
    query = sa.select(_C.id).where(_C.state == EventState.OPEN.value, _C.deadline_at <= now).order_by(_C.deadline_at)
    return list(connection.execute(query).scalars())


def open_proposals(connection: sa.Connection, member_id: int) -> int:
    """Return how many proposals of a member have no answer yet."""
    mine = (_C.member_id == member_id, _C.state == EventState.PROPOSED.value)
    return connection.execute(sa.select(sa.func.count()).select_from(event).where(*mine)).scalar_one()


def by_key(connection: sa.Connection, key: bytes) -> int | None:
    """Return the id of the event that a form made; None if that form made none: so a form sent again is recognised."""
    return connection.execute(sa.select(_C.id).where(_C.key == key)).scalar()


def add(connection: sa.Connection, at: datetime, actor: str, **values: object) -> int:
    """Write a new event from the values of its columns, and return its id."""
    row = {"made_at": at, "changed_at": at, "made_by": actor, **values}
    return int(connection.execute(event.insert(), row).lastrowid)


def change(connection: sa.Connection, known_event: Event, at: datetime, **values: object) -> None:
    """Change values of an event, by the names of its columns, and note the moment."""
    connection.execute(event.update().where(_C.id == known_event.id).values(changed_at=at, **values))


def include(connection: sa.Connection, event_id: int, days: Collection[date]) -> None:
    """Write the days that an event includes, in the place of earlier ones."""
    connection.execute(included_day.delete().where(included_day.c.event_id == event_id))
    if days:
        connection.execute(included_day.insert(), [{"event_id": event_id, "day_on": day} for day in days])


def decide(
    connection: sa.Connection,
    known_event: Event,
    state: EventState,
    at: datetime,
    actor: str,
    reason: str | None = None,
) -> None:
    """Write the decision about an event: its new state, with actor and reason."""
    change(connection, known_event, at, state=state.value, decided_at=at, decided_by=actor, reason=reason)


def product_id(connection: sa.Connection, code: str) -> int | None:
    """Return a product's id by its code; None for an unknown code."""
    return connection.execute(sa.select(product.c.id).where(product.c.code == code)).scalar()
