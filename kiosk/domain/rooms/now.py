"""The state of rooms at this moment, for the idle screen: free or taken, and until when."""

from datetime import datetime

from msgspec import Struct

from kiosk.language.names import Names


class RoomNow(Struct, frozen=True):
    """A room at a moment. `until` is when its state changes, in local time (None: not today).
    `is_open`: by its hours.
    """

    id: int
    names: Names
    is_free: bool
    until: datetime | None
    capacity: int | None = None
    is_open: bool = True


class RoomsNow(Struct, frozen=True):
    """All rooms at a moment, and whether they can be booked at the screen."""

    rooms: tuple[RoomNow, ...] = ()
    at_screen: bool = False
