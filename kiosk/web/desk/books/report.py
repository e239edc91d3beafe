"""Shows the annual report, a fiscal year's figures on screen and as files, and prints the
attestation for the till law.
"""

import sqlalchemy as sa
from flask import Blueprint, Response, abort, render_template, request

from kiosk.books import annual_report, attestation
from kiosk.domain.books.annual import Annual
from kiosk.domain.books.fiscal import FiscalYear
from kiosk.domain.money.vat import VatStatus
from kiosk.errors import AnswerIsNo
from kiosk.exports import tables
from kiosk.exports.books import annual_tables, annual_words, attestation_text
from kiosk.store.books import annual_people
from kiosk.store.hosting import rota_rows
from kiosk.store.space import book_rules
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.remembered import remembered, sums
from kiosk.web.desk.common.words import language

area = Blueprint("report", __name__, url_prefix="/books")
_KINDS = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@area.get("/report")
@needs(May.SEE_MONEY)  # every role with this right may see figures, too
def page() -> str:
    """Show a year's figures, with a chart for those by month; an empty page while there is neither an entry nor a
    visit. `collects` tells whether the association collects VAT.
    """
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        years = annual_report.years(connection, moment.day)
        report = _report(connection, years) if years else None
    if report is None:
        return render_template("report/empty.html", here="books")
    return render_template(
        "report/page.html",
        here="books",
        years=years,
        annual=report,
        title=annual_words.title(report, language()),
        state=annual_words.state(report, language()),
        told=annual_words.told(report, language()),
        sources=annual_words.sources(language()),
        tables=annual_tables.all_tables(report, language()),
        written=lambda table, row, place: tables.written(row.cells[place], table.unit(row, place), language()),
        forms=annual_tables.FORMS,
        collects=policy.vat_status is VatStatus.LIABLE,
    )


@area.get("/report.<form>")
@needs(May.SEE_MONEY)
def file(form: str) -> Response:
    """Send the report as a PDF, or its figures for a spreadsheet or a program. Answers 404 for an unknown form."""
    if form not in _KINDS:
        abort(404)
    desk = office()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        years = annual_report.years(connection, today)
        report = _report(connection, years) if years else abort(404)
        association = book_rules.read(connection, today).association
    training = desk.home.training
    content = annual_tables.file(report, form, language(), association, training=training)
    desk.log("report", what=f"{report.year.name} {form}")
    return _file(content, _KINDS[form], annual_tables.file_name(report, form, training=training))


@area.get("/attestation.pdf")
@needs(May.SEE_MONEY)
def attestation_pdf() -> Response:
    """Send the publisher's attestation, to be signed. Answers 404 for a space that collects no VAT,
    which needs none.
    """
    desk = office()
    with desk.reading() as connection:
        _, moment = desk.now(connection)
        try:
            text = attestation.attestation(connection, desk.rules, moment, training=desk.home.training)
        except AnswerIsNo:
            abort(404)
    return _file(attestation_text.pdf(text, language()), "application/pdf", f"attestation-kiosk-{text.version}.pdf")


def _file(content: bytes, kind: str, name: str) -> Response:
    """Return an answer as a file to download."""
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _report(connection: sa.Connection, years: list[FiscalYear]) -> Annual:
    """Return the report of the year that the URL names; for none or an unknown one, of the latest that is over, else of
    the latest. `years` has at least one, the latest first.
    """
    desk = office()
    _, moment = desk.now(connection)
    over = [year for year in years if year.last_on < moment.day]
    year = next((year for year in years if year.name == request.args.get("year")), (over or years)[0])
    key = ("annual", year, moment.day, annual_people.version(connection), rota_rows.version(connection))

    def make() -> Annual:
        """Read the report; it is remembered until its records change."""
        return annual_report.report(connection, desk.rules, year, moment, sums(connection, moment.day), years)

    return remembered(connection, key, make)
