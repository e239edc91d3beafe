"""Keeps documents as they were issued: their rows, what they are about, and each handing-out."""

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
    """One document. `content` is what it says; `text` the same as it is stored."""

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
        """Read the document's content anew at each call, so that no caller changes it for another."""
        found: Content = json.loads(self.text)
        return found


class Copy(Struct, frozen=True):
    """A time that a document was handed out; the first is the original."""

    ordinal: int
    at: datetime
    actor: str
    way: str

    @property
    def is_duplicate(self) -> bool:
        """Whether it has to say so."""
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
    """The number of a series' next document, which lies above all that a restore lost."""
    last = connection.execute(sa.select(sa.func.max(_C.number)).where(_C.series == series)).scalar()
    return max(last or 0, lost_numbers.last(connection, series)) + 1


def add(connection: sa.Connection, values: Mapping[str, object], lines: Sequence[int], *, invoiced: bool) -> int:
    """Write a document and the entries that it is about; `invoiced` ones are so for good. Returns its id."""
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
    """One document. Raises RequestError `no-such-document`."""
    row = connection.execute(_ALL.where(_C.id == id_)).first()
    if row is None:
        raise RequestError("no-such-document", number=id_)
    return Document(*row)


def by_key(connection: sa.Connection, key: bytes) -> Document | None:
    """The document that a form's key has issued."""
    row = connection.execute(_ALL.join(entry, entry.c.number == _C.entry_number).where(entry.c.id == key)).first()
    return None if row is None else Document(*row)


def about(connection: sa.Connection, number: int, *kinds: str) -> list[Document]:
    """The documents, of some kinds or all, that an entry is a line of, oldest first."""
    query = _ALL.join(document_line, document_line.c.document_id == _C.id).where(document_line.c.entry_number == number)
    if kinds:
        query = query.where(_C.kind.in_(kinds))
    return [Document(*row) for row in connection.execute(query.order_by(_C.id))]


def latest(connection: sa.Connection, account_id: int, kind: str) -> list[Document]:
    """The documents of a kind on an account, newest first."""
    query = _ALL.where(_C.account_id == account_id, _C.kind == kind).order_by(_C.id.desc())
    return [Document(*row) for row in connection.execute(query)]


def line_numbers(connection: sa.Connection, id_: int) -> list[int]:
    """The entries that a document is about."""
    c = document_line.c
    query = sa.select(c.entry_number).where(c.document_id == id_).order_by(c.entry_number)
    return list(connection.execute(query).scalars())


def is_training(connection: sa.Connection) -> bool:
    """Whether this is a training home, whose documents do not count."""
    return bool(connection.execute(sa.select(home.c.training)).scalar())


def organisation_of(connection: sa.Connection, id_: int) -> dict[str, Any]:
    """What a document says of an organisation, which is no person."""
    c = organisation.c
    names = ("id", "name", "address", "siren", "siret", "vat_number", "order_reference", "service_code", "is_public")
    return dict(connection.execute(sa.select(*(c[name] for name in names)).where(c.id == id_)).mappings().one())


def names(connection: sa.Connection, numbers: Iterable[int]) -> dict[int, str]:
    """The names of members that have one, by number."""
    query = sa.select(member.c.number, member.c.name).where(member.c.number.in_(list(numbers)), member.c.name != "")
    return {number: name for number, name in connection.execute(query)}


def language_of(connection: sa.Connection, account_id: int) -> str:
    """Return the language of an account's holder; the house's where none was chosen."""
    said = sa.func.coalesce(member.c.language, organisation.c.language, catalogues.settled())
    return str(connection.execute(_whose(said, account_id)).scalar_one())


def address_of(connection: sa.Connection, account_id: int) -> str | None:
    """The e-mail address of an account's holder."""
    found = connection.execute(_whose(sa.func.coalesce(member.c.email, organisation.c.email), account_id)).scalar()
    return None if found is None else str(found)


def _whose(what: sa.ColumnElement[Any], account_id: int) -> sa.Select[Any]:
    return (
        sa.select(what)
        .select_from(account)
        .outerjoin(member, member.c.id == account.c.member_id)
        .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
        .where(account.c.id == account_id)
    )


def taken_back_by(connection: sa.Connection, numbers: Collection[int]) -> dict[int, int]:
    """Which of these entries were taken back, each with the entry that reverses it."""
    c = entry.c
    rows = connection.execute(sa.select(c.reverses, c.number).where(c.reverses.in_(numbers)))
    return {reversed_: number for reversed_, number in rows if reversed_ is not None}


# --- handing out


def copies(connection: sa.Connection, id_: int) -> list[Copy]:
    """Each time that a document was handed out, the original first."""
    c = document_copy.c
    rows = connection.execute(sa.select(c.at, c.actor, c.way).where(c.document_id == id_).order_by(c.id))
    return [Copy(ordinal, *row) for ordinal, row in enumerate(rows, start=1)]


def hand_out(connection: sa.Connection, id_: int, at: datetime, actor: str, way: str, key: bytes | None = None) -> Copy:
    """Note that a document is handed out. Returns the copy; for a key seen before, the copy made then."""
    c = document_copy.c
    made = None
    if key is not None:
        made = connection.execute(sa.select(c.id).where(c.key == key, c.document_id == id_)).scalar()
    if made is None:
        values = {"document_id": id_, "at": at, "actor": actor, "way": way, "key": key}
        made = connection.execute(document_copy.insert().returning(c.id), values).scalar_one()
    before = sa.select(sa.func.count()).where(c.document_id == id_, c.id <= made)
    row = connection.execute(sa.select(c.at, c.actor, c.way).where(c.id == made)).one()
    return Copy(connection.execute(before).scalar_one(), *row)


# --- lists


class DocumentFilter(Struct, frozen=True, kw_only=True):
    """Which documents a list shows. `account` None is all."""

    series: str
    from_on: date
    until_on: date
    account: int | None = None
    kind: str = ""

    def __call__(self, query: Any) -> Any:
        """A query narrowed to them."""
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


def count(connection: sa.Connection, wanted: DocumentFilter) -> int:
    """How many there are."""
    return int(connection.execute(wanted(sa.select(sa.func.count()).select_from(document))).scalar_one())


def total(connection: sa.Connection, wanted: DocumentFilter) -> int:
    """Return what they add up to, in cents."""
    return int(connection.execute(wanted(sa.select(sa.func.coalesce(sa.func.sum(_TOTAL), 0)))).scalar_one())


def listing(
    connection: sa.Connection, wanted: DocumentFilter, *, sort: str, descending: bool, limit: int, offset: int = 0
) -> Sequence[sa.Row[Any]]:
    """A page of the list: each with whose it is now, its total, and how often it was handed out."""
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
    rows: Sequence[sa.Row[Any]] = connection.execute(wanted(query).order_by(*order).limit(limit).offset(offset)).all()
    return rows
