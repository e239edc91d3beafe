"""Writes the door's log in one background thread, so that a tap needs no second sync to disk.

Its last second may be lost in a power cut. At most PER_MINUTE events a minute are written, so that badges held to the
reader without end do not fill the disk. Because it runs after each tap's card, it also checkpoints the database's
write-ahead log, which no tap does: before its own events, so that the next tap does not pay for restarting that log.
"""

import logging
import queue
from collections.abc import Callable

from msgspec.structs import replace

from kiosk.devices.protocols import Clock
from kiosk.domain.doors import FIRST
from kiosk.errors import MachineError
from kiosk.store.checkin import door_events
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.engine import Store

log = logging.getLogger(__name__)

PER_MINUTE = 120  # events written, at most
RESULTS = ("opened", "spooled", "refused", "enrolled", "rang")  # what can come of a badge or a ring
_REST_SECONDS = 60.0  # without an event for this long, the database's log is checkpointed whole


class DoorLog:
    """Queues the events of one door and writes them."""

    def __init__(self, store: Store, clock: Clock, door: int = FIRST) -> None:
        self._door = door
        self._store = store
        self._clock = clock
        self._queue: queue.SimpleQueue[DoorEvent | None] = queue.SimpleQueue()
        self._minute = -1  # the monotonic minute in which events are counted
        self._count = 0  # events of that minute
        self._failing = False  # whether the last writing failed
        self.counts: dict[str, int] = dict.fromkeys(RESULTS, 0)  # since the start, by what came of each badge

    def add(self, event: DoorEvent) -> None:
        """Queue an event and return at once. Events above the limit per minute are dropped, with one warning a minute;
        `counts` has them, too.
        """
        result = "spooled" if event.reason == "spooled" else event.kind  # a spooled tap opens, too
        self.counts[result] = self.counts.get(result, 0) + 1
        minute = int(self._clock.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._count = minute, 0
        self._count += 1
        if self._count <= PER_MINUTE:
            self._queue.put(replace(event, door_id=self._door))
        elif self._count == PER_MINUTE + 1:
            log.warning("more than %d door events in a minute: the rest is not written", PER_MINUTE)

    def run(self, pause: Callable[[float], object]) -> None:
        """Write queued events in bundles, five times a second at most, until `stop`; at the end truncate the database's
        log. `pause` sleeps, and can be cut short.
        """
        while True:
            bundle, stopping = self._take()
            self.write(bundle)
            if stopping:
                self._checkpoint(lambda: self._store.write_log_back(at_rest=True, cuts=True))  # whole, and truncated
                return
            pause(0.2)

    def write(self, bundle: list[DoorEvent]) -> None:
        """Checkpoint the database's log where due, then write a bundle of events. An empty bundle means that the door
        rests.
        """
        self._checkpoint(lambda: self._store.write_log_back(at_rest=not bundle))
        self._write(bundle)

    def stop(self) -> None:
        """Make `run` write the events still queued, truncate the database's log, and return."""
        self._queue.put(None)

    def _take(self) -> tuple[list[DoorEvent], bool]:
        """Wait for events, and return all that are queued, with whether the queue's end, a None, came. Without any for
        `_REST_SECONDS`, return an empty list.
        """
        try:
            events = [self._queue.get(timeout=_REST_SECONDS)]
        except queue.Empty:
            return [], False
        while not self._queue.empty():
            events.append(self._queue.get())
        return [event for event in events if event is not None], None in events

    def _checkpoint(self, act: Callable[[], object]) -> None:
        """Run a checkpoint of the database's log. A failure is only logged: it is tried again, and commits report the
        cause.
        """
        try:
            act()
        except MachineError as fault:
            log.debug("%s", fault)

    def _write(self, bundle: list[DoorEvent]) -> None:
        """Write the events in one transaction; log the first failure and the first success after it, not each one."""
        if not bundle:
            return
        try:
            with self._store.logging() as connection:
                door_events.add(connection, bundle)
        except MachineError as fault:
            if not self._failing:
                log.warning("what the door did is not written: %s", fault)
            self._failing = True
        else:
            if self._failing:
                log.info("what the door does is written again")
            self._failing = False
