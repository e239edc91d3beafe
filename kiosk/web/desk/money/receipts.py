"""Issues receipts from a payment or a charge, shows, prints and mails them, and shows them as a QR code to take along.

Looking at a receipt hands nothing out. Handing one out needs a form and is recorded: the first copy is the original.
`form_key` is a form's own id, by which a form sent twice acts once.
"""

from flask import abort, current_app, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from kiosk.books import receipts
from kiosk.books.documents import Document, Issued
from kiosk.books.receipts import HandedCopy
from kiosk.domain.books.documents import DocumentView, Kind
from kiosk.errors import RequestError
from kiosk.exports.books import receipt_pdf
from kiosk.store.books import document_rows
from kiosk.store.messages import outbox_rows
from kiosk.store.money import tab_rows
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.money_forms import form_key
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.duties import mailing
from kiosk.web.desk.money import receipt_list, statements
from kiosk.web.desk.money.receipt_forms import about, area, check_act, issuing

__all__ = ["area", "receipt_list", "statements"]  # each adds its pages to the area


@area.post("/money/acts/<int:entry>/receipt")
@needs(May.TAKE_MONEY)
def issue(entry: int) -> Response:
    """Issue the receipts of a payment, one for each account that it settles, or lead to those issued before."""
    key = form_key()
    _check(entry)
    issued = issuing().for_payment(entry, key=key)
    return _redirect_to(issued, entry)


@area.post("/money/acts/<int:entry>/note")
@needs(May.TAKE_MONEY)
def note(entry: int) -> Response:
    """Issue a note for a charge, or lead to the one that was issued before."""
    key = form_key()
    _check(entry)
    return _redirect_to([issuing().note(entry, key=key)], entry)


def _check(entry: int) -> None:
    """Answer 404 where there is no such entry; 403 to an officer without the right to see accounts, unless the entry's
    act is their own.
    """
    desk = office()
    with desk.reading() as connection:
        try:
            tab_rows.act(connection, entry)
        except RequestError:
            abort(404)
        check_act(connection, desk, entry)


def _redirect_to(issued: list[Issued], entry: int) -> Response:
    """Return a redirect to the receipt that is about the entry asked for; where none is, to the first of the act."""
    asked_for = next((receipt for receipt in issued if about(receipt.document) == entry), issued[0])
    return redirect(url_for("receipts.one", document=asked_for.id), 303)


@area.get("/money/receipts/<int:document>")
@needs(May.TAKE_MONEY)
def one(document: int) -> str:
    """Show a receipt as the office sees it, with its copies and the other documents of the same act."""
    return _page(document, {})


def _page(document: int, errors: dict[str, str]) -> str:
    """Show a receipt's page, with what was wrong in its form for mail."""
    desk, receipt = office(), _find(document)
    with desk.reading() as connection:
        entry = about(receipt)
        rows = [] if entry is None else tab_rows.act(connection, entry)
        of_the_act = (
            (row.number, other) for row in rows for other in document_rows.about(connection, row.number, receipt.kind)
        )
        # Of each other row of the act, the documents that are about that row.
        # `document_rows.about` also finds documents that only list the row.
        others = [other for number, other in of_the_act if about(other) == number != entry]
        copies, mail_subject = document_rows.copies(connection, receipt.id), receipts.about(receipt.id)
        mails = outbox_rows.latest(connection, mail_subject) if any(copy.way == "mail" for copy in copies) else []
        return render_template(
            "receipts/page.html",
            document=receipt,
            shown=receipts.view(connection, receipt),
            owner=tab_rows.owner(connection, receipt.account),
            others=others,
            copies=copies,
            address=request.form.get("address", document_rows.address_of(connection, receipt.account) or ""),
            errors=errors,
            mails=[message for message in mails if message.about == mail_subject],  # they were found by its beginning
            has_mail=mailing.is_there(),
            zone=current_app.config["ZONE"],
        )


def _find(document: int) -> Document:
    """Return the receipt in the URL. Answers 404 where there is none, or the document is of another series; and 403 to
    an officer without the right to see it.
    """
    desk = office()
    with desk.reading() as connection:
        try:
            receipt = document_rows.by_id(connection, document)
        except RequestError:
            abort(404)
        if receipt.series != "receipt":
            abort(404)
        check_act(connection, desk, about(receipt))
    return receipt


@area.post("/money/receipts/<int:document>.pdf")
@needs(May.TAKE_MONEY)
def pdf(document: int) -> Response:
    """Hand the receipt out as a PDF."""
    handed = _hand_out(document, "print")
    answer = make_response(receipt_pdf.pdf(handed.shown))
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{_file_name(handed.shown)}"'
    return answer


def _file_name(shown: DocumentView) -> str:
    """Return the file name of a copy: the receipt's reference, with `DUPLICATA` for any copy after the first, and
    `ECOLE` in training.
    """
    marks = [shown.reference, "DUPLICATA" if shown.duplicate else "", "ECOLE" if shown.content["training"] else ""]
    return f"{'-'.join(mark for mark in marks if mark)}.pdf"


@area.post("/money/receipts/<int:document>/show")
@needs(May.TAKE_MONEY)
def show(document: int) -> str:
    """Hand the receipt out as a QR code for a telephone; the member's name is not on this page."""
    _check_plain(document)
    handed = _hand_out(document, "screen")
    screen = receipts.for_screen(handed.shown)
    code = Markup(screen.svg)  # noqa: S704  # drawn by the library: squares, and none of the text
    return render_template("receipts/qr.html", document=document, screen=screen, code=code)


def _check_plain(document: int) -> None:
    """Answer 404 for a tax receipt, which exists only as a signed paper."""
    if _find(document).kind == Kind.TAX_RECEIPT:
        abort(404)


def _hand_out(document: int, way: str) -> HandedCopy:
    """Record a copy of a receipt in one of the ways (`print`, `screen`) and return it; a form sent twice makes one
    copy.
    """
    return issuing().hand_out(_find(document).id, way, key=form_key())


@area.post("/money/receipts/<int:document>/mail")
@needs(May.TAKE_MONEY)
def mail(document: int) -> Response | tuple[str, int]:
    """Put the receipt into the outbox as the text of a mail to the typed address; without a mail server, say so and do
    nothing.
    """
    _check_plain(document)
    if mailing.refused():
        return redirect(url_for("receipts.one", document=document), 303)
    key, receipt, address = form_key(), _find(document), request.form.get("address", "").strip()[:300]
    handed, errors = attempt(
        lambda: issuing().mail(receipt.id, address, key=key),
        email="address",  # an error of the field `email` is shown beside the form's `address`
    )
    if handed is None:
        return _page(document, errors), 400
    mailing.say_waiting(address)
    return redirect(url_for("receipts.one", document=document), 303)
