"""Keeps beside each charge how much of it is open, and reads accounts for `domain.money.allocation`.

Writing a charge needs no reading here: `ledger.append` sees by the balance how much an advance settles of it. A
payment, or the reversal of something settled, works out the whole account anew. A payer's word is the list of charges
that a payment is for.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from kiosk.domain.books.documents import Series
from kiosk.domain.money import allocation
from kiosk.domain.money.allocation import Allocation, Facts, Invoiced, Posted
from kiosk.errors import RequestError
from kiosk.store.tables import OPEN_CENTS, OWED_ON, WITH_OPEN, entry, home, open_charge
from kiosk.store.tables.books import document, document_line, payment_word

WORD = "word"  # the key in a payment's detail of the digest of its payer's word
_POSTED = (  # the columns of `Posted`
    entry.c.number,
    entry.c.kind,
    OWED_ON.label("day_on"),
    entry.c.amount_cents,
    entry.c.group_id,
    entry.c.reverses,
)
_MOVES = sa.and_(entry.c.account_id.is_not(None), entry.c.amount_cents != 0)  # entries that move an account
_PAGE = 1000  # rows fetched at once


def digest(charges: Iterable[int]) -> str:
    """Return the digest of a payer's word, which the payment's entry seals: the same for any order and repetition."""
    return hashlib.sha256(json.dumps(sorted(set(charges))).encode()).hexdigest()


def add_word(connection: sa.Connection, payment: int, charges: Iterable[int]) -> None:
    """Write the charges that a payment is for; in the transaction that wrote the payment, before its next entry."""
    rows = [{"payment_entry": payment, "charge_entry": charge} for charge in sorted(set(charges))]
    connection.execute(payment_word.insert(), rows)


def named(connection: sa.Connection, accounts: Iterable[int], charges: Collection[int]) -> dict[int, list[int]]:
    """Return the charges of a payer's word by account: each account is there, perhaps with none. Raises RequestError
    `payment-word` for a charge of none of the accounts, or a number that is no charge's.
    """
    charges_of: dict[int, list[int]] = {account: [] for account in accounts}
    if not charges:
        return charges_of
    rows = connection.execute(
        sa.select(entry.c.number, entry.c.account_id).where(entry.c.number.in_(set(charges)), entry.c.amount_cents > 0)
    ).all()
    for number, account in rows:
        if account not in charges_of:
            raise RequestError("payment-word", "entry {entry} is owed by another account", field="word", entry=number)
        charges_of[account].append(number)
    if len(rows) != len(set(charges)):
        raise RequestError(
            "payment-word", "a payment is for charges that are owed: their entries' numbers", field="word"
        )
    return charges_of


def of_account(connection: sa.Connection, account: int) -> Allocation:
    """Return what an account's payments settle, and what of its charges is open, from all its entries."""
    rows = connection.execute(sa.select(*_POSTED).where(_MOVES, entry.c.account_id == account).order_by(entry.c.number))
    return allocation.allocate((Posted(*row) for row in rows), _facts(connection, account))


def settlements(connection: sa.Connection, first_on: date, until_on: date) -> Iterator[tuple[int, int, int]]:
    """Yield payment, charge and cents settled, for accounts that move in a period, as the end of `until_on` saw it.

    Left out are pairs whose entries are both older than the present rule of settling: then payments settled the oldest
    charge first. Entries and invoices after `until_on` change nothing.
    """
    facts = _facts(connection, until_on=until_on)
    late = sa.select(entry.c.account_id).where(
        _MOVES, entry.c.day_on.between(first_on, until_on), entry.c.number > facts.before
    )
    rows = connection.execution_options(yield_per=_PAGE).execute(
        sa.select(entry.c.account_id, *_POSTED)
        .where(_MOVES, entry.c.day_on <= until_on, entry.c.account_id.in_(late))
        .order_by(entry.c.account_id, entry.c.number)
    )
    for _, entries in groupby(rows, key=attrgetter("account_id")):
        settled = allocation.allocate((Posted(*row[1:]) for row in entries), facts)
        for payment, parts in settled.parts.items():
            for charge, cents in parts.items():
                if max(payment, charge) > facts.before:
                    yield payment, charge, cents


def of_product(connection: sa.Connection, account: int, product: str) -> list[tuple[int, int]]:
    """Return the charges of a product on an account that are not settled, the oldest first, each
    with its open cents.
    """
    reversing = entry.alias("by")
    rows = connection.execute(
        sa.select(entry.c.number, OPEN_CENTS)
        .select_from(WITH_OPEN)
        .where(entry.c.account_id == account, entry.c.kind == "charge", OPEN_CENTS > 0)
        .where(sa.func.json_extract(entry.c.detail, "$.product") == product)
        .where(~sa.exists().where(reversing.c.reverses == entry.c.number))
        .order_by(entry.c.day_on, entry.c.number)
    )
    return [(number, int(cents)) for number, cents in rows]


def of_accounts(connection: sa.Connection, accounts: sa.Select[Any]) -> dict[int, Allocation]:
    """Return what `of_account` does for each account that a query selects, by account, in as many statements as for
    one.
    """
    rows = connection.execute(
        sa.select(entry.c.account_id, *_POSTED)
        .where(_MOVES, entry.c.account_id.in_(accounts))
        .order_by(entry.c.account_id, entry.c.number)
    ).all()
    if not rows:
        return {}
    facts = _facts(connection, accounts)
    return {
        account: allocation.allocate((Posted(*row[1:]) for row in entries), facts)
        for account, entries in groupby(rows, key=attrgetter("account_id"))
    }


def settle(connection: sa.Connection, account: int) -> None:
    """Work out how much of an account's charges is open, and write what changed: rows that no longer differ from the
    charge's amount go, others are changed or added.
    """
    folded = of_account(connection, account)
    # a charge that is open in full has no row; one that is settled in full has a row of 0
    partly_open = {number: cents for number, cents in folded.open.items() if cents != folded.entries[number].cents}
    rows = connection.execute(
        sa.select(open_charge.c.entry_number, open_charge.c.open_cents)
        .join(entry, entry.c.number == open_charge.c.entry_number)
        .where(entry.c.account_id == account)
    )
    stored = {number: cents for number, cents in rows}
    obsolete = stored.keys() - partly_open.keys()
    if obsolete:
        connection.execute(open_charge.delete().where(open_charge.c.entry_number.in_(obsolete)))
    changed = [_row(number, cents) for number, cents in partly_open.items() if stored.get(number, cents) != cents]
    for row in changed:
        this = open_charge.c.entry_number == row["entry_number"]
        connection.execute(open_charge.update().where(this).values(open_cents=row["open_cents"]))
    added = [_row(number, cents) for number, cents in partly_open.items() if number not in stored]
    if added:
        connection.execute(open_charge.insert(), added)


def _row(number: int, cents: int) -> dict[str, int]:
    """Return the stored row of a charge's open rest."""
    return {"entry_number": number, "open_cents": cents}


def _facts(connection: sa.Connection, which: int | sa.Select[Any] | None = None, until_on: date | None = None) -> Facts:
    """Read, in one statement, what settling needs beside the entries of one account, of a query's accounts, or of all.

    These are the payers' words, the invoiced charges with their due days, and the last entry `before` the present rule.
    An invoice issued after `until_on` does not count yet.
    """
    words_query = sa.select(
        payment_word.c.payment_entry, payment_word.c.charge_entry, sa.cast(sa.null(), sa.Date).label("due_on")
    )
    issued = (
        sa.select(document.c.entry_number, document_line.c.invoiced, document.c.due_on)
        .join(document, document.c.id == document_line.c.document_id)
        .where(document.c.series == Series.INVOICE, document.c.due_on.is_not(None))
        .where(document_line.c.invoiced.is_not(None))
    )
    if which is not None:
        accounts = [which] if isinstance(which, int) else which
        words_query = words_query.join(entry, entry.c.number == payment_word.c.payment_entry).where(
            entry.c.account_id.in_(accounts)
        )
        issued = issued.where(document.c.account_id.in_(accounts))
    if until_on is not None:
        last = sa.select(sa.func.max(entry.c.number)).where(entry.c.day_on <= until_on).scalar_subquery()
        issued = issued.where(document.c.entry_number <= last)
    before_this = sa.select(home.c.oldest_first_until, sa.cast(sa.null(), sa.Integer), sa.null())
    words, invoiced, before = defaultdict[int, list[int]](list), dict[int, Invoiced](), 0
    rows: Iterable[tuple[int, int | None, date | None]] = connection.execute(
        sa.union_all(words_query, issued, before_this)
    )
    # rows: payment, charge (a word); issuing entry, charge, due day (an invoice); an entry alone (the home)
    for by, charge, due_on in rows:
        if charge is None:  # the row of the home
            before = by or 0
        elif due_on is None:  # a payment's word
            words[by].append(charge)
        else:
            invoiced[charge] = Invoiced(by, due_on)
    for charges in words.values():
        charges.sort()
    return Facts(words, invoiced, before)


def wrong(connection: sa.Connection) -> str | None:
    """Return the first disagreement, as a sentence; None if there is none.

    It is a charge whose stored open cents differ from what its account makes, or a payment whose sealed digest differs
    from its payer's word.
    """
    facts = _facts(connection)
    for account, rows in _by_account(connection):
        folded = allocation.allocate((Posted(*row[1:-1]) for row in rows), facts)
        stored = {row.number: row.open_cents for row in rows if row.open_cents is not None}
        partly_open = {number: cents for number, cents in folded.open.items() if cents != folded.entries[number].cents}
        if stored != partly_open:
            number = min(dict(stored.items() ^ partly_open.items()))
            return f"entry {number} of account {account} is open by another sum than is kept beside it"
    sealed = {payment: digest(charges) for payment, charges in facts.words.items()}
    sealed_word = sa.func.json_extract(entry.c.detail, f"$.{WORD}")
    rows_ = connection.execute(
        sa.select(entry.c.number, sealed_word).where(entry.c.method.is_not(None), sealed_word.is_not(None))
    )
    in_entries = {number: word for number, word in rows_}
    if in_entries != sealed:
        number = min(dict(in_entries.items() ^ sealed.items()))
        return f"entry {number} is for other charges than its payer's word beside it says"
    return None


def _by_account(connection: sa.Connection) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield each account with its entries that move it, by number. A row is the account, the columns of `Posted`, and
    the stored open cents, None if nothing is stored.
    """
    rows = connection.execution_options(yield_per=_PAGE).execute(
        sa.select(entry.c.account_id, *_POSTED, open_charge.c.open_cents)
        .select_from(WITH_OPEN)
        .where(_MOVES)
        .order_by(entry.c.account_id, entry.c.number)
    )
    for account, entries in groupby(rows, key=attrgetter("account_id")):
        yield account, list(entries)
