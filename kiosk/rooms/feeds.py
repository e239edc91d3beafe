"""Makes, revokes and writes the calendars of our rooms that open by a secret link; they name no people.

A link's secret is 32 random bytes, of which the database keeps only a digest. Anyone with the link can read the
calendar until it is revoked. Calendars of others are read by `kiosk.rooms.following`.
"""

import hashlib
import secrets
from datetime import date, timedelta

import sqlalchemy as sa

from kiosk.acting import UseCase
from kiosk.domain.slots import Slot, at_wall
from kiosk.errors import RequestError
from kiosk.exports.events.ical import Happening, calendar
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text
from kiosk.rooms.bookings import LONGEST_TITLE, terms_at
from kiosk.store import home_row
from kiosk.store.rooms import booking_rows, feed_rows, room_rows
from kiosk.store.rooms.feed_rows import Feed
from kiosk.store.space.policies import Rules

BEHIND_DAYS, AHEAD_DAYS = 31, 365  # days of bookings that a served calendar shows at least
_BOOKED = Text("Réservé", "Booked")
_ROOMS = Text("Salles", "Rooms")


class Feeds(UseCase):
    """Makes and revokes secret links to calendars for the desk. `actor` is written as each link's author."""

    def make(self, label: str, room_id: int | None, *, shows_titles: bool) -> str:
        """Make a secret link to the calendar of one room, or of all rooms where `room_id` is None, and return its
        secret (URL-safe base64 text), which is not stored and cannot be shown again.

        Raises RequestError `name`, `no-such-room` or `rooms-off`.

        The label is what the desk's list calls the link: printable, of 1 to 80 characters once its spaces are tidied.
        """
        name = " ".join(label.split())
        if not name or len(name) > LONGEST_TITLE or not name.isprintable():
            raise RequestError("name", field="name", longest=LONGEST_TITLE)
        secret, now = secrets.token_urlsafe(32), self._clock.now()
        with self._store.writing() as connection:
            terms_at(connection, self._rules, now)  # refuses where rooms are off
            if room_id is not None:
                room_rows.by_id(connection, room_id)  # refuses an unknown room
            feed_rows.add(connection, name, digest(secret), room_id, now, self._actor, shows_titles=shows_titles)
        return secret

    def revoke(self, feed_id: int) -> int:
        """Revoke a secret link, so that it opens nothing any more, and return its id. Raises RequestError
        `no-such-feed`.
        """
        with self._store.writing() as connection:
            feed_rows.revoke(connection, feed_id, self._clock.now())
        return feed_id


def digest(secret: str) -> bytes:
    """Return the SHA-256 digest by which the database knows a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def written(connection: sa.Connection, feed: Feed, today: date, rules: Rules, language: Language) -> bytes:
    """Return the iCalendar file of a link: bookings from 31 days back to at least a year ahead (whole parts of 28
    days), without names, and with titles where the link shows them. Only bookings that hold their room are in it: no
    cancelled or released ones. The calendar is named after the room, or "Rooms" for all.
    """
    midnight = at_wall(today, 0, rules.zone)
    home = home_row.find(connection)
    rooms = {room.id: room.names.to(language) for room in room_rows.everyone(connection)}
    happenings: dict[int, Happening] = {}
    start = midnight - timedelta(days=BEHIND_DAYS)
    while start < midnight + timedelta(days=AHEAD_DAYS):
        part = Slot(start, start + timedelta(days=28))  # a slot has 31 days at most
        for booking in booking_rows.between(connection, part, feed.room_id):
            title = booking.title if feed.shows_titles and booking.title else _BOOKED.to(language)
            happenings[booking.id] = Happening(
                # the UID, with the home's id, so that no booking of another home has the same
                f"booking-{booking.id}@{home[0] if home else ''}",
                booking.slot.starts_at,
                booking.slot.ends_at,
                title,
                rooms.get(booking.room, ""),
                booking.made_at,
                booking.version - 1,  # SEQUENCE, which calendars count from 0
            )
        start = part.ends_at
    name = rooms.get(feed.room_id, "") if feed.room_id is not None else _ROOMS.to(language)
    return calendar(name, happenings.values())
