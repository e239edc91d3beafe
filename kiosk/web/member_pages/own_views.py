"""Shows what does not fit on the screen: all entries of an account, and receipts and statements to keep.

A `Guest` here is the member whose telephone asks. A `Choice` leads to a page; with `does=True` it acts and is drawn as
a button.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from kiosk.domain import days
from kiosk.domain.checkin.choices import Act
from kiosk.exports import formats as paper_formats
from kiosk.language.texts import Text
from kiosk.selfservice import account as account_page
from kiosk.selfservice import house
from kiosk.store.money import statements
from kiosk.web.member_pages import blocks, looks
from kiosk.web.member_pages.flows import Flows
from kiosk.web.member_pages.office import Guest
from kiosk.web.pages.speech import Block, Choice, View
from kiosk.web.screen.words import account_words

A_PAGE, MOST_PAPERS = 25, 12  # entries on a page; how many receipts, and how many months, are offered at most
RECEIPT, STATEMENT = "receipt", "statement"  # names of papers
_OLDER, _NEWER = Text("Lignes plus anciennes", "Older entries"), Text("Lignes plus récentes", "Newer entries")
_PAID = Text("Reçu · {day} · {cents}", "Receipt · {day} · {cents}")
_MONTH = Text("Relevé · {month}", "Statement · {month}")
_PAPERS_LEAD = Text("Touchez un document pour le télécharger (PDF).", "Touch a document to download it (PDF).")


def lines(flows: Flows, guest: Guest, choice: str) -> View:
    """Show all entries of the member's accounts (their own, and those of files merged into theirs), the newest first,
    `A_PAGE` to a page. `choice` is the page's number, from 1; empty for the first.
    """
    page = max(1, house.number_in(choice)) if choice else 1
    now, language = guest.now, guest.language
    own = statements.accounts_of(now.connection, guest.member.id)
    owed = sum(account.balance_cents for account in own)
    rows, count = statements.lines(now.connection, [account.account for account in own], owed, page=page, size=A_PAGE)
    entries = account_page.told(now.connection, rows, {account.number for account in own})
    table = [list(account_words.line(entry, language)) for entry in entries]
    other_pages = list[Choice]()
    if page > 1:
        other_pages.append(Choice(looks.LINES, str(page - 1), _NEWER.to(language)))
    if count > page * A_PAGE:
        other_pages.append(Choice(looks.LINES, str(page + 1), _OLDER.to(language)))
    shown = [Block("rows", table)] if table else blocks.text(account_words.NO_LINES.to(language))
    return looks.own_view(flows, guest, looks.LINES, shown, choices=other_pages)


def papers(flows: Flows, guest: Guest, _choice: str) -> View:
    """Show the last payments with their receipts, and the last months with their statements."""
    now, language = guest.now, guest.language
    paid = _payments(guest)[:MOST_PAPERS]
    documents = [
        Choice(
            RECEIPT,
            str(line.number),
            _PAID.to(language, day=paper_formats.day(line.day_on, language), cents=_euros(-line.amount_cents, guest)),
            does=True,
        )
        for line in paid
    ]
    for first in months(now.moment.day, guest.member.joined_on):
        label = _MONTH.to(language, month=f"{paper_formats.month(first.month, language)} {first.year}")
        documents.append(Choice(STATEMENT, f"{first:%Y-%m}", label, does=True))
    return looks.own_view(flows, guest, looks.PAPERS, [], lead=_PAPERS_LEAD, papers=documents)


def _payments(guest: Guest) -> list[statements.Line]:
    """Return the member's payments among the last 200 entries of their own account, the newest first, without reversed
    ones.
    """
    own = [guest.member.account]
    rows, _ = statements.lines(guest.now.connection, own, guest.member.balance_cents, page=1, size=200)
    return [row for row in rows if row.kind == "payment" and row.reversed_by is None]


def months(today: date, joined_on: date) -> list[date]:
    """Return the first days of the last twelve months, this month first; none before the member joined."""
    firsts, first = list[date](), today.replace(day=1)
    while len(firsts) < MOST_PAPERS and days.month_of(first)[1] >= joined_on:
        firsts.append(first)
        first = (first - timedelta(days=1)).replace(day=1)
    return firsts


def _euros(cents: int, guest: Guest) -> str:
    """Return an amount in the member's language, as papers write it."""
    return paper_formats.euros(cents, guest.language)


VIEWS: Mapping[str, Callable[[Flows, Guest, str], View]] = {
    looks.LINES: lines,
    looks.PAPERS: papers,
}
"""The pages that only a telephone has."""

FIRST = Act.ACCOUNT  # the page for a telephone that names none
