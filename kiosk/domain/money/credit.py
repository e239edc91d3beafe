"""Decides whether an account takes one purchase more: the one answer for carnets, seats, rooms and memberships.

A tab's limit is about what is past due and what its owner chose to buy: not about days, a plan or a fee that are not
due yet. The door is more lenient: it adds nothing, and asks only whether what is past due is within the limit.
"""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.money.tariffs import ProductKind

CHOSEN = frozenset({ProductKind.CARNET, ProductKind.EVENT, ProductKind.ROOM})  # bought by choice, on one's own tab
AT_THE_DESK = frozenset({ProductKind.CARNET, ProductKind.MEMBERSHIP})  # with the desk, where another account pays


class Reason(StrEnum):
    """Why an account does not take a purchase."""

    LIMIT = "limit"  # past due and chosen would be more than the limit
    ADVANCE = "advance"  # without a tab: more than is paid in advance
    DOUBTED = "doubted"  # beyond either, and cash that its owner declares is not believed
    PAYER = "payer"  # another account pays for it: that is between its owner and the desk


class CreditStanding(Struct, frozen=True, kw_only=True):
    """What an account owes, as far as it counts for the next purchase.

    `balance_cents` is all that is owed, less than 0 an advance; `past_due_cents` what of it is past due; `chosen_cents`
    the unpaid carnets, seats and rooms that are not, each once, charged or only booked. `believed_cents` is what is
    declared in the box and not counted yet (None: its owner's word is not taken). Without `has_tab` the limit is the
    advance. `paid_by_others` are the kinds of products that another account pays.
    """

    balance_cents: int
    past_due_cents: int
    chosen_cents: int
    booked_cents: int = 0
    believed_cents: int | None = 0
    limit_cents: int
    has_tab: bool = True
    paid_by_others: frozenset[ProductKind] = frozenset()


class Purchase(Struct, frozen=True):
    """What is to be bought: its kind, and its price. Several at once are one, at their sum."""

    kind: ProductKind
    cents: int


class Beyond(Struct, frozen=True):
    """Why a purchase is not taken; `missing_cents` paid, or more, would do (0: paying at the screen would not)."""

    reason: Reason
    missing_cents: int
    limit_cents: int


def credit(standing: CreditStanding, purchase: Purchase) -> Beyond | None:
    """Return why an account does not take a purchase, and what would do; None where it does.

    What is past due and what was chosen, less what is declared and believed, plus this purchase, stay within the limit.
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
    """Return why an account takes no plan of this price now, and what would do; None where it does.

    A plan is charged when it begins, and asked of a tab as the door asks: past due, less what is declared and believed,
    within the limit. Without a tab its first period is paid in advance.
    """
    if cents <= 0 or not standing.has_tab:
        return credit(standing, Purchase(ProductKind.SUBSCRIPTION, cents))
    if ProductKind.SUBSCRIPTION in standing.paid_by_others:
        return Beyond(Reason.PAYER, 0, standing.limit_cents)
    missing = standing.past_due_cents - (standing.believed_cents or 0) - standing.limit_cents
    if missing <= 0:
        return None
    is_doubted = standing.believed_cents is None
    return Beyond(Reason.DOUBTED if is_doubted else Reason.LIMIT, 0 if is_doubted else missing, standing.limit_cents)


def left(standing: CreditStanding) -> int:
    """Return for how much more may be bought; less than 0 is so much beyond the limit."""
    believed = standing.believed_cents or 0
    if not standing.has_tab:
        return believed - standing.balance_cents - standing.booked_cents
    advance = max(0, -standing.balance_cents)
    counted = standing.past_due_cents + standing.chosen_cents + standing.booked_cents
    return standing.limit_cents + advance + believed - counted


def past_due_and_chosen(balance_cents: int, recent: Sequence[tuple[bool, int]]) -> tuple[int, int]:
    """Return what is past due of a balance, and what is unpaid of the chosen charges that are not.

    `recent` are the charges that are not past due, the newest first: whether it was chosen, and what is open of it. No
    more than is owed counts as unpaid.
    """
    owed = max(0, balance_cents)
    past_due = max(0, balance_cents - sum(cents for _, cents in recent))
    chosen, left_cents = 0, owed - past_due
    for is_chosen, cents in recent:
        unpaid = min(cents, left_cents)
        left_cents -= unpaid
        chosen += unpaid if is_chosen else 0
    return past_due, chosen
