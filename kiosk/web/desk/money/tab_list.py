"""Lists the accounts that owe, how much and since when; and writes a kind reminder, as a letter or for an e-mail."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from flask import abort, render_template, request
from msgspec import Struct

from kiosk.domain.money.tabs import AGES, Ages
from kiosk.domain.names import searchable
from kiosk.language import catalogues, common
from kiosk.money import reminder_texts
from kiosk.store.money import tab_rows
from kiosk.store.money.tab_rows import Owner, Tab
from kiosk.web.desk.common.money_forms import LONGEST_SEARCH, area, of_account
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import PAGE_SIZE, Pages, again, asked
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t

# A sort key, by the column that the URL names. A tab's `ages` are cents by the age of the charges that it still owes:
# up to 30, 60 or 90 days, or older. The account's number orders equal rows.
_SORTS: dict[str, Callable[[Tab], Any]] = {
    "name": lambda tab: (searchable(tab.owner.name), tab.owner.account),
    "number": lambda tab: (tab.owner.number or 0, tab.owner.account),
    "total": lambda tab: (abs(tab.owner.balance_cents), tab.owner.account),
    "to-30": lambda tab: (tab.ages.up_to_30, tab.owner.account),
    "to-60": lambda tab: (tab.ages.up_to_60, tab.owner.account),
    "to-90": lambda tab: (tab.ages.up_to_90, tab.owner.account),
    "age": lambda tab: (tab.ages.older, tab.ages.up_to_90, tab.ages.up_to_60, tab.ages.up_to_30, tab.owner.account),
}
WHO = ("members", "left", "organisations")  # kinds of owners; left: former members


class TabFilter(Struct, frozen=True):
    """The filter and order that the URL asks for."""

    text: str
    older: int  # days, one of `AGES` (30, 60, 90): tabs with a charge older than this; 0 for any age
    who: str  # one of `WHO`; empty for all accounts
    advance: bool  # list the accounts with a credit in place of those that owe
    sort: str  # a column of `_SORTS`, with "-" before it in descending order

    @classmethod
    def asked(cls) -> "TabFilter":
        """Return what this request asks for; values that are not valid are left out. Without an order, the largest come
        first.
        """
        args = request.args
        older, who, sort = args.get("older", 0, int), args.get("who", ""), args.get("sort", "-total")
        return cls(
            text=args.get("q", "")[:LONGEST_SEARCH].strip(),
            older=older if older in AGES else 0,
            who=who if who in WHO else "",
            advance=bool(args.get("advance")),
            sort=sort if sort.removeprefix("-") in _SORTS else "-total",
        )

    def fits(self, tab: Tab) -> bool:
        """Tell whether the list shows a tab: it is old enough, its owner is of the kind, and the name has each word of
        the search, without accents and case. A credit has no age, so it fits only where `older` is 0.
        """
        owner = tab.owner
        kind = "organisations" if owner.number is None else "left" if owner.left_on else "members"
        named = all(word in searchable(owner.name) for word in searchable(self.text).split())
        return (not self.older or tab.ages.past >= self.older) and self.who in ("", kind) and named

    def chips(self) -> list[tuple[str, str]]:
        """Return the filters that are set, in words, each with the URL that removes it."""
        on = {
            "q": self.text and t(common.QUOTED, text=self.text),
            "older": self.older and t("plus de {days} jours", "over {days} days", days=self.older),
            "who": {"members": t("membres", "members"), "left": t("personnes parties", "former members")}.get(
                self.who, self.who and t("structures", "organisations")
            ),
            "advance": self.advance and t("avances", "credit balances"),
        }
        return [(str(label), again(**{name: None, "page": None})) for name, label in on.items() if label]


@area.get("/tabs")
@needs(May.SEE_MONEY)
def tab_page() -> str:
    """Show a page of the open tabs that fit the filter, or of the accounts with a credit; the sums are of all pages."""
    desk, criteria = office(), TabFilter.asked()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        if criteria.advance:
            every = [Tab(owner, Ages()) for owner in tab_rows.in_advance(connection)]
        else:
            every = tab_rows.owing(connection, today)
    tabs = [tab for tab in every if criteria.fits(tab)]
    tabs.sort(key=_SORTS[criteria.sort.removeprefix("-")], reverse=criteria.sort.startswith("-"))
    start = (asked() - 1) * PAGE_SIZE
    return render_template(
        "money/tabs.html",
        wanted=criteria,
        rows=tabs[start : start + PAGE_SIZE],
        pages=Pages(asked(), len(tabs)),
        total=_total(tabs),
        balance=sum(tab.owner.balance_cents for tab in tabs),
        chips=criteria.chips(),
        today=today,
        older=AGES,
    )


def _total(tabs: Sequence[Tab]) -> Ages:
    """Return the sums of these tabs in cents, by the age of the charges that are owed."""
    ages = [tab.ages for tab in tabs]
    return Ages(
        sum(age.up_to_30 for age in ages),
        sum(age.up_to_60 for age in ages),
        sum(age.up_to_90 for age in ages),
        sum(age.older for age in ages),
    )


@area.get("/tabs/<int:account>/reminder")
@needs(May.SEE_MONEY)
def reminder(account: int) -> str:
    """Show a friendly reminder of what is owed, to print or to copy into an e-mail: in the language that the URL names,
    else the owner's, else the house's. Answers 404 where nothing is owed.
    """
    desk, owner = office(), of_account(account)
    if owner.balance_cents <= 0:
        abort(404)
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        lines = tab_rows.unpaid(connection, owner)
    own = owner.language or catalogues.settled()
    letter = reminder_texts.write(owner, lines, today, catalogues.language_of(request.args.get("lang"), own))
    # An organisation has no member number: its line of the log names the account.
    desk.log("reminder", owner.number, None if owner.number else f"account {account}")
    return render_template("money/reminder.html", owner=owner, word=letter, today=today, mail=_mail(owner, letter))


def _mail(owner: Owner, letter: reminder_texts.Reminder) -> str | None:
    """Return an address that opens the officer's own e-mail program with the text; None where the
    owner has no address.
    """
    if not owner.email:
        return None
    return f"mailto:{quote(owner.email, safe='@')}?subject={quote(letter.subject)}&body={quote(letter.text)}"
