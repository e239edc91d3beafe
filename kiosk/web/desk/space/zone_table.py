"""The zones in one table: what a day costs there, which plans have it as theirs, who is there, how often it is used."""

from dataclasses import dataclass

import sqlalchemy as sa

from kiosk.domain import days
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import FULL, Policy, Price, Zone
from kiosk.store import name_rows
from kiosk.store.space import figure_rows, policies
from kiosk.web.desk.common.permissions import May, may
from kiosk.web.desk.common.words import in_page_language, t
from kiosk.web.desk.space.rule_forms import level_name, say_price


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """One zone: its prices in words, the plans whose usual zone it is, who is here, and the month's visits."""

    code: str
    name: str
    day: str
    half: str
    plans: tuple[str, ...]
    here: int
    visits: int


def rows(connection: sa.Connection, policy: Policy, moment: Moment) -> list[ZoneRow]:
    """Every zone, as it is today."""
    counts = figure_rows.by_zone(connection, days.month_of(moment.day)[0], moment.day)
    names, called = name_rows.zones(connection), name_rows.plans(connection)
    plans = policies.plans(connection)
    found = []
    for code, zone in policy.zones.items():
        here, visits = counts.get(zone.id, (0, 0))
        usual = tuple(in_page_language(called[plan.code]) for plan in plans.values() if plan.zone == code)
        name, (day, half) = in_page_language(names[code]), _prices(policy, zone)
        found.append(ZoneRow(code, name, day, half, usual, here, visits))
    return found


def _prices(policy: Policy, zone: Zone) -> tuple[str, str]:
    """Of a day and of half of it."""
    if zone.day_product is None:
        return t("gratuite", "free"), ""
    half = t("pas vendue", "not sold") if zone.half_product is None else _said(policy, zone.half_product)
    return _said(policy, zone.day_product), half


def _said(policy: Policy, product: str) -> str:
    """Its price at each level that this officer may see, the full one first."""
    prices = {level: price for (code, level), price in policy.prices.items() if code == product}
    shown = [level for level in prices if level == FULL or may(May.SEE_REDUCED)]
    return ", ".join(_level(level, prices[level]) for level in sorted(shown, key=lambda level: level != FULL)) or "–"


def _level(level: str, price: Price) -> str:
    return say_price(price) if level == FULL else f"{level_name(level)} {say_price(price)}"
