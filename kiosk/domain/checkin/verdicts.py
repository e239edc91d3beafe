"""What a tap comes to: the door opens, with what the member should know, or stays shut, with what they can do."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.checkin.standing import Charge, Right, Standing


class Denial(StrEnum):
    """Why the door stays shut. Stable codes: exports, screens and statistics rely on them."""

    UNKNOWN_BADGE = "unknown-badge"
    BADGE_LOST = "badge-lost"
    BADGE_UNCONFIRMED = "badge-unconfirmed"  # somebody joined at the screen, and the desk has not seen to it yet
    BADGE_UNPROVEN = "badge-unproven"  # a badge that proves itself did not: its number may be copied
    MEMBER_LEFT = "member-left"
    MEMBERSHIP_OVER = "membership-over"
    TAB_OVER_LIMIT = "tab-over-limit"
    NO_TAB = "no-tab"  # somebody who pays in advance, and has not
    CLOSED = "closed"  # the space's hours and closed days
    FULL = "full"  # the premises' legal capacity
    OTHER_DOOR = "other-door"  # this one takes other badges, or none any more
    NOT_ON_ROSTER = "not-on-roster"  # the database cannot be read, and the roster does not know the badge


class NextStep(StrEnum):
    """What the person before the door can do about it."""

    FIRST_VISIT = "first-visit"
    USE_A_CARD = "use-a-card"  # a telephone's number changes at each tap
    ASK = "ask"
    TAP_AGAIN = "tap-again"  # flat, and for as long as the badge needs to prove itself
    CONFIRM = "confirm"  # the office has to complete the file
    REJOIN = "rejoin"
    RENEW = "renew"
    PAY = "pay"
    PAY_AHEAD = "pay-ahead"
    COME_BACK_WHEN_OPEN = "come-back-when-open"
    COME_BACK_LATER = "come-back-later"
    COME_BACK_OR_RING = "come-back-or-ring"
    TAKE_ANOTHER_DOOR = "take-another-door"


_NEXT_STEPS = {
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
    """What a granted member should know."""

    MEMBERSHIP_GRACE = "membership-grace"  # over, and still let in up to a day
    RENEWED = "renewed"  # a moment ago, up to a day
    CAP_REACHED = "cap-reached"
    LAST_PREPAID_DAY = "last-prepaid-day"
    LAST_PREPAID_HALF = "last-prepaid-half"
    FULL = "full"  # as many people came as there are places; some may have left


class Notice(Struct, frozen=True):
    """A notice, with the day that it speaks of where it does."""

    kind: NoticeKind
    on: date | None = None


class Granted(Struct, frozen=True):
    """The door opens."""

    standing: Standing
    charge: Charge
    notices: tuple[Notice, ...] = ()

    @property
    def right(self) -> Right:
        """What pays for the day."""
        return self.charge.right

    @property
    def is_again(self) -> bool:
        """Whether the day was counted before, and is only gone on with."""
        return self.right is Right.TODAY or (self.standing.today is not None and self.charge.hours is not None)


class Denied(Struct, frozen=True):
    """The door stays shut. `since_on`: when the badge was lost, the member left, or the membership ended.

    `until` is when a space that is closed next opens, on its wall clock, where that is known.
    """

    reason: Denial
    next_step: NextStep
    since_on: date | None = None
    until: datetime | None = None


def denied(reason: Denial, since_on: date | None = None, until: datetime | None = None) -> Denied:
    """A refusal, with what can be done about it."""
    return Denied(reason, _NEXT_STEPS[reason], since_on, until)
