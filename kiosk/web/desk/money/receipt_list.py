"""Lists every receipt, note and statement that was issued, by number."""

from datetime import date

from flask import render_template, request

from kiosk.domain.books.documents import Series
from kiosk.errors import RequestError
from kiosk.store.books import document_rows
from kiosk.store.books.document_rows import DocumentFilter
from kiosk.store.money import tab_rows
from kiosk.store.money.tab_rows import Owner
from kiosk.web.desk.common.asked_days import asked_day
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import PAGE_SIZE, Pages, again, asked
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.money.receipt_forms import area, kinds

HIGHEST_ACCOUNT = 1 << 31  # no account's id in the database is so large


@area.get("/books/receipts")
@needs(May.SEE_MONEY)
def listing() -> str:
    """Show a page of the receipts of a period, one kind or one account, as the URL asks; without an order, the newest
    number first. Values that are not valid are left out.
    """
    desk, sort, kind = office(), request.args.get("sort", "-number"), request.args.get("kind", "")
    sort = sort if sort.removeprefix("-") in document_rows.SORTS else "-number"
    kind = kind if kind in kinds() else ""
    with desk.reading() as connection:
        from_on, until_on = _period(desk.now(connection)[1].day)
        owner = _owner(request.args.get("account", 0, int))
        criteria = DocumentFilter(
            series=Series.RECEIPT.value,
            from_on=from_on,
            until_on=until_on,
            account=None if owner is None else owner.account,
            kind=kind,
        )
        count, total = document_rows.count(connection, criteria), document_rows.total(connection, criteria)
        rows = document_rows.listing(
            connection,
            criteria,
            sort=sort.removeprefix("-"),
            descending=sort.startswith("-"),
            limit=PAGE_SIZE,
            offset=(asked() - 1) * PAGE_SIZE,
        )
    chips = [(kinds()[kind], again(kind=None, page=None))] if kind else []
    chips += [(owner.name, again(account=None, page=None))] if owner else []
    return render_template(
        "receipts/list.html",
        rows=rows,
        pages=Pages(asked(), count),
        total=total,
        sort=sort,
        kind=kind,
        owner=owner,
        from_on=from_on,
        until_on=until_on,
        chips=chips,
    )


def _owner(account: int) -> Owner | None:
    """Return the holder of the account whose receipts alone are asked for; None, which stands for everyone's, where the
    URL names no account, or one that does not exist.
    """
    if not 0 < account < HIGHEST_ACCOUNT:
        return None
    with office().reading() as connection:
        try:
            return tab_rows.owner(connection, account)
        except RequestError:
            return None


def _period(today: date) -> tuple[date, date]:
    """Return the days that the URL asks for; this year where it asks for none, or for days that are not valid."""
    year = date(today.year, 1, 1), date(today.year, 12, 31)
    from_on, until_on = asked_day("from", year[0]), asked_day("to", year[1])
    return (from_on, until_on) if from_on <= until_on else year
