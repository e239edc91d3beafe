"""Reads what lines of the bank's statement are compared with: accounts, entries, bank deposits, earlier decisions.

A *piece* of a bank deposit (`remittance`) is a cheque, whose *parts* are payments of one or more accounts, or a single
payment.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from kiosk.domain.books.statements import bank_bounces, bank_proposals, bank_waiting
from kiosk.domain.books.statements.bank_bounces import Deposited, Returned
from kiosk.domain.books.statements.bank_lines import BankLine
from kiosk.domain.books.statements.bank_proposals import OpenItems, OpenPayments, OpenRemittance, Parts, Payer
from kiosk.domain.books.statements.bank_waiting import Waiting
from kiosk.store.books import bank_rows
from kiosk.store.money import bank_deposit_rows
from kiosk.store.tables import account, entry, member, organisation
from kiosk.store.tables.books import bank_line, bank_match, document, document_line

_AROUND = timedelta(days=60)  # how far from the lines' days entries are compared
_LATEST = 200  # bank deposits and payouts, the newest, that are compared with lines
_REMEMBERED = 2000  # decided lines from which proposals are learned
_METHODS = ("transfer", "online", "card")  # of payments that a bank line may stand for
_by = entry.alias("by")


def books(connection: sa.Connection, lines: Sequence[BankLine]) -> OpenItems:
    """Return everything that these bank lines may stand for. Payments on their way are read only if money came in,
    cheques only if a line's words say that one came back: since the earliest such line.
    """
    learned, reasons = _learned(connection)
    waiting = _waiting(connection) if any(line.cents > 0 for line in lines) else ()
    # of lines whose words say that a cheque came back
    days_of_bounces = [line.day for line in lines if bank_bounces.says_so(line)]
    return OpenItems(
        _payers(connection),
        _entered(connection, lines),
        _remitted(connection),
        learned,
        waiting,
        reasons,
        deposited=_deposited(connection, min(days_of_bounces)) if days_of_bounces else (),
        returned=_returned(connection, min(days_of_bounces)) if days_of_bounces else (),
    )


def holders(connection: sa.Connection, accounts: Collection[int]) -> dict[int, str]:
    """Return the names of these accounts' holders, members with their number in four digits."""
    if not accounts:
        return {}
    rows = connection.execute(
        sa.select(account.c.id, sa.func.coalesce(member.c.name, organisation.c.name), member.c.number)
        .outerjoin(member, member.c.id == account.c.member_id)
        .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
        .where(account.c.id.in_(list(accounts)))
    )
    return {id_: f"{name} ({number:04})" if number is not None else str(name) for id_, name, number in rows}


def _waiting(connection: sa.Connection) -> list[Waiting]:
    """Return the payments on their way to the bank: by method (cheque, card, online), of each the oldest first."""
    return [
        Waiting(piece.entry, method, piece.parts[0].day_on, piece.cents)
        for method in bank_waiting.METHODS
        for piece in bank_deposit_rows.waiting(connection, method)
    ]


def _deposited(connection: sa.Connection, day: date) -> list[Deposited]:
    """Return the cheques deposited at most `bank_bounces.LONGEST` before a day, which may still come back."""
    return [
        Deposited(piece.entry, tuple(part.account for part in piece.parts), deposited_on, piece.cents)
        for piece, deposited_on in bank_deposit_rows.deposited(connection, day - bank_bounces.LONGEST)
    ]


def _returned(connection: sa.Connection, day: date) -> list[Returned]:
    """Return the bounced cheques, not reversed, that wait for their bank line: those entered at most
    `bank_bounces.LONGEST` before a day.
    """
    entered = bank_deposit_rows.bounces_since(connection, day - bank_bounces.LONGEST)
    standing = [bounce for bounce in entered if bounce.reversed_by is None]
    matched = bank_rows.all_matched(connection, [bounce.entry for bounce in standing])
    return [
        Returned(bounce.entry, bounce.day_on, bounce.cents + (bounce.fee_cents or 0))
        for bounce in standing
        if bounce.entry not in matched
    ]


def _learned(connection: sa.Connection) -> tuple[dict[frozenset[str], Counter[Parts]], dict[frozenset[str], str]]:
    """Return, by the words of the latest decided lines (`bank_proposals.key`: those that come again next month), which
    accounts they were entered on and how often; and why lines were last set aside.

    A line set aside counts as entered on no account. Entries that were reversed since teach nothing.
    """
    decided = (
        sa.select(bank_line).where(bank_line.c.state != "open").order_by(bank_line.c.id.desc()).limit(_REMEMBERED)
    ).subquery()
    rows = connection.execute(
        sa.select(decided, entry.c.account_id, _by.c.number)
        .outerjoin(bank_match, bank_match.c.bank_line_id == decided.c.id)
        .outerjoin(entry, entry.c.number == bank_match.c.entry_number)
        .outerjoin(_by, _by.c.reverses == entry.c.number)
        .order_by(decided.c.id)
    )
    accounts: dict[int, set[int]] = defaultdict(set)
    lines: dict[int, BankLine] = {}
    reasons: dict[frozenset[str], str] = {}
    for row in rows:
        # `number`: the entry that reverses the one which the line was entered as
        if row.state == "ignored" or (row.account_id is not None and row.number is None):
            lines[row.id] = bank_rows.line_of(row)
            accounts[row.id] |= {row.account_id} - {None}
            if row.state == "ignored" and row.reason:
                reasons[bank_proposals.key(lines[row.id])] = row.reason
    learned: dict[frozenset[str], Counter[Parts]] = defaultdict(Counter)
    for id_, line in lines.items():
        if words := bank_proposals.key(line):
            learned[words][tuple(sorted(accounts[id_]))] += 1
    return dict(learned), reasons


def _payers(connection: sa.Connection) -> list[Payer]:
    """Return every account as a possible payer. A merged file's account has no name to match, unless something is owed
    there.
    """
    open_invoices = _invoices(connection)
    rows = connection.execute(
        sa.select(
            account.c.id,
            sa.func.coalesce(member.c.name, organisation.c.name),
            member.c.number,
            account.c.balance_cents,
            member.c.merged_into,
        )
        .outerjoin(member, member.c.id == account.c.member_id)
        .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
        .order_by(account.c.id)
    )
    return [
        Payer(id_, "" if merged is not None and owes <= 0 else name, number, owes, tuple(open_invoices.get(id_, ())))
        for id_, name, number, owes, merged in rows
    ]


def _invoices(connection: sa.Connection) -> dict[int, list[int]]:
    """Return the totals of invoices without a credit note in cents, by account; only of accounts that owe something."""
    credit = document.alias("credit")
    rows = connection.execute(
        sa.select(document.c.account_id, sa.func.sum(entry.c.amount_cents))
        .join(document_line, document_line.c.document_id == document.c.id)
        .join(entry, entry.c.number == document_line.c.entry_number)
        .join(account, account.c.id == document.c.account_id)
        .where(document.c.series == "invoice", account.c.balance_cents > 0)
        .where(~sa.exists().where(credit.c.credits == document.c.id))
        .group_by(document.c.id, document.c.account_id)
    )
    totals: dict[int, list[int]] = defaultdict(list)
    for id_, cents in rows:
        totals[id_].append(cents)
    return totals


def _entered(connection: sa.Connection, lines: Sequence[BankLine]) -> list[OpenPayments]:
    """Return the payments and refunds from 60 days before the first line to 60 days after the last, not reversed, that
    no bank line stands for: those that one act wrote by one method on one day together.
    """
    if not lines:
        return []
    days = [line.day for line in lines]
    rows = connection.execute(
        sa.select(
            entry.c.number, entry.c.account_id, entry.c.method, entry.c.day_on, -entry.c.amount_cents, entry.c.group_id
        )
        .outerjoin(_by, _by.c.reverses == entry.c.number)
        .outerjoin(bank_match, bank_match.c.entry_number == entry.c.number)
        .where(
            entry.c.method.is_not(None),  # worded as in the partial index
            entry.c.method.in_(_METHODS),
            entry.c.day_on.between(min(days) - _AROUND, max(days) + _AROUND),
            entry.c.kind.in_(("payment", "refund")),
            _by.c.number.is_(None),
            bank_match.c.entry_number.is_(None),
        )
        .order_by(entry.c.number)
    )
    acts: dict[tuple[bytes, str, date], list[tuple[int, int, int]]] = defaultdict(list)
    for number, account_id, method, day_on, cents, group in rows:
        if account_id is not None and method is not None:
            acts[group, method, day_on].append((number, account_id, cents))
    return [
        OpenPayments(
            entries=tuple(number for number, _, _ in act),
            accounts=tuple(account_id for _, account_id, _ in act),
            method=method,
            day=day,
            cents=sum(cents for _, _, cents in act),
        )
        for (_, method, day), act in acts.items()
    ]


def _remitted(connection: sa.Connection) -> list[OpenRemittance]:
    """Return the latest bank deposits and payouts, not reversed, that no bank line stands for yet, each with what the
    bank pays, less its fee. For cash that was entered as arrived, that entry stands in place of the deposit's.
    """
    deposits = bank_deposit_rows.page(
        connection, (bank_deposit_rows.CASH, bank_deposit_rows.CHEQUE, *bank_deposit_rows.PAYOUTS), _LATEST
    )
    by_entry = {deposit.credited or deposit.entry: deposit for deposit in deposits if deposit.reversed_by is None}
    matched = connection.execute(
        sa.select(bank_match.c.entry_number).where(bank_match.c.entry_number.in_(list(by_entry)))
    ).scalars()
    for number in matched:
        del by_entry[number]
    return [
        OpenRemittance(
            number,
            deposit.method,
            deposit.number,
            deposit.day_on,
            deposit.cents - deposit.fee_cents,
            deposit.credited is not None,
        )
        for number, deposit in by_entry.items()
    ]
