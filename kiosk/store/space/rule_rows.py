"""Reads the dated rows of rules and prices as the desk shows them (past, present, to come), and writes new ones.

A row is never changed. A wrong one is cancelled before its day, by another row. A tariff is a product's price at a
level, full or reduced.
"""

import json
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict

from kiosk.domain.money.tariffs import Price
from kiosk.domain.space import first_run
from kiosk.domain.space.protecting import Change
from kiosk.language.names import Names
from kiosk.store import name_rows
from kiosk.store.space import book_rules, policies, room_rules
from kiosk.store.tables import entry, plan, policy, product, tariff, visit, zone
from kiosk.store.tables.entrance import rule_called_off, rules_revision

Kind = Literal["policy", "tariff"]
_ZONE = zone.c  # `add_plan` has a parameter called `zone`
# The program's own values, for rules without a row.
_DEFAULTS = {**policies.DEFAULTS, **room_rules.DEFAULTS, **asdict(book_rules.Books())}


class Row(Struct, frozen=True):
    """A value that holds from a day on, the decision that made it, and whether it was cancelled before that day."""

    id: int
    valid_from: date
    decided_by: str | None
    called_off: bool
    value: Any  # a rule's JSON value, or a tariff's Price


class NamedZone(Struct, frozen=True):
    """A zone with the codes of the products for its day and half day; None: free."""

    code: str
    names: Names
    day: str | None
    half: str | None


def rule_rows(connection: sa.Connection) -> dict[str, list[Row]]:
    """Return every rule's rows by the rule's name, the oldest first."""
    c = policy.c
    rows = connection.execute(
        sa.select(c.name, c.id, c.valid_from, c.decided_by, policies.called_off("policy", c.id), c.value)
        .where(c.name.in_((*policies.NAMES, *book_rules.NAMES, *room_rules.NAMES)))
        .order_by(c.valid_from)
    )
    rows_of: dict[str, list[Row]] = {}
    for name, id_, since, decided_by, off, value in rows:
        rows_of.setdefault(name, []).append(Row(id_, since, decided_by, bool(off), json.loads(value)))
    return rows_of


def tariff_rows(connection: sa.Connection) -> dict[tuple[str, str], list[Row]]:
    """Return every tariff's rows by product code and level, the oldest first."""
    c = tariff.c
    off = policies.called_off("tariff", c.id)
    rows = connection.execute(
        sa.select(product.c.code, c.level, c.id, c.valid_from, c.decided_by, off, c.cents, c.floor_cents)
        .join(product, product.c.id == c.product_id)
        .order_by(product.c.id, c.level, c.valid_from)
    )
    rows_of: dict[tuple[str, str], list[Row]] = {}
    for code, level, id_, since, decided_by, is_off, cents, floor in rows:
        rows_of.setdefault((code, level), []).append(Row(id_, since, decided_by, bool(is_off), Price(cents, floor)))
    return rows_of


def in_force(rows: list[Row], day: date) -> Row | None:
    """Return the row that holds on a day; None if none does."""
    return next((row for row in reversed(rows) if row.valid_from <= day and not row.called_off), None)


def value_on(connection: sa.Connection, name: str, day: date) -> Any:
    """Return a rule's JSON value on a day; the program's default if no row holds."""
    row = in_force(rule_rows(connection).get(name, []), day)
    value = _DEFAULTS.get(name) if row is None else row.value
    return value.value if isinstance(value, Enum) else value


def coming(rows: list[Row], day: date) -> list[Row]:
    """Return the rows whose day is still to come, without cancelled ones."""
    return [row for row in rows if row.valid_from > day and not row.called_off]


def to_confirm(connection: sa.Connection, day: date) -> dict[tuple[str, str], Row]:
    """Return the prices in force on a day that came with the first rules and were neither confirmed
    nor changed since.
    """
    prices = {}
    for key, rows in tariff_rows(connection).items():
        row = in_force(rows, day)
        if row is not None and first_run.is_to_confirm(row.decided_by) and not coming(rows, day):
            prices[key] = row
    return prices


def zones(connection: sa.Connection) -> dict[str, NamedZone]:
    """Return every zone by its code."""
    names = name_rows.zones(connection)
    day, half = product.alias("day"), product.alias("half")
    rows = connection.execute(
        sa.select(zone.c.code, day.c.code, half.c.code)
        .outerjoin(day, day.c.id == zone.c.day_product_id)
        .outerjoin(half, half.c.id == zone.c.half_product_id)
        .order_by(zone.c.id)
    )
    return {code: NamedZone(code, names[code], of_day, of_half) for code, of_day, of_half in rows}


def add_rule(connection: sa.Connection, name: str, value: object, valid_from: date, decided_by: str | None) -> None:
    """Write the value of a rule from a day on."""
    row = {"name": name, "valid_from": valid_from, "value": json.dumps(value), "decided_by": decided_by}
    connection.execute(policy.insert(), row)
    revise(connection)


def add_tariff(
    connection: sa.Connection, product_id: int, level: str, price: Price, valid_from: date, decided_by: str | None
) -> None:
    """Write the price of a product at a level from a day on."""
    row = {"product_id": product_id, "level": level, "valid_from": valid_from, "decided_by": decided_by}
    connection.execute(tariff.insert(), {**row, "cents": price.cents, "floor_cents": price.floor_cents})
    revise(connection)


def called_off(connection: sa.Connection, kind: Kind, coming_row: Row) -> Change:
    """Return what cancelling a coming row changes: from its value to the one that holds on its day without it."""
    if kind == "policy":
        name = next(name for name, rows in rule_rows(connection).items() if coming_row.id in {row.id for row in rows})
        return Change("rule", name, coming_row.value, value_on(connection, name, coming_row.valid_from))
    for about, rows in tariff_rows(connection).items():
        if coming_row.id in {row.id for row in rows}:
            without_it = in_force(rows, coming_row.valid_from)
            return Change("tariff", " ".join(about), coming_row.value, None if without_it is None else without_it.value)
    raise LookupError(f"there is no {kind} row {coming_row.id}")


def call_off(connection: sa.Connection, kind: Kind, row_id: int, at: datetime, actor: str) -> None:
    """Cancel a coming row of a rule or a tariff."""
    row = {"kind": kind, "row_id": row_id, "actor": actor, "made_at": at}
    connection.execute(rule_called_off.insert(), row)
    revise(connection)


def add_product(connection: sa.Connection, values: dict[str, object], names: Names) -> int:
    """Add a product with its names, and return its id."""
    product_id = int(connection.execute(product.insert(), values).lastrowid)
    name_rows.put(connection, "product", str(values["code"]), names, name_rows.ALWAYS)
    revise(connection)
    return product_id


def name_product(connection: sa.Connection, code: str, names: Names, day: date) -> None:
    """Rename a product from a day on."""
    name_rows.put(connection, "product", code, names, day)
    revise(connection)


def put_zone(connection: sa.Connection, named_zone: NamedZone, day: date) -> None:
    """Add a zone, or change an existing one: its products at once, its names from `day` on, which is today."""
    values = {
        "day_product_id": _product_id(connection, named_zone.day),
        "half_product_id": _product_id(connection, named_zone.half),
    }
    if connection.execute(zone.update().where(zone.c.code == named_zone.code).values(**values)).rowcount == 0:
        connection.execute(zone.insert(), {"code": named_zone.code, **values})
    name_rows.put(connection, "zone", named_zone.code, named_zone.names, day)
    revise(connection)


def add_plan(connection: sa.Connection, code: str, names: Names, *, zone: str, product: str | None) -> None:
    """Add a plan: its usual zone, and the product that its members subscribe to (None: none), by code."""
    zone_id = connection.execute(sa.select(_ZONE.id).where(_ZONE.code == zone)).scalar_one()
    ids = {"zone_id": zone_id, "product_id": _product_id(connection, product)}
    connection.execute(plan.insert(), {"code": code, **ids})
    name_rows.put(connection, "plan", code, names, name_rows.ALWAYS)


def _product_id(connection: sa.Connection, code: str | None) -> int | None:
    """Return a product's id by its code; None for None."""
    return None if code is None else connection.execute(sa.select(product.c.id).where(product.c.code == code)).scalar()


def revise(connection: sa.Connection) -> None:
    """Raise the number by which every cache of the rules sees a change."""
    connection.execute(rules_revision.update().values(number=rules_revision.c.number + 1))


def has_visits(connection: sa.Connection, day: date) -> bool:
    """Return whether there was any visit on a day: then a price must not change for that day any more."""
    return bool(connection.execute(sa.select(sa.exists().where(visit.c.day_on == day))).scalar())


def has_charges(connection: sa.Connection, day: date) -> bool:
    """Return whether anything was charged on a day or later: then rules that charges go by cannot begin on it."""
    charged = sa.exists().where(entry.c.day_on >= day, entry.c.kind == "charge")
    return bool(connection.execute(sa.select(charged)).scalar())
