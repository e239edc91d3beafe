"""Shows a month's statement of an account as of now, and issues it as a numbered document to hand out."""

from datetime import timedelta

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.books import receipts
from kiosk.domain import days, inputs
from kiosk.store.books import document_rows
from kiosk.web.desk.act_forms import wish
from kiosk.web.desk.common.money_forms import of_account
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import language
from kiosk.web.desk.money.receipt_forms import area


@area.get("/money/accounts/<int:account>/statement")
@needs(May.SEE_MONEY)
def statement(account: int) -> str:
    """Show the statement of the month that the URL asks for (this month where it asks for none or a later one), as of
    now; and those that were issued of that month.
    """
    desk, owner = office(), of_account(account)
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        month = min(inputs.month(request.args.get("month", "")) or today, today)
        first, last = days.month_of(month)
        body = receipts.statement(connection, account, month, today)
        issued = [
            document
            for document in document_rows.latest(connection, account, "statement")
            if document.content["from"] == body["from"]
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
    """Issue the statement of the month in the form, and redirect to it; to an issued one where the content is
    the same.
    """
    from kiosk.books import statement_acts as acts  # few ask for it

    of_account(account)  # answers 404 where there is none
    # `wish` reads the form's fields as the act names them: here, the month.
    document = acts.issue_statement(office(), acts.AccountId(account), wish(acts.AskedStatement))
    return redirect(url_for("receipts.one", document=document.id), 303)
