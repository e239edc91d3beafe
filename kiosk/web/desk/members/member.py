"""Shows one member's page: their present state, three acts, then lists. `file_links` and `member_forms` hold the acts.

Officers see by their permissions: all see the name and what opens the door; contact details need the right to write to
members, visits the right to see figures, money and reduced tariffs a right of their own. Each reading of a file is
logged, in the desk's log.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.days import Moment
from kiosk.domain.members.file_acts import FileState
from kiosk.domain.money import credit, units
from kiosk.domain.money.tariffs import Policy, ProductKind
from kiosk.domain.periods import Unit
from kiosk.errors import RequestError
from kiosk.language.names import Names
from kiosk.members import plan_standing
from kiosk.money.credit import standing_of
from kiosk.store import name_rows
from kiosk.store.checkin import attendance
from kiosk.store.members import grants, members, merging, payer_rows
from kiosk.store.members.members import Member
from kiosk.store.money import reversals, rights, statements
from kiosk.store.selfservice import pins
from kiosk.store.telephones import telephone_rows
from kiosk.store.telephones.telephone_rows import Telephone
from kiosk.web.desk.common import labels
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import Pages, again, asked, link
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.words import in_page_language, t
from kiosk.web.desk.members import calendars, file_links
from kiosk.web.desk.members.file_links import FileLinks

area = Blueprint("member", __name__)
LINES = 20  # of the member's accounts, on a page


@area.context_processor
def _here() -> dict[str, Any]:
    """Return the values that all templates of these pages use; `here` marks the members' area as open."""
    return {"here": "members", "link": link, "sees_contacts": sees_contacts()}


def sees_contacts() -> bool:
    """Tell whether the signed-in officer may see contact details, to keep files or to write about tabs."""
    return may(May.EDIT_MEMBERS) or may(May.SEE_MONEY)


def file_of(connection: sa.Connection, number: int) -> Member:
    """Return the file under a number in the URL. Answers 404 where there is none."""
    try:
        return members.by_number(connection, number)
    except RequestError:
        abort(404)


@area.get("/members/<int:number>")
@needs(May.FIND_MEMBERS)
def page(number: int) -> str | Response:
    """Show all that this officer may see of a member. A merged file's number leads to the file that was kept."""
    desk = office()
    with desk.reading() as connection:
        member = file_of(connection, number)
        if member.number != number:
            return redirect(url_for("member.page", number=member.number), 303)
        policy, moment = desk.now(connection)
        files = attendance.files_of(connection, member)  # this file, and those merged into it
        shown = {
            "insurance_asked": policy.insurance_asked,
            **_file(connection, member, moment.day),
            **(_money(connection, member, policy, moment) if may(May.SEE_MONEY) else {}),
            "here": attendance.here(connection, files, moment.day),
            **(_visits(connection, files, moment.day) if may(May.SEE_FIGURES) else {}),
        }
        acts = _acts(member, policy, moment.day, shown)
    desk.log("read-file", member.number)
    return render_template("member/page.html", member=member, today=moment.day, again=again, acts=acts, **shown)


def _acts(member: Member, policy: Policy, today: date, shown: Mapping[str, Any]) -> FileLinks:
    """Return the acts that this officer may do on the file, by its present state. `shown` holds the page's values, of
    which `badges`, `owed` and `member_until` are used.
    """
    is_gone = member.left_on is not None and member.left_on <= today
    state = FileState(
        today=today,
        is_gone=is_gone,
        has_badge=any(badge.lost_on is None for badge in shown["badges"]),
        owed_cents=shown.get("owed", 0),  # missing for officers without the right to see money
        member_until=shown["member_until"],
    )
    codes = [code for code, product in policy.products.items() if product.kind is ProductKind.MEMBERSHIP]
    # Empty for former members, and at a desk without the page that asks the entrance for a badge.
    badge_waits = "" if is_gone else link("doorway.wait_for_badge", number=member.number)
    return file_links.of(member, state, renews=codes[0] if codes else "", badge_waits=badge_waits)


def _code_waits(connection: sa.Connection, number: int) -> datetime | None:
    """Return until when a member's code is blocked after wrong attempts, in the space's time; None where it is not."""
    until = pins.waits_until(connection, number, office().now(connection)[1].at)
    return None if until is None else until.astimezone(office().rules.zone)


def _file(connection: sa.Connection, member: Member, today: date) -> dict[str, Any]:
    """Return the values of the page that every officer sees, by their names in the template; reduced tariffs only for
    officers with the right to see them.
    """
    merges = merging.standing(connection, member)
    subscriptions, plans = rights.subscriptions(connection, member.id), name_rows.plans(connection)
    carnets = [row for row in rights.carnets(connection, member.id) if row.used < row.days]
    usable = [row for row in carnets if row.from_on <= today <= (row.expires_on or date.max)]
    granted = grants.of_member(connection, member) if may(May.SEE_REDUCED) else []
    return {
        "plans": _names(plans),
        # The plan that covers today, and what follows it.
        "stands": plan_standing.read(connection, member, today, subscriptions, plans),
        "products": _names(name_rows.products(connection)),
        "member_until": rights.membership_end(connection, member.id),
        "memberships": rights.memberships(connection, member.id)[:5],  # the newest
        "subscriptions": [row for row in subscriptions if row.until_on is None or row.until_on >= today],
        "carnets": carnets,
        "has_days_left": any(row.used < row.days for row in usable),
        "days_left": units.days_and_halves(_units_left(usable, Unit.DAY), _units_left(usable, Unit.HALF_DAY)),
        "left_of": lambda row: t(units.counted(row.days - row.used, Unit(row.unit))),
        "next_expiry": next((row.expires_on for row in usable), None),  # carnets come the soonest to expire first
        "badges": members.badges_of(connection, member),
        "badge_product": labels.badge_product,
        "badge_worth": labels.badge_worth,
        "telephones": _telephones(connection, member),
        "pin": pins.of_member(connection, member.number),
        "pin_waits": _code_waits(connection, member.number),
        "grants": granted,
        "reduced": next((row for row in granted if row.from_on <= today <= row.until_on), None),
        "reasons": labels.reasons(),
        "merges": [(merge.merged, _local_day(merge.made_at)) for merge in merges],
        # `merges` begins with the newest, which alone can be undone, while nothing was written since.
        "can_split": bool(merges) and merging.can_be_undone(connection, member, merges[0].id),
    }


def _telephones(connection: sa.Connection, member: Member) -> list[tuple[Telephone, date]]:
    """Return the member's paired telephones, each with the day of its pairing; empty where this home serves members no
    pages of their own.
    """
    if not office().home.config.pages.address:
        return []
    return [(phone, _local_day(phone.paired_at)) for phone in telephone_rows.of_member(connection, member.number)]


def _units_left(carnets: Sequence[Any], unit: Unit) -> int:
    """Return how many units are left in the carnets that are sold by this unit (day or half day)."""
    return sum(row.days - row.used for row in carnets if row.unit == unit)


def _local_day(at: datetime) -> date:
    """Return the space's own day of a moment."""
    return at.astimezone(office().home.config.zone).date()


def _money(connection: sa.Connection, member: Member, policy: Policy, moment: Moment) -> dict[str, Any]:
    """Return the values of the page about money, by their names in the template: the file's accounts, the amount that
    they owe together in cents, one page of their lines, and the accounts that pay for the member.
    """
    owing = standing_of(connection, office().rules, policy, member, moment)
    own = statements.accounts_of(connection, member.id)
    owed = sum(account.balance_cents for account in own)
    accounts = [account.account for account in own]
    rows, count = statements.lines(connection, accounts, owed, page=asked("lines"), size=LINES)
    return {
        "accounts": own,
        "number_of": {account.account: account.number for account in own},  # the member's number, by account
        "owed": owed,
        "limit": policy.tab_limit_cents if owing.has_tab else 0,  # 0: the member has no tab
        "credit_left": credit.left(owing),  # cents for which more may be bought on the tab; negative beyond its limit
        "lines": rows,
        "pages": Pages(asked("lines"), count, LINES, "lines"),
        "told": labels.line,
        "reversible": reversals.REVERSIBLE,
        "payers": payer_rows.of_member(connection, member, moment.day),
        "kinds": labels.product_kinds(),
    }


def _visits(connection: sa.Connection, files: Collection[int], today: date) -> dict[str, Any]:
    """Return a year of a member's visits as a picture (this year, unless the URL asks for another since the first
    visit), the years to choose from, and the day of the last visit (None without one).
    """
    first, last = attendance.bounds(connection, files)
    asked_for = request.args.get("year", today.year, int)
    years = range((first or today).year, today.year + 1)
    chosen = asked_for if asked_for in years else today.year
    year = calendars.year(chosen, attendance.days_of_year(connection, files, chosen))
    return {"year": year, "years": years, "last_on": last}


def _names(by_code: dict[str, Names]) -> dict[str, str]:
    """Return names in the page's language, by code."""
    return {code: in_page_language(names) for code, names in by_code.items()}
