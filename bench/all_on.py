"""A home where rooms, what is let, trainings and events are all turned on, with a full day of each: what a tap and the
start are to cost no more for.
"""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk import home
from kiosk.domain.events.terms import EventKind, Terms
from kiosk.domain.slots import on_wall
from kiosk.events.planning import Description, Planning
from kiosk.home import Home
from kiosk.language.names import Names
from kiosk.rooms.bookings import Bookings, BookingWish
from kiosk.rooms.quotes import Asked, LetWish, Quotes
from kiosk.store.members import organisations
from kiosk.store.members.organisations import Facts
from kiosk.store.rooms import room_rows
from kiosk.store.rooms.room_rows import RoomFacts
from kiosk.store.space.policies import Rules

_RULES = {"rooms_on": "true", "rooms_at_screen": "true", "room_claim_minutes": "15", "events": "true"}
_RULES |= {"events_public": "true"}
_ROOMS, _HOURS, _DAYS = 3, 10, 5


class _At:
    """The clock that it is all made by."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """The day before the first tap."""
        return self._at

    def monotonic(self) -> float:
        """Nothing runs."""
        return 0.0


def turn_on(root: Path, first: datetime) -> None:
    """Turn all of it on, and fill five days from the day of a first tap on: every room by the hour, an event, a let."""
    with home.opened(root) as made:
        clock, rules, day = _At(first - timedelta(hours=12)), Rules(made.config.zone), first.date()
        _prepare(made)
        parts = {"store": made.store, "rules": rules, "seal": made.seal, "clock": clock, "actor": "bench"}
        desk, planning, quotes = Bookings(**parts), Planning(**parts), Quotes(**parts)  # type: ignore[arg-type]
        for each in (day + timedelta(days=count) for count in range(_DAYS)):
            for room in range(1, _ROOMS + 1):
                for hour in range(8, 8 + _HOURS):
                    desk.book(
                        BookingWish(room=room, slot=on_wall(each, hour * 60, hour * 60 + 60, rules.zone), member=1)
                    )
            _event(planning, each, rules.zone)
        evening = on_wall(day + timedelta(days=_DAYS + 1), 18 * 60, 22 * 60, rules.zone)
        wish = LetWish(slot=evening, organisation=1, product="bench-room", title="Bench", places=5)
        quotes.accept(quotes.quote_let(wish, Asked(valid_until=day), key=bytes(16)))


def _prepare(made: Home) -> None:
    with made.store.writing() as connection:
        for name, value in _RULES.items():
            connection.exec_driver_sql(
                "INSERT INTO policy (name, valid_from, value) VALUES (?, '2020-01-01', ?)", (name, value)
            )
        connection.exec_driver_sql(
            "INSERT INTO product (id, code, kind, unit) VALUES (901, 'bench-room', 'room', 'hour')"
        )
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents) VALUES (901, 'full', '2020-01-01', 1000)"
        )
        for number in range(_ROOMS):
            room_rows.add(connection, f"room-{number}", RoomFacts(names=Names({"fr": f"Salle {number}"})))
        organisations.add(connection, Facts(name="Bench", kind="cooperative"))


def _event(planning: Planning, day: date, zone: ZoneInfo) -> None:
    hours = on_wall(day, 19 * 60, 21 * 60, zone)
    made = planning.propose(Description(kind=EventKind.TRAINING, title="Bench", is_listed=True))
    planning.open(made, Terms(starts_at=hours.starts_at, ends_at=hours.ends_at), None)
