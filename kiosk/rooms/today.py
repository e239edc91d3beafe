"""Reads for the idle screen which rooms are free and until when. It runs beside the door and never during a tap."""

from datetime import datetime

import sqlalchemy as sa

from kiosk.devices.protocols import Clock
from kiosk.domain.days import Moment
from kiosk.domain.rooms.now import RoomNow, RoomsNow
from kiosk.domain.slots import Slot, at_wall
from kiosk.home import Home
from kiosk.rooms.bookings import hours_on
from kiosk.rooms.upkeep import RoomUpkeep
from kiosk.store.rooms import booking_rows, room_rows
from kiosk.store.rooms.room_rows import Room
from kiosk.store.space import room_rules
from kiosk.store.space.policies import Rules


def look(home: Home, rules: Rules, clock: Clock) -> RoomsNow:
    """Claim rooms for members that tapped and release unclaimed ones, then return the state of every room and whether
    the screen shows them.
    """
    RoomUpkeep(store=home.store, rules=rules, seal=home.seal, clock=clock, actor="kiosk").watch()
    with home.store.reading() as connection:
        _, moment = rules.at(connection, clock.now())
        return RoomsNow(now(connection, rules, moment), room_rules.read(connection, moment.day).rooms_at_screen)


def now(connection: sa.Connection, rules: Rules, moment: Moment) -> tuple[RoomNow, ...]:
    """Return every room that can be booked today, as it is now: free, taken or shut, and until when. Rooms go by the
    calendar's date, which at night may be a day ahead of the space's own day.
    """
    rest_of_day = Slot(moment.at, at_wall(moment.local.date(), 24 * 60, rules.zone))
    held = booking_rows.between(connection, rest_of_day)
    rooms = []
    for room in room_rows.open_on(connection, moment.local.date()):
        closes = _closes(connection, rules, room, moment)
        rooms.append(_now(room, [each.held for each in held if each.room == room.id], closes, moment))
    return tuple(rooms)


def _closes(connection: sa.Connection, rules: Rules, room: Room, moment: Moment) -> datetime | None:
    """Return when a room that is open now shuts; None where it is shut. Hours are minutes since midnight on the wall
    clock.
    """
    minute = moment.local.hour * 60 + moment.local.minute
    for each in hours_on(connection, rules, room, moment.local.date()):
        if each.since <= minute < each.until:
            return at_wall(moment.local.date(), each.until, rules.zone)
    return None


def _now(room: Room, held: list[Slot], closes: datetime | None, moment: Moment) -> RoomNow:
    """Return how a room stands now: taken until its bookings end (those back to back count as one), free until the next
    one or until it closes, or shut. `held` are its bookings with their setting up, `closes` None for a room that is
    shut now.
    """
    zone, capacity = moment.local.tzinfo, room.facts.capacity
    current = next((each for each in held if each.starts_at <= moment.at < each.ends_at), None)
    if current is not None:
        ends = current.ends_at
        while (after := next((each for each in held if each.starts_at <= ends < each.ends_at), None)) is not None:
            ends = after.ends_at
        return RoomNow(room.id, room.names, is_free=False, until=ends.astimezone(zone), capacity=capacity)
    if closes is None:
        return RoomNow(room.id, room.names, is_free=False, until=None, capacity=capacity, is_open=False)
    until = min([*(each.starts_at for each in held if each.starts_at > moment.at), closes])
    return RoomNow(room.id, room.names, is_free=True, until=until.astimezone(zone), capacity=capacity)
