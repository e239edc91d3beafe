"""Checks before a start whether a file of records has the entries that its programs saw, with the standard library
alone.

If something differs, `kiosk.jobs.reconciliation` checks properly, with the seals' keys. A program's mark is the last
entry that it saw: the office has it in a file, a door in its roster, the file of the members that it lets in while the
database cannot be read. A claim is a row by which a program says that the records lack an entry.
"""

import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from kiosk import root_files
from kiosk.errors import MachineError

_LONGEST = 64 << 20  # bytes of a file that are read
_AT = "SELECT mac, kind, detail FROM entry WHERE number = ?"  # `mac`: an entry's seal, one for each entry
_LOST, _OF_ANOTHER = '"about":"lost-entry"', '"number":'  # as in `kiosk.store.lost_numbers`
# one row for a claim that is still open
_OPEN = "SELECT 1 FROM head_claim AS c WHERE NOT EXISTS (SELECT 1 FROM head_claim_end AS e WHERE e.claim_id = c.id)"


def differ(root: Path) -> bool:
    """Return whether an entry that a program of this machine saw is not in the records, or a claim is open there.

    False without a mark or a database, and for a file that cannot be read as one.
    """
    database, marks = root / "db" / "ledger.db", dict(_marks(root))
    if not marks or not database.is_file():
        return False
    try:
        with (
            root_files.acting_on(database),
            closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened,
        ):
            for number, mac in marks.items():
                row = opened.execute(_AT, (number,)).fetchone()
                if row is None or (row[0] != mac and not _is_lost(*row[1:])):
                    return True
            return opened.execute(_OPEN).fetchone() is not None
    except (sqlite3.Error, MachineError):
        return False  # the programs themselves report an unreadable file


def _is_lost(kind: str, detail: str) -> bool:
    """Return whether an entry says of its own number that the entry was lost, and takes its place."""
    return kind == "notice" and _LOST in detail and _OF_ANOTHER not in detail


def read(path: Path) -> bytes:
    """Return the first 64 MiB of a regular file, opened with the rights of its folder's owner.

    Raises OSError, also for a link, a pipe or a device; MachineError `foreign-file`.
    """
    with root_files.acting_in(path.parent):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path} is no plain file")
        return file.read(_LONGEST)


def _marks(root: Path) -> Iterator[tuple[int, bytes]]:
    """Yield number and MAC of the last entry that the office and each door of this machine saw; skip unreadable
    files.
    """
    with suppress(OSError, ValueError, MachineError):
        number, mac, *_ = read(root / "keys" / "desk" / "mark").decode("ascii").split(" ")
        yield int(number), bytes.fromhex(mac)
    roster = root / "roster"
    for path in (roster / "roster.json", *roster.glob("door-*/roster.json")):
        with suppress(OSError, ValueError, TypeError, MachineError):
            text = read(path).decode("utf-8").rpartition("\n")[0]  # the last line is the file's MAC
            for number, mac, *_ in filter(None, [json.loads(text).get("mark")]):  # none in a roster without a mark
                yield int(number), bytes.fromhex(mac)
