"""Invoices organisations: finds charges to invoice, at once or by month, issues each invoice once, and sends it.

An invoice is about charges that stand on the organisation's account. It writes nothing on that account: each charge
made the debt. A wrong invoice is corrected by a credit note: `kiosk.books.credit_notes`. A *let* is a booking by an
organisation: a zone or the whole place is its own for some hours.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import SealingUseCase
from kiosk.books import documents
from kiosk.books.documents import Issued
from kiosk.domain.books import invoices
from kiosk.domain.books.documents import Kind, Series
from kiosk.domain.books.invoices import Invoice, Line
from kiosk.domain.days import Moment
from kiosk.domain.money.vat import VatStatus
from kiosk.domain.problems import Coded, Mistake
from kiosk.errors import RequestError
from kiosk.exports.books import invoice_pdf, invoice_words, let_words
from kiosk.language import catalogues
from kiosk.members.payers import reference
from kiosk.store.books import document_rows, invoice_rows
from kiosk.store.books.invoice_rows import Charge
from kiosk.store.members import organisations
from kiosk.store.members.organisations import Organisation
from kiosk.store.messages import outbox_rows
from kiosk.store.money import let_lines
from kiosk.store.money.let_lines import LetFacts
from kiosk.store.space import book_rules, wording_rows
from kiosk.store.space.policies import Rules

PUBLIC_DAYS = 30  # the most days that a public body has to pay in (CCP, art. R2192-10)
PENALTIES = "invoice-penalties"  # the association's own text about penalties for late payment


class Drafted(Struct, frozen=True):
    """What would be on an organisation's invoice, and the codes of what the law requires on it and is missing."""

    organisation: Organisation
    lines: tuple[Line, ...]
    missing: tuple[str, ...]

    @property
    def cents(self) -> int:
        """Return the sum of all lines."""
        return sum(line.cents for line in self.lines)


class InvoicingResult(Struct, frozen=True):
    """The result for one of several organisations: its invoice, or the error that prevented it."""

    organisation: Organisation
    issued: Issued | None
    error: Coded | None = None


class Invoicing(SealingUseCase):
    """What the treasurer does with invoices. `actor` is recorded in each entry."""

    def draft(self, organisation: int, until: date, first: date = date.min) -> Drafted:
        """Return an organisation's charges of a period, both days included, that are on no invoice and not reversed, by
        day. Raises RequestError `no-such-organisation`.
        """
        with self._store.reading() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            return self._draft(connection, moment, organisations.by_id(connection, organisation), first, until)

    def drafts(self, first: date, until: date) -> list[Drafted]:
        """Return the drafts of all organisations that have a charge to invoice in a period, both days included."""
        with self._store.reading() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            payers = [organisations.by_id(connection, number) for number in invoice_rows.to_invoice(connection)]
            drafts = [self._draft(connection, moment, each, first, until) for each in payers]
            return [each for each in drafts if each.lines]

    def issue(
        self,
        organisation: int,
        *,
        key: bytes,
        entries: Collection[int] | None = None,
        until: date = date.max,
        first: date = date.min,
        order_reference: str | None = None,
    ) -> Issued:
        """Issue an invoice of the charges of a period, both days included; of those with these `entries` alone, where
        given. `key` is the id of the form that asks: known, its invoice is returned. Without `order_reference` the
        organisation's own is printed.

        Raises RequestError `no-such-organisation`, `order-reference`, `not-to-invoice`, `invoice-empty` or one of those
        of `check`, Problem `invoice-rounding`.
        """
        given_reference = reference(order_reference)
        with self._store.writing() as connection:
            before = document_rows.by_key(connection, key)
            if before is not None:
                return Issued(before, again=True)
            _, moment = self._rules.at(connection, self._clock.now())
            payer = organisations.by_id(connection, organisation)
            drafted = self._draft(connection, moment, payer, first, until)
            check(drafted)
            lines = _chosen(drafted.lines, entries)
            given_reference = given_reference or payer.facts.order_reference
            issued = self._write(connection, moment, payer, lines, given_reference, key)
            what = f"document {issued.id} to organisation {organisation}"
            self._log(connection, moment.at, "issue-invoice", what=what)
            return issued

    def issue_all(self, first: date, until: date, chosen: Collection[int], *, key: bytes) -> list[InvoicingResult]:
        """Issue an invoice of a period to each of these organisations, by id, each in a transaction of its own. A
        request that is refused for one stops no other.
        """
        issued = []
        for number in sorted(chosen):
            with self._store.reading() as connection:
                payer = organisations.by_id(connection, number)
            try:
                # A key of 16 bytes, as ids have, for each invoice: the same one when the form is sent again.
                own_key = hashlib.sha256(key + number.to_bytes(8, "big")).digest()[:16]
                issued.append(InvoicingResult(payer, self.issue(number, key=own_key, first=first, until=until)))
            except Mistake as error:
                issued.append(InvoicingResult(payer, issued=None, error=error))
        return issued

    def send(self, id_: int, *, reminds: bool = False) -> str:
        """Put a mail with an invoice's PDF into the outbox: the letter that sends it, or with `reminds` a reminder of
        the sum still unpaid. Where the same still waits there, put nothing. Returns the address.

        Raises RequestError `no-such-document`, `no-address` or `nothing-due`, MachineError `pdf`.
        """
        with self._store.reading() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            document = document_rows.by_id(connection, id_)
            invoice = invoices.read(document.content)
            to = organisations.by_id(connection, document.content["organisation"]["id"]).facts.email
            left_cents = invoice_rows.standing(connection, id_).left_cents
            reason = invoice_rows.reason(connection, document.entry)
        if not to:
            raise RequestError("no-address", "the organisation has no e-mail address: write it on its page first")
        if reminds and not left_cents:
            raise RequestError("nothing-due", label=invoice.reference)
        subject, body = (
            invoice_words.reminder(invoice, left_cents, moment.day) if reminds else invoice_words.letter(invoice)
        )
        printed = invoice_pdf.pdf(invoice, reason)
        about = f"document:{id_}:reminder" if reminds else f"document:{id_}"
        with self._store.writing() as connection:
            if not outbox_rows.waits_for(connection, about, to):
                outbox_rows.put(
                    connection,
                    channel=outbox_rows.MAIL,
                    recipient=to,
                    subject=subject,
                    body=body,
                    about=about,
                    at=moment.at,
                    attachment=printed,
                    attachment_name=f"{invoice.reference}.pdf",
                )
        return to

    def _draft(
        self, connection: sa.Connection, moment: Moment, organisation: Organisation, first: date, until: date
    ) -> Drafted:
        """Return an organisation's charges that wait for an invoice, as lines, with the codes of what an invoice of
        today still lacks. Each line has the VAT status of its own day.
        """
        status = _status_on(self._rules, connection)
        charges = [
            charge
            for charge in invoice_rows.uninvoiced(connection, organisation.account, until)
            if charge.day_on >= first
        ]
        language = organisation.facts.language or catalogues.settled()  # the house's language
        lets = let_lines.of_bookings(connection, {charge.detail.get("booking", 0) for charge in charges} - {0})
        lines = tuple(
            _line(charge, language, status(charge.day_on), lets.get(charge.detail.get("booking", 0)))
            for charge in charges
        )
        return Drafted(organisation, lines, tuple(missing(connection, moment.day, organisation, status(moment.day))))

    def _write(
        self,
        connection: sa.Connection,
        moment: Moment,
        organisation: Organisation,
        lines: Sequence[Line],
        order_reference: str | None,
        key: bytes,
    ) -> Issued:
        """Issue the invoice, with the amount already paid of its lines and the mentions that the law requires. It is
        due the rule's number of days after the calendar day of issue; on that day itself where all is paid.
        """
        unpaid = invoice_rows.unpaid(connection, organisation.account)
        paid = sum(line.cents - unpaid.get(line.entry, 0) for line in lines)
        days = book_rules.read(connection, moment.day).invoice_due_days
        if organisation.facts.is_public:
            days = min(days, PUBLIC_DAYS)
        is_paid = paid == sum(line.cents for line in lines)
        language = organisation.facts.language or catalogues.settled()
        own = wording_rows.current(connection).get(PENALTIES)
        penalties = None if own is None else own.to(language)
        notes = invoices.mentions(language, is_public=organisation.facts.is_public, penalties=penalties)
        content = invoices.content(lines, notes, paid_cents=paid, order_reference=order_reference)
        issued = documents.issue(
            connection,
            self._seal,
            moment,
            self._actor,
            series=Series.INVOICE,
            kind=Kind.INVOICE,
            account=organisation.account,
            language=language,
            content=content,
            lines=[line.entry for line in lines],
            invoiced=True,
            due_on=moment.local.date() + timedelta(days=0 if is_paid else days),
            id_=key,
        )
        invoices.read(issued.document.content).check()  # raises `invoice-rounding`, and nothing is issued
        return issued


def _status_on(rules: Rules, connection: sa.Connection) -> Callable[[date], VatStatus]:
    """Return a function that gives the association's VAT status on a day."""
    return lambda day: rules.on(connection, day).vat_status


def _line(charge: Charge, language: str, status: VatStatus, let: LetFacts | None) -> Line:
    """Return the invoice line of a charge, in the organisation's language: under the booked room with its hours for a
    let, else under the product's name. `let` is None for a charge of no booking.
    """
    return Line(
        entry=charge.number,
        day_on=charge.day_on,
        label=(let and let_words.whole({**charge.detail, **let.of_line(charge.detail)}, language))
        or charge.names.to(language),
        cents=charge.cents,
        member=charge.member,
        quantity=int(charge.detail.get("quantity") or 1),
        rate=charge.detail.get("vat"),
        status=status.value,
        from_on=charge.day("from"),
        until_on=charge.day("until"),
    )


def _chosen(lines: Sequence[Line], entries: Collection[int] | None) -> list[Line]:
    """Return the lines to invoice: all (None), or those of these entries. Raises RequestError `not-to-invoice` for an
    entry without a line, `invoice-empty` where no line is left.
    """
    if entries is None:
        chosen = list(lines)
    else:
        unknown = set(entries) - {line.entry for line in lines}
        if unknown:
            unknown_numbers = ", ".join(str(entry) for entry in sorted(unknown))
            raise RequestError("not-to-invoice", numbers=unknown_numbers)
        chosen = [line for line in lines if line.entry in set(entries)]
    if not chosen:
        raise RequestError("invoice-empty", "there is nothing to invoice")
    return chosen


def missing(connection: sa.Connection, day: date, organisation: Organisation, status: VatStatus) -> list[str]:
    """Return the codes of what the law requires on an invoice of a day and is missing from the association's or
    organisation's data, in the order of `_MISSING`. A VAT number is required of an association that collects VAT, a
    SIRET of a public body.
    """
    association, facts = book_rules.read(connection, day).association, organisation.facts
    is_known_by_code = {
        "seller-identity": all(association.get(name) for name in ("name", "address"))
        and bool(association.get("siren") or association.get("rna")),
        "seller-vat-number": status is not VatStatus.LIABLE or bool(association.get("vat_number")),
        "buyer-address": bool(facts.address),
        "buyer-siret": not facts.is_public or bool(facts.siret),
    }
    return [code for code, is_known in is_known_by_code.items() if not is_known]


# The error's words for each code of what is missing.
_MISSING = {
    "seller-identity": "the association's name, address and SIREN or RNA are not in the rules",
    "seller-vat-number": "the association collects VAT, and its VAT number is not in the rules",
    "buyer-address": "the organisation has no address: write it on its page first",
    "buyer-siret": "the organisation is a public body and has no SIRET: write it on its page first",
}


def check(drafted: Drafted) -> None:
    """Check that nothing is missing from a draft. Raises RequestError with the first missing code: `seller-identity`,
    `seller-vat-number`, `buyer-address` or `buyer-siret`.
    """
    for code in drafted.missing:
        raise RequestError(code, _MISSING[code])


def view(connection: sa.Connection, id_: int) -> tuple[Invoice, str | None]:
    """Return an invoice or a credit note, and the reason of a credit note (None without one). Raises RequestError
    `no-such-document`, also for documents of other kinds.
    """
    document = document_rows.by_id(connection, id_)
    if document.series not in (Series.INVOICE, Series.CREDIT_NOTE):
        raise RequestError("no-such-document", number=id_)
    return invoices.read(document.content), invoice_rows.reason(connection, document.entry)
