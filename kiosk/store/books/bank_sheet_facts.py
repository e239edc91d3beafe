"""Reads what the sheet of account 512 (the bank) is made of: the bank's lines, and the entries that move 512.

A line is "ignored" if an officer left it aside, "entered" if entries stand for it, else open.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from kiosk.domain.books import bank_sheet
from kiosk.domain.books.bank_sheet import BankSheet, Movement, SheetLine
from kiosk.domain.books.posting import Book, Fact, postings
from kiosk.domain.books.statements import statement_chain
from kiosk.domain.books.statements.bank_lines import STATEMENTS
from kiosk.store.books import bank_statement_rows, booking_facts
from kiosk.store.space import book_rules
from kiosk.store.tables import entry
from kiosk.store.tables.books import bank_line, bank_match

# kinds of entries that may move the bank's account whatever their method
_ALWAYS = ("remittance", "credited", "bounce", "opening", "reversal")
_BY_BANK = ("transfer", "cheque")  # methods of payments and refunds that pass through the bank's account


def read(connection: sa.Connection, until: date) -> BankSheet:
    """Return the sheet of a day: what the bank's lines and the books say up to its end."""
    # the bank's own balances by day, as the last statement that covers the day has them
    balances = statement_chain.held(bank_statement_rows.covered(connection))
    return bank_sheet.sheet(lines(connection), list(movements(connection)), balances, until)


def lines(connection: sa.Connection) -> list[SheetLine]:
    """Return every line of the bank's account, by day, with the decision about it; lines of a platform's list are left
    out. Cents above 0 came in.
    """
    entries: dict[int, list[int]] = defaultdict(list)
    for line, number in connection.execute(sa.select(bank_match.c.bank_line_id, bank_match.c.entry_number)):
        entries[line].append(number)
    c = bank_line.c
    rows = connection.execute(
        sa.select(c.id, c.day_on, c.cents, c.state, c.reason)
        .where(c.source.in_([source.value for source in STATEMENTS]))
        .order_by(c.day_on, c.id)
    )
    return [
        SheetLine(
            row.day_on,
            row.cents,
            (row.reason or "") if row.state == "ignored" else None,  # an empty text, not None, for no reason
            tuple(sorted(entries[row.id])) if row.state == "entered" else (),
        )
        for row in rows
    ]


def movements(connection: sa.Connection) -> Iterator[Movement]:
    """Yield the movements of account 512 by entries, by number; those that move nothing on it are left out."""
    c = entry.c
    by_bank = sa.and_(c.kind.in_(("payment", "refund")), c.method.in_(_BY_BANK))
    numbers = connection.execute(sa.select(c.number).where(sa.or_(c.kind.in_(_ALWAYS), by_bank)).order_by(c.number))
    book = book_rules.book(connection)
    for fact in booking_facts.some(connection, list(numbers.scalars())):
        cents = _on_bank(fact, book)
        if cents:
            original = fact.reversed
            yield Movement(
                fact.number,
                fact.day_on,
                cents,
                None if original is None else original.number,
                (original or fact).kind == "opening",  # balances taken over, or the reversal of that
            )


def _on_bank(fact: Fact, book: Book) -> int:
    """Return the cents that an entry moves on the bank's account (by the chart of its day) and the accounts whose
    numbers begin with that one's; above 0 came in.
    """
    number = book.chart(fact.day_on).account("bank").number
    moved = [line for line in postings(fact, book) if line.account.number.startswith(number)]
    return sum(line.debit - line.credit for line in moved)
