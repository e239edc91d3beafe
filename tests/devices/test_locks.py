"""Locks that are no relay: the door's contract, a line that is lost at each step, and who is no lock for a door."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest

from kiosk.config import LockConfig
from kiosk.devices.locks import mqtt, named, osdp, shelly
from kiosk.devices.locks.remote import RemoteDoor
from kiosk.devices.locks.shelly import Shelly
from kiosk.devices.protocols import Door, Signal
from kiosk.domain.devices import locks
from kiosk.errors import DeviceOffline, RequestError
from tests.devices.shelly_emulator import ShellyDevice, plugged_in
from tests.devices.waiting import wait_for
from tests.processes import free_port

ORDER = {True: "/relay/0", False: "/rpc/Switch.Set"}
PULSE, LONGEST = 1.0, 2.0


class Place:
    """A door with a Shelly, and how to make one."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def door(self, device: ShellyDevice, password: str = "") -> RemoteDoor:
        address = self._stack.enter_context(plugged_in(device, free_port()))
        made = named.door(
            "shelly", address, LockConfig(), (password, None), pulse_seconds=PULSE, longest_pulse_seconds=LONGEST
        )
        self._stack.callback(made.close)
        return made


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr(shelly, "_PATIENCE_SECONDS", 0.3)
    with ExitStack() as stack:
        yield Place(stack)


@pytest.fixture(params=[True, False], ids=["first generation", "later"])
def device(request: pytest.FixtureRequest) -> ShellyDevice:
    return ShellyDevice(first=request.param)


def test_the_lock_is_released_for_so_long_by_its_own_timer(place: Place, device: ShellyDevice) -> None:
    door: Door = place.door(device)
    assert (door.simulated, door.level, door.pulses, device.asked) == (False, False, 0, [])
    door.pulse()
    assert (door.level, door.pulses, device.is_released, device.released_for) == (True, 1, True, [PULSE])
    assert wait_for(lambda: not device.is_released and not door.level)


def test_a_pulse_for_which_the_bound_leaves_no_time_is_not_counted(place: Place, device: ShellyDevice) -> None:
    door = place.door(device)
    end = time.monotonic() + LONGEST
    while time.monotonic() < end - 0.1:  # the last of them have less than a second left
        door.pulse()
        time.sleep(0.05)
    assert door.pulses == len(device.released_for)


def test_a_pulse_prolongs_another_up_to_the_bound(place: Place, device: ShellyDevice) -> None:
    door = place.door(device)
    for _ in range(12):
        door.pulse()
    assert door.pulses == len(device.released_for) > 1  # on a slow machine the last may find too little left
    assert max(device.released_for) <= PULSE
    assert wait_for(lambda: not door.level)


def test_once_at_rest_a_pulse_begins_anew_and_is_no_prolonging(place: Place, device: ShellyDevice) -> None:
    door = place.door(device)
    door.pulse()
    assert wait_for(lambda: not door.level and not device.is_released)
    door.pulse()  # within the bound of the first, of which less than a pulse is left
    assert (device.is_released, device.released_for) == (True, [PULSE, PULSE])


def test_closing_ends_it_and_may_be_done_twice(place: Place, device: ShellyDevice) -> None:
    door = place.door(device)
    door.pulse()
    door.close()
    door.close()
    assert (door.level, device.is_released, door.turns()) == (False, False, False)
    with pytest.raises(DeviceOffline, match="door is stopped"):
        door.pulse()
    with pytest.raises(DeviceOffline, match="shut down"):
        door.signal(Signal.LOOK)


def test_closing_an_untouched_door_asks_nobody(place: Place, device: ShellyDevice) -> None:
    place.door(device).close()
    assert device.asked == []


def test_the_password_is_told_as_each_generation_wants_it(place: Place, device: ShellyDevice) -> None:
    device.password = "à huis clos"
    door = place.door(device, device.password)
    door.pulse()
    assert device.is_released


@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_password_that_is_wrong_is_said_so(place: Place, device: ShellyDevice, password: str) -> None:
    device.password = "à huis clos"
    with pytest.raises(DeviceOffline, match="keys/entrance/lock"):
        place.door(device, password).pulse()
    assert device.released_for == []


@pytest.mark.promise(8)
@pytest.mark.parametrize("moment", ["before", "after", "silent"])
@pytest.mark.parametrize("step", ["/shelly", "order", "/rpc/Switch.GetStatus"])
def test_a_line_lost_at_any_step_is_a_fault_and_no_open_door(
    place: Place, device: ShellyDevice, step: str, moment: str
) -> None:
    if device.first and step == "/rpc/Switch.GetStatus":
        step = "order"
    question = ORDER[device.first] if step == "order" else step
    if moment == "silent":
        device.silent = question
    else:
        device.loses = (question, moment)
    door = place.door(device)
    with pytest.raises(DeviceOffline, match="does not respond"):
        door.pulse()
    assert (door.level, door.pulses) == (False, 0)
    assert all(seconds <= PULSE for seconds in device.released_for)
    assert wait_for(lambda: not device.is_released)
    if step == "/shelly":
        assert device.released_for == [], "an order was sent on a line that was not tried"


def test_the_door_works_again_when_the_line_does(place: Place, device: ShellyDevice) -> None:
    device.loses = (ORDER[device.first], "before")
    door = place.door(device)
    with pytest.raises(DeviceOffline):
        door.pulse()
    device.loses = ("", "")
    door.pulse()
    assert device.is_released


def test_a_lock_that_is_not_there_is_a_fault(place: Place) -> None:
    with pytest.raises(DeviceOffline, match="does not respond"):
        Shelly(f"127.0.0.1:{free_port()}").release(1)


def test_a_device_that_took_no_timer_is_stopped_at_once(place: Place, device: ShellyDevice) -> None:
    device.timers = False
    with pytest.raises(DeviceOffline, match="does not accept a time limit"):
        place.door(device).pulse()
    assert not device.is_released


def test_a_device_that_does_not_obey_is_a_fault(place: Place, device: ShellyDevice) -> None:
    device.obeys = False
    with pytest.raises(DeviceOffline, match="did not release"):
        place.door(device).pulse()


@pytest.mark.parametrize("says", [b"", b"[]", b"<html>", b"\xff", b'{"a":' * 2000, b"1" * 20_000])
def test_what_answers_and_is_no_lock_is_a_fault(place: Place, says: bytes) -> None:
    with pytest.raises(DeviceOffline):
        place.door(ShellyDevice(says=says)).pulse()


class Unending:
    """A lock that stays released until it is told otherwise."""

    ends_by_itself = False

    def release(self, seconds: float) -> None:
        raise AssertionError("nobody may open with it")

    def rest(self) -> None:
        """Nothing."""

    def look(self) -> Mapping[str, object]:
        return {}


@pytest.mark.promise(8)
def test_a_lock_that_cannot_end_a_pulse_is_refused_in_words() -> None:
    with pytest.raises(RequestError, match="a line can be lost in between") as refused:
        RemoteDoor(Unending(), pulse_seconds=1, longest_pulse_seconds=2)
    assert refused.value.code == "door-unending"


UNENDING: Mapping[str, tuple[str, LockConfig, str]] = {
    "shelly": ("127.0.0.1", LockConfig(), "tests.devices.test_locks: a device that took no timer"),
    "nuki": ("127.0.0.1", LockConfig(device="2BB28570", action="unlock"), "door-unending"),
    "osdp": ("tty:USB1", LockConfig(), "tests.devices.test_osdp: a device whose output has no timer"),
}
"""For each kind of lock one that would stay open, and what refuses it: the door itself, or the device's own answer."""


def test_every_kind_of_lock_has_one_that_is_refused() -> None:
    kinds = {*locks.KINDS} - {"relay"}
    assert kinds == {*named.KINDS} == {*UNENDING}


@pytest.mark.promise(8)
@pytest.mark.parametrize("kind", UNENDING)
def test_no_kind_of_lock_stays_open_on_a_lost_line(kind: str) -> None:
    address, own, refused_by = UNENDING[kind]
    lock = named.lock(kind, address, own, ("", None))
    if lock.ends_by_itself:
        assert refused_by.startswith("tests.devices."), "its own test shows it, with the device's answer"
        return
    with pytest.raises(RequestError) as refused:
        RemoteDoor(lock, pulse_seconds=1, longest_pulse_seconds=2)
    assert refused.value.code == refused_by


def test_no_lock_s_patience_is_longer_than_another_s() -> None:
    assert shelly._WHOLE_SECONDS == mqtt.WHOLE_SECONDS == osdp._WHOLE_SECONDS


@pytest.mark.parametrize(("pulse", "longest"), [(0, 1), (2, 1), (1, 61), (float("nan"), 1)])
def test_a_pulse_that_cannot_be_is_refused(pulse: float, longest: float) -> None:
    with pytest.raises(RequestError, match="cannot be"):
        RemoteDoor(Shelly("127.0.0.1"), pulse_seconds=pulse, longest_pulse_seconds=longest)


def test_what_a_lock_says_of_itself_moves_nothing(place: Place, device: ShellyDevice) -> None:
    device.password = "à huis clos"
    with plugged_in(device, free_port()) as address:
        said: Mapping[str, Any] = Shelly(address, device.password).look()
    assert said["locked"] is True
    assert device.released_for == []
