"""The two outcomes of a tap: `Granted` (the door opens) with what the member should know, or `Denied` with what to do
next.
"""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.checkin.standing import Charge, Right, Standing


class Denial(StrEnum):
    """Why the door stays shut. Stable codes: exports, screens and statistics rely on them."""

    UNKNOWN_BADGE = "unknown-badge"
    BADGE_LOST = "badge-lost"
    BADGE_UNCONFIRMED = "badge-unconfirmed"  # joined at the screen, and not confirmed by the desk in time
    BADGE_UNPROVEN = "badge-unproven"  # a badge that proves itself did not: its number may be copied
    MEMBER_LEFT = "member-left"
    MEMBERSHIP_OVER = "membership-over"
    TAB_OVER_LIMIT = "tab-over-limit"
    NO_TAB = "no-tab"  # a member who pays in advance, with too little left
    CLOSED = "closed"  # the space's hours and closed days
    FULL = "full"  # the premises' legal capacity
    OTHER_DOOR = "other-door"  # this door takes other badges, or none any more
    # The database cannot be read, and the roster, a file of the members who may come in, does not know the badge.
    NOT_ON_ROSTER = "not-on-roster"


class NextStep(StrEnum):
    """What the person before the door can do about a refusal."""

    FIRST_VISIT = "first-visit"
    USE_A_CARD = "use-a-card"  # a telephone's number changes at each tap: use a card
    ASK = "ask"
    TAP_AGAIN = "tap-again"  # hold the badge flat, long enough to prove itself
    CONFIRM = "confirm"  # the office has to complete the file
    REJOIN = "rejoin"
    RENEW = "renew"
    PAY = "pay"
    PAY_AHEAD = "pay-ahead"
    COME_BACK_WHEN_OPEN = "come-back-when-open"
    COME_BACK_LATER = "come-back-later"
    COME_BACK_OR_RING = "come-back-or-ring"
    TAKE_ANOTHER_DOOR = "take-another-door"


_NEXT_STEPS = {  # the step that belongs to each refusal
    Denial.UNKNOWN_BADGE: NextStep.FIRST_VISIT,
    Denial.BADGE_LOST: NextStep.ASK,
    Denial.BADGE_UNCONFIRMED: NextStep.CONFIRM,
    Denial.BADGE_UNPROVEN: NextStep.TAP_AGAIN,
    Denial.MEMBER_LEFT: NextStep.REJOIN,
    Denial.MEMBERSHIP_OVER: NextStep.RENEW,
    Denial.TAB_OVER_LIMIT: NextStep.PAY,
    Denial.NO_TAB: NextStep.PAY_AHEAD,
    Denial.CLOSED: NextStep.COME_BACK_WHEN_OPEN,
    Denial.FULL: NextStep.COME_BACK_LATER,
    Denial.OTHER_DOOR: NextStep.TAKE_ANOTHER_DOOR,
    Denial.NOT_ON_ROSTER: NextStep.COME_BACK_OR_RING,
}


class NoticeKind(StrEnum):
    """Something that an admitted member should know."""

    MEMBERSHIP_GRACE = "membership-grace"  # the membership has ended; the door still opens up to a day
    RENEWED = "renewed"  # the membership was renewed a moment ago, up to a day
    CAP_REACHED = "cap-reached"
    LAST_PREPAID_DAY = "last-prepaid-day"
    LAST_PREPAID_HALF = "last-prepaid-half"
    FULL = "full"  # as many people came as there are places; some may have left


class Notice(Struct, frozen=True):
    """A notice for an admitted member, with the day that it mentions, if any."""

    kind: NoticeKind
    on: date | None = None


class Granted(Struct, frozen=True):
    """The door opens for this standing, and this charge is recorded."""

    standing: Standing
    charge: Charge
    notices: tuple[Notice, ...] = ()

    @property
    def right(self) -> Right:
        """Return what pays for the day."""
        return self.charge.right

    @property
    def is_again(self) -> bool:
        """Tell whether the visit was counted before this tap, and only continues."""
        return self.right is Right.TODAY or (self.standing.today is not None and self.charge.hours is not None)


class Denied(Struct, frozen=True):
    """The door stays shut. `since_on`: when the badge was lost, the member left, or the membership ended. `until`: when
    a closed space next opens, in local time, where that is known.
    """

    reason: Denial
    next_step: NextStep
    since_on: date | None = None
    until: datetime | None = None


def denied(reason: Denial, since_on: date | None = None, until: datetime | None = None) -> Denied:
    """Return the refusal for a reason, with the next step that belongs to it."""
    return Denied(reason, _NEXT_STEPS[reason], since_on, until)
