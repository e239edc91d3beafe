"""Assigns a room to an event: shows each room with its booking at that time, and holds, changes or frees the room."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain import inputs
from kiosk.events import rooms
from kiosk.store.events.event_rows import Event
from kiosk.store.rooms import booking_rows, room_rows
from kiosk.store.space import room_rules
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import in_page_language, t
from kiosk.web.desk.events.event_forms import area, known, planning

_ROOM_FIELDS = {"from": "room", "day": "room", "threshold": "room"}  # a booking's errors stand beside the one field


def shown(connection: sa.Connection, event: Event, today: date) -> dict[str, Any]:
    """Return what the page shows about rooms: the id of the event's own room (None without one), and for every room its
    id, name, number of seats, and what others have booked it for on a day of the event (None: free). Both are empty
    where rooms are turned off or the event has no terms.
    """
    if event.terms is None or not room_rules.is_on(connection, today):
        return {"room": None, "rooms": []}
    zone = office().rules.zone
    slots = rooms.slots(event.terms, zone)  # one for each day of the event
    own_bookings = {booking.id: booking for booking in rooms.held(connection, event.id)}
    taken_by = {
        booking.room: booking.title or booking.payer or t("réservé", "booked")
        for slot in slots
        for booking in booking_rows.between(connection, slot)
        if booking.id not in own_bookings
    }
    listed = [
        (room.id, in_page_language(room.names), room.facts.capacity, taken_by.get(room.id))
        for room in room_rows.open_on(connection, slots[0].starts_at.astimezone(zone).date())
    ]
    own_room = next((booking.room for booking in own_bookings.values()), None)
    return {"room": own_room, "rooms": listed}


@area.post("/<int:event>/room")
@needs(May.RUN_EVENTS)
def room(event: int) -> Response:
    """Hold the chosen room for the event in the place of the one it has; free that one where none is chosen."""
    with office().reading() as connection:
        known(connection, event)  # answers 404 where there is none
    chosen = inputs.number(request.form.get("room", ""))

    def hold() -> bool:
        if chosen is None:
            planning().free_room(event)
        else:
            planning().hold_room(event, chosen)
        return True  # what `attempt` returns where nothing was wrong

    _, errors = attempt(hold, **_ROOM_FIELDS)  # runs `hold`; errors by field, empty where nothing was wrong
    if errors:
        flash(next(iter(errors.values())), "error")
    else:
        flash(t("Salle enregistrée.", "Room saved."), "done")
    return redirect(url_for(".one", event=event), 303)
