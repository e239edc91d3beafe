"""Lists the zones in one table: the price of a day, seats, hours, the plans that may use it, presence, visits."""

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import days, zones
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import FULL, Policy, Price, Zone
from kiosk.store import name_rows
from kiosk.store.space import figure_rows, policies
from kiosk.web.desk.common.permissions import May, may
from kiosk.web.desk.common.words import in_page_language, t
from kiosk.web.desk.space.rule_forms import level_name, say_price
from kiosk.web.desk.space.zone_limits import say_hours


class ZoneRow(Struct, frozen=True):
    """One zone: the prices of its `day` and `half` day and its hours in words, its number of seats (None: no limit),
    the plans whose usual zone it is, the other plans that may use it (if `is_for_all`, all of them), the people `here`
    now, and the month's visits.
    """

    code: str
    name: str
    day: str
    half: str
    hours: str
    seats: int | None
    plans: tuple[str, ...]
    others: tuple[str, ...]
    is_for_all: bool
    here: int
    visits: int


def rows(connection: sa.Connection, policy: Policy, moment: Moment) -> list[ZoneRow]:
    """Return every zone as it is today."""
    counts = figure_rows.by_zone(connection, days.month_of(moment.day)[0], moment.day)
    names, called = name_rows.zones(connection), name_rows.plans(connection)
    plans = policies.plans(connection)
    table = []
    for code, zone in policy.zones.items():
        here, visits = counts.get(zone.id, (0, 0))
        limit, parts = zones.limit(policy.zone_limits, code), (policy.zone_limits or {}).get(code) or {}
        usual = [plan.code for plan in plans.values() if plan.zone == code]
        others = [plan for plan in plans if plan in (limit.plans or ()) and plan not in usual]
        day, half = _prices(policy, zone)
        row = ZoneRow(
            code=code,
            name=in_page_language(names[code]),
            day=day,
            half=half,
            hours=say_hours(parts["hours"]) if parts.get("hours") else "",
            seats=limit.seats,
            plans=tuple(in_page_language(called[plan]) for plan in usual),
            others=tuple(in_page_language(called[plan]) for plan in others),
            is_for_all=limit.plans is None,
            here=here,
            visits=visits,
        )
        table.append(row)
    return table


def _prices(policy: Policy, zone: Zone) -> tuple[str, str]:
    """Return the price of a zone's day and of its half day, in words; a free zone has no half day."""
    if zone.day_product is None:
        return t("gratuite", "free"), ""
    half = t("pas vendue", "not sold") if zone.half_product is None else _price_words(policy, zone.half_product)
    return _price_words(policy, zone.day_product), half


def _price_words(policy: Policy, product: str) -> str:
    """Return a product's price at each level that this officer may see, the full one first; a dash for a product
    without a price.
    """
    prices = {level: price for (code, level), price in policy.prices.items() if code == product}
    shown = [level for level in prices if level == FULL or may(May.SEE_REDUCED)]
    return ", ".join(_level(level, prices[level]) for level in sorted(shown, key=lambda level: level != FULL)) or "–"


def _level(level: str, price: Price) -> str:
    """Return a price in words, with its level before it unless it is the full price."""
    return say_price(price) if level == FULL else f"{level_name(level)} {say_price(price)}"
