"""Moves a home's records from their file to a server, and back: verified, resumable, and only while no program runs.

The home changes at the very end, in one file: `kiosk.toml` then names the server, or no longer does. The former records
are kept under another name, so that nothing continues to write there.
"""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa

from kiosk import config_file, config_in_force, home, keys, root_files
from kiosk.books import exports
from kiosk.books.exports import ExportRequest
from kiosk.config import Config
from kiosk.domain.chain import Seal, key_id
from kiosk.errors import KioskError, MachineError, RequestError
from kiosk.exports.sheets import SHEETS
from kiosk.home import Paths
from kiosk.setup import records
from kiosk.store import audit, home_row, schema
from kiosk.store.engine import Store, open_engine
from kiosk.store.postgresql import address, copies, roles, rows, server_store, tables
from kiosk.store.postgresql.server_store import ServerStore
from kiosk.store.revisions import check_revision
from kiosk.store.seals import seal_audit
from kiosk.store.space import door_rows

Report = Callable[[int, int], None]  # told how many tables are carried, of how many
FILE = "sqlite"  # names the file where a server's address would stand
_ALWAYS = (date(1, 1, 1), date(9999, 12, 31))  # from the first day to the last that an export may have


def _no_report(done: int, of: int) -> None:
    """Ignore the progress, where none is shown."""


def to_server(root: Path, url: str, report: Report = _no_report) -> None:
    """Move a home's records from its file to a server's database. Rows carried before an interruption are not carried
    again.

    Raises RequestError `config`, `move-target`, `database-older` or `database-newer`, AnswerIsNo where records
    contradict each other, MachineError `entrance-runs`, `move-running`, `move`, `schema` or `database`; the home is
    then unchanged.
    """
    paths = home.find(root)
    address.parsed(url)
    if config_file.load(paths.config).database.url:  # the address as it stands in the file, which is changed at the end
        raise RequestError("move-target", "the home is on a server already: kiosk move --to sqlite brings it back")
    with home.locked(paths), _file(paths.database) as file:
        _refuse_others(paths.database)
        check_revision(file)
        with server_store.working_on(url) as server:
            _carry_to_server(file, server, report)
            try:
                with _both(paths, url) as both:
                    _verify(*both, _seal(paths, file))
            except KioskError:
                with server.begin():
                    tables.drop(server)  # a differing copy must not be continued
                raise
            _name_server(paths, url)
            with server.begin():
                rows.forget(server)  # the notes by which an interrupted move goes on
    _lay_aside(paths.database)


def to_file(root: Path, at: datetime, report: Report = _no_report) -> None:
    """Move a home's records from its server back to a file. An unverified file has another name, and is begun anew; a
    verified one becomes the home's records once the server's are laid aside, now or when this runs again.

    Raises as `to_server`, and RequestError `move-doors`.
    """
    paths = home.find(root)
    with home.locked(paths):
        url = config_file.load(paths.config).database.url
        verified = paths.database.with_name(f"{paths.database.name}.verified")
        if verified.exists() and (not url or _has_let_go(url)):
            _settle(paths, verified)
            return
        if not url:
            raise RequestError("move-target", "the home is in its file already: name a server to move it to")
        if paths.database.exists():
            raise RequestError("move-target", f"{paths.database} is there already: take it away first")
        draft = paths.database.with_name(f"{paths.database.name}.new")
        for left in (verified, draft):
            left.unlink(missing_ok=True)
        with server_store.working_on(url) as server, server.begin():
            _carry_to_file(paths, server, draft, url, report)
            draft.rename(verified)
            tables.lay_aside(server, at)
        _settle(paths, verified)


def _has_let_go(url: str) -> bool:
    """Return whether a server no longer has a home: its records were laid aside, and that is committed."""
    with server_store.working_on(url) as server, server.begin():
        return not tables.is_made(server)


def _settle(paths: Paths, verified: Path) -> None:
    """Make the verified file the home's records, and take the server's address out of kiosk.toml. Each step may have
    been done already, by a run that was cut off.
    """
    with root_files.acting_on(paths.database):
        if not paths.database.exists():
            os.link(verified, paths.database)
    _name_server(paths, "")
    with root_files.acting_on(paths.database):
        verified.unlink()


def _carry_to_server(file: sa.Connection, server: sa.Connection, report: Report) -> None:
    """Carry all tables from a file to a server's database, after what an interrupted move carried."""
    home_facts = home_row.find(file)
    home_id = "" if home_facts is None else home_facts[0]
    with server.begin():
        if not tables.is_made(server):
            tables.make(server)
            rows.begin(server, home_id)
        elif not rows.is_begun(server, home_id):  # the tables are not those of an interrupted move of this home
            raise RequestError("move-target", "that database has a home already: name an empty one")
        if tables.is_finished(server):
            return
    everything = tables.everything()
    for place, table in enumerate(everything):
        report(place, len(everything))
        rows.carry(file, server, table)
    report(len(everything), len(everything))
    with server.begin():
        tables.count_on(server)  # ids of new rows go on after those carried
        tables.finish(server)
        roles.grant(server)


def _refuse_other_machines(server: sa.Connection, settings: Config) -> None:
    """Refuse to move while another machine is a door, since it could not write to a file of this one. Raises
    RequestError `move-doors`.
    """
    here = {settings.door.number, *(each.number for each in settings.more_doors)}
    others = [row for row in door_rows.everyone(server) if row.revoked_on is None and row.id not in here]
    if others:
        numbers = ", ".join(str(row.id) for row in others)
        raise RequestError(
            "move-doors", f"other machines are doors {numbers}, and would write nowhere: kiosk doors revoke first"
        )


def _carry_to_file(paths: Paths, server: sa.Connection, draft: Path, url: str, report: Report) -> None:
    """Carry all tables from a server to a file, and verify the file."""
    if not server_store.hold_alone(server):
        raise MachineError("move-running", "doors or desks are connected to the server: stop them first")
    check_revision(server)
    _refuse_other_machines(server, config_file.load(paths.config))
    with root_files.acting_on(draft):
        copies.carry_to_file(server, draft, report)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
    with _file(draft) as file:
        check_revision(file)
        seal = _seal(paths, file)
    file_store, on_server = Store(draft), ServerStore(url, paths.database)
    try:
        _verify(on_server, file_store, seal)
    finally:
        file_store.close()
        on_server.close()


def _verify(former: Store, moved: Store, seal: Seal) -> None:
    """Compare moved records with the former ones, byte by byte, and check that they are sound. Raises AnswerIsNo or
    MachineError `move`.
    """
    with former.reading() as before, moved.reading() as after:
        for table in tables.everything():
            if rows.counted(before, table) != rows.counted(after, table):
                raise MachineError("move", f"{table.name} is not the same after it was carried over")
        schema.compare(after)
        if audit.check_chain(before, seal) != audit.check_chain(after, seal):
            raise MachineError("move", "the ledger's head is not the same after it was carried over")
        audit.check_texts(after)
        audit.check_sums(after)
        seal_audit.check(after, seal)
    for sheet in SHEETS:
        if _exported(former, sheet) != _exported(moved, sheet):
            raise MachineError("move", f"the export of {sheet} is not the same after it was carried over")


def _exported(store: Store, sheet: str) -> str:
    """Return a list of the records as CSV, whole, to be compared with that of the other database."""
    file = io.StringIO(newline="")
    exports.write_csv(store, ExportRequest(sheet, *_ALWAYS), None, file, lambda rows: None)
    return file.getvalue()


def _seal(paths: Paths, connection: sa.Connection) -> Seal:
    """Return the seal of the home that a database belongs to, with its former keys. Raises MachineError `database` for
    a database of no home.
    """
    home_facts = home_row.find(connection)
    if home_facts is None:
        raise MachineError("database", f"the database {paths.database} is no home's: put this home's back")
    key = keys.read_key(paths.chain_key)
    older = tuple(keys.read_key(path) for path in paths.old_chain_keys)
    return Seal(key, key_id(key), home_facts[0], older=older)


@contextmanager
def _both(paths: Paths, url: str) -> Iterator[tuple[Store, Store]]:
    """Open the file and the server's database, and close both at the end."""
    file, server = Store(paths.database), ServerStore(url, paths.database)
    try:
        yield file, server
    finally:
        file.close()
        server.close()


@contextmanager
def _file(database: Path) -> Iterator[sa.Connection]:
    """Open a home's file in one writing transaction, so that no other program writes to it meanwhile.

    Raises MachineError `schema` if the file has other tables than this release, `database` if it cannot be read.
    """
    with root_files.acting_on(database):
        engine = open_engine(database)
        try:
            with engine.begin() as connection:
                schema.compare(connection)
                yield connection
        except sa.exc.DatabaseError as fault:
            raise MachineError("database", f"the database {database}: {fault.orig}") from fault
        finally:
            engine.dispose()


def _refuse_others(database: Path) -> None:
    """Refuse to move while another program has the file open, since it would continue to write there. Raises
    MachineError `move-running`.
    """
    own_file, own_process = database.stat(), str(os.getpid())
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            opened = descriptor.stat()
            process = descriptor.parts[2]
            if process != own_process and (opened.st_dev, opened.st_ino) == (own_file.st_dev, own_file.st_ino):
                raise MachineError("move-running", f"process {process} has the database open: stop it first")


def _name_server(paths: Paths, url: str) -> None:
    """Write the server's address into kiosk.toml, or remove it; everything else there stays."""
    config_in_force.edit(paths.root, lambda text: records.naming(text, url))


def _lay_aside(database: Path) -> None:
    """Rename the file, so that it no longer counts as the records; it is kept until the server has proved itself."""
    with root_files.acting_on(database):
        for end in ("-wal", "-shm"):
            database.with_name(database.name + end).unlink(missing_ok=True)
        database.rename(database.with_name(f"{database.name}.moved"))
