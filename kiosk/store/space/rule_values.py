"""Checks that the rows of the rules fit their columns and are rules, and makes copies of them.

A policy is read from rows of several tables, for one day. A copy has all these rows, and gives the policy of any day.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from kiosk.domain.money.tariffs import FULL, Policy
from kiosk.errors import MachineError
from kiosk.store import values
from kiosk.store.space import policies
from kiosk.store.tables import metadata, policy, product, tariff, zone
from kiosk.store.tables.entrance import closed_day, rule_called_off, rules_revision
from kiosk.store.values import WrongValue

TABLES = (product, tariff, policy, zone, rule_called_off, rules_revision, closed_day)

Copy = Mapping[str, list[list[Any]]]
"""The rows of each table, as SQLite returns them."""


def wrong(connection: sa.Connection) -> list[WrongValue]:
    """Return the wrong values of the rules' tables."""
    found = [each for table in TABLES for each in values.wrong(connection, table)]
    known = {(each.table, each.row) for each in found}
    for row_id, name, text in connection.exec_driver_sql(
        "SELECT id, CAST(name AS BLOB), CAST(value AS BLOB) FROM policy"
    ):
        if ("policy", str(row_id)) not in known and not _is_rule(name, text):
            found.append(WrongValue("policy", str(row_id), "value"))
    return found


def _is_rule(name: bytes, text: bytes) -> bool:
    try:
        value = json.loads(text)
        if name.decode() in policies.NAMES:
            policies.rule(name.decode(), value)
    except (ValueError, TypeError):
        return False
    return True


def read(connection: sa.Connection, day: date) -> Policy:
    """Return the policy in force on a day, after checking the rules' rows and that every zone with a day product has a
    price.

    Raises MachineError `rules`, and the errors of reading a wrong value.
    """
    found = wrong(connection)
    if found:
        raise MachineError("rules", f"the rules hold what cannot be: {'; '.join(map(str, found[:3]))}")
    policy_now = policies.read(connection, day)
    bare = [each.code for each in policy_now.zones.values() if not _is_priced(policy_now, each.day_product)]
    if bare:
        raise MachineError("rules", f"no price is in force on {day} in: {', '.join(bare)}")
    return policy_now


def _is_priced(of: Policy, product_code: str | None) -> bool:
    return product_code is None or (product_code, FULL) in of.prices


def copied(connection: sa.Connection) -> Copy:
    """Return a copy of all rows from which a policy is read."""
    return {
        table.name: [list(row) for row in connection.exec_driver_sql(f"SELECT {_names(table)} FROM {table.name}")]
        for table in TABLES
    }


def read_copy(rows: Copy, day: date) -> Policy:
    """Return the policy of a day, read from a copy in a database in memory."""
    engine = sa.create_engine("sqlite://")
    try:
        with engine.begin() as memory:
            metadata.create_all(memory, tables=TABLES, checkfirst=False)
            for table in TABLES:
                marks = ", ".join("?" for _ in table.columns)
                if rows[table.name]:
                    many = [tuple(row) for row in rows[table.name]]
                    memory.exec_driver_sql(f"INSERT INTO {table.name} ({_names(table)}) VALUES ({marks})", many)
            return policies.read(memory, day)
    finally:
        engine.dispose()


def _names(table: sa.Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns)
