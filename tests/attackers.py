"""A home as the installer lays it, with each of the two programs' users broken into; and what of root's they are after.

The users are numbers only: nobody has to be added to the machine that tests.
"""

import hashlib
import os
import signal
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.home import Paths
from kiosk.install import layout

ENTRANCE, DESK, OUTSIDE, GROUP, OFFICE = 64001, 64002, 64003, 64010, 64011
_USERS = {"root": 0, layout.ENTRANCE: ENTRANCE, layout.DESK: DESK, layout.OUTSIDE: OUTSIDE}
_GROUPS = {"root": 0, layout.OFFICE: OFFICE}
_PAGE = 0x40000000  # where SQLite locks, which no page may cover
_MAGIC = bytes.fromhex("d9d505f920a163d7")


@dataclass(frozen=True, slots=True)
class Victim:
    """A file of root's, in a folder that anybody may pass through."""

    path: Path
    before: tuple[object, ...]

    @classmethod
    def new(cls, folder: Path, name: str = "victim") -> "Victim":
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        path = folder / name
        path.write_text("root's own\n", "utf-8")
        path.chmod(0o600)
        return cls(path, facts(path))

    @property
    def is_unharmed(self) -> bool:
        return self.path.exists() and facts(self.path) == self.before


def facts(path: Path) -> tuple[object, ...]:
    """Whose a file is, who may do what with it, its times of writing, and what it holds."""
    found = path.stat()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return found.st_uid, found.st_gid, found.st_mode, found.st_ino, found.st_mtime_ns, digest


def share(paths: Paths) -> None:
    """Give a home's folders and files to whom `scripts/install` gives them."""
    for name, (folder, file) in layout.FOLDERS.items():
        place = paths.root / name
        place.mkdir(exist_ok=True)
        for path, rights in [(place, folder), *((each, file) for each in place.iterdir() if each.is_file())]:
            os.chown(path, _USERS[rights.owner or "root"], _GROUPS.get(rights.group or "", GROUP))
            path.chmod(rights.mode)
    let_pass(paths.root)


def let_pass(root: Path) -> None:
    """Let others pass the folders that a home of a test's lies in: pytest makes them for its user alone."""
    for parent in root.parents:
        if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)


@contextmanager
def acting(user: int) -> Iterator[None]:
    """Do what one of the users may do, as that user: the desk's is in the office's group."""
    groups = os.getgroups()
    os.setgroups([OFFICE] if user == DESK else [])
    os.setegid(GROUP)
    os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


_SWAPPING = """
import os, sys
victim, names = sys.argv[1], sys.argv[2:]
while True:
    for name in names:
        draft = name + ".swap"
        try:
            os.symlink(victim, draft)
            os.rename(draft, name)
            os.unlink(name)
            with open(draft, "w") as file:
                file.write("plain")
            os.rename(draft, name)
        except OSError:
            pass
"""


@contextmanager
def swapping(user: int, victim: Victim, *names: Path) -> Iterator[None]:
    """Let a user exchange names for a link to the victim and back, as fast as can be."""
    command = ["/usr/bin/python3", "-c", _SWAPPING, str(victim.path), *map(str, names)]
    with subprocess.Popen(command, user=user, group=GROUP, extra_groups=[], cwd="/") as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGKILL)


def poisoned_journal(database: Path, victim: Path) -> bytes:
    """A journal that makes SQLite, when it next opens the database to write, delete the file it names."""
    content = database.read_bytes()
    page = int.from_bytes(content[16:18], "big")
    page = 65536 if page == 1 else page
    header = struct.pack(">8sIIIII", _MAGIC, 0, 0, len(content) // page, 512, page)
    name = os.fsencode(victim)
    body = struct.pack(">I", _PAGE // page + 1) + name + struct.pack(">II", len(name), sum(name)) + _MAGIC
    return header.ljust(512, b"\0") + body
