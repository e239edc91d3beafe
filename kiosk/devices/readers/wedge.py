"""Runs a reader that types numbers like a keyboard, by Linux's interface to keys (evdev).

The reader is grabbed: what it types reaches neither the screen's page nor a console. Keys are read, not characters, so
the keyboard layout does not matter. Such a reader tells a number and nothing about the chip; a badge counts as present
while its number is typed again within a second, like a badge that answers no presence check.

A number is a tap when it was typed just now: what waited in the kernel, while a tap was served, opens no door later.
"""

import fcntl
import logging
import os
import select
import struct
import time
from collections.abc import Callable

from kiosk.devices.protocols import Apdu
from kiosk.devices.readers.loop import ONLINE, Loop
from kiosk.devices.readers.presentations import Presentations
from kiosk.domain.badges import typed
from kiosk.domain.badges.products import Product, Proving
from kiosk.domain.checkin.badges import UID_SIZES, BadgeRead
from kiosk.domain.devices import readers
from kiosk.errors import RequestError

_EVENT = struct.Struct("@llHHi")  # input_event: seconds and microseconds, type, code, value; 24 bytes on 64 bits
_KEY, _PRESSED = 1, 1  # a key goes down; 0 lets it go, 2 repeats it
_SYNC, _DROPPED = 0, 3  # the kernel lost some: the number is not whole
_GRAB, _SET_CLOCK, _MONOTONIC = 0x40044590, 0x400445A0, 1  # _IOW('E', 0x90, int), _IOW('E', 0xA0, int)
_LOOK_SECONDS = 0.1  # how long a look waits for a key
_STALE_SECONDS = 2.0  # a number typed longer ago than this is no tap any more

log = logging.getLogger(__name__)


class WedgeReader(Loop):
    """A reader that types. Calls back as `named.reader` says, but never `on_early`: it reads a badge completely or not
    at all. A number that cannot be a badge's is logged without its digits, and is no tap.
    """

    def __init__(
        self,
        *,
        device: str,
        on_tap: Callable[[BadgeRead], None],
        on_lift: Callable[[BadgeRead], None],
        on_state: Callable[[str], None],
        on_early: Callable[[], None] = lambda: None,
        lay_there: Callable[[BadgeRead], bool] = lambda _read: False,
    ) -> None:
        super().__init__(device, on_state)
        known = readers.typed(device)  # the device's path, and how it types numbers
        if known is None:
            raise RequestError("reader-device", f"reader.device cannot be {device!r}: give one of {readers.forms()}")
        self._path, self._typing = known
        self._on_tap, self._on_lift = on_tap, on_lift
        self._presentations = Presentations(lambda uid: len(uid) in UID_SIZES and lay_there(BadgeRead(uid)))
        self._keys = typed.Keys()
        self._read: BadgeRead | None = None

    def product(self) -> Product | None:
        """Return TELEPHONE for a random number, as telephones send, during `on_tap`; else OTHER: a number tells no
        more about the chip.
        """
        return Product.TELEPHONE if self._read is not None and self._read.is_random else Product.OTHER

    def prove(self, _key: bytes) -> Proving:
        """Return REFUSED: such a reader cannot ask a chip anything."""
        return Proving.REFUSED

    def exchange(self, _command: Apdu) -> bytes | None:
        """Return None: such a reader cannot ask a chip anything."""
        return None

    def _serve(self) -> None:
        """Take the keyboard for itself, so that no digits reach the screen, and read badges from it until stopped."""
        with self._heart.elsewhere():  # opening may take longer than a turn of the loop: it does not count as hanging
            file = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            grab(file)
            self._keys = typed.Keys()
            self._presentations.resumed(time.monotonic())
            self._tell(ONLINE, "waiting for badges")
            while not self._stopping.is_set():
                self._heart.beat()
                self._turn(file)
        finally:
            os.close(file)

    def _ended(self) -> None:
        """Report the badges that were on the reader as lifted, because the reader is lost."""
        self._lift(self._presentations.interrupted(time.monotonic()))

    def _turn(self, file: int) -> None:
        """Read the keys pressed within 0.1 s; if there are none, check whether the pause ends a number. Then report
        badges that are gone. Raises OSError where the reader was unplugged.
        """
        if select.select([file], [], [], _LOOK_SECONDS)[0]:
            events = os.read(file, 64 * _EVENT.size)
            if not events:
                raise OSError("the reader is gone")
            for at, sign in _pressed(events):
                # an empty sign: the kernel lost keys, and what was typed before is discarded
                self._typed(self._keys.press(sign, at) if sign else None, at)
                self._keys = self._keys if sign else typed.Keys()
        else:
            now = time.monotonic()
            self._typed(self._keys.over(now), now)
        self._lift(self._presentations.expired(time.monotonic()))

    def _typed(self, digits: str | None, at: float) -> None:
        """Report a tap for a number whose last key was typed at a moment (monotonic seconds), unless the badge is there
        already. Logs and ignores a number that is no badge's or too old; None: no number ended.
        """
        if digits is None:
            return
        uid, now = typed.number(digits, self._typing), time.monotonic()
        if uid is None:
            log.warning("reader: %d digits that are no badge's number were ignored", len(digits))
        elif now - at > _STALE_SECONDS:
            log.warning("reader: a number that was typed %.0f s ago was ignored", now - at)
        else:
            self._lift(self._presentations.expired(now))
            if self._presentations.sighted(uid, now):
                self._read = BadgeRead(uid)
                self._call(self._on_tap, self._read)
                self._read = None

    def _lift(self, uids: list[bytes]) -> None:
        """Report badges as lifted."""
        for uid in uids:
            self._call(self._on_lift, BadgeRead(uid))


def grab(file: int) -> None:
    """Take the keys for this program alone, each with its moment on the monotonic clock. Raises OSError where another
    program has them.
    """
    fcntl.ioctl(file, _GRAB, 1)
    fcntl.ioctl(file, _SET_CLOCK, struct.pack("i", _MONOTONIC))


def _pressed(events: bytes) -> list[tuple[float, str]]:
    """Return when each key was pressed (monotonic seconds) and the character it stands for; an empty string where the
    kernel lost some. Other keys, releases, repeats and an event cut short are left out.
    """
    presses = []
    for seconds, micros, kind, code, value in _EVENT.iter_unpack(events[: len(events) // _EVENT.size * _EVENT.size]):
        at = seconds + micros / 1e6
        if kind == _SYNC and code == _DROPPED:
            presses.append((at, ""))
        elif kind == _KEY and value == _PRESSED and code in typed.KEYS:
            presses.append((at, typed.KEYS[code]))
    return presses
