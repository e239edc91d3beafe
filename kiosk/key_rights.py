"""Decides which group may read the chain's key: the group of the desk's programs alone, once each door has its own key.
Until then the entrance, too, seals entries with the chain's.

The file is root's, so that neither program can replace it, and root's jobs, which have no power over others' files,
read it as its owner. Renewed keys and those moved aside count as the chain's key, too. Where that group does not exist,
as on a laptop or a machine that was updated and never installed again, the folder's group may read it.
"""

import grp
import pwd
import re
from pathlib import Path

OFFICE, DESK = "kiosk-office", "kiosk-desk"  # the group, and the user that has to be in it first
ENTRANCE = "kiosk-entrance"
OUTSIDE = "kiosk-outside"  # the user that calls outwards, with its keys in `keys/outside`
# That folder's mode: the desk reads names there and puts a new password beside the old one; it can replace nothing.
HANDED = 0o1770
OUTSIDE_ALONE = frozenset(("mail", "database", "helloasso", "helloasso-token"))  # files there that the desk cannot read
CHAIN = re.compile(r"\.?chain([.-].*)?")  # `chain`, `chain.1`, `.chain-before-20261130T120000Z`


def chain_keys(shared: Path) -> list[Path]:
    """Return the chain's key, earlier ones, and those moved aside, in the folder of shared keys."""
    return sorted(path for path in shared.glob("*chain*") if CHAIN.fullmatch(path.name))


def is_chain(path: Path) -> bool:
    """Return whether a file is the chain's key, or an earlier one."""
    return path.parent.name == "shared" and CHAIN.fullmatch(path.name) is not None


def office() -> int | None:
    """Return the id of the group of the desk's programs; None where there is none, or the desk's user is not in it."""
    try:
        group = grp.getgrnam(OFFICE)
    except KeyError:
        return None
    return group.gr_gid if DESK in group.gr_mem else None


def office_of(shared: Path) -> int | None:
    """Return the group that the chain's key in a folder belongs to: the office's once the door has its own key; None
    for the folder's group.
    """
    return office() if _is_due(shared) else None


def outside() -> tuple[int, int] | None:
    """Return the user that calls outwards and the office's group; None where either is missing."""
    user, group = user_of(OUTSIDE), office()
    return None if user is None or group is None else (user, group)


def user_of(name: str) -> int | None:
    """Return the id of a program's user; None where this machine has no such account."""
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        return None


def is_of_desk(folder: Path) -> bool:
    """Return whether a folder belongs to the desk's own user, as on an installed machine."""
    try:
        return pwd.getpwuid(folder.stat().st_uid).pw_name == DESK
    except (OSError, KeyError):
        return False


def lacks_group(shared: Path) -> bool:
    """Return whether the key should belong to the office's group, and that group is missing."""
    return _is_due(shared) and office() is None


def _is_due(shared: Path) -> bool:
    """Return whether the key is to be the office's alone: two programs share the folder, and this machine's door has
    its own key.
    """
    try:
        return bool(shared.stat().st_mode & 0o070) and (shared.parent / "entrance" / "seal").exists()
    except OSError:
        return False
