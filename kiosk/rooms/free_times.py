"""Finds the times of a day at which a room is free."""

from datetime import date

import sqlalchemy as sa

from kiosk.domain.problems import Problem
from kiosk.domain.rooms import offers
from kiosk.domain.slots import Slot, at_wall
from kiosk.rooms import bookings
from kiosk.store.rooms import booking_rows
from kiosk.store.rooms.room_rows import Room
from kiosk.store.space.policies import Rules


def on_day(connection: sa.Connection, rules: Rules, room: Room, day: date) -> list[Slot]:
    """Return the free slots of a room, of a minute or longer, on a local day within its opening hours, in order. Each
    ends early enough to set the room up before the next booking. Empty where the room is shut or closed from that day
    on.
    """
    zone, windows = rules.zone, list[Slot]()
    for each in bookings.hours_on(connection, rules, room, day):
        try:
            windows.append(Slot(at_wall(day, each.since, zone), at_wall(day, each.until, zone)))
        except Problem:
            continue  # opening hours that the change to summer time skips on this day
    if not windows or not room.is_open_on(day):
        return []
    around = Slot(windows[0].starts_at, max(each.ends_at for each in windows))
    setup = room.facts.setup_minutes
    held = booking_rows.between(connection, around.with_room_after(setup), room.id)
    return offers.gaps([each.held for each in held], windows, setup, 1)  # 1: the least minutes
