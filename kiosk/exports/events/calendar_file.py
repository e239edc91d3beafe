"""Writes the public agenda as an iCalendar file (RFC 5545), for subscribers in their own calendars.

Moments are in UTC, which every calendar shows by its own clock: no rule for summer time is needed.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kiosk.domain.events.agenda import AgendaEntry
from kiosk.domain.events.terms import EventState
from kiosk.exports.events.words import KINDS, STATES
from kiosk.language.catalogues import Language

if TYPE_CHECKING:
    import icalendar

MEDIA_TYPE = "text/calendar; charset=utf-8"
_STATUS = {  # of the states that the public agenda shows
    EventState.OPEN: "TENTATIVE",
    EventState.HELD: "CONFIRMED",
    EventState.NOT_HELD: "CANCELLED",
    EventState.CANCELLED: "CANCELLED",
}


def made(entries: Iterable[AgendaEntry], *, home_id: str, name: str, url: str, language: Language) -> bytes:
    """Return the file. `home_id` makes each event's id unique in the world, `url` is the agenda's page."""
    import icalendar  # 5 MB that few pages need

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//kiosk//agenda//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for entry in entries:
        calendar.add_component(_event(entry, home_id, url, language))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: AgendaEntry, home_id: str, url: str, language: Language) -> "icalendar.Event":
    """Return one event of the calendar."""
    import icalendar

    event = icalendar.Event()
    event.add("uid", f"event-{entry.id}@{home_id}")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.version)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", entry.title)
    event.add("categories", [KINDS[entry.kind].to(language)])
    event.add("status", _STATUS[entry.state])
    event.add("url", f"{url}#event-{entry.id}")
    if entry.place:
        event.add("location", entry.place)
    about = "\n".join(filter(None, (STATES[entry.state].to(language), entry.host or "", entry.about)))
    event.add("description", about)
    return event
