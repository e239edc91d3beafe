"""A room's prices by unit and kind of client, and three typical bookings priced by them as examples.

A *level* is a group of prices: those of members (`full`), or of a kind of client.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.money.tariffs import FULL, Policy, Price, Product, ProductKind
from kiosk.domain.periods import Unit
from kiosk.domain.rooms import clients, pricing
from kiosk.domain.rooms.pricing import Line, PricedBy
from kiosk.domain.slots import on_wall

LEVELS = (FULL, *clients.LEVELS)  # of members, of all clients, and of two kinds of them
UNITS = (Unit.HOUR, Unit.HALF_DAY, Unit.DAY)
BOOKINGS = ((14 * 60, 15 * 60 + 30), (9 * 60, 13 * 60), (9 * 60, 18 * 60))  # minutes of the day
PriceList = Mapping[tuple[Unit, str], int]  # cents by unit and level; a missing level uses the next wider kind's price


class Example(Struct, frozen=True):
    """A booking from one minute of the day to another, with its price in lines for each level."""

    begins: int
    ends: int
    lines: Mapping[str, tuple[Line, ...]]


def examples(
    policy: Policy, by: PricedBy, prices: PriceList, day: date, zone: ZoneInfo, half_day_minutes: int
) -> Iterator[Example]:
    """Yield three bookings of a day, priced for each level as if the list `prices` were in force beside the policy's.

    `by` has the room's products, and `half_day_minutes` the longest half day. Raises Problem `no-tariff`.
    """
    units = {Unit.HOUR: by.hour, Unit.HALF_DAY: by.half_day, Unit.DAY: by.day}
    # a price for a unit that the room is not let by yet gets an invented product, without a row (0)
    codes = {unit: units[unit] or f"new-{unit.value}" for unit in UNITS if units[unit] or (unit, FULL) in prices}
    new_products = {
        code: Product(0, code, ProductKind.ROOM, unit) for unit, code in codes.items() if code not in policy.products
    }
    new_prices = {(codes[unit], level): Price(cents) for (unit, level), cents in prices.items() if unit in codes}
    changed = replace(policy, products={**policy.products, **new_products}, prices={**policy.prices, **new_prices})
    priced_by = PricedBy(*(codes.get(unit) for unit in UNITS))
    for begins, ends in BOOKINGS:
        slot = on_wall(day, begins, ends, zone)
        lines = {
            level: pricing.price(slot, zone, priced_by, changed, level=level, half_day_minutes=half_day_minutes).lines
            for level in LEVELS
        }
        yield Example(begins, ends, lines)
