"""Keeps quotes, and lets of a zone or the whole place: prices, dates and what became of each.

A *let* gives an organisation a part of the place, or all of it, for a time; until its quote is accepted it is an
*option*.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.rooms import pricing
from kiosk.domain.rooms.pricing import Line
from kiosk.domain.slots import Slot
from kiosk.errors import RequestError
from kiosk.store.space import rule_rows
from kiosk.store.tables import entry, is_current, member, organisation, zone
from kiosk.store.tables.rooms import privatisation, quote

OPEN, ACCEPTED, REFUSED, EXPIRED = "open", "accepted", "refused", "expired"  # states of a quote
OPTION, BOOKED, CANCELLED = "option", "booked", "cancelled"  # states of a let; OPTION while its quote is open
_LET = "this part of the place is let then"  # a guard's message


class NewLet(Struct, frozen=True, kw_only=True):
    """A let to be written. Without a zone it is of the whole place."""

    slot: Slot
    organisation_id: int
    made_at: datetime
    made_by: str
    zone: str | None = None
    instead: str | None = None  # the zone that members of the let zone use meanwhile
    title: str | None = None
    places: int = 0  # seats that the let takes off those for members
    permanents: str = "kept"  # subscribers still come in; or "banked" or "credited": they stay out and get a day back


class LetRow(Struct, frozen=True):
    """A let of a zone, or with None of the whole place, to an organisation."""

    id: int
    zone: str | None
    instead: str | None
    slot: Slot
    state: str
    title: str | None
    organisation: str
    places: int
    permanents: str
    insured_until: date | None
    told_at: datetime | None  # when members were told of it
    compensated_at: datetime | None  # when members that stayed out got what the rules grant


class NewQuote(Struct, frozen=True, kw_only=True):
    """A quote to be written: `advance_cents` is to be paid before the let, `caution_cents` is the deposit given back
    after it.
    """

    organisation_id: int
    valid_until: date
    lines: tuple[Line, ...]
    made_at: datetime
    made_by: str
    advance_cents: int = 0
    caution_cents: int = 0
    privatisation_id: int | None = None
    key: bytes | None = None  # the id of the form that made it


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote. `caution_back`: the security deposit that was charged was given back."""

    id: int
    organisation_id: int
    organisation: str
    state: str
    valid_until: date
    lines: tuple[Line, ...] = field(repr=False)
    advance_cents: int
    caution_cents: int
    privatisation_id: int | None
    caution_entry: int | None
    caution_back: bool
    made_at: datetime
    made_by: str

    @property
    def cents(self) -> int:
        """The price of all lines in cents, without the deposit."""
        return sum(line.cents for line in self.lines)


def add_let(connection: sa.Connection, new: NewLet) -> int:
    """Write a let, held as an option for its quote, and return its id. Raises RequestError
    `let-taken`, `no-such-zone`.
    """
    values = {
        "zone_id": _zone_id(connection, new.zone),
        "instead_zone_id": _zone_id(connection, new.instead),
        "starts_at": new.slot.starts_at,
        "ends_at": new.slot.ends_at,
        "state": OPTION,
        **{name: getattr(new, name) for name in ("title", "organisation_id", "places", "permanents")},
        "made_at": new.made_at,
        "made_by": new.made_by,
    }
    try:
        with connection.begin_nested():  # undone alone if refused, as for a room
            return int(connection.execute(privatisation.insert(), values).lastrowid)
    except sa.exc.IntegrityError as refused:
        if _LET not in str(refused.orig):
            raise
        raise RequestError("let-taken", "this part of the place, or all of it, is let then", field="from") from None


def _zone_id(connection: sa.Connection, code: str | None) -> int | None:
    """Return a zone's id by its code; None for None. Raises RequestError `no-such-zone`."""
    if code is None:
        return None
    zone_id = connection.execute(sa.select(zone.c.id).where(zone.c.code == code)).scalar()
    if zone_id is None:
        raise RequestError("no-such-zone", field="zone", given=code)
    return int(zone_id)


def change_let(connection: sa.Connection, let_id: int, **values: object) -> None:
    """Change columns of a let. Every program then reads its rules again, since a day's rules include its lets."""
    connection.execute(privatisation.update().where(privatisation.c.id == let_id).values(**values))
    rule_rows.revise(connection)


_ZONE, _INSTEAD = zone.alias("of"), zone.alias("instead")
_C = privatisation.c
_LETS = (
    sa.select(
        _C.id,
        _ZONE.c.code.label("zone"),
        _INSTEAD.c.code.label("instead"),
        _C.starts_at,
        _C.ends_at,
        _C.state,
        _C.title,
        organisation.c.name,
        _C.places,
        _C.permanents,
        _C.insured_until,
        _C.told_at,
        _C.compensated_at,
    )
    .join(organisation, organisation.c.id == _C.organisation_id)
    .outerjoin(_ZONE, _ZONE.c.id == _C.zone_id)
    .outerjoin(_INSTEAD, _INSTEAD.c.id == _C.instead_zone_id)
    .order_by(_C.starts_at)
)


_QUOTED = sa.select(quote.c.privatisation_id)  # the lets that quotes are for


def let_by_id(connection: sa.Connection, let_id: int) -> LetRow:
    """Return a let by its id. Raises RequestError `no-such-quote`, since a let is found by its quote."""
    row = connection.execute(_LETS.where(_C.id == let_id)).first()
    if row is None:
        raise RequestError("no-such-quote", number=let_id)
    return _let(row)


def lets_of_quotes(connection: sa.Connection) -> dict[int, LetRow]:
    """Return the lets of quotes, by the let's id."""
    return {let.id: let for let in map(_let, connection.execute(_LETS.where(_C.id.in_(_QUOTED))))}


def lets_within(connection: sa.Connection, within: Slot) -> list[LetRow]:
    """Return the lets, options included, that overlap a time."""
    query = _LETS.where(_C.state != CANCELLED, _C.ends_at > within.starts_at, _C.starts_at < within.ends_at)
    return [_let(row) for row in connection.execute(query)]


def untold(connection: sa.Connection, now: datetime, until: datetime) -> list[LetRow]:
    """Return the booked lets that begin between two moments and that members were not told of yet."""
    query = _LETS.where(_C.state == BOOKED, _C.told_at.is_(None), _C.starts_at.between(now, until))
    return [_let(row) for row in connection.execute(query)]


def uncompensated(connection: sa.Connection, now: datetime) -> list[LetRow]:
    """Return the past lets for which members that stayed out have not yet been given what the rules grant."""
    query = _LETS.where(_C.state == BOOKED, _C.compensated_at.is_(None), _C.ends_at <= now, _C.permanents != "kept")
    return [_let(row) for row in connection.execute(query)]


def _let(record: Any) -> LetRow:
    """Return a let from its row."""
    id_, zone_code, instead, starts, ends, *further = record
    return LetRow(id_, zone_code, instead, Slot(starts, ends), *further)


def addresses(connection: sa.Connection, day: date) -> list[tuple[str, str | None]]:
    """Return e-mail address and language of each current member with an address, by member number."""
    c = member.c
    rows = connection.execute(
        sa.select(c.email, c.language).where(c.email.is_not(None), is_current(day)).order_by(c.number)
    )
    return [(str(email), language) for email, language in rows if email]


def add(connection: sa.Connection, new: NewQuote) -> int:
    """Write a quote and return its number."""
    values = {
        "lines": json.dumps(pricing.plain(new.lines)),
        **{
            name: getattr(new, name)
            for name in ("organisation_id", "valid_until", "advance_cents", "caution_cents", "privatisation_id")
        },
        "made_at": new.made_at,
        "made_by": new.made_by,
        "key": new.key,
    }
    return int(connection.execute(quote.insert(), values).lastrowid)


def change(connection: sa.Connection, quote_id: int, **values: object) -> None:
    """Change columns of a quote, by their names."""
    connection.execute(quote.update().where(quote.c.id == quote_id).values(**values))


_BACK = entry.alias("back")  # the entry that reverses the security deposit, and so gives it back
_QUOTES = (
    sa.select(quote, organisation.c.name.label("organisation"), _BACK.c.number.is_not(None).label("caution_back"))
    .join(organisation, organisation.c.id == quote.c.organisation_id)
    .outerjoin(_BACK, _BACK.c.reverses == quote.c.caution_entry)
    .order_by(quote.c.id.desc())
)


def by_id(connection: sa.Connection, quote_id: int) -> Quote:
    """Return a quote. Raises RequestError `no-such-quote`."""
    row = connection.execute(_QUOTES.where(quote.c.id == quote_id)).first()
    if row is None:
        raise RequestError("no-such-quote", number=quote_id)
    return _quote(row)


def by_key(connection: sa.Connection, key: bytes) -> int | None:
    """Return the number of the quote that a form made; None if this form made none."""
    return connection.execute(sa.select(quote.c.id).where(quote.c.key == key)).scalar()


def newest(connection: sa.Connection) -> list[Quote]:
    """Return all quotes, the newest first."""
    return [_quote(row) for row in connection.execute(_QUOTES)]


def lapsed(connection: sa.Connection, day: date) -> list[Quote]:
    """Return the open quotes that are valid no longer on a day."""
    return [_quote(row) for row in connection.execute(_QUOTES.where(quote.c.state == OPEN, quote.c.valid_until < day))]


def _quote(record: sa.Row[Any]) -> Quote:
    """Return a quote from its row, with its lines read from JSON."""
    return Quote(
        record.id,
        record.organisation_id,
        record.organisation,
        record.state,
        record.valid_until,
        pricing.lines(json.loads(record.lines)),
        record.advance_cents,
        record.caution_cents,
        record.privatisation_id,
        record.caution_entry,
        bool(record.caution_back),
        record.made_at,
        record.made_by,
    )
