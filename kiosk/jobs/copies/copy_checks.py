"""Opens the newest copies for `kiosk check`, since a copy that was recorded may be gone."""

import tarfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from kiosk import home
from kiosk.domain.health.findings import Finding
from kiosk.domain.health.upkeep import Care
from kiosk.errors import KioskError
from kiosk.health.finding_codes import make_finding
from kiosk.home import Paths
from kiosk.jobs.copies import copy_file
from kiosk.store.health import upkeep_rows

MOST = 2  # copies that are opened
_MAGIC, _TABLE = b"SQLite format 3\0", b"CREATE TABLE"  # how a database begins, and what the schema has of each table
_HEADER, _PIECE = 100, 1 << 16  # bytes: SQLite's header, and what is read at once


def check(paths: Paths) -> Iterator[Finding]:
    """Yield a finding for each of the newest copies in `backups/` that cannot be used, or one that all is well; where
    there is no copy, that they are gone, if one was ever recorded. None without the right to read the folder.
    """
    try:
        copies = copy_file.listed(paths.backups)
    except KioskError:
        if paths.backups.is_dir():  # no right to look
            return
        copies = []  # the folder itself is missing
    if not copies:
        if _made_at(paths) is not None:
            yield make_finding("copies-gone", folder=str(paths.backups))
        return
    faults = list(_faults(copies[-MOST:]))
    yield from faults
    if not faults:
        yield make_finding("copies")  # all is well


def _faults(copies: list[Path]) -> Iterator[Finding]:
    """Yield a finding for each copy that cannot be read or has no whole database."""
    for path in copies:
        try:
            size = copy_file.manifest(path).members[copy_file.DATABASE].size
            is_database = _is_database(path, size)
        except (KioskError, OSError, KeyError, ValueError, TypeError, tarfile.TarError) as fault:
            yield make_finding("copies-unreadable", file=path.name, fault=type(fault).__name__)
            continue
        if not is_database:
            yield make_finding("copies-unreadable", file=path.name, fault="no database")


def _is_database(path: Path, size: int) -> bool:
    """Return whether the database in a copy begins like SQLite's, has a table, and is `size` bytes long (from the
    manifest), as its own header says, too. Raises KeyError where the copy has none.
    """
    with tarfile.open(path, "r:") as packed:
        file = packed.extractfile(copy_file.DATABASE)
        if file is None:
            raise KeyError(copy_file.DATABASE)
        with file:
            begin = file.read(_HEADER)
            file.seek(size - 1)
            is_whole = len(file.read(2)) == 1  # the last byte is there, and no byte after it
            file.seek(0)
            return begin.startswith(_MAGIC) and is_whole and _size_by(begin) == size and _has_table(file)


def _size_by(header: bytes) -> int:
    """Return the size of a database in bytes, by its header: bytes 16-17 give a page's size, 28-31 how many pages."""
    page = int.from_bytes(header[16:18], "big")
    # A page of 65,536 bytes does not fit into the two bytes of its size: SQLite writes 1.
    return (1 << 16 if page == 1 else page) * int.from_bytes(header[28:32], "big")


def _has_table(file: IO[bytes]) -> bool:
    """Return whether the schema's text is anywhere in a database file; with many tables it is not on the first page."""
    before = b""
    while piece := file.read(_PIECE):
        if _TABLE in before + piece:
            return True
        before = piece[-len(_TABLE) :]
    return False


def _made_at(paths: Paths) -> datetime | None:
    """Return when the last good copy was recorded; None where none was, or the records cannot be read."""
    try:
        with home.opened(paths.root) as opened, opened.store.reading() as connection:
            done = upkeep_rows.found(connection).get(Care.BACKUP)
    except KioskError:
        return None
    return None if done is None else done.succeeded_at
