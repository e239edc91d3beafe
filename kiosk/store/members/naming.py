"""Finds texts that name a person, so that they can be erased or given to that person.

A text names a person by their whole name, also as banks write it, by e-mail address or by telephone number.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.names import searchable
from kiosk.store.members import written
from kiosk.store.members.written import Erasing
from kiosk.store.tables import member, metadata

_FEWEST = 4  # letters: a shorter name would be found in too many texts
_FEWEST_DIGITS = 6  # signs of an address or a telephone number: a shorter one is not searched for either


class Marks(Struct, frozen=True):
    """What identifies a person in texts: names, whose words may come in any order, and addresses and telephone numbers,
    which must occur as they are, but for spaces. All are in the form of `searchable`, without accents and case.
    """

    names: tuple[str, ...]
    exact: tuple[str, ...]

    def are_in(self, text: str) -> bool:
        """Return whether a text has one of these marks, without regard to accents and case."""
        searched = searchable(text)
        parts = set(searched.replace(",", " ").replace("/", " ").split())
        without_spaces = "".join(searched.split())
        return any(name in searched or set(name.split()) <= parts for name in self.names) or any(
            mark in without_spaces for mark in self.exact
        )


class Place(Struct, frozen=True):
    """A text that names a person: its column, and the key of its row."""

    table: str
    column: str
    key: tuple[Any, ...]
    text: str


def marks(connection: sa.Connection, ids: Iterable[int]) -> Marks:
    """Return the names, addresses and telephone numbers of a person's files, except those too short to search for."""
    c = member.c
    rows = connection.execute(sa.select(c.name, c.email, c.phone).where(c.id.in_(list(ids)))).all()
    names = {searchable(row.name) for row in rows}
    exact = {searchable(text).replace(" ", "") for row in rows for text in (row.email, row.phone) if text}
    return Marks(
        tuple(sorted(name for name in names if len(name) >= _FEWEST)),
        tuple(sorted(mark for mark in exact if len(mark) >= _FEWEST_DIGITS)),
    )


def places(connection: sa.Connection, known: Marks, erasing: Erasing) -> Iterator[Place]:
    """Yield every text that names a person, in the columns that `written.TEXTS` treats as `erasing`. Reads these
    columns whole.
    """
    for name, columns in written.of(erasing).items():
        table = metadata.tables.get(name)
        if table is not None:
            yield from _in_table(connection, table, list(columns), known)


def _in_table(connection: sa.Connection, table: sa.Table, columns: list[str], known: Marks) -> Iterator[Place]:
    """Yield the texts of one table that name a person."""
    keys = len(table.primary_key.columns)
    for row in connection.execute(_filled(table, tuple(columns))).all():
        for number, column in enumerate(columns):
            text = row[keys + number]
            if text and known.are_in(str(text)):
                yield Place(table.name, column, tuple(row[:keys]), str(text))


@cache
def _filled(table: sa.Table, columns: tuple[str, ...]) -> sa.Select[*tuple[Any, ...]]:
    """Return the query for a table's rows that have any of these texts: key columns, then the texts."""
    texts = [table.c[column].label(f"text_{column}") for column in columns]
    filled = sa.or_(*(table.c[column].is_not(None) for column in columns))
    return sa.select(*table.primary_key.columns, *texts).where(filled)


def empty(connection: sa.Connection, place: Place) -> None:
    """Empty a text as its line in `written.TEXTS` says, or delete its row if it has no use without the text."""
    table = metadata.tables[place.table]
    row = sa.and_(*(key == value for key, value in zip(table.primary_key.columns, place.key, strict=True)))
    line = written.TEXTS[f"{place.table}.{place.column}"]
    if place.table in _WHOLE:
        connection.execute(table.delete().where(row))
        return
    blank = line.blank
    if blank == "" and table.c[place.column].nullable:  # some columns of the line may be NULL, others may not
        blank = None
    if place.table in _DISTINCT:
        blank = f"{blank} {place.key[0]}"
    connection.execute(table.update().where(row).values({place.column: blank}))


_WHOLE = frozenset(("entry_text", "skill", "notice"))  # whose rows are nothing without their text
_DISTINCT = frozenset(("spot", "thing"))  # whose labels must differ: the row's id is added
