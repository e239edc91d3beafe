"""The command `invoices`: issues invoices to organisations, and credit notes; their PDF has the data inside."""

import re
from datetime import date
from pathlib import Path

import click

from kiosk.books import credit_notes
from kiosk.books.credit_notes import CreditNotes
from kiosk.books.documents import Issued
from kiosk.books.invoicing import Invoicing, view
from kiosk.cli import output as files
from kiosk.cli.arguments import TODAY, Day, Ref, answer, json_option, new_key
from kiosk.cli.books.receipts import output_option
from kiosk.cli.open_office import Office, office
from kiosk.cli.working_day import clock_of
from kiosk.devices.clock import HostClock
from kiosk.devices.protocols import Clock
from kiosk.domain import amounts, days
from kiosk.domain.books import documents
from kiosk.domain.books.documents import Series
from kiosk.domain.books.invoices import InvoiceBalance, read
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.exports.books import facturx, invoice_pdf
from kiosk.fields import Month
from kiosk.store.books import document_rows, invoice_rows
from kiosk.store.books.invoice_rows import InvoiceFilter, Row

# A document's reference: the training prefix and zeros may be left out; F is an invoice, A a credit note (avoir).
_REFERENCE = re.compile(r"(?:ECOLE-)?([FA])-?0*([1-9][0-9]{0,8})", re.IGNORECASE)
_SERIES = {"F": Series.INVOICE, "A": Series.CREDIT_NOTE}  # by the letter of a reference
_ALL = 1_000_000  # documents: the pages of the desk show fewer at a time


@click.group("invoices")
def invoices() -> None:
    """Invoices to organisations, and credit notes."""


@invoices.command("issue")
@click.argument("organisation", type=int)
@click.option("--month", type=Ref(Month), help="A month, like 2026-11; everything until today by default.")
@click.option("--until", type=Day(), help="Everything until this day.")
@click.option("--order-reference", help="The organisation's order reference; the one on its page by default.")
@output_option
@json_option
@click.pass_obj
def issue(
    root: Path,
    organisation: int,
    month: date | None,
    until: date | None,
    order_reference: str | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Invoice an organisation, by its number at the desk, for all its uninvoiced charges."""
    if month is not None and until is not None:
        raise click.UsageError("Give a --month or an --until.")
    with office(root) as desk:
        first, until_day = days.month_of(month) if month else (date.min, until or _today(desk))
        issued = _invoicing(desk).issue(
            organisation, key=new_key(), first=first, until=until_day, order_reference=order_reference
        )
        _told(desk, issued, output, as_json)


@invoices.command("credit")
@click.argument("reference")
@click.option(
    "--entry",
    "entries",
    type=int,
    multiple=True,
    help="An entry of the invoice to credit; all remaining ones by default.",
)
@click.option("--reason", required=True)
@click.option("--anew", is_flag=True, help="Only the invoice is wrong: make its charges invoiceable again.")
@output_option
@json_option
@click.pass_obj
def credit(
    root: Path, reference: str, entries: tuple[int, ...], reason: str, anew: bool, output: Path | None, as_json: bool
) -> None:
    """Issue a credit note for an invoice; its charges still in force are reversed."""
    with office(root) as desk:
        use_case = CreditNotes.of(desk.by(_clock(desk)))
        entries_to_credit = list(entries) or None  # None: all that are left
        number, key = _id(desk, reference), new_key()
        # With --anew the same sums are owed again, so no second officer is asked.
        requests = [] if anew else desk.by_two.ask_reversals(_standing(desk, number, entries_to_credit), reason)
        if requests:  # the reversals wait for a second officer
            says = "above the rule’s limit: issue it after a second person agrees at the desk, page « À deux »"
            answer(as_json, {"document": None, "asked": requests}, says)
            return
        issued = use_case.credit(number, reason, key=key, entries=entries_to_credit, anew=anew)
        _told(desk, issued, output, as_json)


def _standing(desk: Office, number: int, entries: list[int] | None) -> list[int]:
    """Return those of an invoice's charges that a credit note would reverse: still standing, and among `--entry` if any
    is given.
    """
    with desk.home.store.reading() as connection:
        left = credit_notes.creditable(connection, document_rows.by_id(connection, number))
    return [entry for entry, stands in left.items() if stands and (entries is None or entry in entries)]


@invoices.command("print")
@click.argument("reference")
@click.option("--xml", "as_xml", is_flag=True, help="Only the data (XML).")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="Output file, or a folder for it.")
@click.pass_obj
def print_(root: Path, reference: str, as_xml: bool, output: Path) -> None:
    """Write an invoice or a credit note, like F-000012, as a file."""
    with office(root, writes=False) as desk:
        number = _id(desk, reference)
        click.echo(_write(desk, number, output, as_xml=as_xml))
        desk.log("export-invoice" if as_xml else "print-invoice", what=f"document {number}")


@invoices.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only unpaid ones.")
@json_option
@click.pass_obj
def list_(root: Path, only_open: bool, as_json: bool) -> None:
    """List invoices and credit notes, newest first; and invoices that need a credit note."""
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        today = desk.rules.at(connection, HostClock().now())[1].day
        invoice_filter = InvoiceFilter(ids=frozenset(invoice_rows.open_ids(connection)) if only_open else None)
        rows = invoice_rows.listing(connection, invoice_filter, sort="day", descending=True, limit=_ALL)
        standings = invoice_rows.standings(connection, [row.id for row in rows if row.series == Series.INVOICE])
        lacking = invoice_rows.to_credit(connection)
    if not rows:
        raise AnswerIsNo("nothing-found", "no invoice" + (" to be paid" if only_open else ""))
    facts = [_facts(row, standings.get(row.id), today, row.id in lacking) for row in rows]
    answer(as_json, {"invoices": facts}, "\n".join(_line(each) for each in facts))


def _facts(document: Row, standing: InvoiceBalance | None, today: date, to_credit: bool) -> dict[str, object]:
    """Return an invoice or a credit note for programs, as `--json` prints it, sums in euros. `left` (still to be paid)
    and `state` are None for a credit note; `to_credit`: it has reversed charges on no credit note.
    """
    return {
        "reference": documents.reference(document.series, document.number),
        "issued": document.issued_on,
        "due": document.due_on,
        "organisation": document.organisation,
        "total": amounts.plain(document.total_cents),
        "left": amounts.plain(standing.left_cents) if standing else None,
        "state": standing.state(today).value if standing else None,
        "to_credit": to_credit,
    }


def _line(facts: dict[str, object]) -> str:
    """Return a document as a line for people, from the facts for programs."""
    left = f", {facts['state']}, {facts['left']} EUR left" if facts["state"] else ""
    wrong = ", needs a credit note" if facts["to_credit"] else ""
    return (
        f"{facts['reference']} {facts['issued']} organisation {facts['organisation']} {facts['total']} EUR{left}{wrong}"
    )


def _clock(desk: Office) -> Clock:
    """Return the command's clock: the machine's, or the day of the option `--today`, for when the machine's is not
    trusted. Use-cases get the office with this clock.
    """
    return clock_of(desk.home, click.get_current_context().meta.get(TODAY))


def _today(desk: Office) -> date:
    """Return the space's day."""
    with desk.home.store.reading() as connection:
        return desk.rules.at(connection, _clock(desk).now())[1].day


def _invoicing(desk: Office) -> Invoicing:
    """Return the use-case of issuing invoices."""
    return Invoicing.of(desk.by(_clock(desk)))


def _id(desk: Office, reference: str) -> int:
    """Return the id of the document of this reference, like F-000012, f12 or ECOLE-F-000012. Raises RequestError
    `no-such-document`, also for a text that is no reference.
    """
    match = _REFERENCE.fullmatch(reference.strip())
    with desk.home.store.reading() as connection:
        document_id = match and invoice_rows.by_number(connection, _SERIES[match[1].upper()], int(match[2]))
    if not document_id:
        raise RequestError("no-such-document", f"there is no invoice {reference!r}: they are called like F-000012")
    return document_id


def _told(desk: Office, issued: Issued, output: Path | None, as_json: bool) -> None:
    """Print the document that was issued, and write its file where one was asked for."""
    document = issued.document
    invoice = read(document.content)
    facts: dict[str, object] = {
        "reference": invoice.reference,
        "document": document.id,
        "total": amounts.plain(invoice.cents),
        "due": invoice.due_on,
    }
    words = (
        f"{invoice.reference}: {amounts.plain(invoice.cents)} EUR to {invoice.buyer.name}, {len(invoice.lines)} lines"
    )
    if output is not None:
        facts["file"] = _write(desk, document.id, output)
        words += f", {facts['file']}"
    answer(as_json, facts, words)


def _write(desk: Office, id_: int, output: Path, *, as_xml: bool = False) -> Path:
    """Write a document's PDF, or with `as_xml` its data alone, into a file, or into a folder under its reference.
    Returns the file's path. Raises RequestError `facturx-siren`.
    """
    with desk.home.store.reading() as connection:
        invoice, reason = view(connection, id_)
    if as_xml and not invoice.seller.siren:
        raise RequestError("facturx-siren", "the invoice data need a seller with a SIREN, and the association had none")
    body = facturx.xml(invoice).encode() if as_xml else invoice_pdf.pdf(invoice, reason)
    path = output / f"{invoice.reference}.{'xml' if as_xml else 'pdf'}" if output.is_dir() else output
    files.write(path, body)
    return path
