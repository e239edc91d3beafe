"""What goes out is kept and given back by Radicale, as a calendar server that we did not write: the same hours, on both
sides of both changes of the clocks; and what it serves is read in.
"""

import base64
import http.client
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

import pytest
import vobject  # type: ignore[import-untyped]  # ships no types
from icalendar import Calendar

from kiosk.domain.events.terms import EventKind, Terms
from kiosk.events import agenda
from kiosk.events.planning import Description
from kiosk.exports.events import calendar_file
from kiosk.rooms.bookings import BookingWish
from tests import processes
from tests.conftest import Space
from tests.events.happenings import Happenings
from tests.rooms.feeding import calendars
from tests.rooms.hall import BIG, PARIS, SMALL, at, bookings, let, slot
from tests.rooms.test_feeds import BACK, FORWARD, use, written

DAYS = [day + timedelta(days=offset) for day in (FORWARD, BACK) for offset in (-1, 0, 1)]
_CALENDAR = b"""<c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop>
<d:displayname>Salles</d:displayname></d:prop></d:set></c:mkcalendar>"""
_BETWEEN = """<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">
<d:prop><c:calendar-data/></d:prop><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">
<c:time-range start="{}" end="{}"/></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"""
Hours = tuple[datetime, datetime]


class Radicale:
    """The server, spoken to as a calendar program does."""

    def __init__(self, port: int) -> None:
        self._port = port

    def __call__(self, method: str, path: str, body: bytes = b"", media: str = "text/calendar") -> tuple[int, bytes]:
        who = base64.b64encode(b"asso:x").decode()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {"Authorization": f"Basic {who}", "Content-Type": f"{media}; charset=utf-8", "Depth": "1"}
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def is_up(self) -> bool:
        try:
            return self("OPTIONS", "/")[0] == 200
        except OSError:
            return False

    def between(self, path: str, since: datetime, until: datetime) -> list[Hours]:
        """The hours of what a calendar has in some time, by the server's own reading."""
        asked = _BETWEEN.format(*(f"{each.astimezone(UTC):%Y%m%dT%H%M%SZ}" for each in (since, until)))
        status, content = self("REPORT", path, asked.encode(), "application/xml")
        assert status == 207
        found = Tree.fromstring(content)  # noqa: S314  # of our own server
        kept = [each.text or "" for each in found.iter("{urn:ietf:params:xml:ns:caldav}calendar-data")]
        return sorted(hours for each in kept for hours in by_vobject(each))


@pytest.fixture
def radicale(tmp_path: Path) -> Iterator[Radicale]:
    """Debian's package, by Debian's Python, with a folder of its own."""
    port = processes.free_port()
    options = ("--config", "", "--auth-type", "none", "--rights-type", "owner_only", "--hosts", f"127.0.0.1:{port}")
    folder = ("--storage-filesystem-folder", str(tmp_path / "collections"))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    log = tmp_path / "radicale.log"
    with log.open("wb") as written_to:
        server = subprocess.Popen(
            ["/usr/bin/python3", "-m", "radicale", *options, *folder], env=clean, stdout=written_to, stderr=written_to
        )
    try:
        found = Radicale(port)
        processes.until(lambda: server.poll() is not None or found.is_up())
        assert server.poll() is None, log.read_text()
        yield found
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def hall(space: Space) -> Space:
    let(space, room_ahead_days=400)
    return space


def by_icalendar(content: bytes) -> list[Hours]:
    read: Any = Calendar.from_ical(content)
    return sorted((each["DTSTART"].dt, each["DTEND"].dt) for each in read.walk("VEVENT"))


def by_vobject(text: str) -> list[Hours]:
    return [(each.dtstart.value, each.dtend.value) for each in vobject.readOne(text).vevent_list]


def alone(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Each event of a calendar as a calendar of its own, as programs send them to a server."""
    read: Any = Calendar.from_ical(content)
    for each in read.walk("VEVENT"):
        one = Calendar()
        one.add("prodid", read["PRODID"])
        one.add("version", read["VERSION"])
        one.add_component(each)
        yield str(each["UID"]), one.to_ical()


def kept(server: Radicale, path: str, content: bytes) -> None:
    """Put each event of a calendar there."""
    assert server("MKCALENDAR", path, _CALENDAR, "application/xml")[0] == 201
    for number, (_, each) in enumerate(alone(content)):
        assert server("PUT", f"{path}{number}.ics", each)[0] == 201


def is_given_back(server: Radicale, path: str, content: bytes) -> None:
    """What the server has is what we wrote: whole, one by one, and day by day by its own reading of the hours."""
    sent = by_icalendar(content)
    assert by_icalendar(server("GET", path)[1]) == sent
    names = [uid for uid, _ in alone(content)]
    for number, uid in enumerate(names):
        status, one = server("GET", f"{path}{number}.ics")
        assert (status, [name for name, _ in alone(one)]) == (200, [uid])
    for day in DAYS:
        [(starts, ends)] = server.between(path, at("00:00", day), at("00:00", day + timedelta(days=1)))
        assert (starts, ends) in sent
        local = starts.astimezone(PARIS)
        assert (local.date(), local.hour, ends - starts) == (day, 14, timedelta(minutes=90))


def listed_events(space: Space) -> bytes:
    """The public agenda's file: an event on each day."""
    space.rule("events_public", "true")
    told = Happenings(space)
    for day in DAYS:
        made = told.planning.propose(Description(kind=EventKind.TRAINING, title="La compta", is_listed=True))
        hours = slot("14:00", "15:30", day)
        told.planning.open(made, Terms(starts_at=hours.starts_at, ends_at=hours.ends_at), None)
    with space.home.store.reading() as connection:
        policy, moment = told.rules.at(connection, space.clock.now())
        found = agenda.entries(connection, policy, moment.at)
    return calendar_file.made(found, home_id="x", name="Agenda", url="https://x.example/agenda", language="fr")


def test_rooms_and_agenda_are_the_same_hours_at_a_server_through_both_changes(hall: Space, radicale: Radicale) -> None:
    for day in DAYS:
        bookings(hall).book(
            BookingWish(room=SMALL, slot=slot("14:00", "15:30", day), title="Conseil; à huis clos, oui")
        )
    rooms = written(hall, use(hall).make("Agenda", SMALL, shows_titles=True))
    for path, content in (("/asso/rooms/", rooms), ("/asso/agenda/", listed_events(hall))):
        assert len(by_icalendar(content)) == len(DAYS)
        kept(radicale, path, content)
        is_given_back(radicale, path, content)
    assert "Conseil\\; à huis clos\\, oui".encode() in radicale("GET", "/asso/rooms/")[1]
    assert radicale("PUT", "/asso/whole/", rooms)[0] == 201  # the link's whole file at once, as well
    assert by_icalendar(radicale("GET", "/asso/whole/")[1]) == by_icalendar(rooms)


def test_what_a_server_serves_is_read_in_and_stays_on_the_wall_clock(hall: Space, radicale: Radicale) -> None:
    weekly = "\r\n".join(
        (
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Paris\r\nBEGIN:DAYLIGHT",
            "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nDTSTART:19700329T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
            "END:DAYLIGHT\r\nBEGIN:STANDARD\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nDTSTART:19701025T030000",
            "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:yoga",
            "DTSTAMP:20261101T000000Z\r\nDTSTART;TZID=Europe/Paris:20261206T140000",
            "DTEND;TZID=Europe/Paris:20261206T153000\r\nRRULE:FREQ=WEEKLY\r\nSUMMARY:Yoga\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        )
    )
    assert radicale("PUT", "/asso/yoga/", weekly.encode())[0] == 201
    done = calendars(hall).read_in(BIG, "yoga", radicale("GET", "/asso/yoga/")[1])
    assert done.held == 51  # Sundays from 6 December to 21 November, a year ahead of 25 November
    begins = [datetime.fromisoformat(str(each)) for (each,) in hall.sql("SELECT starts_at FROM booking ORDER BY id")]
    assert {each.astimezone(PARIS).hour for each in begins} == {14}
    assert {FORWARD, BACK} <= {each.date() for each in begins}
