"""Finds a USB stick by its file system's label, mounts it while a copy is written, and reads the copy back.

Nothing on a stick is trusted: no link is followed, nothing is run, and a copy counts only once it was read back from
the stick itself. Older copies are deleted after that.
"""

import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.errors import MachineError
from kiosk.jobs import running

BY_LABEL = Path("/dev/disk/by-label")
FOLDER = "kiosk"  # on the stick
_MOUNTS = Path("/proc/self/mountinfo")
_KINDS = "vfat,exfat,ext4,ext3,ext2"  # file systems that may be mounted
_PIECE = 1 << 20  # bytes read or written at once
_SPARE = 1 << 20  # for the folder's own growth
_PART = ".part"
_SECONDS = 120.0  # for mount and umount, which write what is buffered
_WORDS = {  # error code and text by the system's error number
    errno.ENOSPC: ("stick-full", "is full: free some space, or use a larger stick"),
    errno.EROFS: ("stick-read-only", "cannot be written: check its switch, or use another stick"),
}

# Called once the new copy was read back, with the names of all copies on the stick, its own included.
Keep = Callable[[Sequence[str]], set[str]]  # returns the names to keep


def carry(source: Path, label: str, name: str, keep: Keep) -> None:
    """Write a file to the stick as `name`, in place of one of that name, read it back, then delete the other copies
    that `keep` does not return. What a broken-off write left (`.part`) is removed first.

    Raises MachineError `stick-absent`, `stick-full`, `stick-read-only`, `stick`, `tool-missing` or `tool`; the stick's
    copies are then unchanged.
    """
    device = find(label)
    try:
        with _mount(device, label) as root, _open_made(root, FOLDER) as folder:
            for left in (each for each in os.listdir(folder) if each.endswith(_PART)):  # noqa: PTH208  # by descriptor
                os.unlink(left, dir_fd=folder)
            _write(source, folder, name)
            for old in set(_copies(folder)) - {name} - keep(_copies(folder)):
                os.unlink(old, dir_fd=folder)
            os.fsync(folder)
    except OSError as fault:
        code, words = _WORDS.get(fault.errno or 0, ("stick", f"was not written: {fault.strerror}; use another stick"))
        raise MachineError(code, f"the stick {label} {words}") from None


def find(label: str) -> Path:
    """Return the stick's device. Raises MachineError `stick-absent`."""
    device = (BY_LABEL / label).resolve()
    try:
        is_device = stat.S_ISBLK(device.stat().st_mode)
    except OSError:
        is_device = False
    if not is_device:
        raise MachineError("stick-absent", f"there is no stick with the label {label}: plug it in")
    return device


@contextmanager
def _mount(device: Path, label: str) -> Iterator[Path]:
    """Yield where the stick is mounted already, or mount it and unmount it afterwards."""
    known = _mount_point(device)
    if known is not None:
        yield known
        return
    if _is_locked(device):
        raise OSError(errno.EROFS, "its switch is set")
    place = Path(tempfile.mkdtemp(prefix="kiosk-stick-"))
    try:
        options = "rw,nosuid,nodev,noexec,noatime"
        done = running.run(
            [running.find("mount"), "--types", _KINDS, "--rw", "--options", options, "--", str(device), str(place)],
            seconds=_SECONDS,
        )
        if not done.ok:
            raise MachineError("stick", f"the stick {label} cannot be mounted: {done.complaint}")
        try:
            yield place
        finally:
            _unmount(place, label)
    finally:
        with suppress(OSError):
            place.rmdir()  # rmdir, so that a stick that is still mounted keeps its files


def _unmount(place: Path, label: str) -> None:
    """Unmount a stick. Raises MachineError `stick` where it stays in use; it is then detached at least."""
    umount = running.find("umount", "mount")
    if not running.run([umount, "--", str(place)], seconds=_SECONDS).ok:
        running.run([umount, "--lazy", "--", str(place)], seconds=_SECONDS)
        raise MachineError("stick", f"the stick {label} was not unmounted: was it pulled out? Check it elsewhere")


def _number(device: Path) -> str:
    """Return a device's major and minor number, as /proc names it."""
    number = device.stat().st_rdev
    return f"{os.major(number)}:{os.minor(number)}"


def _is_locked(device: Path) -> bool:
    """Return whether the kernel refuses writes to a device, as for a stick whose switch is set."""
    return Path(f"/sys/dev/block/{_number(device)}/ro").read_text("ascii").strip() == "1"


def _mount_point(device: Path) -> Path | None:
    """Return where the whole of a device is mounted; None for nowhere."""
    device_number = _number(device).encode("ascii")
    for line in _MOUNTS.read_bytes().splitlines():
        fields = line.split(b" ")
        # mountinfo's fields: device, the mounted part of it, where it is mounted (a space there is written \040)
        if fields[2] == device_number and fields[3] == b"/":
            return Path(os.fsdecode(fields[4].decode("unicode_escape").encode("latin-1")))
    return None


@contextmanager
def _open_made(root: Path, name: str) -> Iterator[int]:
    """Yield the descriptor of a folder of the stick, made if it is missing; never of what a link leads to. Raises
    MachineError `stick` where another disk is mounted at the folder.
    """
    with _folder(root, None) as top:
        with suppress(FileExistsError):
            os.mkdir(name, 0o700, dir_fd=top)
        with _folder(name, top) as descriptor:
            if os.fstat(descriptor).st_dev != os.fstat(top).st_dev:
                raise MachineError("stick", f"the folder {name} of the stick is on another disk: remove it")
            yield descriptor


@contextmanager
def _folder(path: str | Path, above: int | None) -> Iterator[int]:
    """Yield the descriptor of a folder that is no link, below another one where `above` is given."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=above)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _copies(folder: int) -> list[str]:
    """Return the names of the complete copies in a folder: files named kiosk-, without those still being written."""
    return [each for each in os.listdir(folder) if each.startswith("kiosk-") and not each.endswith(_PART)]


def _write(source: Path, folder: int, name: str) -> None:
    """Write a copy to the stick under its name, completely or not at all. Raises OSError."""
    size, space = source.stat().st_size, os.fstatvfs(folder)
    if size + _SPARE > space.f_bavail * space.f_frsize:
        raise OSError(errno.ENOSPC, "no space left")
    part = f".{name}{_PART}"
    try:
        target = os.open(
            part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder
        )
        with source.open("rb") as file, os.fdopen(target, "wb") as written:
            digest = hashlib.sha256()
            while piece := file.read(_PIECE):
                digest.update(piece)
                written.write(piece)
            written.flush()
            os.fsync(target)
        if _read_back(folder, part) != digest.digest():
            raise OSError(errno.EIO, "it does not return what was written")
        os.rename(part, name, src_dir_fd=folder, dst_dir_fd=folder)
        os.fsync(folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(part, dir_fd=folder)
        raise


def _read_back(folder: int, name: str) -> bytes:
    """Return the digest of a file as the stick has it; what memory caches of it is dropped before."""
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as file:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        return hashlib.file_digest(file, "sha256").digest()
