"""Tells which participants attended an event: by the badge they showed that day, or by the desk's attendance list,
which takes precedence.

A *sitting* is one day of an event, with its hours. A tap writes no attendance. Attendance is read from the visits, and
recorded by `note_taps` once the event is over, before the hours of the visits are erased.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from msgspec import Struct

from kiosk.devices.protocols import Clock
from kiosk.domain.events import presence
from kiosk.domain.events.presence import Sitting
from kiosk.domain.events.terms import EventState
from kiosk.errors import RequestError
from kiosk.events import charging
from kiosk.store.engine import Store
from kiosk.store.events import attended_rows, event_rows, signup_rows
from kiosk.store.events.attended_rows import ABSENT, LIST, TAP
from kiosk.store.events.event_rows import Event
from kiosk.store.events.signup_rows import Signup

_LOOKED_BACK = timedelta(days=30)  # how old an event may be whose attendance is still recorded


class Attendee(Struct, frozen=True):
    """A participant with a seat, and for each day of the event how their presence is known: TAP, LIST or ABSENT; None
    where nothing is known.
    """

    signup: Signup
    days: tuple[tuple[Sitting, str | None], ...]

    @property
    def attended(self) -> list[Sitting]:
        """Return the days on which this participant was present."""
        return [sitting for sitting, how in self.days if how in (TAP, LIST)]


class Attendance:
    """The desk's attendance list. `actor` is recorded with each mark."""

    def __init__(self, *, store: Store, zone: ZoneInfo, clock: Clock, actor: str) -> None:
        self._store = store
        self._zone = zone
        self._clock = clock
        self._actor = actor

    def mark(self, signup_id: int, day: date, *, present: bool) -> None:
        """Record a participant's presence or absence on a day.

        Raises RequestError `no-such-signup` also for a sign-up without a seat, `no-such-sitting`, or `event-not-held`.
        """
        now = self._clock.now()
        with self._store.writing() as connection:
            signup = signup_rows.by_id(connection, signup_id)
            event = event_rows.by_id(connection, signup.event)
            if event.state is not EventState.HELD or event.terms is None:
                raise RequestError("event-not-held", number=event.id)
            if signup.id not in {each.id for each in charging.line(connection, event).seated}:
                raise RequestError("no-such-signup", number=signup_id, event=event.id)
            if day not in {each.day for each in sittings(event, self._zone)}:
                raise RequestError("no-such-sitting", number=event.id, day=day)
            how = LIST if present else ABSENT
            attended_rows.note(connection, signup.id, day, how, now, self._actor)


def sittings(event: Event, zone: ZoneInfo) -> list[Sitting]:
    """Return the days of an event, each with its hours; none where the event has no day yet."""
    if event.terms is None:
        return []
    return presence.sittings(event.terms.starts_at, event.terms.ends_at, zone)


def attendees(connection: sa.Connection, event: Event, zone: ZoneInfo, now: datetime) -> list[Attendee]:
    """Return every participant with a seat, and on which days each was present until now."""
    seated = charging.line(connection, event).seated
    all_days, noted = sittings(event, zone), attended_rows.noted(connection, event.id)
    ids = [signup.member_id for signup in seated if signup.member_id is not None]
    hours = attended_rows.hours(connection, ids, [each.day for each in all_days]) if ids else {}

    def how(signup: Signup, sitting: Sitting) -> str | None:
        """Return how one participant's presence at a sitting is known, None where it is not."""
        noted_how = noted.get((signup.id, sitting.day))
        if noted_how is not None or signup.member_id is None or sitting.starts_at > now:
            return noted_how
        came = hours.get((signup.member_id, sitting.day))
        return TAP if came is not None and presence.was_there(sitting, *came) else None

    return [Attendee(signup, tuple((sitting, how(signup, sitting)) for sitting in all_days)) for signup in seated]


def unnoted(connection: sa.Connection, zone: ZoneInfo, now: datetime) -> list[tuple[int, date]]:
    """Return the sign-ups and days of past events for which a badge was seen and no attendance is recorded yet."""
    days_to_note = []
    for event in event_rows.in_states(connection, {EventState.HELD}, now - _LOOKED_BACK):
        if event.terms is None or event.terms.ends_at > now:
            continue
        noted = attended_rows.noted(connection, event.id)
        for attendee in attendees(connection, event, zone, now):
            days = (sitting.day for sitting, how in attendee.days if how == TAP)
            days_to_note += [(attendee.signup.id, day) for day in days if (attendee.signup.id, day) not in noted]
    return days_to_note


def note_taps(connection: sa.Connection, zone: ZoneInfo, now: datetime, actor: str) -> int:
    """Record the attendance of participants whose badge was seen at events that are over. Returns how many days were
    recorded.
    """
    to_note = unnoted(connection, zone, now)
    for signup_id, day in to_note:
        attended_rows.note(connection, signup_id, day, TAP, now, actor)
    return len(to_note)
