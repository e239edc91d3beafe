"""Sends a member's report of a mistake to the desk: a day without a tap, or a wrong entry. The desk decides."""

from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import Page, PageContext
from kiosk.domain import inputs
from kiosk.domain.checkin.choices import Act
from kiosk.domain.money.forgotten import MOST_DAYS_BACK
from kiosk.errors import RequestError
from kiosk.language.names import Names
from kiosk.language.texts import Said, Text
from kiosk.money import corrections
from kiosk.selfservice import account
from kiosk.selfservice.choice_labels import DOTTED, Euros, ShortDay, option
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.money import charged, correction_rows, reversals, statements
from kiosk.store.money.correction_rows import ERROR, FORGOTTEN
from kiosk.store.space import policies

A_PAGE, MOST_LINES = 5, 10  # entries on a page, and in all
OLDER = "older"  # the touched value that shows the second page
_OF_DAY = Text("{day} {what}", "{day} {what}")


class DaysSheet(Struct, frozen=True):
    """The days that cannot be chosen: already counted, or already reported as forgotten. `is_empty`: no other day is
    left to choose.
    """

    counted: tuple[date, ...]
    reported: tuple[date, ...]
    is_empty: bool


class WrongSheet(Struct, frozen=True):
    """Whether there is no entry to choose."""

    is_empty: bool


def show_days(context: PageContext) -> Card:
    """Show the MOST_DAYS_BACK days before today, newest first; those already counted or reported cannot be touched, and
    days before the member joined are left out.
    """
    connection, today = context.connection, context.moment.day
    member = members.by_number(connection, context.number)
    counted, reported, free = [], [], []
    for back in range(1, MOST_DAYS_BACK + 1):
        day = today - timedelta(days=back)
        if corrections.is_counted(connection, context.policy, member.number, day):
            counted.append(day)
        elif correction_rows.like(connection, FORGOTTEN, member.id, day, None) is not None:
            reported.append(day)
        elif day >= member.joined_on:
            free.append(day)
    options = tuple(option(Act.FORGOT, day.isoformat(), ShortDay(day)) for day in free)
    sheet = DaysSheet(tuple(counted), tuple(reported), not free)
    return account.page(context, CardKind.FORGOTTEN, Act.REPORT, sheet=sheet, options=options)


def forgot(context: PageContext) -> Card:
    """Report a forgotten day to the desk. Reported twice, it counts once. A touched value that is no date shows the
    days again.
    """
    try:
        day = inputs.the_day(context.value)
    except ValueError:
        return show_days(context)
    return _report(context, FORGOTTEN, day=day)


def show_lines(context: PageContext) -> Card:
    """Show those of the last MOST_LINES entries that can be reversed, are not reversed yet and are about this member,
    A_PAGE at a time; a forgotten day is reported from here, too.
    """
    connection = context.connection
    member = members.by_number(connection, context.number)
    rows = _lines(context, member)
    first = A_PAGE if context.value == OLDER else 0
    lines = charged.lines(connection, rows[first : first + A_PAGE])
    options = [option(Act.WRONG_LINE, line["entry"], _label(line)) for line in lines]
    if first:
        options.append(option(Act.WRONG, "", Text("Lignes plus récentes", "Newer entries")))
    elif len(rows) > A_PAGE:
        options.append(option(Act.WRONG, OLDER, Text("Lignes plus anciennes", "Older entries")))
    return account.page(context, CardKind.WRONG, Act.FORGOTTEN, sheet=WrongSheet(not rows), options=options)


def report(context: PageContext) -> Card:
    """Report an entry as wrong to the desk. Reported twice, it counts once. A touched value that is no entry's number
    shows the entries again.
    """
    if not (context.value.isascii() and context.value.isdigit() and len(context.value) < 10):
        return show_lines(context)
    return _report(context, ERROR, entry=int(context.value))


def _lines(context: PageContext, member: Member) -> list[int]:
    """Return the numbers of the entries, among the last MOST_LINES of the member's account, that are about this member
    and can be reversed, newest first.
    """
    rows, _ = statements.lines(context.connection, [member.account], member.balance_cents, page=1, size=MOST_LINES)
    return [
        row.number
        for row in rows
        if row.kind in reversals.REVERSIBLE and row.reversed_by is None and row.member_number == member.number
    ]


def _label(line: charged.Line) -> Said:
    """Return the words for an entry on its button: its day, what it is for, and its amount."""
    day, label = ShortDay(date.fromisoformat(line["day"])), Names(line["label"])
    # Declared cash changes no balance before it is counted: its entry is of 0 cents.
    cents: int = line["declared_cents" if "declared_cents" in line else "cents"]
    return DOTTED.of(what=_OF_DAY.of(day=day, what=label), worth=Euros(cents))


def _report(context: PageContext, kind: str, *, day: date | None = None, entry: int | None = None) -> Card:
    """Send a correction request to the office (`kind`: FORGOTTEN with a day, ERROR with an entry), and say whether it
    was taken; a refusal has no reason on the screen.
    """
    connection = context.connection
    try:
        corrections.ask(
            connection,
            lambda on: policies.read(connection, on),
            context.moment,
            kind,
            context.number,
            day=day,
            entry=entry,
        )
    except RequestError:
        return account.page(context, CardKind.NOT_REPORTED, Act.REPORT)
    reported_day = None if day is None else ShortDay(day)
    return replace(account.page(context, CardKind.REPORTED, Act.REPORT), confirms=reported_day)


PAGES = {
    Act.REPORT: Page(show_lines),
    Act.FORGOTTEN: Page(show_days),
    Act.FORGOT: Page(forgot, writes=True),
    Act.WRONG: Page(show_lines),
    Act.WRONG_LINE: Page(report, writes=True),
}
