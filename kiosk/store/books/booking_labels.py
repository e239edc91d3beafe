"""What an accounting file says beside sums: products' names, parties' names, the documents that entries are on."""

from datetime import date

import sqlalchemy as sa

from kiosk.store.book_tables import document, document_line
from kiosk.store.tables import entry, member, organisation, product


def products(connection: sa.Connection) -> dict[str, str]:
    """French names by code."""
    rows = connection.execute(sa.select(product.c.code, product.c.name_fr))
    return {code: name for code, name in rows}


def parties(connection: sa.Connection) -> dict[str, str]:
    """Names by party, as `kiosk.store.books.booking_facts` has them; who is erased has none."""
    members = connection.execute(sa.select(member.c.number, member.c.name))
    organisations = connection.execute(sa.select(organisation.c.id, organisation.c.name))
    return {str(number): name for number, name in members} | {f"S{id_}": name for id_, name in organisations}


_DOCUMENTS = (
    sa.select(document_line.c.entry_number, document.c.series, document.c.number, document.c.issued_on)
    .join(document, document.c.id == document_line.c.document_id)
    .join(entry, entry.c.number == document_line.c.entry_number)
    .where(entry.c.day_on == sa.bindparam("day"), document.c.entry_number < sa.bindparam("before"))
    .order_by(document.c.id.desc())
)


def documents(connection: sa.Connection, day: date, before: int) -> dict[int, tuple[str, int, date]]:
    """By entry of a day, the first document that it is on: series, number, day. Of those issued before an entry only:
    what was written when the day was closed is written so for ever.
    """
    rows = connection.execute(_DOCUMENTS, {"day": day, "before": before})
    return {number: (series, ordinal, issued_on) for number, series, ordinal, issued_on in rows}


def any_document(connection: sa.Connection) -> bool:
    """Whether there is any document at all."""
    return connection.execute(sa.select(document.c.id).limit(1)).first() is not None


def entries(connection: sa.Connection, until: date) -> int:
    """How many entries are dated up to a day."""
    query = sa.select(sa.func.count()).select_from(entry).where(entry.c.day_on <= until)
    return connection.execute(query).scalar_one()
