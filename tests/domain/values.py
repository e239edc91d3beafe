"""A space to decide about, in one call: every argument left out is the ordinary one."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from kiosk.domain import days
from kiosk.domain.checkin.standing import Part, Prepaid, Right, Standing, VisitToday
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import FULL, Policy, Price, Zone
from kiosk.domain.periods import Year

PARIS = ZoneInfo("Europe/Paris")
DAY = date(2026, 11, 25)  # a Wednesday
ENTRY = 71  # the charge of today's visit, where there is one

PRICES: Mapping[tuple[str, str], Price] = {
    ("day", FULL): Price(500),
    ("day", "reduced"): Price(250),
    ("half", FULL): Price(300),
    ("half", "reduced"): Price(150),
}
ZONES = {"comfort": Zone(1, "comfort", "day", "half"), "corner": Zone(2, "corner", None)}

_POLICY = Policy(
    day_start_hour=4,
    half_day_split_hour=None,
    membership_year=Year.ROLLING,
    membership_grace_days=30,
    tab_limit_cents=5000,
    tab_due_days=30,
    month_cap_days=None,
    undo_limit=3,
    undo_window_days=30,
    show_amounts=False,
    rent_cents=0,
    prices=PRICES,
    products={},
    zones=ZONES,
)

_STANDING = Standing(
    member=1,
    number=12,
    name="Inès",
    language=None,
    zone="comfort",
    account=1,
    badge_lost_on=None,
    left_on=None,
    member_until=date(2027, 1, 31),
    subscribed=False,
    charged_days=0,
    past_due_cents=0,
    prepaid=(),
    level=None,
    chosen_cents=None,
    half_chosen_cents=None,
    today=None,
)


def policy(**changes: Any) -> Policy:
    """The dossier's rules without halves and without a cap, but for what is said."""
    return replace(_POLICY, **changes)


def standing(**changes: Any) -> Standing:
    """A member in good standing who has not come today, but for what is said."""
    return replace(_STANDING, **changes)


def at(hour: int, minute: int = 0, day: date = DAY) -> Moment:
    """A moment by the wall clock in Paris, of days that begin at 4."""
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)
    return days.moment(local, PARIS, 4)


def prepaid(right: Right = Right.CARNET, id_: int = 1, days_left: int = 5, expires_on: date | None = None) -> Prepaid:
    """Days paid for already."""
    return Prepaid(right, id_, days_left, 450, expires_on)


def visit(part: Part = Part.DAY, amount_cents: int = 500, charge_entry: int | None = ENTRY) -> VisitToday:
    """Today's visit, recorded in the morning."""
    return VisitToday(9, part, amount_cents, charge_entry, at(9).at)
