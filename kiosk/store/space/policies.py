"""Reads the association's dated rows (rules, prices, products, zones) as the policy in force on one day.

Whether an earlier reading still holds is told by the tables' highest ids, since they only grow, and by a number that
the desk raises when it changes a product, a zone or a closed day, or cancels a change. A tariff is a product's price at
a level, full or reduced; a let is a zone or the whole place, rented out for some hours.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from msgspec import NODEFAULT, Struct
from msgspec.structs import fields

from kiosk.domain import days, opening_hours, zones
from kiosk.domain.days import Moment
from kiosk.domain.doors import FIRST
from kiosk.domain.lets import Let
from kiosk.domain.money.tariffs import Policy, Price, Product, ProductKind, Zone
from kiosk.domain.money.vat import HIGHEST, VatStatus
from kiosk.domain.periods import Unit, Year
from kiosk.domain.problems import Problem
from kiosk.errors import MachineError
from kiosk.store.prepared import Prepared
from kiosk.store.space import door_rows, opening_rows
from kiosk.store.tables import plan, policy, product, tariff, zone
from kiosk.store.tables.entrance import rule_called_off, rules_revision

_TABLES = (
    "prices",
    "products",
    "zones",
    "calendar",
    "lets",
    "door",
)  # fields of a policy that are no rules: they come from tables of their own
# the names of the rules, each with rows of its own in the table `policy`
NAMES = tuple(f.name for f in fields(Policy) if f.name not in _TABLES)
# rules without a default value
_REQUIRED = {f.name for f in fields(Policy) if f.name in NAMES and f.default is NODEFAULT}
DEFAULTS = {f.name: f.default for f in fields(Policy) if f.name in NAMES and f.default is not NODEFAULT}
_BOOLEANS = {f.name for f in fields(Policy) if f.type is bool}  # rules that are true or false
# rules that may be null
OPTIONAL = {f.name for f in fields(Policy) if f.type == int | None} | {"vat_rates", "zone_limits"}
# Rules whose value is one of a few words.
_CHOICES: Mapping[str, type[Year | VatStatus]] = {"membership_year": Year, "vat_status": VatStatus}

_VERSION = Prepared(
    lambda: sa.select(
        *(sa.select(sa.func.max(table.c.id)).scalar_subquery() for table in (policy, tariff, product, zone)),
        sa.select(rules_revision.c.number).scalar_subquery(),
    )
)

Version = tuple[int, ...]  # the tables' highest ids, and the number that the desk raises


@dataclass(slots=True)
class Rules:
    """Reads the policy of a day, and reads it again only after a change. One for each writer; not for several threads.

    With `care` policies are read by that function, which also tells whether to keep what it returns. `door` is the door
    whose taps are decided.
    """

    zone: ZoneInfo  # the space's time zone
    care: "Care | None" = None
    door: int = FIRST
    _version: Version = ()  # of the rules when `_policies` were read
    _policies: dict[date, Policy] = field(default_factory=dict)

    def at(self, connection: sa.Connection, at: datetime) -> tuple[Policy, Moment]:
        """Return the policy in force at a moment, and that moment on the space's own calendar."""
        self._notice_changes(connection)
        by_calendar = self.on(connection, at.astimezone(self.zone).date())
        moment = days.moment(at, self.zone, by_calendar.day_start_hour)
        connection.info["moment"] = (moment.at, moment.day)  # for the transaction's seal (`ledger.act_of`)
        return self.on(connection, moment.day), moment

    def expected(self, at: datetime) -> tuple[Policy, date] | None:
        """Return the policy and the day that `at` will return if no rule has changed; None if they have to be read."""
        by_calendar = self._policies.get(at.astimezone(self.zone).date())
        if by_calendar is None:
            return None
        day = days.moment(at, self.zone, by_calendar.day_start_hour).day
        policy = self._policies.get(day)
        return None if policy is None else (policy, day)

    def on(self, connection: sa.Connection, day: date) -> Policy:
        """Return the policy in force on a local day, as of the last call of `at`."""
        policy = self._policies.get(day)
        if policy is None:
            policy, is_sure = (read(connection, day), True) if self.care is None else self.care(connection, day)
            policy = door_rows.at(connection, policy, self.door, day)
            if is_sure:
                self._policies[day] = policy
        return policy

    def _notice_changes(self, connection: sa.Connection) -> None:
        """Forget the policies if rules have changed since, or if a year of days has piled up."""
        version = version_of(connection)
        if version != self._version or len(self._policies) > 366:
            self._version = version
            self._policies.clear()


def version_of(connection: sa.Connection) -> Version:
    """Return the numbers that tell whether rules read earlier are still current."""
    return tuple(_VERSION.first(connection) or ())


Care = Callable[[sa.Connection, date], tuple[Policy, bool]]  # reads a policy, and tells whether it may be kept


def read(connection: sa.Connection, day: date) -> Policy:
    """Return the policy in force on a local day. Raises MachineError `no-policy` if a rule has no row yet."""
    until = day + timedelta(days=opening_rows.HORIZON_DAYS)  # opening hours of the days to come are read, too
    rows = connection.execute(_rules_query(), {"until": until, "names": NAMES})
    known: dict[str, dict[date, Any]] = {}
    for name, since, value in rows:
        known.setdefault(name, {})[since] = json.loads(value)
    values = {name: value for name, by_day in known.items() for since, value in by_day.items() if since <= day}
    missing = sorted(_REQUIRED - values.keys())
    if missing:
        raise MachineError("no-policy", f"no rule is in force on {day} for: {', '.join(missing)}")
    weeks = {since: opening_hours.week(value) for since, value in known.get("opening_hours", {}).items()}
    calendar = opening_rows.calendar(connection, day, weeks, known.get("closed_on_holidays", {}))
    lets = _lets(connection, day) if values.get("rooms_on") else ()
    return build(values, _prices(connection, day), _products(connection), _zones(connection), calendar, lets)


@cache  # as with the other queries of `read`, building it takes longer than running it
def _rules_query() -> sa.Select[str, date, str]:
    """Return the query for the rows of all rules until a day, oldest first: a later row wins."""
    return (
        sa.select(policy.c.name, policy.c.valid_from, policy.c.value)
        .where(policy.c.valid_from <= sa.bindparam("until"))
        .where(policy.c.name.in_(sa.bindparam("names", expanding=True)), ~called_off("policy", policy.c.id))
        .order_by(policy.c.valid_from)
    )


def history(connection: sa.Connection, name: str) -> Callable[[date], Any]:
    """Return a function that gives one rule on a day; the rows are read once."""
    rows = connection.execute(
        sa.select(policy.c.valid_from, policy.c.value)
        .where(policy.c.name == name, ~called_off("policy", policy.c.id))
        .order_by(policy.c.valid_from, policy.c.id)
    )
    known = [(since, rule(name, json.loads(value))) for since, value in rows]

    def on(day: date) -> Any:
        return next((value for since, value in reversed(known) if since <= day), DEFAULTS.get(name))

    return on


def _lets(connection: sa.Connection, day: date) -> tuple[Let, ...]:
    """Return the lets of zones or of the whole place around a day; asked only where the rule `rooms_on` is true."""
    from kiosk.store.space import let_rows  # few spaces let a zone or the whole place

    return let_rows.around(connection, day)


def called_off(kind: str, row_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Return the condition that a row of `policy` or `tariff` was cancelled before its day."""
    return sa.exists().where(rule_called_off.c.kind == kind, rule_called_off.c.row_id == row_id)


def build(
    values: Mapping[str, object],
    prices: Mapping[tuple[str, str], Price],
    products: Mapping[str, Product],
    zones: Mapping[str, Zone],
    calendar: opening_hours.Calendar | None = None,
    lets: tuple[Let, ...] = (),
) -> Policy:
    """Return a policy made of rules' JSON values and of prices, products and zones.

    Raises Problem `policy` or `opening` for a wrong value.
    """
    checked = {name: rule(name, value) for name, value in {**_default_values(), **values}.items()}
    return Policy(**checked, prices=prices, products=products, zones=zones, calendar=calendar, lets=lets)


def _default_values() -> dict[str, Any]:
    """Return the rules' default values, but for the opening hours: their default is no JSON value."""
    return {name: value for name, value in DEFAULTS.items() if name != "opening_hours"}


def rule(name: str, value: object) -> Any:
    """Return a rule's value as a policy has it, from its JSON value. Raises Problem `policy` or `opening` for a wrong
    one.
    """
    if name == "opening_hours":
        return opening_hours.week(value)
    if name in _CHOICES:
        kind = _CHOICES[name]
        if value not in list(kind):
            raise _wrong(name, value, ", ".join(kind))
        return kind(str(value))
    if name == "vat_rates":
        return _rates(value)
    if name == "zone_limits":
        return zones.checked(value)
    # every other rule is true or false, or a whole number
    expected = bool if name in _BOOLEANS else int
    if type(value) is not expected and not (value is None and name in OPTIONAL):
        if expected is bool:
            raise _wrong(name, value, "true, false")
        raise Problem("policy", "the rule {rule} is {given!r}: a whole number is expected", rule=name, given=value)
    return value


def _wrong(name: str, value: object, choices: str) -> Problem:
    """Return the error of a rule that cannot have a value. `choices`: the values that it can have."""
    return Problem(
        "policy", "the rule {rule} is {given!r}: it can be {choices}", rule=name, given=value, choices=choices
    )


def _rates(value: object) -> dict[str, int] | None:
    """Return the VAT rates by product, in hundredths of a percent; None where the rule has none. Raises Problem
    `policy` for a wrong rate.
    """
    if value is None:
        return None
    if not isinstance(value, dict) or any(type(rate) is not int or not 0 <= rate <= HIGHEST for rate in value.values()):
        raise Problem(
            "policy",
            "the rule vat_rates is {given!r}: rates from 0 to {most} by product are expected",
            given=value,
            most=HIGHEST,
        )
    return value


def _prices(connection: sa.Connection, day: date) -> dict[tuple[str, str], Price]:
    """Return the prices in force on a day, by product and level: of several rows the last one counts."""
    rows = connection.execute(_prices_query(), {"day": day})
    return {(code, level): Price(cents, floor_cents) for code, level, cents, floor_cents in rows}


@cache
def _prices_query() -> sa.Select[str, str, int, int | None]:
    """Return the query for all prices valid from a day or earlier, oldest first."""
    return (
        sa.select(product.c.code, tariff.c.level, tariff.c.cents, tariff.c.floor_cents)
        .join(product, product.c.id == tariff.c.product_id)
        .where(tariff.c.valid_from <= sa.bindparam("day"), ~called_off("tariff", tariff.c.id))
        .order_by(tariff.c.valid_from)
    )


def _products(connection: sa.Connection) -> dict[str, Product]:
    """Return all products by their codes."""
    c = product.c
    rows = connection.execute(sa.select(c.id, c.code, c.kind, c.unit, c.days, c.valid_days))
    return {
        code: Product(id_, code, ProductKind(kind), Unit(unit), count, valid_days)
        for id_, code, kind, unit, count, valid_days in rows
    }


def _zones(connection: sa.Connection) -> dict[str, Zone]:
    """Return all zones by their codes, with the products of a day and of half a day."""
    rows = connection.execute(_zones_query())
    return {code: Zone(id_, code, day_code, half_code) for id_, code, day_code, half_code in rows}


@cache
def _zones_query() -> sa.Select[int, str, str, str]:
    """Return the query for all zones with the codes of their products."""
    day, half = product.alias("day"), product.alias("half")
    return (
        sa.select(zone.c.id, zone.c.code, day.c.code, half.c.code)
        .outerjoin(day, day.c.id == zone.c.day_product_id)
        .outerjoin(half, half.c.id == zone.c.half_product_id)
        .order_by(zone.c.id)
    )


class Plan(Struct, frozen=True):
    """A way to use the space: the usual zone's id and code, and the product that its members subscribe to, if any."""

    code: str
    zone_id: int
    zone: str
    product: str | None


def plans(connection: sa.Connection) -> dict[str, Plan]:
    """Return every plan by its code."""
    rows = connection.execute(
        sa.select(plan.c.code, zone.c.id, zone.c.code, product.c.code)
        .join(zone, zone.c.id == plan.c.zone_id)
        .outerjoin(product, product.c.id == plan.c.product_id)
        .order_by(plan.c.code)
    )
    return {code: Plan(code, zone_id, zone_code, product_code) for code, zone_id, zone_code, product_code in rows}
