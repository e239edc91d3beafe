"""A space with two rooms to let, in one call: what these tests begin with."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.domain.rooms.pricing import PricedBy
from kiosk.domain.slots import Slot, on_wall
from kiosk.language.names import Names
from kiosk.rooms.bookings import Bookings
from kiosk.store.members import organisations
from kiosk.store.members.organisations import Facts
from kiosk.store.rooms import room_rows
from kiosk.store.rooms.room_rows import RoomFacts
from kiosk.store.space.policies import Rules
from tests.conftest import Space

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2026, 11, 25)  # a Wednesday; it is 8 h 52
INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"
SMALL, BIG = 1, 2


def let(space: Space, **rules: object) -> None:
    """Turn rooms on: a small one with a quarter of an hour of setting up, at 10 euros an hour, 30 half a day and 50 a
    day, the hour at 20 to whoever is no member; and a big one that costs nothing.
    """
    with space.home.store.writing() as connection:
        for number, (code, unit, cents) in enumerate(
            (("room-hour", "hour", 1000), ("room-half", "half-day", 3000), ("room-day", "day", 5000)), start=900
        ):
            connection.exec_driver_sql(
                "INSERT INTO product (id, code, kind, unit) VALUES (?, ?, 'room', ?)", (number, code, unit)
            )
            connection.exec_driver_sql(
                "INSERT INTO tariff (product_id, level, valid_from, cents) VALUES (?, 'full', '2020-01-01', ?)",
                (number, cents),
            )
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents) VALUES (900, 'external', '2020-01-01', 2000)"
        )
        by = PricedBy("room-hour", "room-half", "room-day")
        small = RoomFacts(
            names=Names({"fr": "Petite salle", "en": "Small room"}),
            capacity=6,
            place="1er étage",
            equipment="écran",
            setup_minutes=15,
            priced_by=by,
        )
        big = RoomFacts(names=Names({"fr": "Grande salle", "en": "Big room"}), capacity=20)
        assert room_rows.add(connection, "small", small) == SMALL
        assert room_rows.add(connection, "big", big) == BIG
        organisations.add(connection, Facts(name="Coopérative Tilleul", kind="cooperative"))
    for name, value in {"rooms_on": "true", **rules}.items():
        space.rule(name, str(value))


def bookings(space: Space, actor: str = "cli") -> Bookings:
    """What the desk does."""
    parts = {"store": space.home.store, "rules": Rules(space.home.config.zone), "seal": space.home.seal}
    return Bookings(**parts, clock=space.clock, actor=actor)  # type: ignore[arg-type]  # as the parts are


def slot(since: str, until: str, day: date = TODAY) -> Slot:
    """From an hour of a day to another, on the wall clock: `slot("14:00", "15:30")`."""
    return on_wall(day, _minute(since), _minute(until), PARIS)


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def at(hour: str, day: date = TODAY) -> datetime:
    """An hour of a day on the wall clock."""
    return datetime.combine(day, datetime.min.time(), tzinfo=PARIS) + timedelta(minutes=_minute(hour))
