"""Decides which vouchers an envelope's days allow, how many days may be banked at once, and makes vouchers' codes.

An *envelope* is days that an organisation bought together. A *voucher* names a member for whom an envelope pays. A
*banked* day is one that a member earned, by hosting for example, and that the desk enters for them.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

MOST_BANKED = 60  # days at once: more is taken for a typing error
# Without characters easily confused: 0 and O, 1, I and L, 2 and Z. All fit on one layer of the screen's keyboard.
SIGNS = "ABCDEFGHJKMNPQRSTUVWXY3456789"
_LENGTH = 8  # of a code, in characters
Period = tuple[date, date | None]  # the first day, and the last (None: for ever)


class Unfit(StrEnum):
    """Why a voucher is not given."""

    DAYS = "voucher-days"  # fewer days than 1, or more than the envelope has
    PERIOD = "voucher-period"  # it ends before it begins
    GIVEN = "voucher-given"  # the same member has one for these days


def why_not(days: int | None, of_days: int, period: Period, given: Iterable[Period]) -> Unfit | None:
    """Return why a voucher of `days` (None: as many as the envelope has) is refused; None where it can be given.

    `of_days` is what the envelope has, `given` the periods of the same member's vouchers: they may not meet `period`.
    """
    if days is not None and not 1 <= days <= of_days:
        return Unfit.DAYS
    begins, until = period
    if until is not None and until < begins:
        return Unfit.PERIOD
    return Unfit.GIVEN if any(_meet(other, period) for other in given) else None


def may_bank(days: int, until: date | None, today: date) -> bool:
    """Tell whether so many days may be banked until a day (None: for ever)."""
    return 1 <= days <= MOST_BANKED and (until is None or until >= today)


def code_of(noise: bytes) -> str:
    """Return a voucher's code: eight characters, one for each of the first eight random bytes."""
    return "".join(SIGNS[byte % len(SIGNS)] for byte in noise[:_LENGTH])


def spelt(code: str) -> str:
    """Return a code as it is handed out: `ABCD-EFGH`."""
    return f"{code[:4]}-{code[4:]}"


def read_code(text: str) -> str:
    """Return a typed code in capitals, letters and digits alone. A longer text is cut to nine characters, one more than
    a code has, so that it matches no code.
    """
    return "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())[: _LENGTH + 1]


def is_low(left: int, of: int, percent: int | None) -> bool:
    """Tell whether an envelope with `left` of its `of` units is to be reported as nearly empty: at `percent` or below;
    never where the rules have no percentage (None).
    """
    return percent is not None and left * 100 <= of * percent


def _meet(voucher: Period, other: Period) -> bool:
    """Tell whether two periods have a day in common. The first is a voucher's: where it was ended before its first day,
    it has no day at all.
    """
    (begun, ended), (begins, until) = voucher, other
    ends_before = ended is not None and ended < max(begins, begun)
    return not ends_before and (until is None or begun <= until)
