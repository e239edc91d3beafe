"""Sets a room up in one act: its facts, its hours, and its prices for members and for each kind of client.

A room's prices are tariffs of products of the kind of rooms. Where the room has no product for a unit yet, one is made
with members' price, the full one, before the other levels are written. A price that is already in force is not written
again.
"""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.devices.protocols import Clock
from kiosk.domain.money.tariffs import FULL, Price, ProductKind
from kiosk.domain.periods import Unit
from kiosk.domain.rooms import price_list
from kiosk.domain.rooms.price_list import Example, PriceList
from kiosk.domain.rooms.pricing import PricedBy
from kiosk.errors import RequestError
from kiosk.language.names import Names
from kiosk.language.texts import Text
from kiosk.rooms.keeping import Keeping
from kiosk.space.rule_change import NewProduct, TariffChange
from kiosk.space.rules import Rulebook
from kiosk.store.engine import Store
from kiosk.store.rooms import room_rows
from kiosk.store.rooms.room_rows import RoomFacts
from kiosk.store.space import room_rules
from kiosk.store.space.policies import Rules

UNIT_NAMES: Mapping[Unit, Text] = {
    Unit.HOUR: Text("{room}, heure", "{room}, hour"),
    Unit.HALF_DAY: Text("{room}, demi-journée", "{room}, half day"),
    Unit.DAY: Text("{room}, journée", "{room}, day"),
}
_MOST_CODE = 30  # characters of a product's code


class RoomSheet(Struct, frozen=True, kw_only=True):
    """What the office fills in about a room: its facts, its prices in cents by unit (hour, half day, day) and level
    (full, or of a kind of clients) from a day on, and the body of the association that decided them.
    """

    facts: RoomFacts
    prices: PriceList
    valid_from: date
    decided_by: str | None = None


class SettingUp:
    """Adds and changes rooms with their prices, for the office."""

    def __init__(self, *, store: Store, rules: Rules, clock: Clock, rulebook: Rulebook) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._rulebook = rulebook
        self._keeping = Keeping(store=store, rules=rules, clock=clock)

    def preview(self, sheet: RoomSheet) -> list[Example]:
        """Return three example bookings at the sheet's prices; writes nothing. Raises RequestError `no-tariff` where
        clients have a price and members none, Problem `no-tariff` where an example has no price.
        """
        _check(sheet)
        with self._store.reading() as connection:
            policy, moment = self._rules.at(connection, self._clock.now())
            half_day = room_rules.read(connection, moment.day).room_half_day_minutes
            by, zone = sheet.facts.priced_by, self._rules.zone
            return list(price_list.examples(policy, by, sheet.prices, sheet.valid_from, zone, half_day))

    def add(self, code: str, sheet: RoomSheet) -> int:
        """Add a room with its prices and return its id. Raises what `Keeping.add`, `Rulebook.add_product` and
        `Rulebook.set_tariff` raise, and RequestError `no-tariff` where clients have a price and members none.
        """
        _check(sheet)
        with self._store.writing() as connection:
            priced_by = self._price(connection, code, sheet)
            return self._keeping.write_new(connection, code, replace(sheet.facts, priced_by=priced_by))

    def change(self, room_id: int, sheet: RoomSheet, closed_on: date | None) -> int:
        """Change a room's facts and prices and return its id; from `closed_on` on it cannot be booked. Raises as `add`,
        and RequestError `no-such-room`.
        """
        _check(sheet)
        with self._store.writing() as connection:
            code = room_rows.by_id(connection, room_id).code
            priced_by = self._price(connection, code, sheet)
            self._keeping.write_change(connection, room_id, replace(sheet.facts, priced_by=priced_by), closed_on)
        return room_id

    def _price(self, connection: sa.Connection, room: str, sheet: RoomSheet) -> PricedBy:
        """Write the sheet's prices as tariffs, adding products that are missing, and return the products that price the
        room. A new product's code is the room's, cut to fit, and the unit's.
        """
        by = sheet.facts.priced_by
        known = {Unit.HOUR: by.hour, Unit.HALF_DAY: by.half_day, Unit.DAY: by.day}
        for (unit, level), cents in sorted(sheet.prices.items(), key=_members_first):
            product = known[unit]
            if product is None:  # this is the full price, which comes first: the product is made with it
                known[unit] = product = f"{room[: _MOST_CODE - len(unit.value) - 1]}-{unit.value}"
                self._rulebook.write_product(connection, _product(product, unit, cents, sheet))
            elif self._is_new_price(connection, product, level, cents, sheet.valid_from):
                change = TariffChange(product, level, Price(cents), sheet.valid_from, sheet.decided_by)
                self._rulebook.write_tariff(connection, change)
        return PricedBy(*(known[unit] for unit in price_list.UNITS))

    def _is_new_price(self, connection: sa.Connection, product: str, level: str, cents: int, day: date) -> bool:
        """Return whether a product's price at a level is to be written: it has none on that day or now, or another
        one.
        """
        now = self._rules.at(connection, self._clock.now())[0]
        known = self._rules.on(connection, day).prices.get((product, level)) or now.prices.get((product, level))
        return known is None or known.cents != cents


def _product(code: str, unit: Unit, cents: int, sheet: RoomSheet) -> NewProduct:
    """Return the product that prices a room by a unit, named after the room in every language."""
    names = {
        language: UNIT_NAMES[unit].of(room=name).to(language)
        for language, name in sheet.facts.names.by_language.items()
        if name
    }
    return NewProduct(
        code=code,
        kind=ProductKind.ROOM,
        unit=unit,
        names=Names(names),
        price=Price(cents),
        valid_from=sheet.valid_from,
        decided_by=sheet.decided_by,
    )


def _members_first(price: tuple[tuple[Unit, str], int]) -> tuple[str, bool, str]:
    """Return the sort key of a price, given with its unit and level: by unit, the full price (members') first, then the
    other levels.
    """
    (unit, level), _ = price
    return unit.value, level != FULL, level


def _check(sheet: RoomSheet) -> None:
    """Refuse a price for clients where members have none by that unit. Raises RequestError `no-tariff`."""
    by = sheet.facts.priced_by
    known = {Unit.HOUR: by.hour, Unit.HALF_DAY: by.half_day, Unit.DAY: by.day}
    for unit, _ in sheet.prices:
        if known[unit] is None and (unit, FULL) not in sheet.prices:
            raise RequestError(
                "no-tariff",
                "members have no price by the {given} yet, and clients have one",
                field="product",
                given=unit.value,
            )
