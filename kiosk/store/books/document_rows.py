"""Keeps receipts, invoices and credit notes as they were issued, the entries that they list, and
each copy handed out.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.errors import RequestError
from kiosk.language import catalogues
from kiosk.store import lost_numbers
from kiosk.store.tables import account, entry, home, member, organisation
from kiosk.store.tables.books import document, document_copy, document_line

Content = Mapping[str, Any]


class Document(Struct, frozen=True):
    """A document. `number` is unique in its `series`; `due_on` is None where nothing falls due. `text` is its content
    as the stored JSON; `credits` is the id of the invoice that a credit note is about; `entry` is the ledger's entry
    that issued it.
    """

    id: int
    series: str
    number: int
    kind: str
    account: int
    issued_on: date
    due_on: date | None
    language: str
    text: str
    credits: int | None
    entry: int

    @property
    def content(self) -> Content:
        """Return the content, read from JSON anew at each call, so that no caller changes it for another."""
        content: Content = json.loads(self.text)
        return content


class Copy(Struct, frozen=True):
    """A copy of a document that was handed out at a moment; `ordinal` counts them from 1, the original."""

    ordinal: int
    at: datetime
    actor: str
    way: str  # how it was handed out: on paper, by mail, to a telephone

    @property
    def is_duplicate(self) -> bool:
        """Tell whether the copy has to say that it is a duplicate."""
        return self.ordinal > 1


_C = document.c
_ALL = sa.select(
    _C.id,
    _C.series,
    _C.number,
    _C.kind,
    _C.account_id,
    _C.issued_on,
    _C.due_on,
    _C.language,
    _C.content,
    _C.credits,
    _C.entry_number,
)


def next_number(connection: sa.Connection, series: str) -> int:
    """Return the number of a series' next document: above all issued ones, and above those that a restore lost."""
    last = connection.execute(sa.select(sa.func.max(_C.number)).where(_C.series == series)).scalar()
    return max(last or 0, lost_numbers.last(connection, series)) + 1


def add(connection: sa.Connection, values: Mapping[str, object], lines: Sequence[int], *, invoiced: bool) -> int:
    """Write a document with the entries that it lists, and return its id. `invoiced` entries can be on no other
    invoice. An entry given twice in `lines` is listed once.
    """
    id_ = connection.execute(document.insert().returning(_C.id), dict(values)).scalar_one()
    if lines:
        connection.execute(
            document_line.insert(),
            [
                {"document_id": id_, "entry_number": number, "invoiced": number if invoiced else None}
                for number in dict.fromkeys(lines)
            ],
        )
    return id_


def by_id(connection: sa.Connection, id_: int) -> Document:
    """Return a document. Raises RequestError `no-such-document`."""
    row = connection.execute(_ALL.where(_C.id == id_)).first()
    if row is None:
        raise RequestError("no-such-document", number=id_)
    return Document(*row)


def by_key(connection: sa.Connection, key: bytes) -> Document | None:
    """Return the document that a form issued, by the form's key, which is the id of the entry that it wrote; None if
    this form issued none.
    """
    row = connection.execute(_ALL.join(entry, entry.c.number == _C.entry_number).where(entry.c.id == key)).first()
    return None if row is None else Document(*row)


def about(connection: sa.Connection, number: int, *kinds: str) -> list[Document]:
    """Return the documents that list an entry, oldest first; only those of these kinds, if any are given."""
    query = _ALL.join(document_line, document_line.c.document_id == _C.id).where(document_line.c.entry_number == number)
    if kinds:
        query = query.where(_C.kind.in_(kinds))
    return [Document(*row) for row in connection.execute(query.order_by(_C.id))]


def latest(connection: sa.Connection, account_id: int, kind: str) -> list[Document]:
    """Return an account's documents of a kind, newest first."""
    query = _ALL.where(_C.account_id == account_id, _C.kind == kind).order_by(_C.id.desc())
    return [Document(*row) for row in connection.execute(query)]


def line_numbers(connection: sa.Connection, id_: int) -> list[int]:
    """Return the numbers of the entries that a document lists, lowest first."""
    c = document_line.c
    query = sa.select(c.entry_number).where(c.document_id == id_).order_by(c.entry_number)
    return list(connection.execute(query).scalars())


def is_training(connection: sa.Connection) -> bool:
    """Return whether this home is for training: its documents do not count."""
    return bool(connection.execute(sa.select(home.c.training)).scalar())


def organisation_of(connection: sa.Connection, id_: int) -> dict[str, Any]:
    """Return what documents say of an organisation: name, address, numbers, references."""
    c = organisation.c
    names = ("id", "name", "address", "siren", "siret", "vat_number", "order_reference", "service_code", "is_public")
    return dict(connection.execute(sa.select(*(c[name] for name in names)).where(c.id == id_)).mappings().one())


def names(connection: sa.Connection, numbers: Iterable[int]) -> dict[int, str]:
    """Return the names of members by number; empty names are left out, and erased members, named by their number."""
    is_named = sa.and_(member.c.name != "", member.c.erased_on.is_(None))
    query = sa.select(member.c.number, member.c.name).where(member.c.number.in_(list(numbers)), is_named)
    return {number: name for number, name in connection.execute(query)}


def language_of(connection: sa.Connection, account_id: int) -> str:
    """Return the language of an account's holder; the house's language if none was chosen."""
    chosen = sa.func.coalesce(member.c.language, organisation.c.language, catalogues.settled())
    return str(connection.execute(_whose(chosen, account_id)).scalar_one())


def address_of(connection: sa.Connection, account_id: int) -> str | None:
    """Return the e-mail address of an account's holder; None if it is unknown."""
    address = connection.execute(_whose(sa.func.coalesce(member.c.email, organisation.c.email), account_id)).scalar()
    return None if address is None else str(address)


def _whose(fact: sa.ColumnElement[Any], account_id: int) -> sa.Select[Any]:
    """Return the query for `fact`, a column of the member or the organisation that holds an account."""
    return (
        sa.select(fact)
        .select_from(account)
        .outerjoin(member, member.c.id == account.c.member_id)
        .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
        .where(account.c.id == account_id)
    )


def taken_back_by(connection: sa.Connection, numbers: Collection[int]) -> dict[int, int]:
    """Return the entry that reverses each of these entries, by reversed entry; one that stands is left out."""
    c = entry.c
    rows = connection.execute(sa.select(c.reverses, c.number).where(c.reverses.in_(numbers)))
    return {reversed_: number for reversed_, number in rows if reversed_ is not None}


# --- copies handed out


def copies(connection: sa.Connection, id_: int) -> list[Copy]:
    """Return the copies of a document that were handed out, the original first."""
    c = document_copy.c
    rows = connection.execute(sa.select(c.at, c.actor, c.way).where(c.document_id == id_).order_by(c.id))
    return [Copy(ordinal, *row) for ordinal, row in enumerate(rows, start=1)]


def hand_out(connection: sa.Connection, id_: int, at: datetime, actor: str, way: str, key: bytes | None = None) -> Copy:
    """Write that a copy of a document is handed out, and return it; for a form's `key` seen before,
    the copy made then.
    """
    c = document_copy.c
    copy_id = None
    if key is not None:
        copy_id = connection.execute(sa.select(c.id).where(c.key == key, c.document_id == id_)).scalar()
    if copy_id is None:
        values = {"document_id": id_, "at": at, "actor": actor, "way": way, "key": key}
        copy_id = connection.execute(document_copy.insert().returning(c.id), values).scalar_one()
    ordinal = sa.select(sa.func.count()).where(c.document_id == id_, c.id <= copy_id)
    row = connection.execute(sa.select(c.at, c.actor, c.way).where(c.id == copy_id)).one()
    return Copy(connection.execute(ordinal).scalar_one(), *row)


# --- lists


class DocumentFilter(Struct, frozen=True, kw_only=True):
    """The filter of a list of documents of one series, issued in a period, both days included. `account` None selects
    all accounts, an empty `kind` all kinds.
    """

    series: str
    from_on: date
    until_on: date
    account: int | None = None
    kind: str = ""

    def __call__(self, query: Any) -> Any:
        """Return a query limited to the documents of this filter."""
        query = query.where(_C.series == self.series, _C.issued_on.between(self.from_on, self.until_on))
        if self.account is not None:
            query = query.where(_C.account_id == self.account)
        return query.where(_C.kind == self.kind) if self.kind else query


_NAME = sa.func.coalesce(member.c.name, organisation.c.name)
_TOTAL = sa.func.json_extract(_C.content, "$.total_cents")
_COPIES = sa.select(sa.func.count()).where(document_copy.c.document_id == _C.id).scalar_subquery()
SORTS: Mapping[str, tuple[sa.ColumnElement[Any], ...]] = {
    "number": (_C.number,),
    "day": (_C.issued_on, _C.number),
    "name": (sa.func.lower(_NAME), _C.number),
    "kind": (_C.kind, _C.number),
    "copies": (_COPIES, _C.number),
    "total": (_TOTAL, _C.number),
}


def count(connection: sa.Connection, document_filter: DocumentFilter) -> int:
    """Return how many documents a filter selects."""
    return int(connection.execute(document_filter(sa.select(sa.func.count()).select_from(document))).scalar_one())


def total(connection: sa.Connection, document_filter: DocumentFilter) -> int:
    """Return the sum of the totals of the documents that a filter selects, in cents."""
    return int(connection.execute(document_filter(sa.select(sa.func.coalesce(sa.func.sum(_TOTAL), 0)))).scalar_one())


def listing(
    connection: sa.Connection,
    document_filter: DocumentFilter,
    *,
    sort: str,
    descending: bool,
    limit: int,
    offset: int = 0,
) -> Sequence[sa.Row[Any]]:
    """Return a page of the documents that a filter selects, each with its account's present holder, its total in cents
    and the number of its copies. `sort` is one of SORTS, whose second column makes the order of equal rows sure.
    """
    query = (
        sa.select(
            _C.id,
            _C.series,
            _C.number,
            _C.kind,
            _C.account_id,
            _C.issued_on,
            _C.due_on,
            _C.credits,
            _NAME.label("name"),
            member.c.number.label("member_number"),
            _TOTAL.label("total_cents"),
            _COPIES.label("copies"),
        )
        .select_from(document)
        .join(account, account.c.id == _C.account_id)
        .outerjoin(member, member.c.id == account.c.member_id)
        .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
    )
    order = [column.desc() if descending else column.asc() for column in SORTS[sort]]
    rows: Sequence[sa.Row[Any]] = connection.execute(
        document_filter(query).order_by(*order).limit(limit).offset(offset)
    ).all()
    return rows
