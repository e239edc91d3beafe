"""Visits and sales of the past: what a simulation needs to price them again under other rules."""

from datetime import date, datetime

from msgspec import Struct

from kiosk.domain.checkin.standing import Part, Right


class PastVisit(Struct, frozen=True):
    """A day that a member used: what paid for it, and what their file said on that day.

    `level` is the reduced tariff that the member had, None for the full one; `chosen_cents` and `half_chosen_cents`
    what they chose to pay for a day and a half where that was free to choose.
    `ordinal` is its place among the visits of a day whose hours are no longer stored. `paid_cents` is what the ledger
    charged, None where that does not matter. A guest's visit has the host's number, because the host pays.
    `is_taken_back`: the desk reversed its charge, so it costs nothing. `rooms_cents` is what rooms of that day cost the
    paying account, `has_event` whether a seat at an event included the day.
    """

    member: int
    day: date
    arrived_at: datetime | None
    zone: str
    right: Right
    part: Part
    level: str | None
    chosen_cents: int | None
    half_chosen_cents: int | None
    paid_cents: int | None = None
    ordinal: int = 0
    is_guest: bool = False
    is_taken_back: bool = False
    left_at: datetime | None = None
    rooms_cents: int = 0
    has_event: bool = False


class PastSale(Struct, frozen=True):
    """A sale that was not a day: a membership, a month, a carnet."""

    member: int
    day: date
    product: str
    level: str
    amount_cents: int
