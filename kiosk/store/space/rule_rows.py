"""Reads the dated rows of rules and tariffs as the desk shows them (past, present, coming), and writes new ones.

A row is never changed. What is wrong before its day is called off, by a row beside it.
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
_ZONE = zone.c
_DEFAULTS = {**policies.DEFAULTS, **room_rules.DEFAULTS, **asdict(book_rules.Books())}


class Row(Struct, frozen=True):
    """A value that holds from a day on, by whose decision, unless it was called off before that day."""

    id: int
    valid_from: date
    decided_by: str | None
    called_off: bool
    value: Any  # a rule's JSON value, a tariff's Price


class NamedZone(Struct, frozen=True):
    """A zone with the products of its day and of half of it, by code."""

    code: str
    names: Names
    day: str | None
    half: str | None


def rule_rows(connection: sa.Connection) -> dict[str, list[Row]]:
    """Every rule's rows by its name, the oldest first."""
    c = policy.c
    rows = connection.execute(
        sa.select(c.name, c.id, c.valid_from, c.decided_by, policies.called_off("policy", c.id), c.value)
        .where(c.name.in_((*policies.NAMES, *book_rules.NAMES, *room_rules.NAMES)))
        .order_by(c.valid_from)
    )
    found: dict[str, list[Row]] = {}
    for name, id_, since, by, off, value in rows:
        found.setdefault(name, []).append(Row(id_, since, by, bool(off), json.loads(value)))
    return found


def tariff_rows(connection: sa.Connection) -> dict[tuple[str, str], list[Row]]:
    """Every tariff's rows by product code and level, the oldest first."""
    c = tariff.c
    off = policies.called_off("tariff", c.id)
    rows = connection.execute(
        sa.select(product.c.code, c.level, c.id, c.valid_from, c.decided_by, off, c.cents, c.floor_cents)
        .join(product, product.c.id == c.product_id)
        .order_by(product.c.id, c.level, c.valid_from)
    )
    found: dict[tuple[str, str], list[Row]] = {}
    for code, level, id_, since, by, is_off, cents, floor in rows:
        found.setdefault((code, level), []).append(Row(id_, since, by, bool(is_off), Price(cents, floor)))
    return found


def in_force(rows: list[Row], day: date) -> Row | None:
    """The row that holds on a day."""
    return next((row for row in reversed(rows) if row.valid_from <= day and not row.called_off), None)


def value_on(connection: sa.Connection, name: str, day: date) -> Any:
    """The value of a rule on a day, as JSON has it; the program's own where no row says one."""
    row = in_force(rule_rows(connection).get(name, []), day)
    value = _DEFAULTS.get(name) if row is None else row.value
    return value.value if isinstance(value, Enum) else value


def coming(rows: list[Row], day: date) -> list[Row]:
    """The rows whose day is still to come, those called off left out."""
    return [row for row in rows if row.valid_from > day and not row.called_off]


def to_confirm(connection: sa.Connection, day: date) -> dict[tuple[str, str], Row]:
    """Return the tariffs in force on a day that came with the first rules and were not confirmed or changed since."""
    found = {}
    for key, rows in tariff_rows(connection).items():
        now = in_force(rows, day)
        if now is not None and first_run.is_to_confirm(now.decided_by) and not coming(rows, day):
            found[key] = now
    return found


def zones(connection: sa.Connection) -> dict[str, NamedZone]:
    """Every zone by its code."""
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
    """Write what a rule is from a day on."""
    row = {"name": name, "valid_from": valid_from, "value": json.dumps(value), "decided_by": decided_by}
    connection.execute(policy.insert(), row)
    revise(connection)


def add_tariff(
    connection: sa.Connection, product_id: int, level: str, price: Price, valid_from: date, decided_by: str | None
) -> None:
    """Write what a product costs at a level from a day on."""
    row = {"product_id": product_id, "level": level, "valid_from": valid_from, "decided_by": decided_by}
    connection.execute(tariff.insert(), {**row, "cents": price.cents, "floor_cents": price.floor_cents})
    revise(connection)


def called_off(connection: sa.Connection, kind: Kind, row: Row) -> Change:
    """Return what calling a coming row off changes: from its value to what holds on its day without it."""
    if kind == "policy":
        name = next(name for name, rows in rule_rows(connection).items() if row.id in {each.id for each in rows})
        return Change("rule", name, row.value, value_on(connection, name, row.valid_from))
    for about, rows in tariff_rows(connection).items():
        if row.id in {each.id for each in rows}:
            left = in_force(rows, row.valid_from)
            return Change("tariff", " ".join(about), row.value, None if left is None else left.value)
    raise LookupError(f"there is no {kind} row {row.id}")


def call_off(connection: sa.Connection, kind: Kind, row_id: int, at: datetime, actor: str) -> None:
    """Call a coming row off."""
    row = {"kind": kind, "row_id": row_id, "actor": actor, "made_at": at}
    connection.execute(rule_called_off.insert(), row)
    revise(connection)


def add_product(connection: sa.Connection, values: dict[str, object], names: Names) -> int:
    """One more thing that is sold. Returns its id."""
    product_id = int(connection.execute(product.insert(), values).lastrowid)
    name_rows.put(connection, "product", str(values["code"]), names, name_rows.ALWAYS)
    revise(connection)
    return product_id


def name_product(connection: sa.Connection, code: str, names: Names, day: date) -> None:
    """Rename a product from a day on."""
    name_rows.put(connection, "product", code, names, day)
    revise(connection)


def put_zone(connection: sa.Connection, wanted: NamedZone, day: date) -> None:
    """Add a zone, or change what it is called and costs from now on, which is on this day."""
    values = {
        "day_product_id": _product_id(connection, wanted.day),
        "half_product_id": _product_id(connection, wanted.half),
    }
    if connection.execute(zone.update().where(zone.c.code == wanted.code).values(**values)).rowcount == 0:
        connection.execute(zone.insert(), {"code": wanted.code, **values})
    name_rows.put(connection, "zone", wanted.code, wanted.names, day)
    revise(connection)


def add_plan(connection: sa.Connection, code: str, names: Names, *, zone: str, product: str | None) -> None:
    """One more way to use the space: its usual zone, and what it subscribes to, by code."""
    zone_id = connection.execute(sa.select(_ZONE.id).where(_ZONE.code == zone)).scalar_one()
    ids = {"zone_id": zone_id, "product_id": _product_id(connection, product)}
    connection.execute(plan.insert(), {"code": code, **ids})
    name_rows.put(connection, "plan", code, names, name_rows.ALWAYS)


def _product_id(connection: sa.Connection, code: str | None) -> int | None:
    return None if code is None else connection.execute(sa.select(product.c.id).where(product.c.code == code)).scalar()


def revise(connection: sa.Connection) -> None:
    """Raise the revision by which every cache of the rules sees that they changed."""
    connection.execute(rules_revision.update().values(number=rules_revision.c.number + 1))


def is_charged(connection: sa.Connection, day: date) -> bool:
    """Whether anybody's day was counted on a day."""
    return bool(connection.execute(sa.select(sa.exists().where(visit.c.day_on == day))).scalar())


def has_charges(connection: sa.Connection, day: date) -> bool:
    """Whether anything at all was charged on a day or after it."""
    found = sa.exists().where(entry.c.day_on >= day, entry.c.kind == "charge")
    return bool(connection.execute(sa.select(found)).scalar())
