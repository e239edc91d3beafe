"""Finds which payments waiting for the bank make up one line of its statement: a slip of cheques, or a payout.

Cheques add up to the line. Cards and online payments arrive in the order of payment, less a fee: some run of them adds
up to a little more than the line. Among many possible choices none is guessed.
"""

from collections.abc import Sequence
from datetime import date
from itertools import combinations

from msgspec import Struct

METHODS = ("cheque", "card", "online")  # means of payment that reach the bank together
_MOST_FITS = 3  # choices returned
_MOST_IN_RUNS = 80  # the oldest payments, of which runs are tried: some 3000, where hundreds could wait
_MOST_PAYMENTS = 16  # up to so many payments every choice is tried; beyond, only runs
_FEE_PER_CENT, _FEE_EACH = 3, 35  # the highest fee: per cent of the sum, plus cents a payment


class Waiting(Struct, frozen=True):
    """A payment that has not reached the bank yet."""

    entry: int
    method: str
    day: date
    cents: int


Fit = tuple[tuple[Waiting, ...], int]  # the chosen payments, and the fee in cents


def fitting(payments: Sequence[Waiting], cents: int, *, with_fee: bool) -> list[Fit]:
    """Return up to three choices of payments that may make up a line of these cents, each with its fee, likeliest
    first. Only `with_fee` may a choice be more than the line.
    """
    ordered = sorted(payments, key=lambda payment: (payment.day, payment.entry))
    fits = [
        (run, fee)
        for run in _runs(ordered)
        if (fee := sum(payment.cents for payment in run) - cents) == 0 or (with_fee and 0 < fee <= _most_fee(run))
    ]
    fits.sort(key=lambda fit: (fit[0][0].day, fit[0][0].entry, fit[1]))
    first = [fit for fit in fits if fit[0][0] is ordered[0]] if ordered else []
    if first:  # the payment waiting longest arrives first
        return first[:_MOST_FITS]
    if fits or with_fee or len(ordered) > _MOST_PAYMENTS:
        return fits[:_MOST_FITS]
    return [
        (choice, 0)
        for size in range(2, len(ordered))  # a single payment, and all of them, are runs
        for choice in combinations(ordered, size)
        if sum(payment.cents for payment in choice) == cents
    ][:_MOST_FITS]


def _runs(ordered: Sequence[Waiting]) -> list[tuple[Waiting, ...]]:
    """Return each run of payments that follow each other, among the oldest `_MOST_IN_RUNS`."""
    most = ordered[:_MOST_IN_RUNS]
    return [tuple(most[start:end]) for start in range(len(most)) for end in range(start + 1, len(most) + 1)]


def _most_fee(run: Sequence[Waiting]) -> int:
    """Return the highest fee that a run of payments may have, in cents."""
    return sum(payment.cents for payment in run) * _FEE_PER_CENT // 100 + _FEE_EACH * len(run)
