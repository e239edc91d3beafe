"""Reader and door when their hardware fails in mid-work: at every call, at every moment of the protocol."""

import gc
import logging
import os
import random
import subprocess
import sys
import termios
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import nfc
import nfc.clf.pn53x
import nfc.clf.pn532
import nfc.clf.transport
import nfc.tag
import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from kiosk import home
from kiosk.checkin.cards import CardKind
from kiosk.devices import door as door_module
from kiosk.devices import lights
from kiosk.devices.door import GpioDoor
from kiosk.devices.protocols import Signal
from kiosk.devices.readers import presentations
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.errors import DeviceOffline
from tests.conftest import WEDNESDAY, Space
from tests.devices.pn532_emulator import DEV, LIST_TARGETS, Card, Pn532
from tests.devices.test_reader import Desk, listening_to
from tests.devices.waiting import played, wait_for
from tests.fakes import FakeClock

# nfcpy looks for serial ports with a file it leaves to the garbage collector.
pytestmark = [
    pytest.mark.promise(4),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.usefixtures("undisturbed"),
]

needs_dev = pytest.mark.skipif(not os.access(DEV, os.W_OK), reason="emulated PN532: needs root, for a link in /dev")

CHIPS = 10  # at once: most of the time is waiting
C = TypeVar("C", bound=Pn532)
BEGUN = b"\x00\x00\xff\x00\xff\x00" + b"\x00\x00\xff\x09\xf7\xd5"  # an acknowledgement, and an answer cut short


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presentations, "_FIRST_PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(presentations, "_LONGEST_PAUSE_SECONDS", 0.04)
    monkeypatch.setattr(presentations, "SAME_BADGE_SECONDS", 2.0)  # the machine may be busy


def _badge(number: int) -> BadgeRead:
    return BadgeRead(b"\x04" + number.to_bytes(6))


def _files() -> int:
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))


# Unplugged in mid-tap


@dataclass
class Loose(Pn532):
    """A chip that falls silent after `left` more commands: before its answer, within it, or after it."""

    left: int = -1  # none
    moment: str = "before"
    pulled: threading.Event = field(default_factory=threading.Event)

    def _obey(self, command: int, data: bytes) -> None:
        if self.left != 0 or self.moment == "after":
            super()._obey(command, data)
        elif self.moment == "within":
            os.write(self._master, BEGUN)
        if self.left == 0:
            self.pulled.set()
            self._unplugged.wait()
        self.left -= 1

    def loosen(self, after: int, moment: str) -> None:
        """The cable is to come off then."""
        self.pulled.clear()
        self.left, self.moment = after, moment

    def comes_off(self) -> None:
        assert self.pulled.wait(10)
        self.unplug()
        self.left = -1

    def senses_again(self) -> Callable[[], bool]:
        """Whether it did so since now."""
        before = self.asked.count(LIST_TARGETS)
        return lambda: self.asked.count(LIST_TARGETS) > before

    def is_asked_again(self) -> Callable[[], bool]:
        """Whether the reader asked it anything since now, sensing or watching."""
        before = len(self.asked)
        return lambda: len(self.asked) > before + 1


def _unplug_again_and_again(chip: Loose, desk: Desk, numbers: range) -> tuple[list[BadgeRead], list[BadgeRead]]:
    """Which badges were served before the cable came off, and which lay there until the reader was back."""
    chance, early, stayed = random.Random(numbers.start), list[BadgeRead](), list[BadgeRead]()
    for read in map(_badge, numbers):
        chip.loosen(chance.randrange(40), chance.choice(["before", "within", "after"]))
        chip.card = Card(read.uid, chance.choice(["answered", "answered", "refused"]))
        chip.comes_off()
        assert wait_for(desk.is_offline)
        if read in desk.taps:
            early.append(read)
        if chance.random() < 0.5:
            chip.card = None
        if chance.random() < 0.2:  # and again while it is opened
            chip.loosen(chance.randrange(8), "within")
            chip.plug()
            chip.comes_off()
        senses_again = chip.senses_again()
        chip.plug()
        assert wait_for(desk.is_online)
        if chip.card is not None:
            stayed.append(read)
            assert wait_for(senses_again)
            assert wait_for(partial(desk.taps.__contains__, read))
            assert wait_for(chip.is_asked_again())  # a second tap would come at once
            chip.card = None
    assert wait_for(lambda: set(desk.taps) == set(desk.lifts))
    return early, stayed


@contextmanager
def _several(make: Callable[[str], C]) -> Iterator[tuple[list[C], list[Desk]]]:
    """Chips and their readers; no thread and no file is left of them, nor of what is done to them."""
    with ExitStack() as stack:
        chips = [make(f"kiosk{os.getpid()}n{number}") for number in range(CHIPS)]
        for chip in chips:
            stack.callback(chip.unplug)
        desks = [stack.enter_context(listening_to(chip)) for chip in chips]
        threads, files = threading.active_count(), _files()
        yield chips, desks
        assert wait_for(lambda: threading.active_count() <= threads)
        assert wait_for(lambda: _files() <= files), "dead cables are not kept open"


@needs_dev
def test_a_reader_unplugged_a_hundred_times_in_mid_tap_comes_back_and_serves_each_presentation_once() -> None:
    shares = [range(number, 100, CHIPS) for number in range(CHIPS)]
    with _several(Loose) as (chips, desks):
        with ThreadPoolExecutor(CHIPS) as hands:
            found = list(hands.map(_unplug_again_and_again, chips, desks, shares))
        taps = Counter(tap for desk in desks for tap in desk.taps)
    early, stayed = ({read for reads in share for read in reads} for share in zip(*found, strict=True))
    assert set(taps.values()) == {1}
    assert taps.keys() == early | stayed
    assert min(len(early & stayed), len(early - stayed), len(stayed - early)) > 5


# Errors from everything that nfcpy is made of

TTY, CHIPSET, DEVICE = nfc.clf.transport.TTY, nfc.clf.pn53x.Chipset, nfc.clf.pn53x.Device
METHODS: list[tuple[Any, str]] = [
    (nfc.ContactlessFrontend, "open"),
    (nfc.ContactlessFrontend, "connect"),
    (nfc.ContactlessFrontend, "sense"),
    (nfc.ContactlessFrontend, "exchange"),
    (nfc.ContactlessFrontend, "close"),
    (nfc.clf.pn532, "init"),
    (nfc.clf.pn532.Device, "__init__"),
    (nfc.clf.pn532.Device, "sense_tta"),
    (nfc.clf.pn532.Device, "close"),
    (nfc.clf.pn532.Chipset, "_read_register"),
    (nfc.clf.pn532.Chipset, "_write_register"),
    (DEVICE, "mute"),
    (DEVICE, "send_cmd_recv_rsp"),
    (CHIPSET, "close"),
    (CHIPSET, "command"),
    (CHIPSET, "write_frame"),
    (CHIPSET, "read_frame"),
    (CHIPSET, "diagnose"),
    (CHIPSET, "get_firmware_version"),
    (CHIPSET, "rf_configuration"),
    (CHIPSET, "in_list_passive_target"),
    (CHIPSET, "in_communicate_thru"),
    (TTY, "find"),
    (TTY, "open"),
    (TTY, "read"),
    (TTY, "write"),
    (TTY, "close"),
    (nfc.tag, "activate"),
    (nfc.tag.Tag, "is_present"),
]
ERRORS = [
    OSError(5, "Input/output error"),
    termios.error(5, "Input/output error"),
    ValueError("odd"),
    RuntimeError("odd"),
    nfc.clf.TimeoutError("odd"),
]


@dataclass
class Sabotage:
    """One of nfcpy's methods fails on one reader's thread, some more times."""

    method: tuple[Any, str]
    error: Exception
    left: int
    was_called: bool = False

    def strike(self) -> None:
        if self.left:
            self.left -= 1
            self.was_called = True
            raise type(self.error)(*self.error.args)  # a new one: its traceback holds what must be let go


class Saboteur:
    """All methods are weakened once; a sabotage is looked up by its reader's thread."""

    def __init__(self) -> None:
        self.works: dict[int | None, Sabotage] = {}

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for owner, name in METHODS:
                patch.setattr(owner, name, self._weakened(owner, name))
            yield

    def _weakened(self, owner: Any, name: str) -> Any:
        found: Any = vars(owner)[name]
        does: Any = found.fget if isinstance(found, property) else getattr(found, "__func__", found)

        def weakened(*args: Any, **kwargs: Any) -> Any:
            work = self.works.get(threading.get_ident())
            if work is not None and work.method == (owner, name):
                work.strike()
            return does(*args, **kwargs)

        return type(found)(weakened) if isinstance(found, property | classmethod | staticmethod) else weakened


def _is_served(chip: Pn532, desk: Desk, read: BadgeRead) -> bool:
    """Whether a badge that is shown, and taken away, is a tap and a lift, each once."""
    with chip.holding(Card(read.uid)):
        is_tapped = wait_for(partial(desk.taps.__contains__, read))
    return is_tapped and wait_for(partial(desk.lifts.__contains__, read)) and desk.taps.count(read) == 1


def _spoil_each(saboteur: Saboteur, chip: Pn532, desk: Desk, share: list[tuple[int, tuple[Any, str]]]) -> list[str]:
    """The methods after whose failure the reader did not come back, or that nobody called."""
    failed = []
    for number, method in share:
        for again, error in enumerate(ERRORS[number % 2 :: 2]):
            work = saboteur.works[desk.thread.ident] = Sabotage(method, error, left=1 + 3 * again)
            was_called = partial(getattr, work, "was_called")
            for seconds in (0.15, 2, 5):  # a busy machine comes to it later
                with chip.holding(Card(_badge(1000 + 10 * number + again).uid)):
                    wait_for(was_called, seconds)
                if not work.was_called:
                    chip.refused.add(LIST_TARGETS)  # it is called when a reader is opened or closed
                if wait_for(was_called, 5):
                    break
                chip.refused.clear()
                wait_for(desk.is_online)
            time.sleep(0.05 * again)
            chip.refused.clear()
            work.left = 0
            if not (work.was_called and _is_served(chip, desk, _badge(5000 + 10 * number + again))):
                failed.append(f"{method[1]}: {error!r}, {work}")
    return failed


@needs_dev
def test_whatever_part_of_nfcpy_fails_in_whatever_way_the_reader_comes_back() -> None:
    saboteur, work = Saboteur(), list(enumerate(METHODS))
    shares = [work[number::CHIPS] for number in range(CHIPS)]
    with saboteur.at_work(), _several(Pn532) as (chips, desks), ThreadPoolExecutor(CHIPS) as hands:
        failed = list(hands.map(_spoil_each, [saboteur] * CHIPS, chips, desks, shares))
        hands.shutdown()
    assert [line for lines in failed for line in lines] == []


# Pins that fail

RELAY, GREEN, RED, BUZZER = 17, 22, 23, 24


@dataclass
class Wear:
    """Which operations on which pins fail: from the `first` on, `times` of them; a `late` one has had its effect."""

    first: int = -1
    times: int = 1
    late: bool = False
    pins: tuple[int, ...] = (RELAY,)
    done: int = 0
    factory: Any = None

    def __post_init__(self) -> None:
        wear = self

        class WornPin(MockPin):  # type: ignore[misc]  # gpiozero has no types
            def _set_state(self, value: object) -> None:
                fails = wear.first >= 0 and self.info.name in wear.names and wear.count()
                if not fails or wear.late:
                    super()._set_state(value)
                if fails:
                    raise OSError("worn")

        self.factory = MockFactory(pin_class=WornPin)

    @property
    def names(self) -> set[str]:
        return {f"GPIO{pin}" for pin in self.pins}

    def count(self) -> bool:
        self.done += 1
        return self.first < self.done <= self.first + self.times

    def begin(self, first: int, times: int = 1) -> None:
        self.done, self.first, self.times = 0, first, times

    def has_done(self, operations: int) -> bool:
        return self.done >= operations

    def has_changed(self, pin: int, times: int) -> bool:
        return len(self.factory.pin(pin).states) > times

    @property
    def rises(self) -> int:
        """How often the relay went on: to be asked for however short that was."""
        return sum(bool(change.state) for change in self.factory.pin(RELAY).states)

    def is_on(self, pin: int) -> bool:
        return bool(self.factory.pin(pin).state)


@contextmanager
def door_on(wear: Wear, **settings: Any) -> Iterator[GpioDoor]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door_module, "MockFactory", lambda: wear.factory)
        wanted = {"relay_pin": RELAY, "pulse_seconds": 0.05, "longest_pulse_seconds": 0.1, "simulated": True}
        door = GpioDoor(**{**wanted, **settings})
    try:
        yield door
    finally:
        wear.first = -1
        door.close()


@pytest.fixture
def space_with(root: Path) -> Iterator[Callable[[GpioDoor], Space]]:
    """A space whose door has pins."""
    with home.opened(root) as opened:
        spaces: list[Space] = []

        def made(door: GpioDoor) -> Space:
            spaces.append(Space(opened, FakeClock(WEDNESDAY), cast(Any, door)))
            return spaces[-1]

        yield made
        for space in spaces:
            space.kept.close()


INES, PAUL = "04A2000000E511", "04A2000000E512"


@pytest.mark.parametrize("late", [False, True], ids=["without effect", "after its effect"])
@pytest.mark.parametrize("operation", range(4))
def test_whichever_operation_of_the_relay_fails_the_tap_is_recorded_and_the_door_ends_shut(
    space_with: Callable[[GpioDoor], Space], operation: int, late: bool
) -> None:
    wear = Wear(late=late)
    with door_on(wear) as door:
        space = space_with(door)
        number = space.join("Inès Moreau", INES)
        wear.begin(operation)  # off and on at the tap, off at the end
        space.tap(INES)
        assert space.owes(number) == 500 + 500
        assert space.shows(CardKind.DOOR_FAULT if operation < 2 else CardKind.GRANTED_DAY)
        assert wait_for(lambda: not door.level and not wear.is_on(RELAY))
        assert door.turns()
        space.clock.advance(minutes=5)
        wear.first = -1
        rises = wear.rises
        space.tap(INES)
        assert wear.rises == rises + 1
        assert space.shows(CardKind.AGAIN)
        assert space.owes(number) == 500 + 500
        assert wait_for(lambda: not wear.is_on(RELAY))


@pytest.mark.parametrize("times", range(1, 7))
def test_a_relay_that_rises_although_it_says_no_and_does_not_fall_at_once_falls_at_its_bound(
    times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[BaseException] = []
    wear = Wear(late=True)
    with door_on(wear, on_dead=told.append) as door:
        on = door._relay.on

        def rises() -> None:
            wear.begin(0)
            try:
                on()
            finally:
                wear.late = False
                wear.begin(0, times)  # and now it does not fall, so many times

        monkeypatch.setattr(door._relay, "on", rises)
        with pytest.raises(DeviceOffline):
            door.pulse()
        assert wear.is_on(RELAY)
        assert wait_for(lambda: not wear.is_on(RELAY))
        assert door.pulses == 0
        assert wait_for(lambda: bool(told) is (times > 3)), "one attempt at once, six at its bound"


def test_a_relay_stuck_on_is_tried_again_by_the_guard_and_said(caplog: pytest.LogCaptureFixture) -> None:
    told: list[BaseException] = []
    wear = Wear()
    with door_on(wear, longest_pulse_seconds=0.3, on_dead=told.append) as door:
        wear.begin(2, times=10**9)
        door.pulse()
        assert wait_for(lambda: len(told) == 1)
        tried = wear.done
        assert door.level
        assert not door.turns()
        with pytest.raises(DeviceOffline):
            door.pulse()
        assert wait_for(lambda: len(told) == 2)
        assert wear.done > tried, "at its bound it was tried again"
        said = [record.getMessage() for record in caplog.records if record.levelno == logging.CRITICAL]
        assert said == ["door-keeper: ended by itself", "door-guard: ended by itself"]
        assert door.level, "and nobody says that it is off"


def test_a_relay_that_comes_loose_before_its_bound_is_switched_off_there() -> None:
    told: list[BaseException] = []
    wear = Wear()
    with door_on(wear, longest_pulse_seconds=0.3, on_dead=told.append) as door:
        wear.begin(2, times=10**9)
        door.pulse()
        assert wait_for(lambda: len(told) == 1)
        assert door.level
        wear.first = -1
        assert wait_for(lambda: not wear.is_on(RELAY))
        assert len(told) == 1


@pytest.fixture
def _quick_lights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two flashes of three lamps: green, red, buzzer on, then off, and again."""
    monkeypatch.setattr(lights, "_PATTERNS", {Signal.LOOK: ((lights._AMBER, 0.02), (lights._AMBER, 0.02))})
    monkeypatch.setattr(lights, "_SHORTEST_PERIOD_SECONDS", 0.03)
    monkeypatch.setattr(lights, "_SHORTEST_GAP_SECONDS", 0.01)


LAMPS = {"green_pin": GREEN, "red_pin": RED, "buzzer_pin": BUZZER}


def _is_told(door: GpioDoor) -> bool:
    try:
        door.signal(Signal.LOOK)
    except DeviceOffline:
        return True
    return False


@pytest.mark.usefixtures("_quick_lights")
@pytest.mark.parametrize("late", [False, True], ids=["without effect", "after its effect"])
def test_whichever_operation_of_the_lights_fails_all_end_dark_the_door_opens_and_the_next_signal_is_shown(
    late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = played(monkeypatch)
    with ExitStack() as stack:
        wears = [Wear(late=late, pins=(GREEN, RED, BUZZER)) for _ in range(12)]
        doors = [stack.enter_context(door_on(wear, **LAMPS)) for wear in wears]
        for operation, (wear, door) in enumerate(zip(wears, doors, strict=True)):
            wear.begin(operation)
            door.signal(Signal.LOOK)
        for wear, door in zip(wears, doors, strict=True):
            assert wait_for(partial(wear.has_done, wear.first + 1))
            door.pulse()
            assert wear.rises == 1, "light or not"
        assert wait_for(lambda: len(ended) == len(doors))
        lit = [(wear.first, pin) for wear in wears for pin in wear.pins if wear.is_on(pin)]
        for wear in wears:
            wear.first = -1
            wear.factory.pin(GREEN).clear_states()
        told = [operation for operation, door in enumerate(doors) if _is_told(door)]
        for wear in wears:
            assert wait_for(partial(wear.has_changed, GREEN, 2))
    assert lit == [], "a lamp was left on"
    assert set(told) >= {0, 1, 2, 6, 7, 8}, "a lamp did not light, and nobody heard of it"


@pytest.mark.usefixtures("_quick_lights")
def test_a_lamp_that_cannot_be_switched_off_is_told_at_the_next_signal_which_switches_it_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wear, ended = Wear(pins=(BUZZER,)), played(monkeypatch)
    with door_on(wear, **LAMPS) as door:
        wear.begin(3, times=10**9)  # the last off
        door.signal(Signal.LOOK)
        assert wait_for(lambda: ended)
        assert wear.is_on(BUZZER)
        wear.first = -1
        assert _is_told(door)
        assert wait_for(lambda: not wear.is_on(BUZZER))


# The process is killed in the middle of a pulse


class Wire(MockPin):  # type: ignore[misc]  # gpiozero has no types
    """A pin whose line keeps its level when the process ends, in a file of all its levels."""

    path: Path

    def __init__(self, factory: Any, info: Any) -> None:
        super().__init__(factory, info)
        if self.path.exists():
            self._state = self.path.read_text("ascii")[-1] == "1"

    def _set_state(self, value: object) -> None:
        super()._set_state(value)
        with self.path.open("a", encoding="ascii") as file:
            file.write("1" if value else "0")


def door_on_a_wire(path: Path, active_high: bool) -> GpioDoor:
    Wire.path = path
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door_module, "MockFactory", lambda: MockFactory(pin_class=Wire))
        return GpioDoor(
            relay_pin=RELAY, relay_active_high=active_high, pulse_seconds=30, longest_pulse_seconds=30, simulated=True
        )


_PULSES = """
import sys, time
from pathlib import Path
from tests.faults.test_reader_and_door import door_on_a_wire
door_on_a_wire(Path(sys.argv[1]), sys.argv[2] == "1").pulse()
print("driven", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("active_high", [True, False])
def test_a_relay_that_a_killed_process_left_driven_is_off_from_the_first_moment_of_the_next(
    tmp_path: Path, active_high: bool
) -> None:
    path, on, off = tmp_path / "wire", str(int(active_high)), str(int(not active_high))
    command = [sys.executable, "-c", _PULSES, str(path), on]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"driven\n"
        process.kill()
    levels = path.read_text("ascii")
    assert levels[-1] == on, "a killed process switches nothing off"
    door = door_on_a_wire(path, active_high)
    try:
        assert path.read_text("ascii")[len(levels) :] == off
        assert door.level is False
        assert door.pulses == 0
    finally:
        door.close()
    assert on not in path.read_text("ascii")[len(levels) :]


# Several people, one pulse


def test_people_who_tap_one_after_another_keep_the_door_open_no_longer_than_its_bound(
    space_with: Callable[[GpioDoor], Space],
) -> None:
    wear = Wear()
    with door_on(wear, pulse_seconds=0.3, longest_pulse_seconds=0.5) as door:
        space = space_with(door)
        for name, uid in (("Inès Moreau", INES), ("Paul Petit", PAUL)):
            space.join(name, uid)
        pin = wear.factory.pin(RELAY)
        pin.clear_states()
        for uid in (INES, PAUL, INES):
            space.tap(uid)
            time.sleep(0.15)
        assert wait_for(lambda: not door.level)
        assert [bool(change.state) for change in pin.states] == [False, True, False]
        assert 0.44 < pin.states[2].timestamp < 1.0, "prolonged, and bounded: 0.15 + 0.3 s at least"
        assert door.pulses == 3
