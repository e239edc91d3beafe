"""Reads entries as bookkeeping sees them: with whose tab they are on and what a reversal takes back.

Entries are streamed. Besides: what an accounting file says of them in words, the names of products and parties, and the
documents that they are on.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from msgspec.structs import replace

from kiosk.domain.books.posting import Fact
from kiosk.language.names import Names
from kiosk.store import name_rows, prepared
from kiosk.store.tables import entry, member, organisation
from kiosk.store.tables.books import document, document_line

_PAGE = 5000
# A carnet sold before its days' worth stood in the entry has it in its own row.
_QUERY = """
SELECT e.number, e.day_on, e.kind, e.amount_cents, m.number, a.organisation_id, e.member_number, e.method, e.detail,
       c.days, c.value_cents,
       o.number, o.day_on, o.kind, o.amount_cents, o.member_number, o.method, o.detail, oc.days, oc.value_cents
FROM entry AS e
LEFT JOIN account AS a ON a.id = e.account_id
LEFT JOIN member AS m ON m.id = a.member_id
LEFT JOIN carnet AS c ON c.entry_number = e.number
LEFT JOIN entry AS o ON o.number = e.reverses
LEFT JOIN carnet AS oc ON oc.entry_number = o.number
"""
_BY_DAY = _QUERY + "WHERE e.day_on >= ? AND e.day_on <= ? ORDER BY e.day_on, e.number"
_OF_DAY = _QUERY + "WHERE e.day_on = ? ORDER BY e.number"
_ONE = _QUERY + "WHERE e.number = ?"
_SOME = _QUERY + "WHERE e.number IN ({}) ORDER BY e.number"
_MANY = 500  # entries that are asked for by their numbers at once
# What postings are made of, and nobody's. Most places sold no carnet before entries said what its days are worth.
_ROWS = """
SELECT e.day_on, e.number, e.kind, e.amount_cents, e.method, e.detail, e.reverses, {} FROM entry AS e {}
WHERE e.day_on >= ? AND e.day_on <= ? ORDER BY e.day_on, e.number
"""
_PLAIN_ROWS = _ROWS.format("NULL, NULL", "")
_ROWS_WITH_CARNETS = _ROWS.format("c.days, c.value_cents", "LEFT JOIN carnet AS c ON c.entry_number = e.number")
_OLD_CARNET = """
SELECT 1 FROM carnet AS c JOIN entry AS e ON e.number = c.entry_number
WHERE instr(e.detail, '"carnet_days":') = 0 LIMIT 1
"""
_OF_ACCOUNTS = """
SELECT e.day_on, e.number, e.account_id, e.amount_cents, e.reverses, o.day_on
FROM entry AS e LEFT JOIN entry AS o ON o.number = e.reverses
WHERE e.day_on >= ? AND e.day_on <= ? AND e.account_id IS NOT NULL AND e.amount_cents <> 0
ORDER BY e.day_on, e.number
"""
_ACCOUNTS = """
SELECT a.id, m.number, a.organisation_id FROM account AS a LEFT JOIN member AS m ON m.id = a.member_id
WHERE coalesce(m.number, a.organisation_id) IS NOT NULL
"""
_DOCUMENTS = (
    sa.select(
        document_line.c.entry_number,
        document.c.series,
        document.c.number,
        document.c.issued_on,
        document.c.entry_number.label("issued_by"),
        entry.c.day_on,
    )
    .join(document, document.c.id == document_line.c.document_id)
    .join(entry, entry.c.number == document_line.c.entry_number)
    .where(entry.c.day_on.in_(sa.bindparam("days", expanding=True)))
    .order_by(document.c.id.desc())
)


def between(connection: sa.Connection, first_on: date, last_on: date) -> Iterator[Fact]:
    """The entries dated on some days, by day and number; both days included."""
    return _facts(connection, _BY_DAY, (first_on.isoformat(), last_on.isoformat()))


def of_day(connection: sa.Connection, day: date) -> Iterator[Fact]:
    """The entries dated on a day, by number."""
    return _facts(connection, _OF_DAY, (day.isoformat(),))


def one(connection: sa.Connection, number: int) -> Fact | None:
    """One entry."""
    return next(_facts(connection, _ONE, (number,)), None)


def some(connection: sa.Connection, numbers: Sequence[int]) -> Iterator[Fact]:
    """Some entries."""
    for at in range(0, len(numbers), _MANY):
        part = numbers[at : at + _MANY]
        yield from _facts(connection, _SOME.format(", ".join("?" * len(part))), tuple(part))


Row = tuple[Any, ...]
# Of a row: the entry's number, and what entries that are alike have in common.
number_of, what_of = itemgetter(1), itemgetter(slice(2, None))


def rows_by_day(connection: sa.Connection, first_on: date, last_on: date) -> Iterator[tuple[date, list[Row]]]:
    """The entries of some days as rows, by day and number; both days included. Much less than facts where most are
    alike: see `of_row`.
    """
    query = _PLAIN_ROWS if connection.exec_driver_sql(_OLD_CARNET).first() is None else _ROWS_WITH_CARNETS
    found = prepared.pages(connection, query, (first_on.isoformat(), last_on.isoformat()), _PAGE)
    for day, rows in groupby(chain.from_iterable(found), itemgetter(0)):
        yield _day(day), list(rows)


def of_row(connection: sa.Connection, row: Row) -> Fact:
    """Return one of a group of equal entries as a fact that names no member."""
    day_on, number, kind, cents, method, detail, reverses, days, value = row
    if reverses is not None:
        found = next(_facts(connection, _ONE, (number,)))
        return replace(found, party=None, reversed=found.reversed and replace(found.reversed, party=None))
    said = detail if days is None else ""
    return Fact(number, _day(day_on), kind, cents, None, None, method, _detail(detail, days, value), None, said)


def alike(connection: sa.Connection, first_on: date, last_on: date) -> Iterator[tuple[Fact, int]]:
    """Group the equal entries of each of some days. Yields a fact that names no member, and the number of entries."""
    for _, rows in rows_by_day(connection, first_on, last_on):
        first = dict(zip(map(what_of, rows), rows, strict=True))
        for what, count in Counter(map(what_of, rows)).items():
            yield of_row(connection, first[what]), count


class Moved(NamedTuple):
    """What an entry does to whose tab it is on; `counts_on` is the day whose accounts it is written on."""

    day_on: date
    entry: int
    party: str
    cents: int
    reverses: int
    counts_on: date


def moved(connection: sa.Connection, first_on: date, last_on: date) -> Iterator[Moved]:
    """Yield each movement of a tab on some days, by day and number."""
    rows = connection.exec_driver_sql(_ACCOUNTS)
    parties = {id_: f"S{organisation}" if member is None else str(member) for id_, member, organisation in rows}
    span = first_on.isoformat(), last_on.isoformat()
    for page in prepared.pages(connection, _OF_ACCOUNTS, span, _PAGE):
        for day_on, number, account, cents, reverses, back_on in page:
            if account in parties:
                yield Moved(_day(day_on), number, parties[account], cents, reverses or 0, _day(back_on or day_on))


def first_day(connection: sa.Connection) -> date | None:
    """The day of the first entry by date; None for an empty ledger."""
    found = connection.exec_driver_sql("SELECT min(day_on) FROM entry").scalar()
    return None if found is None else date.fromisoformat(str(found))


def products_on(connection: sa.Connection) -> Callable[[date], Mapping[str, str]]:
    """French names by code, as they were on a day."""
    on = name_rows.history(connection, "product")
    return lru_cache(maxsize=512)(lambda day: {code: _in_french(names) for code, names in on(day).items()})


def _in_french(names: Names) -> str:
    """Else in the language that was written first, whatever the house's is by now."""
    said = names.by_language
    return said.get("fr") or next(iter(said.values()))


def parties(connection: sa.Connection) -> Callable[[str, date], str | None]:
    """Return a function from a party, as a fact has it, to its name: a member's of today, since no former name is kept;
    an organisation's as on that day. An erased member has no name.
    """
    members = {str(number): name for number, name in connection.execute(sa.select(member.c.number, member.c.name))}
    organisations = {
        f"S{id_}": name for id_, name in connection.execute(sa.select(organisation.c.id, organisation.c.name))
    }
    on = lru_cache(maxsize=512)(name_rows.history(connection, "organisation"))

    def name_of(party: str, day: date) -> str | None:
        if party not in organisations:
            return members.get(party)
        then = on(day).get(party.removeprefix("S"))
        return organisations[party] if then is None else _in_french(then)

    return name_of


def documents(connection: sa.Connection, closings: Mapping[date, int]) -> dict[int, tuple[str, int, date]]:
    """By entry of some days, the first document that it is on: series, number, day. Of those issued before the entry
    that closed its day only: what was written when the day was closed is written so for ever.
    """
    return {
        row.entry_number: (row.series, row.number, row.issued_on)
        for row in connection.execute(_DOCUMENTS, {"days": list(closings)})
        if row.issued_by < closings[row.day_on]
    }


def any_document(connection: sa.Connection) -> bool:
    """Whether there is any document at all."""
    return connection.execute(sa.select(document.c.id).limit(1)).first() is not None


def entries(connection: sa.Connection, first_on: date, last_on: date) -> int:
    """How many entries are dated on some days; both days included."""
    query = sa.select(sa.func.count()).select_from(entry).where(entry.c.day_on.between(first_on, last_on))
    return connection.execute(query).scalar_one()


def _facts(connection: sa.Connection, query: str, values: tuple[object, ...]) -> Iterator[Fact]:
    for rows in prepared.pages(connection, query, values, _PAGE):  # a year of a busy space is a million
        yield from map(_fact, rows)


def _fact(row: tuple[Any, ...]) -> Fact:
    number, day_on, kind, cents, member, organisation, member_number, method, detail, days, value = row[:11]
    party = None
    if member is not None:
        party = str(member)
    elif organisation is not None:
        party = f"S{organisation}"
    taken_back = None
    if row[11] is not None:
        taken_back = Fact(
            row[11], _day(row[12]), row[13], row[14], party, row[15], row[16], _detail(row[17], row[18], row[19])
        )
    own = _detail(detail, days, value)
    said = detail if days is None else ""
    return Fact(number, _day(day_on), kind, cents, party, member_number, method, own, taken_back, said)


_day = lru_cache(maxsize=4096)(date.fromisoformat)


def _detail(text: str, days: int | None, value: int | None) -> Mapping[str, Any]:
    found = _read(text)
    if days is not None and "carnet_days" not in found:
        return {**found, "carnet_days": days, "day_cents": value}
    return found


@lru_cache(maxsize=256)
def _read(text: str) -> Mapping[str, Any]:
    """A detail; most say the same as others."""
    found: Mapping[str, Any] = json.loads(text)
    return found
