"""Counts the hours of a voucher paid by the hour: from a tap to leaving, or to the next half of the day.

Every hour begun counts. At the tap the length of the stay is unknown, so the hours up to the next half of the day are
counted, and corrected when the member says that they leave. So no stay is ever left open, and a forgotten departure
costs half a day at most.
"""

from datetime import datetime, timedelta

from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy

_HOUR = timedelta(hours=1)
_AT_ONCE = timedelta(minutes=2)  # a tap and a departure this close together only report the departure


def ends_at(policy: Policy, local: datetime) -> datetime:
    """Return when a stay that begins at this local time ends if the member does not leave earlier: at the split of the
    day for one that begins before it, else after the hours of half a day.
    """
    split = policy.half_day_split_hour
    if split is not None and policy.day_start_hour <= local.hour < split:
        return local.replace(hour=split, minute=0, second=0, microsecond=0)
    return local + policy.half_day_hours * _HOUR


def ahead(policy: Policy, local: datetime) -> int:
    """Return how many hours are counted when a stay begins at this local time."""
    return _begun(ends_at(policy, local) - local)


def is_over(policy: Policy, arrived: datetime, moment: Moment) -> bool:
    """Tell whether a stay without a departure counts as ended at this moment, so that a tap begins another one."""
    return moment.local >= ends_at(policy, arrived)


def spent(policy: Policy, arrived: datetime, left: datetime, *, goes_on: bool) -> int:
    """Return how many hours a stay took that ends at `left`. `goes_on`: the stay before it had no departure.

    A member coming back in the other half of the day only to say that they leave was here since that half began.
    """
    split = policy.half_day_split_hour
    if goes_on and left - arrived <= _AT_ONCE:
        if split is None or left.hour < split:
            return 0  # no half began since: the hours that are counted already stand
        return _begun(left - left.replace(hour=split, minute=0, second=0, microsecond=0))
    return _begun(left - arrived)


def _begun(stay: timedelta) -> int:
    """Return how many hours of a stay have begun, at least one."""
    return max(1, -(-stay // _HOUR))
