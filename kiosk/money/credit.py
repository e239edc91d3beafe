"""Reads what an account owes and will owe, on which its next purchase on credit depends: charges, bookings, declared
cash, and other payers.

*Chosen* are purchases that a member need not make to come in: carnets, seats, rooms. *Believed* is cash that the member
says is in the box, while such declarations are trusted.
"""

from datetime import timedelta

import sqlalchemy as sa

from kiosk.domain.days import Moment
from kiosk.domain.events import seats as line
from kiosk.domain.money import credit
from kiosk.domain.money.credit import CHOSEN, CreditStanding
from kiosk.domain.money.tariffs import Policy, ProductKind
from kiosk.money import seats
from kiosk.store.events import event_rows, signup_rows
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.money import cash_rows, credit_rows
from kiosk.store.rooms import booking_rows
from kiosk.store.space.policies import Rules


def standing_of(connection: sa.Connection, rules: Rules, policy: Policy, who: Member, moment: Moment) -> CreditStanding:
    """Return what a member's own account owes and will owe, and the rules' limit, all in cents: what the next purchase
    depends on.
    """
    due_on = moment.day - timedelta(days=policy.tab_due_days)
    charged = credit_rows.recent(connection, who.account, due_on)  # charges not past due: kind of product, cents
    past_due, chosen = credit.past_due_and_chosen(
        who.balance_cents, [(kind in CHOSEN, cents) for kind, cents in charged]
    )
    # The kinds of product that another account pays for this member.
    others = frozenset(
        ProductKind(kind)
        for kind, account in members.paying_accounts(connection, who, moment.day).items()
        if account != who.account
    )
    return CreditStanding(
        balance_cents=who.balance_cents,
        past_due_cents=past_due,
        chosen_cents=chosen,
        booked_cents=(
            (_rooms(connection, who, others) if policy.rooms_on else 0)
            + (_seats(connection, rules, who, others) if policy.events else 0)
        ),
        believed_cents=cash_rows.believed(connection, who.account, moment.day, policy.doubted_days),
        limit_cents=policy.tab_limit_cents,
        has_tab=not who.no_tab,
        paid_by_others=others,
    )


def _rooms(connection: sa.Connection, who: Member, others: frozenset[ProductKind]) -> int:
    """Return the price in cents of the rooms that a member has booked and that are not charged yet; 0 where another
    account pays for rooms.
    """
    if ProductKind.ROOM in others:
        return 0
    return sum(each.price.cents for each in booking_rows.uncharged(connection, who.id))


def _seats(connection: sa.Connection, rules: Rules, who: Member, others: frozenset[ProductKind]) -> int:
    """Return the price in cents of the seats that a member agreed to, charged once their event is held. A place in the
    waiting line costs nothing.
    """
    if ProductKind.EVENT in others:
        return 0
    total = 0
    for mine in signup_rows.uncharged(connection, who.id):
        event = event_rows.by_id(connection, mine.event)
        # A seat agreed to under earlier terms waits until its holder agrees again.
        coming = [each for each in signup_rows.standing(connection, event.id) if each.terms == event.agreed]
        seated, _ = line.seated(
            [each for each in coming if each.left_on is None], None if event.terms is None else event.terms.places
        )
        if event.product is not None and any(each.id == mine.id for each in seated):
            total += seats.agreed_price(connection, rules, event.product, mine.made_at, who)[0]
    return total
