"""A strike on an OSDP line, by libosdp's two sides over a pty: the door's contract, and a line lost at each step."""

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.devices.locks import osdp
from kiosk.devices.locks.osdp import Osdp
from kiosk.devices.locks.remote import RemoteDoor
from kiosk.devices.protocols import Door
from kiosk.errors import DeviceOffline, MachineError
from tests.devices.osdp_emulator import CAPABILITIES, CHALLENGE, ID, OUTPUT, RELEASE, SECRET, OsdpDevice, on_a_line
from tests.devices.waiting import wait_for

PULSE, LONGEST = 1.0, 2.0
KEY = "000102030405060708090A0B0C0D0E0F"


class Place:
    """A door with a strike on a line, and how to make one."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack, self._folder = stack, folder

    def lock(self, device: OsdpDevice, key: str = "", **own: int) -> Osdp:
        address = self._stack.enter_context(on_a_line(device, self._folder))
        return Osdp(address, key, **{"number": device.number, **own})

    def door(self, device: OsdpDevice, key: str = "", **own: int) -> RemoteDoor:
        made = RemoteDoor(self.lock(device, key, **own), pulse_seconds=PULSE, longest_pulse_seconds=LONGEST)
        self._stack.callback(made.close)
        return made


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr(osdp, "_DEVICES", tmp_path)
    with ExitStack() as stack:
        yield Place(stack, tmp_path)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what is never answered."""
    monkeypatch.setattr(osdp, "_PATIENCE_SECONDS", 1.0)


@pytest.mark.parametrize("key", ["", KEY], ids=["plain", "encrypted"])
def test_the_strike_is_released_for_so_long_by_its_own_timer(place: Place, key: str) -> None:
    device = OsdpDevice(key=bytes.fromhex(key))
    door: Door = place.door(device, key, output=1)
    assert (door.simulated, door.level, door.pulses, device.orders) == (False, False, 0, [])
    door.pulse()
    assert (door.level, door.pulses, device.is_released, device.orders) == (True, 1, True, [(1, 3, 0), (1, 5, 10)])
    assert wait_for(lambda: not device.is_released and not door.level)


def test_one_that_stood_open_is_at_rest_after_the_pulse(place: Place) -> None:
    device = OsdpDevice(permanent=True)
    place.door(device).pulse()
    assert not device.permanent
    assert wait_for(lambda: not device.is_released)


def test_closing_ends_a_pulse_at_once(place: Place) -> None:
    device = OsdpDevice()
    door = place.door(device)
    door.pulse()
    door.close()
    assert (door.level, device.is_released, device.orders[-1]) == (False, False, (0, 1, 0))


@pytest.mark.promise(8)
@pytest.mark.parametrize(("level", "outputs"), [(1, 2), (2, 2), (3, 0)])
def test_a_device_whose_output_has_no_timer_is_refused(place: Place, level: int, outputs: int) -> None:
    device = OsdpDevice(level=level, outputs=outputs)
    lock = place.lock(device)
    with pytest.raises(DeviceOffline, match="no lock for a door"):
        lock.release(1)
    assert device.orders == []
    assert lock.look()["ends"] is False


def test_no_pulse_wraps_into_one_that_never_ends(place: Place) -> None:
    device = OsdpDevice()
    place.lock(device).release(60)
    assert device.released_for == [25.5]


@pytest.mark.promise(8)
@pytest.mark.parametrize("moment", ["before", "after", "torn"])
@pytest.mark.parametrize("step", [ID, CAPABILITIES, CHALLENGE, SECRET, OUTPUT, RELEASE])
@pytest.mark.usefixtures("hurried")
def test_a_line_lost_at_any_step_is_a_fault_and_no_open_door(place: Place, step: int, moment: str) -> None:
    key = "" if step == RELEASE else KEY
    device = OsdpDevice(key=bytes.fromhex(key), loses=(step, moment))
    door = place.door(device, key)
    # Where the panel's own patience with half an answer ends before ours, it says that the order failed.
    may_say_so = step in (OUTPUT, RELEASE) and moment == "torn"
    with pytest.raises(DeviceOffline, match="does not (respond|obey)" if may_say_so else "does not respond"):
        door.pulse()
    assert device.lost.is_set()
    assert (door.level, door.pulses) == (False, 0)
    assert device.released_for == ([PULSE] if (step, moment) == (RELEASE, "after") else [])
    assert wait_for(lambda: not device.is_released), "it did not end by itself"


@pytest.mark.usefixtures("hurried")
def test_the_door_works_again_when_the_line_does(place: Place, tmp_path: Path) -> None:
    device = OsdpDevice()
    with pytest.raises(DeviceOffline, match="cannot be opened"):
        Osdp("tty:USB7").release(1)
    place.door(device).pulse()
    assert device.is_released


@pytest.mark.parametrize(("has", "given"), [(KEY, KEY[::-1]), ("", KEY)], ids=["another key", "none"])
@pytest.mark.usefixtures("hurried")
def test_a_device_that_does_not_take_the_key_is_a_fault(place: Place, has: str, given: str) -> None:
    device = OsdpDevice(key=bytes.fromhex(has))
    with pytest.raises(DeviceOffline, match="does not take the key in keys/entrance/lock"):
        place.door(device, given).pulse()
    assert device.orders == []


def test_a_device_that_does_not_obey_is_a_fault(place: Place) -> None:
    device = OsdpDevice(obeys=False)
    with pytest.raises(DeviceOffline, match="does not obey: it may want a key"):
        place.door(device).pulse()


@pytest.mark.parametrize("key", ["00", "zz" * 16, KEY + "00"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(MachineError, match="32 hexadecimal digits"):
        Osdp("tty:USB7", key)


@pytest.mark.usefixtures("hurried")
def test_two_programs_do_not_speak_on_one_line(place: Place, tmp_path: Path) -> None:
    lock = place.lock(OsdpDevice())
    with (tmp_path / "ttyUSB7").open("rb", buffering=0) as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(DeviceOffline, match="another program"):
            lock.release(1)


def test_what_is_no_serial_line_is_a_fault(place: Place, tmp_path: Path) -> None:
    (tmp_path / "ttyUSB8").touch()
    with pytest.raises(DeviceOffline, match="not a serial line"):
        Osdp("tty:USB8").release(1)


def test_what_it_says_of_itself_moves_nothing(place: Place) -> None:
    device = OsdpDevice(key=bytes.fromhex(KEY))
    said = place.lock(device, KEY).look()
    assert said == {"kind": "OSDP FEBABE, ttyUSB7, 5", "locked": True, "ends": True}
    assert device.orders == []
