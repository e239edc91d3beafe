"""Shows the calendar: a day with rooms as columns, or a week. Free times are links, and a booking that is being moved
finds its new place here.
"""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request
from msgspec import Struct

from kiosk.domain import inputs
from kiosk.domain.agenda import Block, BlockKind, collisions
from kiosk.domain.days import Moment
from kiosk.domain.opening_hours import ALL_DAY
from kiosk.domain.rooms.rules import RoomRules
from kiosk.domain.slots import DAY_MINUTES, Slot, at_wall
from kiosk.errors import RequestError
from kiosk.exports import formats
from kiosk.language.texts import Text
from kiosk.store.rooms import booking_rows, room_rows
from kiosk.store.rooms.booking_rows import Booking
from kiosk.store.rooms.room_rows import Room
from kiosk.store.space import room_rules
from kiosk.web.desk.common import calendar_sources
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import in_page_language, language
from kiosk.web.desk.rooms import grid, room_forms
from kiosk.web.desk.rooms.room_forms import clock, monday

area = Blueprint("calendar", __name__, url_prefix="/calendar")
_SHOWN = (8 * 60, 20 * 60)  # minutes of a day that is closed or open all day; other hours appear if booked
KINDS = {
    BlockKind.BOOKING: Text("réservation", "booking"),
    BlockKind.OPTION: Text("option (devis)", "on hold (quote)"),
    BlockKind.EVENT: Text("événement", "event"),
    BlockKind.PRIVATE: Text("privatisation", "private hire"),
    BlockKind.IMPORTED: Text("calendrier importé", "imported calendar"),
    BlockKind.HOUSE: Text("l’association", "the association"),
}


@area.context_processor
def _words() -> dict[str, Any]:
    """Return the values that all templates of the calendar use; `here` marks the calendar as the open page."""
    return {
        "clock": clock,
        "said_clock": _spoken_clock,
        "kinds": KINDS,
        "in_page_language": in_page_language,
        "here": "calendar",
    }


def _spoken_clock(minute: int) -> str:
    """Return a minute of the day as people say it, like `14 h 30`."""
    return formats.clock(minute // 60 % 24, minute % 60, language())


class Shown(Struct, frozen=True):
    """The days that a view of the calendar shows: the moment now, the rules, the rooms, their blocks, and the hours to
    draw.
    """

    moment: Moment
    rules: RoomRules
    rooms: list[Room]
    blocks: list[Block]
    hours: tuple[int, int]  # minutes of the day


@area.get("")
@needs(May.BOOK_ROOMS)
def page() -> str:
    """Show the day in the URL (else today) of all rooms, or with `view=week` its week. A booking that is being moved
    leaves its own time free on the day's page.
    """
    day = room_forms.shown_day(office().today())
    moving = _moving()
    if request.args.get("view") == "week":
        return _week(monday(day), moving)
    calendar = _shown(day, day)
    columns: list[int | None] = [room.id for room in calendar.rooms]
    if any(block.room is None for block in calendar.blocks):
        columns.append(None)  # a last column for events and lets, which belong to no room
    others = [block for block in calendar.blocks if moving is None or block.path != f"/rooms/bookings/{moving.id}"]
    rows = grid.rows(day, office().rules.zone, columns, others, calendar.hours, calendar.rules.room_step_minutes)
    return render_template(
        "calendar/day.html",
        day=day,
        found=calendar,
        columns=[next((room for room in calendar.rooms if room.id == room_id), None) for room_id in columns],
        rows=rows,
        step=calendar.rules.room_step_minutes,
        moving=moving,
        # what stands in the way of the moved booking there; empty where it fits
        fits=lambda room, minute: _meets(calendar, moving, day, room, minute),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
    )


def _week(first: date, moving: Booking | None) -> str:
    """Show a week from its Monday; events and lets, which belong to no room, stand in a row of their own."""
    days = [first + timedelta(days=number) for number in range(7)]
    calendar = _shown(first, days[-1])
    zone = office().rules.zone
    cells = {
        (day, room.id): [
            block
            for block in calendar.blocks
            if block.room == room.id and any(on == day for on, *_ in block.slot.on_days(zone))
        ]
        for day in days
        for room in calendar.rooms
    }
    elsewhere = {
        day: [
            block
            for block in calendar.blocks
            if block.room is None and any(on == day for on, *_ in block.slot.on_days(zone))
        ]
        for day in days
    }
    return render_template(
        "calendar/week.html",
        days=days,
        found=calendar,
        cells=cells,
        elsewhere=elsewhere if any(elsewhere.values()) else None,
        moving=moving,
        day=first,
        before=first - timedelta(days=7),
        after=first + timedelta(days=7),
    )


def _shown(first: date, last: date) -> Shown:
    """Return the rooms open on the last day and the blocks from a first to a last day, both included. The hours go from
    the first day's first opening to its last close, midnight at most; `_SHOWN` where it is closed or open all day.
    """
    desk = office()
    zone = desk.rules.zone
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        within = Slot(at_wall(first, 0, zone), at_wall(last, DAY_MINUTES, zone))
        hours = ALL_DAY if policy.calendar is None else policy.calendar.days.get(first, ())
        return Shown(
            moment,
            room_rules.read(connection, moment.day),
            room_rows.open_on(connection, last),
            calendar_sources.blocks(connection, within),
            _SHOWN if hours in (ALL_DAY, ()) else (hours[0].since, min(DAY_MINUTES, hours[-1].until)),
        )


def _moving() -> Booking | None:
    """Return the booking that the URL names as being moved; None where it names none, or one that no longer holds its
    room or is charged already.
    """
    booking_id = inputs.number(request.args.get("moving", ""))
    if booking_id is None:
        return None
    with office().reading() as connection:
        try:
            booking = booking_rows.by_id(connection, booking_id)
        except RequestError:
            return None
    return booking if booking.holds and booking.settled_at is None else None


def _meets(shown: Shown, moving: Booking | None, day: date, room: Room, minute: int) -> list[Block]:
    """Return the blocks that the moved booking would collide with at a room and minute, so that the page can say so
    before it is refused; none where no booking is being moved.
    """
    if moving is None:
        return []
    begins = at_wall(day, minute, office().rules.zone)
    moved = Slot(begins, begins + (moving.slot.ends_at - moving.slot.starts_at)).with_room_after(
        room.facts.setup_minutes
    )
    others = [block for block in shown.blocks if block.path != f"/rooms/bookings/{moving.id}"]
    return collisions(moved, room.id, others)
