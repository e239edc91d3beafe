"""Finds releases in a folder, an archive, or a folder at an https address.

Nothing is believed before its signature is verified: a folder's list of archives is signed, and an archive's files are.
What comes over the network is bounded. A git repository is no source: its server decides what a name leads to, and a
branch named like a signed tag would be taken for it.
"""

import http.client
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from kiosk.domain.copies.versions import Version, is_git_source, parse
from kiosk.errors import MachineError, RequestError
from kiosk.jobs.update import release_files
from kiosk.jobs.update.release_files import Release

_ANSWER_SECONDS = 60.0
_PIECE = 1 << 20


class Candidate(Struct, frozen=True):
    """A release that a source has: `fetch` brings it into a folder and verifies all of it."""

    version: Version
    fetch: Callable[[Path], Release]
    listed_at: datetime | None = None  # when the list that names it was signed, where that says so


def newest(source: str, key: Path, scratch: Path) -> Candidate | None:
    """The newest release of a source; None where it has none. `scratch` is an empty folder for what has to be read.

    Raises RequestError `release-source`, `release-git`, `release-signature`, `release-key` or `release-damaged`,
    MachineError `release-unreachable` or `release-tools`.
    """
    if is_git_source(source):
        raise RequestError("release-git", f"{source}: a git repository is no source of releases any more")
    if source.startswith("https://"):
        base = source.rstrip("/")
        return _listed(lambda name, to, most: _download(f"{base}/{name}", to, most), key, scratch)
    path = Path(source)
    if path.is_dir():
        return _listed(lambda name, to, most: _copy(path / name, to, most), key, scratch)
    if path.is_file():
        return _archive(path, key, scratch)
    raise RequestError("release-source", f"no release at {source}: a folder, an archive or https://...")


Bring = Callable[[str, Path, int], None]


def _listed(bring: Bring, key: Path, scratch: Path) -> Candidate | None:
    """The newest archive that a signed list names."""
    listing, signature = scratch / release_files.SUMS, scratch / release_files.SIGNATURE
    bring(release_files.SUMS, listing, release_files.LARGEST_SUMS)
    bring(release_files.SIGNATURE, signature, release_files.LARGEST_SUMS)
    release_files.verify_signature(listing, signature, key)
    known = release_files.sums(listing.read_text("utf-8"))
    version, name = _mine(known)
    if version is None:
        return None
    listed_at = _listed_at(bring, known, scratch)

    def fetch(into: Path) -> Release:
        archive = into / name
        bring(name, archive, release_files.LARGEST_ARCHIVE)
        if release_files.digest(archive) != known[name]:
            raise RequestError("release-damaged", f"{name} is not as it was signed: nothing was installed")
        return _opened(archive, key, into, version)

    return Candidate(version, fetch, listed_at)


def _mine(known: Iterable[str]) -> tuple[Version | None, str]:
    """The newest of the archives that are for this kind of machine, or for any; its own, where there are both."""
    kind = release_files.machine_kind()
    archives = [(match, name) for name in known if (match := release_files.ARCHIVE.fullmatch(name))]
    fit = [(parse(match[1]), match[2] == kind, name) for match, name in archives if match[2] in (None, kind)]
    version, _, name = max(((v, own, n) for v, own, n in fit if v is not None), default=(None, False, ""))
    return version, name


def _listed_at(bring: Bring, known: Mapping[str, str], scratch: Path) -> datetime | None:
    """When the list was signed: so that one that is shown for ever, to hide newer releases, is known by its age."""
    if release_files.LISTED not in known:
        return None
    there = scratch / release_files.LISTED
    bring(release_files.LISTED, there, release_files.LARGEST_SUMS)
    try:
        found = datetime.fromisoformat(there.read_text("utf-8").strip())
    except ValueError:
        found = None
    if release_files.digest(there) != known[release_files.LISTED] or found is None or found.tzinfo is None:
        raise RequestError("release-damaged", f"{release_files.LISTED} is not as it was signed: nothing was installed")
    return found


def _archive(path: Path, key: Path, scratch: Path) -> Candidate:
    """One archive by itself: it says which version it is only once it is verified."""
    if path.stat().st_size > release_files.LARGEST_ARCHIVE:
        raise RequestError("release-damaged", f"{path.name} is larger than any release")
    release = _opened(path, key, scratch, None)
    return Candidate(release.version, lambda into: _opened(path, key, into, release.version))


def _opened(archive: Path, key: Path, into: Path, version: Version | None) -> Release:
    unpacked = into / "unpacked"
    unpacked.mkdir()
    release = release_files.verified(release_files.unpack(archive, unpacked), key)
    if version is not None and release.version != version:
        raise RequestError("release-damaged", f"{archive.name} holds release {release.version}: refused")
    return release


def _copy(path: Path, to: Path, most: int) -> None:
    try:
        if path.stat().st_size > most:
            raise RequestError("release-damaged", f"{path.name} is larger than any release")
        shutil.copyfile(path, to)
    except OSError as fault:
        raise RequestError("release-source", f"{path} cannot be read: {fault.strerror}") from None


def _download(address: str, to: Path, most: int) -> None:
    try:
        with urllib.request.urlopen(address, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310  # https, see newest()
            if not answer.geturl().startswith("https://"):
                raise MachineError("release-unreachable", f"{address} leads away from https")
            _keep(answer, to, most)
    except urllib.error.HTTPError as refused:
        refused.close()
        raise MachineError("release-unreachable", f"{address} answers {refused.code}") from None
    except (OSError, ValueError, http.client.HTTPException) as fault:
        raise MachineError("release-unreachable", f"{address}: {getattr(fault, 'reason', fault)}") from None
    if to.stat().st_size > most:
        raise RequestError("release-damaged", f"{address} is larger than any release")


def _keep(answer: http.client.HTTPResponse, to: Path, most: int) -> None:
    """A piece at a time: a small board has less memory than a release has bytes. One byte too many says enough."""
    left = most + 1
    with to.open("wb") as file:
        while left > 0 and (piece := answer.read(min(_PIECE, left))):
            file.write(piece)
            left -= len(piece)
