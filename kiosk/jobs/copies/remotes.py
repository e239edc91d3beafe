"""Adds copies to places that rclone and restic reach, reads them back and compares them; never deletes any there.

So credentials that can add and read are enough, and a thief of this machine cannot delete an older copy. The
credentials are files in `keys/backup/`; no secret is on a command line or in an environment.
"""

import hashlib
import json
import os
import pwd
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kiosk.domain.copies.places import Rclone, Restic
from kiosk.errors import MachineError
from kiosk.home import Paths
from kiosk.jobs import running

HOST = "kiosk"  # the host of our snapshots, the same after a restore on another Pi
FILE = "kiosk.tar"  # the copy's name in a snapshot
_SECONDS = 3 * 3600.0  # for one copy: a slow line may need hours


def rclone(paths: Paths, source: Path, place: Rclone, name: str) -> None:
    """Add a sealed file as `name` by rclone, and read it back. A file of this name there stays, and is what is read: if
    it differs, that is the fault. Raises MachineError `rclone`, `key`, `tool-missing` or `tool`.
    """
    settings = _secret(paths, "rclone.conf")
    target = f"{place.remote}:{place.folder}/{name}"
    program = [running.find("rclone"), "--config", str(settings), "--ask-password=false", "--contimeout=30s"]
    more = _surroundings(paths)
    done = running.run(
        [*program, "copyto", "--ignore-existing", "--", str(source), target], seconds=_SECONDS, more=more
    )
    if not done.ok:
        raise MachineError("rclone", f"{place.name} takes no copy: {done.complaint}")
    _compare(source, [*program, "cat", "--", target], place.name, "rclone", more)


def restic(paths: Paths, source: Path, place: Restic) -> None:
    """Add a file as a snapshot by restic, which encrypts it. Raises MachineError `restic`, `key`, `tool-missing` or
    `tool`.
    """
    password = _secret(paths, "restic")
    where = (
        ["--repository-file", str(_secret(paths, Path(place.repository).name))]
        if place.is_secret  # the repository's address contains a password, and so stands in a file
        else ["--repo", place.repository]
    )
    program = [running.find("restic"), *where, "--password-file", str(password), "--no-cache", "--retry-lock", "5m"]
    more = _surroundings(paths)
    words = [*program, "backup", "--json", "--host", HOST, "--tag", HOST, "--stdin", "--stdin-filename", FILE]
    with source.open("rb") as file:
        done = running.run(words, seconds=_SECONDS, stdin=file, more=more)
    snapshot = _snapshot(done.out)
    if not done.ok or snapshot is None:
        raise MachineError("restic", f"{place.name} takes no copy: {done.complaint}")
    _compare(source, [*program, "dump", snapshot, f"/{FILE}"], place.name, "restic", more)


def _compare(source: Path, words: list[str], place: str, code: str, more: dict[str, str]) -> None:
    """Read a copy back from its place and compare its digest. `words` is the command that writes it to its output,
    `more` its environment. Raises MachineError with the given `code`.
    """
    reading, writing = os.pipe()  # read in a thread while the program writes: a pipe holds little
    with ThreadPoolExecutor(max_workers=1) as beside:
        back = beside.submit(_digest, reading)
        with os.fdopen(writing, "wb") as pipe:
            done = running.run(words, seconds=_SECONDS, out=pipe, more=more)
    if not done.ok:
        raise MachineError(code, f"{place} does not give the copy back: {done.complaint}")
    with source.open("rb") as file:
        if hashlib.file_digest(file, "sha256").digest() != back.result():
            raise MachineError(code, f"{place} returns other content than was stored: use another place")


def _digest(descriptor: int) -> bytes:
    """Return the SHA-256 digest of an open file's content, and close the file."""
    digest = hashlib.sha256()
    with os.fdopen(descriptor, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.digest()


def _snapshot(out: bytes) -> str | None:
    """Return the id of the snapshot that restic reports, in the last line of JSON that has one; None for none."""
    for line in reversed(out.splitlines()):
        try:
            message = json.loads(line)
        except ValueError:
            continue
        snapshot = message.get("snapshot_id") if isinstance(message, dict) else None
        if isinstance(snapshot, str) and snapshot.isalnum():
            return snapshot
    return None


def _secret(paths: Paths, name: str) -> Path:
    """Return the path of a credential of the backup. Raises MachineError `key` where it is missing or others can read
    it.
    """
    path = paths.root / "keys" / "backup" / name
    try:
        mode = path.stat().st_mode
    except OSError as fault:
        raise MachineError(
            "key", f"the key {path} cannot be read: {fault.strerror}; the manual says how it is made"
        ) from None
    if mode & 0o077:
        raise MachineError("key", f"the key {path} can be read by others: chmod 0600 {path}")
    return path


def _surroundings(paths: Paths) -> dict[str, str]:
    """Return the environment for both programs, without secrets: the home folder, where ssh finds its keys, and the
    configuration that restic's rclone uses.
    """
    home = os.environ.get("HOME") or pwd.getpwuid(os.getuid()).pw_dir
    return {"HOME": home, "RCLONE_CONFIG": str(paths.root / "keys" / "backup" / "rclone.conf")}
