"""Shows a month's statement of an account as of now, and issues it as a numbered document to hand out."""

import re
from datetime import date, timedelta

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.books import receipts
from kiosk.domain import days
from kiosk.store.books import document_rows
from kiosk.web.desk.common.money_forms import form_key, of_account
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import language
from kiosk.web.desk.money.receipt_forms import area, issuing

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@area.get("/money/accounts/<int:account>/statement")
@needs(May.SEE_MONEY)
def statement(account: int) -> str:
    """Show a month's statement as of now."""
    desk, owner = office(), of_account(account)
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        month = min(_month(request.args.get("month", "")) or today, today)
        first, last = days.month_of(month)
        body = receipts.statement(connection, account, month, today)
        issued = [
            each
            for each in document_rows.latest(connection, account, "statement")
            if each.content["from"] == body["from"]
        ]
        names = document_rows.names(connection, {line["member"] for line in body["lines"] if line["member"]})
    desk.log("statement", owner.number, f"account {account}, {first:%Y-%m}")
    return render_template(
        "receipts/statement.html",
        owner=owner,
        body=body,
        names=names,
        issued=issued,
        first=first,
        last=last,
        before=first - timedelta(days=1),
        after=None if last >= today else last + timedelta(days=1),
        speaks=language(),
    )


@area.post("/money/accounts/<int:account>/statement")
@needs(May.SEE_MONEY)
def issue_statement(account: int) -> Response:
    """Issue the month's statement, or lead to an issued one with the same content."""
    key, owner, month = form_key(), of_account(account), _month(request.form.get("month", ""))
    if month is None:
        abort(400)
    issued = issuing().statement(account, month, key=key)
    if not issued.again:
        office().log("receipt", owner.number, f"document {issued.id}")
    return redirect(url_for("receipts.one", document=issued.id), 303)


def _month(text: str) -> date | None:
    found = _MONTH.fullmatch(text)
    return None if found is None else date(int(found[1]), int(found[2]), 1)
