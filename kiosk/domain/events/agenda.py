"""Describes an event of the public list, without its participants."""

from datetime import datetime

from msgspec import Struct

from kiosk.domain.events.terms import EventKind, EventState


class AgendaEntry(Struct, frozen=True, kw_only=True):
    """An event on the public list.

    `host` is its proposer, if they chose to be named; `cents` the price of a seat. `version` grows with each change of
    its terms; `places_left` is None where there is no limit.
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
