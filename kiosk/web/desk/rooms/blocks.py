"""Makes the calendar's blocks of rooms: each booking with its title or payer, and until when the room is set up after
it.
"""

import sqlalchemy as sa

from kiosk.domain.agenda import Block, BlockKind
from kiosk.domain.slots import Slot
from kiosk.language.catalogues import OURS
from kiosk.language.names import Names, called
from kiosk.language.texts import Text
from kiosk.rooms.quotes import WHOLE
from kiosk.store import name_rows
from kiosk.store.rooms import booking_rows, quote_rows
from kiosk.store.rooms.booking_rows import CLAIMED, OPTION, Booking

# The states of a booking: OPTION, held by a quote that waits for an answer; CLAIMED, its people have come.
_KINDS = {  # by a booking's kind; any other is a plain booking
    "event": BlockKind.EVENT,
    "private": BlockKind.PRIVATE,
    "imported": BlockKind.IMPORTED,
    "house": BlockKind.HOUSE,
}
HELD = Text("Réservé", "Booked")


def of_rooms(connection: sa.Connection, within: Slot) -> list[Block]:
    """Return the blocks of all bookings that hold a room within a span of time, in part or whole, the
    earliest first.
    """
    return [block(booking) for booking in booking_rows.between(connection, within)]


def of_lets(connection: sa.Connection, within: Slot) -> list[Block]:
    """Return the blocks of all lets in a span of time: parts of the place, or all of it, that an organisation has or
    that a quote holds. They belong to no room.
    """
    zones = name_rows.zones(connection)
    return [
        Block(
            let.slot,
            None,
            Names({code: WHOLE.to(code) for code in OURS}) if let.zone is None else zones[let.zone],
            BlockKind.OPTION if let.state == quote_rows.OPTION else BlockKind.PRIVATE,
        )
        for let in quote_rows.lets_within(connection, within)
    ]


def block(booking: Booking) -> Block:
    """Return a booking's block as the office sees it, with its title and payer and the address of its page. A booking
    that a quote holds is an option, of whatever kind it is.
    """
    kind = BlockKind.OPTION if booking.state == OPTION else _KINDS.get(booking.kind, BlockKind.BOOKING)
    return Block(
        booking.slot,
        booking.room,
        _title(booking),
        kind,
        f"/rooms/bookings/{booking.id}",
        booking.held,  # the time with the setting up after it
        booking.state == CLAIMED,
    )


def _title(booking: Booking) -> Names:
    """Return a booking's title and payer; "booked" where it has neither."""
    words = " · ".join(part for part in (booking.title, booking.payer) if part)
    return called(words) if words else Names({"fr": HELD.fr, "en": HELD.en})
