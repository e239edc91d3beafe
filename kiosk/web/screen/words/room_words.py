"""Words the rooms on the idle screen: each free or taken, and until when; and what is let: a zone, or the whole place,
that is an organisation's for some hours. No person is named.
"""

from collections.abc import Sequence
from datetime import datetime

from kiosk.checkin.idle_facts import LetSoon
from kiosk.domain.rooms.now import RoomNow, RoomsNow
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text
from kiosk.web.screen import formats

ROOMS = Text("Salles", "Rooms")
_FREE_UNTIL = Text("{room} : libre jusqu’à {hour}", "{room}: free until {hour}")
_FREE = Text("{room} : libre", "{room}: free")
_TAKEN = Text("{room} : prise jusqu’à {hour}", "{room}: taken until {hour}")
_SHUT = Text("{room} : fermée", "{room}: closed")

LET = Text("À savoir", "Good to know")
_LET_NOW = Text("{what} : loué jusqu’à {until}", "{what}: let until {until}")
_LET_TODAY = Text("{what} : loué de {since} à {until}", "{what}: let from {since} to {until}")
_LET_SOON = Text("{what} : loué le {day}, de {since} à {until}", "{what}: let on {day}, {since} to {until}")
_ALL = Text("Le lieu", "The place")


def let(letting: LetSoon, now: datetime, language: Language) -> str:
    """Return what is let (to an organisation) next, in words: now, and until when; or else when it begins, with the day
    unless that is today.
    """
    what = _ALL.to(language) if letting.zone is None else letting.zone.to(language)
    since, until = formats.hour(letting.starts, language), formats.hour(letting.ends, language)
    if letting.starts <= now:
        return _LET_NOW.to(language, what=what, until=until)
    if letting.starts.date() == now.date():
        return _LET_TODAY.to(language, what=what, since=since, until=until)
    day = formats.short_day(letting.starts.date(), language)
    return _LET_SOON.to(language, what=what, day=day, since=since, until=until)


def events(starts_and_titles: Sequence[tuple[datetime, str]], language: Language) -> list[str]:
    """Return today's events, each with the hour of its beginning."""
    return [f"{formats.hour(starts, language)} {title}" for starts, title in starts_and_titles]


def said(rooms: RoomsNow, language: Language) -> list[str]:
    """Return for each room whether it is free, taken or closed, in words."""
    return [_state(room, language) for room in rooms.rooms]


def _state(room: RoomNow, language: Language) -> str:
    """Return whether a room is free, taken or closed, and until when; free until midnight is only "free"."""
    name = room.names.to(language)
    if not room.is_open:
        return _SHUT.to(language, room=name)
    if room.until is None or (room.is_free and (room.until.hour, room.until.minute) == (0, 0)):  # until midnight
        return _FREE.to(language, room=name)
    words = _FREE_UNTIL if room.is_free else _TAKEN
    return words.to(language, room=name, hour=formats.hour(room.until, language))
