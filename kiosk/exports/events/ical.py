"""Writes a calendar as iCalendar (RFC 5545), with the icalendar library: the format that calendar programs subscribe
to.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from msgspec import Struct


class Happening(Struct, frozen=True):
    """One event of a calendar. `uid` identifies it from one reading to the next, `version` counts its changes."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    made_at: datetime
    version: int = 0


def calendar(name: str, happenings: Iterable[Happening]) -> bytes:
    """Return the calendar's file. Times are in UTC: each program shows them by its own clock, in summer and winter
    time.
    """
    from icalendar import Calendar, Event  # 5 MB that few pages need

    file = Calendar()
    file.add("prodid", "-//kiosk//calendar//FR")
    file.add("version", "2.0")
    file.add("x-wr-calname", name)
    for happening in happenings:
        event = Event()
        event.add("uid", happening.uid)
        event.add("dtstamp", happening.made_at.astimezone(UTC))
        event.add("dtstart", happening.starts_at.astimezone(UTC))
        event.add("dtend", happening.ends_at.astimezone(UTC))
        event.add("summary", happening.summary)
        event.add("location", happening.location)
        event.add("sequence", happening.version)
        file.add_component(event)
    return bytes(file.to_ical())
