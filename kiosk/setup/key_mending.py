"""Makes what a start needs and what may be made anew: folders, the keys of spool, codes and desk, and the rights of
keys.

It runs before each start, as root where there is a unit. Damaged files are kept aside and never deleted. The keys of
badges and chain are never made: they have to be restored from a copy. Each door's own key is derived from the chain's
key, which from then on only the desk can read; not while an update is under way, because going back needs a release
that knows the chain's key only. Settings are accepted as they are where none ever were, which the programs may not do
themselves. It imports as little as possible, since the door waits for it.

`root_files.held` opens a file or folder without following a link; `Holder(...).take` gives it an owner, group and mode.
"""

import os
import stat
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from kiosk import key_rights, keys, plain_files, root_files
from kiosk.domain.chain import Seal, key_id
from kiosk.domain.doors import FIRST
from kiosk.errors import MachineError
from kiosk.root_files import Holder

_ENTRANCES = ("spool", "roster", "keys/entrance")  # folders that the entrance's user owns
_DESKS = "keys/desk"  # the folder that the desk's user owns
_FOLDERS = ("db", "keys", "keys/shared", _DESKS, *_ENTRANCES)
_LONGEST = 1 << 10  # bytes that are read of a key
_LONGEST_LIST = 1 << 16  # bytes that are read of a list of addresses


def missing(root: Path) -> None:
    """Make the keys that a home of an earlier release lacks. Raises OSError, MachineError `foreign-file`."""
    place = root / "keys"
    for name in ("entrance/codes", "entrance/spool", "desk/web"):  # the first is made from the second
        if not (place / name).exists():
            _make(place, name)


def mend(root: Path, at: datetime, *, is_updated: bool = True) -> list[str]:
    """Make what is missing, move aside what is damaged, note it, and return what was done, as a word and a path each.
    `is_updated` is False while an update is under way.
    """
    done = list(_mended(root, at, is_updated=is_updated))
    to_note = [line for line in done if not line.startswith(("rights", "seal", "moved"))]  # which lose nothing
    if to_note:
        with suppress(OSError, MachineError):
            _note(root / "keys", to_note, at)
    return done


def _mended(root: Path, at: datetime, *, is_updated: bool) -> Iterator[str]:
    """Put the rights of folders and keys in order, and yield what was changed; one that fails stops no other."""
    if not any((root / name).exists() for name in ("kiosk.toml", "keys", "db")):
        return  # not a home
    for name in _FOLDERS:
        with suppress(OSError, MachineError):
            yield from _folder(root, name, at)
    place = root / "keys"
    for name in (keys.NOTE, "desk/mark"):  # files that are written anew, but never over a folder
        if (place / name).is_dir() and not (place / name).is_symlink():
            with suppress(OSError):
                (place / name).rename(_free(place / name, at))
                yield f"aside {name}"
    if is_updated:
        with suppress(OSError, MachineError):
            yield from _door_seals(root)
        with suppress(OSError, MachineError):
            yield from _outside(place)
    for path in (place / "shared" / "badge", *sorted((place / "shared").glob("badge.*.*"))):  # older ones too
        with suppress(OSError, MachineError):
            yield from _rights(path)
    for path in key_rights.chain_keys(place / "shared"):
        with suppress(OSError, MachineError):
            yield from _rights(path, _group(path, is_updated=is_updated))
    for name in ("entrance/codes", "entrance/spool", "desk/web"):
        with suppress(OSError, MachineError):
            yield from _key(place, name, at)
    with suppress(OSError, MachineError):
        yield from _settings(root)


def _outside(place: Path) -> Iterator[str]:
    """Make the folder of the program that calls outwards, and move its keys and addresses there from the desk's
    folder.
    """
    desk, folder = place / "desk", place / "outside"
    # HANDED: a mode by which the desk may add files there and replace none
    mode, user, group = 0o700, *_owner(desk)
    if os.geteuid() == 0 and key_rights.is_of_desk(desk):
        holders = key_rights.outside()
        if holders is None:
            return  # `kiosk.jobs.service_users` makes them
        mode, (user, group) = key_rights.HANDED, holders
    if not folder.exists():
        folder.mkdir(mode=0o700)
        with root_files.held(folder) as descriptor:
            Holder(mode, user, group).take(descriptor)
        yield "folder keys/outside"
    for name in ("mail", "notify", "heartbeat"):
        old, new = desk / name, folder / name
        if old.exists() and not new.exists():
            # OUTSIDE_ALONE: names of keys that the desk may not read any more
            is_read = mode == key_rights.HANDED and name not in key_rights.OUTSIDE_ALONE
            root_files.write(new, root_files.read(old, _LONGEST_LIST), Holder(0o640 if is_read else 0o600, user, group))
            root_files.unmark(old)
            yield f"moved {name} to keys/outside"


def _owner(folder: Path) -> tuple[int, int]:
    """Return the user and group that own a folder."""
    rights = folder.stat()
    return rights.st_uid, rights.st_gid


def lacks_outside(root: Path) -> bool:
    """Return whether the program that calls outwards has no user yet, on a machine whose desk has one."""
    place = root / "keys"
    return not (place / "outside").exists() and key_rights.is_of_desk(place / "desk") and key_rights.outside() is None


def renew_door_seals(root: Path) -> None:
    """Make each door's own key anew, where it has one, after the chain's key was renewed. Raises MachineError `key`."""
    try:
        list(_door_seals(root, of_those_that_have_one=True))
    except OSError as fault:
        raise MachineError("key", f"the doors' keys cannot be made anew ({fault.strerror}): kiosk mend") from None


def _door_seals(root: Path, *, of_those_that_have_one: bool = False) -> Iterator[str]:
    """Derive the key that each door of this machine seals with from the chain's key, where it is missing or the chain's
    key was renewed.
    """
    key = keys.read_key(root / "keys" / "shared" / "chain")
    office = Seal(key, key_id(key), home_id="")  # a door's key is made without the home's id
    for name, number in _doors(root).items():
        path, door_seal = root / "keys" / "entrance" / name, office.of_door(number)
        if of_those_that_have_one and not path.exists():
            continue
        if keys.of_door(path) != keys.DoorKey(door_seal.key_id, door_seal.key):
            keys.make_door_seal(path, door_seal)
            yield f"seal {name}"


def _doors(root: Path) -> dict[str, int]:
    """Return the names of this machine's doors' key files with the doors' numbers, by the settings in force."""
    text = ""
    for name in ("kiosk.toml", "kiosk.toml.accepted"):
        with suppress(OSError, ValueError):
            text = plain_files.read(root / name, 1 << 18).decode("utf-8")  # the accepted file's, where that is there
    try:
        settings = tomllib.loads(text)
        further = [each["number"] for each in settings.get("more_doors", [])]
        return {"seal": settings.get("door", {}).get("number", FIRST)} | {
            f"seal-{number}": number for number in further
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}  # the program reports what is wrong with them


def _settings(root: Path) -> Iterator[str]:
    """Let programs read the settings, and accept them where none were accepted: after an update, a way back, or on a
    new card.
    """
    for name in ("kiosk.toml", "kiosk.toml.accepted"):
        with suppress(OSError, MachineError), root_files.held(root / name) as descriptor:
            file, home = os.fstat(descriptor), root.stat()
            is_shared = bool(home.st_mode & 0o070)
            needed = 0o640 if is_shared else 0o600
            group = home.st_gid if is_shared and os.geteuid() == 0 else None
            mode = stat.S_IMODE(file.st_mode)
            if mode & needed & 0o440 != needed & 0o440 or group not in (None, file.st_gid):
                Holder(mode | needed, group=group).take(descriptor)
                yield f"rights {name}"
    try:
        (root / "kiosk.toml.accepted").lstat()
    except FileNotFoundError:
        from kiosk import config_in_force  # the door waits, and few starts need it

        if config_in_force.adopt(root):
            yield "accepted kiosk.toml"


def _folder(root: Path, name: str, at: datetime) -> Iterator[str]:
    """Make a folder where it is missing, repair its rights, and move anything else in its place aside."""
    path = root / name
    try:
        entry = path.lstat()
    except FileNotFoundError:
        pass
    else:
        if stat.S_ISDIR(entry.st_mode):
            of_program, mode = _program(root, name), stat.S_IMODE(entry.st_mode)
            # A folder of root's is still to be given to its program; any other lacks its owner's rights at most.
            holder = Holder(mode | 0o700) if of_program is None or entry.st_uid != 0 else of_program
            if mode & 0o700 != 0o700 or holder.user is not None:  # its program could not use the folder
                with root_files.held(path) as descriptor:
                    holder.take(descriptor)
                yield f"rights {name}"
            return
        path.rename(_free(path, at))
        yield f"aside {name}"
    like = next((root / each for each in _like(name) if (root / each).is_dir()), root)
    path.mkdir(mode=0o700)
    with root_files.held(path) as descriptor:
        alike = like.stat()
        mode = stat.S_IMODE(alike.st_mode) if like != root else 0o700
        holder = _program(root, name) or Holder(mode, alike.st_uid, alike.st_gid)
        if os.geteuid() == 0:
            holder.take(descriptor)
    yield f"folder {name}"


def _program(root: Path, name: str) -> Holder | None:
    """Return the rights of a folder that one program uses alone; None for other folders, and in a home of one user."""
    home = root.stat()
    is_one_users = os.geteuid() != 0 or not home.st_mode & 0o070
    program = key_rights.ENTRANCE if name in _ENTRANCES else key_rights.DESK if name == _DESKS else None
    user = None if is_one_users or program is None else key_rights.user_of(program)
    return None if user is None else Holder(0o700, user, home.st_gid)


def _like(name: str) -> tuple[str, ...]:
    """Return the folders that have the owner and rights which the folder `name` needs, the first to copy them from."""
    return tuple(each for each in _ENTRANCES if each != name) if name in _ENTRANCES else ("keys/shared",)


def _key(place: Path, name: str, at: datetime) -> Iterator[str]:
    """Keep a whole key, or move a damaged one aside and make a new one."""
    path = place / name
    with suppress(OSError):
        if keys.is_whole(plain_files.read(path, _LONGEST)):
            yield from _rights(path)
            return
    if path.is_symlink() or path.exists():
        path.rename(_free(path, at))
        yield f"aside {name}"
    is_lost = _make(place, name)
    if is_lost:
        yield f"key {name}"
    yield from _rights(path)  # a new key is its maker's alone at first


def _make(place: Path, name: str) -> bool:
    """Make a key, and return whether what the former key protected is lost; codes continue by the spool's key."""
    derived = None
    if name == "entrance/codes":
        with suppress(MachineError):
            derived = keys.made_for_codes(keys.read_key(place / "entrance" / "spool"))
    keys.make_key(place / name, derived)
    return derived is None


def _group(path: Path, *, is_updated: bool) -> int | None:
    """Return the group for the chain's key; None, that is unchanged, while an update is under way, since the former
    release may need it.
    """
    office = key_rights.office_of(path.parent)
    return office if is_updated or path.stat().st_gid == office else None


def _rights(path: Path, group: int | None = None) -> Iterator[str]:
    """Repair a key's owner and rights, so that its program can read it and not everyone. Owner and group are those of
    its folder; another `group` only in a folder that its group may use.
    """
    with root_files.held(path) as descriptor, root_files.opened(path.parent) as folder:
        of_folder, of_key = os.fstat(folder), os.fstat(descriptor)
        is_root = os.geteuid() == 0
        mode = 0o640 if stat.S_IMODE(of_folder.st_mode) & 0o070 else 0o600
        group = of_folder.st_gid if group is None or mode == 0o600 else group
        is_read = of_key.st_mode & 0o400 and not of_key.st_mode & 0o027 and (mode == 0o600 or of_key.st_mode & 0o040)
        is_owned = not is_root or (of_key.st_uid, of_key.st_gid) == (of_folder.st_uid, group)
        if not (is_read and is_owned):
            Holder(mode, of_folder.st_uid if is_root else None, group if is_root else None).take(descriptor)
            yield f"rights {path.name}"


def _note(place: Path, lines: list[str], at: datetime) -> None:
    """Append lines to the note beside the keys, which keeps its last 32 kB."""
    path = place / keys.NOTE
    before = b""
    with suppress(OSError):
        before = plain_files.read(path, 1 << 16)
    text = before + "".join(f"{at.isoformat()} {line}\n" for line in lines).encode()
    folder = place.stat()
    mode = 0o640 if stat.S_IMODE(folder.st_mode) & 0o070 else 0o600
    root_files.write(path, text[-(1 << 15) :], Holder(mode, group=folder.st_gid if os.geteuid() == 0 else None))


def _free(path: Path, at: datetime) -> Path:
    """Return an unused name beside a path; it begins with a dot, so that it is not copied as a key."""
    aside = path.with_name(f".{path.name}-damaged-{at:%Y%m%dT%H%M%SZ}")
    count = 1
    while aside.exists() or aside.is_symlink():
        count += 1
        aside = path.with_name(f".{path.name}-damaged-{at:%Y%m%dT%H%M%SZ}-{count}")
    return aside
