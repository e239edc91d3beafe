"""Sends an organisation's statement of its vouchers, as a file."""

from datetime import date, timedelta

import sqlalchemy as sa
from flask import Response, abort, request

from kiosk.domain import days, inputs
from kiosk.errors import RequestError
from kiosk.exports import voucher_statement
from kiosk.exports.voucher_statement import FORMS, Statement
from kiosk.store.members import organisations
from kiosk.store.money import voucher_rows
from kiosk.store.space import book_rules
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import language
from kiosk.web.desk.money.vouchers import area

__all__ = ["area"]  # pages of the vouchers' area


@area.get("/organisations/<int:number>/vouchers/statement.<form>")
@needs(May.SEE_MONEY)
def statement(number: int, form: str) -> Response:
    """Send the statement of the month in the address, else of last month: by person, or with `by=sum` in the address as
    sums alone. Answers 404 for an unknown form of file or organisation. A training home's file is named ECOLE.
    """
    if form not in FORMS:
        abort(404)
    desk = office()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        statement_shown = _statement(connection, number, _month(today), by_person=request.args.get("by") != "sum")
        association = book_rules.read(connection, today).association
    content = voucher_statement.file(statement_shown, form, language(), association, training=desk.home.training)
    desk.log(
        "voucher-statement", what=f"organisation {number}: {statement_shown.first_on} {statement_shown.last_on} {form}"
    )
    answer = Response(content, content_type=FORMS[form])
    name = f"{'ECOLE-' if desk.home.training else ''}bons-{number}-{statement_shown.first_on:%Y-%m}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _statement(connection: sa.Connection, number: int, month: date, *, by_person: bool) -> Statement:
    """Return an organisation's statement of a month: what was used, and what is left in each envelope (voucher pool).
    Answers 404 where there is no such organisation.
    """
    try:
        name = organisations.by_id(connection, number).facts.name
    except RequestError:
        abort(404)
    first, last = days.month_of(month)
    # number, units left, units in all
    left = [(pool.id, pool.days_left, pool.days) for pool in voucher_rows.envelopes(connection, number)]
    return Statement(name, first, last, voucher_rows.used_by(connection, number, first, last), left, by_person)


def _month(today: date) -> date:
    """Return the month that the URL asks for, by one of its days; last month where it asks for none."""
    return inputs.month(request.args.get("month", "")) or today.replace(day=1) - timedelta(days=1)
