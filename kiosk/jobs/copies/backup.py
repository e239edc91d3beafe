"""`kiosk backup`: makes a verified copy while taps go on, then deletes old copies. None is deleted before the new one
is sound.

A copy is made in a folder of its own and gets its name last, so that neither a kill nor a full disk leaves half a copy.
Its database is compared with the original as of one moment, and its chain verified from the last copy's head on; the
first copy of a day also checks every index and reference, and the drill the whole chain. Once a month a *lasting copy*
is made beside: one without door events and hours, which may be kept for longer than 90 days. The copy's keys are sealed
for the *recipient* of the settings: a public address, whose secret half is on paper.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from kiosk import __version__, config_in_force, keys, root_files
from kiosk.devices.protocols import Clock
from kiosk.domain.chain import Seal
from kiosk.domain.copies import rotation
from kiosk.domain.copies.rotation import Copy, Keep
from kiosk.domain.health.upkeep import Care
from kiosk.errors import KioskError, MachineError
from kiosk.home import Home, Paths
from kiosk.jobs.copies import copy_file, sealing
from kiosk.jobs.copies.copy_file import CopyFacts, Manifest
from kiosk.setup import records
from kiosk.store import copying
from kiosk.store.copying import Facts
from kiosk.store.health import upkeep_rows

_DRAFT = ".making"  # the folder in which a copy is made before it is checked
_SPARE_BYTES = 16 << 20  # of a disk stay free: taps go on there

Step = Callable[[int], object]  # called with the number of entries just verified


class NewCopy(Struct, frozen=True):
    """A new copy, the month's lasting copy if it was made now (else None), the names of old copies that were deleted
    (`gone`), and of damaged ones that are still there.

    `keyless` says why the copy lacks the keys that it should have; empty where it has them, or needs none.
    """

    path: Path
    manifest: Manifest
    lasting: Path | None
    gone: tuple[str, ...]
    damaged: tuple[str, ...]
    keyless: str = ""


class FoundCopy(Struct, frozen=True):
    """A file named as a copy, with its manifest or why it has none. `is_ours` is True where it was made with this
    home's key.
    """

    path: Path
    manifest: Manifest | None
    is_ours: bool = False
    fault: str = ""


def make(opened: Home, clock: Clock, *, sure: bool, step: Step = lambda _count: None) -> NewCopy:
    """Make a copy, verify it, delete old ones, record the backup and return it. `step` is called with the number of
    entries verified.

    With a clock that is not `sure` no copy is deleted. Raises MachineError `backup`, `backup-runs`, `copy-damaged`,
    `key`; the older copies are then unchanged.
    """
    now = clock.now()
    try:
        with alone(opened.paths), _faults(opened.paths.backups):
            new_copy = _make_copy(opened, now, step)
            gone, damaged = _delete_old(opened, new_copy.path, now) if sure else ((), ())
    except KioskError as error:
        if error.code != "backup-runs":  # the other process records its own
            _note(opened, now, ok=False, says=error.code)
        raise
    # A copy without the keys that it should have is recorded as a failure.
    _note(opened, now, ok=not new_copy.keyless, says=new_copy.path.name)
    return NewCopy(new_copy.path, new_copy.manifest, new_copy.lasting, gone, damaged, new_copy.keyless)


@contextmanager
def alone(paths: Paths) -> Iterator[None]:
    """Lock the folder of the copies for one process, and remove the unfinished copies that a killed one left.

    Raises MachineError `backup-runs` or `backup`.
    """
    try:
        paths.backups.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(paths.backups, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as fault:
        raise MachineError("backup", f"{paths.backups} cannot be used: {fault.strerror}") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise MachineError("backup-runs", f"another backup or drill runs on {paths.root}: wait for it") from None
    try:
        for left in paths.backups.glob(".kiosk-*.tar.part"):
            left.unlink(missing_ok=True)
        yield
    finally:
        os.close(descriptor)


def draft(paths: Paths) -> AbstractContextManager[Path]:
    """Return a context with a folder for work on a copy, removed afterwards: beside the copies, or for root a folder in
    which it works as the service's user.
    """
    return root_files.staging(paths.root, _DRAFT, paths.backups)


def want_room(folder: Path, size: int) -> None:
    """Refuse to write `size` bytes where that would leave too little room for taps. Raises MachineError `backup`, or
    OSError.
    """
    free = shutil.disk_usage(folder).free
    if free < size + _SPARE_BYTES:
        raise MachineError(
            "backup", f"{folder} has {free >> 20} MB free, {(size + _SPARE_BYTES) >> 20} are wanted: make room"
        )


def found(opened: Home) -> list[FoundCopy]:
    """Return every file of a home that is named as a copy, oldest first. Raises MachineError `backup`."""
    return [_read_copy(path, opened.seal.keys) for path in copy_file.listed(opened.paths.backups)]


def listed(paths: Paths) -> list[FoundCopy]:
    """Return the copies like `found` without opening the home: they are needed most when the database is gone. Raises
    MachineError `backup`, or `key` without the chain's key.
    """
    seals = keys.of_chain(paths.old_chain_keys, paths.chain_key, may_lack=False)
    if isinstance(seals, MachineError):
        raise seals
    return [_read_copy(path, seals) for path in copy_file.listed(paths.backups)]


def _read_copy(path: Path, keys: Sequence[bytes]) -> FoundCopy:
    """Return what is known of a copy from its manifest, or the fault that prevents reading it."""
    try:
        return FoundCopy(path, copy_file.manifest(path), copy_file.is_of(path, keys))
    except KioskError as error:
        return FoundCopy(path, None, fault=str(error))


def _make_copy(opened: Home, now: datetime, step: Step) -> NewCopy:
    """Copy the records, check them and pack them while taps go on, and return the new backup."""
    paths, seal = opened.paths, opened.seal
    before = [each.manifest for each in found(opened) if each.manifest is not None and each.is_ours]  # earlier copies'
    here = records.of(paths)
    want_room(paths.backups, 3 * here.size())  # for the copied database, the copy, and the month's copy
    with draft(paths) as folder, ThreadPoolExecutor(max_workers=1) as beside:
        database = folder / copy_file.DATABASE
        copied = here.copy(database)
        copying.compare(database, copied)  # refuses a copy that differs from the original
        copying.forget_older_hours(database, now)  # of more than 90 days
        counted = _as_copied(database, copied)
        checked = beside.submit(_check, database, counted, seal, before, now, step)  # packing reads it, too
        files = {copy_file.DATABASE: database, copy_file.SETTINGS: config_in_force.source(paths.root)}
        keyless = _add_keys(opened, files, folder)
        path = copy_file.next_name(paths.backups, now)
        about = CopyFacts(counted, __version__, now, tells_hours=True)
        manifest = copy_file.pack(files, path, about, seal, wait=checked.result)
        lasting = _make_lasting(opened, files, before, now) if opened.config.backup.months else None
    return NewCopy(path, manifest, lasting, (), (), keyless)


def _as_copied(database: Path, copied: Facts) -> Facts:
    """Return the facts of a copied database whose older hours were removed: they equal the original's but for the rows
    removed.

    Raises MachineError `backup` where anything else differs.
    """
    facts = copying.facts(database)
    counts = {
        name: facts.counts[name] if name in copying.MAY_SHRINK else count for name, count in copied.counts.items()
    }
    if replace(copied, counts=counts) != facts:
        raise MachineError("backup", f"{database.name} does not hold what was copied")
    return facts


def _check(database: Path, counted: Facts, seal: Seal, before: Sequence[Manifest], now: datetime, step: Step) -> None:
    """Verify that a copy's database is sound, has the counted rows, and continues the last copy's chain; in the first
    copy of a day (UTC) every index and reference is checked, too. Without an earlier copy in `before` the chain is
    verified from its first entry. Raises MachineError `backup`.
    """
    last = max(before, key=lambda each: each.made_at, default=None)
    copying.check(database, counted, whole=last is None or last.made_at.date() != now.date())
    copying.check_chain(database, seal, None if last is None else (last.entry, last.facts.mac), step)


def _add_keys(opened: Home, files: dict[str, Path], folder: Path) -> str:
    """Add the sealed keys to a copy's files if a recipient is configured. Return why that failed, in words, and go on,
    since a copy without keys is better than none; empty where it did not fail.
    """
    recipient = opened.config.backup.recipient
    if not recipient:
        return ""
    try:
        sealed = sealing.seal_keys(opened.paths, recipient)
    except KioskError as error:
        return str(error)
    files[copy_file.KEYS] = folder / copy_file.KEYS
    with root_files.acting_in(folder):
        files[copy_file.KEYS].write_bytes(sealed)
    return ""


def _make_lasting(opened: Home, files: dict[str, Path], before: list[Manifest], now: datetime) -> Path | None:
    """Make this month's lasting copy, from the same database without hours, and return it; None where one of `before`
    was made in this month (UTC).
    """
    if any(not each.tells_hours and rotation.month(each.made_at) == rotation.month(now) for each in before):
        return None
    database = files[copy_file.DATABASE]
    copying.forget_hours(database)
    facts = copying.check(database)
    # A second earlier, so that the full copy stays the newest by name.
    path = copy_file.free_name(opened.paths.backups, now - timedelta(seconds=1))
    copy_file.pack(files, path, CopyFacts(facts, __version__, now, tells_hours=False), opened.seal)
    return path


def _delete_old(opened: Home, newest: Path, now: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Delete the copies whose time is over, once the copy that replaces each was read to its end.

    Return the names of the deleted copies and of the damaged ones: a damaged copy replaces none, and is deleted after
    90 days.
    """
    settings, folder = opened.config.backup, opened.paths.backups
    keep = Keep(settings.hours, settings.days, settings.weeks, settings.months)
    all_found = found(opened)
    good = {
        Copy(each.path.name, each.manifest.made_at, each.manifest.tells_hours)
        for each in all_found
        if each.manifest is not None and each.is_ours
    }
    sound = {newest.name}  # names of copies that were read to their end; the new one was when it was made
    while True:  # a damaged copy replaces none: choose again without it
        leaving = rotation.leaving(good, keep, now, newest.name)  # each with the copy that replaces it
        unread = {stays for stays in leaving.values() if stays.name not in sound}
        damaged = {copy for copy in unread if not _is_sound(folder / copy.name)}
        sound |= {copy.name for copy in unread - damaged}
        if not damaged:
            break
        good -= damaged
    # Without a manifest, or ours and damaged; a sound copy of another home is neither broken nor deleted.
    broken = {each.path.name for each in all_found if each.manifest is None} | (
        {each.path.name for each in all_found if each.is_ours} - {copy.name for copy in good}
    )
    over = {name for name in broken if _is_over(folder / name, now)}
    gone = sorted({copy.name for copy in leaving} | over | _old_databases(folder, now))
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    return tuple(gone), tuple(sorted(broken - over))


def _old_databases(folder: Path, now: datetime) -> set[str]:
    """Return the names of databases kept before a migration, more than 90 days ago: they have hours, too."""
    before = (now - rotation.LONGEST_WITH_HOURS).timestamp()
    return {path.name for path in folder.glob("before-*.db") if path.stat().st_mtime < before}


def _is_sound(path: Path) -> bool:
    """Return whether a copy passes its own checks."""
    try:
        copy_file.check(path)
    except KioskError:
        return False
    return True


def _is_over(path: Path, now: datetime) -> bool:
    """Return whether a copy is older than one with hours may become, by the moment in its name; False without one."""
    at = copy_file.stamp(path)
    return at is not None and rotation.is_over(Copy(path.name, at, tells_hours=True), now)


@contextmanager
def _faults(folder: Path) -> Iterator[None]:
    """Turn faults of the disk and the database into MachineError `backup`."""
    try:
        yield
    except OSError as fault:
        raise MachineError("backup", f"no copy could be made in {folder}: {fault.strerror}") from None
    except sqlite3.Error as fault:
        raise MachineError("backup", f"no copy could be made in {folder}: {fault}") from None


def _note(opened: Home, at: datetime, *, ok: bool, says: str) -> None:
    """Record how the backup went, where that can be written; a full disk must not hide the backup's own fault."""
    with suppress(KioskError), opened.store.writing() as connection:
        upkeep_rows.note(connection, Care.BACKUP, at, ok=ok, says=says)
