"""The commands `rooms`, which lists rooms and makes or cancels bookings, and `events`, which lists events and gives
them a room.
"""

from datetime import date
from pathlib import Path
from typing import BinaryIO

import click
from msgspec.structs import asdict

from kiosk.cli.arguments import Day, answer, json_option
from kiosk.cli.open_office import Office, office
from kiosk.domain import amounts
from kiosk.domain.events.terms import LIVE
from kiosk.domain.problems import Problem
from kiosk.domain.slots import DAY_MINUTES, Slot, at_wall, on_wall
from kiosk.events.planning import Planning
from kiosk.rooms import following
from kiosk.rooms.bookings import Bookings, BookingWish
from kiosk.rooms.following import Calendars
from kiosk.rooms.ical_reading import LARGEST
from kiosk.store.events import event_rows, signup_rows
from kiosk.store.rooms import booking_rows, room_rows


@click.group()
def rooms() -> None:
    """Rooms: list them, and make or cancel bookings."""


def _bookings(desk: Office) -> Bookings:
    """Return the use-case of bookings."""
    return Bookings.of(desk)


@rooms.command(name="list")
@json_option
@click.pass_obj
def list_rooms(root: Path, as_json: bool) -> None:
    """List every room."""
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        rows = room_rows.everyone(connection)
    facts = [
        {"room": each.id, "code": each.code, "name": each.names.to("fr"), "places": each.facts.capacity}
        for each in rows
    ]
    lines = [f"room {each.id} ({each.code}): {each.names.to('fr')}" for each in rows]
    answer(as_json, {"rooms": facts}, "\n".join(lines) or "there are no rooms")


@rooms.command()
@click.option("--on", "day", type=Day(), help="Date; today by default.")
@json_option
@click.pass_obj
def booked(root: Path, day: date | None, as_json: bool) -> None:
    """List the bookings of a day."""
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        on = day or desk.rules.at(connection, desk.clock.now())[1].day
        zone = desk.rules.zone
        bookings = booking_rows.between(connection, Slot(at_wall(on, 0, zone), at_wall(on, DAY_MINUTES, zone)))
    facts = [
        {
            "booking": each.id,
            "room": each.room,
            "from": each.slot.starts_at.astimezone(zone).isoformat(),
            "until": each.slot.ends_at.astimezone(zone).isoformat(),
            "state": each.state,
            "kind": each.kind,
            "member": each.member_number,
            "organisation": each.organisation_id,
            "amount": amounts.plain(each.price.cents),
        }
        for each in bookings
    ]
    lines = [
        f"booking {each.id}: room {each.room}, {each.slot.starts_at.astimezone(zone):%H:%M}"
        f"-{each.slot.ends_at.astimezone(zone):%H:%M}, {each.state}"
        for each in bookings
    ]
    answer(as_json, {"day": on, "bookings": facts}, "\n".join(lines) or f"nothing is booked on {on}")


@rooms.command()
@click.argument("room", type=int)
@click.argument("day", type=Day())
@click.argument("from_", metavar="FROM")
@click.argument("until")
@click.option("--member", type=int, help="For this member, by number; for the house by default.")
@click.option("--organisation", type=int, help="For this organisation, which is charged at once.")
@click.option("--title", default="", help="The purpose, shown on the room's door.")
@json_option
@click.pass_obj
def book(
    root: Path,
    room: int,
    day: date,
    from_: str,
    until: str,
    member: int | None,
    organisation: int | None,
    title: str,
    as_json: bool,
) -> None:
    """Book a room on a day, FROM a time like 14:00 UNTIL another."""
    with office(root) as desk:
        slot = on_wall(day, _minute(from_), _minute(until), desk.rules.zone)
        wish = BookingWish(room=room, slot=slot, member=member, organisation=organisation, title=title)
        booking = _bookings(desk).book(wish)
    line = f"booking {booking.id}: room {room} on {day}, {from_}-{until}, {amounts.plain(booking.cents)}"
    answer(as_json, {"booking": booking.id, "amount": amounts.plain(booking.cents)}, line)


@rooms.command()
@click.argument("booking", type=int)
@json_option
@click.pass_obj
def cancel(root: Path, booking: int, as_json: bool) -> None:
    """Cancel a booking; a late one costs what the rules say."""
    with office(root) as desk:
        cents = _bookings(desk).cancel(booking)
    answer(as_json, {"booking": booking, "fee": amounts.plain(cents)}, f"cancelled; fee {amounts.plain(cents)}")


def _calendars(desk: Office) -> Calendars:
    """Return the use-case of followed calendars."""
    return Calendars.of(desk)


@rooms.command(name="read-calendar")
@click.argument("room", type=int)
@click.argument("name")
@click.argument("file", type=click.File("rb"))
@json_option
@click.pass_obj
def read_calendar(root: Path, room: int, name: str, file: BinaryIO, as_json: bool) -> None:
    """Import a calendar (an .ics FILE, or - for the input) under its NAME, and make the bookings of ROOM follow it."""
    with office(root) as desk:
        content = file.read(LARGEST + 1)  # one byte more, so that a longer file is noticed
        done = _calendars(desk).read_in(room, name, content)
    counts = asdict(done)
    answer(as_json, counts, ", ".join(f"{count} {word}" for word, count in counts.items()))


@rooms.command()
@json_option
@click.pass_obj
def differences(root: Path, as_json: bool) -> None:
    """List how followed calendars differ from the bookings here; the desk decides."""
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        today = desk.rules.at(connection, desk.clock.now())[1].day
        listed = following.differences(connection, today)
        zone = desk.rules.zone
    facts = [
        {
            "difference": each.occurrence.id,
            "calendar": each.occurrence.feed,
            "why": each.why.value,
            "booking": each.occurrence.booking_id,
            "stands": each.occurrence.told.stands,  # False: the calendar has cancelled it
            "from": each.occurrence.told.slot.starts_at.astimezone(zone).isoformat(),
            "until": each.occurrence.told.slot.ends_at.astimezone(zone).isoformat(),
        }
        for each in listed
    ]
    lines = [
        f"difference {each['difference']} of {each['calendar']}: {each['why']}, from {each['from']}" for each in facts
    ]
    answer(as_json, {"differences": facts}, "\n".join(lines) or "nothing differs")


def _minute(text: str) -> int:
    """Return the minutes since midnight of a time like `14:30` or `14`; `24:00`, a day's end, is the latest. Raises
    Problem `slot-hour`.
    """
    hour, _, minute = text.partition(":")
    if not (hour.isdigit() and (minute or "0").isdigit() and len(text) <= 5 and text.isascii()):
        raise Problem("slot-hour", f"an hour is like 14:30, not {text[:20]!r}")
    if int(minute or 0) > 59 or int(hour) * 60 + int(minute or 0) > DAY_MINUTES:
        raise Problem("slot-hour", f"an hour is like 14:30, not {text[:20]!r}")
    return int(hour) * 60 + int(minute or 0)


@click.group()
def events() -> None:
    """Training courses and events: list them, set a room, hold or cancel one."""


def _planning(desk: Office) -> Planning:
    """Return the use-case of planning events."""
    return Planning.of(desk)


@events.command(name="list")
@json_option
@click.pass_obj
def list_events(root: Path, as_json: bool) -> None:
    """List proposed, open and confirmed events that are not over, with the number of sign-ups."""
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        zone = desk.rules.zone
        running = event_rows.in_states(connection, LIVE, desk.clock.now())
        counted = [(event, len(signup_rows.standing(connection, event.id))) for event in running]
    facts = [
        {
            "event": event.id,
            "kind": event.kind.value,
            "title": event.title,
            "state": event.state.value,
            "starts": None if event.terms is None else event.terms.starts_at.astimezone(zone).isoformat(),
            "threshold": None if event.terms is None else event.terms.threshold,
            "signed_up": count,
        }
        for event, count in counted
    ]
    lines = [
        f"event {event.id}: {event.title}, {event.state.value}, {count} signed up"
        + ("" if event.terms is None else f", {event.terms.starts_at.astimezone(zone):%Y-%m-%d %H:%M}")
        for event, count in counted
    ]
    answer(as_json, {"events": facts}, "\n".join(lines) or "nothing is planned")


@events.command()
@click.argument("event", type=int)
@click.argument("room", type=int)
@json_option
@click.pass_obj
def room(root: Path, event: int, room: int, as_json: bool) -> None:
    """Hold a room for each day of an event, replacing its current one."""
    with office(root) as desk:
        booking_ids = _planning(desk).hold_room(event, room)
    numbers = ", ".join(map(str, booking_ids))
    answer(
        as_json,
        {"event": event, "room": room, "bookings": booking_ids},
        f"event {event} is in room {room}: booking {numbers}",
    )


@events.command()
@click.argument("event", type=int)
@json_option
@click.pass_obj
def hold(root: Path, event: int, as_json: bool) -> None:
    """Hold an event now, whatever its threshold: its seats are charged."""
    with office(root) as desk:
        _planning(desk).hold(event)
    answer(as_json, {"event": event, "state": "held"}, f"event {event} takes place")


@events.command(name="cancel")
@click.argument("event", type=int)
@click.option("--reason", required=True, help="The reason; everyone signed up is informed.")
@json_option
@click.pass_obj
def cancel_event(root: Path, event: int, reason: str, as_json: bool) -> None:
    """Cancel an event: charges are reversed, everyone is informed."""
    with office(root) as desk:
        count = _planning(desk).cancel(event, reason)
    answer(
        as_json, {"event": event, "taken_back": count}, f"event {event} is cancelled; {count} charges are taken back"
    )
