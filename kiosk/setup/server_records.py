"""Handles a home's records on a server as a whole; `kiosk.setup.records` says what each method does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from kiosk import root_files
from kiosk.errors import KioskError, MachineError
from kiosk.home import Paths
from kiosk.store import copying
from kiosk.store.copying import Facts
from kiosk.store.postgresql import copies, guarded, server_store, tables


class ServerRecords:
    """Records on a server that other machines may share."""

    def __init__(self, paths: Paths, url: str) -> None:
        self._paths = paths
        self._url = url

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a connection with one snapshot of everything."""
        with (
            server_store.working_on(self._url) as connection,
            connection.execution_options(sqlite_begin=server_store.READ).begin(),  # the store's option, on a server too
        ):
            yield connection

    @contextmanager
    def changing(self) -> Iterator[sa.Connection]:
        """Yield a migration's one transaction while no other program is connected, since an older release would meet
        tables that it does not know. Raises MachineError `server-used`.
        """
        with server_store.working_on(self._url) as connection, connection.begin():
            if not server_store.hold_alone(connection):
                raise MachineError("server-used", "doors or desks are connected to the server: stop them first")
            yield connection

    def copy(self, target: Path) -> Facts:
        """Copy the records row by row from one snapshot into a file, compare each table, and return the copy's facts;
        writing goes on meanwhile.
        """
        try:
            # Root writes with the file rights of the folder's owner only.
            with self.reading() as connection, root_files.acting_in(target.parent):
                copies.carry_to_file(connection, target)
        except KioskError as fault:
            raise MachineError("backup", f"the server's records could not be copied: {fault}") from fault
        return copying.facts(target)

    def keep(self, target: Path) -> None:
        """Copy the records durably into a file that only root may write, and check all of it."""
        with root_files.staging(self._paths.root, ".keeping", target.parent) as folder:
            draft = folder / target.name
            copying.check(draft, self.copy(draft), whole=True)
            root_files.adopt(draft, target)

    def size(self) -> int:
        """Return the size of the records in bytes; 0 where the server has none."""
        with self.reading() as connection:
            return guarded.size(connection) if tables.is_made(connection) else 0

    def put(self, database: Path, at: datetime) -> str:
        """Replace the records by a file's in one transaction, and return the name of the schema with the former ones;
        others see these until it ends.
        """
        with copying.reading(database) as file, self.changing() as connection:
            return copies.put(connection, file, at)

    def leave(self, target: Path) -> None:
        """Write the present records into a file before a restore, as `Records.leave` says. Raises MachineError
        `database` where the server does not answer.
        """
        with self.reading() as connection:
            if not tables.is_made(connection):
                return
        try:
            self.copy(target)
        except MachineError:
            with root_files.acting_in(target.parent):
                target.unlink(missing_ok=True)
                target.touch(0o600)
