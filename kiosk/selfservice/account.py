"""The page "my account" at the screen: what a member owes and holds, after their badge was shown again.

It gives facts only; the screen has the words. What a member may change: `kiosk.selfservice.settings`. A *card* is what
the screen shows, its *sheet* the facts on it, and an *act* what one of its buttons does. What a flow keeps
(`context.keep`, `context.recall`) lasts until the member is done.
"""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.language.names import Names
from kiosk.language.texts import Text
from kiosk.store import name_rows
from kiosk.store.checkin import attendance
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.money import cash_rows, rights, statements
from kiosk.store.money.statements import Line
from kiosk.store.selfservice import pins

A_PAGE = 5  # entries: as many as can be read from a step away
PAGES_OF_LINES = 2  # pages of entries at the screen; the desk has all

# The acts of the first page, likeliest first.
ACTS: tuple[Act, ...] = (Act.PAY, Act.LINES, Act.SETTINGS, Act.DONE)
HIDDEN_ACTS: tuple[Act, ...] = (Act.PAY, Act.SHOW, Act.SETTINGS, Act.DONE)


ON_MY_PHONE = Text("Sur mon téléphone", "On my phone")


class SumsShown(Struct, frozen=True):
    """A mark in the flow: the member asked to see amounts, which stay shown while the flow lasts."""


class AccountSheet(Struct, frozen=True):
    """The facts of the first page.

    `balance_cents` is owed, negative for an advance; `member_until` is the last day of the membership. `came` are the
    days of this year on which the member was here. `declared_cents` were put in the cash box and are not counted yet;
    the balance does not include them. `plan` is a running subscription by its names, `plan_until` its last day (None:
    until it is ended). `days_left` pairs prepaid days with their last day (None: no end), and `halves_left` and
    `hours_left` do the same for half days and hours. `hidden`: amounts are not shown yet.
    """

    balance_cents: int
    today: date
    member_until: date | None = None
    plan: Names | None = None
    plan_until: date | None = None
    days_left: tuple[tuple[int, date | None], ...] = ()
    came: tuple[date, ...] = ()
    halves_left: tuple[tuple[int, date | None], ...] = ()
    hours_left: tuple[tuple[int, date | None], ...] = ()
    hidden: bool = False
    declared_cents: int = 0


class EntryFacts(Struct, frozen=True):
    """The facts of one entry, for a sentence. `cents` raise the balance, negative ones lower it. `product` has its
    names by language; `guest`: the charge is for a guest's day. `taken_back` is the kind of the entry that this one
    reverses; `for_member` is another member's number, where the entry is about them.
    """

    day_on: date
    kind: str
    cents: int
    product: Names | None = None
    method: str | None = None
    guest: bool = False
    taken_back: str | None = None
    for_member: int | None = None


class LinesSheet(Struct, frozen=True):
    """Some entries, newest first."""

    lines: tuple[EntryFacts, ...]
    today: date


def page(
    context: PageContext, kind: CardKind, *acts: Act, sheet: object = None, options: Sequence[Option] = ()
) -> Card:
    """Return a page of the account's family, with buttons for its acts and back to the account."""
    return Card(kind, context.name, acts=(*acts, Act.ACCOUNT, Act.DONE), sheet=sheet, options=tuple(options))


def show(context: PageContext) -> Card:
    """Show the first page of the account; the balance adds up the accounts of all the member's files (merged ones keep
    theirs).
    """
    connection, today = context.connection, context.moment.day
    member = members.by_number(connection, context.number)
    plan, plan_until = _plan(connection, member, today)
    own = statements.accounts_of(connection, member.id)
    sheet = AccountSheet(
        balance_cents=sum(one.balance_cents for one in own),
        today=today,
        declared_cents=sum(cash_rows.declared_by(connection, one.account) for one in own),
        member_until=rights.membership_end(connection, member.id),
        plan=plan,
        plan_until=plan_until,
        days_left=tuple(rights.days_left(connection, member.id, today)),
        came=tuple(attendance.days_of_year(connection, attendance.files_of(connection, member), today.year)),
        halves_left=tuple(rights.halves_left(connection, member.id, today)),
        hours_left=tuple(rights.hours_left(connection, member.id, today)),
        hidden=_hides(context, member),
    )
    acts = HIDDEN_ACTS if sheet.hidden else ACTS
    has_room = not context.notices  # otherwise the choice is among the settings
    options = (Option(Act.PHONE, "", ON_MY_PHONE),) if has_room and may_pair(context) else ()
    return Card(CardKind.ACCOUNT, context.name, acts=acts, sheet=sheet, notices=context.notices, options=options)


def may_pair(context: PageContext) -> bool:
    """Tell whether this member may pair a telephone: there are members' pages for telephones, and the badge shown is
    one that the office has confirmed.
    """
    if context.flows.pages_at is None or not context.is_by_badge:
        return False
    return pins.unconfirmed_until(context.connection, context.number) is None


def _hides(context: PageContext, member: Member) -> bool:
    """Tell whether amounts are hidden, by the rules or the member's setting, until "Show" was touched in this flow."""
    return (context.policy.hide_amounts or member.hides_sums) and context.recall(SumsShown) is None


def show_sums(context: PageContext) -> Card:
    """Show the amounts, for as long as this flow lasts."""
    context.keep(SumsShown())
    return show(context)


def _plan(connection: sa.Connection, member: Member, today: date) -> tuple[Names | None, date | None]:
    """Return the subscription that covers today: its names and its last day; None and None without one."""
    for row in rights.subscriptions(connection, member.id):
        if row.from_on <= today and (row.until_on is None or row.until_on >= today):
            return name_rows.products(connection)[row.code], row.until_on
    return None, None


def show_lines(context: PageContext) -> Card:
    """Show the newest entries."""
    return _lines(context, 1)


def show_older(context: PageContext) -> Card:
    """Show the next page of entries, older than the newest."""
    return _lines(context, 2)


def _lines(context: PageContext, page_number: int) -> Card:
    """Show a page of the member's entries, newest first, with the visits of guests that cost nothing, which have no
    entry; show the account instead while amounts are hidden.
    """
    connection = context.connection
    member = members.by_number(connection, context.number)
    if _hides(context, member):  # the entries show amounts, too
        return show(context)
    own = statements.accounts_of(connection, member.id)
    accounts, owed = [one.account for one in own], sum(one.balance_cents for one in own)
    last_place = page_number * A_PAGE
    rows, count = statements.lines(connection, accounts, owed, page=1, size=last_place)
    guests, guest_count = attendance.free_guests(connection, member, last_place)
    shown = _with_guests(told(connection, rows, {one.number for one in own}), guests)
    has_older = page_number < PAGES_OF_LINES and count + guest_count > last_place
    acts = (Act.OLDER,) if has_older else (Act.LINES,) if page_number > 1 else ()
    sheet = LinesSheet(shown[last_place - A_PAGE : last_place], context.moment.day)
    return page(context, CardKind.OWN_LINES, *acts, Act.REPORT, sheet=sheet)


def _with_guests(lines: tuple[EntryFacts, ...], days: list[date]) -> tuple[EntryFacts, ...]:
    """Insert the free guests of these days, for which there are no entries, each in front of the entries of its day, in
    a list that has the newest first; `days` are newest first, too.
    """
    both = list(lines)
    for day in reversed(days):
        place = next((place for place, fact in enumerate(both) if fact.day_on <= day), len(both))
        both.insert(place, EntryFacts(day, "charge", 0, guest=True))
    return tuple(both)


def told(connection: sa.Connection, rows: list[Line], own: set[int]) -> tuple[EntryFacts, ...]:
    """Return the facts of some entries, in their order; `own` are the numbers of the member's own files."""
    products = name_rows.products(connection)
    described = [row.reverses or row.number for row in rows]  # a reversal is described by the entry that it reverses
    descriptions = statements.about(connection, described)
    facts = []
    for row, number in zip(rows, described, strict=True):
        description = descriptions[number]
        facts.append(
            EntryFacts(
                day_on=row.day_on,
                kind=row.kind,
                cents=row.amount_cents,
                product=products.get(description.product or ""),
                method=row.method,
                guest=description.is_guest,
                taken_back=description.kind if row.reverses else None,
                for_member=None if row.member_number in (None, *own) else row.member_number,
            )
        )
    return tuple(facts)


PAGES = {Act.ACCOUNT: Page(show), Act.SHOW: Page(show_sums), Act.LINES: Page(show_lines), Act.OLDER: Page(show_older)}
