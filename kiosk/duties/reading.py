"""Reads the duties of a home as they are at one moment. A duty is one kind of task for the office (cheques to deposit,
months to close), with its count and its amount.

The to-do page, the weekly mail, `kiosk todo` and the closing pages all take their lines and numbers from here. Each
part of the records is read once, and only where one of the kinds that were asked for needs it.

A kind's *facts* (`kiosk.domain.duties.Facts`) are its open number (`count`) and `cents`, its oldest day (`since`), the
day on which its act was last done (`done_on`), the day on which something ends (`ends_on`), whether its subject is in
use here (`applies`), and whether it cannot be mended at the desk (`is_beyond`). From `slept_on` on the duty *sleeps*:
it is left out for some days, since its act was done. `about` has further values for its words; "by_act" marks a kind
that an act recorded here ends.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.devices.protocols import MachineClock
from kiosk.domain import duties
from kiosk.domain.books import fiscal
from kiosk.domain.days import Moment
from kiosk.domain.duties import Duties, Facts, Kind
from kiosk.domain.health.findings import Level
from kiosk.domain.money.tariffs import Policy
from kiosk.duties import two_hands
from kiosk.duties.two_hands import Viewer
from kiosk.health import condition
from kiosk.health.condition import Known
from kiosk.home import Home
from kiosk.store.duties import counted, later_rows, owed
from kiosk.store.duties.counted import Counted, Span
from kiosk.store.messages import outbox_rows
from kiosk.store.money import bank_deposit_rows
from kiosk.store.selfservice import pins
from kiosk.store.space import answer_rows, book_rules

EVERY = frozenset(Kind)  # all kinds
UNDER_WAY = frozenset((Kind.CHEQUES, Kind.PAYOUTS, Kind.CARRIED, Kind.BOX))
"""Money that is not at the bank yet."""

CLOSING = UNDER_WAY | frozenset(
    (
        Kind.CORRECTIONS,
        Kind.TAPS,
        Kind.BANK_LINES,
        Kind.STATEMENT,
        Kind.INVOICES,
    )
)
"""The kinds that a closing lists: work that is not finished, and money that is on its way."""

BOOKS = CLOSING | {Kind.TABS, Kind.OVERDUE, Kind.MONTHS, Kind.FILES}
"""The kinds shown by the month's evening and by the page of the books."""

_SHORTEST_YEAR = timedelta(days=28)  # a fiscal year between two rules may be short
_AHEAD = timedelta(days=duties.AHEAD_DAYS)


class Occasion(Struct, frozen=True):
    """The circumstances in which duties are read."""

    home: Home
    policy: Policy
    moment: Moment
    clock: MachineClock
    viewer: Viewer | None = None  # the officer for whom the list is made: it counts what that officer may agree to
    until: date | None = None  # the last day that counts, for example of the period to be closed
    known: Known | None = None  # the findings of the home's health, where they were read before
    details: bool = False  # also count the cheques that lack what a deposit slip asks for


def read(connection: sa.Connection, at: Occasion, kinds: Collection[Kind] = EVERY) -> Duties:
    """Return the duties of these kinds, in the order of `Kind`: waiting people first."""
    # the delays by kind, and the day on which renewals were last proposed
    postponed, proposed_on = later_rows.standing(connection, at.home.config.zone)
    facts = dict(_facts(connection, at, kinds, proposed_on))
    return Duties(
        tuple(duties.judge(kind, facts[kind], at.moment.day, postponed.get(kind)) for kind in Kind if kind in kinds)
    )


_Parts = Iterator[tuple[Kind, Facts]]


def _facts(connection: sa.Connection, at: Occasion, kinds: Collection[Kind], proposed_on: date | None) -> _Parts:
    """Yield each kind of duty with its facts; read further parts of the records only where a kind needs them."""
    today = at.moment.day
    rows = counted.read(connection, Span(today, at.until or today, at.moment.at))
    yield from _of_people(rows, today)
    until = at.until or today.replace(day=1) - timedelta(days=1)
    yield from _of_bank(rows, until, _bare_cheques(connection, at, rows))
    yield Kind.BOX, _box(rows, today)
    yield Kind.MONTHS, _months(rows, today)
    reminded: Mapping[str, owed.Reminded] = {}
    if {Kind.TABS, Kind.OVERDUE} & set(kinds):
        reminded = owed.reminders(connection, at.moment.at)
        yield Kind.TABS, _tabs(connection, at, reminded)
    yield from _of_invoices(connection, rows, reminded, at)
    if Kind.MEMBERSHIPS in kinds:
        yield Kind.MEMBERSHIPS, _memberships(connection, at, proposed_on)
    if Kind.FILES in kinds:
        yield Kind.FILES, _files(connection, at, rows["months"])
    if Kind.YEAR in kinds:
        yield Kind.YEAR, _year(connection, rows, today)
    if Kind.CODES in kinds:
        numbers = pins.waiting(connection, at.moment.at)
        yield Kind.CODES, Facts(count=len(numbers), about={"member": numbers[0] if numbers else None})
    if Kind.TWO in kinds:
        yield Kind.TWO, Facts(count=two_hands.waiting(connection, at.moment, at.viewer))
    if Kind.ACCOUNTS in kinds:
        yield Kind.ACCOUNTS, _accounts(connection, at.moment, rows)
    yield Kind.ANSWERS, _answers(connection, rows, today, kinds)
    if {Kind.HEALTH, Kind.TAPS} & set(kinds):
        yield from _of_machine(at.known or condition.known(connection, at.home, at.clock))


def _of_people(rows: Mapping[str, Counted], today: date) -> _Parts:
    """Yield the duties about waiting people, shifts, training courses, calendars, insurances and registered offices."""
    for kind in (Kind.JOININGS, Kind.VISITORS, Kind.RENTALS, Kind.ERASURES, Kind.CORRECTIONS, Kind.BADGES):
        row = rows[kind.value]
        yield kind, Facts(count=row.count, since=row.since)
    turns, insured, offices = rows["turns"], rows["insurances"], rows["offices"]
    yield Kind.TURNS, Facts(count=turns.count, ends_on=turns.since)  # the day of the first free shift
    yield Kind.TRAININGS, Facts(count=rows["trainings"].count, ends_on=today)  # those of today
    calendars = rows["calendars"]
    yield Kind.CALENDARS, Facts(count=calendars.count, since=calendars.since)
    yield Kind.INSURANCES, Facts(count=insured.count, ends_on=insured.since)
    ends_on = offices.since or today  # without an approval in force there is no day on which it ends
    is_near = ends_on <= today + _AHEAD
    about = {"bare": int(offices.since is None or ends_on < today)}
    yield Kind.OFFICES, Facts(count=offices.count if is_near else 0, ends_on=ends_on, about=about)


def _accounts(connection: sa.Connection, moment: Moment, rows: Mapping[str, Counted]) -> Facts:
    """Return the number of desk accounts that are linked to no member's file, and the first day on which one of them
    stops taking payments.
    """
    if not rows["accounts"].count:
        return Facts()
    from kiosk.store.officers import account_file_rows  # imported here, so that the program starts no slower

    unsettled = account_file_rows.unsettled(connection, moment)
    days = [each.last_day for each in unsettled if each.last_day is not None]
    return Facts(count=len(unsettled), ends_on=min(days, default=None))


def _answers(connection: sa.Connection, rows: Mapping[str, Counted], today: date, kinds: Collection[Kind]) -> Facts:
    """Count the set-up questions that are still without an answer. They are read only where the counted rows say that
    there are some.
    """
    row = rows["answers"]
    if not row.count or Kind.ANSWERS not in kinds:
        return Facts(applies=False)
    return Facts(count=len(answer_rows.unknown(connection, today)), since=row.since)


def _bare_cheques(connection: sa.Connection, at: Occasion, rows: Mapping[str, Counted]) -> int:
    """Count the cheques to be deposited that lack the bank or the number that a deposit slip asks for; 0 without
    `details`.
    """
    if not (at.details and rows["cheques"].count):
        return 0
    cheques = [each.cheque for each in bank_deposit_rows.waiting(connection, bank_deposit_rows.CHEQUE)]
    return sum(not (each.bank and each.number) for each in cheques)


def _of_bank(rows: Mapping[str, Counted], until: date, bare: int) -> _Parts:
    """Yield what the bank's statements, online payments, cheques, payouts and carried cash leave to do.

    Once a statement was ever imported, one is expected up to `until`. Statements reach to their last line, or to the
    last day that their file says it covers. `bare` is the number of cheques without bank or number.
    """
    lines, transfers = rows["bank-lines"], rows["transfers"]
    ends = [rows[name].last_on for name in ("statement", "covered")]
    last = max((day for day in ends if day is not None), default=None)
    yield Kind.BANK_LINES, Facts(count=lines.count, since=lines.since, applies=last is not None, done_on=last)
    yield (
        Kind.STATEMENT,
        Facts(
            count=int(last is not None and last < until),
            since=last,
            applies=last is not None or bool(transfers.count),
            done_on=last,
            about={"by_act": 1},  # without a past import it counts as never done
        ),
    )
    uncertain = rows["online"]
    yield Kind.ONLINE, Facts(count=uncertain.count, cents=uncertain.cents, since=uncertain.since)
    for kind in (Kind.CHEQUES, Kind.PAYOUTS):
        row = rows[kind.value]
        applies = bool(row.count or row.last_on)
        yield (
            kind,
            Facts(
                count=row.count,
                cents=row.cents,
                since=row.since,
                applies=applies,
                done_on=row.last_on,
                about={"by_act": 1, "bare": bare if kind is Kind.CHEQUES else 0},
            ),
        )
    carried, unseen = rows["carried"], rows["unseen"]
    yield (
        Kind.CARRIED,
        Facts(
            count=carried.count + unseen.count,
            cents=carried.cents + unseen.cents,
            since=min((day for day in (carried.since, unseen.since) if day is not None), default=None),
            about={"unseen_cents": unseen.cents},
        ),
    )


def _box(rows: Mapping[str, Counted], today: date) -> Facts:
    """Return the facts of the cash box: count it again where cash has moved since the last count, where it has held
    money for `UNCOUNTED_DAYS`, where members declared cash, or where its entries are below 0.
    """
    box, counts, moved_on, declared = rows["box"], rows["counts"], rows["moved"].last_on, rows["declared"]
    since = counts.last_on or box.since
    has_moved = moved_on is not None and (counts.last_on is None or moved_on > counts.last_on)
    is_old = bool(box.cents) and since is not None and since + timedelta(days=duties.UNCOUNTED_DAYS) <= today
    return Facts(
        count=declared.count + int(has_moved or is_old or box.cents < 0),
        cents=box.cents,
        since=since,
        declared_on=declared.since,
        applies=bool(box.count or declared.count),
        done_on=counts.last_on,
        about={"by_act": 1, "declared": declared.count, "declared_cents": declared.cents, "moved": int(has_moved)},
    )


def _months(rows: Mapping[str, Counted], today: date) -> Facts:
    """Count the months that are over and not closed, from the one after the last closed month on, or from the one with
    the first entry.
    """
    closed_until, first = rows["months"].last_on, rows["first"].since
    since = first if closed_until is None else closed_until + timedelta(days=1)
    if since is None:
        return Facts(applies=False)
    count = max(0, (today.year - since.year) * 12 + today.month - since.month)
    last = today.replace(day=1) - timedelta(days=1)
    return Facts(
        count=count,
        since=since if count else None,
        done_on=closed_until,
        about={"by_act": 1, "first": since, "last": last if count else None},
    )


def _tabs(connection: sa.Connection, at: Occasion, reminded: Mapping[str, owed.Reminded]) -> Facts:
    """Return how many members' tabs are past due, and for how much. The duty sleeps while each of them was reminded,
    from the day of the oldest of their last reminders on.
    """
    past = owed.past_due(connection, at.moment.day, at.policy.tab_due_days)
    reminders = [reminded.get(owed.of_account(account)) for account in past]
    zone, last = at.home.config.zone, [each.last_at for each in reminders if each is not None]
    all_reminded = bool(past) and len(last) == len(past)
    return Facts(
        count=len(past),
        cents=sum(past.values()),
        slept_on=min(last).astimezone(zone).date() if all_reminded else None,
        about={
            "due_days": at.policy.tab_due_days,
            "last": max(last).astimezone(zone).date() if last else None,
            "thrice": sum(each is not None and each.times >= 3 for each in reminders),
        },
    )


def _of_invoices(
    connection: sa.Connection, rows: Mapping[str, Counted], reminded: Mapping[str, owed.Reminded], at: Occasion
) -> _Parts:
    """Yield the charges without an invoice, and the late invoices, which sleep while all were reminded of."""
    bare, late = rows["invoices"], rows["overdue"]
    yield (
        Kind.INVOICES,
        Facts(
            count=bare.count,
            cents=bare.cents,
            since=bare.since,
            applies=bool(bare.count or rows["invoiced"].last_on),
            done_on=rows["invoiced"].last_on,
        ),
    )
    reminded_since = (
        _all_reminded_since(owed.late_invoices(connection, at.moment.day), reminded)
        if late.count and reminded
        else None
    )
    yield (
        Kind.OVERDUE,
        Facts(
            count=late.count,
            cents=late.cents,
            since=late.since,
            slept_on=None if reminded_since is None else reminded_since.astimezone(at.home.config.zone).date(),
        ),
    )


def _all_reminded_since(late: Sequence[tuple[int, int]], reminded: Mapping[str, owed.Reminded]) -> datetime | None:
    """Return the moment since which every one of these late invoices has been reminded of: the earliest of their last
    mails, each about the invoice or about its account. None where one of them was never reminded of, or there are none.
    """
    last: list[datetime] = []
    for id_, account in late:
        own = [reminded.get(about) for about in (owed.of_invoice(id_), owed.of_account(account))]
        moments = [each.last_at for each in own if each is not None]
        if not moments:
            return None
        last.append(max(moments))
    return min(last, default=None)


def _memberships(connection: sa.Connection, at: Occasion, proposed_on: date | None) -> Facts:
    """Return the memberships that end soon or have ended, with the first day on which the door will refuse one."""
    today = at.moment.day
    ending = owed.endings(connection, today, _AHEAD)
    over = [each.until_on for each in ending if each.until_on < today]
    grace = timedelta(days=at.policy.membership_grace_days)
    refused = [until + grace + timedelta(days=1) for until in over if until + grace >= today]
    return Facts(
        count=len(ending),
        ends_on=ending[0].until_on if ending else None,
        slept_on=proposed_on,
        about={
            "over": len(over),
            "next": next((each.until_on for each in ending if each.until_on >= today), None),
            "refused_on": min(refused, default=None),
            "proposed_on": proposed_on,
        },
    )


def _files(connection: sa.Connection, at: Occasion, months: Counted) -> Facts:
    """Return whether the files of the last closed month are still to be sent by mail: they count as sent once the mail
    server took them. Does not apply without a closed month.
    """
    if months.last_on is None or not months.count:
        return Facts(applies=False)
    # `count` here is no count, but the number of the entry of the last month's closing.
    about, zone = f"closing:{months.count}:files", at.home.config.zone
    # the last 20 mails about closings: the month's, and older ones that show that the files are sent by mail here
    fates = outbox_rows.latest(connection, "closing:", 20) if at.home.config.mail.server else []
    own = [fate for fate in fates if fate.about.startswith(f"{about} ")]
    sent = next((fate for fate in own if fate.state == "sent"), None)
    mails = bool(at.home.config.mail.server)
    waits = next((fate for fate in own if fate.state == "waiting"), None)
    return Facts(
        count=int(mails and sent is None),
        since=months.last_on,
        applies=mails and any(fate.state == "sent" for fate in fates),
        done_on=None if sent is None or sent.done_at is None else sent.done_at.astimezone(zone).date(),
        slept_on=None if waits is None else waits.made_at.astimezone(zone).date(),
        about={
            "by_act": 1,
            "entry": months.count,
            "until": months.last_on,
            "state": own[0].state if own else "",  # of the newest mail
            "mails": int(mails),
        },
    )


def _year(connection: sa.Connection, rows: Mapping[str, Counted], today: date) -> Facts:
    """Return the first fiscal year that is over and not closed."""
    closed_until, first = rows["years"].last_on, rows["first"].since
    since = first if closed_until is None else closed_until + timedelta(days=1)
    if since is None or since.replace(day=1) + _SHORTEST_YEAR > today:  # no year can be over: the rules are not read
        return Facts(applies=False, done_on=closed_until)
    on = book_rules.history(connection)
    year = fiscal.ruled(since, lambda each: on(each).fiscal_year_month)
    is_over = year.last_on < today
    return Facts(
        count=int(is_over), since=year.last_on if is_over else None, done_on=closed_until, about={"name": year.name}
    )


def _of_machine(known: Known) -> _Parts:
    """Yield what the machine leaves to do: findings that are not well, and taps that could not be recorded."""
    wrong = known.wrong
    is_bad = any(each.level is Level.BAD for each in wrong)
    yield Kind.HEALTH, Facts(count=len(wrong), is_beyond=is_bad)
    aside, spooled = known.set_aside or 0, known.spooled or 0
    yield (
        Kind.TAPS,
        Facts(count=aside + spooled, applies=bool(aside), is_beyond=bool(aside), about={"aside": aside}),
    )
