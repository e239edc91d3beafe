"""The same guards as on SQLite, as a server's triggers; and notes: triggers that tell a program what it changed, to
seal it.

A guard's condition is written once (`kiosk.store.guards`). A note reaches the connection that made the change as a
notice, with the answer to its statement, so that nothing more is asked. No connection gets notes of another program's
changes; `verify` finds these.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from kiosk.store import guards
from kiosk.store.postgresql import speech
from kiosk.store.seals.sealed_tables import SEALED, TEXTS
from kiosk.store.seals.sealing import CLOSING, noting

_NOTED = "kiosk: noted"
_NUMBERED_OTHERWISE = " OR rowid = NEW.rowid"  # SQLite's other name for a row's id, which does not exist here


TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"


def listen(connection: sa.Connection, store: Any) -> None:
    """Collect the notes of what a connection changes in the store's `sealing`."""

    def heard(notice: Any) -> None:
        if notice.message_primary == _NOTED and store.sealing is not None:
            store.sealing.noted.add((notice.message_detail, notice.message_hint or ""))

    raw: Any = connection.connection.driver_connection
    raw.add_notice_handler(heard)


def statements() -> Iterator[str]:
    """Yield the statements that put every guard and every note into a schema with tables: a
    function, then its trigger.
    """
    for name, statement in guards.statements().items():
        yield from _guard(name, statement)
    for table in guards.KEPT:
        yield from _trigger(
            f"{table}_never_emptied",
            f"BEFORE TRUNCATE ON {table}",
            _refuses(f"a row of {table} is never deleted"),
            "STATEMENT",
        )
    for table, sealed in SEALED.items():
        for event, when, rows in noting(table, sealed, never="false"):
            yield from _note(table, event, when, rows)
    yield from _note(TEXTS, "DELETE", "", ("CAST(OLD.entry_number AS TEXT)",))
    says = f"IF NEW.kind = 'day' THEN {_says(CLOSING[0], chr(39) * 2)} END IF; RETURN NULL;"
    yield from _trigger("noted_closing", "AFTER INSERT ON closing", says)


def names() -> Iterator[str]:
    """Yield the names of the functions; each trigger has the same name as its function."""
    for statement in statements():
        if statement.startswith("CREATE FUNCTION "):
            yield statement.split("(")[0].removeprefix("CREATE FUNCTION ")


def install(connection: sa.Connection) -> None:
    """Install every guard and note whose table exists (migrating down removes some) into a schema that has none."""
    there = set(connection.exec_driver_sql(TABLES).scalars())
    both = statements()
    for function, trigger in zip(both, both, strict=True):
        if trigger.partition(" FOR EACH ")[0].rpartition(" ON ")[2] in there:
            connection.exec_driver_sql(function)
            connection.exec_driver_sql(trigger)


def remove(connection: sa.Connection) -> None:
    """Remove every guard and note, for the length of a migration's transaction."""
    for name in names():
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name}() CASCADE")


def _guard(name: str, statement: str) -> Iterator[str]:
    """Yield the statements of a guard, translated from SQLite's.

    That is `CREATE TRIGGER name BEFORE event WHEN condition BEGIN SELECT RAISE(...); END`.
    """
    head, _, rest = statement.partition(" WHEN ")
    condition, _, message = rest.partition(" BEGIN SELECT RAISE(ABORT, '")
    event = head.partition(f"{name} ")[2]
    condition = "true" if condition == "1" else condition.replace(_NUMBERED_OTHERWISE, "")
    answer = "OLD" if event.startswith("BEFORE DELETE") else "NEW"
    body = f"IF {condition} THEN {_refuses(message.removesuffix(chr(39) + '); END'))} END IF; RETURN {answer};"
    yield from _trigger(name, event, body)


def _refuses(message: str) -> str:
    return f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{message}';"


def _note(table: str, event: str, when: str, rows: tuple[str, ...]) -> Iterator[str]:
    says = " ".join(_says(table, row) for row in dict.fromkeys(rows))
    body = f"IF {when} THEN {says} END IF; RETURN NULL;" if when else f"{says} RETURN NULL;"
    yield from _trigger(f"noted_{table}_{event.lower()}", f"AFTER {event} ON {table}", body)


def _says(table: str, row_sql: str) -> str:
    return f"RAISE NOTICE USING MESSAGE = '{_NOTED}', DETAIL = '{table}', HINT = {row_sql};"


def _trigger(name: str, event: str, body: str, scope: str = "ROW") -> Iterator[str]:
    said = speech.in_a_body(body)
    how = "LANGUAGE plpgsql SET search_path FROM CURRENT"
    yield f"CREATE FUNCTION {name}() RETURNS trigger {how} AS $$BEGIN {said} END$$"
    yield f"CREATE TRIGGER {name} {event} FOR EACH {scope} EXECUTE FUNCTION {name}()"
