"""The trial balance, the ledger and the journal of a fiscal year's closed days, as pages to print."""

from datetime import date, timedelta

from flask import abort, render_template, request

from kiosk.books import accounting_files
from kiosk.books.accounting_files import Extract
from kiosk.domain import days
from kiosk.domain.books.listings import Listing
from kiosk.language.texts import Text
from kiosk.web.desk.books.accounting import area, asked_year
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t

__all__ = ["area"]  # the pages are put into the area of the accountants' files
MOST = 3000  # lines on a page
TITLES = {
    "balance": Text("Balance des comptes", "Trial balance"),
    "ledger": Text("Grand livre", "Ledger"),
    "journal": Text("Journal comptable", "Accounting journal"),
}


@area.get("/books/fec/print")
@needs(May.SEE_MONEY)
def printed() -> str:
    """One of the three, of a year or of one of its months."""
    desk, chosen = office(), asked_year()
    what, month = request.args.get("what", "balance"), request.args.get("month", "")
    months = _months(chosen)
    if what not in TITLES or month not in ("", *months):
        abort(404)
    desk.log("export", what=f"{what} {chosen.year.name}{f' {month}' if month else ''}")
    found = accounting_files.listing(desk.store, chosen, _wanted(chosen, what, month), MOST)
    return render_template(
        "books/print.html",
        chosen=chosen,
        what=what,
        month=month,
        months=months,
        found=found,
        held=_held(found),
        titles={code: t(title) for code, title in TITLES.items()},
        most=MOST,
    )


def _months(chosen: Extract) -> list[str]:
    """The months of a year that have a closed day."""
    found, day = [], max(chosen.year.first_on, chosen.starts_on).replace(day=1)
    while day <= chosen.closed_until:
        found.append(f"{day:%Y-%m}")
        day = days.month_of(day)[1] + timedelta(days=1)
    return found


def _wanted(chosen: Extract, what: str, month: str) -> range:
    """The days whose lines are shown; a balance shows none."""
    if what == "balance":
        return range(0)
    first_on, last_on = days.month_of(date.fromisoformat(f"{month}-01")) if month else _days(chosen)
    return range(first_on.toordinal(), last_on.toordinal() + 1)


def _days(chosen: Extract) -> tuple[date, date]:
    """The first and the last day of a year that are closed."""
    return chosen.year.first_on, chosen.closed_until


def _held(found: Listing) -> int:
    """What all accounts hold in debit, which is what they hold in credit."""
    return sum(each.balance for each in found.by_number if each.balance > 0)
