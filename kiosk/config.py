"""Defines the settings in kiosk.toml: each key, its type, its bounds. `config_file` reads the file.

The association's own rules (tariffs, grace, limits) are dated rows of the database, never settings.
"""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from kiosk.domain.devices import locks, readers
from kiosk.errors import RequestError

Pin = Annotated[int, Meta(ge=0, le=27)]  # BCM numbers of the 40-pin header
Port = Annotated[int, Meta(ge=1, le=65535)]
DoorNumber = Annotated[int, Meta(ge=1, le=9999)]
Hour = Annotated[int, Meta(ge=0, le=23)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Seconds = Annotated[float, Meta(gt=0, le=60)]


_LOOPBACK = ("localhost", "127.0.0.1", "::1")  # names and addresses that mean this machine itself


class ReaderConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """How the reader is reached; `domain/devices/readers` lists the forms."""

    device: str = readers.SIMULATED


class _Wiring(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a door has on the machine's pins beside its relay, and how long a pulse is, with an upper bound that no
    pulse exceeds.
    """

    relay_active_high: bool = True
    pulse_seconds: Seconds = 3.0
    longest_pulse_seconds: Seconds = 10.0
    green_pin: Pin | None = None
    red_pin: Pin | None = None
    buzzer_pin: Pin | None = None
    bell_pin: Pin | None = None


class DoorConfig(_Wiring, frozen=True, forbid_unknown_fields=True):
    """The door: its number in the space, and what releases the lock: a relay on a pin, or a device at an address."""

    number: DoorNumber = 1
    lock: str = locks.RELAY
    address: str = ""
    relay_pin: Pin = 17


class LockConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """What some locks need beside an address: a device's number at its broker, the user name there, the action; or a
    device's number, output and speed on its line. `domain/devices/locks` says which lock needs what.
    """

    device: str = ""
    user: str = ""
    tls: bool = False  # the broker is reached by TLS
    action: str = "unlatch"  # what the lock is ordered to do
    number: Annotated[int, Meta(ge=0, le=126)] = 0
    output: Annotated[int, Meta(ge=0, le=15)] = 0
    baud: Literal[9600, 19200, 38400, 57600, 115200] = 9600  # the line's speed


class OtherDoorConfig(_Wiring, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another door of this machine: its number, its reader, its pins, and its screen's port."""

    number: DoorNumber
    reader: str
    relay_pin: Pin
    screen_port: Port
    display: bool = False  # whether a touchscreen on this machine shows its page

    def as_door(self) -> DoorConfig:
        """Return this door's settings in the form of the machine's own door."""
        return msgspec.convert(self, DoorConfig, strict=False, from_attributes=True)


class SpoolConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Where taps wait that cannot be entered: a folder, relative to the home, and a folder in memory for when that
    fails.
    """

    path: str = "spool"
    last_resort: str = "/dev/shm"  # noqa: S108  # a folder of our own is made in it, and is looked at first


class ClockConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """What vouches for the machine's clock: host, battery, timesync, or `flag:` and the path of a file."""

    source: str = "host"


class ScreenConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The touchscreen: its port on loopback, its dark hours, the side of its reader, its looks and its tones."""

    port: Port = 8080
    display: bool = True  # whether a touchscreen on this machine shows its page
    dims_from: Hour = 22  # the screen is dimmed from this hour
    dims_until: Hour = 7  # until this one
    hand: Literal["right", "left"] = "right"  # the side of the badge reader
    contrast: Literal["normal", "high"] = "normal"
    text: Literal["normal", "large"] = "normal"
    volume: Percent = 20  # of the tones; 0 for silence
    scan_seconds: Annotated[float, Meta(ge=0, le=10)] = 0  # a ring on each button, for a single switch; 0: no ring
    voice: bool = False  # after its tone a verdict is spoken


class DeskConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The desk: its port on loopback, the host names that it answers to, and the proxy that may speak for other
    addresses.
    """

    port: Port = 8081
    hosts: list[str] = msgspec.field(default_factory=lambda: ["localhost", "127.0.0.1"])
    proxy: str | None = None


class MailConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The server that takes the desk's mail, as `host:port`, if there is one; its password is in keys/outside/mail."""

    server: str = ""
    sender: str = ""  # the address from which mails are sent
    user: str = ""


class PagesConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Members' pages for telephones, if there are any: their address, from where it can be reached, and their port on
    loopback.
    """

    address: str = ""
    reach: Literal["house", "anywhere"] = "house"
    port: Port = 8090


class OnlineConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The association's account at HelloAsso for online payments, if it has one: its name there and its key's number.
    The key's secret is in keys/outside/helloasso. `server` may name a test server.
    """

    organisation: Annotated[str, Meta(pattern=r"^[a-z0-9-]*$", max_length=200)] = ""
    client: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]*$", max_length=100)] = ""
    server: Annotated[str, Meta(pattern=r"^(https://[a-z0-9.-]+|http://127\.0\.0\.1:\d+)$")] = (
        "https://api.helloasso.com"
    )


class BackupConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """How many copies are kept: the newest of each of the last `hours` hours, and so for days, weeks and months. No
    copy with hours of coming and going is kept for over 90 days.

    Where copies are carried: the recipient that they are sealed for, a stick by its label, and places of rclone and
    restic.
    """

    hours: Annotated[int, Meta(ge=0, le=168)] = 24
    days: Annotated[int, Meta(ge=0, le=90)] = 14
    weeks: Annotated[int, Meta(ge=0, le=12)] = 8
    months: Annotated[int, Meta(ge=0, le=120)] = 12
    recipient: str = ""
    stick: str = ""
    places: list[str] = msgspec.field(default_factory=list)


class DatabaseConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the records are: in db/ledger.db, or with a URL on a PostgreSQL server that several doors share."""

    url: str = ""


class UpdateConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Where releases come from, which keys sign them, whether they install themselves, and during which hours."""

    source: str = ""
    key: str = "/etc/kiosk/release.pub"
    automatic: bool = False
    hours: tuple[Hour, Hour] = (2, 5)  # from the first hour on, before the second


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """All settings of kiosk.toml."""

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
    pages: PagesConfig = PagesConfig()
    online: OnlineConfig = OnlineConfig()
    backup: BackupConfig = BackupConfig()
    update: UpdateConfig = UpdateConfig()

    def at(self, door: int | None) -> "Config":
        """Return the settings as another door of this machine has them; None is the first door. Raises RequestError
        `no-such-door`.
        """
        if door is None or door == self.door.number:
            return self
        other = next((each for each in self.more_doors if each.number == door), None)
        if other is None:
            raise RequestError("no-such-door", f"kiosk.toml has no [[more_doors]] with number = {door}")
        return msgspec.structs.replace(
            self,
            reader=ReaderConfig(other.reader),
            door=other.as_door(),
            screen=msgspec.structs.replace(self.screen, port=other.screen_port, display=other.display),
        )

    @property
    def zone(self) -> ZoneInfo:
        """Return the space's time zone."""
        return ZoneInfo(self.time_zone)

    def pays_online(self, *, training: bool) -> bool:
        """Return whether members can pay online: the association has an account at HelloAsso, and its pages use HTTPS.
        In training mode, where no real money moves, a test server has to be named.
        """
        is_trial = self.online.server != OnlineConfig().server
        is_there = bool(self.online.organisation and self.online.client) and self.pages.address.startswith("https://")
        return is_there and (is_trial or not training)

    @property
    def desk_address(self) -> str:
        """Return the desk's address for links in mails: by a name that the network knows, else on this machine."""
        named = next((host for host in self.desk.hosts if host not in _LOOPBACK), None)
        return f"http://localhost:{self.desk.port}" if named is None else f"https://{named}"
