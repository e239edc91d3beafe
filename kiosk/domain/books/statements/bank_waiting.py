"""Finds among payments that wait for the bank those that one line of its statement is: a slip of cheques, a payout.

Cheques add up to the line. Cards and online payments arrive in the order in which they were paid, less a fee: some
run of them adds up to a little more than the line. What fits in many ways is not guessed among them.
"""

from collections.abc import Sequence
from datetime import date
from itertools import combinations

from msgspec import Struct

METHODS = ("cheque", "card", "online")
_MOST_FITS = 3
_MOST_PIECES = 16  # of which every choice is tried; of more, only runs
_FEE_PER_CENT, _FEE_EACH = 3, 35  # of the sum, and cents a payment: more is no fee that anybody takes


class Waiting(Struct, frozen=True):
    """A payment that is not with the bank yet."""

    entry: int
    method: str
    day: date
    cents: int


Fit = tuple[tuple[Waiting, ...], int]


def fitting(pieces: Sequence[Waiting], cents: int, *, with_fee: bool) -> list[Fit]:
    """Which of these a line of so many cents may be, with the fee, the likeliest first: at most three."""
    ordered = sorted(pieces, key=lambda piece: (piece.day, piece.entry))
    found = [
        (run, fee)
        for run in _runs(ordered)
        if (fee := sum(piece.cents for piece in run) - cents) == 0 or (with_fee and 0 < fee <= _most_fee(run))
    ]
    found.sort(key=lambda fit: (fit[0][0].day, fit[0][0].entry, fit[1]))
    first = [fit for fit in found if fit[0][0] is ordered[0]] if ordered else []
    if first:  # what waits longest arrives first
        return first[:_MOST_FITS]
    if found or with_fee or len(ordered) > _MOST_PIECES:
        return found[:_MOST_FITS]
    return [
        (choice, 0)
        for size in range(2, len(ordered))
        for choice in combinations(ordered, size)
        if sum(piece.cents for piece in choice) == cents
    ][:_MOST_FITS]


def _runs(ordered: Sequence[Waiting]) -> list[tuple[Waiting, ...]]:
    most = ordered[:80]
    return [tuple(most[start:end]) for start in range(len(most)) for end in range(start + 1, len(most) + 1)]


def _most_fee(run: Sequence[Waiting]) -> int:
    return sum(piece.cents for piece in run) * _FEE_PER_CENT // 100 + _FEE_EACH * len(run)
