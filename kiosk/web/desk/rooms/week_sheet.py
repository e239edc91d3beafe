"""Shows a week of a room as a sheet to print and hang at its door."""

from datetime import date, timedelta

from flask import render_template

from kiosk.domain.slots import DAY_MINUTES, Slot, at_wall
from kiosk.exports import formats
from kiosk.store.rooms import booking_rows
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import language
from kiosk.web.desk.rooms.room_forms import monday, room_or_404, shown_day
from kiosk.web.desk.rooms.room_pages import area

__all__ = ["area"]


@area.get("/<int:room_id>/sheet")
@needs(May.BOOK_ROOMS)
def sheet(room_id: int) -> str:
    """Show a week of a room, to print and hang at its door: hours and subjects, without names. A booking of several
    days stands on each of them, with its hours of that day.
    """
    room, desk = room_or_404(room_id), office()
    first = monday(shown_day(desk.today()))
    zone = desk.rules.zone
    within = Slot(at_wall(first, 0, zone), at_wall(first + timedelta(days=6), DAY_MINUTES, zone))
    with desk.reading() as connection:
        held = booking_rows.between(connection, within, room_id)
    days: dict[date, list[tuple[str, str, str | None]]] = {first + timedelta(days=number): [] for number in range(7)}
    for booking in held:
        for day, since, until in booking.slot.on_days(zone):
            if day in days:
                days[day].append((_hour(since), _hour(until), booking.title))
    return render_template(
        "rooms/door.html",
        room=room,
        days=list(days.items()),
        first=first,
        before=first - timedelta(days=7),
        after=first + timedelta(days=7),
    )


def _hour(minute: int) -> str:
    """Return a minute of the day as an hour of the wall clock; the last midnight is hour 24."""
    return formats.clock(*divmod(minute, 60), language())
