"""Parts of the place that are let to others for some hours, and how that changes capacity, opening and zones."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct


class Let(Struct, frozen=True):
    """A zone that is let, or the whole place where `zone` is None.

    Members of that zone use the zone `instead` meanwhile. The let takes away `places`. `keeps_permanents`: subscribers
    keep their place.
    """

    zone: str | None
    instead: str | None
    starts_at: datetime
    ends_at: datetime
    places: int = 0
    keeps_permanents: bool = True

    def holds(self, at: datetime) -> bool:
        """Tell whether it is let at a moment."""
        return self.starts_at <= at < self.ends_at


def shuts(lets: Iterable[Let], at: datetime, *, subscribed: bool) -> Let | None:
    """Return the let of the whole place that keeps a member out at a moment; None if there is none."""
    for each in lets:
        if each.zone is None and each.holds(at) and not (subscribed and each.keeps_permanents):
            return each
    return None


def instead_of(lets: Iterable[Let], zone: str, at: datetime, *, subscribed: bool) -> str:
    """Return the zone that a member uses at a moment, when their usual one may be let."""
    for each in lets:
        is_let = each.zone == zone and each.holds(at) and each.instead is not None
        if is_let and each.instead is not None and not (subscribed and each.keeps_permanents):
            return each.instead
    return zone


def places_left(places: int | None, lets: Iterable[Let], at: datetime) -> int | None:
    """Return how many places are left at a moment; None for no limit."""
    return None if places is None else max(0, places - sum(each.places for each in lets if each.holds(at)))
