"""The entrance's state as one value: `/healthz` answers with it, and the idle screen must hide none of it.

Taps that cannot be entered wait in the *spool*; the door's *journal* is its own record of what it did. A *fallback* is
what the door goes by while it lacks the database.
"""

from msgspec import Struct
from msgspec.structs import asdict, replace

from kiosk.domain.doors import FIRST
from kiosk.offline.door_comparison import DoorDays
from kiosk.offline.fallbacks import Failing


class Health(Struct, frozen=True):
    """The entrance at one moment. What only grows with time is no change of state."""

    reader: str  # online or offline
    door_simulated: bool
    door_level: bool  # the relay is driven now
    door_pulses: int  # since the start
    door: str  # ok, or fault where the lock did not respond to the last tap
    database: str  # ok, fault, or right where the server refuses its account something
    clock: str  # the clock's source
    clock_trusted: bool
    spool: str  # where the next tap that must wait would be kept: disk, memory or nowhere
    spooled: int  # taps that wait to be entered
    training: bool
    version: str
    home: str = ""  # the home's mark: a short digest of its folder's path, by which a check knows this home
    # Values of the database because of which a tap could not be entered: table, row, column.
    wrong_values: tuple[tuple[str, str, str], ...] = ()
    last_rules: bool = False  # taps follow the last rules that worked
    # ok where those of kiosk.toml are in force; else database, accepted or waiting, as `InForce.state` says
    settings: str = "ok"
    door_days: DoorDays = DoorDays()  # how the door's journal and the ledger agree
    doors: tuple[tuple[int, str], ...] = ()  # this machine's other doors: number and state
    fallbacks: tuple[Failing, ...] = ()  # those that would fail; they do not change `ok`, since the door serves
    up_seconds: float = 0.0  # since the start
    display_seconds: float | None = None  # since a page last asked for anything; None: none has since the start
    memory_mb: int | None = None  # what the entrance holds
    number: int = FIRST  # the door's
    oldest_seconds: float = 0.0  # how long the first of the waiting taps has waited
    taps: tuple[tuple[str, int], ...] = ()  # how many since the start, by their result

    def is_like(self, other: "Health | None") -> bool:
        """Tell whether the state is the same as another, apart from the time that has passed."""
        return other is not None and self._timeless() == other._timeless()

    def _timeless(self) -> "Health":
        """Return the state without what changes with every second, and without the other doors, each of which reports
        its own, so that two states can be compared.
        """
        known = tuple(replace(each, seconds=0.0) for each in self.fallbacks)
        return replace(
            self,
            doors=(),
            fallbacks=known,
            up_seconds=0.0,
            display_seconds=None,
            memory_mb=None,
            oldest_seconds=0.0,
            taps=(),
        )

    @property
    def ok(self) -> bool:
        """Tell whether a member tapping now is served as they should be, and their day is counted at once."""
        devices = self.reader == "online" and self.door == "ok"
        return devices and self.database == "ok" and self.clock_trusted and not (self.wrong_values or self.last_rules)

    def facts(self) -> dict[str, object]:
        """Return the state as JSON has it, for programs and for the desk; it contains no personal data. The door's
        number and the counts of taps are left out: they are for metrics alone.
        """
        door = {
            "simulated": self.door_simulated,
            "level": self.door_level,
            "pulses": self.door_pulses,
            "state": self.door,
        }
        return {
            "ok": self.ok,
            "reader": self.reader,
            "door": door,
            "database": self.database,
            "clock": self.clock if self.clock_trusted else "untrusted",
            "spool": self.spool,
            "spooled": self.spooled,
            "oldest_seconds": round(self.oldest_seconds),
            "training": self.training,
            "version": self.version,
            "home": self.home,
            "wrong_values": [list(each) for each in self.wrong_values],
            "last_rules": self.last_rules,
            "settings": self.settings,
            "door_days": asdict(self.door_days),
            "fallbacks": [
                {"code": each.code, "seconds": round(each.seconds), "values": dict(each.values)}
                for each in self.fallbacks
            ],
            "up_seconds": round(self.up_seconds),
            "display_seconds": None if self.display_seconds is None else round(self.display_seconds),
            "memory_mb": self.memory_mb,
            **({"doors": {str(number): state for number, state in self.doors}} if self.doors else {}),
        }
