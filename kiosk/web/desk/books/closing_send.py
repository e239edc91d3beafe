"""Sends a closed month's files by mail: its sheet, that of account 512 (the bank in the French chart of accounts), its
entries without names, and the annual report to date.
"""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from kiosk import __version__
from kiosk.books import annual_report, closing_mail, exports
from kiosk.books.closing_mail import ClosingMail, Letter
from kiosk.books.exports import ExportRequest, Form
from kiosk.domain.books.closings import Period
from kiosk.domain.problems import Mistake
from kiosk.exports import pages
from kiosk.exports.books import annual_tables
from kiosk.store.books import bank_sheet_facts
from kiosk.store.books.closing_rows import Closing
from kiosk.store.space import book_rules
from kiosk.web.desk.books import bank_forms, book_closings
from kiosk.web.desk.books.book_forms import area, period_name
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.remembered import sums
from kiosk.web.desk.common.words import language, t, told
from kiosk.web.desk.duties import mailing


@area.post("/closings/<int:number>/send")
@needs(May.CORRECT_MONEY)
def send(number: int) -> Response:
    """Put a closed month's files into the outbox, for the address that was typed, log it and lead back to the closing.
    A wrong address is told there. Answers 404 for a closing that is no month.
    """
    if mailing.refused():  # this home sends no mail: the page says so
        return redirect(url_for("books.one", number=number, _anchor="send"), 303)
    desk, closing = office(), book_closings.find(number, Period.MONTH)
    name = period_name(closing.kind, closing.from_on, closing.until_on)
    letter = Letter(
        t("Les comptes de {month}", "The accounts of {month}", month=name),
        t(
            "Bonjour,\n\nVoici les comptes de {month} : la feuille de clôture, les écritures (sans les noms) et le"
            " rapport de l’exercice, tel qu’il est aujourd’hui.\n",
            "Hello,\n\nHere are the accounts of {month}: the closing sheet, the entries (without names) and the"
            " fiscal year’s report to date.\n",
            month=name,
        ),
    )
    use_case = ClosingMail(store=desk.store, clock=desk.clock)
    try:
        # `recipient` is the address's holder as the log names them, without the address itself.
        address, recipient = use_case.send(
            number, request.form.get("to", ""), letter, _file_name(closing), _files(closing)
        )
    except Mistake as refused:
        flash(told(refused), "error")
    else:
        desk.log("closing-sent", what=f"entry {number} to {recipient}")
        mailing.say_waiting(address)
    return redirect(url_for("books.one", number=number, _anchor="send"), 303)


@area.get("/closings/<int:number>.zip")
@needs(May.CORRECT_MONEY)
def files(number: int) -> Response:
    """Send a closed month's files as one ZIP to download, for a kiosk that sends no mail."""
    closing = book_closings.find(number, Period.MONTH)
    body = closing_mail.packed(_files(closing))
    office().log("closing-printed", what=f"{closing.kind.value} {closing.until_on}")
    disposition = f'attachment; filename="{_file_name(closing)}"'
    return Response(body, mimetype="application/zip", headers={"Content-Disposition": disposition})


@area.get("/closings/<int:number>/bank.pdf")
@needs(May.SEE_MONEY)
def bank(number: int) -> Response:
    """Send a sheet that compares account 512 with the bank at a month's end, to print and sign."""
    closing = book_closings.find(number, Period.MONTH)
    body = bank_pdf(closing)
    office().log("closing-printed", what=f"bank {closing.until_on}")
    disposition = f'attachment; filename="{bank_file_name(closing)}"'
    return Response(body, mimetype="application/pdf", headers={"Content-Disposition": disposition})


def bank_file_name(closing: Closing) -> str:
    """Return the file name of a month's sheet of account 512."""
    return f"banque-{closing.until_on.strftime(book_closings.NAMES[closing.kind])}.pdf"


def bank_pdf(closing: Closing) -> bytes:
    """Return the sheet of account 512 at a month's end as a PDF, from today's records. Raises MachineError `pdf`."""
    with office().reading() as connection:
        _, moment = office().now(connection)
        association = book_rules.read(connection, closing.until_on).association
        facts = bank_sheet_facts.read(connection, closing.until_on)
    values = {
        "training": office().home.training,
        "closing": closing,
        "sheet": facts,
        "association": association,
        "read_on": moment.day,
        "version": __version__,
    }
    return pages.printed_in_french("bank_sheet.html", lambda _code: values, language())


def _file_name(closing: Closing) -> str:
    """Return the name of a closing's files together, as a ZIP file."""
    return f"{book_closings.file_name(closing).removesuffix('.pdf')}.zip"


def _files(closing: Closing) -> dict[str, bytes]:
    """Return the contents of a closing's files by their names: sheet, account 512 if any bank line was imported,
    entries as CSV, and as PDF the report, up to today, of the fiscal year that the closing ends in.
    """
    desk = office()
    training = desk.home.training
    files = {book_closings.file_name(closing): book_closings.sheet_pdf(closing)}
    if bank_forms.is_used():
        files[bank_file_name(closing)] = bank_pdf(closing)
    wish = ExportRequest("entries", closing.from_on, closing.until_on)
    # The last argument counts rows for a progress bar, which a mail does not have.
    rows = exports.stream_csv(desk.store, wish, exports.spoken(desk.store, language()), lambda _rows: None)
    files[exports.file_name(wish, Form.CSV, language(), training)] = b"".join(rows)
    with desk.reading() as connection:
        _, moment = desk.now(connection)
        years = annual_report.years(connection, moment.day)
        year = next(
            fiscal_year for fiscal_year in years if fiscal_year.first_on <= closing.until_on <= fiscal_year.last_on
        )
        report = annual_report.report(connection, desk.rules, year, moment, sums(connection, moment.day))
        association = book_rules.read(connection, moment.day).association
    content = annual_tables.file(report, "pdf", language(), association, training=training)
    files[annual_tables.file_name(report, "pdf", training=training)] = content
    return files
