"""Calendars by secret link, and calendars that are read in: what goes out names nobody, what comes in is bounded.

A link's secret is 32 random bytes; the database knows its digest. Who has it reads the calendar until it is revoked.
"""

import hashlib
import secrets
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import UseCase
from kiosk.domain.slots import Slot, at_wall
from kiosk.errors import RequestError
from kiosk.exports.events.ical import Happening, calendar
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text
from kiosk.rooms.bookings import LONGEST_TITLE, terms_at
from kiosk.rooms.ical_reading import happenings
from kiosk.store import home_row
from kiosk.store.rooms import booking_rows, feed_rows, room_rows
from kiosk.store.rooms.booking_rows import NewBooking
from kiosk.store.rooms.feed_rows import Feed
from kiosk.store.rooms.room_rows import Room
from kiosk.store.space.policies import Rules

BEHIND_DAYS, AHEAD_DAYS = 31, 365  # of a calendar that goes out
_BOOKED = Text("Réservé", "Booked")
_ROOMS = Text("Salles", "Rooms")


class Imported(Struct, frozen=True):
    """What reading a calendar in came to: held, there before, and what met something else, by its time. `unfit`: what
    has no hours, takes no time, or lasts longer than anything is held.
    """

    held: int
    known: int
    met: tuple[Slot, ...]
    unfit: int = 0


class Feeds(UseCase):
    """What the desk does with calendars. `actor` is written as who made each."""

    def make(self, label: str, room_id: int | None, *, shows_titles: bool) -> str:
        """A new secret link. Returns its secret, which nobody can read again. Raises RequestError `name`,
        `no-such-room` or `rooms-off`.
        """
        name = " ".join(label.split())
        if not name or len(name) > LONGEST_TITLE or not name.isprintable():
            raise RequestError("name", field="name", longest=LONGEST_TITLE)
        secret, now = secrets.token_urlsafe(32), self._clock.now()
        with self._store.writing() as connection:
            terms_at(connection, self._rules, now)
            if room_id is not None:
                room_rows.by_id(connection, room_id)
            feed_rows.add(connection, name, digest(secret), room_id, now, self._actor, shows_titles=shows_titles)
        return secret

    def revoke(self, feed_id: int) -> int:
        """Let a link open nothing any more. Raises RequestError `no-such-feed`."""
        with self._store.writing() as connection:
            feed_rows.revoke(connection, feed_id, self._clock.now())
        return feed_id

    def read_in(self, room_id: int, name: str, content: bytes) -> Imported:
        """Hold a room for what a file of iCalendar says of the coming year; the same file again changes nothing.

        What meets a booking is left out and told. Raises RequestError `no-such-room`, `rooms-off`, Problem `ical`,
        `ical-large` or `ical-endless`.
        """
        now, zone = self._clock.now(), self._rules.zone
        with self._store.reading() as connection:
            self._room(connection, room_id, now)
        found = happenings(content, now, now + timedelta(days=AHEAD_DAYS), zone)  # nobody waits for the database yet
        with self._store.writing() as connection:
            room = self._room(connection, room_id, now)
            fit = [(uid, slot, title) for uid, slot, title in found if slot is not None]
            done = [self._hold(connection, room, name, now, *each) for each in fit]
        met = tuple(slot for (_, slot, _), what in zip(fit, done, strict=True) if what == "met")
        return Imported(done.count("held"), done.count("known"), met, len(found) - len(fit))

    def _room(self, connection: sa.Connection, room_id: int, at: datetime) -> Room:
        terms_at(connection, self._rules, at)
        return room_rows.by_id(connection, room_id)

    def _hold(
        self, connection: sa.Connection, room: Room, name: str, at: datetime, uid: str, slot: Slot, title: str
    ) -> str:
        if booking_rows.is_imported(connection, name, uid, slot.starts_at):
            return "known"
        new = NewBooking(
            room=room.id,
            slot=slot,
            setup_minutes=room.facts.setup_minutes,
            day_on=slot.starts_at.astimezone(self._rules.zone).date(),
            made_at=at,
            made_by=self._actor,
            kind="imported",
            title=_printed(title) or None,
            feed=name,
            uid=uid,
        )
        try:
            booking_rows.add(connection, new)
        except RequestError:
            return "met"
        return "held"


def _printed(title: str) -> str:
    return "".join(each for each in title[:LONGEST_TITLE] if each.isprintable())


def digest(secret: str) -> bytes:
    """What the database knows a secret by."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def written(connection: sa.Connection, feed: Feed, today: date, rules: Rules, language: Language) -> bytes:
    """The calendar of a link: a month back and a year ahead, nobody's name, titles where the link shows them."""
    midnight = at_wall(today, 0, rules.zone)
    home = home_row.find(connection)
    rooms = {room.id: room.names.to(language) for room in room_rows.everyone(connection)}
    found: dict[int, Happening] = {}
    start = midnight - timedelta(days=BEHIND_DAYS)
    while start < midnight + timedelta(days=AHEAD_DAYS):
        part = Slot(start, start + timedelta(days=28))
        for each in booking_rows.between(connection, part, feed.room_id):
            said = each.title if feed.shows_titles and each.title else _BOOKED.to(language)
            found[each.id] = Happening(
                f"booking-{each.id}@{home[0] if home else ''}",
                each.slot.starts_at,
                each.slot.ends_at,
                said,
                rooms.get(each.room, ""),
                each.made_at,
                each.version - 1,
            )
        start = part.ends_at
    name = rooms.get(feed.room_id, "") if feed.room_id is not None else _ROOMS.to(language)
    return calendar(name, found.values())
