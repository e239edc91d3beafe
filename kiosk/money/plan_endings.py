"""Ends or pauses a running plan as was chosen, in the transaction at hand: what of a paid period is left is given back.

A period that is given back in part is charged anew by its days; from then on `kiosk due` keeps it right by itself.
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

REASON = "formule arrêtée ou suspendue : au prorata des jours"


def paid_periods(connection: sa.Connection, plan: Running, today: date) -> list[PaidPeriod]:
    """Return the periods of a plan that are charged, stand and are not over, by day."""
    kept = []
    for each in due_rows.periods(connection, plan.id):
        if each.entry is not None and not each.is_reversed:
            part = _part(each.first_on, each.detail)
            if part.last_on < today:
                continue
            unit_cents, cents = int(str(each.detail["unit_cents"])), ledger.amount_of(connection, each.entry)
            kept.append(PaidPeriod(part, unit_cents, cents, each.entry))
    return kept


def _part(first_on: date, detail: Mapping[str, object]) -> Period:
    last_on = date.fromisoformat(str(detail["until"]))
    of_days = detail.get("of_days")
    return Period(first_on, last_on, (last_on - first_on).days + 1 if of_days is None else int(str(of_days)))


def ways(connection: sa.Connection, plan: Running, today: date) -> tuple[Ending, ...]:
    """Return how a plan may be ended today, the default first."""
    files = attendance.files_of(connection, members.by_number(connection, plan.number))
    _, entered_on = attendance.bounds(connection, files)
    return endings.endings(plan.terms, paid_periods(connection, plan, today), today, entered_on)


def last_day(connection: sa.Connection, plan: Running, way: Way, today: date) -> date:
    """Return the last day that a plan covers when it is ended by a way; where that is not there, by the default."""
    offered = ways(connection, plan, today)
    return next((each for each in offered if each.way is way), offered[0]).last_on


def gives_back(connection: sa.Connection, plan: Running, terms: Terms, today: date) -> Ending:
    """Return what would be given back of the paid periods of a plan that had these terms: a pause or an end more."""
    return endings.given_back(paid_periods(connection, plan, today), terms)


def end(connection: sa.Connection, seal: Seal, plan: Running, way: Way, moment: Moment, actor: str) -> Ending:
    """End a plan; where a way is not there, the default is taken. Returns what was done."""
    offered = ways(connection, plan, moment.day)
    chosen = next((each for each in offered if each.way is way), offered[0])
    subscription_rows.end(connection, plan, chosen.last_on)
    if chosen.way is Way.CREDIT:
        by_days(connection, seal, subscription_rows.by_id(connection, plan.id), moment, actor)
    return chosen


def by_days(connection: sa.Connection, seal: Seal, plan: Running, moment: Moment, actor: str) -> None:
    """Charge the periods of a plan that are not over by the days that its terms cover, in the place of what stands."""
    for each in paid_periods(connection, plan, moment.day):
        kept = renewals.charged_days(plan.terms, True, each.part)
        cents = renewals.share(each.unit_cents, kept, each.part.of_days)
        if cents != each.cents:
            _replace(connection, seal, plan, each, kept, cents, moment, actor)


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
    due_rows.mark(connection, due_rows.MONTHS, plan.id, paid.part.first_on, moment.at, entry)


def is_whole(connection: sa.Connection, plan: Running, today: date) -> bool:
    """Tell whether a plan that goes on without an end has nothing to charge again of its periods that are not over."""
    terms = replace(plan.terms, until_on=None)
    return all(
        each.cents == renewals.share(each.unit_cents, renewals.charged_days(terms, True, each.part), each.part.of_days)
        for each in paid_periods(connection, plan, today)
    )


def goes_on(connection: sa.Connection, member_id: int, product_id: int, today: date) -> Running | None:
    """Return a plan that was ended and still covers today: it goes on, and nothing is charged twice."""
    for each in subscription_rows.of_member(connection, member_id):
        ends = each.terms.until_on
        if each.product_id == product_id and ends is not None and each.terms.from_on <= today <= ends:
            return each
    return None


def check_way(text: str) -> Way:
    """Return the way that a form or a command names. Raises RequestError `plan-way`."""
    if text not in tuple(Way):
        raise RequestError("plan-way", field="plan", choices=", ".join(Way), given=text[:20])
    return Way(text)
