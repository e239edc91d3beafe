"""Copies the database whole while others write to it, checks the copy, and makes it fit to be kept for long.

This is the only way in which a database is copied. The copy is one file that needs no other; callers decide where it
goes.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from msgspec import Struct

from kiosk import root_files
from kiosk.domain import chain, keeping
from kiosk.domain.chain import Seal
from kiosk.errors import MachineError
from kiosk.store import ledger, retention
from kiosk.store.engine import BUSY_SECONDS, open_engine
from kiosk.store.retention import RetentionRule

# What has numbers that people know outside: the highest of each.
_SERIES = {
    "member": "SELECT max(number) FROM member",
    "receipt": "SELECT max(number) FROM document WHERE series = 'receipt'",
    "invoice": "SELECT max(number) FROM document WHERE series = 'invoice'",
    "credit-note": "SELECT max(number) FROM document WHERE series = 'credit-note'",
    **{
        f"slip-{method}": f"SELECT max(number) FROM remittance WHERE method = '{method}'"
        for method in ("cash", "cheque", "card", "online")
    },
}
SERIES = tuple(_SERIES)
# Tables of which a copy has fewer rows, since what told of hours alone went before it did.
MAY_SHRINK = frozenset(
    kept.shrinks for kept in retention.RETENTION_RULES if kept.tells_of_hours_alone and kept.shrinks is not None
)
_MAPPED = 1 << 31  # bytes
_SUMS = {
    "entries": "SELECT coalesce(sum(amount_cents), 0) FROM entry",
    "balances": "SELECT coalesce(sum(balance_cents), 0) FROM account",
}


class Facts(Struct, frozen=True):
    """What a database holds at one moment, for comparing two: rows by table, sums, highest numbers, its head."""

    home_id: str
    training: bool
    revision: str
    entry: int
    mac: bytes
    counts: Mapping[str, int]
    sums: Mapping[str, int]
    series: Mapping[str, int]


def copy(database: Path, target: Path) -> Facts:
    """Copy a database as it is at one moment into a new file, in one step, so that no other write makes the copy start
    anew.

    Returns the contents' counts, taken in the original at that moment. Raises MachineError `backup`; the target is then
    the caller's to remove. The copy is not durable yet.
    """
    try:
        with root_files.acting_on(database), _new(target) as made, _opened(database) as source:
            made.execute("PRAGMA synchronous=OFF").close()
            source.execute("BEGIN").close()
            counted = _facts(source)  # reading begins here, and the copy is of what is read
            source.backup(made)
            made.execute("PRAGMA journal_mode=DELETE").close()
    except (sqlite3.Error, OSError) as fault:
        raise MachineError("backup", f"{database} could not be copied: {_said(fault)}") from None
    return counted


def keep(database: Path, target: Path, *, whole: bool = False) -> None:
    """Copy a database to where only root may write, read back and durable. Raises as `check`; and OSError."""
    with root_files.staging(database.parent.parent, ".keeping", target.parent) as folder:
        draft = folder / target.name
        check(draft, copy(database, draft), whole=whole)
        root_files.adopt(draft, target)


def check(database: Path, counted: Facts | None = None, *, whole: bool = False) -> Facts:
    """Whether a copy is sound, and holds what was counted. `whole` looks at every index and reference, too, which takes
    five times as long. Raises MachineError `backup` that says what is wrong.
    """
    try:
        with root_files.acting_on(database), closing(_connect(database, read_only=True)) as connection:
            connection.execute(f"PRAGMA mmap_size={_MAPPED}").close()  # nobody else has it: a fifth quicker
            said = connection.execute(f"PRAGMA {'integrity' if whole else 'quick'}_check(1)").fetchone()[0]
            if said != "ok":
                raise MachineError("backup", f"{database.name} is not sound: {said}")
            broken = connection.execute("PRAGMA foreign_key_check").fetchone() if whole else None
            if broken is not None:
                raise MachineError("backup", f"in {database.name} a row of {broken[0]} refers to none of {broken[2]}")
            found = _facts(connection)
    except sqlite3.Error as fault:
        raise MachineError("backup", f"{database.name} is not sound: {fault}") from None
    if counted is not None and found != counted:
        raise MachineError("backup", f"{database.name} does not hold what was copied: {_difference(found, counted)}")
    return found


def compare(database: Path, counted: Facts) -> None:
    """Whether a copy holds what was counted, by numbers alone. Raises MachineError `backup` that says what differs."""
    found = facts(database)
    if found != counted:
        raise MachineError("backup", f"{database.name} does not hold what was copied: {_difference(found, counted)}")


def check_chain(
    database: Path,
    seal: Seal,
    known: tuple[int, bytes] | None = None,
    step: Callable[[int], object] = lambda entries: None,
) -> None:
    """Recompute the seals of a copy's entries, from a `known` head on where it has that one.

    Raises MachineError `backup` that names the first entry that does not fit.
    """
    with reading(database) as connection:
        walk = chain.Walk(seal, *(known if known is not None and ledger.mac(connection, known[0]) == known[1] else ()))
        for rows in ledger.sealed(connection, walk.number + 1):
            wrong = walk.follow(rows)
            if wrong is not None:
                raise MachineError("backup", f"{database.name}: {wrong}")
            step(len(rows))


@contextmanager
def reading(database: Path) -> Iterator[sa.Connection]:
    """Open a copy for reading as a store: nothing is written, not even beside it.

    Raises MachineError `backup` where it cannot be read.
    """
    engine = sa.create_engine(
        "sqlite://", creator=lambda: _connect(database, read_only=True), poolclass=sa.pool.NullPool
    )
    try:
        with root_files.acting_on(database), engine.connect() as connection:
            yield connection
    except sa.exc.DatabaseError as fault:
        raise MachineError("backup", f"{database.name} is not sound: {fault.orig}") from None
    finally:
        engine.dispose()


def forget_older_hours(database: Path, at: datetime) -> None:
    """Take out of a copy the hours that would be too old before it goes. Raises MachineError `backup`.

    What is taken out is overwritten: nothing is written anew for it but the pages that it was on.
    """
    before = at - timedelta(days=keeping.HOURS_IN_COPIES_DAYS)
    _forget(database, before, before.date(), [each for each in retention.RETENTION_RULES if each.tells_of_hours_alone])
    try:
        with root_files.acting_on(database), closing(_connect(database)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").close()
    except sqlite3.Error as fault:
        raise MachineError("backup", f"{database.name} could not be cleaned: {fault}") from None


def forget_hours(database: Path) -> None:
    """Take out of a copy all that is kept for a time only, down to the last byte. Raises MachineError `backup`."""
    rules = [each for each in retention.RETENTION_RULES if each.tells_hours]
    _forget(database, datetime.max.replace(tzinfo=UTC), date.max, rules)
    try:
        with root_files.acting_on(database), closing(_connect(database)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").close()
            connection.execute("VACUUM").close()
    except sqlite3.Error as fault:
        raise MachineError("backup", f"{database.name} could not be cleaned: {fault}") from None


def _forget(database: Path, before: datetime, day: date, rules: list[RetentionRule]) -> None:
    engine = open_engine(database)
    try:
        with root_files.acting_on(database), engine.begin() as connection:
            for kept in rules:
                found = kept.find(connection, before, day)
                for start in range(0, len(found), retention.BATCH):
                    kept.erase(connection, found[start : start + retention.BATCH])
    except sa.exc.DatabaseError as fault:
        raise MachineError("backup", f"{database.name} could not be cleaned: {fault.orig}") from None
    finally:
        engine.dispose()


def empty_log(database: Path) -> None:
    """Write what its log holds into a database, as far as that can be done: one that is damaged stays as it is."""
    with suppress(sqlite3.Error), root_files.acting_on(database), closing(_connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def lay_aside(database: Path, target: Path) -> None:
    """Copy a database unread, whatever release's or whatever state it is in: nothing of it may be lost.

    Raises MachineError `database`.
    """
    try:
        with root_files.staging(database.parent.parent, ".keeping", target.parent) as folder:
            draft = folder / target.name
            with root_files.acting_on(database), _new(draft) as made, closing(sqlite3.connect(database)) as source:
                source.backup(made)
            root_files.adopt(draft, target)
    except (sqlite3.Error, OSError) as fault:
        raise MachineError("database", f"{database} could not be laid aside as {target}: {_said(fault)}") from None


def facts(database: Path) -> Facts:
    """What a database holds. Raises MachineError `backup`."""
    try:
        with root_files.acting_on(database), closing(_connect(database, read_only=True)) as connection:
            return _facts(connection)
    except sqlite3.Error as fault:
        raise MachineError("backup", f"{database} cannot be read: {fault}") from None


def _facts(connection: sqlite3.Connection) -> Facts:
    def one(query: str) -> int:
        found: int = connection.execute(query).fetchone()[0] or 0
        return found

    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    tables = {name for (name,) in names}
    home = connection.execute("SELECT home_id, training FROM home").fetchone()
    revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    head = connection.execute("SELECT number, mac FROM entry ORDER BY number DESC LIMIT 1").fetchone()
    if home is None or revision is None:
        raise sqlite3.DatabaseError("it is no home's")
    return Facts(
        home_id=home[0],
        training=bool(home[1]),
        revision=revision[0],
        entry=0 if head is None else head[0],
        mac=chain.START if head is None else head[1],
        counts={name: one(f'SELECT count(*) FROM "{name}"') for name in sorted(tables)},
        sums={name: one(query) for name, query in _SUMS.items()},
        series={name: one(query) for name, query in _SERIES.items() if _table_of(query) in tables},
    )


def _table_of(query: str) -> str:
    return query.split(" FROM ")[1].split(maxsplit=1)[0]


def _difference(found: Facts, counted: Facts) -> str:
    for name in Facts.__struct_fields__:
        mine, theirs = getattr(found, name), getattr(counted, name)
        if mine != theirs:
            return f"{name} {mine}, not {theirs}"
    return "nothing"


def _connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    mode = "ro" if read_only else "rw"
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None
    )


@contextmanager
def _new(target: Path) -> Iterator[sqlite3.Connection]:
    """A file that was not there, as an empty database."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(_connect(target)) as made:
        yield made


def _opened(database: Path) -> AbstractContextManager[sqlite3.Connection]:
    return closing(_connect(database, read_only=True))


def _said(fault: Exception) -> str:
    return (fault.strerror or str(fault)) if isinstance(fault, OSError) else str(fault)
