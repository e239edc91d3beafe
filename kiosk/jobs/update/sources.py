"""Finds releases in a folder, an archive, or a folder at an https address.

Nothing is used before its signatures are verified by the keys that this machine trusts: sets of keys that follow, the
list of archives by two keys, that list's moment by any one. Downloads are bounded in bytes and time. A git repository
is no source, because its server decides what a name means, and could pass a branch off as a signed tag.
"""

import errno
import http.client
import os
import stat
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from kiosk.domain.copies.versions import Version, is_git_source, parse
from kiosk.errors import KioskError, MachineError, RequestError
from kiosk.install import release_trust
from kiosk.install.release_trust import Trust
from kiosk.jobs.update import release_files
from kiosk.jobs.update.release_files import Release

_ANSWER_SECONDS = 60.0  # for each answer of the address
_LONGEST_SECONDS = 3 * 3600.0  # for one file: 300 MB at 28 kB a second
_PIECE = 1 << 20  # bytes read at once


class Candidate(Struct, frozen=True):
    """A release that a source has. `fetch` brings it into a folder and verifies it; `trust` are the keys trusted after
    the sets of keys that the source has.
    """

    version: Version
    fetch: Callable[[Path], Release]
    trust: Trust
    listed_at: datetime | None = None  # when its list was vouched for; None for a single archive


def newest(source: str, trust: Trust, scratch: Path) -> Candidate | None:
    """Return the newest release of a source; None where it has none. `scratch` is an empty folder to work in.

    Raises RequestError `release-source`, `release-git`, `release-signature` or `release-damaged`, MachineError
    `release-unreachable` or `release-tools`.
    """
    if is_git_source(source):
        raise RequestError("release-git", f"{source} is a git repository: use a folder, an archive or https://...")
    if source.startswith("https://"):
        return _from_list(_Address(source.rstrip("/")), trust, scratch)
    path = Path(source)
    if path.is_dir():
        return _from_list(_Folder(path), trust, scratch)
    if path.is_file():
        return _from_archive(path, trust, scratch)
    raise RequestError("release-source", f"no release at {source}: a folder, an archive or https://...")


class _Shelf(Protocol):
    """A place that has a source's files."""

    def bring(self, name: str, to: Path, most: int) -> bool:
        """Copy a file of at most `most` bytes to a path, and return False where there is none of that name."""

    def missing(self, name: str) -> KioskError:
        """Return the error for a file that is not there."""


def _needed(shelf: _Shelf, name: str, to: Path, most: int) -> Path:
    """Bring a file from the shelf and return its path. Raises the fault of the shelf where it is missing."""
    if not shelf.bring(name, to, most):
        raise shelf.missing(name)
    return to


def _from_list(shelf: _Shelf, trust: Trust, scratch: Path) -> Candidate | None:
    """Return the newest archive for this machine that a signed list names; None where it names none."""

    def read(name: str) -> bytes | None:
        """Return a small file of the shelf, None where it is missing."""
        there = scratch / name.replace("/", "-")
        return there.read_bytes() if shelf.bring(name, there, release_trust.LARGEST) else None

    def needed(name: str, most: int) -> bytes:
        """Return a small file of the shelf. Raises the fault of the shelf where it is missing."""
        return _needed(shelf, name, scratch / name, most).read_bytes()

    trust = release_trust.walked(trust, read)
    listing = needed(release_files.SUMS, release_files.LARGEST_SUMS)
    release_trust.check_signed(
        release_files.SUMS, listing, needed(release_files.SIGNATURE, release_trust.LARGEST), trust
    )
    moment = needed(release_files.LISTED, release_trust.LARGEST)
    vouched = needed(f"{release_files.LISTED}{release_trust.ENDING}", release_trust.LARGEST)
    # One key signs the list anew by itself, so that it stays fresh between releases.
    release_trust.check_signed(release_files.LISTED, moment, vouched, trust, least=1)
    listed_at = release_files.listed_at(moment, listing)
    known = release_files.sums(listing.decode("utf-8", "replace"))
    version, name = _newest_archive(known)
    if version is None:
        return None

    def fetch(into: Path) -> Release:
        """Bring, compare and unpack the archive, and return its release. Raises RequestError `release-damaged`."""
        archive = _needed(shelf, name, into / name, release_files.LARGEST_ARCHIVE)
        if release_files.digest(archive) != known[name]:
            raise RequestError("release-damaged", f"{name} is not as it was signed: nothing was installed")
        # Two of today's keys signed its digest; the keys that signed what is inside may have been replaced since.
        return _of_version(archive, release_files.whole(_unpacked(archive, into)), version)

    return Candidate(version, fetch, trust, listed_at)


def _newest_archive(known: Iterable[str]) -> tuple[Version | None, str]:
    """Return version and name of the newest archive for this kind of machine or for any kind, its own kind preferred;
    None and an empty name where there is none.
    """
    kind = release_files.machine_kind()
    fit = []
    for name in known:
        match = release_files.ARCHIVE.fullmatch(name)
        version = None if match is None else parse(match[1])
        if match is not None and version is not None and match[2] in (None, kind):
            fit.append((version, match[2] == kind, name))
    newest, _, name = max(fit, default=(None, False, ""))
    return newest, name


def _from_archive(path: Path, trust: Trust, scratch: Path) -> Candidate:
    """Return the release of a single archive, which has to be verified before its version is known."""
    if path.stat().st_size > release_files.LARGEST_ARCHIVE:
        raise RequestError("release-damaged", f"{path.name} is larger than any release")
    release, after = release_files.verified(_unpacked(path, scratch), trust)

    def fetch(into: Path) -> Release:
        """Unpack the archive into the given folder, verify it once more, and return its release."""
        again, _ = release_files.verified(_unpacked(path, into), after)
        return _of_version(path, again, release.version)

    return Candidate(release.version, fetch, after)


def _unpacked(archive: Path, into: Path) -> Path:
    """Unpack an archive and return its top folder."""
    unpacked = into / "unpacked"
    unpacked.mkdir()
    return release_files.unpack(archive, unpacked)


def _of_version(archive: Path, release: Release, version: Version) -> Release:
    """Return a release if it has the announced version. Raises RequestError `release-damaged`."""
    if release.version != version:
        raise RequestError("release-damaged", f"{archive.name} holds release {release.version}: refused")
    return release


class _Folder(Struct, frozen=True):
    """A folder of this machine, such as a stick's."""

    path: Path

    def bring(self, name: str, to: Path, most: int) -> bool:
        """Copy a file of at most `most` bytes to a path, and return False where there is none of that name."""
        path = self.path / name
        try:
            with open(path, "rb", opener=_open_plain) as file, to.open("wb") as copy:
                left = most + 1  # one byte more, which shows that the file is too large
                while left > 0 and (piece := file.read(min(_PIECE, left))):
                    copy.write(piece)
                    left -= len(piece)
        except FileNotFoundError:
            return False
        except OSError as fault:
            raise RequestError("release-source", f"{path} cannot be read: {fault.strerror}") from None
        if left <= 0:
            raise RequestError("release-damaged", f"{path.name} is larger than any release")
        return True

    def missing(self, name: str) -> KioskError:
        """Return the error for a file that is not there."""
        return RequestError("release-source", f"{self.path / name} cannot be read: it is not there")


def _open_plain(path: str, flags: int) -> int:
    """Open a file without waiting for it. Raises OSError where it is no plain file: a stick may hold a pipe, or a link
    to a device that has no end though its size is 0.
    """
    descriptor = os.open(path, flags | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no plain file")
    return descriptor


class _Address(Struct, frozen=True):
    """A folder at an https address."""

    base: str

    def bring(self, name: str, to: Path, most: int) -> bool:
        """Download a file of at most `most` bytes to a path, and return False where the address has none of that
        name.
        """
        address = f"{self.base}/{name}"
        try:
            with urllib.request.urlopen(address, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310  # https, see newest()
                if not answer.geturl().startswith("https://"):
                    raise MachineError("release-unreachable", f"{address} leads away from https")
                _save_answer(answer, to, most)
        except urllib.error.HTTPError as refused:
            refused.close()
            if refused.code in (404, 410):
                return False
            raise MachineError("release-unreachable", f"{address} answers {refused.code}") from None
        except (OSError, ValueError, http.client.HTTPException) as fault:
            raise MachineError("release-unreachable", f"{address}: {getattr(fault, 'reason', fault)}") from None
        if to.stat().st_size > most:
            raise RequestError("release-damaged", f"{address} is larger than any release")
        return True

    def missing(self, name: str) -> KioskError:
        """Return the error for a file that is not there."""
        return MachineError("release-unreachable", f"{self.base}/{name} answers 404")


def _save_answer(answer: http.client.HTTPResponse, to: Path, most: int) -> None:
    """Write an answer to a file piece by piece, since a small board has little memory, and stop one byte after `most`.

    Raises TimeoutError where it comes too slowly.
    """
    left, end = most + 1, time.monotonic() + _LONGEST_SECONDS
    with to.open("wb") as file:
        while left > 0 and (piece := answer.read1(min(_PIECE, left))):
            if time.monotonic() > end:
                raise TimeoutError("it takes longer than any release")
            file.write(piece)
            left -= len(piece)
