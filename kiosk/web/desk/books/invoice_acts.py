"""Issues invoices from ticked lines or for a whole month, credits and sends them. A form that is sent twice issues
once.

Views marked `money` refuse an officer whose desk account names no member's file.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.books import credit_notes, invoicing
from kiosk.books.credit_notes import CreditNotes
from kiosk.books.documents import Issued
from kiosk.books.invoicing import Drafted, Invoicing, InvoicingResult
from kiosk.domain import days, inputs
from kiosk.domain.books.documents import Series
from kiosk.domain.books.invoices import Invoice
from kiosk.domain.names import searchable
from kiosk.errors import RequestError
from kiosk.store.books import document_rows
from kiosk.store.books.document_rows import Document
from kiosk.store.members import organisations
from kiosk.web.desk.books.invoice_labels import area, reference
from kiosk.web.desk.common import labels
from kiosk.web.desk.common.asked_days import asked_day
from kiosk.web.desk.common.money_forms import done, form_key, typed
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import is_turned, listed
from kiosk.web.desk.common.permissions import May, Money, needs
from kiosk.web.desk.common.words import t, told
from kiosk.web.desk.duties import mailing

_SORTS: dict[str, Callable[[Drafted], Any]] = {  # a sort key, by the column that the URL names
    "name": lambda draft: searchable(draft.organisation.facts.name),
    "lines": lambda draft: len(draft.lines),
    "sum": lambda draft: draft.cents,
    "missing": lambda draft: draft.missing,
}


def _invoicing() -> Invoicing:
    """Return the use-case of invoices, in the name of the signed-in officer."""
    desk = office()
    return Invoicing.of(desk)


@area.get("/to/<int:number>")
@needs(May.SEE_MONEY)
def of(number: int) -> str:
    """Show the charges of an organisation that can be invoiced, as a draft with all lines ticked."""
    first, until = _period()
    return _show_draft(_read_draft(number, first, until), first, until, {})


@area.post("/to/<int:number>")
@needs(May.CORRECT_MONEY)
def issue(number: int) -> Response | tuple[str, int]:
    """Issue an invoice of the ticked lines, and lead to it; show the draft again with its errors (400) where it is
    refused.
    """
    first, until = _period()
    drafted = _read_draft(number, first, until)
    entries = request.form.getlist("entry", type=int)
    issued, errors = labels.attempt(
        lambda: _invoicing().issue(
            number, key=form_key(), entries=entries, order_reference=typed("order_reference", 200)
        ),
    )
    if issued is None:
        return _show_draft(drafted, first, until, errors), 400
    invoice = issued.document
    name = reference(invoice.series, invoice.number)
    done(issued.again, t("La facture {name} est émise.", "Invoice {name} issued.", name=name))
    return redirect(url_for("invoices.one", number=invoice.id), 303)


def _read_draft(number: int, first: date, until: date) -> Drafted:
    """Return the draft invoice of an organisation. Answers 404 for an unknown organisation."""
    try:
        return _invoicing().draft(number, until, first)
    except RequestError:
        abort(404)


def _show_draft(drafted: Drafted, first: date, until: date, errors: dict[str, str]) -> str:
    """Show a draft invoice: all lines ticked in a new form, those that were sent in a form with `errors` (by field)."""
    ticked = set(request.form.getlist("entry", type=int)) if request.method == "POST" else None
    with office().reading() as connection:
        names = document_rows.names(connection, {line.member for line in drafted.lines if line.member})
        today = office().now(connection)[1].day
    return render_template(
        "invoices/draft.html",
        draft=drafted,
        first=first,
        until=until,
        periods=_periods(today),
        names=names,
        ticked=ticked,
        errors=errors,
        order_reference=request.form.get("order_reference", drafted.organisation.facts.order_reference),
    )


def _period() -> tuple[date, date]:
    """Return the days that the URL asks for; everything until today where it asks for none, or for days that are not
    valid.
    """
    return asked_day("from", date.min), asked_day("to", office().today())


def _periods(today: date) -> list[tuple[str, date | None, date]]:
    """Return the periods that the page offers, each as its words, its first day (None for no beginning) and its last
    day, included.
    """
    this = days.month_of(today)
    last = days.month_of(this[0] - timedelta(days=1))
    return [
        (t("tout jusqu’à aujourd’hui", "everything up to today"), None, today),
        (t("le mois dernier", "last month"), *last),
        (t("ce mois", "this month"), *this),
    ]


@area.get("/month")
@needs(May.SEE_MONEY)
def month() -> str:
    """Show the draft invoices of all organisations for a month."""
    return _drafts(None)


@area.post("/month")
@needs(May.CORRECT_MONEY)
def issue_month() -> str:
    """Issue the ticked invoices, and show the outcome of each; or show the drafts in another order and keep the
    ticks.
    """
    first, until = _month()
    chosen = set(request.form.getlist("organisation", type=int))
    if is_turned():
        return _drafts(chosen)
    with office().reading() as connection:
        if not chosen <= {organisation.id for organisation in organisations.everyone(connection)}:
            abort(400)  # an id that this desk's form did not offer
    outcomes = _invoicing().issue_all(first, until, chosen, key=form_key())
    return render_template("invoices/month_done.html", found=outcomes, why=_why, first=first)


def _drafts(ticked: set[int] | None) -> str:
    """Show the draft invoices of the month with those of the organisations `ticked` ticked; for None, each that lacks
    nothing.
    """
    first, until = _month()
    drafts = _invoicing().drafts(first, until)
    return render_template(
        "invoices/month.html",
        drafts=listed(drafts, lambda draft: draft.organisation.facts.name, _SORTS, cents=lambda draft: draft.cents),
        ticked={draft.organisation.id for draft in drafts if not draft.missing} if ticked is None else ticked,
        first=first,
        until=until,
    )


def _month() -> tuple[date, date]:
    """Return the first and last day of the month in the URL, like `2026-11`; of last month without a valid one."""
    asked = inputs.month(request.args.get("month", ""))
    return days.month_of(asked or office().today().replace(day=1) - timedelta(days=1))


def _why(outcome: InvoicingResult) -> str:
    """Return why an organisation got no invoice; an empty text where it got one."""
    return "" if outcome.error is None else told(outcome.error)


@area.get("/<int:number>/credit")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def credit(number: int) -> str:
    """Show the lines of an invoice that can be credited, and a field for the reason."""
    return _credit_form(number, {})


@area.post("/<int:number>/credit")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def credited(number: int) -> Response | tuple[str, int]:
    """Issue a credit note of the ticked lines. Where charges that still stand add up to a large amount, ask a second
    officer to agree to their reversal instead; the note is issued by sending the form again afterwards.
    """
    _credit_form(number, {})  # answers 404 if there is no such invoice
    desk, entries = office(), request.form.getlist("entry", type=int)
    use_case = CreditNotes.of(desk)
    # Only the invoice was wrong: its charges are written again at once, so no money changes and one officer is enough.
    is_anew = "anew" in request.form

    def act() -> Issued | list[int]:
        """Return the numbers of the requests to a second officer, or what was issued where none is needed."""
        asked = [] if is_anew else desk.by_two.ask_reversals(_still_charged(number, _ticked(entries)), typed("reason"))
        return asked or use_case.credit(number, typed("reason"), key=form_key(), entries=_ticked(entries), anew=is_anew)

    issued, errors = labels.attempt(act)
    if issued is None:
        return _credit_form(number, errors), 400
    if isinstance(issued, list):
        flash(
            t(
                "Cette somme demande deux personnes : une fois l’annulation acceptée, émettez l’avoir ici.",
                "This amount needs two people: once another officer accepts the reversal, issue the credit note here.",
            )
        )
        return redirect(url_for("two.page"), 303)
    credit_note = issued.document
    name = reference(credit_note.series, credit_note.number)
    done(issued.again, t("L’avoir {name} est émis.", "Credit note {name} issued.", name=name))
    return redirect(url_for("invoices.one", number=credit_note.id), 303)


def _still_charged(number: int, entries: list[int]) -> list[int]:
    """Return those of `entries` that are charges of the invoice and not reversed yet."""
    with office().reading() as connection:
        left = credit_notes.creditable(connection, document_rows.by_id(connection, number))
    return [entry for entry in entries if left.get(entry)]


def _ticked(entries: list[int]) -> list[int]:
    """Return the ticked entries. Raises RequestError `invoice-empty` where none is ticked."""
    if not entries:
        raise RequestError("invoice-empty", "tick one line at the least")
    return entries


def _credit_form(number: int, errors: dict[str, str]) -> str:
    """Show the lines that a credit note may take. At first the reversed ones are ticked, because they need a credit
    note; all of them where none is reversed.
    """
    with office().reading() as connection:
        document, invoice = _invoice(connection, number)
        left = credit_notes.creditable(connection, document)
    ticked = set(request.form.getlist("entry", type=int)) if request.method == "POST" else None
    if ticked is None:
        reversed_lines = {entry for entry, stands in left.items() if not stands}
        ticked = reversed_lines or set(left)
    return render_template(
        "invoices/credit.html", id=number, invoice=invoice, left=left, ticked=ticked, errors=errors, typed=request.form
    )


def _invoice(connection: sa.Connection, number: int) -> tuple[Document, Invoice]:
    """Return an invoice's stored document and its contents. Answers 404 for any other document, credit notes too."""
    try:
        (invoice, _), document = invoicing.view(connection, number), document_rows.by_id(connection, number)
    except RequestError:
        abort(404)
    if document.series != Series.INVOICE:
        abort(404)
    return document, invoice


@area.post("/<int:number>/send")
@needs(May.CORRECT_MONEY)
def send(number: int) -> Response:
    """Put an invoice or credit note, or with `remind` in the form a reminder, into the outbox, log it, and lead back to
    its page. Nothing is put there without a mail server, or where the use-case refuses; the page then says why.
    """
    with office().reading() as connection:
        try:
            invoicing.view(connection, number)
        except RequestError:
            abort(404)
    if mailing.refused():
        return redirect(url_for("invoices.one", number=number), 303)
    reminds = "remind" in request.form
    try:
        address = _invoicing().send(number, reminds=reminds)
    except RequestError as refused:
        flash(told(refused), "error")
    else:
        office().log("remind-invoice" if reminds else "send-invoice", None, f"document {number}")
        mailing.say_waiting(address)
    return redirect(url_for("invoices.one", number=number), 303)
