"""Decides whether an account can take one more purchase: the same answer for carnets, seats, rooms and memberships.

A *tab* lets an account owe money until it is due; without one, each purchase is paid in advance. A *carnet* is days
bought together. Cash is *declared* where members say that they put it in the box; it is trusted unless a count lately
did not find some.

A tab's limit applies to what is past due and to what its owner chose to buy, not to days, a plan or a fee that are not
due yet. The door is more lenient: it adds nothing, and only asks whether the past due amount is within the limit.
"""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.money.tariffs import ProductKind

CHOSEN = frozenset({ProductKind.CARNET, ProductKind.EVENT, ProductKind.ROOM})  # bought by choice, on the member's tab
# not sold at the screen if another account pays for them
AT_THE_DESK = frozenset({ProductKind.CARNET, ProductKind.MEMBERSHIP})


class Reason(StrEnum):
    """Why an account cannot take a purchase."""

    LIMIT = "limit"  # past due and chosen amounts would exceed the limit
    ADVANCE = "advance"  # without a tab: more than the advance
    DOUBTED = "doubted"  # beyond the limit, and the owner's declared cash is not trusted
    PAYER = "payer"  # another account pays for it: a matter between its owner and the desk


class CreditStanding(Struct, frozen=True, kw_only=True):
    """What an account owes, as far as it counts for the next purchase, in cents."""

    balance_cents: int  # the whole debt, negative for an advance
    past_due_cents: int  # the part past due
    chosen_cents: int  # unpaid carnets, seats and rooms that are not past due
    booked_cents: int = 0  # carnets, seats and rooms booked and not charged yet
    believed_cents: int | None = 0  # declared cash not counted yet; None: the owner's declarations are not trusted
    limit_cents: int
    has_tab: bool = True  # without a tab, the limit is the advance
    paid_by_others: frozenset[ProductKind] = frozenset()  # kinds of products that another account pays


class Purchase(Struct, frozen=True):
    """What is to be bought: its kind and price in cents. Several products at once are one purchase of their sum."""

    kind: ProductKind
    cents: int


class Beyond(Struct, frozen=True):
    """Why a purchase is refused. Paying `missing_cents` or more would be enough (0: paying at the screen would not
    help).
    """

    reason: Reason
    missing_cents: int
    limit_cents: int


def credit(standing: CreditStanding, purchase: Purchase) -> Beyond | None:
    """Return why an account cannot take a purchase, and what would be enough; None where it can.

    With a tab, the past due, chosen and booked amounts, less an advance and trusted declared cash, plus this purchase
    must stay within the limit; without one, `left` must suffice. A price of 0 is always taken. A kind that another
    account pays for is refused if only the desk sells it then (`AT_THE_DESK`); else it costs this account nothing.
    """
    if purchase.cents <= 0:
        return None
    if purchase.kind in standing.paid_by_others:
        return Beyond(Reason.PAYER, 0, standing.limit_cents) if purchase.kind in AT_THE_DESK else None
    limit = standing.limit_cents if standing.has_tab else 0
    missing = purchase.cents - left(standing)
    if missing <= 0:
        return None
    if standing.believed_cents is None:
        return Beyond(Reason.DOUBTED, 0, limit)
    return Beyond(Reason.LIMIT if standing.has_tab else Reason.ADVANCE, missing, limit)


def for_a_plan(standing: CreditStanding, cents: int) -> Beyond | None:
    """Return why an account cannot take a plan of this price now, and what would be enough; None where it can.

    A plan is charged when it begins, so a tab is judged as at the door: past due, less trusted declared cash, within
    the limit. Without a tab, its first period is paid in advance. A plan that another account pays for is refused here:
    that is for the desk.
    """
    if cents > 0 and ProductKind.SUBSCRIPTION in standing.paid_by_others:
        return Beyond(Reason.PAYER, 0, standing.limit_cents)
    if cents <= 0 or not standing.has_tab:
        return credit(standing, Purchase(ProductKind.SUBSCRIPTION, cents))
    missing = standing.past_due_cents - (standing.believed_cents or 0) - standing.limit_cents
    if missing <= 0:
        return None
    is_doubted = standing.believed_cents is None
    return Beyond(Reason.DOUBTED if is_doubted else Reason.LIMIT, 0 if is_doubted else missing, standing.limit_cents)


def left(standing: CreditStanding) -> int:
    """Return for how many cents more may be bought; negative if the limit is exceeded. With a tab that is the limit
    plus advance and declared cash, less what counts toward the limit; without one, declared cash less the balance and
    what is booked.
    """
    believed = standing.believed_cents or 0
    if not standing.has_tab:
        return believed - standing.balance_cents - standing.booked_cents
    advance = max(0, -standing.balance_cents)
    counted = standing.past_due_cents + standing.chosen_cents + standing.booked_cents
    return standing.limit_cents + advance + believed - counted


def past_due_and_chosen(balance_cents: int, recent: Sequence[tuple[bool, int]]) -> tuple[int, int]:
    """Return the past due part of a balance, and the unpaid part of chosen charges that are not past due, in cents.

    `recent` are the charges not past due, the newest first: whether each was chosen, and what is open of it. No more
    than the balance counts as unpaid, the newest charges first, because payments settle the oldest.
    """
    owed = max(0, balance_cents)
    past_due = max(0, balance_cents - sum(cents for _, cents in recent))
    chosen, left_cents = 0, owed - past_due
    for is_chosen, cents in recent:
        unpaid = min(cents, left_cents)
        left_cents -= unpaid
        chosen += unpaid if is_chosen else 0
    return past_due, chosen
