"""A room at this moment, as the idle screen says it: free or not, and until when."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.language.names import Names


@dataclass(frozen=True, slots=True)
class RoomNow:
    """A room at a moment. `until` is when that changes, on the wall clock; None: not today. `is_open`: by its hours."""

    id: int
    names: Names
    is_free: bool
    until: datetime | None
    capacity: int | None = None
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class RoomsNow:
    """All rooms at a moment, and whether they are booked at the screen."""

    rooms: tuple[RoomNow, ...] = ()
    at_screen: bool = False
