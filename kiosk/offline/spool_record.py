"""Stores, sealed beside the roster, which folder is the spool's and how many lines its files had.

The record is not in the folder that it guards, because a pulled stick leaves an empty folder behind that would be
trusted. The stick itself carries a mark, and only a folder with this record's mark is written. The record is written
after the taps, so a power failure may leave it behind them; the next start brings it up to them. It is there from the
beginning: made with the home, and before a new release's first start (`kiosk.setup.spool_noting`).
"""

import errno
import logging
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from kiosk.home import Paths
from kiosk.offline import sealed_file
from kiosk.offline.door_keys import SealKeys

log = logging.getLogger(__name__)

MARK, OLD_MANIFEST = "identity", "manifest"  # names of files in the spool's folder
# What each kind of file is sealed as.
_RECORD, _IDENTITY, _OLD = "spool's record", "spool's identity", "spool's manifest"
_OURS = ("*.spool", "door", "reserve", OLD_MANIFEST, MARK)  # files that show that a folder was the spool's

_NUMBER = re.compile(r"\d{1,12}")

Files = Mapping[str, int]
"""The number of lines of each file, by its name."""


class _Mark(NamedTuple):
    """The identity in a folder's mark, and that of the folder which a person replaced by this one; empty for none."""

    identity: str
    instead_of: str = ""


class SpoolRecord:
    """The record of one door's spool: `folder` as kiosk.toml names it, and the home's `own`, which may be the same."""

    def __init__(self, path: Path, keys: SealKeys, home_id: str, folder: Path, own: Path) -> None:
        self._path, self._keys, self._home_id = path, keys, home_id
        self.folder, self.own = folder, own
        self._known_as = ""  # the path of the folder that carries the identity
        self.identity = ""  # of the folder; empty where it was always the home's own
        self.is_written = True  # whether its last change is on disk
        self.is_read = False  # whether there was a record; without one, nothing tells how many lines a file had
        self.lacks_room = False  # True where the disk is full: removing a file may help
        self.files: dict[str, Files] = {}  # by "folder" or "own"
        self._load()

    @classmethod
    def of(cls, paths: Paths, folder: str, keys: SealKeys, home_id: str) -> "SpoolRecord":
        """Return the record of a home, or of one of its doors, for the folder that kiosk.toml names."""
        return cls(paths.spool_record, keys, home_id, paths.own(folder), paths.own("spool"))

    @property
    def places(self) -> tuple[Path, ...]:
        """Return the folders that take taps now, in the order in which they are tried; changes nothing."""
        return (self.folder, self.own) if self.is_there and not self.is_one else (self.own,)

    @property
    def is_there(self) -> bool:
        """Return whether the folder carries the mark, as far as it can be read; changes nothing."""
        mark = None if self.is_one else self._mark()
        # In either field: the folder may just have replaced the one of this identity.
        return self.is_one or (mark is not None and (not self.identity or self.identity in mark))

    @property
    def is_one(self) -> bool:
        """Return whether the spool lies in the home itself."""
        return self.folder == self.own

    @property
    def last_line(self) -> int:
        """Return the number of the last known line, 0 for none; a file's name is the number of its first line."""
        of_files = (name_and_count for files in self.files.values() for name_and_count in files.items())
        return max((int(first[0]) + count - 1 for name, count in of_files if (first := _NUMBER.match(name))), default=0)

    def settle(self) -> bool:
        """Take the folder into use if it is certain to be the spool's, and return whether it may be written.

        The home's own always may. Another one may if it carries the mark; or, where no folder of this name was the
        spool's yet, if it is on another disk than the home or has a spool's files. An empty folder may be the mount
        point of a pulled stick.
        """
        if self.is_one:
            if self.files.get("folder"):  # kiosk.toml named another folder before
                self._expect_all_at_home()
                self._save()
            return True
        if self.carries_mark():
            return True
        if self._known_as == str(self.folder) or not self._may_be_spool():
            return False
        return self.adopt()

    def carries_mark(self) -> bool:
        """Return whether the folder carries this record's mark. A record without an identity takes the folder's; so
        does one whose folder a person replaced by adopting this one, also while the entrance runs.
        """
        mark = None if self.is_one else self._mark()
        if mark is None:
            return self.is_one
        if not self.identity or mark.instead_of == self.identity:
            self._take_into_use(mark.identity)
        return mark.identity == self.identity

    def adopt(self) -> bool:
        """Make the folder as it is now the spool's, with a new mark if it has none of ours, and return False where it
        cannot be written.
        """
        mark = self._mark()
        if mark is None or mark.identity != self.identity:
            mark = _Mark(secrets.token_hex(16), self.identity)  # a new one, since the former stick may come back
        document = {"identity": mark.identity, "instead_of": mark.instead_of}
        try:
            sealed_file.save(self.folder / MARK, self._keys, f"{_IDENTITY} {self._home_id}", document)
        except OSError as fault:
            log.error("the spool's folder %s cannot be taken up: %s", self.folder, fault)
            return False
        self._take_into_use(mark.identity)
        return True

    def _take_into_use(self, identity: str) -> None:
        """Take the folder with this identity as the spool's. Files of a former one are expected in the home's own."""
        if self.identity not in ("", identity):
            self._expect_all_at_home()
        self.identity, self._known_as = identity, str(self.folder)
        self._save()

    def _expect_all_at_home(self) -> None:
        """Expect the files of a folder that was given up in the home's own: those that are not there are reported as
        missing.
        """
        gone = self.files.pop("folder", {})
        if gone:
            self.files["own"] = {**gone, **self.files.get("own", {})}

    def tell(self, folder: Files | None, own: Files) -> None:
        """Store which files there are, before one is removed or after one has grown. `folder` is None while that folder
        is away: then its files stay as stored.
        """
        in_folder = self.files.get("folder", {}) if folder is None else folder
        files = {name: dict(counts) for name, counts in (("folder", in_folder), ("own", own)) if counts}
        # Also stored after a failed write, and where there was no record.
        if files != self.files or not (self.is_written and self.is_read):
            self.files = dict(files)
            self._save()

    def _may_be_spool(self) -> bool:
        """Return whether the folder is on another disk than the home, or has files of a spool; False where it cannot be
        read.
        """
        try:
            elsewhere = self.folder.stat().st_dev != self._nearest(self.own).stat().st_dev
            return elsewhere or any(next(self.folder.glob(name), None) for name in _OURS)
        except OSError:
            return False

    @staticmethod
    def _nearest(folder: Path) -> Path:
        """Return the folder, or the nearest one above it that exists."""
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        return folder

    def _mark(self) -> "_Mark | None":
        """Return the mark that lies in the folder; None without one of this home with a right seal."""
        match sealed_file.load(self.folder / MARK, self._keys, f"{_IDENTITY} {self._home_id}"):
            case {"identity": str(identity), "instead_of": str(before)}:
                return _Mark(identity, before)
            case {"identity": str(identity)}:  # of a release before
                return _Mark(identity)
        return None

    def _load(self) -> None:
        """Read the record, none where it is missing, of another home, or its seal is wrong; carry over the one that
        earlier releases left in the folder.
        """
        match sealed_file.load(self._path, self._keys, _RECORD):
            case {
                "form": 1,
                "home": self._home_id,
                "folder": str(folder),
                "identity": str(identity),
                "files": dict(files),
            }:
                self._known_as, self.identity, self.is_read = folder, identity, True
                self.files = {name: {str(n): int(c) for n, c in counts.items()} for name, counts in files.items()}
        # Written by an earlier release, if one ran since: this release removes it once the record has what it says.
        old = self.folder / OLD_MANIFEST
        match sealed_file.load(old, self._keys, _OLD):
            case {"form": 1, "files": dict(files)}:
                self.files = {"folder" if not self.is_one else "own": {str(n): int(c) for n, c in files.items()}}
                self.is_read = True
                if self._save():
                    with suppress(OSError):
                        old.unlink()

    def _save(self) -> bool:
        """Write the record, and tell whether it was written; log the first of several failures in a row."""
        document = {
            "form": 1,
            "home": self._home_id,
            "folder": self._known_as,
            "identity": self.identity,
            "files": {name: dict(counts) for name, counts in self.files.items()},
        }
        try:
            sealed_file.save(self._path, self._keys, _RECORD, document)
        except OSError as fault:
            if self.is_written:
                log.error("the spool's record %s cannot be written: %s", self._path, fault)
            self.is_written, self.lacks_room = False, fault.errno == errno.ENOSPC
        else:
            self.is_written = self.is_read = True
        return self.is_written
