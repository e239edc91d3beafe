"""What everybody may know of an event: what the desk put on the public list, and nothing of who comes."""

from datetime import datetime

from msgspec import Struct

from kiosk.domain.events.terms import EventKind, EventState


class AgendaEntry(Struct, frozen=True, kw_only=True):
    """An event on the public list. `host` is who proposed it, where they chose to be named; `cents` a seat's price.

    `version` grows with each change of its terms; `places_left` is None where there is no limit.
    """

    id: int
    kind: EventKind
    title: str
    about: str
    place: str
    state: EventState
    starts_at: datetime
    ends_at: datetime
    host: str | None
    cents: int
    places_left: int | None
    threshold: int | None
    deadline_at: datetime | None
    version: int
    changed_at: datetime
