"""Decides who may come in and what pays for the day: `decide`, composed of `admits`, `turns_away` and `charge`.

All are functions of their arguments. `admits` is about the person, `turns_away` about the hour and the room: the latter
is left out where the hour is not sure or who is here is not known. A tap that was spooled is entered by `charge` alone,
at its own time: its member was let in already.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from kiosk.domain import lets
from kiosk.domain.checkin import hours as stays
from kiosk.domain.days import Moment
from kiosk.domain.doors import FIRST_DOOR, Door, Takes
from kiosk.domain.money.tariffs import FULL, GUEST, Policy, Zone
from kiosk.domain.periods import Unit
from kiosk.domain.problems import Problem


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


class Denial(StrEnum):
    """Why the door stays shut. Stable codes: exports, screens and statistics rely on them."""

    UNKNOWN_BADGE = "unknown-badge"
    BADGE_LOST = "badge-lost"
    BADGE_UNCONFIRMED = "badge-unconfirmed"  # somebody joined at the screen, and the desk has not seen to it yet
    MEMBER_LEFT = "member-left"
    MEMBERSHIP_OVER = "membership-over"
    TAB_OVER_LIMIT = "tab-over-limit"
    NO_TAB = "no-tab"  # somebody who pays in advance, and has not
    CLOSED = "closed"  # the space's hours and closed days
    FULL = "full"  # the premises' legal capacity
    OTHER_DOOR = "other-door"  # this one takes other badges, or none any more
    NOT_ON_ROSTER = "not-on-roster"  # the database cannot be read, and the roster does not know the badge


# What cannot be mended at the door; one step mends the rest.
FINAL = frozenset({Denial.BADGE_LOST, Denial.CLOSED, Denial.FULL, Denial.OTHER_DOOR})


class NextStep(StrEnum):
    """What the person before the door can do about it."""

    FIRST_VISIT = "first-visit"
    USE_A_CARD = "use-a-card"  # a telephone's number changes at each tap
    ASK = "ask"
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


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice, with the day that it speaks of where it does."""

    kind: NoticeKind
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Prepaid:
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


@dataclass(frozen=True, slots=True)
class Hours:
    """Of a day that a voucher by the hour pays: all hours that are `counted`, and those of the `stay` that may still go
    on. `goes_on`: it began by a tap, though nobody had ended the one before.
    """

    counted: int
    stay: int
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class VisitToday:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that the decision needs to know of a badge's holder, as of one local day.

    `charged_days` counts this month's days before today that were charged or used up a prepaid day. `past_due_cents` is
    what the member's own account owes for longer than the policy's days (0 when somebody else pays for the day).
    `level` is a reduced tariff granted for today, `chosen_cents` and `half_chosen_cents` what the member chose to give
    where the price of a day or a half is free. `account` is the account that pays for a day. `badge_until_on` is the
    last day of a badge that the desk has not confirmed. `advance_cents` is what the account of a member without a tab
    has in advance, and all that may be charged to it (None: they have a tab, or somebody else pays for the day).
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
    larger_text: bool = False
    advance_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """What a visit costs, and what is to be recorded.

    `tariff` is the level it was priced at, `quantity` how many units of `prepaid` it takes. With `replaces` the named
    entry is reversed first and `amount_cents` is the day's new total.
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


@dataclass(frozen=True, slots=True)
class Granted:
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


@dataclass(frozen=True, slots=True)
class Denied:
    """The door stays shut. `since_on`: when the badge was lost, the member left, or the membership ended.

    `until` is when a space that is closed next opens, on its wall clock, where that is known.
    """

    reason: Denial
    next_step: NextStep
    since_on: date | None = None
    until: datetime | None = None


def decide(standing: Standing | None, policy: Policy, moment: Moment, present: int = 0) -> Granted | Denied:
    """Whether the holder of a badge comes in now, and what the day costs. None stands for a badge nobody owns.

    `present` is how many people are here, as far as their visits tell.
    """
    if standing is None:
        return unknown()
    standing = placed(standing, policy, moment)
    denied = admits(standing, policy, moment) or turns_away(standing, policy, moment, present)
    if denied is not None:
        return denied
    cost = charge(standing, policy, moment)
    return Granted(standing, cost, tuple(_notices(standing, policy, moment, cost, present)))


def unknown() -> Denied:
    """The refusal of a badge that nobody owns."""
    return _denied(Denial.UNKNOWN_BADGE)


def admits(standing: Standing, policy: Policy, moment: Moment) -> Denied | None:
    """Why this member is refused, whatever the hour, or None. A day that is paid for is never stopped by the tab."""
    if not _goes_by(policy.door, standing):
        return _denied(Denial.OTHER_DOOR)
    if standing.badge_lost_on is not None:
        return _denied(Denial.BADGE_LOST, standing.badge_lost_on)
    if standing.badge_until_on is not None and moment.day > standing.badge_until_on:
        return _denied(Denial.BADGE_UNCONFIRMED)
    if standing.left_on is not None and standing.left_on <= moment.day:
        return _denied(Denial.MEMBER_LEFT, standing.left_on)
    until = standing.member_until
    if until is None or moment.day > until + timedelta(days=policy.membership_grace_days):
        return _denied(Denial.MEMBERSHIP_OVER, until)
    owes_too_much = standing.past_due_cents > policy.tab_limit_cents
    if owes_too_much and standing.today is None and charge(standing, policy, moment).amount_cents > 0:
        return _denied(Denial.TAB_OVER_LIMIT)
    if standing.advance_cents is not None:
        return beyond_advance(standing, charge(standing, policy, moment))
    return None


def _goes_by(door: Door, standing: Standing) -> bool:
    """Whether a door takes a member's badge. One that is revoked takes nobody's."""
    is_theirs = door.takes is Takes.ALL or standing.subscribed or standing.today is not None
    return is_theirs and not door.is_revoked


def beyond_advance(standing: Standing, cost: Charge) -> Denied | None:
    """Why a charge is refused to a member without a tab. None where their advance covers it, or they have a tab."""
    replaced = 0 if cost.replaces is None or standing.today is None else standing.today.amount_cents
    if standing.advance_cents is None or cost.amount_cents - replaced <= max(0, standing.advance_cents):
        return None
    return _denied(Denial.NO_TAB)


def days_in_hand(standing: Standing, policy: Policy, moment: Moment) -> int | None:
    """How many whole days a member without a tab has paid in advance. None where that does not matter: there is a tab,
    or a day costs nothing.
    """
    if standing.advance_cents is None:
        return None
    bare = replace(standing, prepaid=(), charged_days=0)
    cents = of_day(bare, replace(policy, half_day_split_hour=None), moment).amount_cents
    if cents == 0:
        return None
    halves = _part(_zone(standing, policy), policy, moment) is not Part.DAY
    ahead = sum(_days_of(p, moment.day, halves=halves) for p in standing.prepaid)
    return ahead + max(0, standing.advance_cents) // cents


def turns_away(standing: Standing, policy: Policy, moment: Moment, present: int) -> Denied | None:
    """Whether the space is shut or full for a member, or None. Who came today already may always come back in, except
    where the whole place is let.
    """
    let = lets.shuts(policy.lets, moment.at, subscribed=standing.subscribed) if policy.lets else None
    if let is not None:
        return _denied(Denial.CLOSED, until=let.ends_at.astimezone(moment.local.tzinfo))
    if standing.today is not None:
        return None
    calendar = policy.calendar
    excepted = standing.subscribed and policy.closed_admits_permanents
    if calendar is not None and not excepted and not calendar.is_open(moment.local):
        return _denied(Denial.CLOSED, until=calendar.reopens(moment.local))
    return _denied(Denial.FULL) if is_full(policy, present, moment) and not standing.subscribed else None


def placed(standing: Standing, policy: Policy, moment: Moment) -> Standing:
    """A member as they come in now: in the door's own zone, and in another where that one is let. A day that is counted
    stays so.
    """
    zone = policy.door.zone or standing.zone
    if standing.today is not None or not (policy.lets or policy.door.zone):
        return standing
    if policy.lets:
        zone = lets.instead_of(policy.lets, zone, moment.at, subscribed=standing.subscribed)
    return standing if zone == standing.zone else replace(standing, zone=zone)


def is_full(policy: Policy, present: int, moment: Moment) -> bool:
    """Whether the premises hold nobody more by law; what is let is nobody else's."""
    places = lets.places_left(policy.capacity_legal, policy.lets, moment.at)
    return places is not None and present >= places


def charge(standing: Standing, policy: Policy, moment: Moment) -> Charge:
    """What pays for this day: the first right that applies, in the order of `Right`."""
    if standing.today is not None and not _has_passed(standing.today, moment):
        if standing.today.hours is not None:
            return _another_stay(standing, standing.today, standing.today.hours, policy, moment)
        return _second_half(standing, standing.today, policy, moment)
    return of_day(standing, policy, moment)


def of_day(standing: Standing, policy: Policy, moment: Moment) -> Charge:
    """What pays for a day in a standing's zone, without regard to a visit that is recorded already."""
    zone = _zone(standing, policy)
    if zone.day_product is None:
        return Charge(Right.FREE_ZONE)
    if standing.subscribed:
        return Charge(Right.SUBSCRIPTION)
    priced = _priced(standing, zone.day_product, zone, policy, moment)
    if priced.amount_cents == 0:
        return Charge(Right.FREE, tariff=priced.tariff)
    if policy.month_cap_days is not None and standing.charged_days >= policy.month_cap_days:
        return Charge(Right.CAP)
    return next(iter(paid_ahead(standing, policy, moment)), priced)


def paid_ahead(standing: Standing, policy: Policy, moment: Moment, *, whole: bool = False) -> tuple[Charge, ...]:
    """What could pay for a day in the zone of a standing of all that is paid for already: one of each right, in order.

    A carnet of half days pays for half of a day with one of them, for the `whole` of it with two; it has to have them.
    Among carnets, half of a day is first asked of those of half days; then the one that expires first pays.
    """
    zone = _zone(standing, policy)
    part = Part.DAY if whole else _part(zone, policy, moment)
    found: dict[Right, Charge] = {}
    for days in sorted(standing.prepaid, key=lambda days: _turn(days, part)):
        charge = _taken(days, part, zone, policy, moment)
        if charge is not None:
            found.setdefault(days.right, charge)
    return tuple(found.values())


def of_guest(standing: Standing, policy: Policy) -> Charge:
    """What a guest's day costs their host: the guests' price where there is one, else a full day of the host's zone."""
    product = _zone(standing, policy).day_product
    if product is None:
        return Charge(Right.FREE_ZONE)
    cents, level = policy.ask(product, None, None)
    if policy.guest_cents is not None:
        cents, level = policy.guest_cents, GUEST
    return Charge(Right.FULL if cents else Right.FREE, amount_cents=cents, product=product, tariff=level)


def _has_passed(today: VisitToday, moment: Moment) -> bool:
    """Whether who was only passing has come back, or stayed: the day counts from now on."""
    return today.passing_until is not None and moment.at > today.passing_until


def _zone(standing: Standing, policy: Policy) -> Zone:
    zone = policy.zones.get(standing.zone)
    if zone is None:
        raise Problem("no-zone", f"the zone {standing.zone!r} does not exist")
    return zone


def _priced(standing: Standing, day_product: str, zone: Zone, policy: Policy, moment: Moment) -> Charge:
    """The day pass at its tariff: half of the day where halves are sold, and never more than the whole."""
    day_cents, level = policy.ask(day_product, standing.level, standing.chosen_cents)
    whole = Charge(_tariff_right(level), Part.DAY, day_cents, day_product, level)
    part = _part(zone, policy, moment)
    if part is Part.DAY or zone.half_product is None:
        return whole
    cents, level = policy.ask(zone.half_product, standing.level, standing.half_chosen_cents)
    if cents >= day_cents:
        return whole
    return Charge(_tariff_right(level), part, cents, zone.half_product, level)


def _part(zone: Zone, policy: Policy, moment: Moment) -> Part:
    """How much of the day is counted at a moment: the half that it is in, where halves are sold."""
    split = policy.half_day_split_hour
    if split is None or zone.half_product is None:
        return Part.DAY
    return Part.SECOND_HALF if moment.in_second_half(split) else Part.FIRST_HALF


def _second_half(standing: Standing, today: VisitToday, policy: Policy, moment: Moment) -> Charge:
    """Today is recorded: nothing more, unless only its first half was and the second has begun.

    What paid for the first half is given back and the day paid whole: by the carnet that had given a half where it has
    another one, else by whatever pays for a whole day.
    """
    split, zone = policy.half_day_split_hour, _zone(standing, policy)
    recorded = Charge(Right.TODAY, today.part)
    if today.part is not Part.FIRST_HALF or split is None or not moment.in_second_half(split):
        return recorded
    if zone.half_product is None or zone.day_product is None or today.charge_entry is None or standing.subscribed:
        return recorded
    given_back = tuple(_given_back(standing.prepaid, today))
    same = (_taken(days, Part.DAY, zone, policy, moment) for days in given_back if _is_of(days, today))
    others = paid_ahead(replace(standing, prepaid=given_back), policy, moment, whole=True)
    ahead = next((charge for charge in (*same, *others) if charge is not None), None)
    if ahead is not None:
        return replace(ahead, replaces=today.charge_entry)
    day_cents, level = policy.ask(zone.day_product, standing.level, standing.chosen_cents)
    half_cents, _ = policy.ask(zone.half_product, standing.level, standing.half_chosen_cents)
    first_cents = half_cents if today.right in PREPAID else today.amount_cents
    total = max(today.amount_cents, min(first_cents + half_cents, day_cents))
    return Charge(_tariff_right(level), Part.DAY, total, zone.day_product, level, replaces=today.charge_entry)


def _another_stay(standing: Standing, today: VisitToday, hours: Hours, policy: Policy, moment: Moment) -> Charge:
    """Today is recorded: nothing more while the stay goes on. Who comes back, or is here in the other half of the day,
    begins another one, as long as the voucher has hours.
    """
    recorded, zone = Charge(Right.TODAY, today.part), _zone(standing, policy)
    if today.arrived_at is None or today.charge_entry is None or standing.subscribed or zone.day_product is None:
        return recorded
    is_open = today.left_at is None
    if is_open and not stays.is_over(policy, today.arrived_at.astimezone(moment.local.tzinfo), moment):
        return recorded
    days = next((days for days in _given_back(standing.prepaid, today) if _is_of(days, today)), None)
    more = 0 if days is None else min(days.left - hours.counted, stays.ahead(policy, moment.local))
    if days is None or more < 1:
        return recorded
    total = hours.counted + more
    return Charge(
        days.right,
        product=zone.day_product,
        prepaid=days,
        replaces=today.charge_entry,
        quantity=total,
        hours=Hours(total, more, goes_on=is_open),
    )


def on_leaving(standing: Standing, policy: Policy, moment: Moment) -> Charge | None:
    """What today costs whose voucher goes by the hour, now that they leave; None where it stays what it is."""
    today = standing.today
    if today is None or today.hours is None or today.arrived_at is None or today.left_at is not None:
        return None
    hours, arrived = today.hours, today.arrived_at.astimezone(moment.local.tzinfo)
    before = hours.counted - hours.stay
    still = next((days.left for days in standing.prepaid if _is_of(days, today)), 0)
    stay = stays.spent(policy, arrived, moment.local, goes_on=hours.goes_on)
    total = min(before + stay, hours.counted + still)
    if total == hours.counted or today.voucher is None:
        return None
    days = Prepaid(Right.VOUCHER, today.voucher, hours.counted + still, today.unit_cents, unit=Unit.HOUR)
    product = _zone(standing, policy).day_product
    return Charge(days.right, product=product, prepaid=days, quantity=total, hours=Hours(total, total - before))


def _tariff_right(level: str) -> Right:
    return Right.FULL if level == FULL else Right.REDUCED


def _turn(days: Prepaid, part: Part) -> tuple[int, bool, date, int]:
    """When it is these days' turn to pay: by order of right, what fits before what is too much, what expires first."""
    is_too_much = part is not Part.DAY and days.unit is Unit.DAY
    return PREPAID.index(days.right), is_too_much, days.expires_on or date.max, days.id


def _taken(days: Prepaid, part: Part, zone: Zone, policy: Policy, moment: Moment) -> Charge | None:
    """What a visit takes of days paid for already; None where too few are left, or they expired."""
    if days.expires_on is not None and days.expires_on < moment.day:
        return None
    if days.unit is Unit.HOUR:
        count = min(days.left, stays.ahead(policy, moment.local))
        if count < 1:
            return None
        return Charge(days.right, product=zone.day_product, prepaid=days, quantity=count, hours=Hours(count, count))
    covers = part if days.unit is Unit.HALF_DAY else Part.DAY
    quantity = days.a_day if covers is Part.DAY else 1
    if days.left < quantity:
        return None
    product = zone.day_product if covers is Part.DAY else zone.half_product
    return Charge(days.right, covers, product=product, prepaid=days, quantity=quantity)


def _is_of(days: Prepaid, today: VisitToday) -> bool:
    """Whether these paid for what is recorded of today."""
    if days.right is Right.CARNET:
        return days.id == today.carnet
    return days.right is Right.VOUCHER and days.id == today.voucher


def _given_back(prepaid: Iterable[Prepaid], today: VisitToday) -> Iterable[Prepaid]:
    """What is left of days paid for once what is recorded of today goes back to where it came from."""
    used = 1 if today.hours is None else today.hours.counted
    return (replace(days, left=days.left + used) if _is_of(days, today) else days for days in prepaid)


def _days_of(days: Prepaid, day: date, *, halves: bool) -> int:
    """On how many days these can be used from a day on, before they expire; a half alone where halves are sold."""
    count = -(-days.left // days.a_day) if halves and days.unit is not Unit.HOUR else days.days_left
    if days.expires_on is None:
        return count
    return min(count, max(0, (days.expires_on - day).days + 1))


def _notices(standing: Standing, policy: Policy, moment: Moment, cost: Charge, present: int) -> list[Notice]:
    notices = []
    if standing.member_until is not None and moment.day > standing.member_until:
        last = standing.member_until + timedelta(days=policy.membership_grace_days)
        notices.append(Notice(NoticeKind.MEMBERSHIP_GRACE, last))
    if cost.right is Right.CAP:
        notices.append(Notice(NoticeKind.CAP_REACHED))
    if cost.prepaid is not None and cost.hours is None and cost.prepaid.left == cost.quantity:
        is_half = cost.part is not Part.DAY
        notices.append(Notice(NoticeKind.LAST_PREPAID_HALF if is_half else NoticeKind.LAST_PREPAID_DAY))
    places = lets.places_left(policy.capacity_notice, policy.lets, moment.at)
    if standing.today is None and places is not None and present >= places:
        notices.append(Notice(NoticeKind.FULL))
    return notices


def _denied(reason: Denial, since_on: date | None = None, until: datetime | None = None) -> Denied:
    return Denied(reason, _NEXT_STEPS[reason], since_on, until)
