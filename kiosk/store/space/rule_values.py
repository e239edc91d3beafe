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
    wrong_values = [wrong_value for table in TABLES for wrong_value in values.wrong(connection, table)]
    known = {(wrong_value.table, wrong_value.row) for wrong_value in wrong_values}
    # as bytes: a damaged text could not be read
    for row_id, name, text in connection.exec_driver_sql(
        "SELECT id, CAST(name AS BLOB), CAST(value AS BLOB) FROM policy"
    ):
        if ("policy", str(row_id)) not in known and not _is_rule(name, text):
            wrong_values.append(WrongValue("policy", str(row_id), "value"))
    return wrong_values


def _is_rule(name: bytes, text: bytes) -> bool:
    """Return whether a stored name and value are a rule; a rule of no known name counts as one."""
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
    wrong_values = wrong(connection)
    if wrong_values:
        raise MachineError("rules", f"the rules hold what cannot be: {'; '.join(map(str, wrong_values[:3]))}")
    policy_now = policies.read(connection, day)
    unpriced = [zone_.code for zone_ in policy_now.zones.values() if not _is_priced(policy_now, zone_.day_product)]
    if unpriced:
        raise MachineError("rules", f"no price is in force on {day} in: {', '.join(unpriced)}")
    return policy_now


def _is_priced(policy_: Policy, product_code: str | None) -> bool:
    """Return whether a product has a full price; None needs none."""
    return product_code is None or (product_code, FULL) in policy_.prices


def copied(connection: sa.Connection) -> Copy:
    """Return a copy of all rows from which a policy is read."""
    return {
        table.name: [list(row) for row in connection.exec_driver_sql(f"SELECT {_names(table)} FROM {table.name}")]
        for table in TABLES
    }


def read_copy(rows: Copy, day: date) -> Policy:
    """Load a copy into a new database in memory, and return the policy of a day from it. Raises MachineError
    `no-policy`, and the errors of reading a wrong value.
    """
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
    """Return a table's columns as a list in SQL."""
    return ", ".join(f'"{column.name}"' for column in table.columns)
