"""Lists closed days, months and years, shows each with its totals and seal, and prints a sheet to sign."""

from datetime import date
from typing import Any

from flask import Response, abort, current_app, render_template, request, url_for
from flask_security import current_user

from kiosk import __version__
from kiosk.books import closing_mail
from kiosk.domain.books.closings import Period
from kiosk.domain.duties import Kind
from kiosk.domain.money import vat
from kiosk.duties import reading
from kiosk.exports import formats, pages
from kiosk.store import name_rows
from kiosk.store.books import closing_rows
from kiosk.store.books.closing_rows import Closing, ClosingFilter
from kiosk.store.space import book_rules
from kiosk.web.desk.books import bank_forms, closing_forms
from kiosk.web.desk.books.book_forms import area, kinds, period_name, product_names
from kiosk.web.desk.common import paging
from kiosk.web.desk.common.asked_days import asked_day
from kiosk.web.desk.common.formats import day_text
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import Pages, again
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.words import language, t
from kiosk.web.desk.duties import mailing, todo

# How a file's name writes the last day of a period; a fiscal year may end in any month.
NAMES = {Period.DAY: "%Y-%m-%d", Period.MONTH: "%Y-%m", Period.YEAR: "%Y-%m"}


@area.get("/closings")
@needs(May.SEE_MONEY)
def closed() -> str:
    """Show the closings of one kind (by default of days) that end between two days of the URL, the latest first unless
    it asks otherwise.
    """
    kind = Period(request.args["kind"]) if request.args.get("kind") in list(Period) else Period.DAY
    first, last = asked_day("from", None), asked_day("to", None)
    criteria = ClosingFilter(kind, first or date.min, last or date.max)
    oldest_first = request.args.get("sort") == "day"
    with office().reading() as connection:
        pages = Pages(paging.asked(), closing_rows.count(connection, criteria))
        rows = closing_rows.page(
            connection, criteria, pages.size, (pages.number - 1) * pages.size, oldest_first=oldest_first
        )
    chips = []
    if first or last:
        label = t("du {first} au {last}", "from {first} to {last}", first=_day_or_dots(first), last=_day_or_dots(last))
        chips.append((label, again(**{"from": None, "to": None, "page": None})))
    return render_template(
        "books/closings.html",
        rows=rows,
        kind=kind,
        kinds=kinds(),
        pages=pages,
        chips=chips,
        sort="day" if oldest_first else "-day",
        ready=closing_forms.ready(),
        open_days=closing_forms.open_days(),
    )


def _day_or_dots(day: date | None) -> str:
    """Return a day as text; dots for None."""
    return day_text(day) or "…"


@area.get("/closings/<int:number>")
@needs(May.SEE_MONEY)
def one(number: int) -> str:
    """Show a closing: its totals, its seal, the recipients of its files, and for a month or year what was still under
    way on its last day. `below` leads to its days or months; a month's files are sent from here (`sends`), and
    `has_next` tells that another month waits to be closed.
    """
    closing = find(number)
    below = None
    if closing.kind is not Period.DAY:
        lower = Period.DAY if closing.kind is Period.MONTH else Period.MONTH
        dates: dict[str, Any] = {"from": closing.from_on.isoformat(), "to": closing.until_on.isoformat()}
        below = url_for("books.closed", kind=lower.value, **dates)
    sends = closing.kind is Period.MONTH and may(May.CORRECT_MONEY)
    with office().reading() as connection:
        sent = closing_mail.sent(connection, number)
        under_way, has_next = [], False
        if closing.kind is not Period.DAY:
            duties = todo.read(connection, reading.UNDER_WAY, until=closing.until_on)
            under_way = [todo.line(duty) for duty in duties.lines if duty.is_counted]
        if sends:
            has_next = todo.read(connection, {Kind.MONTHS}).of(Kind.MONTHS).is_counted
    return render_template(
        "books/closing.html",
        closing=closing,
        below=below,
        sent=sent,
        sends=sends,
        mails=mailing.is_there(),
        has_bank=closing.kind is Period.MONTH and bank_forms.is_used(),
        under_way=under_way,
        has_next=has_next,
        own=current_user.email,
        zone=current_app.config["ZONE"],
        **_values(closing),
    )


@area.get("/closings/<int:number>.pdf")
@needs(May.SEE_MONEY)
def sheet(number: int) -> Response:
    """Send a closing's sheet to print and sign, in French; an officer with another language gets a translation after
    it.
    """
    closing = find(number)
    body = sheet_pdf(closing)
    office().log("closing-printed", what=f"{closing.kind.value} {closing.until_on}")
    disposition = f'attachment; filename="{file_name(closing)}"'
    return Response(body, mimetype="application/pdf", headers={"Content-Disposition": disposition})


def file_name(closing: Closing) -> str:
    """Return the file name of a closing's sheet."""
    return f"cloture-{closing.until_on.strftime(NAMES[closing.kind])}.pdf"


def sheet_pdf(closing: Closing) -> bytes:
    """Return a closing's sheet as a PDF. Raises MachineError `pdf`."""
    with office().reading() as connection:
        products = name_rows.products(connection)
        association = book_rules.read(connection, closing.until_on).association
    training = office().home.training

    def values(code: str) -> dict[str, Any]:
        """Return what the sheet's template needs, in a language."""
        return {
            "training": training,
            "closing": closing,
            "totals": closing.totals,
            "association": association,
            "products": {product: names.to(code) for product, names in products.items()},
            "rate": lambda rate: formats.percent(rate, code),
            "vat_words": _vat_wording(closing, code),
            "version": __version__,
        }

    return pages.printed_in_french("closing.html", values, language())


def find(number: int, kind: Period | None = None) -> Closing:
    """Return a closing by its entry's number. Answers 404 where there is none, or where it is not of the given kind."""
    with office().reading() as connection:
        closing = closing_rows.find(connection, number)
    if closing is None or kind not in (None, closing.kind):
        abort(404)
    return closing


def _vat_wording(closing: Closing, language: str) -> str:
    """Return the sentence that says why no VAT is charged, in a language, by the VAT status of the
    closing's last day.
    """
    with office().reading() as connection:
        office().now(connection)  # so that the rules are those of this moment
        status = office().rules.on(connection, closing.until_on).vat_status
    return vat.wording(status, language)


def _values(closing: Closing) -> dict[str, Any]:
    """Return what every template of a closing needs: totals, products' names by code, and the period's name as its
    title.
    """
    with office().reading() as connection:
        products = product_names(name_rows.products(connection))
    return {
        "totals": closing.totals,
        "products": products,
        "title": period_name(closing.kind, closing.from_on, closing.until_on),
    }
