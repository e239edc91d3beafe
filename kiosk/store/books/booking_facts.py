"""Reads entries as bookkeeping sees them: with whose tab they are on and what a reversal takes back.

Entries are streamed. Besides: what an accounting file says of them in words, the names of products and parties, and the
documents that they are on.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

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
_DOCUMENTS = (
    sa.select(document_line.c.entry_number, document.c.series, document.c.number, document.c.issued_on)
    .join(document, document.c.id == document_line.c.document_id)
    .join(entry, entry.c.number == document_line.c.entry_number)
    .where(entry.c.day_on == sa.bindparam("day"), document.c.entry_number < sa.bindparam("before"))
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
    """What a party, as a fact has it, is called: a member as today, since nobody's former name is kept; an organisation
    as on a day. Who is erased has no name.
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


def documents(connection: sa.Connection, day: date, before: int) -> dict[int, tuple[str, int, date]]:
    """By entry of a day, the first document that it is on: series, number, day. Of those issued before an entry only:
    what was written when the day was closed is written so for ever.
    """
    rows = connection.execute(_DOCUMENTS, {"day": day, "before": before})
    return {number: (series, ordinal, issued_on) for number, series, ordinal, issued_on in rows}


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
