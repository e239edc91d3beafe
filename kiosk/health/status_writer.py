"""Keeps `status.json` fresh: written at each change, and every 10 s. A file that cannot be written stops nothing."""

import logging
from collections.abc import Callable
from pathlib import Path

from kiosk.devices.protocols import MachineClock
from kiosk.errors import MachineError
from kiosk.health import status_file
from kiosk.health.entrance_health import Health

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0  # between two looks whether the state has changed
EVERY_SECONDS = 10.0  # between two writes of a state that stays the same


class StatusKeeper:
    """Writes the state of the entrance. `aside` returns how many taps wait for the treasurer; it is called only when
    writing.
    """

    def __init__(
        self, *, path: Path, health: Callable[[], Health], aside: Callable[[], int], clock: MachineClock
    ) -> None:
        self._path = path
        self._health = health
        self._aside = aside
        self._clock = clock
        self._written: Health | None = None  # the state that the file holds
        self._due = 0.0  # when it is to be written even unchanged, by the monotonic clock
        self._failing = False  # whether the last write failed: only the first failure in a row is logged

    def run(self, pause: Callable[[float], object], stopping: Callable[[], bool]) -> None:
        """Look each second whether to write, until `stopping`. `pause` sleeps and can be cut short."""
        while not stopping():
            try:
                self.turn()
            except Exception:  # around one job: the next turn tries again
                log.exception("how the entrance is could not be told")
            pause(PAUSE_SECONDS)

    def turn(self) -> None:
        """Write the file if the state has changed, or 10 s have passed. A fault is logged; the next write is due as
        usual.
        """
        health = self._health()
        if health.is_like(self._written) and self._clock.monotonic() < self._due:
            return
        self._written, self._due = health, self._clock.monotonic() + EVERY_SECONDS
        try:
            status_file.save(self._path, {**health.facts(), "set_aside": self._aside()}, self._clock)
        except MachineError as fault:
            if not self._failing:
                log.warning("the desk cannot see how the entrance is: %s", fault)
            self._failing = True
        else:
            if self._failing:
                log.info("the desk sees how the entrance is again")
            self._failing = False
