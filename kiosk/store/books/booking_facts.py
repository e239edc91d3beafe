"""Reads entries as bookkeeping needs them (as a `Fact`): with the party whose tab they are on, and the entry that a
reversal reverses.

Entries are streamed. Also what an accounting file says in words: names of products and parties, and documents. A party
is a member's number, or `S` and an organisation's id. A carnet is a number of days bought in advance. `e` is an
entry in the queries, `o` the one that it reverses.
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

_PAGE = 5000  # rows read from the driver at once
# Early carnets have the value of their days in their own row, and not in the entry.
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
_MANY = 500  # entry numbers in one query
# What postings are made of, without persons. Most spaces have no early carnet without its days' value in the entry.
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
    .order_by(document.c.id.desc())  # an entry's first document comes last, and stays in the dictionary
)


def between(connection: sa.Connection, first_on: date, last_on: date) -> Iterator[Fact]:
    """Yield the entries dated in a period, both days included, by day and number."""
    return _facts(connection, _BY_DAY, (first_on.isoformat(), last_on.isoformat()))


def of_day(connection: sa.Connection, day: date) -> Iterator[Fact]:
    """Yield the entries dated on a day, by number."""
    return _facts(connection, _OF_DAY, (day.isoformat(),))


def one(connection: sa.Connection, number: int) -> Fact | None:
    """Return an entry; None if there is none of this number."""
    return next(_facts(connection, _ONE, (number,)), None)


def some(connection: sa.Connection, numbers: Sequence[int]) -> Iterator[Fact]:
    """Yield the entries of these numbers, read 500 at a time and by number within those; unknown ones are left out."""
    for start in range(0, len(numbers), _MANY):
        part = numbers[start : start + _MANY]
        yield from _facts(connection, _SOME.format(", ".join("?" * len(part))), tuple(part))


# Day, number, kind, cents, method, detail, number of the reversed entry, an early carnet's days and their value.
Row = tuple[Any, ...]
# Parts of a row: the entry's number, and everything in which equal entries agree.
number_of, what_of = itemgetter(1), itemgetter(slice(2, None))


def rows_by_day(connection: sa.Connection, first_on: date, last_on: date) -> Iterator[tuple[date, list[Row]]]:
    """Yield each day of a period, both included, with its entries as rows, by number.

    Rows cost much less than facts if most entries of a day are equal: see `of_row`.
    """
    query = _PLAIN_ROWS if connection.exec_driver_sql(_OLD_CARNET).first() is None else _ROWS_WITH_CARNETS
    pages = prepared.pages(connection, query, (first_on.isoformat(), last_on.isoformat()), _PAGE)
    for day, rows in groupby(chain.from_iterable(pages), itemgetter(0)):
        yield _day(day), list(rows)


def of_row(connection: sa.Connection, record: Row) -> Fact:
    """Return a row as a fact without persons, which then stands for all rows equal to this one. A reversal is read
    again, with the entry that it reverses.
    """
    day_on, number, kind, cents, method, detail, reverses, days, value = record
    if reverses is not None:
        fact = next(_facts(connection, _ONE, (number,)))
        return replace(fact, party=None, reversed=fact.reversed and replace(fact.reversed, party=None))
    text = detail if days is None else ""  # an early carnet's text does not tell its value: nothing is cached by it
    return Fact(number, _day(day_on), kind, cents, None, None, method, _detail(detail, days, value), None, text)


def alike(connection: sa.Connection, first_on: date, last_on: date) -> Iterator[tuple[Fact, int]]:
    """Yield each group of equal entries of a day, for the days of a period: as a fact without persons, and how many
    such entries there are.
    """
    for _, rows in rows_by_day(connection, first_on, last_on):
        sample = dict(zip(map(what_of, rows), rows, strict=True))
        for what, count in Counter(map(what_of, rows)).items():
            yield of_row(connection, sample[what]), count


class Moved(NamedTuple):
    """A movement of a party's tab by an entry: above 0 more is owed. `reverses` is the reversed entry's number, 0 for
    none; `counts_on` the day whose chart of accounts applies: for a reversal that of the reversed entry.
    """

    day_on: date
    entry: int
    party: str
    cents: int
    reverses: int
    counts_on: date


def moved(connection: sa.Connection, first_on: date, last_on: date) -> Iterator[Moved]:
    """Yield each entry that moves a tab in a period, both days included, by day and number. Entries of 0 cents and
    accounts without a party are left out.
    """
    rows = connection.exec_driver_sql(_ACCOUNTS)
    parties = {id_: f"S{organisation}" if member is None else str(member) for id_, member, organisation in rows}
    span = first_on.isoformat(), last_on.isoformat()
    for page in prepared.pages(connection, _OF_ACCOUNTS, span, _PAGE):
        for day_on, number, account, cents, reverses, back_on in page:
            if account in parties:
                yield Moved(_day(day_on), number, parties[account], cents, reverses or 0, _day(back_on or day_on))


def first_day(connection: sa.Connection) -> date | None:
    """Return the first day with an entry; None for an empty ledger."""
    day = connection.exec_driver_sql("SELECT min(day_on) FROM entry").scalar()
    return None if day is None else date.fromisoformat(str(day))


def products_on(connection: sa.Connection) -> Callable[[date], Mapping[str, str]]:
    """Return a function that gives the products' names on a day, by code, in French as accounting files have them."""
    names_on = name_rows.history(connection, "product")
    return lru_cache(maxsize=512)(lambda day: {code: _in_french(names) for code, names in names_on(day).items()})


def _in_french(names: Names) -> str:
    """Return the French name, or without one the name in the language that was written first: so a closed day keeps its
    names.
    """
    texts = names.by_language
    return texts.get("fr") or next(iter(texts.values()))


def parties(connection: sa.Connection) -> Callable[[str, date], str | None]:
    """Return a function that gives the name of a party on a day; None for an unknown party or an erased member.

    A member's name is today's, since former ones are not kept. An organisation's is that of the day.
    """
    not_erased = sa.select(member.c.number, member.c.name).where(member.c.erased_on.is_(None))
    members = {str(number): name for number, name in connection.execute(not_erased)}
    organisations = {
        f"S{id_}": name for id_, name in connection.execute(sa.select(organisation.c.id, organisation.c.name))
    }
    names_on = lru_cache(maxsize=512)(name_rows.history(connection, "organisation"))

    def name_of(party: str, day: date) -> str | None:
        if party not in organisations:
            return members.get(party)
        names_then = names_on(day).get(party.removeprefix("S"))
        return organisations[party] if names_then is None else _in_french(names_then)

    return name_of


def documents(connection: sa.Connection, closings: Mapping[date, int]) -> dict[int, tuple[str, int, date]]:
    """Return the first document of each entry dated on these days: series, number, day of issue.

    `closings` has the days, each with the number of the entry that closed it. Only documents issued before that entry
    count, so that the answer for a closed day never changes.
    """
    return {
        row.entry_number: (row.series, row.number, row.issued_on)
        for row in connection.execute(_DOCUMENTS, {"days": list(closings)})
        if row.issued_by < closings[row.day_on]
    }


def any_document(connection: sa.Connection) -> bool:
    """Return whether there is any document at all."""
    return connection.execute(sa.select(document.c.id).limit(1)).first() is not None


def entries(connection: sa.Connection, first_on: date, last_on: date) -> int:
    """Return how many entries are dated in a period, both days included."""
    query = sa.select(sa.func.count()).select_from(entry).where(entry.c.day_on.between(first_on, last_on))
    return connection.execute(query).scalar_one()


def _facts(connection: sa.Connection, query: str, values: tuple[object, ...]) -> Iterator[Fact]:
    """Yield the entries that one of the queries finds."""
    for rows in prepared.pages(connection, query, values, _PAGE):  # a busy space's year has a million entries
        yield from map(_fact, rows)


def _fact(record: tuple[Any, ...]) -> Fact:
    """Return an entry from a row of `_QUERY`: the entry itself, then the reversed one.

    Its tab's party is a member's number, or S and an organisation's id; a reversed entry is on the same tab.
    """
    number, day_on, kind, cents, tab_number, organisation_id, member_number, method, detail, days, value = record[:11]
    party = None
    if tab_number is not None:
        party = str(tab_number)
    elif organisation_id is not None:
        party = f"S{organisation_id}"
    reversed_ = None
    if record[11] is not None:
        reversed_ = Fact(
            record[11],
            _day(record[12]),
            record[13],
            record[14],
            party,
            record[15],
            record[16],
            _detail(record[17], record[18], record[19]),
        )
    own_detail = _detail(detail, days, value)
    text = detail if days is None else ""  # as in `of_row`
    return Fact(number, _day(day_on), kind, cents, party, member_number, method, own_detail, reversed_, text)


_day = lru_cache(maxsize=4096)(date.fromisoformat)


def _detail(text: str, days: int | None, day_cents: int | None) -> Mapping[str, Any]:
    """Return an entry's detail; an early carnet's sale gets the number of its days and their value added."""
    detail = _read(text)
    if days is not None and "carnet_days" not in detail:
        return {**detail, "carnet_days": days, "day_cents": day_cents}
    return detail


@lru_cache(maxsize=256)
def _read(text: str) -> Mapping[str, Any]:
    """Read an entry's detail from its JSON; equal texts, which are many, are read once."""
    detail: Mapping[str, Any] = json.loads(text)
    return detail
