"""Keeps which folder is the spool's, and how many lines its files had: sealed, beside the roster.

Not in the folder that it guards: a stick that is pulled leaves an empty folder behind, which would be believed. The
stick itself has a mark; only what carries the mark of this record is written. The record is written behind the taps, so
what the power cuts is not in it.
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

MARK, OLD_MANIFEST = "identity", "manifest"
_RECORD, _IDENTITY, _OLD = "spool's record", "spool's identity", "spool's manifest"
_OURS = ("*.spool", "door", "reserve", OLD_MANIFEST, MARK)  # what shows that a folder was the spool's

_NUMBER = re.compile(r"\d{1,12}")

Files = Mapping[str, int]
"""How many lines each file has, by its name."""


class _Mark(NamedTuple):
    """The identity that a folder carries, and that of the one in whose place a person put it."""

    identity: str
    instead_of: str = ""


class SpoolRecord:
    """The record of one door's spool: `folder` as kiosk.toml names it, and the home's `own`, which may be the same."""

    def __init__(self, path: Path, keys: SealKeys, home_id: str, folder: Path, own: Path) -> None:
        self._path, self._keys, self._home_id = path, keys, home_id
        self.folder, self.own = folder, own
        self._known_as = ""  # the folder that the identity is of
        self.identity = ""  # of the folder; empty where none but the home's own ever was the spool's
        self.is_written = True  # whether the last change of it is on the disk
        self.lacks_room = False  # whether it is not for want of room, which a file that goes may give
        self.files: dict[str, Files] = {}  # by the folder's name in the record
        self._load()

    @classmethod
    def of(cls, paths: Paths, folder: str, keys: SealKeys, home_id: str) -> "SpoolRecord":
        """That of a home, or of a door of its; the folder as kiosk.toml names it."""
        return cls(paths.spool_record, keys, home_id, paths.own(folder), paths.own("spool"))

    @property
    def places(self) -> tuple[Path, ...]:
        """The folders that take taps now, the first that is tried first. Nothing is taken up by asking."""
        return (self.folder, self.own) if self.is_there and not self.is_one else (self.own,)

    @property
    def is_there(self) -> bool:
        """Whether the folder that is there carries the mark, as far as one may look. Nothing is taken up by asking."""
        mark = None if self.is_one else self._mark()
        return self.is_one or (mark is not None and (not self.identity or self.identity in mark))

    @property
    def is_one(self) -> bool:
        """Whether the spool lies in the home itself."""
        return self.folder == self.own

    @property
    def last_line(self) -> int:
        """The number of the last line that is known, as far as files' names say that of their first."""
        of_files = (named for files in self.files.values() for named in files.items())
        return max((int(first[0]) + count - 1 for name, count in of_files if (first := _NUMBER.match(name))), default=0)

    def settle(self) -> bool:
        """Take the folder up where that is without doubt. Returns whether it may be written.

        The home's own always is. Another one is where it carries the mark; and, where it was never the spool's by this
        name, where it lies on another disk than the home or holds what a spool holds: an empty folder may be what a
        stick leaves.
        """
        if self.is_one:
            if self.files.get("folder"):  # kiosk.toml named another one before
                self._expect_all_at_home()
                self._save()
            return True
        if self.carries_mark():
            return True
        if self._known_as == str(self.folder) or not self._is_likely():
            return False
        return self.adopt()

    def carries_mark(self) -> bool:
        """Whether the folder is the one of this record. Without a record, one that was this home's becomes it; so does
        one that was adopted in its place, also while the entrance runs.
        """
        mark = None if self.is_one else self._mark()
        if mark is None:
            return self.is_one
        if not self.identity or mark.instead_of == self.identity:
            self._take(mark.identity)
        return mark.identity == self.identity

    def adopt(self) -> bool:
        """Make the folder that is there now the spool's. Returns False where it cannot be written."""
        mark = self._mark()
        if mark is None or mark.identity != self.identity:
            mark = _Mark(secrets.token_hex(16), self.identity)  # never one of before: that stick may come back
        document = {"identity": mark.identity, "instead_of": mark.instead_of}
        try:
            sealed_file.save(self.folder / MARK, self._keys, f"{_IDENTITY} {self._home_id}", document)
        except OSError as fault:
            log.error("the spool's folder %s cannot be taken up: %s", self.folder, fault)
            return False
        self._take(mark.identity)
        return True

    def _take(self, identity: str) -> None:
        if self.identity not in ("", identity):
            self._expect_all_at_home()
        self.identity, self._known_as = identity, str(self.folder)
        self._save()

    def _expect_all_at_home(self) -> None:
        """Look for the files of a folder that was given up in the home: what is not there is missed, and told."""
        gone = self.files.pop("folder", {})
        if gone:
            self.files["own"] = {**gone, **self.files.get("own", {})}

    def tell(self, folder: Files | None, own: Files) -> None:
        """Write down which files there are, before one goes or after one has grown. What is in a folder that is not
        there now (None) stays as it was.
        """
        there = self.files.get("folder", {}) if folder is None else folder
        files = {name: dict(found) for name, found in (("folder", there), ("own", own)) if found}
        if files != self.files or not self.is_written:
            self.files = dict(files)
            self._save()

    def _is_likely(self) -> bool:
        try:
            elsewhere = self.folder.stat().st_dev != self._nearest(self.own).stat().st_dev
            return elsewhere or any(next(self.folder.glob(name), None) for name in _OURS)
        except OSError:
            return False

    @staticmethod
    def _nearest(folder: Path) -> Path:
        """The folder, or what is left above it."""
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        return folder

    def _mark(self) -> "_Mark | None":
        match sealed_file.load(self.folder / MARK, self._keys, f"{_IDENTITY} {self._home_id}"):
            case {"identity": str(identity), "instead_of": str(before)}:
                return _Mark(identity, before)
            case {"identity": str(identity)}:  # of a release before
                return _Mark(identity)
        return None

    def _load(self) -> None:
        match sealed_file.load(self._path, self._keys, _RECORD):
            case {
                "form": 1,
                "home": self._home_id,
                "folder": str(folder),
                "identity": str(identity),
                "files": dict(files),
            }:
                self._known_as, self.identity = folder, identity
                self.files = {name: {str(n): int(c) for n, c in found.items()} for name, found in files.items()}
        old = self.folder / OLD_MANIFEST  # of a release before: what it says is newer, since ours takes it away
        match sealed_file.load(old, self._keys, _OLD):
            case {"form": 1, "files": dict(files)}:
                self.files = {"folder" if not self.is_one else "own": {str(n): int(c) for n, c in files.items()}}
                if self._save():
                    with suppress(OSError):
                        old.unlink()

    def _save(self) -> bool:
        document = {
            "form": 1,
            "home": self._home_id,
            "folder": self._known_as,
            "identity": self.identity,
            "files": {name: dict(found) for name, found in self.files.items()},
        }
        try:
            sealed_file.save(self._path, self._keys, _RECORD, document)
        except OSError as fault:
            if self.is_written:
                log.error("the spool's record %s cannot be written: %s", self._path, fault)
            self.is_written, self.lacks_room = False, fault.errno == errno.ENOSPC
        else:
            self.is_written = True
        return self.is_written
