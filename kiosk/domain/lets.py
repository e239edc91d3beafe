"""Parts of the place that are let for some hours: what that leaves of capacity, opening and zones meanwhile."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct


class Let(Struct, frozen=True):
    """A zone, or without one the whole place, that is let. Members who usually take that zone are in `instead`
    meanwhile.

    It takes away `places`. `keeps_permanents`: subscribers keep their place.
    """

    zone: str | None
    instead: str | None
    starts_at: datetime
    ends_at: datetime
    places: int = 0
    keeps_permanents: bool = True

    def holds(self, at: datetime) -> bool:
        """Whether it is let at a moment."""
        return self.starts_at <= at < self.ends_at


def shuts(lets: Iterable[Let], at: datetime, *, subscribed: bool) -> Let | None:
    """The whole place let at a moment, as far as a member may not come in for it."""
    for each in lets:
        if each.zone is None and each.holds(at) and not (subscribed and each.keeps_permanents):
            return each
    return None


def instead_of(lets: Iterable[Let], zone: str, at: datetime, *, subscribed: bool) -> str:
    """The zone that a member is in at a moment, where their usual one may be let."""
    for each in lets:
        is_let = each.zone == zone and each.holds(at) and each.instead is not None
        if is_let and each.instead is not None and not (subscribed and each.keeps_permanents):
            return each.instead
    return zone


def places_left(places: int | None, lets: Iterable[Let], at: datetime) -> int | None:
    """What is left of so many places at a moment."""
    return None if places is None else max(0, places - sum(each.places for each in lets if each.holds(at)))
