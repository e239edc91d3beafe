"""Checks a statement's running balance against its lines: each balance must be the one before plus what moved since.

Files run forwards or backwards in time, and some backwards by day and forwards within it: each order is tried, and one
has to fit from the first balance to the last. This proves that amounts, signs and lines were read as the bank meant.
"""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from kiosk.domain.problems import Problem


class Step(Struct, frozen=True):
    """A line as the balance check sees it: `cents` moved (None: unreadable), and the `balance` after it, if the line
    has one.
    """

    number: int
    day: date | None
    cents: int | None
    balance: int | None


class _Failure(Struct, frozen=True):
    """A balance that does not fit: its line, the balance there, and the one that the lines before make."""

    number: int
    said: int  # the balance in the file, in cents
    made: int  # the balance that the lines before make
    after: int  # how many balances fitted before it


class Followed(Struct, frozen=True):
    """How many balances fit the one before, and what the account held before the first line and after the last."""

    fitted: int
    opening: int | None = None
    closing: int | None = None


def checked(steps: Sequence[Step]) -> int:
    """Return how many balances fit the one before. Raises Problem `bank-balance` for the first that does not."""
    return followed(steps).fitted


def followed(steps: Sequence[Step]) -> Followed:
    """Return how many balances fit, in the first order of the lines in which all do, and the balances at both ends;
    None for these where no balance could be compared. Raises Problem `bank-balance` for the first that does not fit.
    """
    failures: list[_Failure] = []
    for order in _orders(steps):
        outcome = _follow(order)
        if isinstance(outcome, int):
            return Followed(outcome, *(_ends(order) if outcome else (None, None)))
        failures.append(outcome)
    furthest = max(failures, key=lambda failure: failure.after)  # of the order that fits best
    raise Problem("bank-balance", line=furthest.number, balance_cents=furthest.said, made_cents=furthest.made)


def _ends(steps: Sequence[Step]) -> tuple[int | None, int | None]:
    """Return the balances before the first line and after the last; None where that line has no balance or amount."""
    first, last = steps[0], steps[-1]
    opening = None if first.balance is None or first.cents is None else first.balance - first.cents
    return opening, last.balance


def is_steady(steps: Sequence[Step]) -> bool:
    """Tell whether every line shows the same balance although money moved: the account's balance, not a running one."""
    balances = [step.balance for step in steps if step.balance is not None]
    return len(balances) > 1 and len(set(balances)) == 1 and any(step.cents for step in steps)


def _orders(steps: Sequence[Step]) -> list[Sequence[Step]]:
    """Return the orders in which a file's lines may stand: as they are, reversed, and both sorted by day."""
    up, down = list(steps), list(reversed(steps))
    orders: list[Sequence[Step]] = [up, down]
    if all(step.day is not None for step in steps):
        orders += [sorted(order, key=lambda step: step.day or date.min) for order in (up, down)]
    return orders


def _follow(steps: Sequence[Step]) -> int | _Failure:
    """Return how many balances fit the movements before them, or the first that does not."""
    before: int | None = None
    moved, fitted = 0, 0
    for step in steps:
        if step.cents is None:
            before = None  # unknown amount: start again from the next balance
        moved += step.cents or 0
        if step.balance is None:
            continue
        if before is not None:
            if before + moved != step.balance:
                return _Failure(step.number, step.balance, before + moved, fitted)
            fitted += 1
        before, moved = step.balance, 0
    return fitted
