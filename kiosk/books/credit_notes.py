"""Issues credit notes for charges of an invoice, and reverses those charges where they still stand.

The invoice itself never changes. Its charges are reversed in the ledger, and the credit note names the reversals.
"""

from collections.abc import Callable, Collection

import sqlalchemy as sa

from kiosk.acting import SealingUseCase
from kiosk.books import documents
from kiosk.books.documents import Document, Issued
from kiosk.domain.books import invoices
from kiosk.domain.books.documents import Kind, Series
from kiosk.domain.books.invoices import Corrected
from kiosk.domain.days import Moment
from kiosk.errors import RequestError
from kiosk.money.till import reason_of, take_back
from kiosk.store import ledger
from kiosk.store.books import document_rows, invoice_rows
from kiosk.store.money import recharge


class CreditNotes(SealingUseCase):
    """What the treasurer does with credit notes. `actor` is recorded in each entry."""

    def credit(
        self, id_: int, reason: str, *, key: bytes, entries: Collection[int] | None = None, anew: bool = False
    ) -> Issued:
        """Issue a credit note for these charges (`entries`) of the invoice `id_`, or for all that are on no credit
        note; reverse those that still stand. A known `key`, the form's id, returns the credit note issued with it.

        With `anew`, each charge reversed now is written again at once, to be invoiced anew: only the invoice was wrong.
        Raises RequestError `no-such-document`, `not-an-invoice`, `not-on-invoice`, `credited-already`, `carnet-in-use`,
        `reason` or `text`.
        """
        text = reason_of(reason)
        with self._store.writing() as connection:
            before = document_rows.by_key(connection, key)
            if before is not None:
                return Issued(before, again=True)
            _, moment = self._rules.at(connection, self._clock.now())
            invoice = document_rows.by_id(connection, id_)
            if invoice.series != Series.INVOICE:
                raise RequestError("not-an-invoice", number=id_)
            numbers = _lines_to_credit(connection, invoice, entries)
            reverse = self._charging_anew(key) if anew else self._reversal
            reversed_ = {entry: reverse(connection, moment, entry, text) for entry in numbers}
            issued = self._write(connection, moment, invoice, reversed_, text, key)
            what = f"document {issued.id} of document {id_}"
            self._log(connection, moment.at, "issue-credit-note", what=what)
            return issued

    def _reversal(self, connection: sa.Connection, moment: Moment, entry: int, text: str) -> int:
        """Return the entry that reverses a charge: the one that is there, else one written now."""
        reversal = ledger.reversed_by(connection, entry)
        if reversal is not None:
            return reversal
        return take_back(connection, self._seal, moment, self._actor, entry, text)

    def _charging_anew(self, key: bytes) -> Callable[[sa.Connection, Moment, int, str], int]:
        """Return a function that reverses a charge and writes the same charge anew; it returns the reversal."""

        def reverse_and_charge(connection: sa.Connection, moment: Moment, entry: int, text: str) -> int:
            """Return the entry that reverses a charge; where the charge still stood, write it, and the charge anew. A
            charge reversed before is not written anew.
            """
            known = ledger.reversed_by(connection, entry)
            if known is not None:
                return known
            return recharge.charge(
                connection,
                self._seal,
                entry,
                group=key,
                at=moment.at,
                day_on=moment.day,
                actor=self._actor,
                reason=text,
            )

        return reverse_and_charge

    def _write(
        self,
        connection: sa.Connection,
        moment: Moment,
        document: Document,
        reversed_: dict[int, int],
        text: str,
        key: bytes,
    ) -> Issued:
        """Issue the credit note for the reversed lines of an invoice; `reversed_` has their reversals by entry."""
        invoice = invoices.read(document.content)
        lines = [line for line in invoice.lines if line.entry in reversed_]
        content = invoices.content(
            lines,
            invoice.notes,
            order_reference=invoice.order_reference,
            corrects=Corrected(document.number, document.issued_on),
        )
        return documents.issue(
            connection,
            self._seal,
            moment,
            self._actor,
            series=Series.CREDIT_NOTE,
            kind=Kind.CREDIT_NOTE,
            account=document.account,
            language=document.language,
            content=content,
            lines=list(reversed_.values()),
            invoiced=True,  # a reversal stands on one credit note only
            credits=document.id,
            id_=key,
            text=text,
        )


def creditable(connection: sa.Connection, document: Document) -> dict[int, bool]:
    """Return the charges of an invoice that are on no credit note, and for each whether it still stands."""
    entries = document_rows.line_numbers(connection, document.id)
    reversals = invoice_rows.reversals(connection, entries)
    credited = invoice_rows.on_documents(connection, reversals.values())
    return {entry: entry not in reversals for entry in entries if reversals.get(entry) not in credited}


def _lines_to_credit(connection: sa.Connection, document: Document, entries: Collection[int] | None) -> list[int]:
    """Return the charges to credit: the named ones (`entries`), or with None all that are on no credit note yet. Raises
    RequestError `not-on-invoice`, or `credited-already` where a named one is on a credit note, or none is left.
    """
    open_charges = creditable(connection, document)
    if entries is None:
        numbers = list(open_charges)
    else:
        foreign = set(entries) - set(document_rows.line_numbers(connection, document.id))
        if foreign:
            raise RequestError("not-on-invoice", numbers=", ".join(map(str, sorted(foreign))))
        numbers = [entry for entry in open_charges if entry in set(entries)]
        if len(numbers) < len(set(entries)):
            raise RequestError("credited-already", "one of these charges is on a credit note already")
    if not numbers:
        raise RequestError("credited-already", "all of this invoice is on credit notes already")
    return numbers
