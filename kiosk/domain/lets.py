"""Parts of the place that are let to others for some hours, and how that changes capacity, opening and zones.

A *let* is one of them for one such time. *Subscribers* are members whose subscription covers the day (`subscribed`).
"""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct


class Let(Struct, frozen=True):
    """A zone that is let, or the whole place where `zone` is None.

    Zones are given by their codes. Members of that zone use the zone `instead` meanwhile; None for the whole place. The
    let takes `places` off the capacity. `keeps_permanents`: subscribers keep their place.
    """

    zone: str | None
    instead: str | None
    starts_at: datetime
    ends_at: datetime
    places: int = 0
    keeps_permanents: bool = True

    def holds(self, at: datetime) -> bool:
        """Tell whether the zone or place is let at a moment."""
        return self.starts_at <= at < self.ends_at


def shuts(lets: Iterable[Let], at: datetime, *, subscribed: bool) -> Let | None:
    """Return the let of the whole place that keeps a member out at a moment; None if there is none."""
    for let in lets:
        if let.zone is None and let.holds(at) and not (subscribed and let.keeps_permanents):
            return let
    return None


def instead_of(lets: Iterable[Let], zone: str, at: datetime, *, subscribed: bool) -> str:
    """Return the zone that a member uses at a moment: their usual one, or the one that its let gives instead."""
    for let in lets:
        is_let = let.zone == zone and let.holds(at) and let.instead is not None
        if is_let and let.instead is not None and not (subscribed and let.keeps_permanents):
            return let.instead
    return zone


def places_left(places: int | None, lets: Iterable[Let], at: datetime) -> int | None:
    """Return how many places are left at a moment; None for no limit."""
    return None if places is None else max(0, places - sum(let.places for let in lets if let.holds(at)))
