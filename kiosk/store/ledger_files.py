"""Watches the three files of a database in WAL mode, and puts the log back when another program takes it away.

SQLite goes on writing into a write-ahead log that was removed or exchanged: no other program finds those commits, and
when the last connection closes they overwrite whatever others have committed since. While its descriptor is open the
log can still be read. If nothing else was done in its folder since, it is put back, and nothing is lost.
"""

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk import durable
from kiosk.errors import MachineError

Identity = tuple[int, int]  # device and inode
_CLOCK_NS = 50_000_000  # 50 ms: a folder's change and a file's removal that are no further apart are one act
_PIECE = 1 << 20  # bytes read at once
_SHARED = (0x40000002, 510)  # the bytes of a database that SQLite locks to read it


class LedgerFiles:
    """The device and inode of database, log and index, as they were when they were opened; None for those not known."""

    def __init__(self, database: Path) -> None:
        self._paths = (str(database), f"{database}-wal", f"{database}-shm")  # of the database, its log and its index
        self._database = database
        self.opened: tuple[Identity | None, Identity | None, Identity | None] = (None, None, None)

    @property
    def database(self) -> Identity | None:
        """Device and inode of the database that is open; None if none is."""
        return self.opened[0]

    def learn(self) -> None:
        """Record the three files as they are now: they have just been opened."""
        main, log, index = (_identity(path) for path in self._paths)
        self.opened = (main, log, index)

    def learn_beside(self) -> None:
        """Record log and index as they are now, if they were not known and the database is still the same file."""
        if self.opened[1] is None:
            main, log, index = (_identity(path) for path in self._paths)
            self.opened = (self.opened[0], log, index) if main == self.opened[0] else self.opened

    def unlearn_beside(self) -> None:
        """Forget log and index: the last connection may have closed, and SQLite then removes both."""
        self.opened = (self.opened[0], None, None)

    def forget(self) -> None:
        """Forget all three files: nothing is open."""
        self.opened = (None, None, None)

    def is_exchanged(self) -> bool:
        """Return whether the database at its path is another file than the open one; True while none is open. Raises
        MachineError `database` if there is no file.
        """
        try:
            status = os.stat(self._paths[0])  # noqa: PTH116  # a tap does this: Path.stat costs it three times as much
        except OSError as fault:
            raise MachineError("database", f"the database {self._database}: {fault.strerror}") from None
        return (status.st_dev, status.st_ino) != self.opened[0]

    def lost_beside(self) -> bool:
        """Return whether log or index at their paths are other files than the open ones, or are gone; False while the
        open ones are not known.
        """
        _, log, index = self.opened
        return log is not None and (log != _identity(self._paths[1]) or index != _identity(self._paths[2]))

    def put_back(self) -> None:
        """Put the open log back in its place, if no other program can have written to the database without it since.

        Raises MachineError `database` where one may have: the log's content is then saved beside it.
        """
        if self.opened[1] == _identity(self._paths[1]):
            return  # only the index is gone: SQLite makes it anew from the log
        descriptor = _descriptor(self.opened[1])
        if descriptor is None:
            raise self._refused("was taken away, and is not open any more")
        content = _read(descriptor)
        if self._is_quiet(descriptor) and self._write(content):
            with suppress(FileNotFoundError):
                os.unlink(self._paths[2])  # noqa: PTH108  # SQLite makes the index anew from the log
            return
        if self._holds(content):
            return  # another process of the kiosk put it back first
        saved = self._save(content)
        raise self._refused(
            "was exchanged; what it held cannot be saved"
            if saved is None
            else f"was exchanged; what it held is in {saved}"
        )

    def _refused(self, what: str) -> MachineError:
        """Return the error that says what became of the log."""
        name = Path(self._paths[1]).name
        return MachineError("database", f"the database {self._database}: {name} {what}: docs/faults.md")

    def _is_quiet(self, descriptor: int) -> bool:
        """Return whether nothing was added to or removed from the folder since log and index were taken away: the
        folder then changed last when they did (the removal of a file changes its ctime and its folder's mtime).
        """
        gone = [os.fstat(descriptor).st_ctime_ns]
        index = _descriptor(self.opened[2])
        if index is not None and self.opened[2] != _identity(self._paths[2]):
            gone.append(os.fstat(index).st_ctime_ns)
        return self._database.parent.stat().st_mtime_ns - max(gone) <= _CLOCK_NS

    def _write(self, content: bytes) -> bool:
        """Write the log's content as a new file under the log's name. Return False if there is a file of this name
        already. Raises MachineError `database` if it cannot be written.
        """
        draft = self._database.with_name(f".{self._database.name}-wal.{os.getpid()}")
        try:
            draft.unlink(missing_ok=True)
            _save(draft, content, self._database)
            os.link(draft, self._paths[1])
        except FileExistsError:
            return False
        except OSError as fault:
            raise self._refused(f"was taken away and cannot be put back ({fault.strerror})") from None
        finally:
            draft.unlink(missing_ok=True)
        durable.sync_folder(self._database.parent)
        return True

    def _holds(self, content: bytes) -> bool:
        """Return whether the log that is there now begins with all that the open log held; False if that held
        nothing.
        """
        with suppress(OSError), open(self._paths[1], "rb") as log:  # noqa: PTH123
            return bool(content) and log.read(len(content)) == content
        return False

    def _save(self, content: bytes) -> Path | None:
        """Save the log's content beside the database and return the file's path; that of an earlier file, if it has the
        same content. Return None if it cannot be written, or all nine names are taken.
        """
        name = f"{self._database.name}{SAVED}{(self.opened[1] or (0, 0))[1]}"
        for suffix in ("", *(f"-{count}" for count in range(2, 10))):  # an inode's number may be given again
            place = self._database.with_name(name + suffix)
            try:
                _save(place, content, self._database)
            except FileExistsError:
                if place.is_symlink() or not place.is_file() or place.read_bytes() != content:
                    continue
            except OSError:
                return None
            return place
        return None


SAVED = "-wal.lost-"  # what a saved log's name has after the database's


def saved_logs(database: Path) -> list[Path]:
    """Return the saved logs that other programs had taken away, and about which an officer has to decide."""
    return sorted(database.parent.glob(f"{database.name}{SAVED}*"))


@contextmanager
def unwritten(database: Path) -> Iterator[None]:
    """Keep connections closed meanwhile from writing their log into the database, as SQLite does with the last one.

    For that SQLite needs the database for itself; this holds a reader's lock on it, by descriptor rather than by
    process, so that closing another descriptor of the file does not release it. Without a database that can be opened
    nothing is held.
    """
    try:
        descriptor = os.open(database, os.O_RDONLY)
    except OSError:
        yield
        return
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, struct.pack("hhqqi", fcntl.F_RDLCK, os.SEEK_SET, *_SHARED, 0))
        yield
    finally:
        os.close(descriptor)


def _identity(path: str) -> Identity | None:
    """Return a file's device and inode; None if there is no file."""
    try:
        status = os.stat(path)  # noqa: PTH116  # Path.stat takes three times as long
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _descriptor(identity: Identity | None) -> int | None:
    """Return an open descriptor of this process for a file that may have no name any more; None if there is none."""
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
        with suppress(OSError):
            status = os.fstat(int(name))
            if (status.st_dev, status.st_ino) == identity:
                return int(name)
    return None


def _read(descriptor: int) -> bytes:
    """Return the whole content of an open file, whether or not it still has a name."""
    pieces, place = [], 0
    while piece := os.pread(descriptor, _PIECE, place):
        pieces.append(piece)
        place += len(piece)
    return b"".join(pieces)


def _save(path: Path, content: bytes, like: Path) -> None:
    """Write a new file whole, with owner and mode of `like`, or leave none.

    Raises OSError, also if the name is taken: two programs write to this folder, and root may be one, so no existing
    file or link is followed.
    """
    status = like.stat()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, status.st_mode & 0o777)
            if os.geteuid() == 0:
                os.fchown(descriptor, status.st_uid, status.st_gid)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
    except OSError:
        path.unlink(missing_ok=True)
        raise
