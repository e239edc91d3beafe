"""Decides what pays for a day, and how much: the rights in their order, half days, hours, prepaid days.

A voucher by the hour pays on arrival for all hours up to the next half of the day (`hours.ahead`); leaving corrects
them (`on_leaving`). *Prepaid days* are units (days, half days, hours) that were paid before: of a carnet, of an
organisation's voucher, or banked (earned). A *tab* is what a member owes; a member without one pays in advance.
"""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.checkin import hours as stays
from kiosk.domain.checkin.standing import PREPAID, Charge, Hours, Part, Prepaid, Right, Standing, VisitToday
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import FULL, GUEST, Policy, Zone
from kiosk.domain.periods import Unit
from kiosk.domain.problems import Problem


class Recorded(Struct, frozen=True):
    """What the entry that paid for today recorded: product and tariff, what rooms took off its price, when its unit
    expires.
    """

    product: str | None = None
    tariff: str | None = None
    rooms_cents: int = 0
    expires_on: date | None = None


class Kept(Struct, frozen=True):
    """The answer that today's charge stays as it is: its prepaid unit expires today, so that giving it back would lose
    it.
    """


def charge(standing: Standing, policy: Policy, moment: Moment) -> Charge:
    """Return what pays for this day: the first right that applies, in the order of `Right`. With a visit recorded
    today, it is what that visit still adds (a second half, another stay), else nothing (`Right.TODAY`). A visit meant
    to be a few minutes no longer counts once these are over: the day is then judged like a new one.
    """
    if standing.today is not None and not _has_passed(standing.today, moment):
        if standing.today.hours is not None:
            return _another_stay(standing, standing.today, standing.today.hours, policy, moment)
        return _second_half(standing, standing.today, policy, moment)
    return of_day(standing, policy, moment)


def of_day(standing: Standing, policy: Policy, moment: Moment) -> Charge:
    """Return what pays for a new day in the standing's zone (half a day, where halves are sold and cost less), ignoring
    a visit that is already recorded: free zone, subscription, price of 0, month's cap, prepaid days, else the price.
    """
    zone = _zone(standing, policy)
    if zone.day_product is None:
        return Charge(Right.FREE_ZONE)
    if standing.subscribed:
        return Charge(Right.SUBSCRIPTION)
    priced = _less_covered(standing, _priced(standing, zone.day_product, zone, policy, moment))
    if priced.amount_cents == 0:  # before prepaid days: none is used for a day that costs nothing
        return Charge(Right.FREE, priced.part, tariff=priced.tariff)
    if policy.month_cap_days is not None and standing.charged_days >= policy.month_cap_days:
        return Charge(Right.CAP)
    return next(iter(paid_ahead(standing, policy, moment)), priced)


def again(standing: Standing, policy: Policy, moment: Moment, paid: Recorded) -> Charge | Kept | None:
    """Return what today costs now that a room or a seat of the same day was charged or reversed; None: unchanged.

    A charged day becomes its price less what covers it. A prepaid unit was used whole: it is given back only if nothing
    of the day remains to be paid and the unit can still be used tomorrow (otherwise `Kept`). A day that was covered and
    no longer is gets charged like a new one. Days in a free zone, under a subscription or paid by the hour never
    change.
    """
    today, zone = standing.today, _zone(standing, policy)
    if today is None or zone.day_product is None or standing.subscribed or today.hours is not None:
        return None
    if today.right is Right.FREE and today.charge_entry is None:  # covered until now
        charge = of_day(replace(standing, today=None), policy, moment)
        return None if charge.right is Right.FREE else replace(charge, part=_part_to_restore(charge, today))
    if today.charge_entry is None or today.right not in (*PREPAID, Right.REDUCED, Right.FULL):
        return None
    if today.right in PREPAID:
        whole = _gross(standing, policy, zone, today.part)
        # a day of price 0 is covered by nothing, so its unit stays used
        if _less_covered(standing, whole).amount_cents > 0 or not whole.amount_cents:
            return None
        is_usable = paid.expires_on is None or paid.expires_on > moment.day
        return Charge(Right.FREE, today.part, tariff=whole.tariff, replaces=today.charge_entry) if is_usable else Kept()
    # the price before rooms took a part off
    whole = Charge(today.right, today.part, today.amount_cents + paid.rooms_cents, paid.product, paid.tariff)
    left = _less_covered(standing, whole)
    if left.amount_cents == today.amount_cents:
        return None
    if left.amount_cents == 0:
        return Charge(Right.FREE, today.part, tariff=whole.tariff, replaces=today.charge_entry)
    return replace(left, replaces=today.charge_entry)


def _part_to_restore(charge: Charge, today: VisitToday) -> Part:
    """Return the part of the day that a restored charge is for: the prepaid unit's own, else the part that was
    recorded.
    """
    return charge.part if charge.prepaid is not None else today.part


def _less_covered(standing: Standing, priced: Charge) -> Charge:
    """Take off a price what already pays for the day: all of it for an event that includes the day, else the rooms of
    the day.
    """
    if standing.has_event:
        return replace(priced, amount_cents=0)
    covered = min(standing.rooms_cents, priced.amount_cents)
    return replace(priced, amount_cents=priced.amount_cents - covered, rooms_cents=covered) if covered else priced


def _gross(standing: Standing, policy: Policy, zone: Zone, part: Part) -> Charge:
    """Return the price of a part of the day before anything else pays for it."""
    product = zone.day_product if part is Part.DAY or zone.half_product is None else zone.half_product
    if product is None:
        raise AssertionError("a zone without a day has no part of one")
    chosen = standing.chosen_cents if product == zone.day_product else standing.half_chosen_cents
    cents, level = policy.ask(product, standing.level, chosen)
    return Charge(_tariff_right(level), part, cents, product, level)


def paid_ahead(standing: Standing, policy: Policy, moment: Moment, *, whole: bool = False) -> tuple[Charge, ...]:
    """Return the charges by which prepaid days could pay for a day in the standing's zone: one of each right, in the
    order of PREPAID; empty where none can. Without `whole`, it is the half of the day that has begun, if halves are
    sold.

    A carnet of half days pays for half a day with one unit, for the `whole` day with two, and must have them left. For
    half a day, carnets of half days come first; among carnets, the one that expires first pays.
    """
    zone = _zone(standing, policy)
    part = Part.DAY if whole else _part(zone, policy, moment)
    first_of_right: dict[Right, Charge] = {}
    for days in sorted(standing.prepaid, key=lambda days: _paying_order(days, part)):
        charge = _taken(days, part, zone, policy, moment)
        if charge is not None:
            first_of_right.setdefault(days.right, charge)
    return tuple(first_of_right.values())


def of_guest(standing: Standing, policy: Policy) -> Charge:
    """Return what a guest's day costs their host: the guests' price where the rules set one, else a full day of the
    host's zone.
    """
    product = _zone(standing, policy).day_product
    if product is None:
        return Charge(Right.FREE_ZONE)
    cents, level = policy.ask(product, None, None)  # at the full tariff, with no price chosen
    if policy.guest_cents is not None:
        cents, level = policy.guest_cents, GUEST
    return Charge(Right.FULL if cents else Right.FREE, amount_cents=cents, product=product, tariff=level)


def on_leaving(standing: Standing, policy: Policy, moment: Moment) -> Charge | None:
    """Return the corrected charge when a member whose voucher is counted by the hour leaves; None where today's charge
    stays: no such visit, its hour not stored, left already, or the same hours. It names no entry to replace: the caller
    reverses the day's charge in any case.
    """
    today = standing.today
    if today is None or today.hours is None or today.arrived_at is None or today.left_at is not None:
        return None
    hours, arrived = today.hours, today.arrived_at.astimezone(moment.local.tzinfo)
    before = hours.counted - hours.stay  # hours of earlier stays of the day
    left = next((days.left for days in standing.prepaid if _is_of(days, today)), 0)
    stay = stays.spent(policy, arrived, moment.local, goes_on=hours.goes_on)
    total = min(before + stay, hours.counted + left)  # never more than the voucher has
    if total == hours.counted or today.voucher is None:
        return None
    days = Prepaid(Right.VOUCHER, today.voucher, hours.counted + left, today.unit_cents, unit=Unit.HOUR)
    product = _zone(standing, policy).day_product
    return Charge(days.right, product=product, prepaid=days, quantity=total, hours=Hours(total, total - before))


def days_in_hand(standing: Standing, policy: Policy, moment: Moment) -> int | None:
    """Return how many whole days a member without a tab has paid in advance, by prepaid days and by the advance in
    money. None where this does not matter: the member has a tab, or a day costs nothing.
    """
    if standing.advance_cents is None:
        return None
    bare = replace(standing, prepaid=(), charged_days=0)  # what a day costs in money, below the month's cap
    cents = of_day(bare, replace(policy, half_day_split_hour=None), moment).amount_cents  # whole: no halves are sold
    if cents == 0:
        return None
    halves = _part(_zone(standing, policy), policy, moment) is not Part.DAY
    ahead = sum(_days_of(p, moment.day, halves=halves) for p in standing.prepaid)
    return ahead + max(0, standing.advance_cents) // cents


def _has_passed(today: VisitToday, moment: Moment) -> bool:
    """Tell whether the free minutes of a visit of `Right.PASSING` are over: a tap after that means that the member
    stayed or came back, so the day counts. False for all other visits.
    """
    return today.passing_until is not None and moment.at > today.passing_until


def _zone(standing: Standing, policy: Policy) -> Zone:
    """Return the zone of a standing. Raises Problem `no-zone` for a zone that the policy lacks."""
    zone = policy.zones.get(standing.zone)
    if zone is None:
        raise Problem("no-zone", given=standing.zone)
    return zone


def _priced(standing: Standing, day_product: str, zone: Zone, policy: Policy, moment: Moment) -> Charge:
    """Return the day pass at its tariff: half a day where halves are sold and cost less than the whole."""
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
    """Return the part of the day to be counted at a moment: the half it falls in where halves are sold,
    else the day.
    """
    split = policy.half_day_split_hour
    if split is None or zone.half_product is None:
        return Part.DAY
    return Part.SECOND_HALF if moment.in_second_half(split) else Part.FIRST_HALF


def _second_half(standing: Standing, today: VisitToday, policy: Policy, moment: Moment) -> Charge:
    """Return the charge of a visit already recorded: nothing more, unless only its first half was and the second has
    begun.

    What paid for the first half is then given back and the whole day paid: by the same carnet or voucher where it has
    another unit, else by whatever pays for a whole day. In money the day costs both halves, never more than a whole
    day, less the rooms of the day, and never less than was charged already.
    """
    split, zone = policy.half_day_split_hour, _zone(standing, policy)
    recorded = Charge(Right.TODAY, today.part)
    if today.part is not Part.FIRST_HALF or split is None or not moment.in_second_half(split):
        return recorded
    if zone.half_product is None or zone.day_product is None or standing.subscribed:
        return recorded
    # rooms paid the first half whole, so it has no entry; they may not be enough for the day
    is_covered = today.right is Right.FREE and standing.rooms_cents > 0 and not standing.has_event
    if today.charge_entry is None and not is_covered:
        return recorded
    given_back = tuple(_given_back(standing.prepaid, today))
    same = (_taken(days, Part.DAY, zone, policy, moment) for days in given_back if _is_of(days, today))
    others = paid_ahead(replace(standing, prepaid=given_back), policy, moment, whole=True)
    ahead = next((charge for charge in (*same, *others) if charge is not None), None)
    if ahead is not None:
        return replace(ahead, replaces=today.charge_entry)
    day_cents, level = policy.ask(zone.day_product, standing.level, standing.chosen_cents)
    half_cents, _ = policy.ask(zone.half_product, standing.level, standing.half_chosen_cents)
    covered = standing.rooms_cents
    # where a unit or rooms paid for the first half, its charge is not its price
    first_cents = half_cents if today.right in PREPAID or covered else today.amount_cents
    whole = min(first_cents + half_cents, day_cents)
    total = max(today.amount_cents, whole - min(covered, whole))
    if not total:
        return recorded
    rooms = min(covered, whole)
    return Charge(
        _tariff_right(level), Part.DAY, total, zone.day_product, level, replaces=today.charge_entry, rooms_cents=rooms
    )


def _another_stay(standing: Standing, today: VisitToday, hours: Hours, policy: Policy, moment: Moment) -> Charge:
    """Return the charge of a day paid by the hour that is already recorded: nothing more (`Right.TODAY`) until the stay
    has ended, by leaving or by the hour up to which it was counted (`hours.ends_at`). Then a tap begins another stay,
    if the voucher has hours left; the charge is the day's new total, in place of the recorded one.
    """
    recorded, zone = Charge(Right.TODAY, today.part), _zone(standing, policy)
    if today.arrived_at is None or today.charge_entry is None or standing.subscribed or zone.day_product is None:
        return recorded
    is_open = today.left_at is None
    if is_open and not stays.is_over(policy, today.arrived_at.astimezone(moment.local.tzinfo), moment):
        return recorded
    voucher = next((voucher for voucher in _given_back(standing.prepaid, today) if _is_of(voucher, today)), None)
    added = 0 if voucher is None else min(voucher.left - hours.counted, stays.ahead(policy, moment.local))
    if voucher is None or added < 1:
        return recorded
    total = hours.counted + added
    return Charge(
        voucher.right,
        product=zone.day_product,
        prepaid=voucher,
        replaces=today.charge_entry,
        quantity=total,
        hours=Hours(total, added, goes_on=is_open),
    )


def _tariff_right(level: str) -> Right:
    """Return the right of a day that is charged at a level of price."""
    return Right.FULL if level == FULL else Right.REDUCED


def _paying_order(days: Prepaid, part: Part) -> tuple[int, bool, date, int]:
    """Return the key that sorts prepaid days in the order in which they pay: by right, then units no larger than
    needed, then the earliest expiry.
    """
    is_too_much = part is not Part.DAY and days.unit is Unit.DAY
    return PREPAID.index(days.right), is_too_much, days.expires_on or date.max, days.id


def _taken(days: Prepaid, part: Part, zone: Zone, policy: Policy, moment: Moment) -> Charge | None:
    """Return the charge that uses these prepaid days for a visit; None where too few are left or they have expired.

    Hours are taken up to the next half of the day, or as many as are left. A unit of a day pays for the whole day, even
    if only half a day is asked for.
    """
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
    """Tell whether these prepaid days (a carnet or a voucher) paid for today's recorded visit."""
    if days.right is Right.CARNET:
        return days.id == today.carnet
    return days.right is Right.VOUCHER and days.id == today.voucher


def _given_back(prepaid: Iterable[Prepaid], today: VisitToday) -> Iterable[Prepaid]:
    """Yield the prepaid days as they are once what today's visit used is given back to its carnet or voucher."""
    used = 1 if today.hours is None else today.hours.counted
    return (replace(days, left=days.left + used) if _is_of(days, today) else days for days in prepaid)


def _days_of(days: Prepaid, day: date, *, halves: bool) -> int:
    """Return on how many days these prepaid units can be used from a day on, before they expire. Where halves are sold,
    a single half counts as a day.
    """
    count = -(-days.left // days.a_day) if halves and days.unit is not Unit.HOUR else days.days_left
    if days.expires_on is None:
        return count
    return min(count, max(0, (days.expires_on - day).days + 1))
