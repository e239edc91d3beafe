"""Keeps the findings of the last check for the desk, which cannot check the machine itself. The next check replaces
them.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from kiosk.domain.health.findings import Value
from kiosk.store.tables.desk import finding

_SECONDS = "seconds"  # the key of a duration in JSON


def note(connection: sa.Connection, at: datetime, findings: Iterable[tuple[str, dict[str, Value]]]) -> None:
    """Write the findings of a check, in place of earlier ones: codes with their values, in the order given."""
    connection.execute(finding.delete())
    rows = [
        {"ordinal": ordinal, "code": code, "detail": json.dumps(values, default=_plain, sort_keys=True), "noted_at": at}
        for ordinal, (code, values) in enumerate(findings, 1)
    ]
    if rows:
        connection.execute(finding.insert(), rows)


def noted(connection: sa.Connection) -> tuple[datetime, list[tuple[str, dict[str, Value]]]] | None:
    """Return the moment and the findings of the last check, codes with their values; None if it found nothing
    or there was none yet.
    """
    rows = connection.execute(sa.select(finding).order_by(finding.c.ordinal)).all()
    if not rows:
        return None
    return rows[0].noted_at, [
        (row.code, {name: _value(value) for name, value in json.loads(row.detail).items()}) for row in rows
    ]


def _plain(value: object) -> object:
    """Return in a form for JSON what JSON itself cannot hold: a duration as an object with its seconds, else text."""
    return {_SECONDS: value.total_seconds()} if isinstance(value, timedelta) else str(value)


def _value(value: Any) -> Value:
    """Return a finding's value from JSON, in which an object is a duration."""
    value_of_finding: Value = timedelta(seconds=value[_SECONDS]) if isinstance(value, dict) else value
    return value_of_finding
