"""Shares what the pages about rooms need: the use-case, and the reading of typed days, hours and numbers."""

import re
from datetime import date, timedelta
from typing import TypeVar

from flask import abort, request
from msgspec.structs import asdict

from kiosk.domain import inputs
from kiosk.domain.problems import FieldReader, Problem
from kiosk.domain.rooms.pricing import Line
from kiosk.domain.slots import Slot, on_wall
from kiosk.errors import RequestError
from kiosk.exports.books import let_words
from kiosk.rooms.bookings import Bookings
from kiosk.store.rooms import room_rows
from kiosk.store.rooms.room_rows import Room
from kiosk.web.desk.common.asked_days import tolerant
from kiosk.web.desk.common.formats import euros
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.words import language

R = TypeVar("R")
_YEARS = (2000, 2200)  # a year outside of these is a typing error
_CLOCK = re.compile(r"([0-9]{1,2})[:hH]([0-9]{2})?")  # 14:30, 14h30 or 14h


def use() -> Bookings:
    """Return the bookings' use-case, in the name of the signed-in officer."""
    desk = office()
    return Bookings.of(desk)


def text(name: str, longest: int = 200) -> str:
    """Return one field of the form or the URL on one line; empty where there is none. It is cut at one character more
    than `longest`, so that a text that is too long is noticed.
    """
    return " ".join(request.values.get(name, "")[: longest + 1].split())


def day_of(name: str = "day") -> date | None:
    """Return a day of the form; None where nothing is typed. Raises Problem `day` for a text that is no day, or one
    outside of the calendar's years.
    """
    return reached(inputs.typed_day(text(name, 20), name), name)


def shown_day(otherwise: date) -> date:
    """Return the day that the URL asks to see; `otherwise`, with a warning, where there is no such day."""
    return tolerant(day_of, otherwise)


def reached(day: date | None, field: str) -> date | None:
    """Return a day within the calendar's years, or None for None. Raises Problem `day` for any other."""
    if day is not None and not _YEARS[0] <= day.year <= _YEARS[1]:
        raise Problem("day", "no calendar reaches {given}", field=field, given=day.isoformat())
    return day


def required_day(name: str) -> date:
    """Return a day of the form that must be there. Raises Problem `day`."""
    day = day_of(name)
    if day is None:
        raise Problem("day", "a day is written like 2026-11-25", field=name)
    return day


def minute_of(typed: str, field: str = "from") -> int:
    """Return the minutes since midnight for `14:30`, `14h30` or `14h`; 24 h is the end of the day. Raises Problem
    `slot-hour` at the field.
    """
    match = _CLOCK.fullmatch(typed.strip().replace(" ", "").replace("\u202f", ""))
    if match is None or int(match[1]) > 24 or int(match[2] or 0) > 59:
        raise Problem("slot-hour", field=field, given=typed[:20])
    return int(match[1]) * 60 + int(match[2] or 0)


def slot_of() -> Slot:
    """Return the span of time in the form; an end before the beginning is on the next morning. Raises Problem `day`,
    `slot-hour`, `slot`, `slot-long` or `slot-skipped`.
    """
    with FieldReader() as read:
        day = read(required_day, "day")
        since, until = (read(minute_of, text(name), name) for name in ("from", "until"))
    return on_wall(day, since, until, office().rules.zone)


def number(name: str) -> int | None:
    """Return the whole number that a choice of the form sends, such as a room's id; None for anything else."""
    return inputs.number(text(name, 12))


def whole(name: str) -> int | None:
    """Return a typed whole number; None for an empty field. Raises Problem `number`."""
    typed = text(name, 12)
    found = inputs.number(typed)
    if typed and found is None:
        raise Problem("number", field=name, given=typed)
    return found


def room_or_404(room_id: int) -> Room:
    """Return a room of the URL. Answers 404 where there is none."""
    with office().reading() as connection:
        try:
            return room_rows.by_id(connection, room_id)
        except RequestError:
            abort(404)


def line_words(line: Line, place: str) -> str:
    """Return a line of a price for a room named `place`, like `Salle du fond, 14 h à 15 h 30, 1,5 h x 10,00 = 15,00`,
    in the page's language.
    """
    # the fields that a document stores of a line, which `let_words` reads
    words = {**asdict(line), "per": line.unit, "room": {language(): place}}
    return f"{let_words.whole(words, language())} = {euros(line.cents)}"


def clock(minute: int) -> str:
    """Return a minute of the day like `14:30`, as a time field needs it."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())
