"""Decides by the roster who may come in while the database cannot be read.

The roster lists the people whom the rules let in, and no more of them than the door must know.
"""

from datetime import date, timedelta

from msgspec import Struct

from kiosk.domain.checkin import access, day_charges
from kiosk.domain.checkin.standing import Standing
from kiosk.domain.checkin.verdicts import Denial, Denied, NextStep
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy


class Listed(Struct, frozen=True):
    """A badge's holder: member number, the name that they chose, and the last day that lets them in."""

    member: int
    name: str
    until: date


def listed(standing: Standing, policy: Policy, moment: Moment) -> Listed | None:
    """What the roster says of a member; None for whom the rules refuse today."""
    if standing.member_until is None or access.admits(standing, policy, moment) is not None:
        return None
    until = standing.member_until + timedelta(days=policy.membership_grace_days)
    if standing.left_on is not None:
        until = min(until, standing.left_on - timedelta(days=1))
    if standing.badge_until_on is not None:
        until = min(until, standing.badge_until_on)
    in_hand = day_charges.days_in_hand(standing, policy, moment)
    if in_hand is not None:  # without a tab, no further than is paid: today's visit, where there is one, is already
        until = min(until, moment.day + timedelta(days=max(0, in_hand - (standing.today is None))))
    return Listed(standing.number, standing.name, until)


def decide(found: Listed | None, day: date) -> Listed | Denied:
    """Whether the roster lets a badge's holder in. An unlisted badge is refused without blame for its holder."""
    if found is None or day > found.until:
        return Denied(Denial.NOT_ON_ROSTER, NextStep.COME_BACK_OR_RING)
    return found
