"""Says what else could pay for a day that is already recorded: other prepaid days, or the tab (what is owed)."""

from collections.abc import Mapping

from msgspec.structs import replace

from kiosk.domain.checkin import access, day_charges
from kiosk.domain.checkin.standing import PREPAID, Charge, Right, Standing, VisitToday
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy

TAB = "tab"  # stands beside the rights' names: the day goes on the tab
COUNTED = (*PREPAID, Right.REDUCED, Right.FULL)  # rights whose day may be paid another way


def other_ways(standing: Standing, policy: Policy, moment: Moment) -> Mapping[str, Charge]:
    """Return the charges that could pay for today's visit instead, by the right's name or `TAB`. Empty where the day
    costs nothing or is not counted.
    """
    today = standing.today
    if today is None or today.right not in COUNTED:
        return {}
    whole = _is_past_half(today, policy, moment)
    ahead = day_charges.paid_ahead(standing, policy, moment, whole=whole)
    ways = {charge.right.value: charge for charge in ahead if charge.right is not today.right}
    if today.right in PREPAID:
        charge = _on_the_tab(standing, policy, moment, whole=whole)
        if charge is not None:
            ways[TAB] = charge
    return ways


def _on_the_tab(standing: Standing, policy: Policy, moment: Moment, *, whole: bool) -> Charge | None:
    """Return the charge of the day at its tariff: half a day only where the visit lies within one half. None where the
    tab is over its limit, or a member without a tab has too little in advance.
    """
    if standing.past_due_cents > policy.tab_limit_cents:
        return None
    rules = replace(policy, half_day_split_hour=None) if whole else policy  # without a split no half is sold
    charge = day_charges.of_day(replace(standing, prepaid=(), today=None), rules, moment)
    return None if access.beyond_advance(standing, charge) is not None else charge


def _is_past_half(today: VisitToday, policy: Policy, moment: Moment) -> bool:
    """Tell whether a member came in the other half of the day than it is now, and so owes the whole day. False for a
    visit without a stored hour.
    """
    split, arrived = policy.half_day_split_hour, today.arrived_at or moment.at
    arrival = replace(moment, at=arrived, local=arrived.astimezone(moment.local.tzinfo))
    return split is not None and arrival.in_second_half(split) != moment.in_second_half(split)
