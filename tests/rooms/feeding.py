"""A calendar of somebody else's, as a file: what its owner adds, moves and calls off is written anew each time."""

from datetime import UTC, datetime

from msgspec import Struct

from kiosk.domain.slots import Slot
from kiosk.rooms.following import Calendars
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.rooms.hall import PARIS


class Event(Struct, frozen=True, kw_only=True):
    """One VEVENT of a file. `more` are further lines of it."""

    uid: str
    slot: Slot
    title: str = "Yoga"
    sequence: int = 0
    more: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Return it as lines of iCalendar."""
        head = [f"UID:{self.uid}", f"SUMMARY:{self.title}", f"SEQUENCE:{self.sequence}"]
        times = [f"DTSTART:{utc(self.slot.starts_at)}", f"DTEND:{utc(self.slot.ends_at)}"]
        return ["BEGIN:VEVENT", *head, *times, *self.more, "END:VEVENT"]


def utc(at: datetime) -> str:
    """Return a moment as iCalendar writes it."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def file(*events: Event, method: str = "") -> bytes:
    """Return a calendar of these events."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *([f"METHOD:{method}"] if method else [])]
    lines = [*head, *(line for event in events for line in event.lines()), "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def calendars(space: Space) -> Calendars:
    """Return what the desk does with calendars of others."""
    return Calendars(store=space.home.store, rules=Rules(PARIS), clock=space.clock, actor="cli")
