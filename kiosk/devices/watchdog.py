"""Sends systemd signs of life, in its sd_notify protocol: ready, alive, stopping.

"Alive" is sent only while every loop turns. A loop that hangs is a fault of ours that a restart may mend: systemd hears
nothing more and restarts us. A fault of the database or of the reader is not, for the loops turn through it. Each loop
itself tells whether it turns.

Without systemd nothing is sent; loops are watched and logged all the same.
"""

import logging
import os
import socket
from collections.abc import Callable, Mapping

_EVERY_SECONDS = 5.0  # where systemd expects no signs of life

log = logging.getLogger(__name__)


class Watchdog:
    """Sends signs of life for the loops, which are named as in the log.

    `environment` is the process's own: systemd writes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID there. No method
    raises or waits: a message that cannot be sent is logged once until sending works again.
    """

    def __init__(self, *, environment: Mapping[str, str], loops: Mapping[str, Callable[[], bool]]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        within = _expected_within(environment)
        self._is_expected = within is not None
        self._every = _EVERY_SECONDS if within is None else within / 3
        self._loops = loops
        self._still: set[str] = set()
        self._is_mute = self._owes_ready = self._stopped = False

    def ready(self) -> None:
        """Tell systemd that the start is over. If that cannot be sent at once, `run` sends it: systemd would end a late
        start.
        """
        self._owes_ready = not self._send("READY=1")

    def stopping(self) -> None:
        """Tell systemd that the end has begun: it expects no signs of life from then on."""
        self._send("STOPPING=1")

    def run(self, pause: Callable[[float], object]) -> None:
        """Send signs of life, three times in the time that systemd allows, until `stop`.

        `pause` sleeps for some seconds; when it returns something true, because it was cut short, this ends too.
        """
        while not self._stopped:
            self._look()
            if pause(self._every):
                return

    def stop(self) -> None:
        """End `run` after the pause it is in."""
        self._stopped = True

    def _look(self) -> None:
        """Log which loops stopped or started turning since the last look; send a start's `ready` that is still owed,
        and a sign of life, where systemd expects one and all loops turn.
        """
        still = {name for name, turns in self._loops.items() if not turns()}
        for name in sorted(still - self._still):
            log.error("the %s stands still", name)
        for name in sorted(self._still - still):
            log.warning("the %s turns again", name)
        self._still = still
        if self._owes_ready:
            self.ready()
        if self._is_expected and not still:
            self._send("WATCHDOG=1")

    def _send(self, message: str) -> bool:
        """Send a message to systemd. Returns True once it is sent, also where there is no systemd to send it to; False
        where that failed.
        """
        if not self._address:
            return True
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.setblocking(False)  # a full queue would hold us up for ever
                sender.sendto(message.encode(), address)
        except OSError as error:
            if not self._is_mute:
                log.warning("systemd does not hear us (%s: %s)", message, error)
            self._is_mute = True
        else:
            self._is_mute = False
        return not self._is_mute


def _expected_within(environment: Mapping[str, str]) -> float | None:
    """Return the seconds within which systemd expects a sign of life; None when it expects none, or not from this
    process.
    """
    microseconds = environment.get("WATCHDOG_USEC", "")
    if not microseconds or environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    if not (microseconds.isascii() and microseconds.isdecimal() and int(microseconds)):
        log.warning("WATCHDOG_USEC cannot be %r: no signs of life are sent", microseconds)
        return None
    return int(microseconds) / 1e6
