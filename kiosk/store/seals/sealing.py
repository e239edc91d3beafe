"""Seals the rows that set a price, post money or give a right: an entry at a transaction's end covers what it changed
of them.

The program's writing connection collects what it changes by triggers of its own: a change by another program, with or
without guards, leaves no note, and `verify` finds it (`seal_audit`). So no statement has to remember sealing, and a tap
pays nothing: it changes only its visit, which is in the visit's entry, or in its day's closing if it was free.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

import sqlalchemy as sa

from kiosk.domain import ids, sealed_rows
from kiosk.domain.chain import Detail, Seal, door_of
from kiosk.domain.days import Moment
from kiosk.store import ledger, prepared
from kiosk.store.ledger import Draft
from kiosk.store.seals import sealed_visits
from kiosk.store.seals.sealed_tables import SEALED, TEXTS, VISIT, Sealed
from kiosk.store.tables import are_of_books

KIND = "seal"  # the kind of a seal's entry
_BATCH = 500  # rows read at once
_ANY = f"SELECT 1 FROM entry WHERE {are_of_books(KIND)} LIMIT 1"  # one row if anything is sealed yet
_TEXTS_GONE = (  # entries whose free text was erased
    "SELECT e.number FROM entry AS e WHERE e.text_digest IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM entry_text AS t WHERE t.entry_number = e.number) ORDER BY e.number"
)
# The last closed day.
CLOSED = "(SELECT max(until_on) FROM closing WHERE kind = 'day')"
CLOSING = ("closing", "")  # collected, as a table and a row, when a day is closed
Rows = dict[str, dict[str, str]]  # seals by table and row


class Sealing:
    """Collects the rows that a home's writing connection changes, and seals them at each transaction's end."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self.noted: set[tuple[str, str]] = set()  # tables and rows that the transaction changed

    def watch(self, connection: sa.Connection) -> None:
        """Make a connection collect the rows that it changes, for as long as it is open."""
        raw: Any = connection.connection.driver_connection
        raw.create_function("kiosk_noted", 2, lambda table, row: self.noted.add((table, row)))
        tables = {name for (name,) in raw.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")}
        raw.executescript(_triggers(tuple(name for name in SEALED if name in tables)))

    def begin(self, connection: sa.Connection) -> None:
        """Start a new transaction: forget collected rows and the last act, and give the connection the log's key."""
        self.noted.clear()
        ledger.forget_act(connection)
        self.lend_key(connection)

    def lend_key(self, connection: sa.Connection) -> None:
        """Give a connection this program's key, with which it seals lines of the officers' log."""
        connection.info[ledger.SEAL] = self._seal

    def seal_noted(self, connection: sa.Connection) -> int | None:
        """Write an entry over the rows collected in the transaction at hand, and return its number; None if none is
        needed.

        Nothing is sealed before a home's first day is closed; that closing seals everything.
        """
        noted = sorted(self.noted - {CLOSING})
        is_closing = CLOSING in self.noted
        self.noted.clear()
        if connection.exec_driver_sql(_ANY).first() is None:
            return self.seal_state(connection) if is_closing else None
        if not noted:
            return None
        tables = {table: [row for changed_table, row in noted if changed_table == table] for table, _ in noted}
        seals = {  # a row that is deleted has no seal of its own: GONE stays; a text is only ever deleted
            table: dict.fromkeys(rows, sealed_rows.GONE)
            | (of_rows(connection, self._seal, table, rows) if table != TEXTS else {})
            for table, rows in tables.items()
        }
        return self._append(connection, seals, {})

    def seal_rows(self, connection: sa.Connection, rows: Mapping[str, Collection[str]], actor: str, at: Moment) -> None:
        """Write an entry over rows that a library changed in a transaction of its own, which collects nothing."""
        if connection.exec_driver_sql(_ANY).first() is None:
            return
        seals = {
            table: dict.fromkeys(names, sealed_rows.GONE) | of_rows(connection, self._seal, table, list(names))
            for table, names in rows.items()
        }
        self._write(connection, seals, {}, at.at, at.day, actor)

    def note_all(self, connection: sa.Connection, tables: Iterable[str]) -> None:
        """Collect every row of these tables as changed: from now on more of their columns are sealed."""
        self.noted.update((table, row) for table in tables for row, _ in read(connection, table))

    def seal_as_before(self, connection: sa.Connection, columns: Mapping[str, int]) -> int | None:
        """Write an entry for every row of some tables, by their first columns alone: as an older release seals them,
        before an update to a newer one is taken back. None where nothing is sealed yet.

        `columns` has for each table how many columns the older release seals.
        """
        if connection.exec_driver_sql(_ANY).first() is None:
            return None
        seals = {table: dict(_seals(connection, self._seal, table, most=most)) for table, most in columns.items()}
        return self._append(connection, seals, {})

    def seal_state(self, connection: sa.Connection) -> int:
        """Write an entry over all rows as they are, and return its number.

        From this entry on officers' agreements are signed by passkey (`YES_FROM`).
        """
        seals = {table: dict(_seals(connection, self._seal, table)) for table in SEALED if table != VISIT}
        seals[VISIT] = dict(_seals(connection, self._seal, VISIT, f"charge_entry IS NULL AND day_on <= {CLOSED}"))
        seals[TEXTS] = dict.fromkeys(map(str, texts_gone(connection)), sealed_rows.GONE)
        # visits that differ from their entry by now, such as undone ones: as they are
        unlike_their_entry = [str(visit) for visit, _, _ in sealed_visits.differing(connection)]
        seals[VISIT] |= of_rows(connection, self._seal, VISIT, unlike_their_entry)
        return self._append(connection, seals, {"about": "state", sealed_rows.YES_FROM: 1})

    def seal_word(self, connection: sa.Connection, detail: Detail) -> int | None:
        """Write an entry that seals no row but has a detail, and return its number.

        None if nothing is sealed yet: then the first closing seals everything.
        """
        if connection.exec_driver_sql(_ANY).first() is None:
            return None
        return self._append(connection, {}, detail)

    def _last_log_line(self, connection: sa.Connection) -> Detail:
        """Return the last line of the officers' log for an entry of the office, so that no older log fits any more;
        nothing for an entry of a door.
        """
        if door_of(self._seal.key_id) is not None:
            return {}
        from kiosk.store.officers import desk_log  # only the office needs it: a door's start does not load it

        return desk_log.seen(*desk_log.head(connection))

    def _append(self, connection: sa.Connection, seals: Rows, more: Detail) -> int:
        """Write a seal's entry, dated and signed as the transaction at hand."""
        return self._write(connection, seals, more, *_act(connection))

    def _write(self, connection: sa.Connection, seals: Rows, more: Detail, at: datetime, day: date, actor: str) -> int:
        """Write a seal's entry: its detail, and rows under the names that entries give them."""
        rows = {
            table: {named(self._seal.key, table, row): seal for row, seal in rows.items()}
            for table, rows in seals.items()
            if rows
        }
        draft = Draft(
            kind=KIND,
            day_on=day,
            group=ids.new(at, secrets.token_bytes(16)),
            actor=actor,
            detail={**self._last_log_line(connection), **more, "rows": rows},
        )
        return ledger.append(connection, self._seal, draft, at)


def of_rows(connection: sa.Connection, seal: Seal, table: str, rows: list[str]) -> dict[str, str]:
    """Return the seals of those of these rows that exist, by row."""
    seals: dict[str, str] = {}
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        marks = ", ".join("?" * len(batch))
        seals |= _seals(connection, seal, table, f"{SEALED[table].row()} IN ({marks})", tuple(batch))
    return seals


def free_visits(connection: sa.Connection, seal: Seal, day: date) -> dict[str, str]:
    """Return the seals of a day's visits that have no entry, for the day's closing."""
    return dict(_seals(connection, seal, VISIT, "charge_entry IS NULL AND day_on = ?", (day.isoformat(),)))


def named(key: bytes, table: str, row_name: str) -> str:
    """Return a row's name as entries have it: hidden for badges."""
    return sealed_rows.hidden(key, table, row_name) if table in SEALED and SEALED[table].is_hidden else row_name


def texts_gone(connection: sa.Connection) -> list[int]:
    """Return the entries whose free text was erased."""
    return list(connection.exec_driver_sql(_TEXTS_GONE).scalars())


def read(
    connection: sa.Connection, table: str, where: str = "1 = 1", values: tuple[object, ...] = ()
) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield the rows of a sealed table, each as its name and the values that are sealed. `where` limits them."""
    sealed = SEALED[table]
    condition = f"{where} AND {sealed.only()}" if sealed.which else where  # `which`: some of the rows are not sealed
    query = f"SELECT {', '.join((sealed.row(), *sealed.columns))} FROM {table} WHERE {condition}"
    for rows in prepared.pages(connection, query, values, _BATCH):
        for row in rows:
            yield row[0], row[1:]


def _seals(
    connection: sa.Connection,
    seal: Seal,
    table: str,
    where: str = "1 = 1",
    values: tuple[object, ...] = (),
    most: int | None = None,
) -> Iterator[tuple[str, str]]:
    """Yield the seals of a table's rows, by row; with `most`, of the first so many columns only."""
    for row, sealed_values in read(connection, table, where, values):
        yield row, sealed_rows.seal(sealed_rows.salt(seal.key, table, row), table, row, sealed_values[:most])


def _act(connection: sa.Connection) -> tuple[datetime, date, str]:
    """Return moment, day and actor of the transaction at hand, as far as it said so; else noon of the last entry's day.

    No clock is read: it may be wrong, but the ledger's last day is not.
    """
    at, day, actor = ledger.act_of(connection)
    if at is None or day is None:
        last_day = date.fromisoformat(connection.exec_driver_sql("SELECT max(day_on) FROM entry").scalar_one())
        at, day = datetime.combine(last_day, time(12), UTC), last_day
    return at, day, actor or ledger.AT_THE_DOOR


@cache
def _triggers(tables: tuple[str, ...]) -> str:
    """Return the triggers of a connection whose database has these sealed tables, as one script.

    Created together they take two thirds of the time.
    """
    statements = [trigger for name in tables for trigger in _watching(name, SEALED[name])]
    statements.append(
        f"CREATE TEMP TRIGGER kiosk_{TEXTS} AFTER DELETE ON main.{TEXTS}"
        f" BEGIN SELECT kiosk_noted('{TEXTS}', CAST(OLD.entry_number AS TEXT)); END"
    )
    statements.append(
        "CREATE TEMP TRIGGER kiosk_closing AFTER INSERT ON main.closing WHEN NEW.kind = 'day'"
        f" BEGIN SELECT kiosk_noted('{CLOSING[0]}', ''); END"
    )
    return ";\n".join(("BEGIN", *statements, "COMMIT;"))


def _watching(table: str, sealed: Sealed) -> Iterator[str]:
    """Yield the triggers that collect a table's changed rows."""
    for event, condition, rows in noting(table, sealed):
        when = f" WHEN {condition}" if condition else ""
        body = " ".join(f"SELECT kiosk_noted('{table}', {row});" for row in dict.fromkeys(rows))
        yield (
            f"CREATE TEMP TRIGGER kiosk_{table}_{event.lower()} AFTER {event} ON main.{table}{when} BEGIN {body} END"
        )


def noting(table: str, of: Sealed, never: str = "0") -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield each event at which a row is collected: its name, SQL for the condition (empty: always), and SQL for rows'
    names.

    `never` is SQL for false, the condition of a change where no column is sealed.
    """
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in (*of.key, *of.plain)) or never
    if of.which:
        changed = f"({changed}) AND ({of.only('NEW.')} OR {of.only('OLD.')})"
    # a visit that is charged is sealed by its entry, one of an open day by that day's closing
    put_in = of.only("NEW.") if table != VISIT else f"NEW.charge_entry IS NULL AND NEW.day_on <= {CLOSED}"
    new, old = of.row("NEW."), of.row("OLD.")
    yield "INSERT", put_in, (new,)
    yield "UPDATE", changed, (old, new)
    yield "DELETE", of.only("OLD."), (old,)
