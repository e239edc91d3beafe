"""Say what a member may buy at the screen. Whether their account takes it is `credit`'s answer."""

from datetime import date

from kiosk.domain import periods
from kiosk.domain.money.tariffs import Policy, ProductKind
from kiosk.domain.periods import Year

SOLD = (ProductKind.MEMBERSHIP, ProductKind.CARNET)


def is_sold(kind: ProductKind, cents: int) -> bool:
    """Whether a product is sold without the desk: there is something to pay, and it is of the few kinds."""
    return kind in SOLD and cents > 0


def is_offered(kind: ProductKind, cents: int, floor_cents: int | None) -> bool:
    """Whether a page shows a product: it is sold there, or its price is free and chosen there."""
    return is_sold(kind, cents) or floor_cents is not None


def dearest(policy: Policy) -> int:
    """Return what the dearest product costs, at any of its levels."""
    return max((price.cents for price in policy.prices.values()), default=0)


def may_renew(member_until: date | None, year: Year, today: date) -> bool:
    """Whether a membership does not run for longer than one that begins today would."""
    return member_until is None or member_until <= periods.membership_end(year, today)
