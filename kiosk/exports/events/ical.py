"""Writes a calendar as iCalendar (RFC 5545), by the icalendar library: what calendar programs read by themselves."""

from collections.abc import Iterable
from datetime import UTC, datetime

from msgspec import Struct


class Happening(Struct, frozen=True):
    """One event of a calendar: what makes it the same one next time, when, in which words, where, how often changed."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    made_at: datetime
    version: int = 0


def calendar(name: str, happenings: Iterable[Happening]) -> bytes:
    """Return the file. Times are in UTC: each calendar shows them by its own clock, through both
    changes of the year.
    """
    from icalendar import Calendar, Event  # 5 MB that few pages need

    made = Calendar()
    made.add("prodid", "-//kiosk//calendar//FR")
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    for each in happenings:
        event = Event()
        event.add("uid", each.uid)
        event.add("dtstamp", each.made_at.astimezone(UTC))
        event.add("dtstart", each.starts_at.astimezone(UTC))
        event.add("dtend", each.ends_at.astimezone(UTC))
        event.add("summary", each.summary)
        event.add("location", each.location)
        event.add("sequence", each.version)
        made.add_component(event)
    return bytes(made.to_ical())
