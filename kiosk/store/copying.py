"""Copies the whole database while others write to it, checks the copy, and removes from it what may not be kept long.

A database is copied in no other way. A copy is one file that needs no other; callers decide where it goes. Of the
retention rules, those that tell hours (of arrivals and the like) are applied to copies: to all copies those kept for
the period of hours alone, to copies kept for months each that `tells_hours`. The chain's head is number and seal (MAC)
of the last entry; a walk recomputes each seal from the one before.
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

# The series of numbers that people outside know, and the query for the highest number of each; a slip is a bank
# deposit's.
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
# Tables that may have fewer rows in a copy than when it was made: hours that are too old are deleted from copies.
MAY_SHRINK = frozenset(
    kept.shrinks for kept in retention.RETENTION_RULES if kept.tells_of_hours_alone and kept.shrinks is not None
)
_PAGES_AT_ONCE = 2048  # pages that a step of a copy writes: 8 MB
_INSTRUCTIONS_AT_ONCE = 100_000  # of SQLite's machine, between two times that packing writes to the disk: some 2 MB
_MAPPED = 1 << 31  # bytes of a copy that are mapped into memory to be read, at most: 2 GB
_SUMS = {  # sums that a copy must have, too, in cents
    "entries": "SELECT coalesce(sum(amount_cents), 0) FROM entry",
    "balances": "SELECT coalesce(sum(balance_cents), 0) FROM account",
}


class Facts(Struct, frozen=True):
    """The contents of a database at one moment, to compare a copy with: rows by table, sums in cents, highest numbers,
    the chain's head.
    """

    home_id: str
    training: bool
    revision: str
    entry: int  # the number of the last entry; 0 without any
    mac: bytes  # its seal
    counts: Mapping[str, int]  # rows by table
    sums: Mapping[str, int]
    series: Mapping[str, int]  # the highest number by series


def copy(database: Path, target: Path) -> Facts:
    """Copy a database, as it is at one moment, into a new file; return the contents counted in the original at that
    moment.

    All of it is read in one transaction, so that no other write makes the copy start again. It is not durable yet.
    Raises MachineError `backup`; the caller then removes the target.
    """
    try:
        with root_files.acting_on(database), _new(target) as copied, _opened(database) as source:
            copied.execute("PRAGMA synchronous=OFF").close()
            source.execute("BEGIN").close()
            counted = _facts(source)  # reading begins here, and the copy is of what is read
            with _flushing(target) as flush:
                source.backup(copied, pages=_PAGES_AT_ONCE, progress=flush)
            copied.execute("PRAGMA journal_mode=DELETE").close()
    except (sqlite3.Error, OSError) as fault:
        raise MachineError("backup", f"{database} could not be copied: {_reason(fault)}") from None
    return counted


def keep(database: Path, target: Path, *, whole: bool = False) -> None:
    """Copy a database to a place where only root may write, checked (`whole` as `check` has it) and durable. Raises as
    `copy` and `check` do; and OSError.
    """
    # copied with the rights of the service's user in a folder of the home, then taken over by root
    with root_files.staging(database.parent.parent, ".keeping", target.parent) as folder:
        draft = folder / target.name
        check(draft, copy(database, draft), whole=whole)
        root_files.adopt(draft, target)


def check(database: Path, counted: Facts | None = None, *, whole: bool = False) -> Facts:
    """Check that a copy is sound and has the contents `counted` in the original; return its contents.

    `whole` also checks every index and reference, which takes five times as long. Raises MachineError `backup`, saying
    what is wrong.
    """
    try:
        with root_files.acting_on(database), closing(_connect(database, read_only=True)) as connection:
            connection.execute(f"PRAGMA mmap_size={_MAPPED}").close()  # it is this program's own: a fifth quicker
            verdict = connection.execute(f"PRAGMA {'integrity' if whole else 'quick'}_check(1)").fetchone()[0]
            if verdict != "ok":
                raise MachineError("backup", f"{database.name} is not sound: {verdict}")
            broken = connection.execute("PRAGMA foreign_key_check").fetchone() if whole else None
            if broken is not None:
                raise MachineError("backup", f"in {database.name} a row of {broken[0]} refers to none of {broken[2]}")
            contents = _facts(connection)
    except sqlite3.Error as fault:
        raise MachineError("backup", f"{database.name} is not sound: {fault}") from None
    if counted is not None and contents != counted:
        raise MachineError("backup", f"{database.name} does not hold what was copied: {_difference(contents, counted)}")
    return contents


def compare(database: Path, counted: Facts) -> None:
    """Compare a copy's contents with those `counted`, without checking its pages. Raises MachineError `backup`, naming
    a difference.
    """
    contents = facts(database)
    if contents != counted:
        raise MachineError("backup", f"{database.name} does not hold what was copied: {_difference(contents, counted)}")


def check_chain(
    database: Path,
    seal: Seal,
    known: tuple[int, bytes] | None = None,
    step: Callable[[int], object] = lambda entries: None,
) -> None:
    """Recompute the seals of a copy's entries, from the `known` head on if the copy has that entry, else from the
    first.

    Raises MachineError `backup`, naming the first entry that does not fit.
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
    """Open a copy to read it with the store's functions; nothing is written, not even a file beside it.

    Raises MachineError `backup` if it cannot be read.
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
    """Delete from a copy the hours that would become too old while the copy is kept. Raises MachineError `backup`.

    The copy keeps what is younger than `HOURS_IN_COPIES_DAYS` at the moment `at`. Deleted contents are overwritten in
    place; only the pages that held them are written again.
    """
    before = at - timedelta(days=keeping.HOURS_IN_COPIES_DAYS)
    _forget(database, before, before.date(), [rule for rule in retention.RETENTION_RULES if rule.tells_of_hours_alone])
    try:
        with root_files.acting_on(database), closing(_connect(database)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").close()  # one file again, without a log beside it
    except sqlite3.Error as fault:
        raise MachineError("backup", f"{database.name} could not be cleaned: {fault}") from None


def forget_hours(database: Path) -> None:
    """Delete from a copy all that tells hours, of whatever age, to the last byte: what is left is written into a new
    file beside the copy, which takes its place. Raises MachineError `backup`.
    """
    rules = [rule for rule in retention.RETENTION_RULES if rule.tells_hours]
    _forget(database, datetime.max.replace(tzinfo=UTC), date.max, rules)
    packed = database.with_name(f"{database.name}.packed")
    try:
        with root_files.acting_on(database):
            _pack(database, packed)
            packed.replace(database)
    except (sqlite3.Error, OSError) as fault:
        raise MachineError("backup", f"{database.name} could not be cleaned: {_reason(fault)}") from None


def _pack(database: Path, packed: Path) -> None:
    """Write what a copy holds into a new file, without its free pages. It is not durable yet."""
    with _new(packed), _flushing(packed) as flush, closing(_connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE").close()
        connection.set_progress_handler(flush, _INSTRUCTIONS_AT_ONCE)
        connection.execute("VACUUM INTO ?", (str(packed),)).close()


def _forget(database: Path, before: datetime, day: date, rules: list[RetentionRule]) -> None:
    """Delete what the rules find older than a moment and a day; with the latest possible ones, everything.

    Each batch is a transaction of its own, so that a tap meanwhile waits for one batch's pages on the disk at most. A
    copy in which some are missing is a draft, which its caller removes.
    """
    engine = open_engine(database, durable=False)
    try:
        with root_files.acting_on(database):
            for rule in rules:
                with engine.begin() as connection:
                    ids = rule.find(connection, before, day)
                for start in range(0, len(ids), retention.BATCH):
                    with engine.begin() as connection:
                        rule.erase(connection, ids[start : start + retention.BATCH])
    except sa.exc.DatabaseError as fault:
        raise MachineError("backup", f"{database.name} could not be cleaned: {fault.orig}") from None
    finally:
        engine.dispose()


def empty_log(database: Path) -> None:
    """Write a database's write-ahead log back into the database file and empty it, as far as others' reading allows;
    leave a damaged or missing database as it is.
    """
    with suppress(sqlite3.Error), root_files.acting_on(database), closing(_connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def lay_aside(database: Path, target: Path) -> None:
    """Copy a database page by page, whatever its release or state, so that nothing of it is lost: nothing is counted
    or checked. The target is root's.

    Raises MachineError `database`.
    """
    try:
        with root_files.staging(database.parent.parent, ".keeping", target.parent) as folder:
            draft = folder / target.name
            with root_files.acting_on(database), _new(draft) as copied, closing(sqlite3.connect(database)) as source:
                source.backup(copied)
            root_files.adopt(draft, target)
    except (sqlite3.Error, OSError) as fault:
        raise MachineError("database", f"{database} could not be laid aside as {target}: {_reason(fault)}") from None


def facts(database: Path) -> Facts:
    """Count the contents of a database. Raises MachineError `backup` if it cannot be read."""
    try:
        with root_files.acting_on(database), closing(_connect(database, read_only=True)) as connection:
            return _facts(connection)
    except sqlite3.Error as fault:
        raise MachineError("backup", f"{database} cannot be read: {fault}") from None


def _facts(connection: sqlite3.Connection) -> Facts:
    """Count the contents of a database. Raises sqlite3.DatabaseError for a file that is not a home's."""

    def number(query: str) -> int:
        count: int = connection.execute(query).fetchone()[0] or 0
        return count

    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    tables = {name for (name,) in names}
    home = connection.execute("SELECT home_id, training FROM home").fetchone()
    revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    head = connection.execute("SELECT number, mac FROM entry ORDER BY number DESC LIMIT 1").fetchone()
    if home is None or revision is None:
        raise sqlite3.DatabaseError("this is not a home's database")
    return Facts(
        home_id=home[0],
        training=bool(home[1]),
        revision=revision[0],
        entry=0 if head is None else head[0],
        mac=chain.START if head is None else head[1],
        counts={name: number(f'SELECT count(*) FROM "{name}"') for name in sorted(tables)},
        sums={name: number(query) for name, query in _SUMS.items()},
        series={name: number(query) for name, query in _SERIES.items() if _table_of(query) in tables},
    )


def _table_of(query: str) -> str:
    """Return the table of one of the queries of `_SERIES`: older releases lack some."""
    return query.split(" FROM ")[1].split(maxsplit=1)[0]


def _difference(copied: Facts, counted: Facts) -> str:
    """Return the first difference between two databases' contents, as words; "nothing" if they are equal."""
    for name in Facts.__struct_fields__:
        copied_fact, counted_fact = getattr(copied, name), getattr(counted, name)
        if copied_fact != counted_fact:
            return f"{name} {copied_fact}, not {counted_fact}"
    return "nothing"


def _connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open a database with the driver; a missing file is not made. No statement begins a transaction but BEGIN."""
    mode = "ro" if read_only else "rw"
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None
    )


@contextmanager
def _new(target: Path) -> Iterator[sqlite3.Connection]:
    """Open a new file, which must not exist yet, as an empty database that only its owner may read."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(_connect(target)) as made:
        yield made


@contextmanager
def _flushing(target: Path) -> Iterator[Callable[..., None]]:
    """Return a function that has what was written so far of a file brought to the disk, whatever it is called with: a
    tap that comes meanwhile then waits for one step's pages, not for half a gigabyte.
    """
    descriptor = os.open(target, os.O_RDONLY)
    try:
        yield lambda *_how_far: os.fdatasync(descriptor)
    finally:
        os.close(descriptor)


def _opened(database: Path) -> AbstractContextManager[sqlite3.Connection]:
    """Open a database for reading, closed at the end."""
    return closing(_connect(database, read_only=True))


def _reason(fault: Exception) -> str:
    """Return an error's reason, without the path that an OSError repeats."""
    return (fault.strerror or str(fault)) if isinstance(fault, OSError) else str(fault)
