"""Decides what a member may buy at the screen. Whether their account can take it is for `credit` to decide."""

from datetime import date

from kiosk.domain import periods
from kiosk.domain.money.tariffs import Policy, ProductKind
from kiosk.domain.periods import Year

SOLD = (ProductKind.MEMBERSHIP, ProductKind.CARNET)


def is_sold(kind: ProductKind, cents: int) -> bool:
    """Tell whether a product is sold without the desk: of one of these kinds, and with something to pay."""
    return kind in SOLD and cents > 0


def is_offered(kind: ProductKind, cents: int, floor_cents: int | None) -> bool:
    """Tell whether a page shows a product: it is sold there, or has a free price to choose there."""
    return is_sold(kind, cents) or floor_cents is not None


def dearest(policy: Policy) -> int:
    """Return the price of the dearest product at any level, in cents; 0 without products."""
    return max((price.cents for price in policy.prices.values()), default=0)


def may_renew(member_until: date | None, year: Year, today: date) -> bool:
    """Tell whether a membership may be renewed: it does not last longer than one that begins today would."""
    return member_until is None or member_until <= periods.membership_end(year, today)
