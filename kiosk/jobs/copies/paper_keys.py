"""Handles the paper copy of the keys: makes an age identity, writes its recipient into kiosk.toml, and tries it once a
year.

An *identity* is age's secret key; its *recipient* is the public address that backups are encrypted to. The identity
never stays on this machine: it is printed and taken away.
"""

import os
import re
import tarfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from kiosk import config_file, config_in_force, home
from kiosk.devices.protocols import Clock
from kiosk.domain.copies import age_words
from kiosk.domain.health.upkeep import Care
from kiosk.errors import AnswerIsNo, KioskError, MachineError, RequestError
from kiosk.home import Home, Paths
from kiosk.jobs import running
from kiosk.jobs.copies import backup, copy_file, sealing
from kiosk.setup import settings_lines
from kiosk.store.health import upkeep_rows

_LINE = re.compile(r"#?[ \t]*recipient[ \t]*=.*")  # in force, or commented out as the template has it
_SECTION = re.compile(r"\[backup\][ \t]*")  # of kiosk.toml, in which that line stands
_SECONDS = 60.0  # for age-keygen


def new(paths: Paths, output: Path) -> str:
    """Make an identity in a new file that only its owner can read, and return its recipient.

    Raises RequestError `identity-place`, MachineError `output`, `age`, `tool-missing`.
    """
    if output.resolve().is_relative_to(paths.root.resolve()):
        raise RequestError("identity-place", f"{output} is in the home, which is what it opens: put it elsewhere")
    keygen = running.find("age-keygen", "age")
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except OSError as fault:
        raise MachineError("output", f"{output} cannot be made: {fault.strerror}") from None
    with os.fdopen(descriptor, "wb") as file:
        done = running.run([keygen], seconds=_SECONDS, out=file)
        os.fsync(descriptor)
    if not done.ok:
        output.unlink(missing_ok=True)
        raise MachineError("age", f"no identity could be made: {done.complaint}")
    return sealing.recipient_of(output)


def write_recipient(paths: Paths, recipient: str) -> str:
    """Write a recipient into kiosk.toml, which keeps its owner, rights and comments, and return the former one (empty
    for none).

    Raises RequestError `recipient` or `config`, MachineError `output`; the file is then unchanged.
    """
    if not age_words.is_recipient(recipient):
        raise RequestError("recipient", f"{recipient!r} is not a recipient: age1 and 58 characters")
    before = home.settings(paths).backup.recipient
    try:
        config_in_force.edit(paths.root, lambda text: _with_recipient(text, recipient, paths.config))
    except OSError as fault:
        raise MachineError("output", f"{paths.config} cannot be written: {fault.strerror}") from None
    return before


def _with_recipient(text: str, recipient: str, path: Path) -> str:
    """Return kiosk.toml with the recipient in it. Raises RequestError `config` where its form does not allow that."""
    changed = _with_line(text, f'recipient = "{recipient}"')
    if config_file.parse(changed.encode(), path).backup.recipient != recipient:
        raise RequestError("config", f"{path}: write recipient under [backup] yourself")
    return changed


def _with_line(text: str, line: str) -> str:
    """Return a configuration with a line in its [backup] section: in place of the first line in force, else of the
    first commented one, else as the section's first. A missing section is added.
    """
    lines = text.splitlines()
    start = next((number for number, each in enumerate(lines) if _SECTION.fullmatch(each)), None)
    if start is None:
        return settings_lines.with_section(text, f"[backup]\n{line}\n")
    end = next((number for number in range(start + 1, len(lines)) if lines[number].startswith("[")), len(lines))
    there = [number for number in range(start + 1, end) if _LINE.fullmatch(lines[number])]
    there.sort(key=lambda number: lines[number].startswith("#"))  # a line in force before a commented one
    if there:
        lines[there[0]] = line
    else:
        lines.insert(start + 1, line)
    return "\n".join([*lines, ""])


def write_secret(output: Path, content: bytes) -> None:
    """Write a new file that only its owner can read. Raises MachineError `output`."""
    try:
        with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
            file.write(content)
    except OSError as fault:
        raise MachineError("output", f"{output} cannot be made: {fault.strerror}") from None


def shred(path: Path) -> None:
    """Overwrite a file and delete it. On a memory card that promises nothing: keep such a file in memory instead.

    Raises MachineError `output`.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(os.fstat(descriptor).st_size))
            file.flush()
            os.fsync(descriptor)
        path.unlink()
    except OSError as fault:
        raise MachineError("output", f"{path} could not be shredded: {fault.strerror}; remove it") from None


def test(opened: Home, clock: Clock, identity: Path) -> Path:
    """Open the newest copy's keys with the identity from paper, compare them with the home's, record success or the
    error's code, and return the copy.

    Raises AnswerIsNo `no-sealed-keys` or `keys-differ`, RequestError `identity`, MachineError `sealed`, `copy-damaged`,
    `key`, `backup`, `tool-missing`.
    """
    try:
        copy = _newest(opened)
        copy_file.check(copy)
        with tarfile.open(copy, mode="r:") as tar:
            member = tar.extractfile(copy_file.KEYS)
            opened_keys = sealing.open_keys(member.read() if member is not None else b"", identity)
        _compare(copy, opened_keys, sealing.home_keys(opened.paths))
    except KioskError as error:
        _note(opened, clock, ok=False, says=error.code)
        raise
    _note(opened, clock, ok=True, says=copy.name)
    return copy


def _newest(opened: Home) -> Path:
    """Return the newest copy of this home that has its keys. Raises AnswerIsNo `no-sealed-keys`."""
    with_keys = [
        each.path for each in backup.found(opened) if each.is_ours and each.manifest and each.manifest.has_keys
    ]
    if not with_keys:
        raise AnswerIsNo("no-sealed-keys", "no backup has the keys yet: run kiosk keys new --write, then kiosk backup")
    return with_keys[-1]


def _compare(copy: Path, theirs: Mapping[str, bytes], ours: Mapping[str, bytes]) -> None:
    """Refuse a copy whose keys are not those of the home: other contents, or a key that only one of them has. Raises
    AnswerIsNo `keys-differ`.
    """
    differ = sorted(name for name in {*theirs, *ours} if theirs.get(name) != ours.get(name))
    if differ:
        raise AnswerIsNo("keys-differ", f"{copy.name} has other keys than the home ({', '.join(differ)}): kiosk backup")


def _note(opened: Home, clock: Clock, *, ok: bool, says: str) -> None:
    """Record the trial's outcome; a database that cannot be written loses only this note."""
    with suppress(MachineError), opened.store.writing() as connection:
        upkeep_rows.note(connection, Care.KEYS, clock.now(), ok=ok, says=says)
