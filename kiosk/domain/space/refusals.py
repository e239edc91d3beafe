"""Counts which past visits a rule would have refused: by opening hours, or by the grace days of a membership."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from kiosk.domain.checkin.standing import Right
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.opening_hours import Calendar, Week
from kiosk.domain.space.past import PastVisit

RULES = ("opening_hours", "membership_grace_days")


class Refusals(Struct, frozen=True):
    """How many visits and people there were, and how many would have been refused. `unknown` visits have no hours any
    more.
    """

    visits: int
    people: int
    refused_visits: int
    refused_people: int
    unknown: int = 0


Memberships = Mapping[int, Sequence[tuple[date, date]]]
"""The first and last day of each membership, by its member's number."""


def count(visits: Iterable[PastVisit], policy: Policy, held: Memberships, zone: ZoneInfo, rule: str) -> Refusals:
    """Return what one rule of this policy (of `RULES`) would have refused. A member without any membership on record is
    not judged by its grace days.
    """
    all_, refused, unknown = [], [], 0
    for visit in (past for past in visits if not past.is_guest):
        all_.append(visit.member)
        if rule == "membership_grace_days":
            end = max((last for first, last in held.get(visit.member, ()) if first <= visit.day), default=None)
            if end is not None and visit.day > end + timedelta(days=policy.membership_grace_days):
                refused.append(visit.member)
        elif visit.arrived_at is None:
            unknown += 1
        elif not (policy.closed_admits_permanents and visit.right is Right.SUBSCRIPTION) and not _is_open(
            policy.opening_hours, visit, zone
        ):
            refused.append(visit.member)
    return Refusals(len(all_), len(set(all_)), len(refused), len(set(refused)), unknown)


def _is_open(week: Week | None, visit: PastVisit, zone: ZoneInfo) -> bool:
    """Tell whether opening hours let a past visit in; a visit without an hour always."""
    if week is None or visit.arrived_at is None:
        return True
    local = visit.arrived_at.astimezone(zone)
    days = (local.date(), local.date() - timedelta(days=1))
    return Calendar({day: week[day.weekday()] for day in days}).is_open(local)
