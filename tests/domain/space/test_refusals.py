"""Who of a past month would have been refused, by other hours or another grace."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from kiosk.domain import opening_hours
from kiosk.domain.checkin.standing import Part, Right
from kiosk.domain.space import refusals
from kiosk.domain.space.past import PastVisit
from kiosk.domain.space.refusals import Refusals
from tests.domain.values import policy as rules

ZONE = ZoneInfo("Europe/Paris")
MORNINGS = {"mon": ["08:00-12:00"], "tue": ["08:00-12:00"], "wed": ["08:00-12:00"]}


def visit(member: int, day: int, hour: int | None, right: Right = Right.FULL, *, guest: bool = False) -> PastVisit:
    arrived = None if hour is None else datetime(2026, 11, day, hour, tzinfo=UTC)
    on = date(2026, 11, day)
    return PastVisit(member, on, arrived, "comfort", right, Part.DAY, None, None, None, is_guest=guest)


VISITS = (
    visit(1, 2, 8),  # Monday at nine
    visit(1, 3, 13),  # Tuesday at two in the afternoon
    visit(2, 5, 9),  # a Thursday
    visit(3, 5, 9, Right.SUBSCRIPTION),
    visit(4, 2, None),  # hours are forgotten
    visit(1, 5, 9, guest=True),
)


def test_hours_refuse_who_came_outside_of_them() -> None:
    policy = rules(opening_hours=opening_hours.week(MORNINGS), closed_admits_permanents=True)
    assert refusals.count(VISITS, policy, {}, ZONE, "opening_hours") == Refusals(5, 4, 2, 2, 1)
    everybody = replace(policy, closed_admits_permanents=False)
    assert refusals.count(VISITS, everybody, {}, ZONE, "opening_hours") == Refusals(5, 4, 3, 3, 1)
    always = replace(policy, opening_hours=None)
    assert refusals.count(VISITS, always, {}, ZONE, "opening_hours") == Refusals(5, 4, 0, 0, 1)


def test_grace_refuses_whose_membership_was_over_for_longer_on_that_day() -> None:
    held = {
        1: [(date(2025, 11, 1), date(2026, 10, 31)), (date(2026, 11, 4), date(2027, 11, 3))],  # renewed in between
        2: [(date(2025, 10, 1), date(2026, 9, 30))],
    }
    for grace, expected in ((0, (3, 2)), (2, (2, 2)), (3, (1, 1)), (36, (0, 0))):
        policy = rules(membership_grace_days=grace)
        found = refusals.count(VISITS, policy, held, ZONE, "membership_grace_days")
        assert (found.refused_visits, found.refused_people) == expected, grace
