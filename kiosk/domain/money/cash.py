"""Adds up coins and notes, and decides which of them stay for change. A count maps each piece's worth in cents to a
number.
"""

from collections.abc import Mapping

from kiosk.domain.problems import Problem

NOTES = (50000, 20000, 10000, 5000, 2000, 1000, 500)  # in cents, as the coins
COINS = (200, 100, 50, 20, 10, 5, 2, 1)
PIECES = NOTES + COINS
MOST_OF_A_KIND = 9999  # pieces: more is taken for a typing error

Count = Mapping[int, int]  # how many pieces, by their worth in cents


def checked(count: Count) -> dict[int, int]:
    """Return the counted pieces, the largest first. Raises Problem `coins` for an unknown piece or an impossible
    number.
    """
    for piece, many in count.items():
        if piece not in PIECES:
            raise Problem("coins", field="coins", given=piece, most=MOST_OF_A_KIND)
        if not 0 <= many <= MOST_OF_A_KIND:
            raise Problem("coins", field="coins", most=MOST_OF_A_KIND, given=many)
    return {piece: count[piece] for piece in PIECES if count.get(piece)}


def total(count: Count) -> int:
    """Return the sum of the pieces in cents."""
    return sum(piece * many for piece, many in count.items())


def to_bank(count: Count, keep_cents: int) -> dict[int, int]:
    """Return the pieces that can go to the bank, the largest first, so that at least `keep_cents` stay for change.
    Empty where less than that is there.
    """
    spare, taken = total(count) - keep_cents, {}
    for piece in PIECES:
        many = min(count.get(piece, 0), max(0, spare) // piece)
        if many:
            taken[piece] = many
            spare -= piece * many
    return taken


def as_detail(count: Count) -> dict[str, int]:
    """Return a count as an entry's detail stores it, with text keys."""
    return {str(piece): many for piece, many in count.items() if many}


def from_detail(kept: Mapping[str, int]) -> dict[int, int]:
    """Return a count from an entry's detail, the largest pieces first."""
    return {piece: kept[str(piece)] for piece in PIECES if str(piece) in kept}
