"""Verifies a release's files by signature and sums, and unpacks an archive without trusting it.

Signatures are OpenSSH's (`ssh-keygen -Y`), so that one pinned key vouches for archives and for git's tags, and anybody
can check either by hand. The pinned file is a list of allowed signers, in ssh-keygen's own form.
"""

import hashlib
import platform
import re
import subprocess
import tarfile
from pathlib import Path

from msgspec import Struct

from kiosk.domain.copies.versions import Version, parse
from kiosk.errors import MachineError, RequestError

SIGNER, NAMESPACE = "kiosk", "kiosk-release"
SUMS, SIGNATURE = "SHA256SUMS", "SHA256SUMS.sig"
LISTED = "LISTED"  # in a source's signed list: the moment at which it was signed
PLATFORM = "PLATFORM"  # in a release that holds its wheels: the kind of machine that they are for
ARCHIVE = re.compile(r"kiosk-([0-9.]+?)(?:-([a-z0-9]+))?\.tar\.gz")
LARGEST_SUMS, LARGEST_ARCHIVE = 100_000, 300_000_000

_WHEEL = re.compile(r"kiosk-([0-9.]+)-py3-none-any\.whl")
_LARGEST_UNPACKED, _MOST_MEMBERS = 600_000_000, 5_000
_LINE = re.compile(r"([0-9a-f]{64}) [ *](\S+)")
_CHUNK = 1 << 20


class Release(Struct, frozen=True):
    """A release at hand, verified: a folder with its files, and what pip is to install of it."""

    version: Version
    folder: Path
    package: Path


def machine_kind() -> str:
    """This machine's kind, in Debian's word."""
    found = platform.machine()
    return {"aarch64": "arm64", "x86_64": "amd64"}.get(found, found)


def verify_signature(signed: Path, signature: Path, key: Path) -> None:
    """Raises RequestError `release-signature` unless the pinned key signed exactly these bytes."""
    if not key.is_file():
        raise RequestError("release-key", f"no key of releases at {key}: put the one that you trust there")
    command = ["ssh-keygen", "-Y", "verify", "-f", str(key), "-I", SIGNER, "-n", NAMESPACE, "-s", str(signature)]
    try:
        with signed.open("rb") as content:
            done = subprocess.run(command, stdin=content, capture_output=True, check=False)  # noqa: S603  # our words
    except OSError as fault:
        raise MachineError("release-tools", f"{fault.filename or 'ssh-keygen'}: {fault.strerror}") from None
    if done.returncode != 0:
        raise RequestError("release-signature", f"{signed.name} is not signed with {key}: nothing was installed")


def sums(text: str) -> dict[str, str]:
    """SHA-256 by file name, as sha256sum writes it. Raises RequestError `release-damaged`."""
    found = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found or not _is_inside(match[2]):
            raise RequestError("release-damaged", f"{SUMS} has a line that is none: {line[:80]!r}")
        found[match[2]] = match[1]
    return found


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unpack(archive: Path, into: Path) -> Path:
    """Unpack an archive of unknown worth: only files and folders, only inside, only so much. Returns its one folder.

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
    return not name.startswith("/") and "\\" not in name and ".." not in name.split("/")


def verified(folder: Path, key: Path) -> Release:
    """The release in a folder, if its signature and the sum of every file agree and there is no other file.

    Raises RequestError `release-signature`, `release-key` or `release-damaged`.
    """
    verify_signature(folder / SUMS, folder / SIGNATURE, key)
    wanted = sums((folder / SUMS).read_text("utf-8"))
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}
    for name in sorted(wanted.keys() | there - {SUMS, SIGNATURE}):
        if name not in there or wanted.get(name) != digest(folder / name):
            raise RequestError("release-damaged", f"{name} is not as it was signed: nothing was installed")
    wheels = [match for name in wanted if (match := _WHEEL.fullmatch(name))]
    version = parse(wheels[0][1]) if len(wheels) == 1 else None
    if version is None:
        raise RequestError("release-damaged", f"{folder.name} holds no wheel of a kiosk's release")
    if (folder / PLATFORM).is_file():
        _check_platform((folder / PLATFORM).read_text("utf-8").strip())
    return Release(version, folder, folder / wheels[0][0])


def _check_platform(wanted: str) -> None:
    if wanted != machine_kind():
        raise RequestError("release-platform", f"this release is for {wanted}, and this machine is {machine_kind()}")
