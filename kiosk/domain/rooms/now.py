"""A room at this moment, as the idle screen says it: free or not, and until when."""

from datetime import datetime

from msgspec import Struct

from kiosk.language.names import Names


class RoomNow(Struct, frozen=True):
    """A room at a moment. `until` is when that changes, on the wall clock; None: not today. `is_open`: by its hours."""

    id: int
    names: Names
    is_free: bool
    until: datetime | None
    capacity: int | None = None
    is_open: bool = True


class RoomsNow(Struct, frozen=True):
    """All rooms at a moment, and whether they are booked at the screen."""

    rooms: tuple[RoomNow, ...] = ()
    at_screen: bool = False
