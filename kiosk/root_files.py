"""Does all that root does with files where another user may write: by descriptors and never through a link, or with
that user's rights.

The home's folders belong to the programs' users. An intruder in one of these may exchange any name in its folders while
root works there, so that what was looked at is not what is changed. Two ways out, and no third: what root changes
itself it has open, and is a plain file of one name; what a program of root's does by path (SQLite above all, whose log
may name any file to be deleted) it does with the rights of the folder's owner.
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

WORK = "work"  # a folder of the home: root's, in which each piece of work has a folder of the service's user
_ON_THE_WAY = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC  # to pass, it need not be readable
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_PLAIN = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_NO_FOLDER = (errno.ENOTDIR, errno.ELOOP)
_MOST_LINKS = 40
_PIECE = 1 << 20


# --- as whose they are


@contextmanager
def acting_in(folder: Path) -> Iterator[None]:
    """Let root's present thread have the rights in files of whom a folder belongs to, and no others.

    Nothing happens where we are not root, or where the folder is root's own. Raises MachineError `foreign-file` where
    these rights cannot be taken: then nothing is done with root's.
    """
    owner = _owner(folder)
    if owner is None:
        yield
        return
    user, group = owner
    _without_groups()
    before = _libc().setfsgid(group), _libc().setfsuid(user)
    try:
        if (_libc().setfsgid(group), _libc().setfsuid(user)) != (group, user):  # they say what was before
            raise MachineError("foreign-file", f"root cannot take the rights of whom {folder} belongs to")
        yield
    finally:
        _libc().setfsuid(before[1])
        _libc().setfsgid(before[0])


@contextmanager
def acting_on(database: Path) -> Iterator[None]:
    """The same for a database: in a home, as the desk's user; elsewhere as whom its folder belongs to."""
    if os.geteuid() != 0:
        yield
        return
    with acting_in(whose(database)):
        yield


def whose(database: Path) -> Path:
    """The folder that says whom a database belongs to: `db` itself is root's, for both programs to write in."""
    own = database.parent.parent / "keys" / "desk"
    return own if database.parent.name == "db" and own.is_dir() else database.parent


def _owner(folder: Path) -> tuple[int, int] | None:
    """User and group of a folder that is not root's, where we are root."""
    if os.geteuid() != 0:
        return None
    try:
        found = os.stat(folder, follow_symlinks=False)  # noqa: PTH116  # never what a link leads to
    except OSError:
        return None
    return (found.st_uid, found.st_gid) if found.st_uid != 0 and stat.S_ISDIR(found.st_mode) else None


@cache
def _libc() -> Any:
    """What sets a thread's user for files: Python itself does not."""
    import ctypes  # by root only: the programs start without it

    return ctypes.CDLL(None)


@cache
def _without_groups() -> None:
    """Drop root's groups: a process acting as another user would keep them."""
    if os.getgroups():
        try:
            os.setgroups([])
        except PermissionError:
            raise MachineError("foreign-file", "root cannot lay its groups' rights down") from None


# --- by descriptors


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """Open a folder. A link on the way is followed only where root alone, or this user, could have put it.

    Raises MachineError `foreign-file` at another one, and OSError.
    """
    descriptor = _walk(path)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _walk(path: Path) -> int:
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
                        "foreign-file", f"{path}: {name} is a link, or no folder: take it away"
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
    try:
        return Path(os.readlink(name, dir_fd=folder))
    except OSError:
        return None


def _is_sure(folder: int) -> bool:
    """Whether what a folder holds was put there by root or by us. In /tmp each has what is theirs: its names stay."""
    found = os.fstat(folder)
    mine = found.st_uid in (0, os.geteuid())
    return mine and (not found.st_mode & 0o022 or bool(found.st_mode & stat.S_ISVTX))


def open_plain(folder: int, name: str) -> int:
    """A descriptor to read a plain file that has one name. Raises MachineError `foreign-file`, and OSError."""
    try:
        descriptor = os.open(name, os.O_RDONLY | _PLAIN, dir_fd=folder)
    except OSError as fault:
        if fault.errno != errno.ELOOP:
            raise
        raise MachineError("foreign-file", f"{name} is a link: take it away") from None  # or was one: no second look
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        os.close(descriptor)
        raise MachineError("foreign-file", f"{name} is no plain file, or has another name elsewhere: take it away")
    return descriptor


@dataclass(frozen=True, slots=True)
class Holder:
    """The owner and group that something gets, by numbers, and its mode. None: as it is."""

    mode: int
    user: int | None = None
    group: int | None = None

    def holds(self, descriptor: int) -> bool:
        """Whether it is so already."""
        found = os.fstat(descriptor)
        owned = self.user in (None, found.st_uid) and self.group in (None, found.st_gid)
        return owned and stat.S_IMODE(found.st_mode) == self.mode

    def take(self, descriptor: int) -> None:
        """Set them; the mode comes after the owner, who may change it. Raises OSError.

        What goes to another user has its mode before: without power over all files (CAP_FOWNER), as in the units,
        nothing can be done with it after it was given away. What belongs to them already is not given: the programs'
        units forbid the very question (`SystemCallFilter=~@privileged`).
        """
        if self.user not in (None, os.geteuid()):
            os.fchmod(descriptor, self.mode)
        found = os.fstat(descriptor)
        user, group = (
            found.st_uid if self.user is None else self.user,
            found.st_gid if self.group is None else self.group,
        )
        if (user, group) != (found.st_uid, found.st_gid):
            os.fchown(descriptor, user, group)
        if not self.holds(descriptor):
            os.fchmod(descriptor, self.mode)


@contextmanager
def held(path: Path) -> Iterator[int]:
    """A descriptor of what is at a path: a folder, or a plain file with one name. Raises as `open_plain`."""
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
    """A file that appears whole, or takes another one's place, durably. Raises MachineError `foreign-file`, OSError."""
    put(path, content, holder, is_durable=True)


def put(path: Path, content: bytes, holder: Holder, *, is_durable: bool = False) -> None:
    """The same, of what is only about now. Raises MachineError `foreign-file`, OSError."""
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
    """What a plain file holds. Raises MachineError `foreign-file`, where it is longer, too; OSError."""
    with opened(path.parent) as folder, os.fdopen(open_plain(folder, path.name), "rb") as file:
        content = file.read(longest + 1)
    if len(content) > longest:
        raise MachineError("foreign-file", f"{path} is longer than {longest} bytes: take it away")
    return content


def new(folder: int, name: str) -> IO[bytes]:
    """Make a new file that no other user can read, to write into; never one that is there. Raises OSError."""
    return os.fdopen(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN, 0o600, dir_fd=folder), "wb")


def mark(path: Path) -> None:
    """An empty file, or a new time for the one that is there, made by whom its folder belongs to. Raises OSError."""
    with acting_in(path.parent), opened(path.parent) as folder:
        descriptor = os.open(path.name, os.O_WRONLY | os.O_CREAT | _PLAIN, 0o644, dir_fd=folder)
        try:
            os.utime(descriptor)
        finally:
            os.close(descriptor)


def unmark(path: Path) -> None:
    """Take such a file away. Raises OSError."""
    with suppress(FileNotFoundError), acting_in(path.parent), opened(path.parent) as folder:
        os.unlink(path.name, dir_fd=folder)


def owner_of(folder: Path) -> Holder:
    """Return the owner of new files in a folder: the folder's own user and group."""
    with opened(folder) as descriptor:
        found = os.fstat(descriptor)
    return Holder(0o600, found.st_uid, found.st_gid)


# --- staging


@contextmanager
def staging(home: Path, name: str, otherwise: Path) -> Iterator[Path]:
    """A folder that is gone afterwards, for work that is done as the service's user: below `work`, which is root's.

    Where that user is ourselves, it is `name` in the folder `otherwise`. Raises OSError.
    """
    owner = _owner(home / "keys" / "desk")
    place = otherwise if owner is None else _work(home)
    folder = place / name
    _emptied(folder)  # of a run that was killed
    folder.mkdir(mode=0o700)
    try:
        if owner is not None:
            with held(folder) as descriptor:
                Holder(0o700, *owner).take(descriptor)
        yield folder
    finally:
        _emptied(folder)


def _emptied(folder: Path) -> None:
    """Take a staging folder away: what is in it as whom it belongs to, then itself."""
    with suppress(OSError, MachineError), acting_in(folder):
        for child in folder.iterdir():
            if child.is_dir() and not child.is_symlink():
                shutil.rmtree(child, ignore_errors=True)
            else:
                child.unlink()
    with suppress(OSError):
        folder.rmdir()


def _work(home: Path) -> Path:
    """The folder for them: root's, and passed through by the home's group."""
    place = home / WORK
    with suppress(FileExistsError):
        place.mkdir(mode=0o700)
    with held(home) as outer, held(place) as descriptor:
        Holder(0o750, 0, os.fstat(outer).st_gid).take(descriptor)
    return place


def adopt(source: Path, target: Path) -> None:
    """Copy what was made in staging to a new file of root's; its maker may have it open still.

    Raises as `open_plain`.
    """
    with acting_in(source.parent), opened(source.parent) as folder:
        descriptor = open_plain(folder, source.name)
    with os.fdopen(descriptor, "rb") as file, opened(target.parent) as place, new(place, target.name) as made:
        shutil.copyfileobj(file, made, _PIECE)
        made.flush()
        os.fsync(made.fileno())
        os.fsync(place)
