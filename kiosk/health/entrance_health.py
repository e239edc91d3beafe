"""The entrance's state as one value: `/healthz` answers it, and the idle screen may hide none of it."""

from msgspec import Struct
from msgspec.structs import asdict, replace

from kiosk.domain.doors import FIRST
from kiosk.offline.door_comparison import DoorDays
from kiosk.offline.fallbacks import Failing


class Health(Struct, frozen=True):
    """The entrance at one moment. `reader` is online or offline; `database` is ok, fault, or right where
    the server refuses what its account may not; `clock` is its source.

    `spooled` taps wait to be entered; the next one that must wait would be kept on `spool`: disk, memory or nowhere.
    `display_seconds` ago a page last asked for anything (None: never since the start, `up_seconds` ago).
    `door_days` is how what the door did and what the ledger says agree.
    `wrong_values` are those of the database that kept a tap from it: table, row, column. With `last_rules` taps go by
    the last rules that worked; `settings` is ok where they are those of kiosk.toml. `fallbacks` are those that would
    fail: no part of `ok`, since the door serves. `home` is the home's mark; `doors` are this machine's further ones.
    `oldest_seconds` has the first of the `spooled` taps waited; `taps` were counted since the start, by what became of
    them; `number` is the door's. What grows with time alone is no change of state.
    """

    reader: str
    door_simulated: bool
    door_level: bool
    door_pulses: int
    door: str
    database: str
    clock: str
    clock_trusted: bool
    spool: str
    spooled: int
    training: bool
    version: str
    home: str = ""
    wrong_values: tuple[tuple[str, str, str], ...] = ()
    last_rules: bool = False
    settings: str = "ok"
    door_days: DoorDays = DoorDays()
    doors: tuple[tuple[int, str], ...] = ()
    fallbacks: tuple[Failing, ...] = ()
    up_seconds: float = 0.0
    display_seconds: float | None = None
    memory_mb: int | None = None
    number: int = FIRST
    oldest_seconds: float = 0.0
    taps: tuple[tuple[str, int], ...] = ()

    def is_like(self, other: "Health | None") -> bool:
        """Whether it is the same state, whatever time has passed."""
        return other is not None and self._timeless() == other._timeless()

    def _timeless(self) -> "Health":
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
        """Tell whether a member tapping now is served as they should be, and their day counted at once."""
        devices = self.reader == "online" and self.door == "ok"
        return devices and self.database == "ok" and self.clock_trusted and not (self.wrong_values or self.last_rules)

    def facts(self) -> dict[str, object]:
        """All of it as JSON has it, for programs and for the desk. Nothing personal is in it."""
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
