"""Prints papers for the bank: a deposit slip for its counter, or the list behind a payout. In French, like the books.

A slip is made from the records at each request: the ledger keeps its payments, without names. A *piece* is a cheque, or
a payment by card or online; the records call a bank deposit `remittance`.
"""

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.money import cash
from kiosk.store import ledger
from kiosk.store.money import bank_deposit_rows
from kiosk.store.money.bank_deposit_rows import CASH, CHEQUE, Piece, Remittance
from kiosk.store.space import book_rules
from kiosk.store.space.book_rules import Books

LANGUAGE = "fr"  # of papers for the bank


class Slip(Struct, frozen=True):
    """One bank deposit with its contents: cheques or payments, or the coins and notes that were carried."""

    remittance: Remittance
    pieces: tuple[Piece, ...]  # empty for cash
    coins: dict[int, int]  # how many, by value in cents; empty where they were not counted, and for cheques

    @property
    def is_cheques(self) -> bool:
        """Tell whether the lines of the slip are cheques."""
        return self.remittance.method == CHEQUE

    @property
    def is_cash(self) -> bool:
        """Tell whether the lines of the slip are coins and notes."""
        return self.remittance.method == CASH

    @property
    def received_cents(self) -> int:
        """Return the cents that arrive at the bank: the sum less the fee."""
        return self.remittance.cents - self.remittance.fee_cents


def of_act(connection: sa.Connection, bank_deposit: Remittance) -> list[Slip]:
    """Return the slips of all bank deposits that were recorded in the same act, as of cheques and of cash."""
    return [_slip(connection, deposit) for deposit in bank_deposit_rows.together(connection, bank_deposit)]


def _slip(connection: sa.Connection, bank_deposit: Remittance) -> Slip:
    """Return a bank deposit with its contents, read from the records."""
    coins = cash.from_detail(ledger.detail(connection, bank_deposit.entry).get("coins") or {})
    return Slip(bank_deposit, tuple(bank_deposit_rows.pieces(connection, bank_deposit)), coins)


def books_of(connection: sa.Connection, bank_deposit: Remittance) -> Books:
    """Return the rules for the books on the day of the deposit, with the association's identity and bank account."""
    return book_rules.read(connection, bank_deposit.day_on)


def pdf(slips: list[Slip], books: Books, *, training: bool) -> bytes:
    """Return the slips as a PDF to print, one after the other. Raises MachineError `pdf`."""
    from kiosk.exports import pages  # brings Babel's dates and Jinja, which nothing else here needs

    return pages.printed("slip.html", LANGUAGE, slips=slips, of=_association(books), training=training)


def _association(books: Books) -> dict[str, str]:
    """Return the association's identity, with empty strings for unset fields and the IBAN in groups of four."""
    identity = {name: books.association.get(name, "") for name in book_rules.IDENTITY}
    iban = "".join(identity["iban"].split())
    return {**identity, "iban": " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))}
