"""Ends or pauses a running plan in the way that was chosen, within the given transaction, and gives back what is left
of a paid period. A *way* is PAID (at the end of what is paid, the default), CREDIT (today, what is left is credited) or
NOW (today, without credit).

A period that is given back in part is reversed and charged again for the days that stay; from then on `kiosk due` keeps
its charge right.
"""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from kiosk.domain import ids
from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.domain.money import endings, renewals
from kiosk.domain.money.endings import Ending, PaidPeriod, Way
from kiosk.domain.money.renewals import Period, Terms
from kiosk.errors import RequestError
from kiosk.money.sales import detail_of
from kiosk.store import ledger
from kiosk.store.books import due_rows
from kiosk.store.checkin import attendance
from kiosk.store.ledger import Draft
from kiosk.store.members import members
from kiosk.store.money import reversals, subscription_rows
from kiosk.store.money.subscription_rows import Running

REASON = "formule arrêtée ou suspendue : au prorata des jours"  # of a reversal, for the accounts


def paid_periods(connection: sa.Connection, plan: Running, today: date) -> list[PaidPeriod]:
    """Return the periods of a plan that are charged, not reversed and not over, by day."""
    kept = []
    for charged in due_rows.periods(connection, plan.id):
        if charged.entry is not None and not charged.is_reversed:
            part = _period_of(charged.first_on, charged.detail)
            if part.last_on < today:
                continue
            unit_cents, cents = int(str(charged.detail["unit_cents"])), ledger.amount_of(connection, charged.entry)
            kept.append(PaidPeriod(part, unit_cents, cents, charged.entry))
    return kept


def _period_of(first_on: date, detail: Mapping[str, object]) -> Period:
    """Return the period that a charge covers, by its detail; older charges lack `of_days`."""
    last_on = date.fromisoformat(str(detail["until"]))
    of_days = detail.get("of_days")
    return Period(first_on, last_on, (last_on - first_on).days + 1 if of_days is None else int(str(of_days)))


def ways(connection: sa.Connection, plan: Running, today: date) -> tuple[Ending, ...]:
    """Return the ways in which a plan may be ended today, the default first."""
    files = attendance.files_of(connection, members.by_number(connection, plan.number))
    _, entered_on = attendance.bounds(connection, files)  # the day of the last visit, which the plan still covers
    return endings.endings(plan.terms, paid_periods(connection, plan, today), today, entered_on)


def last_day(connection: sa.Connection, plan: Running, way: Way, today: date) -> date:
    """Return the last day that a plan covers when it is ended in a way; where that way is not possible, in the default
    way.
    """
    offered = ways(connection, plan, today)
    return next((each for each in offered if each.way is way), offered[0]).last_on


def gives_back(connection: sa.Connection, plan: Running, terms: Terms, today: date) -> Ending:
    """Return what would be given back of a plan's paid periods under other terms: with one pause or an end more."""
    return endings.given_back(paid_periods(connection, plan, today), terms)


def end(connection: sa.Connection, seal: Seal, plan: Running, way: Way, moment: Moment, actor: str) -> Ending:
    """End a plan in a way, or in the default way where that one is not possible, and return what was done."""
    offered = ways(connection, plan, moment.day)
    chosen = next((each for each in offered if each.way is way), offered[0])
    subscription_rows.end(connection, plan, chosen.last_on)
    if chosen.way is Way.CREDIT:
        by_days(connection, seal, subscription_rows.by_id(connection, plan.id), moment, actor)
    return chosen


def by_days(connection: sa.Connection, seal: Seal, plan: Running, moment: Moment, actor: str) -> None:
    """Charge the periods of a plan that are not over for the days that its terms cover, in place of their former
    charges; a charge whose amount stays the same is left.
    """
    for paid in paid_periods(connection, plan, moment.day):
        kept = renewals.charged_days(plan.terms, True, paid.part)  # pro rata: each day that the terms cover
        cents = renewals.share(paid.unit_cents, kept, paid.part.of_days)
        if cents != paid.cents:
            _replace(connection, seal, plan, paid, kept, cents, moment, actor)


def _replace(
    connection: sa.Connection,
    seal: Seal,
    plan: Running,
    paid: PaidPeriod,
    days: int,
    cents: int,
    moment: Moment,
    actor: str,
) -> None:
    """Reverse the charge of a paid period, and charge its remaining days instead, if they cost anything."""
    detail: dict[str, Any] = ledger.detail(connection, paid.entry)
    account = ledger.account_of(connection, paid.entry)
    reversals.reverse(connection, seal, paid.entry, at=moment.at, day_on=moment.day, actor=actor, reason=REASON)
    entry = None
    if cents:
        draft = Draft(
            kind="charge",
            day_on=moment.day,
            group=ids.new(moment.at, secrets.token_bytes(16)),
            actor=actor,
            amount_cents=cents,
            account=account,
            member_number=plan.number,
            detail={
                **{name: detail.get(name) for name in ("product", "quantity", "tariff", "unit_cents", "vat")},
                **detail_of(paid.part, days, pro_rata=True),
            },
        )
        entry = ledger.append(connection, seal, draft, moment.at)
    # The new charge stands for the period now: `sales.next_period` would charge one whose charge is reversed again.
    due_rows.mark(connection, due_rows.MONTHS, plan.id, paid.part.first_on, moment.at, entry)


def is_whole(connection: sa.Connection, plan: Running, today: date) -> bool:
    """Return whether the periods of a plan that are not over are charged for all their days, as if the plan had no
    end.
    """
    terms = replace(plan.terms, until_on=None)
    return all(
        each.cents == renewals.share(each.unit_cents, renewals.charged_days(terms, True, each.part), each.part.of_days)
        for each in paid_periods(connection, plan, today)
    )


def goes_on(connection: sa.Connection, member_id: int, product_id: int, today: date) -> Running | None:
    """Return a member's plan of a product that has an end but still covers today, so that it can continue and nothing
    is charged twice; None for none.
    """
    for plan in subscription_rows.of_member(connection, member_id):
        ends = plan.terms.until_on
        if plan.product_id == product_id and ends is not None and plan.terms.from_on <= today <= ends:
            return plan
    return None


def check_way(text: str) -> Way:
    """Return the way that a form or a command names. Raises RequestError `plan-way`."""
    if text not in tuple(Way):
        raise RequestError("plan-way", field="plan", choices=", ".join(Way), given=text[:20])
    return Way(text)
