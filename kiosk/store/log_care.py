"""Keeps the database's write-ahead log short, so that no tap has to.

SQLite writes its log back into the database at the commit that makes it longer than 1,000 pages: at a door one tap in
seventy, which waits for three more syncs. Instead a connection of its own does this after a tap, taking neither the
program's lock nor SQLite's writing lock. A log that was written back is overwritten from its beginning and keeps its
length: a tap that makes the file longer waits two to three times as long for its sync.
"""

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from kiosk.errors import MachineError
from kiosk.store.ledger_files import LedgerFiles

PAGES_AT_A_DOOR = 8_000  # 33 MB: a tap writes back only if this was not done after the last five hundred taps
TRANSACTIONS = 64  # some 900 pages: as often as SQLite does by itself
USUAL_BYTES = 8 << 20  # a longer log comes from one long act or one long reading: at rest it is cut
LARGE_BYTES = 64 << 20  # twice what a door's log reaches by itself: the check reports it


def log_bytes(database: Path) -> int:
    """Return the length of a database's log in bytes; 0 if it has none."""
    try:
        return os.stat(f"{database}-wal").st_size  # noqa: PTH116  # beside a tap
    except OSError:
        return 0


class LogCare:
    """Writes back the log of one open database."""

    def __init__(self, database: Path, files: LedgerFiles) -> None:
        self.lock = threading.Lock()  # held while a log is written back: other files must not be opened meanwhile
        self.commits = 0  # transactions of the program so far, counted by its store
        self._database = database
        self._files = files
        self._commits_back = 0  # how many there were when the log was last written back

    def write_back(self) -> None:
        """Write the log back if there were `TRANSACTIONS` or more since the last time. Raises
        MachineError `database`.
        """
        if self.commits - self._commits_back >= TRANSACTIONS:
            self._write_back(cuts=False)

    def rest(self, *, cuts: bool = False) -> None:
        """Write the log back if there was a transaction since the last time; cut a long log, with `cuts` any log.

        A log is long from `USUAL_BYTES` on.

        Raises MachineError `database`.
        """
        cuts = cuts or log_bytes(self._database) > USUAL_BYTES
        if cuts or self.commits != self._commits_back:
            self._write_back(cuts=cuts)

    def _write_back(self, *, cuts: bool) -> None:
        """Write the log back, and with `cuts` cut it to nothing, unless database, log or index were exchanged since
        they were opened. Raises MachineError `database`.
        """
        with self.lock:
            commits = self.commits
            try:
                with closing(connect(self._database)) as raw:
                    if self._files.is_exchanged() or self._files.lost_beside():
                        return  # the next transaction that writes notices the exchange, and deals with it
                    raw.execute("PRAGMA wal_checkpoint(PASSIVE)").close()
                    if cuts:  # everything is written back: others wait only for the cut
                        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
            except sqlite3.Error as fault:
                raise MachineError("database", f"the database {self._database}: its log stays long: {fault}") from None
            self._commits_back = commits


def connect(database: Path) -> sqlite3.Connection:
    """Return a connection that never waits for a lock and creates no file."""
    return sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True, timeout=0, isolation_level=None)
