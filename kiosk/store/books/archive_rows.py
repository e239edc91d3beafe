"""Reads the contents of a fiscal year's archive, in pages, each in a snapshot of its own: closed periods do not change,
and no long reading keeps the database's log from being written back.

A MAC is an entry's seal, computed from the entry and the seal of the one before. A `span` is a year's first and last
day as ISO text.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import chain, sealed_rows
from kiosk.domain.books.closings import Period
from kiosk.domain.books.fiscal import FiscalYear
from kiosk.domain.chain import Seal
from kiosk.store import ledger, name_rows
from kiosk.store.books import closing_rows
from kiosk.store.books.closing_rows import Closing
from kiosk.store.seals import seal_audit, sealing
from kiosk.store.seals.sealed_tables import SEALED, VISIT
from kiosk.store.space import book_rules
from kiosk.store.space.policies import called_off
from kiosk.store.tables import account, entry, home, member, policy, product, tariff
from kiosk.store.tables.books import document, document_line

Reading = Callable[[], AbstractContextManager[sa.Connection]]  # opens a snapshot
Row = dict[str, Any]  # a line of the archive's file: values by name
_PAGE = 1000  # rows read in one snapshot
COLUMNS = tuple(column.name for column in entry.columns)


class Year(Struct, frozen=True):
    """A closed fiscal year: its closings, and where its entries lie in the chain. `before` is the MAC of the entry
    before them.
    """

    span: FiscalYear  # its first and last day
    closed: tuple[Closing, ...]  # its days, months and the year itself, by entry
    first: int  # its first entry: the lowest number of those dated in it and of its closings
    last: int
    before: bytes
    head: bytes  # the MAC of the last entry
    grand_total_before: int  # cents, before its first day
    home_id: str
    training: bool
    key_id: str  # the family of the keys that seal it
    association: dict[str, str]

    @property
    def closing(self) -> Closing:
        """The closing of the year itself."""
        return self.closed[-1]

    @property
    def days(self) -> tuple[str, str]:
        """The year's first and last day, as the database stores days."""
        return self.span.first_on.isoformat(), self.span.last_on.isoformat()


def closed_years(connection: sa.Connection) -> list[Closing]:
    """Return the closings of fiscal years, newest first."""
    closings = closing_rows.between(connection, Period.YEAR, date.min, date.max)
    return closings[::-1]


def year(connection: sa.Connection, closed: Closing) -> Year:
    """Return what an archive tells of a closed year beside its entries; `closed` is the year's own closing. The total
    before the year is its first closed day's grand total less what that day charged.
    """
    from_on, until_on = closed.from_on, closed.until_on
    of_year = [closed_ for kind in Period for closed_ in closing_rows.between(connection, kind, from_on, until_on)]
    dated = connection.execute(
        sa.select(sa.func.min(entry.c.number), sa.func.max(entry.c.number)).where(
            entry.c.day_on.between(from_on, until_on)
        )
    ).one()
    numbers = [closed_.entry for closed_ in of_year] + [number for number in dated if number is not None]
    first, last = min(numbers), max(numbers)
    days = [closed_ for closed_ in of_year if closed_.kind is Period.DAY]
    row = connection.execute(sa.select(home.c.home_id, home.c.training)).one()
    return Year(
        span=FiscalYear(from_on, until_on),
        closed=tuple(sorted(of_year, key=lambda closed_: closed_.entry)),
        first=first,
        last=last,
        before=_mac(connection, first - 1),
        head=_mac(connection, last),
        grand_total_before=days[0].grand_total - days[0].totals.charged,
        home_id=row.home_id,
        training=row.training,
        key_id=chain.family(connection.execute(sa.select(entry.c.key_id).where(entry.c.number == last)).scalar_one()),
        association=dict(book_rules.read(connection, until_on).association),
    )


def _mac(connection: sa.Connection, number: int) -> bytes:
    """Return an entry's MAC; the chain's start for number 0."""
    mac = connection.execute(sa.select(entry.c.mac).where(entry.c.number == number)).scalar()
    return chain.START if mac is None else mac


def entries(reading: Reading, first: int, last: int) -> Iterator[Sequence[Sequence[Any]]]:
    """Yield the entries numbered `first` to `last`, both included, page by page, as rows of the table."""
    for start in range(first, last + 1, _PAGE):
        with reading() as connection:
            page = [row for rows in ledger.sealed(connection, start, min(last, start + _PAGE - 1)) for row in rows]
        yield page


def whole(record: Sequence[Any]) -> Row:
    """Return an entry as a file has it, by columns: bytes in hexadecimal digits."""
    return {
        name: value.hex() if isinstance(value, bytes) else value for name, value in zip(COLUMNS, record, strict=True)
    }


def taken_back(reading: Reading, span: tuple[str, str]) -> Iterator[Row]:
    """Yield the entries of any year that reversals dated in this year reverse, by number."""
    columns = ", ".join(f"o.{name}" for name in COLUMNS)
    query = (
        f"SELECT {columns} FROM entry AS e JOIN entry AS o ON o.number = e.reverses"
        f" WHERE e.kind = 'reversal' AND e.day_on BETWEEN ? AND ? AND o.number > ? ORDER BY o.number LIMIT {_PAGE}"
    )
    after = 0
    while True:
        with reading() as connection:
            rows = connection.exec_driver_sql(query, (*span, after)).all()
        for row in rows:
            yield whole(row)
        if len(rows) < _PAGE:
            return
        after = rows[-1][0]


def documents(reading: Reading, span: tuple[str, str]) -> Iterator[Row]:
    """Yield the receipts, invoices and credit notes of the year, by series and number, with the
    entries that they list.
    """
    c, credited = document.c, document.alias()
    query = (
        sa.select(
            c.id,
            c.series,
            c.number,
            c.kind,
            c.account_id,
            c.issued_on,
            c.due_on,
            c.language,
            c.content,
            credited.c.number.label("credits"),
            c.entry_number.label("entry"),
        )
        .join(entry, entry.c.number == c.entry_number)
        .outerjoin(credited, credited.c.id == c.credits)
        .where(_dated(span))
        .order_by(c.series, c.number)
        .limit(_PAGE)
    )
    after: tuple[str, int] = ("", 0)
    while True:
        with reading() as connection:
            later = sa.or_(c.series > after[0], sa.and_(c.series == after[0], c.number > after[1]))
            rows = connection.execute(query.where(later)).mappings().all()
            lines = _lines(connection, [row["id"] for row in rows])
        for row in rows:
            yield {**_plain(row, without="id"), "lines": lines.get(row["id"], [])}
        if len(rows) < _PAGE:
            return
        after = rows[-1]["series"], rows[-1]["number"]


def _lines(connection: sa.Connection, ids: Sequence[int]) -> dict[int, list[int]]:
    """Return the entries that documents list, by document."""
    entries_of: dict[int, list[int]] = {}
    c = document_line.c
    query = sa.select(c.document_id, c.entry_number).where(c.document_id.in_(ids)).order_by(c.entry_number)
    for id_, number in connection.execute(query):
        entries_of.setdefault(id_, []).append(number)
    return entries_of


def payers(connection: sa.Connection, span: tuple[str, str]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the members' numbers and the organisations' ids whose accounts have entries of the year, each with the id
    of the account; lowest number or id first.
    """
    used = sa.select(entry.c.account_id).where(_dated(span)).distinct()
    members = connection.execute(
        sa.select(member.c.number, account.c.id)
        .join(account, account.c.member_id == member.c.id)
        .where(account.c.id.in_(used))
        .order_by(member.c.number)
    )
    organisations = connection.execute(
        sa.select(account.c.organisation_id, account.c.id)
        .where(account.c.id.in_(used), account.c.organisation_id.is_not(None))
        .order_by(account.c.organisation_id)
    )
    return [(number, id_) for number, id_ in members], [(number or 0, id_) for number, id_ in organisations]


def products(connection: sa.Connection) -> list[Row]:
    """Return all products with their names in French and English, by code."""
    c = product.c
    names, columns = name_rows.products(connection), (c.code, c.kind, c.unit, c.days, c.valid_days)
    rows = connection.execute(sa.select(*columns).order_by(c.code)).mappings()
    return [
        {**_plain(row), "name_fr": names[row["code"]].to("fr"), "name_en": names[row["code"]].to("en")} for row in rows
    ]


def tariffs(connection: sa.Connection, until: date) -> list[Row]:
    """Return the prices that began by a day, earlier years' included, without those that were called off."""
    c = tariff.c
    query = (
        sa.select(product.c.code.label("product"), c.level, c.valid_from, c.cents, c.floor_cents)
        .join(product, product.c.id == c.product_id)
        .where(c.valid_from <= until, ~called_off("tariff", c.id))
        .order_by(product.c.code, c.level, c.valid_from)
    )
    return [_plain(row) for row in connection.execute(query).mappings()]


def policies(connection: sa.Connection, until: date) -> list[Row]:
    """Return the values of rules that began by a day, earlier years' included, without those that were called off."""
    c = policy.c
    query = (
        sa.select(c.name, c.valid_from, c.value)
        .where(c.valid_from <= until, ~called_off("policy", c.id))
        .order_by(c.name, c.valid_from)
    )
    return [{**_plain(row), "value": json.loads(row["value"])} for row in connection.execute(query).mappings()]


def sealed(reading: Reading, seal: Seal, until: date) -> Iterator[Row]:
    """Yield what entries up to a day sealed of each row that sets a price, posts money or gives a right, by table and
    row.

    Visits are left out: their entries and closings seal them. A row of a table that never changes comes with its
    values (`says`) and the salt of its seal. Nothing is yielded if no entry has sealed a row yet.
    """
    with reading() as connection, seal_audit.gathered(connection, seal, until) as seals:
        if seals is None:  # no entry has sealed a row yet
            return
        # `said` has what each entry sealed; a row that was deleted has an empty seal.
        rows = seals.execute("SELECT tab, row, entry, key, seal FROM said WHERE seal <> '' ORDER BY tab, row")
        while page := rows.fetchmany(_PAGE):
            settled = _settled(connection, [(table, row) for table, row, *_ in page])
            for table, row, entry_number, key, sealed_as in page:
                if table == VISIT:  # sealed by its entry or a closing
                    continue
                sealed_row: Row = {"table": table, "row": row, "entry": entry_number, "seal": sealed_as}
                if (table, row) in settled:
                    salt, values = sealed_rows.salt(key, table, row), settled[table, row]
                    values_by_column = dict(zip(SEALED[table].plain, values, strict=True))
                    sealed_row |= {"salt": salt, "says": values_by_column}
                yield sealed_row


def _settled(connection: sa.Connection, keys: list[tuple[str, str]]) -> dict[tuple[str, str], tuple[object, ...]]:
    """Return the values of those of these rows whose table never changes, by table and row."""
    values_of: dict[tuple[str, str], tuple[object, ...]] = {}
    for table in {table for table, _ in keys if table in SEALED and SEALED[table].is_settled}:
        rows = tuple(row for owner, row in keys if owner == table)
        where = f"{SEALED[table].row()} IN ({', '.join('?' * len(rows))})"
        values_of |= {(table, row): values for row, values in sealing.read(connection, table, where, rows)}
    return values_of


def keys_named(connection: sa.Connection) -> set[str]:
    """Return the fingerprints of the archive keys that the ledger's notices name."""
    rows = connection.execute(sa.select(entry.c.detail).where(entry.c.kind == "notice"))
    details = [json.loads(text) for (text,) in rows]
    return {detail["key"] for detail in details if detail.get("about") == "archive-key"}


def _dated(span: tuple[str, str]) -> sa.ColumnElement[bool]:
    """Return the condition that an entry is dated in a year."""
    return entry.c.day_on.between(date.fromisoformat(span[0]), date.fromisoformat(span[1]))


def _plain(record: sa.RowMapping, without: str = "") -> Row:
    """Return a record as a file has it: days as text; the column `without`, if given, is left out."""
    return {
        str(name): value.isoformat() if isinstance(value, date) else value
        for name, value in record.items()
        if name != without
    }
