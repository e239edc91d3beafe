"""What a decision at the door goes by: a badge's holder as of one day, what pays for theirs, and what it costs."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.checkin.aids import Aids
from kiosk.domain.doors import FIRST_DOOR, Door
from kiosk.domain.periods import Unit


class Right(StrEnum):
    """What pays for the day, in the order in which rights are tried."""

    TODAY = "today"  # the day's visit is recorded already
    FREE_ZONE = "free-zone"
    SUBSCRIPTION = "subscription"
    PASSING = "passing"  # only here for some minutes, as chosen at the screen
    FREE = "free"  # a tariff of 0
    CAP = "cap"  # the month's cap is reached
    VOUCHER = "voucher"
    BANKED = "banked"
    CARNET = "carnet"
    REDUCED = "reduced"
    FULL = "full"


PREPAID = (Right.VOUCHER, Right.BANKED, Right.CARNET)


class Part(StrEnum):
    """How much of the day a visit covers."""

    DAY = "day"
    FIRST_HALF = "first-half"
    SECOND_HALF = "second-half"


class Prepaid(Struct, frozen=True):
    """Days paid for already: a carnet, a voucher's envelope, banked days. `value_cents` is one unit's worth, `left` how
    many of these are left: days, or the half days of a carnet or an envelope that is sold by them, or its hours.
    """

    right: Right
    id: int
    left: int
    value_cents: int
    expires_on: date | None = None
    unit: Unit = Unit.DAY

    @property
    def a_day(self) -> int:
        """How many make a whole day."""
        return 2 if self.unit is Unit.HALF_DAY else 1

    @property
    def days_left(self) -> int:
        """How many whole days are left. Of hours none knows: the day that it is, where there are any."""
        return min(1, self.left) if self.unit is Unit.HOUR else self.left // self.a_day


class Hours(Struct, frozen=True):
    """Of a day that a voucher by the hour pays: all hours that are `counted`, and those of the `stay` that may still go
    on. `goes_on`: it began by a tap, though the one before had no departure.
    """

    counted: int
    stay: int
    goes_on: bool = False


class VisitToday(Struct, frozen=True):
    """The kept visit of this local day. `charge_entry` is its standing charge (None: it cost nothing).

    `passing_until` is when a visit ends that was to be for some minutes only; `carnet` or `voucher` the one that pays
    for it, if one does; `hours` are there where it is paid by the hour, `unit_cents` what one is worth. `door` is
    the one that it began at.
    """

    id: int
    part: Part
    amount_cents: int
    charge_entry: int | None
    arrived_at: datetime | None
    passing_until: datetime | None = None
    right: Right = Right.FULL
    carnet: int | None = None
    voucher: int | None = None
    hours: Hours | None = None
    unit_cents: int = 0
    left_at: datetime | None = None
    door: Door = FIRST_DOOR

    @property
    def is_free(self) -> bool:
        """Whether it is in a zone that costs nothing."""
        return self.right is Right.FREE_ZONE


class Standing(Struct, frozen=True, kw_only=True):
    """All that the decision needs to know of a badge's holder, as of one local day.

    `charged_days` counts this month's days before today that were charged or used up a prepaid day. `past_due_cents` is
    what the member's own account owes for longer than the policy's days (0 when another account pays for the day).
    `level` is a reduced tariff granted for today, `chosen_cents` and `half_chosen_cents` what the member chose to give
    where the price of a day or a half is free. `account` is the account that pays for a day. `badge_until_on` is the
    last day of a badge that the desk has not confirmed. `advance_cents` is what the account of a member without a tab
    has in advance, and all that may be charged to it (None: they have a tab, or another account pays for the day).
    `owed_cents` is what the member's own account owes, less than 0 what it has in advance (None: another one pays).
    `rooms_cents` is what rooms of this day cost that account and counts toward the day, paid or not; `has_event`: they
    have a seat at an event that includes the day. `key_version`: the badge proves itself, by the site's key of that
    version. `replaces` is the badge that opens until this one was tapped.
    """

    member: int
    number: int
    name: str
    language: str | None
    zone: str
    account: int
    badge_lost_on: date | None
    left_on: date | None
    member_until: date | None
    subscribed: bool
    charged_days: int
    past_due_cents: int
    prepaid: tuple[Prepaid, ...]
    level: str | None
    chosen_cents: int | None
    half_chosen_cents: int | None
    today: VisitToday | None
    badge_until_on: date | None = None
    aids: Aids = Aids.NONE
    advance_cents: int | None = None
    owed_cents: int | None = None
    rooms_cents: int = 0
    has_event: bool = False
    key_version: int | None = None
    replaces: bytes | None = None


def of_newcomer(zone: str) -> Standing:
    """Return the standing of a person without a file: nothing granted, nothing owed, nothing prepaid."""
    return Standing(
        member=0,
        number=0,
        name="",
        language=None,
        zone=zone,
        account=0,
        badge_lost_on=None,
        left_on=None,
        member_until=None,
        subscribed=False,
        charged_days=0,
        past_due_cents=0,
        prepaid=(),
        level=None,
        chosen_cents=None,
        half_chosen_cents=None,
        today=None,
    )


class Charge(Struct, frozen=True):
    """What a visit costs, and what is to be recorded.

    `tariff` is the level it was priced at, `quantity` how many units of `prepaid` it takes. With `replaces` the named
    entry is reversed first and `amount_cents` is the day's new total. `rooms_cents` of the day are paid by its rooms.
    """

    right: Right
    part: Part = Part.DAY
    amount_cents: int = 0
    product: str | None = None
    tariff: str | None = None
    prepaid: Prepaid | None = None
    replaces: int | None = None
    quantity: int = 1
    hours: Hours | None = None
    rooms_cents: int = 0
