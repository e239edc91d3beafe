"""Works out which refusals a member can mend at the screen, how much cash that takes, and what declared cash changes.

Cash that a member declares to be in the box lowers no tab (what they owe) before it is counted. The door trusts it
meanwhile, unless a recent declaration of theirs was not found at a count: a debt is preferred to a closed door, and
counts show which members' declarations are wrong.
"""

from msgspec.structs import replace

from kiosk.domain.checkin import day_charges
from kiosk.domain.checkin.standing import Standing
from kiosk.domain.checkin.verdicts import Denial
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy

# Refusals for which the screen offers a step.
MENDABLE = frozenset(
    {
        Denial.MEMBERSHIP_OVER,
        Denial.TAB_OVER_LIMIT,
        Denial.NO_TAB,
        Denial.BADGE_UNCONFIRMED,
        Denial.MEMBER_LEFT,
    }
)
OF_MONEY = frozenset({Denial.TAB_OVER_LIMIT, Denial.NO_TAB})  # refusals that cash in the box ends


def believing(standing: Standing, declared_cents: int) -> Standing:
    """Return the standing as it would be with this declared cash paid."""
    advance = None if standing.advance_cents is None else standing.advance_cents + declared_cents
    past_due = max(0, standing.past_due_cents - declared_cents)
    return replace(standing, past_due_cents=past_due, advance_cents=advance)


def missing_cents(standing: Standing, policy: Policy, moment: Moment) -> int:
    """Return the least cash that must be put in the box for the door to open, in cents; 0 where money is not what is
    missing.
    """
    if standing.past_due_cents > policy.tab_limit_cents:
        return standing.past_due_cents - policy.tab_limit_cents
    if standing.advance_cents is None:
        return 0
    cost = day_charges.charge(standing, policy, moment)
    replaced = 0 if cost.replaces is None or standing.today is None else standing.today.amount_cents
    return max(0, cost.amount_cents - replaced - standing.advance_cents)  # what is owed already is missing, too
