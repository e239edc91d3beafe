"""Visits and sales of the past: what a simulation needs to price them again under other rules."""

from datetime import date, datetime

from msgspec import Struct

from kiosk.domain.checkin.standing import Part, Right


class PastVisit(Struct, frozen=True):
    """A day that a member used: what paid for it, and what their file said on that day."""

    member: int  # the number; of a guest's visit the host's, because the host pays
    day: date
    arrived_at: datetime | None  # None: the hour is no longer stored
    zone: str
    right: Right
    part: Part
    level: str | None  # the reduced tariff that the member had; None: the full one
    chosen_cents: int | None  # what the member chose to pay for a day, where that was free to choose
    half_chosen_cents: int | None  # the same for half a day
    paid_cents: int | None = None  # what the ledger charged; None: not to be compared with the price
    ordinal: int = 0  # its place among the visits of a day whose hours are no longer stored
    is_guest: bool = False
    is_taken_back: bool = False  # the desk reversed its charge, so it costs nothing
    left_at: datetime | None = None
    rooms_cents: int = 0  # what rooms of that day cost the paying account
    has_event: bool = False  # whether a seat at an event included the day


class PastSale(Struct, frozen=True):
    """A sale that was not a day: a membership, a month, a carnet."""

    member: int
    day: date
    product: str
    level: str
    amount_cents: int
