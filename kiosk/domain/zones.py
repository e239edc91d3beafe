"""A zone's limits besides its price: seats, opening hours, and the plans that may use it.

The door does not use them: it only checks the hours and capacity of the whole place. They are checked when a member
changes zones.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from msgspec import Struct

from kiosk.domain import opening_hours
from kiosk.domain.opening_hours import Calendar, Week
from kiosk.domain.problems import Problem

MOST_SEATS = 10_000
_PARTS = {"seats", "hours", "plans"}  # of a zone's limits in the rule
_A_DAY = timedelta(days=1)


class NoWay(StrEnum):
    """Why a member cannot go to a zone."""

    FULL = "full"
    SHUT = "shut"
    PLAN = "plan"  # it is not for their plan


class Limit(Struct, frozen=True):
    """The limits of one zone; None: no limit but the place's own."""

    seats: int | None = None
    hours: Week | None = None
    plans: frozenset[str] | None = None

    def is_open(self, local: datetime) -> bool:
        """Tell whether the zone is open at a local time."""
        if self.hours is None:
            return True
        around = (local.date() - _A_DAY, local.date())  # yesterday's hours may last past midnight
        return Calendar({on: self.hours[on.weekday()] for on in around}).is_open(local)

    def why_not(self, *, here: int, plan: str, local: datetime) -> NoWay | None:
        """Return why one more member of a plan cannot go there, where `here` are already; None where they can."""
        if self.plans is not None and plan not in self.plans:
            return NoWay.PLAN
        if not self.is_open(local):
            return NoWay.SHUT
        return NoWay.FULL if self.seats is not None and here >= self.seats else None


NONE = Limit()  # no limits


def limit(limits: Mapping[str, Any] | None, zone: str) -> Limit:
    """Return the limits of a zone in the rule `zone_limits`; NONE for a zone that it does not name."""
    parts = (limits or {}).get(zone)
    if parts is None:
        return NONE
    plans = parts.get("plans")
    return Limit(
        parts.get("seats"), opening_hours.week(parts.get("hours")), None if plans is None else frozenset(plans)
    )


def checked(rule: object) -> Mapping[str, Any] | None:
    """Return the rule's JSON, checked: `{"free-corner": {"seats": 6, "hours": {...}, "plans": ["itinerant"]}}`; None
    where it is not set. Parts without a limit may be left out. Raises Problem `policy` (a rule's value that is not
    allowed) or `opening`.
    """
    if rule is None:
        return None
    if not isinstance(rule, dict):
        raise Problem("policy", "the rule zone_limits is {given!r}: limits by zone are expected", given=rule)
    for zone, parts in rule.items():
        if not isinstance(parts, dict) or set(parts) - _PARTS:
            raise Problem("policy", "the limits of the zone {given!r} are seats, hours and plans", given=zone)
        _check(zone, parts)
    return rule


def _check(zone: str, parts: Mapping[str, Any]) -> None:
    """Check a zone's limits: seats, plans and hours. Raises Problem `policy`."""
    seats, plans = parts.get("seats"), parts.get("plans")
    if seats is not None and (type(seats) is not int or not 1 <= seats <= MOST_SEATS):
        raise Problem("policy", "the zone {given!r} has 1 to {most} seats", given=zone, most=MOST_SEATS)
    if plans is not None and not (isinstance(plans, list) and plans and all(isinstance(code, str) for code in plans)):
        raise Problem("policy", "the zone {given!r} is for a list of plans", given=zone)
    opening_hours.week(parts.get("hours"))
