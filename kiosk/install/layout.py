"""Defines the owner of everything on the machine: system users, their groups, and the rights of every folder of the
home.

Only `db/` is written by both programs, entrance and desk. In `spool/` taps wait that cannot be entered; `roster/` has
the list of members that a door lets in while it lacks the database, and what else it must find then. What a program
must not read, replace or rename lies in another's own folder.
"""

import stat
from pathlib import Path

from kiosk import key_rights, root_files
from kiosk.install.machine import Machine, Rights

HOME = "/var/lib/kiosk"
PROGRAMS = "/opt/kiosk"
SETTINGS = "/etc/kiosk"
ENTRANCE, DESK, DISPLAY, GROUP = key_rights.ENTRANCE, key_rights.DESK, "kiosk-display", "kiosk"
OUTSIDE = key_rights.OUTSIDE  # the user that calls outwards
PAGES = "kiosk-pages"  # the user that draws members' pages, in no other group
OFFICE = key_rights.OFFICE  # the group of the desk's programs alone
# Further groups, where the system has them: for pins and readers, and for screen, touch, graphics and sound.
DEVICES = {ENTRANCE: ("gpio", "plugdev", "dialout", "input"), DISPLAY: ("video", "input", "render", "audio")}

# Folders of root alone, of root and read by both programs, of the entrance alone, of the desk alone.
_ROOTS, _SHARED = Rights(0o700), Rights(0o750, "root", GROUP)
_ENTRANCES, _DESKS = Rights(0o700, ENTRANCE, GROUP), Rights(0o700, DESK, GROUP)
# Each folder of the home with its rights and those of its files. A file of the database belongs to its maker.
FOLDERS: dict[str, tuple[Rights, Rights]] = {
    "": (_SHARED, Rights(0o640, "root", GROUP)),
    # 2: files made there belong to the group, since both programs write them.
    "db": (Rights(0o2770, "root", GROUP), Rights(0o660, None, GROUP)),
    "keys": (_SHARED, Rights(0o640, "root", GROUP)),
    "keys/shared": (_SHARED, Rights(0o640, "root", GROUP)),
    "keys/entrance": (_ENTRANCES, Rights(0o600, ENTRANCE, GROUP)),
    "keys/desk": (_DESKS, Rights(0o600, DESK, GROUP)),
    # The desk reads the names there and hands a password over; existing files it cannot replace.
    "keys/outside": (Rights(key_rights.HANDED, OUTSIDE, OFFICE), Rights(0o640, OUTSIDE, OFFICE)),
    "keys/backup": (_ROOTS, Rights(0o600)),
    "spool": (_ENTRANCES, Rights(0o600, ENTRANCE, GROUP)),
    "roster": (_ENTRANCES, Rights(0o600, ENTRANCE, GROUP)),
    "backups": (_ROOTS, Rights(0o600, "root", None)),  # its timer's user is in the group, a person with sudo is not
    "run": (_ROOTS, Rights(0o600)),
    root_files.WORK: (_SHARED, Rights(0o600)),  # folders in which root works as the service's user
}
SPOOL = _ENTRANCES  # of a spool's folder on a second medium
# The chain's key is the office's alone once the door has a key of its own, which is there.
_CHAIN, _DOORS_KEY = Rights(0o640, "root", OFFICE), "keys/entrance/seal"
_ALONE = Rights(0o600, OUTSIDE, OFFICE)  # of files of `keys/outside` that the desk cannot read


def make_users(machine: Machine, *, display: bool) -> None:
    """Make the programs' common group, a user for each program, and add users to the groups of their devices."""
    if not machine.has_group(GROUP):
        machine.run("groupadd", "--system", GROUP)
    for user in (ENTRANCE, DESK, OUTSIDE, PAGES, *([DISPLAY] if display else [])):
        _make_user(machine, user)
        has = (machine.answers("id", "-nG", user) or "").split()
        wants = [group for group in DEVICES.get(user, ()) if group not in has and machine.has_group(group)]
        if wants:
            machine.run("usermod", "--append", "--groups", ",".join(wants), user)
    make_office(machine)


def _make_user(machine: Machine, user: str) -> None:
    """Make a system user that cannot sign in: the display and the pages in groups of their own, others in ours."""
    if not machine.has_user(user):
        own = ["--user-group"] if user in (DISPLAY, PAGES) else ["--gid", GROUP]
        plain = ["--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
        machine.run("useradd", *plain, *own, user)


def make_outside(machine: Machine) -> None:
    """Make the user that calls outwards, which reads no keys but those in a folder of its own."""
    make_office(machine)
    _make_user(machine, OUTSIDE)


def make_office(machine: Machine) -> None:
    """Make the group that reads the chain's key, with the desk's user in it."""
    if not machine.has_group(OFFICE):
        machine.run("groupadd", "--system", OFFICE)
    if OFFICE not in (machine.answers("id", "-nG", DESK) or "").split():
        machine.run("usermod", "--append", "--groups", OFFICE, DESK)


def repair(machine: Machine, home: str = HOME) -> None:
    """Give every folder and file of a home its rights, after it was made, restored, or handled by root."""
    has_doors_key = machine.at(f"{home}/{_DOORS_KEY}").is_file()
    for name, (folder, file) in FOLDERS.items():
        path = f"{home}/{name}".rstrip("/")
        machine.folder(path, folder)
        for child in _files(machine.at(path)):
            is_office_s = has_doors_key and key_rights.is_chain(Path(f"{path}/{child}"))
            is_alone = name == "keys/outside" and child in key_rights.OUTSIDE_ALONE
            machine.give(f"{path}/{child}", _CHAIN if is_office_s else _ALONE if is_alone else file)


def _files(folder: Path) -> list[str]:
    """Return the names of a folder's plain files only, since a link could lead to another owner's file."""
    if not folder.is_dir():
        return []
    return sorted(child.name for child in folder.iterdir() if stat.S_ISREG(child.lstat().st_mode))
