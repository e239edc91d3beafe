"""Keeps saved scenarios of prices: a name, and their changes as JSON."""

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.errors import RequestError
from kiosk.store.tables.desk import scenario

_c = scenario.c
_ALL = sa.select(_c.id, _c.name, _c.spec, _c.made_at, _c.made_by).order_by(_c.id.desc())


class Saved(Struct, frozen=True):
    """A saved scenario of prices."""

    id: int
    name: str
    spec: dict[str, Any]
    made_at: datetime
    made_by: str


def add(connection: sa.Connection, key: bytes, name: str, spec: dict[str, Any], at: datetime, actor: str) -> int:
    """Save a scenario and return its id; a form sent twice saves one."""
    known = connection.execute(sa.select(_c.id).where(_c.key == key)).scalar()
    if known is not None:
        return int(known)
    values = {"key": key, "name": name, "spec": json.dumps(spec, sort_keys=True), "made_at": at, "made_by": actor}
    return int(connection.execute(scenario.insert(), values).lastrowid)


def every(connection: sa.Connection) -> list[Saved]:
    """Return all saved scenarios, the newest first."""
    return [_saved(row) for row in connection.execute(_ALL)]


def by_id(connection: sa.Connection, number: int) -> Saved:
    """Return a saved scenario. Raises RequestError `no-such-scenario`."""
    row = connection.execute(_ALL.where(_c.id == number)).first()
    if row is None:
        raise RequestError("no-such-scenario", number=number)
    return _saved(row)


def remove(connection: sa.Connection, number: int) -> None:
    """Delete a saved scenario; nothing depends on it."""
    connection.execute(scenario.delete().where(_c.id == number))


def _saved(record: sa.Row[int, str, str, datetime, str]) -> Saved:
    """Return a scenario from its row."""
    id_, name, spec, made_at, made_by = record
    return Saved(id_, name, json.loads(spec), made_at, made_by)
