"""The association's rules for rooms on one day. A rule that was never set has its default, and rooms are off.

A value that is not allowed raises Problem `policy`, the code for all of the association's rules.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.problems import Problem

MOST_MINUTES = 31 * 24 * 60  # of a booking, a quota, or what a plan includes: a month
LONGEST_NAME = 80  # of a room


class Permanents(StrEnum):
    """What subscribers get when a part of the place is let to others."""

    KEPT = "kept"  # they still come in
    BANKED = "banked"  # they stay out, and get a banked day: one without charge, another time
    CREDITED = "credited"  # they stay out, and their subscription pauses that day


class RoomRules(Struct, frozen=True, kw_only=True):
    """The rules for rooms. Durations are minutes, shares are percent of a booking's price.

    A member *claims* a booking by tapping a badge when it begins. A *privatisation* lets a part of the place to others.
    """

    rooms_on: bool = False
    rooms_at_screen: bool = False  # rooms can be booked at the screen, not at the desk alone
    room_counts_toward_day: bool = False  # what a member pays for rooms on a day lowers the price of that day
    room_step_minutes: int = 30  # bookings begin every so many minutes
    room_half_day_minutes: int = 240
    room_longest_minutes: int = 12 * 60
    room_ahead_days: int = 90  # how far ahead rooms are booked
    room_claim_minutes: int | None = None  # so long after the beginning an unclaimed room is released; None: never
    room_presence_claims: bool = False  # a member already present need not tap again
    room_no_show_percent: int = 0  # the fee for not coming
    room_cancel_hours: int = 24  # cancelling is free until so long before
    room_cancel_percent: int = 0  # the fee for cancelling later
    room_quota_day_minutes: int | None = None  # the most that a member may book in a day; None: no limit
    room_quota_week_minutes: int | None = None
    room_quota_month_minutes: int | None = None
    room_plan_minutes: Mapping[str, int] | None = None  # what a month of each plan includes, by the plan's code
    privatisation_notice_days: int = 7  # so long before, members are told
    privatisation_permanents: Permanents = Permanents.KEPT  # what subscribers get

    def __post_init__(self) -> None:
        for name, (least, most) in BOUNDS.items():
            value = getattr(self, name)
            if value is not None and not least <= value <= most:
                raise Problem(
                    "policy",
                    "the rule {rule} is {least} to {most}, not {given}",
                    rule=name,
                    least=least,
                    most=most,
                    given=value,
                )
        if self.room_step_minutes not in STEPS:
            raise Problem("policy", "bookings begin every {choices} minutes", choices=", ".join(map(str, STEPS)))
        if any(not 0 <= minutes <= MOST_MINUTES for minutes in (self.room_plan_minutes or {}).values()):
            raise Problem("policy", "what a plan includes is minutes of a month")


STEPS = (15, 30, 60)  # minutes: they divide an hour, so that bookings begin at the same minutes of every hour
BOUNDS = {  # the least and the highest value of each numeric rule but the step; None passes
    "room_half_day_minutes": (60, 720),
    "room_longest_minutes": (15, MOST_MINUTES),
    "room_ahead_days": (0, 730),
    "room_claim_minutes": (1, 240),
    "room_no_show_percent": (0, 100),
    "room_cancel_hours": (0, 24 * 60),
    "room_cancel_percent": (0, 100),
    "room_quota_day_minutes": (0, MOST_MINUTES),
    "room_quota_week_minutes": (0, MOST_MINUTES),
    "room_quota_month_minutes": (0, MOST_MINUTES),
    "privatisation_notice_days": (0, 90),
}
