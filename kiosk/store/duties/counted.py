"""Counts what is open of most kinds of duty in one statement: on a server each statement is a round trip.

A duty is something that officers have to do. One row for each kind: how many, how many cents, a day (`since`: the
oldest, unless the row says which), and the day of the last act that did this duty. `kiosk/duties/reading.py` makes the
duties of these rows. A reversal is an entry that takes another back; an entry taken back counts for no sum of money.
`MOVES` are the cash box's movements; `CREDITED` is the entry saying that carried cash has arrived at the bank, and
`ON_NO_STATEMENT` such cash that no bank line shows.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy import literal_column

from kiosk.domain.badges import writing
from kiosk.domain.books.closings import Period
from kiosk.domain.books.documents import Series
from kiosk.domain.events.terms import EventState
from kiosk.domain.money.online import State
from kiosk.domain.visitors.requests import Kind as PublicKind
from kiosk.domain.visitors.requests import State as RequestState
from kiosk.store.money.bank_deposit_rows import CASH, CHEQUE, CREDITED, ON_NO_STATEMENT, PAYOUTS
from kiosk.store.money.cash_rows import MOVES, OPEN
from kiosk.store.tables import OPEN_CENTS, WITH_OPEN, UtcTime, account, badge, entry, is_current, member, of_books
from kiosk.store.tables.badge_keys import badge_chip
from kiosk.store.tables.books import (
    bank_line,
    bank_statement,
    closing,
    declaration,
    document,
    document_line,
    remittance,
    remittance_part,
)
from kiosk.store.tables.desk import answer_batch, correction, desk_user, joining
from kiosk.store.tables.events import event
from kiosk.store.tables.hosting import shift
from kiosk.store.tables.online import online_payment
from kiosk.store.tables.premises import office_approval, registered_office
from kiosk.store.tables.rooms import calendar_occurrence
from kiosk.store.tables.visitors import TAKEN, public_request

_by = entry.alias("by_entry")  # an entry that reverses another, in the subqueries that look for a reversal
_paid = entry.alias("paid")  # a payment or a refund
_AHEAD = timedelta(days=60)  # an insurance is counted from 60 days before its last day, and when it is over
_SOON = timedelta(days=3)  # how near a shift or a training must be to be a duty
_Query = sa.Select[*tuple[Any, ...]]
_ZERO = literal_column("0", sa.Integer)  # where a kind counts nothing, or has no cents
_NO_DAY = sa.cast(sa.null(), sa.Date)  # where a kind has no day


class Counted(Struct, frozen=True):
    """The open part of a duty: how many, cents, a day (mostly the oldest), and the day of the last act of this kind."""

    count: int = 0
    cents: int = 0
    since: date | None = None
    last_on: date | None = None


class Span(Struct, frozen=True):
    """The local days and the moment to count by. `until` is the last day whose entries of money count: today, or the
    last day of a period to be closed. What waits or comes is counted as of `today` and the moment `now`.
    """

    today: date
    until: date
    now: datetime


_TODAY, _UNTIL = sa.bindparam("today", type_=sa.Date), sa.bindparam("until", type_=sa.Date)
_AHEAD_ON, _SOON_ON = sa.bindparam("ahead", type_=sa.Date), sa.bindparam("soon", type_=sa.Date)
_NOW, _SOON_AT = sa.bindparam("now", type_=UtcTime), sa.bindparam("soon_at", type_=UtcTime)


def read(connection: sa.Connection, span: Span) -> dict[str, Counted]:
    """Return the open part of every row, by the row's name; a row with nothing to count is there, too, with 0."""
    days = {"today": span.today, "until": span.until, "ahead": span.today + _AHEAD, "soon": span.today + _SOON}
    rows = connection.execute(_statement(), {**days, "now": span.now, "soon_at": span.now + _SOON})
    return {row.name: Counted(int(row.count_ or 0), int(row.cents or 0), row.since, row.last_on) for row in rows}


@cache  # building the statement takes several times as long as running it
def _statement() -> sa.CompoundSelect[*tuple[Any, ...]]:
    """Return the one statement: a row for each kind of duty."""
    return sa.union_all(*_people(), *_place(), *_bank(), *_box(), *_closings(), *_invoices(), _answers())


def _row(
    name: str,
    count: sa.ColumnElement[int] = _ZERO,
    cents: sa.ColumnElement[int] = _ZERO,
    since: Any = _NO_DAY,
    last_on: Any = _NO_DAY,
) -> _Query:
    """Return the query for one row: its name, and what to select for each column. Cents that are NULL, as a sum over
    no rows is, become 0; days may be NULL.
    """
    return sa.select(
        literal_column(f"'{name}'", sa.String).label("name"),
        count.label("count_"),
        sa.func.coalesce(cents, 0).label("cents"),
        sa.type_coerce(since, sa.Date).label("since"),
        sa.type_coerce(last_on, sa.Date).label("last_on"),
    )


def _people() -> Iterator[_Query]:
    """Yield the rows about people: requests, erasures, corrections, accounts, badges, insurances.

    `visitors` are requests on the web site to join, or to visit on a day that is not past; `rentals` those for a room
    without a quote yet. `accounts` are active accounts of the desk with neither a member's file nor a note that an
    outsider uses them. `badges` are chips with some of their new keys, perhaps, and not others.
    """
    request, reported, file = joining.c, correction.c, member.c
    yield _row("joinings", sa.func.count(), since=sa.func.min(request.day_on)).where(request.settled_at.is_(None))
    public = public_request.c
    coming = sa.and_(public.state == RequestState.WAITING.value, public.day_on >= _TODAY)
    asking = sa.or_(public.kind == PublicKind.JOIN.value, sa.and_(public.kind == PublicKind.VISIT.value, coming))
    yield _row("visitors", sa.func.count()).where(  # one that is TAKEN goes on as a joining
        public.state == RequestState.WAITING.value, asking, ~TAKEN
    )
    yield _row("rentals", sa.func.count()).where(
        public.kind == PublicKind.ROOM.value, coming, public.quote_id.is_(None)
    )
    yield _row("erasures", sa.func.count(), since=sa.func.min(file.erasure_asked_on)).where(
        file.erasure_asked_on.is_not(None)
    )
    yield _row("corrections", sa.func.count(), since=sa.func.min(reported.day_on)).where(
        reported.state == "open", reported.day_on <= _UNTIL
    )
    user = desk_user.c
    yield _row("accounts", sa.func.count()).where(user.active, user.member_id.is_(None), user.outsider_on.is_(None))
    is_present = is_current(_TODAY)
    yield (
        _row("badges", sa.func.count())
        .select_from(badge_chip)
        .join(badge, badge.c.fingerprint == badge_chip.c.fingerprint)
        .join(member, member.c.id == badge.c.member_id)
        .where(
            badge_chip.c.step.in_([step.value for step in writing.HALF_WRITTEN]),
            badge.c.lost_on.is_(None),
            file.left_on.is_(None),
        )
    )
    yield _row("insurances", sa.func.count(), since=sa.func.min(file.insured_until)).where(
        file.insured_until <= _AHEAD_ON, is_present, file.merged_into.is_(None)
    )


def _place() -> Iterator[_Query]:
    """Yield the rows about the place: shifts without a host, trainings, calendars, registered offices.

    Shifts (`turns`) are those of today and the next three days. `trainings` are open ones with a threshold of signups
    and a deadline within three days, however many have signed up. `calendars` are events of a followed calendar,
    not yet over, that differ from what is booked here (`why`).
    """
    turn, training, office = shift.c, event.c, registered_office.c
    yield (
        _row("turns", sa.func.count(), since=sa.func.min(turn.day_on))
        .where(turn.member_id.is_(None), turn.day_on.between(_TODAY, _SOON_ON))
        .where(~turn.called_off, ~turn.confirmed)
    )
    yield _row("trainings", sa.func.count()).where(
        training.state == EventState.OPEN.value,
        training.threshold.is_not(None),
        training.deadline_at > _NOW,
        training.deadline_at <= _SOON_AT,
    )
    occurrence = calendar_occurrence.c
    yield _row("calendars", sa.func.count(), since=sa.func.min(occurrence.asked_on)).where(
        occurrence.why.is_not(None), occurrence.day_on >= _TODAY
    )
    last = sa.select(sa.func.max(office_approval.c.until_on)).where(office_approval.c.ended_on.is_(None))
    yield (
        _row("offices", sa.func.count(), since=last.scalar_subquery())  # the last approval's last day, or NULL
        .select_from(registered_office)
        .where(sa.or_(office.until_on.is_(None), office.until_on >= _TODAY))
    )


def _answers() -> _Query:
    """Count batches of the answers given while setting up the space, if in force, with a "not known yet" among them,
    which JSON stores as null: `duties/reading.py` looks closer.
    """
    batch = answer_batch.c
    return _row("answers", sa.func.count(), since=sa.func.max(batch.written_on)).where(  # the newest batch's
        batch.written.is_not(None), batch.taken_back_by.is_(None), batch.answers.contains(": null")
    )


def _bank() -> Iterator[_Query]:
    """Yield the rows about the bank: open lines, statements, cheques, online payments, payouts, cash on its way.

    How far the statements reach is in two rows: `statement` has the day of the last line, `covered` the last day that
    an imported file covers, at most `until`. `online` counts payments whose outcome is uncertain, by their UTC day.
    """
    line = bank_line.c
    by_then = line.day_on <= _UNTIL
    yield _row("bank-lines", sa.func.count(), since=sa.func.min(line.day_on)).where(line.state == "open", by_then)
    yield _row("statement", sa.func.count(), last_on=sa.func.max(line.day_on)).where(by_then)
    spans = bank_statement.c  # days without a line are covered, too, up to a balance that adds up
    last = sa.case((spans.closing_on > spans.ends_on, spans.closing_on), else_=spans.ends_on)
    covered = sa.func.max(sa.case((last > _UNTIL, _UNTIL), else_=last))
    yield _row("covered", sa.func.count(), last_on=covered).where(spans.begins_on <= _UNTIL, last <= _TODAY)
    unseen = ON_NO_STATEMENT.subquery("on_no_statement").c
    yield _row("unseen", sa.func.count(), sa.func.sum(unseen.cents), sa.func.min(unseen.day_on)).where(
        unseen.day_on <= _UNTIL
    )
    # the first transfer ever entered: where there is one, a statement is due
    yield _row("transfers", sa.func.count(), since=sa.func.min(entry.c.day_on)).where(
        entry.c.method == literal_column("'transfer'"), entry.c.day_on <= _UNTIL
    )
    yield _waiting("cheques", _paid.c.group_id, (CHEQUE,), ("payment",))
    online = online_payment.c
    paid, day = sa.func.coalesce(online.paid_cents, online.cents), sa.type_coerce(online.made_at, sa.String)
    first = sa.func.min(sa.func.substr(day, 1, 10))
    yield _row("online", sa.func.count(), sa.func.sum(paid), first).where(online.state == State.UNCERTAIN.value)
    yield _waiting("payouts", _paid.c.number, PAYOUTS, ("payment", "refund"))
    cents = sa.func.json_extract(entry.c.detail, literal_column("'$.cents'"), type_=sa.Integer)
    yield (
        _row("carried", sa.func.count(), sa.func.sum(cents), sa.func.min(entry.c.day_on))
        .select_from(remittance.join(entry, entry.c.number == remittance.c.entry_number))
        .where(remittance.c.method == literal_column(f"'{CASH}'"), CREDITED.is_(None), entry.c.day_on <= _UNTIL)
        .where(~sa.exists().where(_by.c.reverses == entry.c.number))
    )


def _waiting(name: str, piece: sa.ColumnElement[Any], methods: Sequence[str], kinds: Sequence[str]) -> _Query:
    """Return the query for a row that counts money received by these methods, in entries of these kinds, that is on no
    deposit slip and in no payout, as `bank_deposit_rows.waiting` lists it. Entries with the same `piece` count once.
    The day of the last act is the last slip's. A payment is below 0 on its account: hence the minus.
    """
    money, slip, back = entry.alias(), entry.alias(), entry.alias()
    unassigned = sa.select(money.c.number).where(
        money.c.method.in_(methods), money.c.number.not_in(sa.select(remittance_part.c.payment_entry))
    )
    last = (
        sa.select(sa.func.max(slip.c.day_on))
        .select_from(remittance.join(slip, slip.c.number == remittance.c.entry_number))
        .where(remittance.c.method.in_(methods), ~sa.exists().where(back.c.reverses == slip.c.number))
        .scalar_subquery()
    )
    cents, count = -sa.func.sum(_paid.c.amount_cents), sa.func.count(sa.distinct(piece))
    return (
        _row(name, count, cents, sa.func.min(_paid.c.day_on), last)
        .where(_paid.c.number.in_(unassigned), _paid.c.kind.in_(kinds), _paid.c.day_on <= _UNTIL)
        .where(~sa.exists().where(_by.c.reverses == _paid.c.number))
    )


def _box() -> Iterator[_Query]:
    """Yield the rows about the cash box: its movements with their sum and first day (`box`), its counts, the last day
    on which cash moved, and cash that members declared and no count has found yet (`declared`).
    """
    by_then, moves = entry.c.day_on <= _UNTIL, MOVES.c
    yield _row("box", sa.func.count(), sa.func.sum(moves.cents), sa.func.min(moves.day_on)).where(
        moves.day_on <= _UNTIL
    )
    stands = ~sa.exists().where(_by.c.reverses == entry.c.number)
    counts = of_books("count"), entry.c.day_on <= _TODAY, stands  # a later count covers everything before it
    yield _row("counts", sa.func.count(), last_on=sa.func.max(entry.c.day_on)).where(*counts)
    in_cash = entry.c.method == literal_column("'cash'")
    yield _row("moved", sa.func.count(), last_on=sa.func.max(entry.c.day_on)).where(in_cash, by_then)
    yield (
        _row("declared", sa.func.count(), sa.func.sum(declaration.c.cents), sa.func.min(entry.c.day_on))
        .select_from(declaration.join(entry, entry.c.number == declaration.c.entry_number))
        .where(declaration.c.state == literal_column(f"'{OPEN}'"), by_then)
    )


def _closings() -> Iterator[_Query]:
    """Yield the rows about closings: the first day with an entry, whatever `until` is, and the last closed month and
    year: their last day as the day of the last act.

    The count of a closed month or year is the number of its closing's entry; 0 without one.
    """
    yield _row("first", since=sa.func.min(entry.c.day_on)).select_from(entry)
    for name, kind in (("months", Period.MONTH), ("years", Period.YEAR)):
        number = sa.func.max(closing.c.entry_number)
        yield _row(name, number, last_on=sa.func.max(closing.c.until_on)).where(closing.c.kind == kind.value)


def _invoices() -> Iterator[_Query]:
    """Yield the rows about invoices: charges of organisations still to invoice, the last invoice, overdue invoices.

    An invoice is overdue after its due day while a charge on it is open and its organisation's account owes money.
    """
    # as a list of accounts: a join would read the entries of all days
    of_organisations = sa.select(account.c.id).where(account.c.organisation_id.is_not(None))
    yield (
        _row("invoices", sa.func.count(), sa.func.sum(entry.c.amount_cents), sa.func.min(entry.c.day_on))
        .where(entry.c.account_id.in_(of_organisations), entry.c.kind == "charge", entry.c.amount_cents > 0)
        .where(entry.c.day_on <= _UNTIL, ~sa.exists().where(_by.c.reverses == entry.c.number))
        .where(~sa.exists().where(document_line.c.invoiced == entry.c.number))
    )
    last = sa.select(sa.func.max(document.c.issued_on)).where(document.c.series == Series.INVOICE.value)
    yield _row("invoiced", last_on=last.scalar_subquery())
    owing = sa.select(account.c.id).where(account.c.organisation_id.is_not(None), account.c.balance_cents > 0)
    line = document.join(document_line, document_line.c.document_id == document.c.id)
    yield (
        _row(
            "overdue",
            sa.func.count(sa.distinct(document.c.id)),
            sa.func.sum(OPEN_CENTS),
            sa.func.min(document.c.due_on),
        )
        .select_from(line.join(WITH_OPEN, entry.c.number == document_line.c.invoiced))
        .where(document.c.series == Series.INVOICE.value, document.c.due_on < _TODAY, OPEN_CENTS > 0)
        .where(document.c.account_id.in_(owing), ~sa.exists().where(_by.c.reverses == entry.c.number))
    )
