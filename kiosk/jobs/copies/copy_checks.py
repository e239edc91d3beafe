"""Opens the newest copies as files, for who checks: what was noted of them may not be there any more."""

import tarfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from kiosk import home
from kiosk.domain.health.findings import Finding
from kiosk.domain.health.upkeep import Care
from kiosk.errors import KioskError
from kiosk.health.finding_codes import make_finding
from kiosk.home import Paths
from kiosk.jobs.copies import copy_file
from kiosk.store.health import upkeep_rows

MOST = 2
_MAGIC, _TABLE = b"SQLite format 3\0", b"CREATE TABLE"
_FIRST = 1 << 16


def check(paths: Paths) -> Iterator[Finding]:
    """Findings about the copies in `backups/`; nothing for who may not look, nor before the first was made."""
    try:
        found = copy_file.listed(paths.backups)
    except KioskError:
        if paths.backups.exists():
            return
        found = []
    if not found:
        if _was_made(paths):
            yield make_finding("copies-gone", folder=str(paths.backups))
        return
    faults = list(_faults(found[-MOST:]))
    yield from faults
    if not faults:
        yield make_finding("copies")


def _faults(found: list[Path]) -> Iterator[Finding]:
    for path in found:
        try:
            size = copy_file.manifest(path).members[copy_file.DATABASE].size
            begin, is_whole = _looked_at(path, size)
        except (KioskError, OSError, KeyError, ValueError, TypeError, tarfile.TarError) as fault:
            yield make_finding("copies-unreadable", file=path.name, fault=type(fault).__name__)
            continue
        if not (begin.startswith(_MAGIC) and _TABLE in begin and is_whole):
            yield make_finding("copies-unreadable", file=path.name, fault="no database")


def _looked_at(path: Path, size: int) -> tuple[bytes, bool]:
    """How the database in a copy begins, and whether it goes as far as its size."""
    with tarfile.open(path, "r:") as packed:
        file = packed.extractfile(copy_file.DATABASE)
        if file is None:
            raise KeyError(copy_file.DATABASE)
        with file:
            begin = file.read(_FIRST)
            file.seek(size - 1)
            return begin, len(file.read(2)) == 1


def _was_made(paths: Paths) -> datetime | None:
    """When the last good copy was noted; None where none was, or the records cannot be read."""
    try:
        with home.opened(paths.root) as opened, opened.store.reading() as connection:
            done = upkeep_rows.found(connection).get(Care.BACKUP)
    except KioskError:
        return None
    return None if done is None else done.succeeded_at
