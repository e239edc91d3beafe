"""Which vouchers may be given of an envelope's days, and how many days may be banked at a time."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

MOST_BANKED = 60  # days at a time: more is a slip of the finger
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


def _meet(one: Period, other: Period) -> bool:
    """Whether a voucher holds on any day of a period."""
    (begun, ended), (begins, until) = one, other
    ends_before = ended is not None and ended < max(begins, begun)
    return not ends_before and (until is None or begun <= until)
