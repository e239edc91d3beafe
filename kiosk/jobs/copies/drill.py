"""`kiosk drill`: restores the newest copy beside the home and verifies all of it, as a real restore would.

It checks the copy against its manifest, its chain from the first entry on, its balances and documents, and its head
against the ledger in use.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from kiosk.devices.protocols import Clock
from kiosk.domain.health.upkeep import Care
from kiosk.errors import AnswerIsNo, KioskError, MachineError, RequestError
from kiosk.home import Home
from kiosk.jobs.copies import backup, copy_file, restore
from kiosk.setup import migration
from kiosk.store import copying, ledger, lost_numbers
from kiosk.store.health import upkeep_rows
from kiosk.store.revisions import REVISION

Step = Callable[[int], object]  # called with the number of entries just verified


class DrillResult(Struct, frozen=True):
    """The copy that was tried, the number of its last entry (0 where it could not be unpacked), and what is wrong with
    it, in sentences; none where it is sound.
    """

    path: Path
    entry: int
    wrong: tuple[str, ...]


def run(opened: Home, clock: Clock, step: Step = lambda _count: None) -> DrillResult:
    """Try the newest copy, record how that went, and return it; a copy that is not sound is a result, no error.

    Raises AnswerIsNo `no-copy`, MachineError `backup-runs`, or `backup` where there is no room to try it.
    """
    now = clock.now()
    with backup.alone(opened.paths):
        path = _newest(opened)
        if path is None:
            _note(opened, now, ok=False, says="no-copy")
            raise AnswerIsNo("no-copy", f"there is no copy in {opened.paths.backups}: kiosk backup")
        try:
            done = _try_copy(opened, path, step)
        except OSError as fault:
            _note(opened, now, ok=False, says="backup")
            raise MachineError("backup", f"{path.name} could not be unpacked: {fault.strerror}") from None
        except MachineError as fault:
            _note(opened, now, ok=False, says=fault.code)
            raise
    _note(opened, now, ok=not done.wrong, says=done.path.name)
    return done


def _newest(opened: Home) -> Path | None:
    """Return the newest file that is named as a copy, damaged or not, so that a damaged one is not passed over; None
    for none.
    """
    copies = copy_file.listed(opened.paths.backups)
    return max(copies, key=lambda path: path.name, default=None)


def _try_copy(opened: Home, path: Path, step: Step) -> DrillResult:
    """Restore a backup into a draft folder, verify it there, and return what was wrong."""
    backup.want_room(opened.paths.backups, 2 * path.stat().st_size)
    with backup.draft(opened.paths) as folder:
        try:
            if not copy_file.is_of(path, opened.seal.keys):
                return DrillResult(path, 0, ("it was not made with this home's keys",))
            manifest = copy_file.unpack(path, folder)
        except (MachineError, RequestError) as fault:
            return DrillResult(path, 0, (str(fault),))
        return DrillResult(path, manifest.entry, tuple(_problems(opened, folder / copy_file.DATABASE, manifest, step)))


def _problems(opened: Home, database: Path, manifest: copy_file.Manifest, step: Step) -> Iterator[str]:
    """Yield what is wrong with a copy's database. A fault of the database, its chain or its migration is the last;
    contradictions in its records do not keep its last entry from being compared with the ledger's.
    """
    try:
        copying.check(database, manifest.facts, whole=True)
        copying.check_chain(database, opened.seal, step=step)
        if manifest.revision < REVISION:  # by an older release
            migration.upgrade(database, opened.seal)
        yield from restore.doubts(database, opened.seal)  # contradictions within its records
    except KioskError as error:
        yield str(error)
        return
    with opened.store.reading() as connection:
        # A copy without any entry has no head that could differ.
        here = ledger.mac(connection, manifest.entry) if manifest.entry else manifest.facts.mac
        # The copy may have an entry that a later restore lost: no difference counts up to the last lost number.
        if here != manifest.facts.mac and manifest.entry > lost_numbers.last(connection, "entry"):
            yield f"its entry {manifest.entry} is not the ledger's"


def _note(opened: Home, at: datetime, *, ok: bool, says: str) -> None:
    """Record the drill's outcome; a database that cannot be written loses only this note."""
    with suppress(KioskError), opened.store.writing() as connection:
        upkeep_rows.note(connection, Care.DRILL, at, ok=ok, says=says)
