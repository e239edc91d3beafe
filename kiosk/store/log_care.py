"""Keeps the database's write-ahead log short, so that no tap has to.

SQLite writes its log back into the database at the commit that makes it longer than 1,000 pages. At a door that is one
tap in seventy, which waits for three syncs more. There, what follows a tap does it: by a connection of its own, which
takes neither our lock nor SQLite's for writing. A log that is written back is written over from its beginning, and
keeps its length: a tap that makes a file longer waits two to three times as long for its sync as one that does not.
"""

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from kiosk.errors import MachineError
from kiosk.store.ledger_files import LedgerFiles

PAGES_AT_A_DOOR = 8_000  # 33 MB: a tap writes back only where what follows it has not for five hundred taps
TRANSACTIONS = 64  # some 900 pages, as often as SQLite by itself
USUAL_BYTES = 8 << 20  # more was one long act, or somebody read for long: at rest it is cut
LARGE_BYTES = 64 << 20  # twice what a door comes to by itself: a check says it


def log_bytes(database: Path) -> int:
    """Return how long a database's log is; 0 where it has none."""
    try:
        return os.stat(f"{database}-wal").st_size  # noqa: PTH116  # beside a tap
    except OSError:
        return 0


class LogCare:
    """Writes one open database's log back."""

    def __init__(self, database: Path, files: LedgerFiles) -> None:
        self.lock = threading.Lock()  # while a connection is at it, the files are not turned to others
        self.commits = 0
        self._database = database
        self._files = files
        self._commits_back = 0

    def write_back(self) -> None:
        """Write back what so many transactions came to; nothing before there are as many. Raises MachineError
        `database`.
        """
        if self.commits - self._commits_back >= TRANSACTIONS:
            self._write_back(cuts=False)

    def rest(self, *, cuts: bool = False) -> None:
        """Write back whatever there is, and cut a log longer than usual, or any. Raises MachineError `database`."""
        cuts = cuts or log_bytes(self._database) > USUAL_BYTES
        if cuts or self.commits != self._commits_back:
            self._write_back(cuts=cuts)

    def _write_back(self, *, cuts: bool) -> None:
        with self.lock:
            commits = self.commits
            try:
                with closing(connect(self._database)) as raw:
                    if self._files.is_exchanged() or self._files.lost_beside():
                        return  # the next who writes sees to it
                    raw.execute("PRAGMA wal_checkpoint(PASSIVE)").close()
                    if cuts:  # all is written: others wait for no more than the cut
                        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
            except sqlite3.Error as fault:
                raise MachineError("database", f"the database {self._database}: its log stays long: {fault}") from None
            self._commits_back = commits


def connect(database: Path) -> sqlite3.Connection:
    """Return a connection that never waits for a lock, and makes no file."""
    return sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True, timeout=0, isolation_level=None)
