"""Which vouchers may be given of an envelope's days, and how many days may be banked at a time."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

MOST_BANKED = 60  # days at a time: more is a slip of the finger
# Without what is mistaken for something else: 0 and O, 1, I and L, 2 and Z. All of them are one page of keys.
SIGNS = "ABCDEFGHJKMNPQRSTUVWXY3456789"
_LENGTH = 8
Period = tuple[date, date | None]  # from a day on, until a day or for ever


class Unfit(StrEnum):
    """Why a voucher is not given."""

    DAYS = "voucher-days"
    PERIOD = "voucher-period"
    GIVEN = "voucher-given"  # the same member has one for these days


def why_not(days: int | None, of_days: int, period: Period, given: Iterable[Period]) -> Unfit | None:
    """Why a voucher of so many days (None: as many as the envelope has) is not given to whom `given` were; or None."""
    if days is not None and not 1 <= days <= of_days:
        return Unfit.DAYS
    begins, until = period
    if until is not None and until < begins:
        return Unfit.PERIOD
    return Unfit.GIVEN if any(_meet(each, period) for each in given) else None


def may_bank(days: int, until: date | None, today: date) -> bool:
    """Whether so many days may be banked until a day."""
    return 1 <= days <= MOST_BANKED and (until is None or until >= today)


def code_of(noise: bytes) -> str:
    """A code of eight signs, made of as much noise."""
    return "".join(SIGNS[byte % len(SIGNS)] for byte in noise[:_LENGTH])


def spelt(code: str) -> str:
    """A code as it is handed out: `ABCD-EFGH`."""
    return f"{code[:4]}-{code[4:]}"


def read_code(text: str) -> str:
    """A code as it was typed, without spaces and hyphens."""
    return "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())[: _LENGTH + 1]


def is_low(left: int, of: int, percent: int | None) -> bool:
    """Whether an envelope is to be told of as nearly empty; never where the association wants none told."""
    return percent is not None and left * 100 <= of * percent


def _meet(one: Period, other: Period) -> bool:
    """Whether a voucher holds on any day of a period."""
    (begun, ended), (begins, until) = one, other
    ends_before = ended is not None and ended < max(begins, begun)
    return not ends_before and (until is None or begun <= until)
