"""Shows invoices and credit notes: the list, one document, its PDF and its data. `invoice_acts`
issues and sends them.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, make_response, render_template, request

from kiosk.books import credit_notes, invoicing
from kiosk.domain.books.documents import Series
from kiosk.domain.books.invoices import Invoice, InvoiceBalance, State
from kiosk.errors import RequestError
from kiosk.exports.books import facturx, invoice_pdf
from kiosk.store.books import document_rows, invoice_rows
from kiosk.store.books.document_rows import Document
from kiosk.store.books.invoice_rows import InvoiceFilter
from kiosk.store.members import organisations
from kiosk.web.desk.books import invoice_acts
from kiosk.web.desk.books.invoice_labels import area, states
from kiosk.web.desk.common.asked_days import asked_day
from kiosk.web.desk.common.formats import day_text
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import PAGE_SIZE, Pages, again, asked
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.finder import picking

__all__ = ["area", "invoice_acts"]  # invoice_acts adds its pages to the area

FILTERS = (State.OPEN, State.OVERDUE)  # states that the list can be limited to


@area.get("")
@needs(May.SEE_MONEY)
def page() -> str:
    """Show every invoice and credit note that matches the filter, and what is to be invoiced or credited. An unknown
    state or order is ignored; a payer's name that fits no organisation, or several, is an error beside its field.
    """
    state, sort = request.args.get("state", ""), request.args.get("sort", "-day")
    state = state if state in FILTERS else ""
    sort = sort if sort.removeprefix("-") in invoice_rows.SORTS else "-day"
    payer, errors = attempt(lambda: picking.organisation(request.args.get("organisation", "")[: picking.LONGEST]))
    with office().reading() as connection:
        today = office().now(connection)[1].day
        criteria = _filter(connection, state, today, payer)
        rows = invoice_rows.listing(
            connection,
            criteria,
            sort=sort.removeprefix("-"),
            descending=sort.startswith("-"),
            limit=PAGE_SIZE,
            offset=(asked() - 1) * PAGE_SIZE,
        )
        shown = {
            "rows": rows,
            "pages": Pages(asked(), invoice_rows.count(connection, criteria)),
            "total": invoice_rows.total(connection, criteria),
            "standings": invoice_rows.standings(connection, [row.id for row in rows if row.series == Series.INVOICE]),
            "to_credit": {id_: document_rows.by_id(connection, id_) for id_ in invoice_rows.to_credit(connection)},
            "to_invoice": [organisations.by_id(connection, number) for number in invoice_rows.to_invoice(connection)],
            "organisations": organisations.everyone(connection),
        }
    return render_template(
        "invoices/list.html",
        today=today,
        sort=sort,
        state=state,
        criteria=criteria,
        errors=errors,
        chips=_chips(state, criteria, shown["organisations"]),  # type: ignore[arg-type]  # just read
        **shown,
    )


def _filter(connection: sa.Connection, state: str, today: date, payer: int | None) -> InvoiceFilter:
    """Return the filter that the URL asks for: organisation (`payer`, ignored if unknown), days of issue, both
    included, and for a `state` only unpaid documents; OVERDUE: due before today.
    """
    from_on, until_on = asked_day("from", None), asked_day("to", None)
    known_ids = {organisation.id for organisation in organisations.everyone(connection)}
    return InvoiceFilter(
        organisation=payer if payer in known_ids else None,
        from_on=from_on,
        until_on=until_on,
        ids=frozenset(invoice_rows.open_ids(connection)) if state else None,
        due_before=today if state == State.OVERDUE else None,
    )


def _chips(state: str, criteria: InvoiceFilter, known: list[organisations.Organisation]) -> list[tuple[str, str]]:
    """Return the filters that are set, in words, each with the URL that removes it."""
    chips = []
    if state:
        chips.append((states()[State(state)], again(state=None, page=None)))
    if criteria.organisation is not None:
        name = next(
            (payer.facts.name for payer in known if payer.id == criteria.organisation), str(criteria.organisation)
        )
        chips.append((name, again(organisation=None, page=None)))
    if criteria.from_on or criteria.until_on:
        span = " – ".join(day_text(day) for day in (criteria.from_on, criteria.until_on) if day)
        chips.append((span, again(**{"from": None, "to": None, "page": None})))
    return chips


@area.get("/<int:number>")
@needs(May.SEE_MONEY)
def one(number: int) -> str:
    """Show an invoice or a credit note: its lines, its balance, and what can be done with it."""
    with office().reading() as connection:
        invoice, reason = known(connection, number)
        today, document = office().now(connection)[1].day, document_rows.by_id(connection, number)
        shown = _around(connection, document, invoice)
    return render_template(
        "invoices/one.html", id=number, invoice=invoice, reason=reason, today=today, document=document, **shown
    )


def known(connection: sa.Connection, number: int) -> tuple[Invoice, str | None]:
    """Return the document in the URL, and the reason of a credit note (None for an invoice). Answers 404 where it does
    not exist.
    """
    try:
        return invoicing.view(connection, number)
    except RequestError:
        abort(404)


def _around(connection: sa.Connection, document: Document, invoice: Invoice) -> dict[str, Any]:
    """Return what the page shows beside a document: what is paid of an invoice, its credit notes, which lines were
    reversed (`taken_back`, by the reversing entry) or can be credited, the payer, and members' names by id. For a
    credit note the invoice's values are None or empty.
    """
    is_invoice = document.series == Series.INVOICE
    standing: InvoiceBalance | None = invoice_rows.standing(connection, document.id) if is_invoice else None
    notes = [document_rows.by_id(connection, note) for note in invoice_rows.credit_notes(connection, document.id)]
    organisation = organisations.by_id(connection, document.content["organisation"]["id"])
    taken_back = invoice_rows.reversals(connection, [line.entry for line in invoice.lines]) if is_invoice else {}
    return {
        "standing": standing,
        "credit_notes": notes,
        "organisation": organisation,
        "taken_back": taken_back,
        "creditable": credit_notes.creditable(connection, document) if is_invoice else {},
        "names": document_rows.names(connection, {line.member for line in invoice.lines if line.member}),
    }


@area.get("/<int:number>.pdf")
@needs(May.SEE_MONEY)
def pdf(number: int) -> Response:
    """Send the document as a PDF with its data (Factur-X) inside, and log it."""
    with office().reading() as connection:
        invoice, reason = known(connection, number)
    office().log("print-invoice", None, f"document {number}")
    return _file(invoice_pdf.pdf(invoice, reason), "application/pdf", f"{invoice.reference}.pdf")


@area.get("/<int:number>.xml")
@needs(May.SEE_MONEY)
def xml(number: int) -> Response:
    """Send the document's data alone, as XML. Answers 404 while the association's SIREN is missing."""
    with office().reading() as connection:
        invoice, _ = known(connection, number)
    if not invoice.seller.siren:
        abort(404)
    office().log("export-invoice", None, f"document {number}")
    return _file(facturx.xml(invoice).encode(), "application/xml", f"{invoice.reference}.xml")


def _file(body: bytes, kind: str, name: str) -> Response:
    """Return an answer as a file to download."""
    answer = make_response(body)
    answer.headers["Content-Type"] = kind
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
