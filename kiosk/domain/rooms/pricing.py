"""The price of a room for a time: by the hour, half day or day, whichever is cheapest on each day.

A room's products have tariffs like all others: `full` is a member's, a reduced level needs its grant, and clients have
levels of their own (`clients`). No amount is written here.
"""

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.money.tariffs import FULL, Policy
from kiosk.domain.periods import Unit
from kiosk.domain.problems import Problem
from kiosk.domain.rooms import clients
from kiosk.domain.rooms.clients import EXTERNAL
from kiosk.domain.slots import Slot

HOUR_MINUTES = 60


class PricedBy(Struct, frozen=True):
    """The products by which a room is let, by code; None where it is not let by that unit."""

    hour: str | None = None
    half_day: str | None = None
    day: str | None = None

    @property
    def is_free(self) -> bool:
        """Tell whether the room costs nothing at all."""
        return self == PricedBy()


class Line(Struct, frozen=True):
    """A line of a room's price: a quantity of a unit, and its price.

    A broken hour is priced by the minute: it is one piece of `minutes` at `hour_cents` an hour. `begins` and `ends` are
    minutes of the day for a booking within one day; 0 and 0 otherwise, and in lines stored before this was recorded.
    """

    product: str
    unit: Unit
    quantity: int
    unit_cents: int
    cents: int
    level: str
    minutes: int = 0
    hour_cents: int = 0
    begins: int = 0
    ends: int = 0


class Price(Struct, frozen=True):
    """The price of a booking in lines, none for a free one; `included_minutes` of its time are paid by a plan."""

    lines: tuple[Line, ...] = ()
    included_minutes: int = 0

    @property
    def cents(self) -> int:
        """Return the sum of the lines."""
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
    """Return the price of a time, each local day by itself. Minutes included in a plan are taken from its beginning.
    Raises Problem `no-tariff`.
    """
    if by.is_free:
        return Price()
    left, lines, taken = included_minutes, [], 0
    for _, minutes in slot.minutes_on(zone):
        free = min(left, minutes)
        left, taken = left - free, taken + free
        lines += _cheapest(minutes - free, by, policy, level, half_day_minutes)
    days = list(slot.on_days(zone))
    begins, ends = days[0][1:] if len(days) == 1 else (0, 0)
    return Price(tuple(replace(line, begins=begins, ends=ends) for line in _together(lines)), taken)


def _cheapest(minutes: int, by: PricedBy, policy: Policy, level: str | None, half_day: int) -> list[Line]:
    """Return the cheapest lines for so many minutes of one day, of which `half_day` are half a day; among equal prices,
    the fewest lines. Raises Problem `no-tariff`.
    """
    if minutes <= 0:
        return []
    ways = [way for way in _ways(minutes, by, policy, level, half_day) if way]
    if not ways:
        raise Problem("no-tariff", "the room has no tariff for this time", field="room")
    return min(ways, key=lambda way: (sum(line.cents for line in way), len(way)))


def _ways(minutes: int, by: PricedBy, policy: Policy, level: str | None, half_day: int) -> Iterator[list[Line]]:
    """Yield each way to price a time by the units that the room is let by: as a day, as half days rounded up, as half
    days with hours for the rest, as hours.
    """
    if by.day is not None:
        yield [_line(by.day, Unit.DAY, 1, policy, level)]
    if by.half_day is not None:
        halves = -(-minutes // half_day)  # rounded up
        yield [_line(by.half_day, Unit.HALF_DAY, halves, policy, level)]
        whole, rest = divmod(minutes, half_day)
        if whole and rest and by.hour is not None:
            yield [_line(by.half_day, Unit.HALF_DAY, whole, policy, level), _hours(by.hour, rest, policy, level)]
    if by.hour is not None:
        yield [_hours(by.hour, minutes, policy, level)]


def ask(product: str, level: str | None, policy: Policy) -> tuple[int, str]:
    """Return the price of one unit at a level (None: a member's full one), and the level that it was priced at. A kind
    of client without a price of its own pays that of all clients, else the full price. Raises Problem `no-tariff`.
    """
    if level in clients.LEVELS:
        for client_level in dict.fromkeys((level, EXTERNAL)):
            tariff = policy.prices.get((product, client_level))
            if tariff is not None:
                return tariff.cents, client_level
        return policy.ask(product, None, None)
    return policy.ask(product, level, None)


def _line(product: str, unit: Unit, quantity: int, policy: Policy, level: str | None) -> Line:
    """Return the line of so many units at their price."""
    cents, priced_level = ask(product, level, policy)
    return Line(product, unit, quantity, cents, cents * quantity, priced_level)


def _hours(product: str, minutes: int, policy: Policy, level: str | None) -> Line:
    """Return the line of a time priced by the hour, half a cent up: so many hours, or for a broken hour one piece of
    the whole time.
    """
    hour_cents, priced_level = ask(product, level, policy)
    cents = (2 * hour_cents * minutes + HOUR_MINUTES) // (2 * HOUR_MINUTES)
    hours, rest = divmod(minutes, HOUR_MINUTES)
    quantity, unit_cents = (1, cents) if rest else (hours, hour_cents)
    return Line(product, Unit.HOUR, quantity, unit_cents, cents, priced_level, minutes, hour_cents)


def _together(lines: list[Line]) -> Iterator[Line]:
    """Yield the lines with those of one product, unit price and level merged."""
    sums: dict[tuple[str, int, str], Line] = {}
    for line in lines:
        key = line.product, line.unit_cents, line.level
        known = sums.get(key)
        sums[key] = line if known is None else _sum(known, line)
    yield from sums.values()


def _sum(line: Line, other: Line) -> Line:
    """Return two lines as one, with their quantities, minutes and cents added up."""
    together = {name: getattr(line, name) + getattr(other, name) for name in ("quantity", "cents", "minutes")}
    return replace(line, **together)


def plain(lines: tuple[Line, ...]) -> list[dict[str, object]]:
    """Return lines as they are stored with a booking, whose price is that of the day on which it was made."""
    return [{name: getattr(line, name) for name in Line.__struct_fields__} for line in lines]


def lines(kept: Sequence[Mapping[str, object]]) -> tuple[Line, ...]:
    """Return lines from their stored form; a missing field, which was added later, counts as full price or 0."""
    return tuple(
        Line(
            str(stored["product"]),
            Unit(str(stored["unit"])),
            int(str(stored["quantity"])),
            int(str(stored["unit_cents"])),
            int(str(stored["cents"])),
            str(stored.get("level") or FULL),
            *(int(str(stored.get(name, 0))) for name in ("minutes", "hour_cents", "begins", "ends")),
        )
        for stored in kept
    )
