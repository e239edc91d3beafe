"""Keeps what products, zones and plans are called, in every language that the association wrote; and what organisations
were called before, under their numbers.

A row is never changed: what is called otherwise from a day on gets another, and of each language the newest counts. A
name begins on a day that is not closed, so that what was written of closed days goes on saying the same: `history`.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

import sqlalchemy as sa

from kiosk.language.names import Names, called
from kiosk.store import ledger
from kiosk.store.tables import name, plan, product, zone

Kind = Literal["product", "zone", "plan", "room", "organisation"]
ALWAYS = date.min  # since when a first name holds: for what was before it, too, as long as none of that is closed
_CLOSED = sa.select(sa.func.max(ledger.closing.c.until_on)).where(ledger.closing.c.kind == "day")


def products(connection: sa.Connection) -> dict[str, Names]:
    """Every product's names by its code, in the order in which they were added."""
    return _read(connection, "product", product.c.code, product.c.id)


def zones(connection: sa.Connection) -> dict[str, Names]:
    """Every zone's names by its code, in the order in which they were added."""
    return _read(connection, "zone", zone.c.code, zone.c.id)


def plans(connection: sa.Connection) -> dict[str, Names]:
    """Every plan's names by its code, in the order of their names in French."""
    found = _read(connection, "plan", plan.c.code, plan.c.code)
    return dict(sorted(found.items(), key=lambda item: item[1].to("fr")))


def rooms(connection: sa.Connection) -> dict[str, Names]:
    """Return every room's names by its code, in the order in which they were added."""
    from kiosk.store.tables.rooms import room  # no tap asks for it

    return _read(connection, "room", room.c.code, room.c.id)


def history(connection: sa.Connection, kind: Kind) -> Callable[[date], dict[str, Names]]:
    """What each of a kind was called on a day, by its code, read once. What had no name then is left out."""
    c = name.c
    query = sa.select(c.code, c.language, c.from_on, c.text).where(c.kind == kind).order_by(c.id)
    rows = connection.execute(query).all()

    def on(day: date) -> dict[str, Names]:
        found: dict[str, dict[str, str]] = {}
        for code, language, from_on, text in rows:
            if from_on <= day:
                found.setdefault(code, {})[language] = text
        return {code: _named(code, {each: text for each, text in said.items() if text}) for code, said in found.items()}

    return on


def put(connection: sa.Connection, kind: Kind, code: str, names: Names, day: date) -> None:
    """Call something so from a day on, or from the first that is not closed. Languages that are not among the names
    keep theirs; an empty one loses it.
    """
    known, closed_on = _known(connection, kind, code), connection.execute(_CLOSED).scalar()
    first = day if closed_on is None else max(day, closed_on + timedelta(days=1))
    before = ALWAYS if closed_on is None or not known else first  # of a language that has no name yet
    row = {"kind": kind, "code": code}
    rows = [
        {**row, "language": language, "text": text, "from_on": first if language in known else before}
        for language, text in names.by_language.items()
        if text != known.get(language, "")
    ]
    if rows:
        connection.execute(name.insert(), rows)


def _known(connection: sa.Connection, kind: Kind, code: str) -> dict[str, str]:
    query = sa.select(name.c.language, name.c.text).where(name.c.kind == kind, name.c.code == code).order_by(name.c.id)
    return {language: text for language, text in connection.execute(query)}


def _read(
    connection: sa.Connection,
    kind: Kind,
    code: sa.ColumnElement[str],
    order: sa.ColumnElement[int] | sa.ColumnElement[str],
) -> dict[str, Names]:
    """Read all names of a kind in one query. A thing without a name is called by its code."""
    mine = sa.and_(name.c.kind == kind, name.c.code == code)
    rows = connection.execute(
        sa.select(code, name.c.language, name.c.text).outerjoin(name, mine).order_by(order, name.c.id)
    )
    found: dict[str, dict[str, str]] = {}
    for of, language, text in rows:
        found.setdefault(of, {})[language] = text
    return {of: _named(of, {language: text for language, text in said.items() if text}) for of, said in found.items()}


def _named(code: str, said: dict[str, str]) -> Names:
    return Names(said) if said else called(code)
