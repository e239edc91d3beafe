"""Counts the hours of whose voucher goes by the hour: from a tap to leaving, or to the next half of the day.

Every hour that was begun counts. At the tap it is not known how long somebody stays: what is counted then is up to the
next half of the day, and put right when they say that they leave. So nothing is ever open, and a departure that is
forgotten costs half a day at the most.
"""

from datetime import datetime, timedelta

from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy

_HOUR = timedelta(hours=1)
_AT_ONCE = timedelta(minutes=2)  # who taps in the other half of the day and leaves was only coming to say so


def ends_at(policy: Policy, local: datetime) -> datetime:
    """When a stay that begins at a time of the wall clock is taken to end, unless somebody leaves before."""
    split = policy.half_day_split_hour
    if split is not None and policy.day_start_hour <= local.hour < split:
        return local.replace(hour=split, minute=0, second=0, microsecond=0)
    return local + policy.half_day_hours * _HOUR


def ahead(policy: Policy, local: datetime) -> int:
    """How many hours are counted when a stay begins."""
    return _begun(ends_at(policy, local) - local)


def is_over(policy: Policy, arrived: datetime, moment: Moment) -> bool:
    """Whether a stay that nobody ended is taken to have ended: a tap then begins another one."""
    return moment.local >= ends_at(policy, arrived)


def spent(policy: Policy, arrived: datetime, left: datetime, *, goes_on: bool) -> int:
    """How many hours a stay took that ends now. `goes_on`: nobody had ended the one before it.

    Who came back in the other half of the day only to leave had been here since that half began.
    """
    split = policy.half_day_split_hour
    if goes_on and left - arrived <= _AT_ONCE:
        if split is None or left.hour < split:
            return 0
        return _begun(left - left.replace(hour=split, minute=0, second=0, microsecond=0))
    return _begun(left - arrived)


def _begun(stay: timedelta) -> int:
    return max(1, -(-stay // _HOUR))
