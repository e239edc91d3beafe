"""Prints a member's year, for them or their employer: a statement or an attestation, for one member or for all."""

from collections.abc import Sequence
from datetime import date
from itertools import chain
from typing import Any

import sqlalchemy as sa
from flask import abort, render_template, request
from msgspec import Struct

from kiosk.store.books import annual_sums
from kiosk.store.checkin import attendance
from kiosk.store.members import directory, members
from kiosk.store.members.directory import EVERYBODY, MemberFilter
from kiosk.store.members.members import Member
from kiosk.store.money import charged
from kiosk.store.money.charged import Line
from kiosk.store.space import book_rules
from kiosk.web.desk.common.formats import day_text
from kiosk.web.desk.common.labels import methods
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import Pages, again, asked
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import language
from kiosk.web.desk.members import member
from kiosk.web.desk.members.members import area as list_area

area = member.area
# The kinds of entry that a paper lists. A use (of a prepaid day) has an amount of 0.
_KINDS = ("charge", "use", "payment", "refund", "write-off", "deposit", "gift", "reversal")
PAPERS = ("statement", "attestation")
KEPT_YEARS = 10  # before this one that are offered
SHEETS = 10  # members on one page of the papers of all


class YearOf(Struct, frozen=True):
    """One person's year: what their account owed as it began (a credit is below 0), its entries by day, and on how many
    days they came.
    """

    number: int
    name: str
    joined_on: date
    opening_cents: int
    lines: tuple[Line, ...]  # a reversal's "of" is the kind of the entry it reverses
    days: int

    @property
    def closing_cents(self) -> int:
        """Return what the account owes at the end of the year, in cents."""
        return self.opening_cents + sum(int(line["cents"]) for line in self.lines)

    @property
    def paid_cents(self) -> int:
        """Return what was paid in the year, less refunds and reversed payments, in cents; payments are entries below
        0, and a reversal counts with the kind that it reverses.
        """
        return -sum(int(line["cents"]) for line in self.lines if (line["of"] or line["kind"]) in ("payment", "refund"))

    @property
    def products(self) -> list[tuple[str, int]]:
        """Return the charges less their reversals, in cents by the product's name, the largest first; without those at
        0.
        """
        sums: dict[str, int] = {}
        for line in self.lines:
            if (line["of"] or line["kind"]) == "charge":
                label = line["label"][language()]
                sums[label] = sums.get(label, 0) + line["cents"]
        return [(label, cents) for label, cents in sorted(sums.items(), key=lambda sum_of: -sum_of[1]) if cents]


@area.get("/members/<int:number>/paper")
@needs(May.SEE_MONEY)
def paper(number: int) -> str:
    """Show one member's paper for the year in the URL, and log it. Answers 404 for an unknown member or year."""
    desk = office()
    with desk.reading() as connection:
        person = member.file_of(connection, number)
        year = _chosen_year(_years(connection, desk.now(connection)[1].day))
        sheets = _years_of(connection, [person], year)
    desk.log("read-file", number, f"paper {year}")
    return _page(sheets, year, None)


@list_area.get("/members/papers")
@needs(May.SEE_MONEY)
def papers() -> str:
    """Show the year's papers of all present and former members, some on each page; members without entries and visits
    in that year have none.
    """
    desk = office()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        year = _chosen_year(_years(connection, today))
        everybody = MemberFilter(who=EVERYBODY, sort="number")
        listed, count = directory.page(connection, everybody, today, number=asked(), size=SHEETS)
        people = members.by_numbers(connection, [file.number for file in listed])
        sheets = _years_of(connection, people, year)
    desk.log("read-list", what=f"papers {year}, page {asked()}")
    return _page([sheet for sheet in sheets if sheet.lines or sheet.days], year, Pages(asked(), count, SHEETS))


def _page(sheets: list[YearOf], year: int, pages: Pages | None) -> str:
    """Show sheets as the paper that the URL asks for: an attestation, or else a statement. `pages` is None for the
    paper of one member.
    """
    paper_kind = request.args.get("paper", PAPERS[0])
    desk = office()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        years = _years(connection, today)
        association: dict[str, Any] = dict(book_rules.read(connection, today).association)
    return render_template(
        "members/papers.html",
        sheets=sheets,
        year=year,
        last=min(date(year, 12, 31), today),
        first=date(year, 1, 1),
        years=years,
        wanted=paper_kind if paper_kind in PAPERS else PAPERS[0],
        association=association,
        methods=methods(),
        today=today,
        pages=pages,
        again=again,
        as_day=lambda text: day_text(date.fromisoformat(text)),
    )


def _years(connection: sa.Connection, today: date) -> range:
    """Return the years since the books' first entry, the newest first, at most `KEPT_YEARS` back; always this year."""
    first = annual_sums.first_day(connection) or today
    return range(today.year, max(first.year, today.year - KEPT_YEARS) - 1, -1)


def _chosen_year(years: range) -> int:
    """Return the year that the URL asks for, or the newest. Answers 404 for a year that is not offered."""
    year = request.args.get("year", years[0], int)
    return year if year in years else abort(404)


def _years_of(connection: sa.Connection, people: Sequence[Member], year: int) -> list[YearOf]:
    """Return each person's year, in the order given; the number of queries does not grow with the people."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    accounts = [person.account for person in people]
    numbers = charged.between_of(connection, accounts, first, last, _KINDS)
    all_lines = {line["entry"]: line for line in charged.lines(connection, chain.from_iterable(numbers.values()))}
    owed = charged.balances_before(connection, accounts, first)
    days = attendance.days_in_year(connection, people, year)
    return [
        YearOf(
            number=person.number,
            name=person.name or "",
            joined_on=person.joined_on,
            opening_cents=owed.get(person.account, 0),
            lines=tuple(all_lines[number] for number in numbers[person.account]),
            days=days.get(person.id, 0),
        )
        for person in people
    ]
