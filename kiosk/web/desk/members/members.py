"""Lists the members, with filter, order and page in the URL."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain import keeping
from kiosk.domain.names import searchable
from kiosk.language import common
from kiosk.store import name_rows
from kiosk.store.members import directory, erasure
from kiosk.store.members.directory import CURRENT, EVERYBODY, LEFT, SORTS, MemberFilter
from kiosk.store.members.erasure import OverdueFile
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import PAGE_SIZE, Pages, again, asked, last_first, link, listed
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.words import in_page_language, t

area = Blueprint("members", __name__)
ABSENT_DAYS = 60  # without a visit, after which the list's filter "absent" finds a member
LONGEST_SEARCH = 100  # characters
# The columns that only officers who may see their content can sort by.
_RIGHT_TO_SORT = {"owes": May.SEE_MONEY, "last": May.SEE_FIGURES}


@area.get("/members")
@needs(May.FIND_MEMBERS)
def page() -> str | Response:
    """Show a page of the members that the URL asks for; a page after the last leads to the last. A search sent with
    `go` (by Enter) that finds one member leads to that file.
    """
    desk, criteria = office(), _criteria()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        plans = name_rows.plans(connection)
        files, count = directory.page(connection, criteria, today, number=asked(), size=PAGE_SIZE)
    if count and not files:  # a page after the last: lead to that one
        return redirect(again(page=Pages(1, count).last), 303)
    if request.args.get("go") and count == 1 and files:
        return redirect(url_for("member.page", number=files[0].number), 303)
    return render_template(
        "members/list.html",
        wanted=criteria,
        found=files,
        pages=Pages(asked(), count),
        plans={code: in_page_language(names) for code, names in plans.items()},
        chips=_chips(criteria, {code: in_page_language(names) for code, names in plans.items()}),
        today=today,
        again=again,
        link=link,
        absent_days=ABSENT_DAYS,
    )


@area.get("/members/overdue")
@needs(May.FIND_MEMBERS)
def overdue() -> str:
    """Show the files that would be erased by now, three years after their members left, if their accounts were settled,
    each with the act that settles it.
    """
    desk = office()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        overdue_files = erasure.overdue(connection, today - timedelta(days=keeping.FILE_DAYS))
    sorts: dict[str, Callable[[OverdueFile], Any]] = {
        "name": lambda file: searchable(file.name),
        "left": lambda file: last_first(file.left_on),
        **({"owes": lambda file: file.balance_cents} if may(May.SEE_MONEY) else {}),
    }
    page_of_files = listed(overdue_files, lambda file: f"{file.number} {file.name}", sorts)
    return render_template("members/overdue.html", found=page_of_files)


def _criteria() -> MemberFilter:
    """Return the filter and order that the URL asks for; values that are not valid, or by which the officer could learn
    what they may not see, are left out. The usual list is of present members, by name.
    """
    args = request.args
    sort = args.get("sort", "name")
    column = sort.removeprefix("-")
    if column not in SORTS or not may(_RIGHT_TO_SORT.get(column, May.FIND_MEMBERS)):
        sort = column = "name"
    who = args.get("who", CURRENT)
    return MemberFilter(
        text=args.get("q", "")[:LONGEST_SEARCH].strip(),
        plan=args.get("plan", ""),
        who=who if who in (CURRENT, LEFT, EVERYBODY) else CURRENT,
        membership_over=bool(args.get("over")),
        owes=bool(args.get("owes")) and may(May.SEE_MONEY),
        absent_days=ABSENT_DAYS if args.get("absent") and may(May.SEE_FIGURES) else 0,
        sort=column,
        descending=sort.startswith("-"),
    )


def _chips(criteria: MemberFilter, plans: dict[str, str]) -> list[tuple[str, str]]:
    """Return the filters that are set, in words, each with the URL that removes it. Present members alone (`CURRENT`)
    are the usual list, and no filter.
    """
    who = {LEFT: t("personnes parties", "former members"), EVERYBODY: t("toutes les fiches", "all files")}
    on: dict[str, Any] = {
        "q": criteria.text and t(common.QUOTED, text=criteria.text),
        "plan": criteria.plan and plans.get(criteria.plan, criteria.plan),
        "who": who.get(criteria.who),
        "over": criteria.membership_over and t("adhésion échue", "membership expired"),
        "owes": criteria.owes and t("ardoise ouverte", "open tab"),
        "absent": criteria.absent_days and t(common.ABSENT_FOR, days=criteria.absent_days),
    }
    return [(label, again(**{name: None, "page": None, "go": None})) for name, label in on.items() if label]
