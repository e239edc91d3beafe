"""The facts that a decision at the door rests on (`Standing`), the rights that may pay for a day, and the charge that
results. A *tab* is what an account owes; a member without one pays in advance. A *carnet* is days bought together, an
*envelope* days that an organisation bought and gives by vouchers.
"""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.checkin.aids import Aids
from kiosk.domain.doors import FIRST_DOOR, Door
from kiosk.domain.periods import Unit


class Right(StrEnum):
    """What pays for a day, in the order in which the rights are tried."""

    TODAY = "today"  # the day's visit is recorded already
    FREE_ZONE = "free-zone"
    SUBSCRIPTION = "subscription"
    PASSING = "passing"  # only here for some minutes, as chosen at the screen: costs nothing
    FREE = "free"  # a tariff of 0
    CAP = "cap"  # the month's cap is reached
    VOUCHER = "voucher"  # an organisation pays
    BANKED = "banked"  # a day that the member earned, by hosting for example
    CARNET = "carnet"  # one of the days that the member bought together
    REDUCED = "reduced"  # the day is charged at a reduced tariff
    FULL = "full"  # the day is charged at the full tariff


PREPAID = (Right.VOUCHER, Right.BANKED, Right.CARNET)  # rights that use what was paid or earned before


class Part(StrEnum):
    """The part of the day that a visit covers."""

    DAY = "day"
    FIRST_HALF = "first-half"
    SECOND_HALF = "second-half"


class Prepaid(Struct, frozen=True):
    """Prepaid units of one kind: a carnet, a voucher's envelope, or banked days.

    `value_cents` is the worth of one unit, `left` how many are left: days, or half days or hours where the carnet or
    envelope is sold by those.
    """

    right: Right
    id: int  # of its row in the table of its kind
    left: int
    value_cents: int
    expires_on: date | None = None
    unit: Unit = Unit.DAY

    @property
    def a_day(self) -> int:
        """Return how many units make a whole day."""
        return 2 if self.unit is Unit.HALF_DAY else 1

    @property
    def days_left(self) -> int:
        """Return how many whole days are left. Units of an hour count as one day at most, because the length of a stay
        is unknown.
        """
        return min(1, self.left) if self.unit is Unit.HOUR else self.left // self.a_day


class Hours(Struct, frozen=True):
    """The hours of a day paid by an hourly voucher: all those `counted` so far, of which `stay` are the latest stay's.
    `goes_on`: that stay began by a tap although the one before had no departure, so the member may never have left.
    """

    counted: int
    stay: int
    goes_on: bool = False


class VisitToday(Struct, frozen=True):
    """The member's visit of this local day, not undone."""

    id: int
    part: Part
    amount_cents: int
    charge_entry: int | None  # its standing charge; None: it cost nothing
    arrived_at: datetime | None  # None: the hour is not stored
    passing_until: datetime | None = None  # when a visit meant to be a few minutes ends
    right: Right = Right.FULL
    carnet: int | None = None  # id of the carnet that pays for it
    voucher: int | None = None  # id of the voucher that pays for it
    hours: Hours | None = None  # set where it is paid by the hour
    unit_cents: int = 0  # the worth of one such hour
    left_at: datetime | None = None
    door: Door = FIRST_DOOR  # where the visit began

    @property
    def is_free(self) -> bool:
        """Tell whether the visit is in a zone that costs nothing."""
        return self.right is Right.FREE_ZONE


class Standing(Struct, frozen=True, kw_only=True):
    """All that a decision needs to know of a badge's holder, as of one local day."""

    member: int  # id of the member's row; `number` is the number that people know
    number: int
    name: str
    language: str | None  # None: none chosen
    zone: str  # code of the zone in which the day is spent
    account: int  # that pays for a day
    badge_lost_on: date | None
    left_on: date | None
    member_until: date | None  # last day of the latest membership that has begun
    subscribed: bool  # whether a subscription covers the day
    charged_days: int  # this month's days before today that were charged or used up a prepaid day
    # What the member's own account owes for longer than the policy's days; 0 when another account pays for the day.
    past_due_cents: int
    prepaid: tuple[Prepaid, ...]
    level: str | None  # a reduced tariff granted for today; None: the full one
    chosen_cents: int | None  # what the member gives where the price of a day is theirs to choose; None: not chosen yet
    half_chosen_cents: int | None  # the same for half a day
    today: VisitToday | None  # None: no visit yet
    badge_until_on: date | None = None  # last day of a badge that the desk has not confirmed
    aids: Aids = Aids.NONE
    # What the account of a member without a tab has in advance, and the most that may be charged to it. None: the
    # member has a tab, or another account pays for the day.
    advance_cents: int | None = None
    owed_cents: int | None = None  # by the member's own account, negative for an advance; None: another account pays
    rooms_cents: int = 0  # what rooms of this day cost that account and counts toward the day, paid or not
    has_event: bool = False  # the member has a seat at an event that includes the day
    key_version: int | None = None  # the badge must prove itself by the site's key of this version
    replaces: bytes | None = None  # the fingerprint of the old badge, which opens until this one is first tapped


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
    """What a visit costs, and how it is to be recorded.

    `tariff` is the level it was priced at, `quantity` how many units of `prepaid` it takes. With `replaces`, that entry
    is reversed first and `amount_cents` is the day's new total. `rooms_cents` is the part of the price that the day's
    rooms paid, and is not in `amount_cents`. Without `product` no tariff was asked.
    """

    right: Right  # what pays for the visit
    part: Part = Part.DAY
    amount_cents: int = 0
    product: str | None = None
    tariff: str | None = None
    prepaid: Prepaid | None = None
    replaces: int | None = None
    quantity: int = 1
    hours: Hours | None = None  # the hours counted, where the stay is charged by the hour
    rooms_cents: int = 0
