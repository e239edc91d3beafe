"""Prints the trial balance, the ledger and the journal of a fiscal year's closed days.

A busy year has a hundred thousand lines, too many to print at once, so each page holds some of them. The ledger then
shows one account; it shows all where they fit on a page. A wish says which lines to list and which page of them; an
écriture is an entry of the books with all its lines, by which the journal is paged (`whole`).
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from flask import abort, render_template, request
from msgspec.structs import replace

from kiosk.books import year_listing
from kiosk.books.accounting_files import Extract
from kiosk.books.year_listing import YearLetters
from kiosk.domain import days
from kiosk.domain.books.closings import Period
from kiosk.domain.books.listings import Listing, Wish, WrittenLine
from kiosk.exports import formats
from kiosk.language.texts import Text
from kiosk.store.books import closing_rows
from kiosk.web.desk.books.accounting import area, asked_year
from kiosk.web.desk.common import paging, remembered
from kiosk.web.desk.common.formats import written
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import Pages
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t

__all__ = ["area"]  # the pages are put into the area of the accountants' files
LINES, ECRITURES = 600, 300  # on one page: some twelve sheets of paper
TITLES = {
    "balance": Text("Balance des comptes", "Trial balance"),
    "ledger": Text("Grand livre", "Ledger"),
    "journal": Text("Journal comptable", "Accounting journal"),
}


@area.get("/books/fec/print")
@needs(May.SEE_MONEY)
def printed() -> str:
    """Show the balance, the ledger or the journal of a fiscal year or of one of its months, as the URL asks (by default
    the year's balance), and log it. A ledger of all accounts that is too long for a page shows no lines.
    """
    desk, chosen = office(), asked_year()
    what, month, account = (request.args.get(name, "") for name in ("what", "month", "account"))
    months = _months(chosen)
    if what not in ("", *TITLES) or month not in ("", *months) or (account and not account.isalnum()):
        abort(404)
    what = what or "balance"
    desk.log("export", what=f"{what} {chosen.year.name}{f' {month}' if month else ''}")
    size = ECRITURES if what == "journal" else LINES
    listing, page = _page(chosen, _wish(chosen, what, month, account), size)
    is_too_long = what == "ledger" and not account and listing.count > LINES
    return render_template(
        "books/print.html",
        chosen=chosen,
        what=what,
        month=month,
        months=months,
        account=account,
        found=listing,
        pages=page,
        again=paging.again,
        parts={} if is_too_long else _by_account(listing.lines),
        is_too_long=is_too_long,
        held=_total_debit(listing),
        titles={code: t(title) for code, title in TITLES.items()},
        most=LINES,
    )


def _months(chosen: Extract) -> dict[str, str]:
    """Return the months of a year that have a closed day, in words, by their key like `2026-11`."""
    names, day = {}, max(chosen.year.first_on, chosen.starts_on).replace(day=1)
    while day <= chosen.closed_until:
        names[f"{day:%Y-%m}"] = written(day, formats.MONTH_OF_YEAR)
        day = days.month_of(day)[1] + timedelta(days=1)
    return names


def _wish(chosen: Extract, what: str, month: str, account: str) -> Wish:
    """Return which days and which account to list: the month's, or for an empty `month` the year's, up to its last
    closed day. A balance lists no lines; only a ledger is of one account.
    """
    if what == "balance":
        return Wish()
    first_on, last_on = days.month_of(date.fromisoformat(f"{month}-01")) if month else _days(chosen)
    wished_days = range(first_on.toordinal(), min(last_on, chosen.closed_until).toordinal() + 1)
    return Wish(days=wished_days, account=account if what == "ledger" else "", whole=what == "journal")


def _days(chosen: Extract) -> tuple[date, date]:
    """Return a year's first day and its last closed one."""
    return chosen.year.first_on, chosen.closed_until


def _page(chosen: Extract, wish: Wish, size: int) -> tuple[Listing, Pages]:
    """Return the page of lines that the URL asks for, the last one where it asks for more, and its place among all
    pages. Days after the wished ones are not read.
    """
    until = replace(chosen, closed_until=date.fromordinal(wish.days[-1])) if wish.days else chosen
    letters = None if wish.whole else _letters(chosen)  # the journal, printed by whole écritures, shows none

    def read(number: int) -> Listing:
        """Return one page of the listing, by its number."""
        place = replace(wish, first=(number - 1) * size, most=size if wish.days else 0)
        return year_listing.listing(office().store, until, place, letters)

    asked = paging.asked()
    listing = read(asked)
    pages = Pages(asked, listing.count, size)
    if asked <= pages.last:
        return listing, pages
    return read(pages.last), replace(pages, number=pages.last)


def _letters(chosen: Extract) -> year_listing.Letters:
    """Return a function that finds the letters of entries, which mark the lines that settle each other (lettrage). A
    year's letters are worked out once, until more of the year is closed.
    """

    def find(entries: Iterable[int]) -> Mapping[int, str]:
        """Return the letters of some entries."""
        store = office().store
        with store.reading() as connection:
            last = closing_rows.last(connection, Period.DAY, chosen.closed_until)
        mac = None if last is None else last.mac
        return remembered.of_closed("letters", (chosen.year, mac), lambda: YearLetters.read(store, chosen)).of(entries)

    return find


def _by_account(lines: Iterable[WrittenLine]) -> dict[str, list[WrittenLine]]:
    """Return the lines of each account, in the order of account numbers."""
    by_number: dict[str, list[WrittenLine]] = {}
    for posted in lines:
        by_number.setdefault(posted.line.account.number, []).append(posted)
    return {number: by_number[number] for number in sorted(by_number)}


def _total_debit(listing: Listing) -> int:
    """Return the sum of all debit balances in cents; the credit balances add up to the same."""
    return sum(account.balance for account in listing.by_number if account.balance > 0)
