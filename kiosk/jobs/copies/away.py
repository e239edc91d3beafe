"""Carries a copy of the home out of the house, once a day to each place: sealed, without door events and hours, read
back.

At some places we cannot delete, so nothing goes there that has to be gone after 90 days. A place that fails does not
keep the others from their copy, and is tried again with the next backup. Hours are those of arrival and departure,
kept for 90 days; a sealed copy is encrypted for the recipient of the settings.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from kiosk import root_files
from kiosk.devices.protocols import Clock
from kiosk.domain.copies import places, rotation
from kiosk.domain.copies.places import Place, Rclone, Restic, Stick
from kiosk.domain.copies.rotation import Copy, Keep
from kiosk.domain.health.upkeep import Care
from kiosk.errors import KioskError, MachineError
from kiosk.home import Home, Paths
from kiosk.jobs.copies import backup, copy_file, remotes, sealing, sticks
from kiosk.jobs.copies.copy_file import CopyFacts
from kiosk.store import copying
from kiosk.store.health import upkeep_rows

SEALED = ".age"  # the ending of a sealed copy's name
_LAST = "last.json"  # the file that has each place's last success


class CarryResult(Struct, frozen=True):
    """What happened at one place. `code` is the error's, empty where the copy is there; `was_there` is True where it
    was carried earlier today.

    `is_news` is True where the last try had another code, so that a fault is reported once.
    """

    place: str
    code: str = ""
    says: str = ""  # the error's sentence
    was_there: bool = False
    is_news: bool = False

    @property
    def ok(self) -> bool:
        """Return whether the place has a copy of today."""
        return not self.code


class LastCarry(msgspec.Struct, frozen=True):
    """What is stored of a place: when it last got a copy, and the error code of the last try."""

    succeeded_at: datetime | None = None
    code: str = ""


def carry(opened: Home, copy: Path, clock: Clock, *, sure: bool, at_once: bool = False) -> list[CarryResult]:
    """Carry a copy to each place of kiosk.toml that has none of today, or with `at_once` to every place, and return
    one result for each, in the file's order; empty where the file names no place.

    A place's fault is in its result and is recorded. Where the clock may be wrong (not `sure`), no old copy is deleted.
    Raises MachineError `backup-runs` where another carry runs, `backup` where the folder cannot be used.
    """
    destinations = places.read(opened.config.backup.stick, opened.config.backup.places)
    if not destinations:
        return []
    now = clock.now()
    with _alone(opened.paths) as folder:
        last = _load_last(folder)
        known = {place: last.get(place.name, LastCarry()) for place in destinations}
        due = [place for place in destinations if at_once or not _has_copy_of_today(opened, known[place], now)]
        # A place that is not due has a copy of today; the results of the others take the place of this one.
        carried = {place: CarryResult(place.name, was_there=True) for place in destinations}
        carried |= _carry_all(opened, copy, due, folder, now if sure else None)
        carried |= {place: replace(carried[place], is_news=carried[place].code != known[place].code) for place in due}
        for place in due:
            known[place] = LastCarry(now if carried[place].ok else known[place].succeeded_at, carried[place].code)
        if due:
            _save_last(folder, {place.name: each for place, each in known.items()})
            _note(opened, now, list(carried.values()))
    return list(carried.values())


def _carry_all(
    opened: Home, copy: Path, due: Sequence[Place], folder: Path, now: datetime | None
) -> dict[Place, CarryResult]:
    """Carry a copy to the places that are due, and return each one's result: an absent stick has its own fault, and a
    fault of preparing is the result of every other place. `now` is None where the clock is not sure.
    """
    results: dict[Place, CarryResult] = {}
    for place in due:
        if isinstance(place, Stick) and (fault := _absent_stick(place)) is not None:
            results[place] = fault
    there = [place for place in due if place not in results]
    try:
        with _prepared(opened, copy, there, folder) as (plain, sealed):
            for place in there:
                results[place] = _carry_to(opened, place, plain, sealed, now)
    except KioskError as error:
        results |= {place: CarryResult(place.name, error.code, str(error)) for place in there}
    return results


def _absent_stick(stick: Stick) -> CarryResult | None:
    """Return the result for a stick that is not plugged in, so that nothing is prepared for it; None for one that
    is.
    """
    try:
        sticks.find(stick.label)
    except KioskError as error:
        return CarryResult(stick.name, error.code, str(error))
    return None


def _carry_to(opened: Home, place: Place, plain: Path, sealed: Path, now: datetime | None) -> CarryResult:
    """Carry the backup to one place, and return how it went; a fault is a result, so that other places still get a
    copy.
    """
    try:
        match place:
            case Stick():
                sticks.carry(sealed, place.label, sealed.name, partial(_kept, opened, now, sealed.name))
            case Rclone():
                remotes.rclone(opened.paths, sealed, place, sealed.name)
            case Restic():  # which encrypts by itself
                remotes.restic(opened.paths, plain, place)
    except KioskError as error:
        return CarryResult(place.name, error.code, str(error))
    return CarryResult(place.name)


@contextmanager
def _prepared(opened: Home, copy: Path, due: Sequence[Place], folder: Path) -> Iterator[tuple[Path, Path]]:
    """Prepare the copy without hours, and a sealed one unless restic's places alone are due; yield both paths, where
    a file that no place needs was not made. Both are deleted afterwards. Raises MachineError `backup`, and others.
    """
    draft = folder / "making"
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        plain = draft / copy.name
        sealed = draft / f"{copy.name}{SEALED}"
        if due:
            _without_hours(opened, copy, plain, draft)
        if any(not isinstance(place, Restic) for place in due):
            sealing.seal_file(plain, sealed, opened.config.backup.recipient)
        yield plain, sealed
    except OSError as fault:
        raise MachineError("backup", f"nothing could be prepared in {folder}: {fault.strerror}") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _without_hours(opened: Home, copy: Path, target: Path, draft: Path) -> None:
    """Pack a copy again, under the home's seal, without door events and hours, which are to be gone after 90 days."""
    backup.want_room(draft, 4 * copy.stat().st_size)  # unpacked, rewritten without hours, packed, and sealed
    with root_files.staging(opened.paths.root, "members", draft) as members:  # where root works as the service's user
        manifest = copy_file.unpack(copy, members)
        database = members / copy_file.DATABASE
        if manifest.tells_hours:
            copying.forget_hours(database)
        files = {name: members / name for name in manifest.members}
        about = CopyFacts(copying.check(database), manifest.version, manifest.made_at, tells_hours=False)
        copy_file.pack(files, target, about, opened.seal)


def _kept(opened: Home, now: datetime | None, carried: str, names: Sequence[str]) -> set[str]:
    """Return the names of the copies that stay on a stick: the one carried now, and the newest of each of the last
    days, weeks and months, as many as the settings keep at home. All stay where the time is not known (`now` None).
    """
    if now is None:
        return set(names)
    settings = opened.config.backup
    keep = Keep(0, settings.days, settings.weeks, settings.months)  # none by hour: a copy is carried once a day
    moments = {name: copy_file.stamp(Path(name.removesuffix(SEALED))) for name in names}
    stays = {name for name, at in moments.items() if at is None}  # not named as ours, so not ours to delete
    for by_month in (False, True):  # rotation keeps copies with hours by day and week, others by month: here, both
        copies = {Copy(name, at, tells_hours=not by_month) for name, at in moments.items() if at is not None}
        leaving = rotation.leaving(copies, keep, now, carried)
        stays |= {copy.name for copy in copies if copy not in leaving}
    return stays


@contextmanager
def _alone(paths: Paths) -> Iterator[Path]:
    """Yield the folder for carrying, locked for one process. Hourly copies have another lock, and so do not wait for a
    slow line. Raises MachineError `backup-runs` at once where it is locked, `backup` where it cannot be used.
    """
    folder = paths.backups / "away"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as fault:
        raise MachineError("backup", f"{folder} cannot be used: {fault.strerror}") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise MachineError("backup-runs", "another backup is still carrying its copy away: wait for it") from None
    try:
        yield folder
    finally:
        os.close(descriptor)


def _has_copy_of_today(opened: Home, last: LastCarry, now: datetime) -> bool:
    """Return whether a place got its last copy on today's date, from midnight to midnight in the space's zone."""
    at, zone = last.succeeded_at, opened.config.zone
    return at is not None and at.astimezone(zone).date() == now.astimezone(zone).date()


def _load_last(folder: Path) -> dict[str, LastCarry]:
    """Return what is stored of each place; empty where that cannot be read, so that a copy is carried once more."""
    try:
        return msgspec.json.decode((folder / _LAST).read_bytes(), type=dict[str, LastCarry])
    except (OSError, msgspec.MsgspecError):
        return {}


def _save_last(folder: Path, last: Mapping[str, LastCarry]) -> None:
    """Store when each place last received a copy; a fault only means that it is carried again."""
    draft = folder / f"{_LAST}.part"
    with suppress(OSError):
        draft.write_bytes(msgspec.json.encode(last))
        draft.replace(folder / _LAST)


def _note(opened: Home, at: datetime, carried: Sequence[CarryResult]) -> None:
    """Record how the carry went, as a success if every place has its copy; a fault of the database loses only this."""
    says = ", ".join(f"{each.place}: {each.code or 'ok'}" for each in carried)
    with suppress(KioskError), opened.store.writing() as connection:
        upkeep_rows.note(connection, Care.AWAY, at, ok=all(each.ok for each in carried), says=says)
