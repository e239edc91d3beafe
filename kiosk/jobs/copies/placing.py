"""Puts a restored database and its keys in their places in a home, completely or not at all, and deletes nothing.

A file that was there moves aside under another name. New files belong to the owner of their folder, with whose rights
root acts there (`root_files`), since that owner could have put a link in a file's place.
"""

import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from kiosk import durable, key_rights, root_files
from kiosk.errors import MachineError
from kiosk.home import Paths
from kiosk.keys import KEY_BYTES, made_for_codes, read_key
from kiosk.root_files import Holder
from kiosk.setup.home_creation import FOLDERS
from kiosk.store import copying

KEYS = "keys"  # the folder of a home's keys
# Files are written with the mode 0640 where their folder is shared by a group: see `_holder`.


def database(paths: Paths, restored: Path, at: datetime) -> Path | None:
    """Put a database in its place and return where the old one is now; None where there was none. Raises OSError; the
    old one then stays.

    The new one takes the name in one step. The old one's log is written into it before, or SQLite would read it into
    the new one.
    """
    here = paths.database
    with root_files.acting_on(here):
        aside = _free_path(here.with_name(f"{here.stem}-before-{at:%Y%m%dT%H%M%SZ}{here.suffix}"))
        was_there = here.exists()
        if was_there:
            copying.empty_log(here)
            os.link(here, aside)  # a second name, so that a database is there at every moment
        for end in ("-wal", "-shm"):  # a log may be left without its database
            beside = here.with_name(here.name + end)
            if beside.exists():
                beside.rename(aside.with_name(aside.name + end))
        copying.empty_log(restored)
        with root_files.held(restored) as descriptor:
            _holder(here.parent, 0o660).take(descriptor)
        restored.replace(here)
        durable.sync_folder(here.parent)
    return aside if was_there else None


def keys(paths: Paths, contents: Mapping[str, bytes], at: datetime) -> list[Path]:
    """Write keys, each at its path in the home; a different one there moves aside, an equal one stays. Return the paths
    of those moved. Raises OSError.
    """
    moved = []
    for name, content in contents.items():
        path = paths.root / name
        if _has_content(path, content):
            continue
        with root_files.acting_in(path.parent):
            if path.is_symlink() or path.exists():
                # A name with a dot, which later backups leave out of their sealed keys.
                aside = _free_path(path.with_name(f".{path.name}-before-{at:%Y%m%dT%H%M%SZ}"))
                path.rename(aside)
                moved.append(aside)
        write(path, content, 0o640)
    return moved


def _has_content(path: Path, content: bytes) -> bool:
    """Return whether a file has exactly this content."""
    with suppress(OSError, MachineError):
        return root_files.read(path, len(content)) == content
    return False


def given_keys(root: Path, draft: Path) -> None:
    """Copy the keys that were put into a folder which is no home yet to the home that is made of it.

    They may lie in a folder that a program's account writes. So they are checked there, for a clear answer, and again
    as they were copied, where nothing can be put in their place any more. Raises OSError, MachineError `foreign-file`.
    """
    _refuse_strange(root / KEYS)
    shutil.copytree(root / KEYS, draft / KEYS, symlinks=True)
    _refuse_strange(draft / KEYS)


def _refuse_strange(folder: Path) -> None:
    """Raise MachineError `foreign-file` if anything in a folder is neither a plain file nor a folder: root would write
    where a link leads.
    """
    for path in folder.rglob("*"):
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise MachineError("foreign-file", f"{path} is a link, or not a plain file: remove it")


def missing_keys(paths: Paths) -> None:
    """Make the keys of spool, desk and members' codes where they are missing: what the old ones sealed is no longer
    accepted, and is made anew. Raises OSError.
    """
    had_spool = paths.spool_key.exists()
    for path in (paths.spool_key, paths.desk_key, paths.codes_key):
        if not path.exists():
            # A home with a spool key and no codes' key derived the one from the other: members' codes keep working.
            is_derived = path == paths.codes_key and had_spool
            key = made_for_codes(read_key(paths.spool_key)) if is_derived else secrets.token_bytes(KEY_BYTES)
            write(path, key.hex().encode(), 0o640)


def write(path: Path, content: bytes, mode: int) -> None:
    """Write a file durably, owned as its folder is, with `mode` where the folder is a group's, except for two kinds of
    key.

    In `keys/outside`, the keys that only the program that calls outwards reads are for their owner alone. The chain's
    key is for the group of the office's programs alone, once the entrance seals with a key of its own.
    Raises OSError, MachineError `foreign-file`.
    """
    is_alone = path.parent.name == "outside" and path.name in key_rights.OUTSIDE_ALONE
    holder = _holder(path.parent, 0o600 if is_alone else mode)
    office_group = key_rights.office_of(path.parent) if os.geteuid() == 0 and key_rights.is_chain(path) else None
    if office_group is not None:
        holder = replace(holder, group=office_group)
    with root_files.acting_in(path.parent):
        root_files.write(path, content, holder)


def folders(root: Path) -> None:
    """Make the folders of a new home. Raises OSError."""
    for name in FOLDERS:
        (root / name).mkdir(mode=0o700, exist_ok=True)


def _holder(folder: Path, mode: int) -> Holder:
    """Return owner and rights for a file in a folder: the folder's, with `mode` where the folder's group may enter
    it, else its owner's rights alone.
    """
    facts = folder.stat()
    mode = mode if facts.st_mode & 0o070 else 0o600
    return Holder(mode, group=facts.st_gid if os.geteuid() == 0 else None)  # not root: the home is one person's


def _free_path(path: Path) -> Path:
    """Return the path, or the first of its numbered variants that is not taken."""
    count = 1
    free_path = path
    while free_path.exists():
        count += 1
        free_path = path.with_name(f"{path.stem}-{count}{path.suffix}")
    return free_path
