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

_NOTED = "kiosk: noted"  # marks a notice as a note
_NUMBERED_OTHERWISE = " OR rowid = NEW.rowid"  # SQLite's other name for a row's id, which does not exist here


# the names of a schema's tables
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"


def listen(connection: sa.Connection, store: Any) -> None:
    """Add to the store's `sealing`, from now on, each note about a change on this connection: table and row's name.

    A store without `sealing` ignores notes.
    """

    def heard(notice: Any) -> None:
        if notice.message_primary == _NOTED and store.sealing is not None:
            store.sealing.noted.add((notice.message_detail, notice.message_hint or ""))

    raw: Any = connection.connection.driver_connection
    raw.add_notice_handler(heard)


def statements() -> Iterator[str]:
    """Yield the statements that put every guard and every note into a schema with tables: by turns a function and the
    trigger that calls it.
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
        for event, when, rows in noting(table, sealed, never="false"):  # a condition here is no number
            yield from _note(table, event, when, rows)
    yield from _note(TEXTS, "DELETE", "", ("CAST(OLD.entry_number AS TEXT)",))  # an entry's free text is erased
    # A day's closing is told without a row of its own: it seals the day.
    empty = "''"  # the row's name in CLOSING, as SQL
    says = f"IF NEW.kind = 'day' THEN {_tells(CLOSING[0], empty)} END IF; RETURN NULL;"
    yield from _trigger("noted_closing", "AFTER INSERT ON closing", says)


def names() -> Iterator[str]:
    """Yield the names of the functions; each trigger has the same name as its function."""
    for statement in statements():
        if statement.startswith("CREATE FUNCTION "):
            yield statement.split("(")[0].removeprefix("CREATE FUNCTION ")


def install(connection: sa.Connection) -> None:
    """Install every guard and note whose table exists (migrating down removes some) into a schema that has none."""
    tables = set(connection.exec_driver_sql(TABLES).scalars())
    pieces = statements()
    for function, trigger in zip(pieces, pieces, strict=True):  # one iterator: each function with its trigger
        if trigger.partition(" FOR EACH ")[0].rpartition(" ON ")[2] in tables:
            connection.exec_driver_sql(function)
            connection.exec_driver_sql(trigger)


def remove(connection: sa.Connection) -> None:
    """Remove every guard and note, for the length of a migration's transaction."""
    for name in names():
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name}() CASCADE")


def _guard(name: str, statement: str) -> Iterator[str]:
    """Yield the statements of a guard, translated from SQLite's.

    That is `CREATE TRIGGER name BEFORE event WHEN condition BEGIN SELECT RAISE(...); END`, with the condition 1 for a
    change that is always refused. What is not refused goes on with the row: the old one of a DELETE, else the new one.
    """
    head, _, rest = statement.partition(" WHEN ")
    condition, _, message = rest.partition(" BEGIN SELECT RAISE(ABORT, '")
    event = head.partition(f"{name} ")[2]
    condition = "true" if condition == "1" else condition.replace(_NUMBERED_OTHERWISE, "")
    answer = "OLD" if event.startswith("BEFORE DELETE") else "NEW"
    body = f"IF {condition} THEN {_refuses(message.removesuffix(chr(39) + '); END'))} END IF; RETURN {answer};"
    yield from _trigger(name, event, body)


def _refuses(message: str) -> str:
    """Return the statement that refuses a change with a message."""
    return f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{message}';"


def _note(table: str, event: str, when: str, rows: tuple[str, ...]) -> Iterator[str]:
    """Yield the statements of a note: at this event, and under the condition `when`, it tells the rows' names."""
    tells = " ".join(_tells(table, row) for row in dict.fromkeys(rows))
    body = f"IF {when} THEN {tells} END IF; RETURN NULL;" if when else f"{tells} RETURN NULL;"
    yield from _trigger(f"noted_{table}_{event.lower()}", f"AFTER {event} ON {table}", body)


def _tells(table: str, row_sql: str) -> str:
    """Return the statement that tells a program of one changed row."""
    return f"RAISE NOTICE USING MESSAGE = '{_NOTED}', DETAIL = '{table}', HINT = {row_sql};"


def _trigger(name: str, event: str, body: str, scope: str = "ROW") -> Iterator[str]:
    """Yield the statements that make a function with this body, and the trigger that calls it: for each row, or with
    the scope STATEMENT once, as TRUNCATE has no rows.
    """
    server_body = speech.in_a_body(body)
    options = "LANGUAGE plpgsql SET search_path FROM CURRENT"
    yield f"CREATE FUNCTION {name}() RETURNS trigger {options} AS $$BEGIN {server_body} END$$"
    yield f"CREATE TRIGGER {name} {event} FOR EACH {scope} EXECUTE FUNCTION {name}()"
