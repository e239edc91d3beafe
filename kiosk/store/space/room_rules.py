"""Reads the rules of rooms in force on a day. Dated rows, like all rules; a tap reads none of them.

`Permanents` is what subscribers get while a part of the place is let to others.
"""

import json
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import NODEFAULT
from msgspec.structs import fields

from kiosk.domain.problems import Problem
from kiosk.domain.rooms.rules import Permanents, RoomRules
from kiosk.store.space import policies
from kiosk.store.tables import policy

NAMES = tuple(f.name for f in fields(RoomRules))
DEFAULTS = {f.name: f.default for f in fields(RoomRules) if f.default is not NODEFAULT}
_OPTIONAL = {f.name for f in fields(RoomRules) if f.default is None}  # rules that may be null


def check(name: str, value: object) -> None:
    """Check a value for a rule of rooms. Raises Problem `policy` if the rule cannot have it."""
    RoomRules(**{name: _read(name, value)})


def _read(name: str, value: object) -> Any:
    """Return a rule's value from its JSON. Raises Problem `policy` if the rule cannot have it."""
    if name == "privatisation_permanents" and value in list(Permanents):
        return Permanents(str(value))
    if (  # minutes of each plan, by its code
        name == "room_plan_minutes"
        and isinstance(value, dict)
        and all(type(minutes) is int for minutes in value.values())
    ):
        return value
    expected = type(DEFAULTS[name]) if DEFAULTS[name] is not None else int
    is_plain = expected in (bool, int) and name != "room_plan_minutes"
    if (is_plain and type(value) is expected) or (value is None and name in _OPTIONAL):
        return value
    raise Problem("policy", "the rule {rule} cannot be {given!r}", rule=name, given=value)


def is_on(connection: sa.Connection, day: date, name: str = "rooms_on") -> bool:
    """Return whether a rule of yes and no, such as having rooms at all, is true on a day; in one small query."""
    newest = (
        sa.select(policy.c.value)
        .where(policy.c.name == name, policy.c.valid_from <= day, ~policies.called_off("policy", policy.c.id))
        .order_by(policy.c.valid_from.desc())
        .limit(1)
    )
    return bool(connection.execute(newest).scalar() == "true")  # the value as JSON


def turned_on(connection: sa.Connection, day: date) -> frozenset[str]:
    """Return the names of the rules that are true on a day, in one query: a page's menu depends on them."""
    rows = connection.execute(
        sa.select(policy.c.name, policy.c.value)
        .where(policy.c.valid_from <= day, ~policies.called_off("policy", policy.c.id))
        .order_by(policy.c.valid_from)
    )
    newest = {name: value for name, value in rows}
    return frozenset(name for name, value in newest.items() if value == "true")


def read(connection: sa.Connection, day: date) -> RoomRules:
    """Return the rules of rooms in force on a day."""
    rows = connection.execute(
        sa.select(policy.c.name, policy.c.value)
        .where(policy.c.name.in_(NAMES), policy.c.valid_from <= day)
        .where(~policies.called_off("policy", policy.c.id))
        .order_by(policy.c.valid_from)
    )
    return RoomRules(**{name: _read(name, json.loads(value)) for name, value in rows})
