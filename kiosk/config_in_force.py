"""Decides which settings are in force: those of kiosk.toml, except changes that touch the door until a person accepts
them.

`kiosk.toml.accepted` lies beside kiosk.toml and is written whenever settings are changed on purpose. On a machine of
several users it is root's, and so:

- kiosk.toml is missing, cut short or wrong: the accepted file is in force, completely;
- it is complete and differs: all of it is in force except what releases the lock (`real`, pins, levels, pulses, the
  kind of lock), which stays as accepted;
- it names another database: neither that database nor the former one is opened;
- nothing was accepted yet, or none of these differ: it is in force, and is accepted by the next program that may write
  here.

In a home of one user, with rights to everything in it anyway, a complete kiosk.toml is in force as it stands; a damaged
one is replaced by the accepted file all the same.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

import msgspec
from msgspec import Struct

from kiosk import config_file, plain_files, root_files
from kiosk.config import Config, DoorConfig, OtherDoorConfig
from kiosk.errors import KioskError, RequestError

AS_WRITTEN = "ok"  # the state in which all of kiosk.toml is in force
ACCEPTED = f"{config_file.NAME}.accepted"  # the accepted settings' file in a home
WIRING = (  # settings of a door that decide when and how long its lock releases
    "relay_pin",
    "relay_active_high",
    "pulse_seconds",
    "longest_pulse_seconds",
    "green_pin",
    "red_pin",
    "buzzer_pin",
    "bell_pin",
)
Door = TypeVar("Door", DoorConfig, OtherDoorConfig)
# Folders of the home that belong to a program's own user where it is shared.
_OF_PROGRAMS = ("keys/entrance", "keys/desk", "keys/outside", "spool", "roster")
_PLACE_OPTIONS = ("host", "hostaddr", "port", "dbname", "service")  # options of a URL that can name another database
_POSTGRESQL_PORT = "5432"  # where a URL names no port


class InForce(Struct, frozen=True):
    """The settings in force, and why they are not those of kiosk.toml where they are not.

    `fault` says why kiosk.toml is not used at all ("": it is); `waiting` are its dotted keys that wait to be accepted;
    `other_database` is True where one of them is the database. `is_to_adopt` is True where all of kiosk.toml is in
    force and the accepted file is missing or has another content.
    """

    config: Config
    fault: str = ""
    waiting: tuple[str, ...] = ()
    other_database: bool = False
    is_to_adopt: bool = False

    @property
    def state(self) -> str:
        """Return one word for `/healthz`: whether kiosk.toml is in force, and if not, why."""
        if self.other_database:
            return "database"
        return "accepted" if self.fault else "waiting" if self.waiting else AS_WRITTEN

    def at(self, door: int | None) -> "InForce":
        """Return the settings in force as another door of this machine has them. Raises RequestError `no-such-door`."""
        return msgspec.structs.replace(self, config=self.config.at(door))


def find(root: Path) -> InForce:
    """Return the settings in force in the home at `root`. Raises RequestError `config`, which names everything wrong,
    where kiosk.toml is wrong or missing and no accepted file can stand in for it.
    """
    path = root / config_file.NAME
    try:
        text = config_file.content(path)
        settings = config_file.parse(text, path)
    except RequestError as wrong:
        accepted = _accepted(root)
        if accepted is None:
            # A file of an earlier release lacks the comment about its last line; an unreadable one is not taken for it.
            is_older = config_file.PROMISE.encode() not in (written(root) or config_file.PROMISE.encode())
            raise RequestError("config", f"{wrong}: {_OLDER if is_older else ''}{REMEDY}") from None
        return InForce(accepted[1], fault=str(wrong))
    if not is_shared(root):
        return InForce(settings, is_to_adopt=_content(root / ACCEPTED) != text)
    accepted = _accepted(root)
    if accepted is None:
        return InForce(settings, is_to_adopt=True)
    return InForce(settings) if accepted[0] == text else _as_far_as_accepted(settings, accepted[1])


# The message of a home whose kiosk.toml names another database.
OTHER_DATABASE = (
    f"{config_file.NAME} names another database than the accepted one, so neither is opened: check"
    " database.url, then kiosk config accept"
)
# What to do about a wrong kiosk.toml; `_OLDER` stands before it where an older release may have written the file.
_OLDER = "kiosk migrate, where a release before this one wrote it; else "
REMEDY = "kiosk config edit, or kiosk config edit --from a copy of the home (backups/)"


def without_remedy(fault: str) -> str:
    """Return the text of a fault as `find` raises it, without what to do about it: the caller says that itself."""
    return fault.removesuffix(REMEDY).removesuffix(_OLDER).removesuffix(": ")


def source(root: Path) -> Path:
    """Return the file to put into a copy: kiosk.toml, or the accepted file where kiosk.toml is not used. Raises
    RequestError `config`.
    """
    return root / (ACCEPTED if find(root).fault else config_file.NAME)


def is_there(root: Path) -> bool:
    """Return whether there are settings at all, right or wrong."""
    return any(_is_something(root / name) for name in (config_file.NAME, ACCEPTED))


def _is_something(path: Path) -> bool:
    """Tell whether anything stands at a path, even a broken link."""
    try:
        path.lstat()
    except (OSError, ValueError):
        return False
    return True


def is_shared(root: Path) -> bool:
    """Return whether programs of several users work in the home, as the installer sets it up: whether it and the
    programs' folders have different owners. Folders that are missing do not count.
    """
    owners = set()
    for name in ("", *_OF_PROGRAMS):
        with suppress(OSError):
            owners.add((root / name).lstat().st_uid)
    return len(owners) > 1


def _as_far_as_accepted(written: Config, accepted: Config) -> InForce:
    """Return the settings in force: those accepted, with the changes that need no acceptance; the others wait. Where
    this mixture contradicts itself, all of the accepted settings are in force.
    """
    merged, waiting = _with_wiring(written, accepted)
    other_database = place(written.database.url) != place(accepted.database.url)
    if other_database:
        waiting = [*waiting, "database.url"]
    if problems := config_file.contradictions(merged):
        fault = f"{config_file.NAME} does not go with what was accepted: {'; '.join(problems)}"
        return InForce(accepted, fault=fault, waiting=tuple(waiting), other_database=other_database)
    return InForce(merged, waiting=tuple(waiting), other_database=other_database, is_to_adopt=not waiting)


def _with_wiring(written: Config, accepted: Config) -> tuple[Config, list[str]]:
    """Return the written settings with those that release a lock as accepted, and the dotted keys of these that differ.
    A door that was added waits as a whole; one that was removed is gone at once.
    """
    waiting = [] if written.real == accepted.real else ["real"]
    door = _wired(written.door, accepted.door)
    door = msgspec.structs.replace(door, lock=accepted.door.lock, address=accepted.door.address)
    waiting += [f"door.{name}" for name in ("lock", "address", *WIRING) if _differ(written.door, door, name)]
    fields = msgspec.structs.fields(type(written.lock))
    waiting += [f"lock.{each.name}" for each in fields if _differ(written.lock, accepted.lock, each.name)]
    known, others = {each.number: each for each in accepted.more_doors}, []
    for each in written.more_doors:
        if each.number not in known:
            waiting.append(f"more_doors {each.number}")
            continue  # a new door is left out until it is accepted
        others.append(_wired(each, known[each.number]))
        waiting += [f"more_doors {each.number}.{name}" for name in WIRING if _differ(each, others[-1], name)]
    merged = msgspec.structs.replace(written, real=accepted.real, door=door, lock=accepted.lock, more_doors=others)
    return merged, waiting


def _wired(written: Door, accepted: Door) -> Door:
    """Return a written door with the accepted pins, levels and pulses."""
    return msgspec.structs.replace(written, **{name: getattr(accepted, name) for name in WIRING})


def _differ(first: Struct, other: Struct, name: str) -> bool:
    """Return whether two settings differ in a field."""
    return bool(getattr(first, name) != getattr(other, name))


def place(url: str) -> tuple[object, ...]:
    """Return what identifies a database: hosts with ports, name, and options that could name others; empty for no URL
    (the file in the home), the whole text for one that cannot be read. User and password do not count.
    """
    if not url:
        return ()
    try:
        parts = urlsplit(url)
    except ValueError:
        return (url,)
    hosts = [  # each with its port; only a colon behind the brackets of an IPv6 address stands before one
        each if each.rpartition("]")[2].count(":") else f"{each}:{_POSTGRESQL_PORT}"
        for each in parts.netloc.rpartition("@")[2].lower().split(",")
    ]
    parameters = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] in _PLACE_OPTIONS)
    return (tuple(hosts), parts.path, tuple(parameters))


def _accepted(root: Path) -> tuple[bytes, Config] | None:
    """Return content and settings of the accepted file; None where it is missing or wrong."""
    path = root / ACCEPTED
    text = _content(path)
    if text is None:
        return None
    try:
        return text, config_file.parse(text, path)
    except RequestError:
        return None


def written(root: Path) -> bytes | None:
    """Return the content of kiosk.toml, right or wrong; None where it cannot be read."""
    return _content(root / config_file.NAME)


def _content(path: Path) -> bytes | None:
    """Return a file's content, None where it cannot be read."""
    try:
        return plain_files.read(path)
    except OSError:
        return None


def accept(root: Path) -> None:
    """Accept kiosk.toml as it is. Raises RequestError `config` where it is wrong, OSError, MachineError."""
    path = root / config_file.NAME
    text = config_file.content(path)
    config_file.parse(text, path)
    _write(root / ACCEPTED, text, like=path)


def adopt(root: Path) -> bool:
    """Accept kiosk.toml where all of it is in force already, and return whether that was done; False where this program
    may not write, or the file is wrong.
    """
    try:
        if not find(root).is_to_adopt:
            return False
        accept(root)
    except (KioskError, OSError):
        return False
    return True


def put(root: Path, text: bytes) -> None:
    """Write settings on purpose, into kiosk.toml and the accepted file. Raises RequestError `config` where they are
    wrong, and then writes nothing; OSError, MachineError `foreign-file`.

    The accepted file is written second: a power cut between them leaves a change that waits, and is reported.
    """
    path = root / config_file.NAME
    config_file.parse(text, path)
    _write(path, text, like=path)
    _write(root / ACCEPTED, text, like=path)


def edit(root: Path, change: Callable[[str], str]) -> None:
    """Make one change to kiosk.toml and to the accepted file; other changes that wait to be accepted continue to wait.

    Raises RequestError `config` where kiosk.toml is wrong, or would be; OSError, MachineError `foreign-file`.
    """
    path = root / config_file.NAME
    text = config_file.content(path)
    config_file.parse(text, path)
    changed = change(text.decode()).encode()
    accepted = _accepted(root)
    if accepted is None or accepted[0] == text or not is_shared(root):
        put(root, changed)
        return
    other = change(accepted[0].decode()).encode()
    # Both are checked before either is written.
    config_file.parse(changed, path)
    config_file.parse(other, root / ACCEPTED)
    _write(path, changed, like=path)
    _write(root / ACCEPTED, other, like=path)


def differences(root: Path) -> list[tuple[str, object, object]]:
    """Return the changes that wait for a person: each key that touches the door or names the database, with its
    accepted value and the one in kiosk.toml; empty without an accepted file. Raises RequestError `config` where
    kiosk.toml is wrong.
    """
    path = root / config_file.NAME
    written = config_file.load(path)
    accepted = _accepted(root)
    return [] if accepted is None else touching(accepted[1], written)


def touching(before: Config, after: Config) -> list[tuple[str, object, object]]:
    """Return each key that needs to be accepted and differs between two settings, with both values, without
    passwords.
    """
    _, waiting = _with_wiring(after, before)
    changes = [(key, _value(before, key), _value(after, key)) for key in waiting]
    if place(before.database.url) != place(after.database.url):
        changes.append(("database.url", _without_password(before.database.url), _without_password(after.database.url)))
    return changes


def _value(settings: Config, key: str) -> object:
    """Return a setting by its dotted key; of `more_doors N.name` the setting of the door with that number, of
    `more_doors N` a word for the whole door; "none" where there is no such door.
    """
    if key.startswith("more_doors"):
        number, _, name = key.removeprefix("more_doors ").partition(".")
        door = next((each for each in settings.more_doors if each.number == int(number)), None)
        return "none" if door is None else getattr(door, name) if name else "a new door"
    setting: object = settings
    for name in key.split("."):
        setting = getattr(setting, name)
    return setting


def _without_password(url: str) -> str:
    """Return a database's server and name without its user and password, for messages; the file of the home without a
    URL.
    """
    return url.partition("://")[2].rpartition("@")[2].partition("?")[0] or "db/ledger.db"


def _write(path: Path, text: bytes, *, like: Path) -> None:
    """Write a file as a whole. In a home that programs share it belongs to the folder's owner and its group may read
    it, whatever rights an editor left; in a home of one user it keeps owner and rights of the file `like`, less any
    for others and writing by the group; without that file only its owner may read it.
    """
    folder = path.parent.stat()
    if is_shared(path.parent):
        holder = root_files.Holder(0o640, folder.st_uid, folder.st_gid)
    else:
        try:
            facts = like.lstat()
            holder = root_files.Holder(facts.st_mode & 0o640, facts.st_uid, facts.st_gid)
        except FileNotFoundError:
            holder = root_files.Holder(0o600, folder.st_uid, folder.st_gid)
    root_files.write(path, text, holder)
