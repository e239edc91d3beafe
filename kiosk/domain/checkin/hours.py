"""Counts the hours of a voucher by the hour: from a tap to leaving, or to the next half of the day.

Every hour that was begun counts. At the tap the length of the stay is not known: what is counted then is up to the next
half of the day, and put right when they say that they leave. So nothing is ever open, and a departure that is forgotten
costs half a day at the most.
"""

from datetime import datetime, timedelta

from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy

_HOUR = timedelta(hours=1)
_AT_ONCE = timedelta(minutes=2)  # who taps in the other half of the day and leaves was only coming to say so


def ends_at(policy: Policy, local: datetime) -> datetime:
    """Return when a stay that begins at a time of the wall clock is taken to end, without an earlier departure."""
    split = policy.half_day_split_hour
    if split is not None and policy.day_start_hour <= local.hour < split:
        return local.replace(hour=split, minute=0, second=0, microsecond=0)
    return local + policy.half_day_hours * _HOUR


def ahead(policy: Policy, local: datetime) -> int:
    """How many hours are counted when a stay begins."""
    return _begun(ends_at(policy, local) - local)


def is_over(policy: Policy, arrived: datetime, moment: Moment) -> bool:
    """Tell whether a stay without a departure is taken to have ended: a tap then begins another one."""
    return moment.local >= ends_at(policy, arrived)


def spent(policy: Policy, arrived: datetime, left: datetime, *, goes_on: bool) -> int:
    """Return how many hours a stay took that ends now. `goes_on`: the one before it had no departure.

    A member who came back in the other half of the day only to leave had been here since that half began.
    """
    split = policy.half_day_split_hour
    if goes_on and left - arrived <= _AT_ONCE:
        if split is None or left.hour < split:
            return 0
        return _begun(left - left.replace(hour=split, minute=0, second=0, microsecond=0))
    return _begun(left - arrived)


def _begun(stay: timedelta) -> int:
    return max(1, -(-stay // _HOUR))
