"""Makes the écritures of a day: one for each entry that has lines, with the labels, accounts and documents of that day.

A *fact* is an entry with all that its lines are made from. A *piece* (pièce justificative) is the document that an
écriture stands on.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.books import documents, ecritures
from kiosk.domain.books.ecritures import Ecriture
from kiosk.domain.books.posting import Book, Fact, Posting, postings
from kiosk.store.books import booking_facts
from kiosk.store.space import book_rules


class DayLines(Struct, frozen=True):
    """What écritures are made with: the accounts by day, the products' names by code on a day, and whether the ledger
    has any document (without any, none is looked for).
    """

    book: Book
    products_on: Callable[[date], Mapping[str, str]]
    has_documents: bool

    @classmethod
    def read(cls, connection: sa.Connection) -> "DayLines":
        """Read the accounts and names of a ledger."""
        return cls(
            book_rules.book(connection),
            booking_facts.products_on(connection),
            booking_facts.any_document(connection),
        )

    def of_day(
        self, connection: sa.Connection, day: date, closing: int, closed_on: date, before: int = 0
    ) -> Iterator[tuple[Fact, Ecriture | None]]:
        """Yield each entry of a day, by number, with its écriture, or None where it has no lines.

        `closing` is the number of the entry that closes the day, `closed_on` that entry's day: documents issued after
        it are not named, so that an écriture stays as it was closed. Écritures are numbered from `before` + 1 on.
        """
        on_documents = booking_facts.documents(connection, {day: closing}) if self.has_documents else {}
        products = self.products_on(day)
        number = before
        for fact in booking_facts.of_day(connection, day):
            lines = postings(fact, self.book)
            if not lines:
                yield fact, None
                continue
            number += 1
            yield fact, _ecriture(fact, number, lines, products, on_documents, closed_on)

    def of_entries(
        self, connection: sa.Connection, numbered: Mapping[int, int], closings: Mapping[date, tuple[int, date]]
    ) -> dict[int, Ecriture]:
        """Return the écritures of some entries, by entry, as the files have them. `numbered` gives the number of each
        écriture; `closings` gives, for each of their days, the entry that closes it and the day of that closing.
        """
        facts = list(booking_facts.some(connection, list(numbered)))
        closed_by = {fact.day_on: closings[fact.day_on][0] for fact in facts}
        on_documents = booking_facts.documents(connection, closed_by) if self.has_documents else {}
        ecritures_by_entry: dict[int, Ecriture] = {}
        for fact in facts:
            number, products, closed_on = numbered[fact.number], self.products_on(fact.day_on), closings[fact.day_on][1]
            lines = postings(fact, self.book)
            ecritures_by_entry[fact.number] = _ecriture(fact, number, lines, products, on_documents, closed_on)
        return ecritures_by_entry


def _ecriture(
    fact: Fact,
    number: int,
    lines: tuple[Posting, ...],
    products: Mapping[str, str],
    on_documents: Mapping[int, tuple[str, int, date]],
    closed_on: date,
) -> Ecriture:
    """Return the accounting entry of a fact: its number, journal, document, label and lines."""
    piece, piece_on = _piece(fact, on_documents)
    label, journal = ecritures.label(fact, products), ecritures.journal(fact)
    reverses = fact.reversed.number if fact.reversed else 0
    return Ecriture(number, journal, fact.day_on, piece, piece_on, label, closed_on, lines, fact.number, reverses)


def _piece(fact: Fact, on_documents: Mapping[int, tuple[str, int, date]]) -> tuple[str, date]:
    """Return the reference of the document that an entry stands on and its day; without one, the entry's own number and
    day. `on_documents` has a document's series, number and day by entry.
    """
    if fact.number not in on_documents:
        return str(fact.number), fact.day_on
    series, number, issued_on = on_documents[fact.number]
    return documents.reference(series, number), issued_on
