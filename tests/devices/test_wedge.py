"""A reader that types, at the door: real `input_event` records through a pipe, as this kernel has no virtual keyboard.

The code that opens, polls, parses and ends is the real one; only the two ioctls that a pipe does not know, which grab
the keys and choose the clock, are written down instead of done.
"""

import fcntl
import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.devices.readers import named, presentations, wedge
from kiosk.domain.badges.products import Product
from kiosk.domain.badges.typed import KEYS, Typing
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.devices import readers
from kiosk.domain.devices.readers import ReaderKind
from kiosk.errors import RequestError

from .waiting import wait_for

NTAG, OTHER = BadgeRead(bytes.fromhex("04A1B2C3D4E5F6")), BadgeRead(bytes.fromhex("04112233445566"))
EVENT = struct.Struct("@llHHi")
CODES = {sign: code for code, sign in reversed([*KEYS.items()]) if code < 71}
SHIFT = 42


def test_an_event_has_the_size_that_the_kernel_gives_it() -> None:
    assert EVENT.size == {8: 24, 4: 16}[struct.calcsize("P")]


class Keyboard:
    """What a reader types, as the kernel hands it on: each key down, up, and a mark after each."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self._pipe = os.open(path, os.O_RDWR)

    def type(self, digits: str, *, enter: bool = True, at: float | None = None) -> None:
        at = time.monotonic() if at is None else at
        signs = [*digits, "\n"] if enter else [*digits]
        self.send(b"".join(self._stroke(CODES[sign], at) for sign in signs))

    def _stroke(self, code: int, at: float) -> bytes:
        return b"".join(event(*each, at) for each in ((4, 4, code), (1, code, 1), (0, 0, 0), (1, code, 0), (0, 0, 0)))

    def send(self, events: bytes) -> None:
        os.write(self._pipe, events)

    def close(self) -> None:
        os.close(self._pipe)


def event(kind: int, code: int, value: int, at: float) -> bytes:
    return EVENT.pack(int(at), int(at % 1 * 1e6), kind, code, value)


class Desk:
    """Who listens to the reader, and writes down what it says."""

    def __init__(self, device: str) -> None:
        self.taps: list[BadgeRead] = []
        self.lifts: list[BadgeRead] = []
        self.states: list[str] = []
        self.products: list[Product | None] = []
        self.hold = threading.Event()
        self.hold.set()
        self.reader = named.reader(
            device, on_tap=self._tap, on_lift=self.lifts.append, on_state=self.states.append, on_early=print
        )
        self.thread = threading.Thread(target=self.reader.run, name="reader")

    def _tap(self, read: BadgeRead) -> None:
        self.products.append(self.reader.product())
        self.taps.append(read)
        self.hold.wait(20)

    def is_online(self) -> bool:
        return self.reader.state == "online"

    def is_offline(self) -> bool:
        return self.reader.state == "offline"

    def has_taps(self, count: int) -> bool:
        return len(self.taps) == count

    def has_lifts(self, count: int) -> bool:
        return len(self.lifts) == count


@pytest.fixture
def grabbed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[int]:
    """The ioctls that were asked; a path below the test's folder is one of /dev/input."""
    asked: list[int] = []
    monkeypatch.setattr(fcntl, "ioctl", lambda _file, request, _value: asked.append(request))
    monkeypatch.setattr(presentations, "_FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(presentations, "SAME_BADGE_SECONDS", 0.3)
    monkeypatch.setattr(readers, "_INPUT", str(tmp_path))
    monkeypatch.setattr(readers, "find", lambda _device: _kind())
    return asked


def _kind() -> ReaderKind:
    return next(kind for kind in readers.KINDS if kind.name == "wedge")


@contextmanager
def listening(tmp_path: Path, words: str = "") -> Iterator[tuple[Keyboard, Desk]]:
    keyboard = Keyboard(tmp_path / "event0")
    desk = Desk(f"wedge:{tmp_path / 'event0'}{words}")
    desk.thread.start()
    try:
        assert wait_for(desk.is_online)
        yield keyboard, desk
    finally:
        desk.hold.set()
        desk.reader.stop()
        desk.thread.join(20)
        keyboard.close()
        assert not desk.thread.is_alive()


def test_what_is_typed_is_a_tap_once_and_a_lift_when_it_is_typed_no_more(tmp_path: Path, grabbed: list[int]) -> None:
    with listening(tmp_path) as (keyboard, desk):
        assert grabbed == [0x40044590, 0x400445A0], "EVIOCGRAB, then EVIOCSCLOCKID"
        keyboard.type("04A1B2C3D4E5F6")
        assert wait_for(lambda: desk.has_taps(1))
        keyboard.type("04A1B2C3D4E5F6")
        assert wait_for(lambda: desk.has_lifts(1))
        keyboard.type("04112233445566", enter=False)
        assert wait_for(lambda: desk.has_lifts(2))
        assert desk.reader.turns()
    assert desk.taps == desk.lifts == [NTAG, OTHER]
    assert desk.states == ["online", "offline"]
    assert desk.products == [Product.OTHER, Product.OTHER]


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        (":decimal:7", str(int.from_bytes(NTAG.uid))),
        (":decimal:reversed:7", str(int.from_bytes(NTAG.uid[::-1]))),
        (":reversed", "F6E5D4C3B2A104"),
        (":7", "4A1B2C3D4E5F6"),
    ],
)
def test_a_reader_that_types_otherwise_gives_the_same_number(
    tmp_path: Path, grabbed: list[int], words: str, digits: str
) -> None:
    with listening(tmp_path, words) as (keyboard, desk):
        keyboard.type(digits)
        assert wait_for(lambda: desk.taps)
    assert desk.taps == [NTAG]


def test_keys_that_are_no_digits_and_a_key_held_down_change_nothing(tmp_path: Path, grabbed: list[int]) -> None:
    with listening(tmp_path) as (keyboard, desk):
        at = time.monotonic()
        noise = event(1, SHIFT, 1, at) + event(1, CODES["0"], 2, at) + event(2, 0, 5, at) + event(1, SHIFT, 0, at)
        keyboard.send(noise)
        keyboard.type("04A1B2C3D4E5F6")
        assert wait_for(lambda: desk.taps)
    assert desk.taps == [NTAG]


def test_what_is_no_badge_is_logged_without_its_digits_and_the_next_one_is_a_tap(
    tmp_path: Path, grabbed: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    with listening(tmp_path) as (keyboard, desk):
        keyboard.type("04A1B2C3D4E5")
        keyboard.type("04112233445566")
        assert wait_for(lambda: desk.taps)
    assert desk.taps == [OTHER]
    assert "12 digits that are no badge's number" in caplog.text
    assert "A1B2C3" not in caplog.text


def test_keys_that_the_kernel_lost_spoil_their_number_alone(tmp_path: Path, grabbed: list[int]) -> None:
    with listening(tmp_path) as (keyboard, desk):
        keyboard.type("FFFF", enter=False)
        keyboard.send(event(0, 3, 0, time.monotonic()))
        keyboard.type("04A1B2C3D4E5F6")
        assert wait_for(lambda: desk.taps)
    assert desk.taps == [NTAG]


def test_what_was_typed_while_a_tap_was_served_for_long_opens_nothing_afterwards(
    tmp_path: Path, grabbed: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    with listening(tmp_path) as (keyboard, desk):
        desk.hold.clear()
        keyboard.type("04A1B2C3D4E5F6")
        assert wait_for(lambda: desk.taps)
        keyboard.type("04112233445566", at=time.monotonic() - 3)
        desk.hold.set()
        assert wait_for(lambda: "a number that was typed 3 s ago was ignored" in caplog.text)
    assert desk.taps == [NTAG]


def test_a_telephone_s_number_that_changes_is_known_as_such(tmp_path: Path, grabbed: list[int]) -> None:
    with listening(tmp_path) as (keyboard, desk):
        keyboard.type("08112233")
        assert wait_for(lambda: desk.taps)
    assert desk.products == [Product.TELEPHONE]


@pytest.mark.promise(4)
def test_a_reader_that_goes_is_waited_for_and_what_lay_there_is_lifted(tmp_path: Path, grabbed: list[int]) -> None:
    with listening(tmp_path) as (keyboard, desk):
        keyboard.type("04A1B2C3D4E5F6")
        assert wait_for(lambda: desk.taps)
        keyboard.close()  # the last writer: the pipe ends, as a cable that is pulled
        assert wait_for(desk.is_offline)
        assert wait_for(lambda: desk.lifts)
        keyboard._pipe = os.open(tmp_path / "event0", os.O_RDWR)
        assert wait_for(desk.is_online)
        keyboard.type("04112233445566")
        assert wait_for(lambda: desk.has_taps(2))
    assert desk.taps == [NTAG, OTHER]


def test_a_reader_that_another_program_has_is_offline(
    tmp_path: Path, grabbed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_file: int, _request: int, _value: object) -> None:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(fcntl, "ioctl", busy)
    keyboard, desk = Keyboard(tmp_path / "event0"), Desk(f"wedge:{tmp_path / 'event0'}")
    desk.thread.start()
    assert wait_for(lambda: desk.states == ["offline"])
    desk.reader.stop()
    desk.thread.join(20)
    keyboard.close()
    assert not desk.thread.is_alive()


@pytest.mark.parametrize(
    "device",
    [
        "wedge:",
        "wedge:/dev/input/",
        "wedge:/dev/ttyUSB0",
        "wedge:/dev/input/../sda",
        "wedge:/dev/input/event0:octal",
        "wedge:/dev/input/event0:7:7",
        "wedge:/dev/input/event0 ",
    ],
)
def test_paths_that_lead_elsewhere_or_say_no_way_of_typing_are_refused(device: str) -> None:
    with pytest.raises(RequestError) as refused:
        named.reader(device, on_tap=print, on_lift=print, on_state=print, on_early=print)
    assert refused.value.code == "reader-device"


def test_a_path_by_port_has_colons_of_its_own() -> None:
    file = "/dev/input/by-path/pci-0000:00:14.0-usb-0:1.3:1.0-event-kbd"
    assert readers.typed(f"wedge:{file}") == (file, Typing())
    assert readers.typed(f"wedge:{file}:reversed") == (file, Typing(reversed=True))
    assert readers.is_path(f"wedge:{file}:decimal:4")


def test_the_driver_is_one_and_needs_no_library_of_the_radio() -> None:
    assert wedge.WedgeReader.__module__ == _kind().driver.partition(":")[0]
