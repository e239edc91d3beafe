"""Checks what the balances and totals of a table prove: opening balance, lines and closing balance have to add up.

A balance dated outside the file is that of the day of download, and an available amount is no balance: neither proves
anything, and neither makes a good file wrong.
"""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from kiosk.domain.books.statements.statement_facts import Balance, Mark, Proof, Row
from kiosk.domain.problems import Problem


class Ends(Struct, frozen=True):
    """The balances of an account before the first line of a file and after the last, as far as known,
    and their proof.
    """

    proof: Proof = Proof.NOTHING
    opening: Balance | None = None
    closing: Balance | None = None


def ends(rows: Sequence[Row], until: date | None) -> Ends:
    """Return the balances around the rows of a file; none where no operation could be read, or an amount is lost in a
    line that could not. `until` is the last day that the file announces.

    A balance before and one after between which the lines fit prove the file, and so does a total of its lines. Raises
    Problem `bank-balance` where its only opening balance, the lines and its only closing balance do not add up.
    """
    days = [row.line.day for row in rows if row.line is not None]
    if not days or any(row.is_lost for row in rows):
        return Ends()
    moved = sum(row.cents or 0 for row in rows if row.line is not None)
    # a closing balance may be of this day at the latest: later ones are of the day of download
    last = max([*days, *([until] if until else []), *(row.on for row in rows if row.mark and row.on and row.is_dated)])
    with_balance = [row for row in rows if row.held_cents is not None]
    before = [
        row
        for row in with_balance
        if row.mark in (Mark.OPENING, Mark.BALANCE) and (row.on is None or row.on <= min(days))
    ]
    after = [
        row
        for row in with_balance
        if row.mark in (Mark.CLOSING, Mark.BALANCE) and (row.on is None or max(days) <= row.on <= last)
    ]
    for opens in before:
        for closes in after:
            if opens is not closes and (opens.held_cents or 0) + moved == closes.held_cents:
                return Ends(Proof.ADDS_UP, _balance(opens, min(days)), _balance(closes, last))
    # Balances whose own words say at which end they stand; a BALANCE that fits nowhere refuses no file.
    firm = [row for row in before if row.mark is Mark.OPENING], [row for row in after if row.mark is Mark.CLOSING]
    if all(len(balances) == 1 for balances in firm):
        (opens,), (closes,) = firm
        added_up = (opens.held_cents or 0) + moved
        raise Problem("bank-balance", balance_cents=closes.held_cents, made_cents=added_up)
    known = Ends(
        opening=_balance(firm[0][0], min(days)) if len(firm[0]) == 1 else None,
        closing=_balance(after[0], last) if len(after) == 1 and after[0].on is not None else None,
    )
    if any(_is_total_of(row, rows, moved) for row in rows):
        return Ends(Proof.ADDS_UP, known.opening, known.closing)
    return known


def _balance(file_row: Row, day: date) -> Balance:
    """Return a row's balance; one without a day is of this day."""
    return Balance(file_row.held_cents or 0, file_row.on or day)


def _is_total_of(total: Row, rows: Sequence[Row], moved: int) -> bool:
    """Tell whether a total is that of the lines: money in and money out, or both in one column."""
    if total.mark is not Mark.TOTAL:
        return False
    if total.in_cents is None or total.out_cents is None:
        return total.held_cents == moved
    sums = [row.cents or 0 for row in rows if row.line is not None]
    money_in = sum(cents for cents in sums if cents > 0)
    return (total.in_cents, total.out_cents) == (money_in, money_in - moved)
