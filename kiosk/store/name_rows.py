"""Keeps the names of products, zones, plans and rooms in every language, and former names of organisations.

A row is never changed: a new name gets a new row with the day from which it holds, and of each language the newest row
counts. A name begins on an open day, so that papers of closed days keep their words: `history`.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

import sqlalchemy as sa

from kiosk.language.names import Names, called
from kiosk.store import ledger
from kiosk.store.tables import name, plan, product, zone

Kind = Literal["product", "zone", "plan", "room", "organisation"]
ALWAYS = date.min  # the day from which a first name holds: it is good for earlier days, too, as long as none is closed
_CLOSED = sa.select(sa.func.max(ledger.closing.c.until_on)).where(ledger.closing.c.kind == "day")  # the last closed day


def products(connection: sa.Connection) -> dict[str, Names]:
    """Return every product's names by its code, in the order in which they were added."""
    return _read(connection, "product", product.c.code, product.c.id)


def zones(connection: sa.Connection) -> dict[str, Names]:
    """Return every zone's names by its code, in the order in which they were added."""
    return _read(connection, "zone", zone.c.code, zone.c.id)


def plans(connection: sa.Connection) -> dict[str, Names]:
    """Return every plan's names by its code, sorted by the names in French."""
    names = _read(connection, "plan", plan.c.code, plan.c.code)
    return dict(sorted(names.items(), key=lambda item: item[1].to("fr")))


def rooms(connection: sa.Connection) -> dict[str, Names]:
    """Return every room's names by its code, in the order in which they were added."""
    from kiosk.store.tables.rooms import room  # a tap does not need it

    return _read(connection, "room", room.c.code, room.c.id)


def history(connection: sa.Connection, kind: Kind) -> Callable[[date], dict[str, Names]]:
    """Return a function that gives all names of a kind on a day, by code; a thing that was never named by that day is
    left out; one whose names were removed is called by its code.
    """
    c = name.c
    query = sa.select(c.code, c.language, c.from_on, c.text).where(c.kind == kind).order_by(c.id)
    rows = connection.execute(query).all()

    def names_on(day: date) -> dict[str, Names]:
        texts: dict[str, dict[str, str]] = {}
        for code, language, from_on, text in rows:
            if from_on <= day:
                texts.setdefault(code, {})[language] = text
        return {
            code: _named(code, {language: text for language, text in by_language.items() if text})
            for code, by_language in texts.items()
        }

    return names_on


def put(connection: sa.Connection, kind: Kind, code: str, names: Names, day: date) -> None:
    """Name a thing from a day on, or from the first open day if that one is closed.

    Languages that are not among the names keep theirs; an empty text removes the name in its language.
    """
    known, closed_on = _known(connection, kind, code), connection.execute(_CLOSED).scalar()
    first = day if closed_on is None else max(day, closed_on + timedelta(days=1))
    # For a language without a name yet: earlier days, too, unless papers of closed days show the thing's other names.
    before = ALWAYS if closed_on is None or not known else first
    row = {"kind": kind, "code": code}
    rows = [
        {**row, "language": language, "text": text, "from_on": first if language in known else before}
        for language, text in names.by_language.items()
        if text != known.get(language, "")
    ]
    if rows:
        connection.execute(name.insert(), rows)


def _known(connection: sa.Connection, kind: Kind, code: str) -> dict[str, str]:
    """Return a thing's present names, by language; empty for a language in which the name was removed."""
    query = sa.select(name.c.language, name.c.text).where(name.c.kind == kind, name.c.code == code).order_by(name.c.id)
    return {language: text for language, text in connection.execute(query)}


def _read(
    connection: sa.Connection,
    kind: Kind,
    code: sa.ColumnElement[str],
    order: sa.ColumnElement[int] | sa.ColumnElement[str],
) -> dict[str, Names]:
    """Return all names of a kind by code, in one query. A thing without a name is called by its code."""
    mine = sa.and_(name.c.kind == kind, name.c.code == code)
    rows = connection.execute(
        sa.select(code, name.c.language, name.c.text).outerjoin(name, mine).order_by(order, name.c.id)
    )
    texts: dict[str, dict[str, str]] = {}
    for thing, language, text in rows:
        texts.setdefault(thing, {})[language] = text
    return {
        thing: _named(thing, {language: text for language, text in by_language.items() if text})
        for thing, by_language in texts.items()
    }


def _named(code: str, texts: dict[str, str]) -> Names:
    """Return a thing's names; without any, the code is its name."""
    return Names(texts) if texts else called(code)
