"""Holds what the loops of all readers share: their state, their heart, and how they pause, stop and call back.

A *heart* lets the watchdog tell a loop that waits from one that hangs: `elsewhere` allows a call or a pause its time.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from kiosk.devices.readers.heart import LONGEST_CALLBACK_SECONDS, PATIENCE_SECONDS, Heart
from kiosk.devices.readers.presentations import Backoff

ONLINE, OFFLINE = "online", "offline"

log = logging.getLogger(__name__)


class Loop:
    """The part of a reader that does not depend on how badges are read. `on_state` is called once for each change."""

    def __init__(self, device: str, on_state: Callable[[str], None]) -> None:
        self._device, self._on_state = device, on_state
        self._stopping = threading.Event()
        self._heart = Heart()
        self._told: str | None = None

    @property
    def state(self) -> str:
        """Return "online" when the reader answers, else "offline"."""
        return self._told or OFFLINE

    def turns(self) -> bool:
        """Return whether the loop goes on, with a reader or without. False when a callback lasts longer
        than a minute.
        """
        return self._heart.turns()

    def run(self) -> None:
        """Read badges until `stop`. A reader that fails or is not there is tried again, after pauses of 0.5 to 10 s."""
        backoff = Backoff()
        while not self._stopping.is_set():
            started = time.monotonic()
            try:
                self._serve()
            except Exception as error:  # one turn of the reader's loop; drivers raise what their hardware makes of it
                self._tell(OFFLINE, f"{type(error).__name__}: {error}", logging.WARNING)
            self._ended()
            self._pause(backoff.after(time.monotonic() - started))
        self._tell(OFFLINE, "stopped")

    def _serve(self) -> None:
        """Open the reader and read until a fault, which is raised, or until the end."""
        raise NotImplementedError

    def _ended(self) -> None:
        """Report the badges that lay on the reader as lifted, since they are out of sight."""
        raise NotImplementedError

    def stop(self) -> None:
        """Ask `run` to end, and return at once. It ends within 0.5 s; within 2 s on udp or while a reader is opened."""
        self._stopping.set()

    def _pause(self, seconds: float) -> None:
        """Wait, or until the reader stops; the heart is told how long the loop is silent."""
        with self._heart.elsewhere(seconds + PATIENCE_SECONDS):
            self._stopping.wait(seconds)

    def _tell(self, state: str, why: str, level: int = logging.INFO) -> None:
        """Log a new state and call `on_state`, once for each change, however often the same state is reported."""
        if state != self._told:
            self._told = state
            log.log(level, "reader %s: %s (%s)", self._device, state, why)
            self._call(self._on_state, state)

    def _call(self, callback: Callable[[Any], None], argument: object) -> None:
        """Call back, and log whatever the callback raises, even SystemExit: nfcpy would take an OSError for the
        reader's own.
        """
        try:
            with self._heart.elsewhere(LONGEST_CALLBACK_SECONDS):
                callback(argument)
        except BaseException:
            log.exception("reader: a callback failed; the reader goes on")
