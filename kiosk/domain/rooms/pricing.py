"""What a room costs for a time: by the hour, half day or day, whichever is cheapest on each day that it touches.

The products of a room have tariffs like all others: `full` is a member's, a reduced level needs its grant, and
`external` is for whoever is no member. Nothing in here knows an amount.
"""

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.money.tariffs import FULL, Policy
from kiosk.domain.periods import Unit
from kiosk.domain.problems import Problem
from kiosk.domain.slots import Slot

EXTERNAL = "external"  # the level of a tariff for whoever is no member
HOUR_MINUTES = 60


class PricedBy(Struct, frozen=True):
    """The products that a room is let by, by code; None where it is not let by that unit."""

    hour: str | None = None
    half_day: str | None = None
    day: str | None = None

    @property
    def is_free(self) -> bool:
        """Whether it costs nothing at all."""
        return self == PricedBy()


class Line(Struct, frozen=True):
    """So many of a unit of a room, and what they cost together. An hour that is not whole costs its minutes."""

    product: str
    unit: Unit
    quantity: int
    unit_cents: int
    cents: int
    level: str


class Price(Struct, frozen=True):
    """What a booking costs, in lines; `included_minutes` of it a plan pays."""

    lines: tuple[Line, ...] = ()
    included_minutes: int = 0

    @property
    def cents(self) -> int:
        """All of it."""
        return sum(line.cents for line in self.lines)


def price(
    slot: Slot,
    zone: ZoneInfo,
    by: PricedBy,
    policy: Policy,
    *,
    level: str | None,
    half_day_minutes: int,
    included_minutes: int = 0,
) -> Price:
    """The price of a time. What is included is taken from its beginning. Raises Problem `no-tariff`."""
    if by.is_free:
        return Price()
    left, lines, taken = included_minutes, [], 0
    for _, minutes in slot.minutes_on(zone):
        free = min(left, minutes)
        left, taken = left - free, taken + free
        lines += _cheapest(minutes - free, by, policy, level, half_day_minutes)
    return Price(tuple(_together(lines)), taken)


def _cheapest(minutes: int, by: PricedBy, policy: Policy, level: str | None, half_day: int) -> list[Line]:
    """The cheapest way to pay for so many minutes of one day; of several that cost the same the shortest list."""
    if minutes <= 0:
        return []
    ways = [way for way in _ways(minutes, by, policy, level, half_day) if way]
    if not ways:
        raise Problem("no-tariff", "the room has no tariff for this time")
    return min(ways, key=lambda way: (sum(line.cents for line in way), len(way)))


def _ways(minutes: int, by: PricedBy, policy: Policy, level: str | None, half_day: int) -> Iterator[list[Line]]:
    if by.day is not None:
        yield [_line(by.day, Unit.DAY, 1, policy, level)]
    if by.half_day is not None:
        halves = -(-minutes // half_day)
        yield [_line(by.half_day, Unit.HALF_DAY, halves, policy, level)]
        whole, rest = divmod(minutes, half_day)
        if whole and rest and by.hour is not None:
            yield [_line(by.half_day, Unit.HALF_DAY, whole, policy, level), _hours(by.hour, rest, policy, level)]
    if by.hour is not None:
        yield [_hours(by.hour, minutes, policy, level)]


def ask(product: str, level: str | None, policy: Policy) -> tuple[int, str]:
    """What one unit costs at a level, and the level it was priced at. Raises Problem `no-tariff`."""
    if level == EXTERNAL:
        found = policy.prices.get((product, EXTERNAL))
        return (found.cents, EXTERNAL) if found is not None else policy.ask(product, None, None)
    return policy.ask(product, level, None)


def _line(product: str, unit: Unit, quantity: int, policy: Policy, level: str | None) -> Line:
    cents, at = ask(product, level, policy)
    return Line(product, unit, quantity, cents, cents * quantity, at)


def _hours(product: str, minutes: int, policy: Policy, level: str | None) -> Line:
    unit_cents, at = ask(product, level, policy)
    if minutes % HOUR_MINUTES == 0:
        return Line(product, Unit.HOUR, minutes // HOUR_MINUTES, unit_cents, unit_cents * minutes // HOUR_MINUTES, at)
    cents = (2 * unit_cents * minutes + HOUR_MINUTES) // (2 * HOUR_MINUTES)
    return Line(product, Unit.HOUR, 1, cents, cents, at)


def _together(lines: list[Line]) -> Iterator[Line]:
    """Lines of one product and unit price as one."""
    sums: dict[tuple[str, int, str], Line] = {}
    for line in lines:
        key = line.product, line.unit_cents, line.level
        known = sums.get(key)
        sums[key] = line if known is None else _sum(known, line)
    yield from sums.values()


def _sum(one: Line, other: Line) -> Line:
    return replace(one, quantity=one.quantity + other.quantity, cents=one.cents + other.cents)


def plain(lines: tuple[Line, ...]) -> list[dict[str, object]]:
    """Lines as they are kept with a booking: its price is the one of the day on which it was made."""
    return [{name: getattr(line, name) for name in Line.__struct_fields__} for line in lines]


def lines(kept: Sequence[Mapping[str, object]]) -> tuple[Line, ...]:
    """Lines as they were kept."""
    return tuple(
        Line(
            str(each["product"]),
            Unit(str(each["unit"])),
            int(str(each["quantity"])),
            int(str(each["unit_cents"])),
            int(str(each["cents"])),
            str(each.get("level") or FULL),
        )
        for each in kept
    )
