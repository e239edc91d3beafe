"""Lists the quotes and their states, with search, order and pages."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import render_template
from msgspec import Struct

from kiosk.domain.names import searchable
from kiosk.domain.slots import Slot
from kiosk.rooms.quotes import WHOLE
from kiosk.store import name_rows
from kiosk.store.rooms import booking_rows, quote_rows, room_rows
from kiosk.store.rooms.quote_rows import LetRow, Quote
from kiosk.store.space import room_rules
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import listed
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import in_page_language, t
from kiosk.web.desk.rooms.quote_pages import area

__all__ = ["area"]


class Line(Struct, frozen=True):
    """A line of the list: a quote, the room or part of the place in words, and its time; an empty text and None for a
    quote without a let or booking.
    """

    quote: Quote
    what: str
    slot: Slot | None


_SORTS: dict[str, Callable[[Line], Any]] = {  # a sort key, by the column that the URL names
    "number": lambda line: line.quote.id,
    "name": lambda line: searchable(line.quote.organisation),
    "what": lambda line: searchable(line.what),
    # those without a time are a group of their own, by number
    "when": lambda line: (line.slot is None, line.slot.starts_at if line.slot else line.quote.id),
    "state": lambda line: (line.quote.state, line.quote.valid_until),
    "sum": lambda line: line.quote.cents,
}


@area.get("")
@needs(May.BOOK_ROOMS)
def listing() -> str:
    """Show every quote, the newest first."""
    with office().reading() as connection:
        _, moment = office().now(connection)
        lines = _lines(connection)
        is_on = room_rules.is_on(connection, moment.day)
    shown = listed(lines, lambda line: f"{line.quote.id} {line.quote.organisation} {line.what}", _SORTS)
    return render_template("quotes/list.html", quotes=shown, is_on=is_on)


def _lines(connection: sa.Connection) -> list[Line]:
    """Return the line of every quote, the newest first."""
    lets, held = quote_rows.lets_of_quotes(connection), booking_rows.of_quotes(connection)
    zones = {code: in_page_language(names) for code, names in name_rows.zones(connection).items()}
    rooms = {room.id: in_page_language(room.names) for room in room_rows.everyone(connection)}

    def line(quote: Quote) -> Line:
        """Return a quote's line: the part of the place or the room that it holds, and when."""
        if quote.privatisation_id is not None:  # the id of its let; a quote without one is for a room
            let = lets[quote.privatisation_id]
            return Line(quote, part(let, zones), let.slot)
        booking = held.get(quote.id)
        return Line(quote, "", None) if booking is None else Line(quote, rooms.get(booking.room, ""), booking.slot)

    return [line(quote) for quote in quote_rows.newest(connection)]


def part(let: LetRow, zones: dict[str, str]) -> str:
    """Return the part of the place that is let, in words: the whole place, or a zone by its name."""
    return t(WHOLE) if let.zone is None else zones[let.zone]
