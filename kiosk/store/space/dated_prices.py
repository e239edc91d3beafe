"""Gives the policy of any day as far as sums of money need it: prices, VAT, whether a begun month is charged by its
days.

Sums ask for many days: reading each day's whole policy would take seven statements. A price is that of a product at a
level, full or reduced.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

import sqlalchemy as sa
from msgspec.structs import replace

from kiosk.domain.money.tariffs import Policy, Price
from kiosk.store.space import policies
from kiosk.store.tables import policy, product, tariff

_NAMES = ("pro_rata", "vat_status", "vat_rates")  # of the rules that sums depend on


class PoliciesByDay(Protocol):
    """Anything that gives the policy in force on a day."""

    def on(self, connection: sa.Connection, day: date) -> Policy:
        """Return the policy in force on a local day."""


class DatedPrices:
    """The policies of all days, with each day's prices and VAT; everything else is today's."""

    def __init__(self, connection: sa.Connection, today: Policy) -> None:
        self._today = today
        self._rules = _rules(connection)
        self._tariffs = _tariffs(connection)
        self._known: dict[int, Policy] = {}  # policies worked out, by how many prices and rules have begun

    def on(self, connection: sa.Connection, day: date) -> Policy:  # the same signature as `Rules.on`
        """Return the policy in force on a local day."""
        prices = [(since, product_level, price) for since, product_level, price in self._tariffs if since <= day]
        changes = [(since, name, value) for since, name, value in self._rules if since <= day]
        key = len(prices) * (len(self._rules) + 1) + len(changes)  # how many of each have begun: both are sorted by day
        if key not in self._known:
            values: Mapping[str, Any] = {name: policies.DEFAULTS.get(name) for name in _NAMES}
            values = {**values, **{name: value for _, name, value in changes}}
            self._known[key] = replace(self._today, prices={name: price for _, name, price in prices}, **values)
        return self._known[key]


def _rules(connection: sa.Connection) -> list[tuple[date, str, Any]]:
    """Return those rules' values with the days from which they hold, the oldest first."""
    rows = connection.execute(
        sa.select(policy.c.valid_from, policy.c.name, policy.c.value)
        .where(policy.c.name.in_(_NAMES), ~policies.called_off("policy", policy.c.id))
        .order_by(policy.c.valid_from)
    )
    return [(since, name, policies.rule(name, json.loads(value))) for since, name, value in rows]


def _tariffs(connection: sa.Connection) -> list[tuple[date, tuple[str, str], Price]]:
    """Return all prices with the days from which they hold, the oldest first."""
    c = tariff.c
    rows = connection.execute(
        sa.select(c.valid_from, product.c.code, c.level, c.cents, c.floor_cents)
        .join(product, product.c.id == c.product_id)
        .where(~policies.called_off("tariff", c.id))
        .order_by(c.valid_from)
    )
    return [(since, (code, level), Price(cents, floor_cents)) for since, code, level, cents, floor_cents in rows]
