"""Verifies a release's files by signatures and checksums, and unpacks an archive without trusting it.

Signatures are OpenSSH's (`ssh-keygen -Y`), so that anyone can check them by hand. `kiosk.install.release_trust` knows
which keys must have made them.
"""

import hashlib
import json
import platform
import re
import tarfile
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from kiosk.domain.copies.versions import Version, parse
from kiosk.errors import RequestError
from kiosk.install import release_trust
from kiosk.install.release_trust import ENDING, Trust

SUMS, SIGNATURE = "SHA256SUMS", f"SHA256SUMS{ENDING}"
# The file beside a source's list: the list's digest, and when one of the keys vouched that the list is the latest.
LISTED = "LISTED"
LISTED_KIND = "kiosk-list"  # the kind that the file names, so that no signature of another file fits
PLATFORM = "PLATFORM"  # in a release with wheels: the kind of machine that they are for
ARCHIVE = re.compile(r"kiosk-([0-9.]+?)(?:-([a-z0-9]+))?\.tar\.gz")
LARGEST_SUMS, LARGEST_ARCHIVE = 100_000, 300_000_000  # bytes

_WHEEL = re.compile(r"kiosk-([0-9.]+)-py3-none-any\.whl")
_LARGEST_UNPACKED, _MOST_MEMBERS = 600_000_000, 5_000  # bytes in all, and files
_LINE = re.compile(r"([0-9a-f]{64}) [ *](\S+)")  # of SHA256SUMS: a digest and a file's name
_CHUNK = 1 << 20  # bytes read at once


class Release(Struct, frozen=True):
    """A verified release at hand: its version, its folder, and the package that pip installs."""

    version: Version
    folder: Path
    package: Path


def machine_kind() -> str:
    """Return the kind of this machine in Debian's terms, such as `arm64`; the kernel's own word for kinds that no
    release is made for.
    """
    kind = platform.machine()
    return {"aarch64": "arm64", "x86_64": "amd64"}.get(kind, kind)


def listed_at(text: bytes, listing: bytes) -> datetime:
    """Return the moment at which a list of releases was last vouched for. Raises RequestError `release-damaged` where
    the text is about another list.
    """
    try:
        facts = json.loads(text)
        at = datetime.fromisoformat(facts["at"]) if isinstance(facts["at"], str) else None
        is_of_it = facts["kind"] == LISTED_KIND and facts["sums"] == hashlib.sha256(listing).hexdigest()
    except (ValueError, KeyError, TypeError, RecursionError):
        at, is_of_it = None, False
    if at is None or at.tzinfo is None or not is_of_it:
        raise RequestError("release-damaged", f"{LISTED} is not of this {SUMS}: nothing was installed")
    return at


def listed_text(listing: bytes, now: datetime) -> str:
    """Return the text that vouches for a list as the latest one now."""
    facts = {"kind": LISTED_KIND, "at": now.isoformat(timespec="seconds"), "sums": hashlib.sha256(listing).hexdigest()}
    return json.dumps(facts, indent=1) + "\n"


def sums(text: str) -> dict[str, str]:
    """Return the SHA-256 of each file by name, from a list as sha256sum writes it. Raises RequestError
    `release-damaged`.
    """
    digests = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match is None or match[2] in digests or not _is_inside(match[2]):
            raise RequestError("release-damaged", f"{SUMS} has a line that is not a checksum: {line[:80]!r}")
        digests[match[2]] = match[1]
    return digests


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unpack(archive: Path, into: Path) -> Path:
    """Unpack an untrusted archive and return its one folder. An archive with anything but files and folders within it,
    or of too many bytes, is refused.

    Raises RequestError `release-damaged`.
    """
    left = _LARGEST_UNPACKED
    try:
        with tarfile.open(archive, "r:gz") as packed:
            for count, member in enumerate(packed, 1):
                left -= member.size
                if not (member.isreg() or member.isdir()) or not _is_inside(member.name):
                    raise RequestError("release-damaged", f"{archive.name} holds {member.name[:80]!r}: refused")
                if count > _MOST_MEMBERS or left < 0:
                    raise RequestError("release-damaged", f"{archive.name} is larger than any release")
                _put(packed, member, into / member.name)
    except (tarfile.TarError, OSError, EOFError, ValueError) as fault:
        raise RequestError("release-damaged", f"{archive.name} cannot be unpacked: {fault}") from None
    folders = [*into.iterdir()]
    if len(folders) != 1 or not folders[0].is_dir():
        raise RequestError("release-damaged", f"{archive.name} holds other things than one folder")
    return folders[0]


def _put(packed: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    """Unpack one member of an archive, executable only where it was so."""
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    content = packed.extractfile(member)
    if content is None:
        raise tarfile.TarError(member.name)
    with target.open("xb") as file:
        while chunk := content.read(_CHUNK):
            file.write(chunk)
    target.chmod(0o755 if member.mode & 0o100 else 0o644)


def _is_inside(name: str) -> bool:
    """Return whether a name from an archive stays within the folder it is unpacked to."""
    return not name.startswith("/") and "\\" not in name and ".." not in name.split("/")


def verified(folder: Path, trust: Trust) -> tuple[Release, Trust]:
    """Return the release in a folder, and the trust after the sets of keys that it carries. Enough of these keys must
    have signed its checksums, and every file must match them.

    Raises RequestError `release-signature` or `release-damaged`.
    """
    trust = release_trust.in_folder(trust, folder)
    for name in (SUMS, SIGNATURE):
        if not (folder / name).is_file() or (folder / name).stat().st_size > LARGEST_SUMS:
            raise RequestError("release-signature", f"{folder.name} has no {name}: nothing was installed")
    release_trust.check_signed(SUMS, (folder / SUMS).read_bytes(), (folder / SIGNATURE).read_bytes(), trust)
    return whole(folder), trust


def whole(folder: Path, *, any_kind: bool = False) -> Release:
    """Return the release in a folder if every file matches its checksum and there is no other file, for this kind of
    machine or with `any_kind` for any. The caller has verified the checksums' signatures.

    Raises RequestError `release-damaged` or `release-platform`.
    """
    if not (folder / SUMS).is_file():
        raise RequestError("release-damaged", f"{folder.name} has no {SUMS}: nothing was installed")
    signed_sums = sums((folder / SUMS).read_text("utf-8"))
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}
    for name in sorted(signed_sums.keys() | there - {SUMS, SIGNATURE}):
        if name not in there or signed_sums.get(name) != digest(folder / name):
            raise RequestError("release-damaged", f"{name} is not as it was signed: nothing was installed")
    wheels = [(name, match[1]) for name in signed_sums if (match := _WHEEL.fullmatch(name))]
    wheel, version_text = wheels[0] if len(wheels) == 1 else ("", "")
    version = parse(version_text)
    if version is None:
        raise RequestError("release-damaged", f"{folder.name} holds no wheel of a kiosk's release")
    if (folder / PLATFORM).is_file() and not any_kind:
        _check_platform((folder / PLATFORM).read_text("utf-8").strip())
    return Release(version, folder, folder / wheel)


def _check_platform(kind: str) -> None:
    """Refuse a release for another kind of machine. Raises RequestError `release-platform`."""
    if kind != machine_kind():
        raise RequestError("release-platform", f"this release is for {kind}, and this machine is {machine_kind()}")
