"""The other side of the comparison: plain `sqlite3`, with the product's own pragmas.

A tap's statements are not copied in here: they are heard while our code taps once, and replayed with another member's
values. Nothing is decided or sealed, and every value is bound ready-made: no code could spend less on these statements.
"""

import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.space import Person
from kiosk.store import log_care, prepared

_PRAGMAS = "journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON", "trusted_schema=OFF", "recursive_triggers=ON"


def connect(path: Path, sync: str = "FULL") -> sqlite3.Connection:
    """A connection like the product's; `sync` is NORMAL for what the door's log does."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in (*_PRAGMAS, f"synchronous={sync}"):
        connection.execute(f"PRAGMA {pragma}").close()
    return connection


@dataclass(frozen=True, slots=True)
class Heard:
    """One statement of a tap, with the names and values of what is bound, in order or by name as our code binds it."""

    sql: str
    names: tuple[str, ...]
    values: tuple[object, ...] | dict[str, object]

    def bound(self, other: dict[str, object]) -> tuple[object, ...] | dict[str, object]:
        """The values, with another tap's in their place."""
        if isinstance(self.values, dict):
            return {name: other.get(name, value) for name, value in self.values.items()}
        return tuple(other.get(name, value) for name, value in zip(self.names, self.values, strict=True))


@contextmanager
def listening() -> Iterator[list[Heard]]:
    """Hear what SQLAlchemy sends to the database, and what is prepared; BEGIN and COMMIT are not heard."""
    heard: list[Heard] = []

    def note(_connection: object, _cursor: object, sql: str, values: Any, context: Any, _many: bool) -> None:
        if context.compiled is not None:
            heard.append(Heard(sql, tuple(context.compiled.positiontup or ()), values))

    def heard_prepared(sql: str, names: tuple[str, ...], values: tuple[object, ...]) -> None:
        heard.append(Heard(sql, names, values))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    prepared.listeners.append(heard_prepared)
    try:
        yield heard
    finally:
        prepared.listeners.remove(heard_prepared)
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


class Insert:
    """One durable row: what no tap can undercut on this file system."""

    def __init__(self, path: Path) -> None:
        self._connection = connect(path)
        self._connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, at TEXT, body BLOB)")

    def run(self) -> float:
        """Seconds of one insert, committed."""
        body, execute = secrets.token_bytes(100), self._connection.execute
        began = time.monotonic()
        execute("BEGIN IMMEDIATE")
        execute("INSERT INTO row (at, body) VALUES (?, ?)", ("2026-06-10T07:00:00.000000Z", body))
        execute("COMMIT")
        return time.monotonic() - began


class Tap:
    """A tap's own statements on a database of their own: a copy of the home's."""

    def __init__(self, path: Path) -> None:
        self._connection = connect(path)
        self._log = connect(path, "NORMAL")
        for each in (self._connection, self._log):
            each.execute("PRAGMA wal_autocheckpoint=0").close()
        self._taps = 0
        self._entries, self._visits = self._connection.execute(
            "SELECT (SELECT max(number) FROM entry), (SELECT max(id) FROM visit)"
        ).fetchone()

    def run(self, heard: list[Heard], person: Person, fingerprint: bytes, tap_id: bytes) -> float:
        """Seconds of all statements in one transaction, for another member, who has not come that day."""
        self._entries, self._visits = self._entries + 1, self._visits + 1
        member = person.member
        other: dict[str, object] = {
            "fingerprint": fingerprint,
            "tap_id": tap_id,
            "group_id": tap_id,
            "id": tap_id[:6] + secrets.token_bytes(10),
            "mac": secrets.token_bytes(32),
            "number": self._entries,
            "charge_entry": self._entries,
            "visit_id": self._visits,
            "member_id": member.id,
            "member_number": member.number,
            "account_id": member.account,
            "which": member.account,
        }
        statements = [(each.sql, each.bound(other)) for each in heard]
        execute = self._connection.execute
        began = time.monotonic()
        execute("BEGIN IMMEDIATE")
        for sql, values in statements:
            execute(sql, values).fetchall()
        execute("COMMIT")
        return time.monotonic() - began

    def write_log(self) -> None:
        """What the door's log writes after a tap, through a connection of its own, and the log back as often."""
        self._taps += 1
        if self._taps % log_care.TRANSACTIONS == 0:
            self._log.execute("PRAGMA wal_checkpoint(PASSIVE)").close()
        self._log.execute("INSERT INTO door_event (at, kind) VALUES ('2026-06-10T07:00:00.000000Z', 'opened')")
