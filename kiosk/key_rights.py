"""Says which group may read the chain's key: that of the desk's programs alone, once each door has a key of its own.

The file is root's: so neither program can replace it, and root's jobs, which have no power over others' files, read it
as its owner. What was renewed or moved aside is the chain's key as well. Where that group is not, as on a laptop or
where a machine was updated and never installed again, it is the folder's.
"""

import grp
import pwd
import re
from pathlib import Path

OFFICE, DESK = "kiosk-office", "kiosk-desk"  # the group, and the user who has to be in it before a file is given to it
ENTRANCE = "kiosk-entrance"
OUTSIDE = "kiosk-outside"  # the user of what calls outwards, whose keys lie in `keys/outside`
# That folder: the desk reads there whom it names, and puts a password beside the one in use; it replaces nothing there.
HANDED = 0o1770
OUTSIDE_ALONE = frozenset(
    ("mail", "database", "helloasso", "helloasso-token")
)  # what of it the desk does not even read
CHAIN = re.compile(r"\.?chain([.-].*)?")  # `chain`, `chain.1`, `.chain-before-20261130T120000Z`


def chain_keys(shared: Path) -> list[Path]:
    """Return the chain's key, those of before, and what was moved aside of them, in the folder of shared keys."""
    return sorted(path for path in shared.glob("*chain*") if CHAIN.fullmatch(path.name))


def is_chain(path: Path) -> bool:
    """Whether a file is the chain's key, or one of before."""
    return path.parent.name == "shared" and CHAIN.fullmatch(path.name) is not None


def office() -> int | None:
    """Return the number of the group that only the desk's programs are in; None where the desk is not in it."""
    try:
        group = grp.getgrnam(OFFICE)
    except KeyError:
        return None
    return group.gr_gid if DESK in group.gr_mem else None


def office_of(shared: Path) -> int | None:
    """Return the group that the chain's key in this folder belongs to: the office's, once a door has a key of its own;
    None where it is the folder's.
    """
    return office() if _is_due(shared) else None


def outside() -> tuple[int, int] | None:
    """Return the user of what calls outwards and the office's group; None where one of them is not there."""
    user, group = user_of(OUTSIDE), office()
    return None if user is None or group is None else (user, group)


def user_of(name: str) -> int | None:
    """Return the number of a program's user; None where this machine has no such account."""
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        return None


def is_of_desk(folder: Path) -> bool:
    """Whether a folder belongs to the desk's own user, as on an installed machine."""
    try:
        return pwd.getpwuid(folder.stat().st_uid).pw_name == DESK
    except (OSError, KeyError):
        return False


def lacks_group(shared: Path) -> bool:
    """Whether the key would be the office's, and the group is not there."""
    return _is_due(shared) and office() is None


def _is_due(shared: Path) -> bool:
    """Whether two programs share the folder, and the door of this machine has its own key."""
    try:
        return bool(shared.stat().st_mode & 0o070) and (shared.parent / "entrance" / "seal").exists()
    except OSError:
        return False
