"""How the entrance is, as one value: what `/healthz` answers and what the idle screen must not hide."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Health:
    """The entrance at one moment. `reader` is online or offline; `database` is ok or fault; `clock` its source."""

    reader: str
    door_simulated: bool
    door_level: bool
    door_pulses: int
    door: str
    database: str
    clock: str
    spooled: int
    training: bool
    version: str

    @property
    def ok(self) -> bool:
        """Whether a member who taps now is served as they should be."""
        return self.reader == "online" and self.door == "ok" and self.database == "ok"
