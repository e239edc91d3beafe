"""Compares the rows that set a price, post money or give a right with what the chain sealed of them.

Each difference is named by table, row and column. The seals are gathered in a temporary file of SQLite's, so that a
ledger of any size takes the same memory. Visits are compared with what sealed them: their entry, their day's closing,
or the seal of a later change.
"""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import chain, sealed_rows
from kiosk.domain.chain import Seal
from kiosk.errors import AnswerIsNo
from kiosk.store.seals import door_limits, sealed_visits, sealing
from kiosk.store.seals.sealed_tables import SEALED, TEXTS, VISIT
from kiosk.store.tables import are_of_books

_NO_KEY = secrets.token_bytes(32)  # stands for a key that is not known: no row can have been sealed with it
_MOST = 20  # at most so many differences are named
_SEAL_ENTRIES = (
    "SELECT number, key_id, detail FROM entry WHERE {} AND number > ? AND day_on <= ? ORDER BY number LIMIT 200",
    (are_of_books("closing"), are_of_books(sealing.KIND)),
)
_TABLE_OF_SEALS = "CREATE TABLE said (tab, row, entry, key, seal, seen DEFAULT 0, PRIMARY KEY (tab, row)) WITHOUT ROWID"
# visits of closed days that no entry charges: their day's closing sealed them
_FREE = "charge_entry IS NULL AND day_on <= (SELECT max(until_on) FROM closing WHERE kind = 'day')"


class _LastSeal(Struct, frozen=True):
    """The last seal over a row: its entry, the key that sealed that entry, and the seal."""

    entry: int
    key: bytes
    seal: str


def check(connection: sa.Connection, seal: Seal) -> int:
    """Check every sealed row, and return how many there are. Raises AnswerIsNo `seal-differs`, naming the differences.

    In a ledger without any seal yet, only what doors sealed is checked.
    """
    differences = list(door_limits.overstepped(connection))
    count = 0
    with gathered(connection, seal, steps=differences) as seals:
        for difference in _differences(connection, seal, seals) if seals is not None else ():
            count += difference is None
            if difference is not None:
                differences.append(difference)
    if differences:
        more = f"; and {len(differences) - _MOST} more" if len(differences) > _MOST else ""
        raise AnswerIsNo("seal-differs", "; ".join(differences[:_MOST]) + more)
    return count


@contextmanager
def gathered(
    connection: sa.Connection, seal: Seal, until: date = date.max, steps: list[str] | None = None
) -> Iterator[sqlite3.Connection | None]:
    """Open a temporary database whose table `said` has the last seal of each row, from closings and seals up to a day.

    None if nothing was sealed yet. To the list `steps`, if given, a sentence is added for each row that a door changed
    though no door may.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as seals:
        seals.execute(_TABLE_OF_SEALS)
        yield seals if _gather(connection, seal, seals, until, steps) else None


def _gather(
    connection: sa.Connection, seal: Seal, sealed: sqlite3.Connection, until: date, steps: list[str] | None
) -> bool:
    """Store the last seal of each row, in the chain's order. Return whether there is any seal entry. With a list of
    `steps`, add what doors did to rows that they may not change.
    """
    has_any = False
    sealed.execute("BEGIN")
    for number, key_id, detail in _merged(connection, until):
        sealed_detail = json.loads(detail)
        # a seal has rows by table, a day's closing the visits of that day that no entry charges
        rows = sealed_detail.get("rows") if "rows" in sealed_detail else {VISIT: sealed_detail.get("visits", {})}
        has_any = has_any or "rows" in sealed_detail
        door = None if steps is None else chain.door_of(key_id)
        if door is not None and steps is not None:
            steps += _steps(sealed, number, door, rows)
        sealed.executemany(
            "INSERT OR REPLACE INTO said (tab, row, entry, key, seal) VALUES (?, ?, ?, ?, ?)",
            [
                (table, row, number, seal.key_of(key_id) or _NO_KEY, row_seal)  # under an unknown key no row fits
                for table, seals_by_row in rows.items()
                for row, row_seal in seals_by_row.items()
            ],
        )
    sealed.execute("COMMIT")
    return has_any


def _steps(seals: sqlite3.Connection, number: int, door: int, tables: dict[str, dict[str, str]]) -> Iterator[str]:
    """Yield what a door did with rows that it may not: added, changed or deleted, judged by the seals so far."""
    rows = ((table, row, sealed) for table, sealed_by_row in tables.items() for row, sealed in sealed_by_row.items())
    for table, row, sealed in rows:
        before = seals.execute("SELECT seal FROM said WHERE tab = ? AND row = ?", (table, row)).fetchone()
        verb = "d" if sealed == sealed_rows.GONE else "a" if before in (None, (sealed_rows.GONE,)) else "u"
        step = door_limits.overstep(number, door, table, row, verb)
        if step is not None:
            yield step


def _merged(connection: sa.Connection, until: date) -> Iterator[tuple[int, str, str]]:
    """Yield the entries of closings and seals, by number; of closings only those of days have seals."""
    query, kinds = _SEAL_ENTRIES
    streams = [_stream(connection, query.format(kind), until) for kind in kinds]
    heads = [next(stream, None) for stream in streams]
    while any(head is not None for head in heads):
        place = min((head[0], stream_place) for stream_place, head in enumerate(heads) if head is not None)[1]
        head = heads[place]
        if head is not None:
            yield head
        heads[place] = next(streams[place], None)


def _stream(connection: sa.Connection, query: str, until: date) -> Iterator[tuple[int, str, str]]:
    """Yield the entries that a query gives, page after page; a page begins after the last number of the one before."""
    after = 0
    while rows := connection.exec_driver_sql(query, (after, until.isoformat())).all():
        yield from map(tuple, rows)
        after = rows[-1][0]


def _differences(connection: sa.Connection, seal: Seal, sealed: sqlite3.Connection) -> Iterator[str | None]:
    """Yield a sentence for each row that differs from its seal, and None for each that does not."""
    for table in SEALED:
        if table == VISIT:
            yield from _visits(connection, sealed)
        for row, values in sealing.read(connection, table, _FREE if table == VISIT else "1 = 1"):
            if table == VISIT and not _has_no_seal(sealed, row):
                continue  # compared by `_visits`
            yield _row(table, row, values, _find(sealed, seal, table, row))
    for entry in sealing.texts_gone(connection):
        if sealed.execute("SELECT 1 FROM said WHERE tab = ? AND row = ?", (TEXTS, str(entry))).fetchone() is None:
            yield f"the free text of entry {entry} is hidden: no entry says that it was erased"
    # rows that were not met above, and are not sealed as deleted (an empty seal)
    for table, row, entry in sealed.execute(
        "SELECT tab, row, entry FROM said WHERE NOT seen AND seal <> '' AND tab <> ? ORDER BY entry", (VISIT,)
    ):
        if table in SEALED:
            yield f"{table} {row} is missing: entry {entry} sealed it"


def _row(table: str, row_name: str, values: tuple[object, ...], sealed: _LastSeal | None) -> str | None:
    """Return a sentence if a row is in no seal or differs from its last one; None if it is as sealed."""
    if sealed is None or sealed.seal == sealed_rows.GONE:
        return f"{table} {_shown(table, row_name)} is in no seal: it was put in past the program"
    salt = sealed_rows.salt(sealed.key, table, row_name)
    places = sealed_rows.differing(salt, table, row_name, values, sealed.seal)
    if places is None:
        return None
    columns = SEALED[table].plain
    named = ", ".join(columns[place].strip('"') for place in places) or "one of its columns"
    return f"{table} {_shown(table, row_name)}: {named} is not what entry {sealed.entry} sealed"


def _shown(table: str, row_name: str) -> str:
    """Return a row's name as it may be shown: of a badge only the first digits."""
    return f"{row_name[:8].lower()}..." if SEALED[table].is_hidden else row_name


def _find(sealed: sqlite3.Connection, seal: Seal, table: str, row_name: str) -> _LastSeal | None:
    """Return the last seal of a row, and mark it as seen; None if it was never sealed.

    Badges are named by a hash under the sealing key, so each key in use is tried.
    """
    used = sealed.execute("SELECT DISTINCT key FROM said WHERE tab = ?", (table,)) if SEALED[table].is_hidden else ()
    names = {sealing.named(key, table, row_name) for key in (*seal.keys, *(key for (key,) in used))}
    last_seal: _LastSeal | None = None
    for name in names:
        row = sealed.execute("SELECT entry, key, seal FROM said WHERE tab = ? AND row = ?", (table, name)).fetchone()
        if row is not None:  # several keys may have: the last seal counts, and none is missing
            last_seal = _LastSeal(*row) if last_seal is None or row[0] > last_seal.entry else last_seal
            sealed.execute("UPDATE said SET seen = 1 WHERE tab = ? AND row = ?", (table, name))
    return last_seal


def _has_no_seal(sealed: sqlite3.Connection, row_name: str) -> bool:
    """Return whether a visit was never sealed on its own; those that were are compared by `_sealed_visits`."""
    return sealed.execute("SELECT 1 FROM said WHERE tab = ? AND row = ?", (VISIT, row_name)).fetchone() is None


def _visits(connection: sa.Connection, sealed: sqlite3.Connection) -> Iterator[str | None]:
    """Yield the differences of visits: charged by an entry, sealed on their own, or missing; None for each that is
    right.
    """
    for visit, entry in sealed_visits.missing(connection):
        yield f"visit {visit} is missing: entry {entry} is of it"
    for visit, entry, columns in sealed_visits.differing(connection):
        if _has_no_seal(sealed, str(visit)):
            yield f"visit {visit}: {', '.join(columns)} is not what entry {entry} says"
    rows = sealed.execute("SELECT row, entry, key, seal FROM said WHERE tab = ?", (VISIT,))
    while batch := rows.fetchmany(500):
        yield from _sealed_visits(connection, {row: _LastSeal(*seal) for row, *seal in batch})


def _sealed_visits(connection: sa.Connection, sealed: dict[str, _LastSeal]) -> Iterator[str | None]:
    """Yield the differences of visits that were sealed on their own; None for each that is right."""
    marks = ", ".join("?" * len(sealed))
    visits = dict(sealing.read(connection, VISIT, f"id IN ({marks})", tuple(int(row) for row in sealed)))
    for row, last_seal in sealed.items():
        if row not in visits:
            yield f"visit {row} is missing: entry {last_seal.entry} sealed it"
        else:
            yield _row(VISIT, row, visits[row], last_seal)
