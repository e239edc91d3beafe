"""Runs the reader: a loop around nfcpy that reports each presentation of a badge once, and survives the loss of its
hardware.

What counts as one presentation is decided in `presentations`, to which the loop reports what it sees. nfcpy activates a
badge and calls us; we call `on_tap` at once (no queue: a stale tap can never open a door), and watch ourselves whether
the badge is still there. `on_lift` follows when it is gone: 0.3 s after a badge that answers presence checks was
lifted, 1 to 2 s after one that answers none was last seen, at once when the reader fails or stops. A badge that lies
there while the reader fails and comes back is not tapped again, but lifted again when it goes.

An error raised by a callback is logged and is not the reader's. An error raised by nfcpy is: an unplugged serial cable
is a `termios.error`, not an OSError, and nfcpy's own objects are of no use after it; so a new frontend is opened each
time. nfcpy swallows KeyboardInterrupt while it polls: run this in a thread, or call `stop` from a signal handler.

A call into nfcpy may last as long as the hardware makes it: a restart would not mend that, and the loop still turns. A
callback may wait for a slow disk or a locked database, but not for ever.

A badge that is taken away while it is being read is neither a fault of the reader nor a tap: `on_early` is called.
nfcpy reads on in an answer that was cut short, and raises whatever error that gives.

What a tap means, and which badges open the door, is decided elsewhere.
"""

import logging
import math
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from kiosk.devices.nfcpy import nfc
from kiosk.devices.protocols import Apdu
from kiosk.devices.readers import chips
from kiosk.devices.readers.loop import ONLINE, Loop
from kiosk.devices.readers.presentations import Presentations
from kiosk.domain.badges.products import Product, Proving
from kiosk.domain.checkin.badges import UID_SIZES, BadgeRead
from kiosk.domain.devices import readers

_CHECK_EVERY_SECONDS = 0.1  # presence, and pauses between short attempts
_REFUSALS_BEFORE_FAULT = 3  # nfcpy reports a corrupt frame, which passes, and a dead chip, which stays, in one way
_RUN_OF_REFUSALS_SECONDS = 5.0  # refusals further apart are not counted together
_EARLY_AGAIN_SECONDS = 1.0  # between two calls of `on_early`: a chip that never answers well is sensed far more often

log = logging.getLogger(__name__)


class NfcReader(Loop):
    """A reader driven by nfcpy. `device` is nfcpy's path: `usb`, `usb:054c:06c3`, `tty:USB0:pn532`,
    `udp:localhost:5432`.

    `on_tap` and `on_lift` get the badge, `on_state` gets "online" or "offline" when that changes, `on_early` tells of a
    badge taken away before it was read. All are called from `run`, one at a time, and nothing is sensed meanwhile.
    `lay_there` knows the badges that lay on the reader when the previous run of the program ended: one that is there at
    once is not tapped again. A reader that is absent is waited for.

    `Loop` calls `_serve` again after each fault, then `_ended`; it brings the heart, by which the watchdog tells
    waiting from hanging: `elsewhere` allows a call into nfcpy any length.
    """

    def __init__(
        self,
        *,
        device: str,
        on_tap: Callable[[BadgeRead], None],
        on_lift: Callable[[BadgeRead], None],
        on_state: Callable[[str], None],
        lay_there: Callable[[BadgeRead], bool] = lambda _read: False,
        on_early: Callable[[], None] = lambda: None,
        health_seconds: float = 30.0,
    ) -> None:
        # nfcpy logs a line at each attempt, and whole UIDs when debugging.
        logging.getLogger("nfc").setLevel(logging.CRITICAL)
        is_radio = not readers.is_simulated(device)
        if not is_radio:
            _mend_udp()
        super().__init__(device, on_state)
        self._on_tap, self._on_lift, self._on_early = on_tap, on_lift, on_early
        self._health_seconds = health_seconds
        # A poll without an answer takes 1 s on udp. A batch of them must stay short, since a stop waits for its end.
        self._polling = {
            "targets": ["106A"],
            "iterations": 3 if is_radio else 1,
            "interval": 0.1,
            "beep-on-connect": False,
            "on-discover": self._discovered,
            "on-connect": self._found,
        }
        self._presentations = Presentations(lambda uid: len(uid) in UID_SIZES and lay_there(BadgeRead(uid)))
        self._refusals = 0
        self._refused_at = self._checked_at = 0.0
        self._unwell: Exception | None = None
        self._tag: Any = None  # at hand, while `on_tap` is called
        self._activates = False  # a badge was discovered, and nfcpy is about to know it
        self._early_at = -math.inf

    def product(self) -> Product | None:
        """Return the kind of chip of the badge that `on_tap` is being called for; None where it was taken away
        meanwhile. May send its chip one command, so it is for enrolment: a tap does without.
        """
        with self._heart.elsewhere():
            return None if self._tag is None else chips.product(self._tag)

    def prove(self, key: bytes) -> Proving:
        """Have the badge that `on_tap` is being called for prove that it has its own key, made from this site's key."""
        with self._heart.elsewhere():
            return Proving.LEFT if self._tag is None else chips.prove(self._tag, key)

    def exchange(self, command: Apdu) -> bytes | None:
        """Send a command to the chip of the badge that `on_tap` is being called for. Returns its answer; None where it
        was taken away.
        """
        with self._heart.elsewhere():
            return None if self._tag is None else chips.exchange(self._tag, command)

    def _serve(self) -> None:
        """Open the reader and read badges until `stop`. Raises the driver's fault; closes the reader in any case."""
        with self._heart.elsewhere():
            frontend = nfc.ContactlessFrontend(self._device)
        try:
            self._refusals, self._unwell, self._checked_at = 0, None, time.monotonic()
            self._presentations.resumed(self._checked_at)
            self._tell(ONLINE, "waiting for badges")
            while not self._stopping.is_set():
                self._turn(frontend)
        finally:
            with self._heart.elsewhere():
                _close(frontend)

    def _ended(self) -> None:
        """Report the badges that were on the reader as lifted, because the reader is lost."""
        self._lift(self._presentations.interrupted(time.monotonic()))

    def _turn(self, frontend: Any) -> None:
        """Wait for a badge, then until it is gone; or until a check of the reader is due. Raises OSError after three
        refusals in a row, and the fault of a reader that failed its check.
        """
        self._activates = False
        try:
            with self._heart.elsewhere():
                tag = frontend.connect(rdwr=self._polling, terminate=lambda: self._between_polls(frontend.device))
        except (nfc.tag.TagCommandError, IndexError):
            if not self._activates:
                raise
            self._early()
            return
        if self._unwell is not None:
            raise self._unwell
        # nfcpy returns None where no badge came, and False where it swallowed a fault of the reader.
        if tag is None or (tag is not False and self._watch(tag)):
            self._refusals = 0
            return
        now = time.monotonic()
        self._refusals = self._refusals + 1 if now - self._refused_at < _RUN_OF_REFUSALS_SECONDS else 1
        self._refused_at = now
        if self._refusals >= _REFUSALS_BEFORE_FAULT:
            raise OSError("the reader no longer answers")
        self._pause(_CHECK_EVERY_SECONDS)

    def _between_polls(self, driver: Any) -> bool:
        """Return whether nfcpy shall leave its loop (its `terminate`). Never raises: nfcpy would mistake an exception
        for one of its own.
        """
        now = time.monotonic()
        self._lift(self._presentations.expired(now))
        if now - self._checked_at >= self._health_seconds:
            self._checked_at = now
            try:
                _ask_version(driver)
            except Exception as error:
                self._unwell = error
        return self._stopping.is_set() or self._unwell is not None

    def _discovered(self, _target: Any) -> bool:
        """Note that nfcpy is about to activate a badge (its `on-discover`)."""
        self._activates = True
        return True

    def _early(self) -> None:
        """Report a badge that left while it was being activated, at most once a second. One that is still there is
        sensed again after a pause.
        """
        now = time.monotonic()
        if now - self._early_at >= _EARLY_AGAIN_SECONDS:
            self._call(lambda _: self._on_early(), None)
        self._early_at = now
        self._pause(_CHECK_EVERY_SECONDS)

    def _found(self, tag: Any) -> bool:
        """Report a tap for the badge that nfcpy activated (its `on-connect`). Returns False, so that we watch the
        badge's presence ourselves and know whether it can be checked.
        """
        self._activates = False
        uid, now = bytes(tag.identifier), time.monotonic()
        self._lift(self._presentations.expired(now))
        if self._presentations.sighted(uid, now):
            if len(uid) in UID_SIZES:
                self._tag = tag
                self._call(self._on_tap, BadgeRead(uid))
                self._tag = None
            else:
                log.warning("reader: a badge whose number has %d bytes was ignored", len(uid))
        return False

    def _watch(self, tag: Any) -> bool:
        """Wait until the badge is gone, and report it as lifted; or until `stop`. One that answers no check is left to
        `Presentations` to expire. False when the reader did not answer, which says nothing about the badge.
        """
        uid, has_answered = bytes(tag.identifier), getattr(tag, "has_answered", False)  # to a command
        try:
            while not self._stopping.is_set() and self._is_present(tag):
                has_answered = True
                self._pause(_CHECK_EVERY_SECONDS)
        except OSError:
            self._presentations.still_there(uid, time.monotonic())
            return False
        if has_answered:
            self._presentations.lifted(uid)
            self._lift([uid])
        else:
            self._presentations.still_there(uid, time.monotonic())
            self._pause(_CHECK_EVERY_SECONDS)
        return True

    def _is_present(self, tag: Any) -> bool:
        """Return whether the badge is still there; the heart is told that this may take a while."""
        with self._heart.elsewhere():
            return bool(tag.is_present)

    def _lift(self, uids: list[bytes]) -> None:
        """Report badges as lifted, except those with a number of an unknown length, which were not reported as taps."""
        for uid in uids:
            if len(uid) in UID_SIZES:
                self._call(self._on_lift, BadgeRead(uid))


def _mend_udp() -> None:
    """Mend two faults of nfcpy's udp device: have it wait by the monotonic clock, since a clock set back an hour would
    make a poll last an hour (the radio chips count their own time), and have it keep a port's number.

    It asks for the port's name, which some ports have, and reads that name as a number.
    """
    udp: Any = import_module("nfc.clf.udp")
    udp.time = SimpleNamespace(time=time.monotonic)
    udp.socket = SimpleNamespace(**{**vars(socket), "getnameinfo": _numbers})


def _numbers(address: tuple[str, int], flags: int) -> tuple[str, str]:
    """Return host and port as numbers, without asking a name server."""
    return socket.getnameinfo(address, flags | socket.NI_NUMERICSERV)


def _ask_version(driver: Any) -> None:
    """Ask the chip for its version, to see that it answers. Does nothing for a driver without a chip (udp); raises what
    the driver raises.
    """
    ask = getattr(getattr(driver, "chipset", None), "get_firmware_version", None)
    if ask is not None:
        ask()


def _close(frontend: Any) -> None:
    """Close what nfcpy opened, even when the cable is gone. Never raises."""
    chipset: Any = getattr(frontend.device, "chipset", None)
    transport: Any = getattr(chipset, "transport", None)
    if hasattr(chipset, "power_down"):
        chipset.power_down = lambda *_, **__: None  # many chips put to sleep do not wake for the next opening
    with suppress(Exception):
        frontend.close()
    frontend.device = None  # nfcpy keeps it, and a dead file with it, when closing failed
    with suppress(Exception):
        transport.tty.close()
