"""Reports this door's state to the records: each minute, and soon after its roster has changed. Never while a tap waits
for it.

Where several doors share the records, the desk cannot see another machine's `status.json` and reads this report
instead. A home with one door and a database file of its own reports nothing: the desk reads its status file.
"""

import logging
from collections.abc import Callable

from kiosk.devices.protocols import Clock
from kiosk.errors import MachineError
from kiosk.health.entrance_health import Health
from kiosk.store.engine import Store
from kiosk.store.space import door_rows
from kiosk.store.space.door_rows import Word

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0  # between two looks whether a report is due
EVERY_SECONDS = 60.0  # between two reports of a state that stays the same
SOON_SECONDS = 10.0  # after the last report, once the roster has changed
_REPORTED = ("ok", "reader", "door", "database", "clock", "spool", "spooled", "oldest_seconds", "version")


class DoorWord:
    """Reports the state of one door. `last_entry` returns the number of the entry up to which its roster is; `aside`
    the number of taps set aside for the treasurer.
    """

    def __init__(
        self,
        *,
        store: Store,
        door: int,
        health: Callable[[], Health],
        aside: Callable[[], int],
        last_entry: Callable[[], int],
        clock: Clock,
    ) -> None:
        self._store = store
        self._door = door
        self._health = health
        self._aside = aside
        self._last_entry = last_entry
        self._clock = clock
        self._reported_at = float("-inf")  # by the monotonic clock
        self._reported_entry = -1  # up to which the roster was, in the last report

    def run(self, pause: Callable[[float], object], stopping: Callable[[], bool]) -> None:
        """Report each second that it is time, until `stopping`. `pause` sleeps and can be cut short."""
        while not stopping():
            try:
                self.turn()
            except MachineError as fault:  # the records cannot be reached: the next minute tries again
                log.info("this door’s state was not reported: %s", fault)
            except Exception:  # around one job
                log.exception("this door’s state could not be reported")
            pause(PAUSE_SECONDS)

    def turn(self) -> None:
        """Write a report if `EVERY_SECONDS` have passed since the last one, or `SOON_SECONDS` where the roster has
        changed. Raises MachineError `database`.
        """
        now, entry = self._clock.monotonic(), self._last_entry()
        passed = now - self._reported_at
        if passed < SOON_SECONDS or (passed < EVERY_SECONDS and entry == self._reported_entry):
            return
        self._reported_at, self._reported_entry = now, entry
        facts = self._health().facts()
        facts_to_send = {name: facts[name] for name in _REPORTED} | {"set_aside": self._aside()}
        with self._store.logging() as connection:  # not synced: a lost report matters little
            door_rows.say(connection, self._door, Word(self._clock.now(), entry, facts_to_send))
