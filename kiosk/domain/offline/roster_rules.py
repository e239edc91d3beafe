"""Decides by the roster which members may come in while the database cannot be read.

The *roster* is the list that the door keeps for that time: the members whom the rules let in, with no more about them
than the door needs. A *standing* is all that a decision needs to know of a member today, a *policy* the association's
rules in force.
"""

from datetime import date, timedelta

from msgspec import Struct

from kiosk.domain.checkin import access, day_charges
from kiosk.domain.checkin.standing import Standing
from kiosk.domain.checkin.verdicts import Denial, Denied, NextStep
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy


class Listed(Struct, frozen=True):
    """A line of the roster: the member's number, the name they chose, and the last day on which they may come in."""

    member: int
    name: str
    until: date


def listed(standing: Standing, policy: Policy, moment: Moment) -> Listed | None:
    """Return the roster's line of a member; None where the rules refuse the member today.

    The last day is the earliest of: the membership's with its grace, the day before leaving, an unconfirmed badge's
    last day, and the last day paid ahead where the member may owe nothing.
    """
    if standing.member_until is None or access.admits(standing, policy, moment) is not None:
        return None
    until = standing.member_until + timedelta(days=policy.membership_grace_days)
    if standing.left_on is not None:
        until = min(until, standing.left_on - timedelta(days=1))
    if standing.badge_until_on is not None:  # of a badge that the desk has not confirmed
        until = min(until, standing.badge_until_on)
    in_hand = day_charges.days_in_hand(standing, policy, moment)  # None: on a tab, or days are free
    if in_hand is not None:  # only the days paid ahead; the first of them is today, unless today is paid already
        until = min(until, moment.day + timedelta(days=max(0, in_hand - (standing.today is None))))
    return Listed(standing.number, standing.name, until)


def decide(holder: Listed | None, day: date) -> Listed | Denied:
    """Return the roster's line where it lets the badge's holder in today, else one refusal for all reasons: not on the
    roster (`holder` is None), or after its last day. The holder may come back later or ring.
    """
    if holder is None or day > holder.until:
        return Denied(Denial.NOT_ON_ROSTER, NextStep.COME_BACK_OR_RING)
    return holder
