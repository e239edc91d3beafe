"""kiosk.toml: what this machine is. Read once, checked whole, frozen.

The association's own rules (tariffs, grace, limits) are dated rows of the database, never settings.
"""

import re
import tomllib
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta, Struct

from kiosk.domain.checkin import locks, readers
from kiosk.domain.copies import places
from kiosk.errors import RequestError
from kiosk.language import catalogues

Pin = Annotated[int, Meta(ge=0, le=27)]  # BCM numbers of the 40-pin header
Port = Annotated[int, Meta(ge=1, le=65535)]
DoorNumber = Annotated[int, Meta(ge=1, le=9999)]
Hour = Annotated[int, Meta(ge=0, le=23)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Seconds = Annotated[float, Meta(gt=0, le=60)]


_DATABASE = re.compile(r"postgresql://[^/?#\s]*/[^/?#\s]+(\?\S*)?")
_LONGEST_OSDP_SECONDS = 25.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class ReaderConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """nfcpy's own path of the reader."""

    device: str = "udp:localhost:54321"


class _Wiring(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a door has on the machine's pins beside its relay, and how long a pulse is, and no pulse is ever longer."""

    relay_active_high: bool = True
    pulse_seconds: Seconds = 3.0
    longest_pulse_seconds: Seconds = 10.0
    green_pin: Pin | None = None
    red_pin: Pin | None = None
    buzzer_pin: Pin | None = None
    bell_pin: Pin | None = None


class DoorConfig(_Wiring, frozen=True, forbid_unknown_fields=True):
    """Which of the space's doors it is. What releases the lock: a relay on a pin, or a device of its own at an address.
    Pins of relay, lights and buzzer; how long a pulse is, and what no pulse is ever longer than.
    """

    number: DoorNumber = 1
    lock: Literal["relay", "shelly", "nuki", "osdp"] = "relay"
    address: str = ""
    relay_pin: Pin = 17


class LockConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """What some locks want beside an address: a Nuki's number at its broker, how the broker knows us, what it is told
    to do; an OSDP device's number, output and speed on its line.
    """

    device: str = ""
    user: str = ""
    tls: bool = False
    action: str = "unlatch"
    number: Annotated[int, Meta(ge=0, le=126)] = 0
    output: Annotated[int, Meta(ge=0, le=15)] = 0
    baud: Literal[9600, 19200, 38400, 57600, 115200] = 9600


class OtherDoorConfig(_Wiring, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One more door of this machine: its number, its reader, its pins, its screen's port if it has a display."""

    number: DoorNumber
    reader: str
    relay_pin: Pin
    screen_port: Port
    display: bool = False

    def as_door(self) -> DoorConfig:
        """As the entrance's own part of the file has it."""
        return msgspec.convert(self, DoorConfig, strict=False, from_attributes=True)


class SpoolConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Where taps wait that cannot be entered: a folder, from the home on; and one in memory for when that fails."""

    path: str = "spool"
    last_resort: str = "/dev/shm"  # noqa: S108  # a folder of our own is made in it, and is looked at first


class ClockConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands for the machine's clock: host, battery, timesync, or `flag:` and the path of a file."""

    source: str = "host"


class ScreenConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The touchscreen's port, on loopback; its night, the side of its reader, its looks and its tones."""

    port: Port = 8080
    display: bool = True
    dims_from: Hour = 22
    dims_until: Hour = 7
    hand: Literal["right", "left"] = "right"
    contrast: Literal["normal", "high"] = "normal"
    text: Literal["normal", "large"] = "normal"
    volume: Percent = 20
    scan_seconds: Annotated[float, Meta(ge=0, le=10)] = 0
    voice: bool = False


class DeskConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The office's port, on loopback; the names that its pages answer to; the proxy that may speak for others."""

    port: Port = 8081
    hosts: list[str] = msgspec.field(default_factory=lambda: ["localhost", "127.0.0.1"])
    proxy: str | None = None


class MailConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The server that takes the desk's mail, `host:port`, if there is one; its password lies in keys/desk/mail."""

    server: str = ""
    sender: str = ""
    user: str = ""


class BackupConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """How many copies are kept: the newest of so many hours, days, weeks, months. None holds an hour for over 90 days.

    Where copies are carried: whom they are sealed for, a stick by its label, and places of rclone and restic.
    """

    hours: Annotated[int, Meta(ge=0, le=168)] = 24
    days: Annotated[int, Meta(ge=0, le=90)] = 14
    weeks: Annotated[int, Meta(ge=0, le=12)] = 8
    months: Annotated[int, Meta(ge=0, le=120)] = 12
    recipient: str = ""
    stick: str = ""
    places: list[str] = msgspec.field(default_factory=list)


class DatabaseConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the records are: without a URL in db/ledger.db, else on a PostgreSQL server that several doors share."""

    url: str = ""


class UpdateConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Where releases come from, the key that signs them; whether they install themselves, and in which hours."""

    source: str = ""
    key: str = "/etc/kiosk/release.pub"
    automatic: bool = False
    hours: tuple[Hour, Hour] = (2, 5)


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of kiosk.toml."""

    real: bool = False
    language: str = "fr"
    time_zone: str = "Europe/Paris"
    reader: ReaderConfig = ReaderConfig()
    door: DoorConfig = DoorConfig()
    lock: LockConfig = LockConfig()
    more_doors: list[OtherDoorConfig] = msgspec.field(default_factory=list)
    database: DatabaseConfig = DatabaseConfig()
    spool: SpoolConfig = SpoolConfig()
    clock: ClockConfig = ClockConfig()
    screen: ScreenConfig = ScreenConfig()
    desk: DeskConfig = DeskConfig()
    mail: MailConfig = MailConfig()
    backup: BackupConfig = BackupConfig()
    update: UpdateConfig = UpdateConfig()

    def at(self, door: int | None) -> "Config":
        """The file as one more door of this machine has it; None is the first. Raises RequestError `no-such-door`."""
        if door is None or door == self.door.number:
            return self
        found = next((each for each in self.more_doors if each.number == door), None)
        if found is None:
            raise RequestError("no-such-door", f"kiosk.toml has no [[more_doors]] with number = {door}")
        return msgspec.structs.replace(
            self,
            reader=ReaderConfig(found.reader),
            door=found.as_door(),
            screen=msgspec.structs.replace(self.screen, port=found.screen_port, display=found.display),
        )

    @property
    def zone(self) -> ZoneInfo:
        """The space's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def desk_address(self) -> str:
        """Where the desk is found, for links in mails: by a name that others know, else on this machine."""
        named = next((host for host in self.desk.hosts if host not in _LOOPBACK), None)
        return f"http://localhost:{self.desk.port}" if named is None else f"https://{named}"


def load(path: Path) -> Config:
    """The configuration at `path`. Raises RequestError `config` that names all that is wrong, by key."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise RequestError("config", f"{path}: {fault.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise RequestError("config", f"{path}: {fault}") from None
    problems = [*_wrong(Config, document, ""), *_unspoken(document.get("language"))]
    if not problems:
        problems = [*_contradictions(msgspec.convert(document, Config))]
    if problems:
        raise RequestError("config", f"{path}: {'; '.join(problems)}")
    return msgspec.convert(document, Config)


def _wrong(kind: type[Struct], table: dict[str, Any], prefix: str) -> list[str]:
    """Every key of a table that is unknown or has a wrong value; msgspec alone stops at the first."""
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    problems = []
    for key, value in table.items():
        name = f"{prefix}{key}"
        if key not in fields:
            problems.append(f"unknown key {name}, known here: {', '.join(fields)}")
            continue
        wanted = fields[key].type
        if isinstance(wanted, type) and issubclass(wanted, Struct) and isinstance(value, dict):
            problems += _wrong(wanted, value, f"{name}.")
            continue
        try:
            msgspec.convert(value, wanted)
        except msgspec.ValidationError as error:
            problems.append(f"{name} = {value!r}: {str(error)[0].lower()}{str(error)[1:]}{_choices(wanted)}")
    return problems


def _unspoken(language: object) -> list[str]:
    """What is wrong with a language that no file of this release has."""
    if not isinstance(language, str) or language in catalogues.known():
        return []
    return [f"language = {language!r}: expected one of {', '.join(catalogues.known())}"]


def _choices(wanted: object) -> str:
    is_choice = getattr(wanted, "__origin__", None) is Literal and not isinstance(wanted, UnionType)
    return f", one of {', '.join(map(str, get_args(wanted)))}" if is_choice else ""


def _contradictions(config: Config) -> list[str]:
    problems = []
    try:
        config.zone  # noqa: B018  # asked for its exception
    except (ZoneInfoNotFoundError, ValueError):
        problems.append(f"time_zone = {config.time_zone!r}: no such time zone, expected one like Europe/Paris")
    if config.door.longest_pulse_seconds < config.door.pulse_seconds:
        problems.append("door.longest_pulse_seconds is shorter than door.pulse_seconds")
    problems += _contradictions_of_doors(config)
    problems += _of_lock(config.door, config.lock)
    source = config.clock.source
    if source not in ("host", "battery", "timesync") and not source.startswith("flag:/"):
        problems.append(f"clock.source = {source!r}: expected host, battery, timesync, or flag: and a path from /")
    server, _, port = config.mail.server.partition(":")
    if config.mail.server and not (server and (not port or readers.is_port(port)) and "@" in config.mail.sender):
        problems.append("mail: server is a host and port like smtp.example.org:587, and sender an address")
    if config.database.url and not _DATABASE.fullmatch(config.database.url):
        problems.append("database.url: expected postgresql://USER@HOST:PORT/DATABASE")  # it may hold a password
    if config.screen.port == config.desk.port:
        problems.append("screen.port and desk.port are the same")
    if not readers.is_path(config.reader.device):
        problems.append(f"reader.device = {config.reader.device!r}: expected {readers.FORMS}")
    if config.real and config.reader.device.startswith("udp"):
        problems.append("reader.device is simulated (udp) in a real home: name a usb or tty reader")
    problems += places.problems(config.backup.recipient, config.backup.stick, config.backup.places)
    return problems


def _of_lock(door: DoorConfig, own: LockConfig) -> list[str]:
    if door.lock == "relay":
        return ["door.address is for a lock that is no relay: name it in door.lock"] if door.address else []
    problems = []
    if not locks.is_address(door.lock, door.address):
        problems.append(f"door.address = {door.address!r}: expected {locks.form(door.lock)}")
    if any(pin is not None for pin in (door.green_pin, door.red_pin, door.buzzer_pin, door.bell_pin)):
        problems.append(f"door.lock = {door.lock!r} has no lights, buzzer or bell: take their pins away")
    if door.pulse_seconds < 1:
        problems.append(f"door.pulse_seconds: the timer of {door.lock!r} counts whole seconds, give 1 at least")
    if door.lock == "osdp" and door.pulse_seconds > _LONGEST_OSDP_SECONDS:
        problems.append(f"door.pulse_seconds: an OSDP output is told {_LONGEST_OSDP_SECONDS:.0f} seconds at most")
    return problems + (_of_nuki(own) if door.lock == "nuki" else [])


def _of_nuki(own: LockConfig) -> list[str]:
    problems = []
    if not locks.is_nuki(own.device):
        problems.append(f"lock.device = {own.device!r}: expected a Nuki's number like 2BB28570, on its label")
    if own.action not in (locks.UNLATCH, locks.STRIKE):
        text = f"lock.action = {own.action!r} leaves the door open until somebody locks it"
        problems.append(f"{text}: expected unlatch (Smart Lock) or strike (Opener)")
    return problems


def _contradictions_of_doors(config: Config) -> list[str]:
    """What two doors of one machine cannot share."""
    doors = [config.door, *(each.as_door() for each in config.more_doors)]
    pins = [
        pin
        for door in doors
        for pin in (door.relay_pin, door.green_pin, door.red_pin, door.buzzer_pin, door.bell_pin)
        if pin is not None
    ]
    problems = []
    if len(pins) != len(set(pins)):
        problems.append("door: one pin is given to two things")
    if not config.more_doors:
        return problems
    numbers = [door.number for door in doors]
    devices = [config.reader.device, *(each.reader for each in config.more_doors)]
    ports = [config.screen.port, config.desk.port, *(each.screen_port for each in config.more_doors)]
    for name, values in (("number", numbers), ("reader", devices), ("screen_port", ports)):
        if len(values) != len(set(values)):
            problems.append(f"more_doors: two doors have the same {name}")
    problems += [
        f"more_doors: reader = {each!r}: expected {readers.FORMS}" for each in devices[1:] if not readers.is_path(each)
    ]
    if "usb" in devices:
        problems.append("more_doors: reader = 'usb' is whichever is found first: name each by usb:BUS:DEVICE or tty")
    for door in doors[1:]:
        if door.longest_pulse_seconds < door.pulse_seconds:
            problems.append(f"more_doors: door {door.number}: longest_pulse_seconds is shorter than pulse_seconds")
    if config.real and any(each.reader.startswith("udp") for each in config.more_doors):
        problems.append("more_doors: a reader is simulated (udp) in a real home: name a usb or tty reader")
    return problems
