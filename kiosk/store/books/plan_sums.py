"""Works out what each plan that covers a day brings in a month: its price divided by its months, charged or to come."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.money import renewals, vat
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.periods import Unit
from kiosk.store.books import due_rows
from kiosk.store.money import subscription_rows
from kiosk.store.money.conditions import Conditions
from kiosk.store.money.subscription_rows import Running
from kiosk.store.tables import entry, product, subscription
from kiosk.store.tables.desk import due_act

PLAN_MONTHS: Mapping[Unit, int] = {Unit.MONTH: 1, Unit.YEAR: 12}  # months in a plan's period
_LONGEST = 800  # days from a charge to the last day that it is for: a year, sold a year ahead
_by = entry.alias("by")


class RunningPlans(Struct, frozen=True):
    """Every running subscription, ended ones included, and the last period charged of each, by its id."""

    all: Sequence[Running]
    charged: Mapping[int, date]


def running(connection: sa.Connection) -> RunningPlans:
    """Read all running subscriptions and their last charged periods, once for several uses."""
    return RunningPlans(subscription_rows.running(connection), due_rows.last_periods(connection))


def plans(
    connection: sa.Connection, policy_on: Callable[[date], Policy], day: date, running_plans: RunningPlans
) -> Iterator[tuple[str, int]]:
    """Yield what each plan that covers a day brings in a month: product and cents, without tax. First plans sold for a
    fixed period, then running ones; plans by the day or week are left out.
    """
    sold, charged_periods = _charges(connection, day)
    yield from sold
    yield from _running(connection, policy_on, day, running_plans, charged_periods)


def _charges(connection: sa.Connection, day: date) -> tuple[list[tuple[str, int]], dict[int, tuple[int, int | None]]]:
    """Return what plans sold for a fixed period with the day in it bring, by product; and charges of running plans.

    The latter are the charges of the period with the day in it, by subscription: cents (0 if reversed) and VAT rate,
    None without VAT.
    """
    c, d = subscription.c, due_act.c
    sold = (
        sa.select(c.id, product.c.code, product.c.unit, entry.c.amount_cents, entry.c.detail, _by.c.number.label("by"))
        .select_from(subscription.join(product).join(entry, entry.c.number == c.entry_number))
        .outerjoin(_by, _by.c.reverses == entry.c.number)
        .where(c.from_on <= day, c.until_on >= day)
    )
    since = date.fromordinal(day.toordinal() - _LONGEST)
    charged = (
        sa.select(d.subject, sa.null(), sa.null(), entry.c.amount_cents, entry.c.detail, _by.c.number)
        .join(entry, entry.c.number == d.entry_number)
        .outerjoin(_by, _by.c.reverses == d.entry_number)
        .where(d.kind == due_rows.MONTHS, d.period <= day.isoformat(), d.period > since.isoformat())
    )
    sold_plans: list[tuple[str, int]] = []
    charged_periods: dict[int, tuple[int, int | None]] = {}
    rows: Iterable[tuple[int, str | None, str, int, str, int | None]] = connection.execute(sa.union_all(sold, charged))
    for subject, code, unit, cents, text, reversed_by in rows:
        detail = json.loads(text)
        if code is None:
            if detail.get("from", "") <= day.isoformat() <= detail.get("until", ""):
                charged_periods[subject] = (0 if reversed_by is not None else cents, detail.get("vat"))
        elif reversed_by is None and Unit(unit) in PLAN_MONTHS:
            sold_plans.append((code, _monthly(cents, detail.get("vat"), Unit(unit))))
    return sold_plans, charged_periods


def _running(
    connection: sa.Connection,
    policy_on: Callable[[date], Policy],
    day: date,
    known: RunningPlans,
    charged_periods: Mapping[int, tuple[int, int | None]],
) -> Iterator[tuple[str, int]]:
    """Yield each running plan's product and its cents a month without VAT, for the period that contains a day.

    A subscription in `charged_periods` counts with that charge, any other with its coming price. Periods that are
    charged by hand or paused are left out.
    """
    conditions = Conditions(connection)
    for subscription_ in known.all:
        if subscription_.terms.unit not in PLAN_MONTHS or not subscription_.terms.covers(day):
            continue
        if subscription_.id in charged_periods:
            cents, rate = charged_periods[subscription_.id]
            yield subscription_.product, _monthly(cents, rate, subscription_.terms.unit)
            continue
        after = known.charged.get(subscription_.id)
        if after is not None and after >= day:
            continue  # the period with the day was charged by hand, or cost nothing
        # the periods still to charge, each with the days of it that will be charged: none if all are paused
        for part, days in renewals.following(subscription_.terms, after, day, lambda on: policy_on(on).pro_rata):
            if part.first_on <= day <= part.last_on and days:
                policy = policy_on(part.first_on)
                level = conditions.level(subscription_.member_id, part.first_on)  # of the reduced price; None: full
                chosen = conditions.chosen(subscription_.member_id, subscription_.product_id, part.first_on)
                unit_cents, _ = policy.ask(subscription_.product, level, chosen)
                cents = renewals.share(unit_cents, days, part.of_days)
                yield (
                    subscription_.product,
                    _monthly(cents, policy.vat(subscription_.product), subscription_.terms.unit),
                )


def _monthly(cents: int, rate: int | None, unit: Unit) -> int:
    """Return a period's price without its VAT (`rate` None: none), divided by the period's months, rounded half up."""
    months = PLAN_MONTHS[unit]
    return (2 * vat.split(cents, rate)[0] + months) // (2 * months)
