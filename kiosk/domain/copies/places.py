"""Reads the places to which backups are carried, as kiosk.toml names them: a stick by its label, rclone's, restic's.

Only plain names are accepted, because they become words of other programs' command lines and parts of paths.
"""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from kiosk.domain.copies import age_words

KEY_FOLDER = "keys/backup/"  # where files with addresses that hold a password are
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,15}")  # only characters that udev does not escape in a link's name
_REMOTE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}")
_FOLDER = re.compile(r"/?[\w.+@-][\w.+@ -]*(?:/[\w.+@-][\w.+@ -]*)*")
_REPOSITORY = re.compile(r"(?:/|(?:sftp|rest|s3|b2|swift|azure|gs|rclone):)[\w.+@:/~?=&%-]+")
_SECRET_FILE = re.compile(r"keys/backup/[a-z0-9][a-z0-9._-]{0,63}")
_OPTION = re.compile(r"(?:^|[:@/])-")  # a word that a program would take for an option
_WITH_PASSWORD = re.compile(r"://[^/]*:[^/]*@")


class Stick(Struct, frozen=True):
    """A USB stick, by its file system's label."""

    label: str

    @property
    def name(self) -> str:
        """Return its name in messages and records."""
        return self.label


class Rclone(Struct, frozen=True):
    """A folder of one of rclone's remotes."""

    remote: str
    folder: str

    @property
    def name(self) -> str:
        """Return its name in messages and records."""
        return f"rclone:{self.remote}:{self.folder}"


class Restic(Struct, frozen=True):
    """A repository of restic. `is_secret`: `repository` is a file of the home that holds the address, because that
    contains a password.
    """

    repository: str
    is_secret: bool

    @property
    def name(self) -> str:
        """Return its name in messages and records."""
        return f"restic:{self.repository}"


Place = Stick | Rclone | Restic


def read(stick: str, places: Sequence[str]) -> list[Place]:
    """Return every place that the settings name. Errors were reported by `problems` before."""
    return ([Stick(stick)] if stick else []) + [known for text in places if (known := place(text)) is not None]


def place(text: str) -> Rclone | Restic | None:
    """Return the place named by a word of `backup.places`; None for an invalid one."""
    tool, _, rest = text.partition(":")
    remote, colon, folder = rest.partition(":")
    if tool == "rclone" and colon and _REMOTE.fullmatch(remote) and _FOLDER.fullmatch(folder) and _stays(folder):
        return Rclone(remote, folder)
    if tool == "restic" and _SECRET_FILE.fullmatch(rest):
        return Restic(rest, is_secret=True)
    if tool == "restic" and _REPOSITORY.fullmatch(rest) and not _WITH_PASSWORD.search(rest) and _stays(rest):
        return Restic(rest, is_secret=False)
    return None


def problems(recipient: str, stick: str, places: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong with the keys of `[backup]` that name places, each with its key."""
    if recipient and not age_words.is_recipient(recipient):
        yield f"backup.recipient = {recipient!r}: expected age1 and 58 signs, as `kiosk keys new` says it"
    if stick and not _LABEL.fullmatch(stick):
        yield f"backup.stick = {stick!r}: expected a label of 1 to 16 letters, digits, - and _"
    for text in places:
        if place(text) is None:
            yield (
                f"backup.places: {_without_password(text)!r} is no place, expected like rclone:remote:folder,"
                f" restic:/folder, restic:rest:https://..., or restic:{KEY_FOLDER}... for a file with the address"
            )
    if len(set(places)) != len(places):
        yield "backup.places: one place is named twice"
    # restic encrypts by itself; these places do not
    unencrypted = ([f"backup.stick = {stick!r}"] if stick else []) + [
        text for text in places if text.startswith("rclone:")
    ]
    if unencrypted and not recipient:
        yield f"backup.recipient is missing: {', '.join(unencrypted)} takes sealed copies only (kiosk keys new)"


def _stays(path: str) -> bool:
    """Tell whether a path only goes down, and cannot be taken for an option."""
    return ".." not in path.split("/") and not _OPTION.search(path)


def _without_password(text: str) -> str:
    """Return an address to be shown, without its password."""
    return _WITH_PASSWORD.sub("://...@", text)
