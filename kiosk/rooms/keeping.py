"""Adds rooms, changes their facts, and takes them out of use from a day on."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from kiosk.devices.protocols import Clock
from kiosk.domain import inputs
from kiosk.domain.money.tariffs import Product
from kiosk.domain.rooms.rules import LONGEST_NAME
from kiosk.errors import RequestError
from kiosk.store.engine import Store
from kiosk.store.rooms import room_rows
from kiosk.store.rooms.room_rows import RoomFacts
from kiosk.store.space.policies import Rules

MOST_SETUP_MINUTES = 24 * 60  # a day: of setting up after a booking


class Keeping:
    """Adds and changes rooms for the office."""

    def __init__(self, *, store: Store, rules: Rules, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    def add(self, code: str, facts: RoomFacts) -> int:
        """Add a room under a code and return its id. Raises RequestError `code`, `code-taken`, `name`,
        `no-such-product` or `room-facts`.
        """
        with self._store.writing() as connection:
            return self.write_new(connection, code, facts)

    def write_new(self, connection: sa.Connection, code: str, facts: RoomFacts) -> int:
        """Add a room like `add`, within the given transaction."""
        if not inputs.is_code(code):
            raise RequestError("code", field="code", longest=inputs.LONGEST_CODE)
        self._check(facts, self._rules.at(connection, self._clock.now())[0].products)
        return room_rows.add(connection, code, facts)

    def change(self, room_id: int, facts: RoomFacts, closed_on: date | None) -> int:
        """Change a room's name, capacity, prices or hours, and return its id; from `closed_on` on it cannot be booked,
        None: without an end, which opens a closed room again. Bookings made before stay; a new name holds from today
        on.

        Raises RequestError `no-such-room`, `name`, `no-such-product` or `room-facts`.
        """
        with self._store.writing() as connection:
            self.write_change(connection, room_id, facts, closed_on)
        return room_id

    def write_change(self, connection: sa.Connection, room_id: int, facts: RoomFacts, closed_on: date | None) -> None:
        """Change a room like `change`, within the given transaction."""
        policy, moment = self._rules.at(connection, self._clock.now())
        self._check(facts, policy.products)
        room_rows.change(connection, room_rows.by_id(connection, room_id), facts, moment.day, closed_on)

    @staticmethod
    def _check(facts: RoomFacts, products: Mapping[str, Product]) -> None:
        """Refuse a room without a name, for 0 people, with unknown products, or with a setting-up time below 0 or above
        a day. A capacity of None (not said) and a missing product are allowed.
        """
        if not any(text.strip() for text in facts.names.by_language.values()):
            raise RequestError("name", field="name", longest=LONGEST_NAME)
        priced_by = facts.priced_by
        for field, product in (
            ("hour_product", priced_by.hour),
            ("half_product", priced_by.half_day),
            ("day_product", priced_by.day),
        ):
            if product is not None and product not in products:
                raise RequestError("no-such-product", field=field, given=product)
        if not 0 <= facts.setup_minutes <= MOST_SETUP_MINUTES or facts.capacity == 0:
            raise RequestError("room-facts", field="setup_minutes", most=MOST_SETUP_MINUTES)
