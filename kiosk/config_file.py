"""Reads kiosk.toml completely or not at all, and names everything wrong with it at once, by line or key.

A file that was cut short must never describe another machine. So its last line is `# end`, and settings that touch the
door are never left to defaults: `real` always, and in a real home whose lock is a relay its pin and polarity.
"""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfoNotFoundError

import msgspec
from msgspec import Struct

from kiosk import plain_files
from kiosk.config import Config, DoorConfig, LockConfig, OtherDoorConfig
from kiosk.domain.copies import places
from kiosk.domain.devices import locks, readers
from kiosk.errors import RequestError
from kiosk.language import catalogues

NAME = "kiosk.toml"  # the settings' file in a home
END = "# end"
PROMISE = f"# Its last line is `{END}`: without it the file was cut, and is refused."
_DATABASE = re.compile(r"postgresql://[^/?#\s]*/[^/?#\s]+(\?\S*)?")
_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
_SHOWN = 80  # characters of a wrong value


def load(path: Path) -> Config:
    """Return the configuration at `path`. Raises RequestError `config`, which names everything wrong, by key."""
    return parse(content(path), path)


def content(path: Path) -> bytes:
    """Return the content of the file. Raises RequestError `config` where it is not a plain file that can be read."""
    try:
        return plain_files.read(path)
    except OSError as fault:
        raise RequestError("config", f"{path}: {fault.strerror}") from None


@lru_cache(maxsize=4)  # each page of the desk asks for it
def parse(text: bytes, path: Path, *, is_older: bool = False) -> Config:
    """Return the configuration in a file's content; errors name `path`.

    `is_older` accepts a file of an earlier release, without the last line and with settings left to defaults; such a
    file is read once, to be written anew. Raises RequestError `config`.
    """
    if not is_older and not is_ended(text):
        raise RequestError("config", f"{path}: {_CUT}")  # further faults of a part say nothing about the whole
    document = _document(text, path)
    problems = [*_wrong(Config, document, ""), *_unspoken(document.get("language"))]
    if not is_older:
        problems = [*_unnamed(document), *problems]
    if not problems:
        problems = contradictions(msgspec.convert(document, Config))
    if problems:
        raise RequestError("config", f"{path}: {'; '.join(problems)}")
    return msgspec.convert(document, Config)


_CUT = f"its last line is not `{END}`: it was cut, or something is written below that line"


def is_ended(text: bytes) -> bool:
    """Return whether the last line is the end mark, with its line break: a file cut short could end in a part of it."""
    return text.endswith(b"\n") and text.rstrip().rpartition(b"\n")[2].strip() == END.encode()


def _document(text: bytes, path: Path) -> dict[str, Any]:
    """Return the file's tables. Raises RequestError `config` where it is not TOML."""
    try:
        return tomllib.loads(text.decode("utf-8"))
    except RecursionError:
        raise RequestError("config", f"{path}: tables or lists are nested too deeply") from None
    except ValueError as fault:  # not TOML, not text, or an unreadable number
        raise RequestError("config", f"{path}: {fault}") from None


def _unnamed(document: dict[str, Any]) -> list[str]:
    """Return the settings that touch the door and are missing."""
    if "real" not in document:
        return ["real is missing: expected true or false"]
    door = document.get("door", {})
    if document["real"] is not True or not isinstance(door, dict):
        return []
    others = document.get("more_doors", [])
    tables = [("door", door)] if door.get("lock", locks.RELAY) == locks.RELAY else []
    if isinstance(others, list):  # each has a relay: only the machine's own door can have another lock
        tables += [("more_doors", each) for each in others if isinstance(each, dict)]
    return [
        f"{name}.{key} is missing: a real home must say {meaning}"
        for name, table in tables
        for key, meaning in (
            ("relay_pin", "which pin its relay is on"),
            ("relay_active_high", "which level releases the lock"),
        )
        if key not in table
    ]


def _wrong(kind: type[Struct], table: dict[str, Any], prefix: str) -> list[str]:
    """Return every key of a table that is unknown or has a wrong value; msgspec alone stops at the first."""
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    problems = [f"{prefix}{name} is missing" for name, field in fields.items() if field.required and name not in table]
    for key, value in table.items():
        name = f"{prefix}{key}"
        if key not in fields:
            problems.append(f"unknown key {_shortened(name)}, known here: {', '.join(fields)}")
            continue
        expected = fields[key].type
        if isinstance(expected, type) and issubclass(expected, Struct) and isinstance(value, dict):
            problems += _wrong(expected, value, f"{name}.")
            continue
        if expected == list[OtherDoorConfig] and isinstance(value, list) and all(isinstance(x, dict) for x in value):
            problems += [each for table in value for each in _wrong(OtherDoorConfig, table, f"{name}.")]
            continue
        try:
            msgspec.convert(value, expected)
        except msgspec.ValidationError as error:
            text = f"{str(error)[0].lower()}{str(error)[1:]}{_choices(expected)}"
            problems.append(f"{name} = {_shortened(repr(value))}: {text}")
        else:
            if _has_unprintable(value):
                problems.append(f"{name} contains a character that is not text: expected plain text")
    return problems


def _has_unprintable(value: object) -> bool:
    """Return whether a text, or a text in a list, has a character that cannot be printed, such as NUL."""
    texts = value if isinstance(value, list) else [value]
    return any(isinstance(text, str) and not text.isprintable() for text in texts)


def _shortened(text: str) -> str:
    """Return a text cut at the length that an error message shows."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _unspoken(language: object) -> list[str]:
    """Return the fault of a language that this release has no file for."""
    if not isinstance(language, str) or language in catalogues.known():
        return []
    return [f"language = {language!r}: expected one of {', '.join(catalogues.known())}"]


def _choices(kind: object) -> str:
    """Return the end of an error message that lists the allowed values, empty for other types."""
    is_choice = getattr(kind, "__origin__", None) is Literal and not isinstance(kind, UnionType)
    return f", one of {', '.join(map(str, get_args(kind)))}" if is_choice else ""


def contradictions(config: Config) -> list[str]:
    """Return the settings that contradict each other, by their keys."""
    problems = []
    try:
        config.zone  # noqa: B018  # asked for its exception
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is an OSError
        problems.append(f"time_zone = {config.time_zone!r}: no such time zone, expected one like Europe/Paris")
    if config.door.longest_pulse_seconds < config.door.pulse_seconds:
        problems.append("door.longest_pulse_seconds is shorter than door.pulse_seconds")
    problems += _of_doors(config)
    problems += _of_lock(config.door, config.lock)
    source = config.clock.source
    if source not in ("host", "battery", "timesync") and not source.startswith("flag:/"):
        problems.append(f"clock.source = {source!r}: expected host, battery, timesync, or flag: and a path from /")
    server, _, port = config.mail.server.partition(":")
    if config.mail.server and not (server and (not port or readers.is_port(port)) and "@" in config.mail.sender):
        problems.append("mail: server must be a host and port like smtp.example.org:587, and sender an e-mail address")
    problems += _of_pages(config)
    if config.database.url and not _DATABASE.fullmatch(config.database.url):
        problems.append("database.url: expected postgresql://USER@HOST:PORT/DATABASE")  # may hold a password
    if not config.spool.path:
        problems.append("spool.path is empty: expected a folder, like spool")
    if config.screen.port == config.desk.port:
        problems.append("screen.port and desk.port are the same: choose two different ports")
    if not readers.is_path(config.reader.device):
        problems.append(f"reader.device = {config.reader.device!r}: expected one of {readers.forms()}")
    if config.real and readers.is_simulated(config.reader.device):
        real = readers.forms(simulated=False)
        problems.append(
            f"reader.device = {config.reader.device!r} is simulated, but this home is real: expected one of {real}"
        )
    problems += places.problems(config.backup.recipient, config.backup.stick, config.backup.places)
    return problems


def _of_pages(config: Config) -> list[str]:
    """Return what is wrong with the members' pages: their address, or a port used twice."""
    pages = config.pages
    if not pages.address:
        return []
    problems = []
    if not _ADDRESS.fullmatch(pages.address):
        problems.append("pages.address: expected one like https://membres.example.org, without a path")
    if pages.port in (config.screen.port, config.desk.port, *(each.screen_port for each in config.more_doors)):
        problems.append("pages.port is already used by the screen or the desk: choose another port")
    return problems


def _of_lock(door: DoorConfig, own: LockConfig) -> list[str]:
    """Return what is wrong with the door's lock: its kind, address, pins, times and own options."""
    kind = locks.KINDS.get(door.lock)
    if kind is None:
        return [f"door.lock = {_shortened(repr(door.lock))}: expected one of {locks.known()}"]
    if kind.address is None:  # the relay on a pin
        return ["door.address is for a lock that is not a relay: set that lock in door.lock"] if door.address else []
    problems = []
    if not locks.is_address(door.lock, door.address):
        problems.append(f"door.address = {door.address!r}: expected {kind.form}")
    if any(pin is not None for pin in (door.green_pin, door.red_pin, door.buzzer_pin, door.bell_pin)):
        problems.append(
            f"door.lock = {door.lock!r} cannot drive lights, a buzzer or a bell: delete green_pin, red_pin, buzzer_pin "
            "and bell_pin"
        )
    if door.pulse_seconds < 1:
        problems.append(f"door.pulse_seconds: the timer of {door.lock!r} counts whole seconds: enter 1 or more")
    if kind.longest_seconds is not None and door.pulse_seconds > kind.longest_seconds:
        problems.append(f"door.pulse_seconds: {kind.too_long}")
    options = ((option, str(getattr(own, option.key))) for option in kind.options)
    return problems + [
        f"lock.{option.key} = {option.wrong(text)}" for option, text in options if not option.is_valid(text)
    ]


def _pins(door: DoorConfig) -> list[int]:
    """Return the pins that a door uses; a lock on the network uses no relay, whatever pin that has by default."""
    kind = locks.KINDS.get(door.lock)
    relay = [] if kind is not None and kind.address is not None else [door.relay_pin]
    return relay + [pin for pin in (door.green_pin, door.red_pin, door.buzzer_pin, door.bell_pin) if pin is not None]


def _of_doors(config: Config) -> list[str]:
    """Return what two doors of one machine cannot share."""
    doors = [config.door, *(each.as_door() for each in config.more_doors)]
    pins = [pin for door in doors for pin in _pins(door)]
    problems = []
    if len(pins) != len(set(pins)):
        problems.append("door: one pin is used for two things: choose another pin for one of them")
    if not config.more_doors:
        return problems
    numbers = [door.number for door in doors]
    devices = [config.reader.device, *(each.reader for each in config.more_doors)]
    ports = [config.screen.port, config.desk.port, *(each.screen_port for each in config.more_doors)]
    for name, values in (("number", numbers), ("reader", devices), ("screen_port", ports)):
        if len(values) != len(set(values)):
            problems.append(f"more_doors: two doors have the same {name}: give each door its own")
    problems += [
        f"more_doors: reader = {each!r}: expected one of {readers.forms()}"
        for each in devices[1:]
        if not readers.is_path(each)
    ]
    problems += [
        f"more_doors: reader = {each!r} takes the first reader found: give the port or place of each reader"
        for each in devices
        if readers.is_ambiguous(each)
    ]
    for door in doors[1:]:
        if door.longest_pulse_seconds < door.pulse_seconds:
            problems.append(f"more_doors: door {door.number}: longest_pulse_seconds is shorter than pulse_seconds")
    if config.real and any(readers.is_simulated(each.reader) for each in config.more_doors):
        real = readers.forms(simulated=False)
        problems.append(f"more_doors: a reader is simulated, but this home is real: expected one of {real}")
    return problems
