"""Handles files for root where another user may write too: by descriptors and never through a link, or with that user's
rights.

The home's folders belong to the programs' users. An intruder in one of these programs can swap any file of its folders
for another, or for a link, while root works there: root would then change something else than what it examined. There
are two ways out: a file that root changes itself it holds open, by a descriptor, and only if it is a plain file with
one name; what root's programs do by path (SQLite above all, whose log may name any file to be deleted) they do with the
rights of the folder's owner.
"""

import errno
import os
import shutil
import stat
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

from kiosk.errors import MachineError

WORK = "work"  # a folder of the home, root's, with a folder of the service's user for each job
_ON_THE_WAY = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC  # to pass through, need not be readable
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC  # to read, or to make names in
# A link, FIFO or terminal neither leads elsewhere nor blocks.
_PLAIN = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_NO_FOLDER = (errno.ENOTDIR, errno.ELOOP)  # errors of opening as a folder what is a file or a link
_MOST_LINKS = 40  # followed on one path, as many as Linux follows
_PIECE = 1 << 20  # bytes copied at once


# --- with the rights of a file's owner


@contextmanager
def acting_in(folder: Path) -> Iterator[None]:
    """Give root's present thread the file rights of a folder's owner, and no others.

    It changes no rights where we are not root, or where `folder` is root's own, is missing, or is no folder (a link, a
    file). Raises MachineError `foreign-file` where the rights cannot be taken: then nothing is done as root.

    Only the ids for file access change (setfsuid, setfsgid), and only this thread's.
    """
    owner = _owner(folder)
    if owner is None:
        yield
        return
    user, group = owner
    _without_groups()  # of the whole process, and for good
    group_before, user_before = _libc().setfsgid(group), _libc().setfsuid(user)
    try:
        if (_libc().setfsgid(group), _libc().setfsuid(user)) != (group, user):  # each call returns the former id
            raise MachineError("foreign-file", f"root cannot take the rights of the owner of {folder}")
        yield
    finally:
        _libc().setfsuid(user_before)
        _libc().setfsgid(group_before)


@contextmanager
def acting_on(database: Path) -> Iterator[None]:
    """Take the file rights for a database like `acting_in`: of the desk's user in a home, elsewhere of its folder's
    owner; change nothing where we are not root.
    """
    if os.geteuid() != 0:
        yield
        return
    with acting_in(whose(database)):
        yield


def whose(database: Path) -> Path:
    """Return the folder whose owner a database belongs to: `db` itself is root's, so that both programs can write in
    it.
    """
    own = database.parent.parent / "keys" / "desk"
    return own if database.parent.name == "db" and own.is_dir() else database.parent


def _owner(folder: Path) -> tuple[int, int] | None:
    """Return user and group of a folder's owner where we are root and the owner is not; else None."""
    if os.geteuid() != 0:
        return None
    try:
        facts = os.stat(folder, follow_symlinks=False)  # noqa: PTH116  # never what a link leads to
    except OSError:
        return None
    return (facts.st_uid, facts.st_gid) if facts.st_uid != 0 and stat.S_ISDIR(facts.st_mode) else None


@cache
def _libc() -> Any:
    """Return the C library, which sets a thread's user for files; Python has no function for it."""
    import ctypes  # by root only: the programs start without it

    return ctypes.CDLL(None)


@cache
def _without_groups() -> None:
    """Drop root's further groups, which a thread acting as another user would keep. Raises MachineError `foreign-file`.
    Cached: done once in a process.
    """
    if os.getgroups():
        try:
            os.setgroups([])
        except PermissionError:
            raise MachineError("foreign-file", "root cannot drop its groups' rights") from None


# --- by descriptors


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """Yield the descriptor of a folder. A link on the way is followed only where root alone, or this user, could have
    made it, in every folder passed so far.

    Raises MachineError `foreign-file` for any other link, and OSError.
    """
    descriptor = _walk(path)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _walk(path: Path) -> int:
    """Return the descriptor of a folder, opening each part of its path in turn, so that no part can be exchanged
    afterwards; the target of a link that may be followed takes its place on the path. Raises as `opened` does.
    """
    at, is_sure, links = os.open("/", _ON_THE_WAY), True, 0
    left = deque(path.absolute().parts[1:])
    try:
        while left:
            name = left.popleft()
            is_sure = is_sure and _is_sure(at)
            try:
                below = os.open(name, _ON_THE_WAY, dir_fd=at)
            except OSError as fault:
                if fault.errno not in _NO_FOLDER:
                    raise
                target = _target(at, name) if is_sure and links < _MOST_LINKS else None
                if target is None:
                    raise MachineError(
                        "foreign-file", f"{path}: {name} is a link, or not a folder: remove it"
                    ) from None
                links += 1
                left.extendleft(reversed(target.parts[1:] if target.is_absolute() else target.parts))
                below = os.open("/", _ON_THE_WAY) if target.is_absolute() else os.dup(at)
            os.close(at)
            at = below
        return os.open(".", _FOLDER, dir_fd=at)
    finally:
        os.close(at)


def _target(folder: int, name: str) -> Path | None:
    """Return where a link of a folder leads, None for anything else."""
    try:
        return Path(os.readlink(name, dir_fd=folder))
    except OSError:
        return None


def _is_sure(folder: int) -> bool:
    """Return whether only root or this user can have put what is in a folder. A folder that others may write in counts
    only with the sticky bit, as /tmp has: there each user's names stay that user's own.
    """
    facts = os.fstat(folder)
    mine = facts.st_uid in (0, os.geteuid())
    return mine and (not facts.st_mode & 0o022 or bool(facts.st_mode & stat.S_ISVTX))


def open_plain(folder: int, name: str) -> int:
    """Return a descriptor for reading a plain file that has one name in the given folder; a second name (a hard link)
    could belong to another's file. Raises MachineError `foreign-file`, and OSError.
    """
    try:
        descriptor = os.open(name, os.O_RDONLY | _PLAIN, dir_fd=folder)
    except OSError as fault:
        if fault.errno != errno.ELOOP:
            raise
        raise MachineError("foreign-file", f"{name} is a link: remove it") from None  # as it was when opened
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode) or facts.st_nlink != 1:
        os.close(descriptor)
        raise MachineError("foreign-file", f"{name} is not a plain file, or has a second name: remove it")
    return descriptor


@dataclass(frozen=True, slots=True)
class Holder:
    """Owner, group (by number) and mode for a file or folder; None leaves owner or group unchanged."""

    mode: int
    user: int | None = None
    group: int | None = None

    def holds(self, descriptor: int) -> bool:
        """Return whether a descriptor's file has this owner, group and mode already."""
        facts = os.fstat(descriptor)
        owned = self.user in (None, facts.st_uid) and self.group in (None, facts.st_gid)
        return owned and stat.S_IMODE(facts.st_mode) == self.mode

    def take(self, descriptor: int) -> None:
        """Set owner, group and mode on a descriptor's file, the mode after the owner. Raises OSError.

        A file that goes to another user gets its mode before, too: without power over all files (CAP_FOWNER), as in the
        units, it cannot be changed after it was given away. The owner is not set again where it is right, because the
        programs' units forbid the call itself (`SystemCallFilter=~@privileged`).
        """
        if self.user not in (None, os.geteuid()):
            os.fchmod(descriptor, self.mode)
        facts = os.fstat(descriptor)
        user, group = (
            facts.st_uid if self.user is None else self.user,
            facts.st_gid if self.group is None else self.group,
        )
        if (user, group) != (facts.st_uid, facts.st_gid):
            os.fchown(descriptor, user, group)
        if not self.holds(descriptor):
            os.fchmod(descriptor, self.mode)


@contextmanager
def held(path: Path) -> Iterator[int]:
    """Yield a descriptor of the folder, or plain file with one name, at a path. Raises as `open_plain`."""
    with opened(path.parent) as folder:
        try:
            descriptor = os.open(path.name, _FOLDER, dir_fd=folder)
        except OSError as fault:
            if fault.errno not in _NO_FOLDER:
                raise
            descriptor = open_plain(folder, path.name)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def write(path: Path, content: bytes, holder: Holder) -> None:
    """Write a file durably; it appears whole, or replaces an existing one at once, and is on the disk when this
    returns. Raises MachineError `foreign-file`, OSError.
    """
    put(path, content, holder, is_durable=True)


def put(path: Path, content: bytes, holder: Holder, *, is_durable: bool = False) -> None:
    """Write a file like `write`, without a sync unless `is_durable`. Raises MachineError `foreign-file`, OSError."""
    with opened(path.parent) as folder:
        draft = f".{path.name}.new"
        with suppress(FileNotFoundError):
            os.unlink(draft, dir_fd=folder)
        try:
            with new(folder, draft) as file:
                file.write(content)
                file.flush()
                holder.take(file.fileno())
                if is_durable:
                    os.fsync(file.fileno())
            os.rename(draft, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(draft, dir_fd=folder)
            raise
        if is_durable:
            os.fsync(folder)


def read(path: Path, longest: int) -> bytes:
    """Return the content of a plain file. Raises MachineError `foreign-file`, also where it has more than `longest`
    bytes; OSError.
    """
    with opened(path.parent) as folder, os.fdopen(open_plain(folder, path.name), "rb") as file:
        content = file.read(longest + 1)
    if len(content) > longest:
        raise MachineError("foreign-file", f"{path} is longer than {longest} bytes: remove it")
    return content


def new(folder: int, name: str) -> IO[bytes]:
    """Return a new file for writing that no other user can read; never an existing one. Raises OSError."""
    return os.fdopen(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN, 0o600, dir_fd=folder), "wb")


def mark(path: Path) -> None:
    """Make an empty file, or give the existing one a new time, as the folder's owner. Raises OSError."""
    with acting_in(path.parent), opened(path.parent) as folder:
        descriptor = os.open(path.name, os.O_WRONLY | os.O_CREAT | _PLAIN, 0o644, dir_fd=folder)
        try:
            os.utime(descriptor)
        finally:
            os.close(descriptor)


def unmark(path: Path) -> None:
    """Remove a file, as the folder's owner; do nothing where there is none. Raises OSError."""
    with suppress(FileNotFoundError), acting_in(path.parent), opened(path.parent) as folder:
        os.unlink(path.name, dir_fd=folder)


def owner_of(folder: Path) -> Holder:
    """Return the owner of new files in a folder: the folder's own user and group, with mode 600."""
    with opened(folder) as descriptor:
        facts = os.fstat(descriptor)
    return Holder(0o600, facts.st_uid, facts.st_gid)


# --- staging


@contextmanager
def staging(home: Path, name: str, otherwise: Path) -> Iterator[Path]:
    """Yield a folder for work done as the service's user, removed afterwards: below `work`, which is root's.

    Where we are not root, or the home's desk folder is root's own, it is `name` in the folder `otherwise` instead.
    Raises OSError.
    """
    owner = _owner(home / "keys" / "desk")
    place = otherwise if owner is None else _work(home)
    folder = place / name
    _emptied(folder)  # left by a killed run
    folder.mkdir(mode=0o700)
    try:
        if owner is not None:
            with held(folder) as descriptor:
                Holder(0o700, *owner).take(descriptor)
        yield folder
    finally:
        _emptied(folder)


def _emptied(folder: Path) -> None:
    """Remove a staging folder: its content with its owner's rights, then the folder. What cannot be removed stays,
    without an error.
    """
    with suppress(OSError, MachineError), acting_in(folder):
        for child in folder.iterdir():
            if child.is_dir() and not child.is_symlink():
                shutil.rmtree(child, ignore_errors=True)
            else:
                child.unlink()
    with suppress(OSError):
        folder.rmdir()


def _work(home: Path) -> Path:
    """Make and return the folder of staging folders: root's, and passable for the home's group."""
    place = home / WORK
    with suppress(FileExistsError):
        place.mkdir(mode=0o700)
    with held(home) as outer, held(place) as descriptor:
        Holder(0o750, 0, os.fstat(outer).st_gid).take(descriptor)
    return place


def adopt(source: Path, target: Path) -> None:
    """Copy a file made in staging to a new file of root's, because its maker may still have it open and could go on
    writing. `target` must not exist.

    Raises as `open_plain`.
    """
    with acting_in(source.parent), opened(source.parent) as folder:
        descriptor = open_plain(folder, source.name)
    with os.fdopen(descriptor, "rb") as file, opened(target.parent) as place, new(place, target.name) as copied:
        shutil.copyfileobj(file, copied, _PIECE)
        copied.flush()
        os.fsync(copied.fileno())
        os.fsync(place)
