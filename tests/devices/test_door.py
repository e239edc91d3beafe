"""The door: one contract for simulated and real pins, and the bounds that nothing may pass."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from kiosk.devices import alarm
from kiosk.devices import door as door_module
from kiosk.devices.door import LONGEST_EVER_SECONDS, GpioDoor
from kiosk.devices.protocols import Door, Signal
from kiosk.errors import DeviceOffline, RequestError

from .waiting import played, wait_for

RELAY, GREEN, RED, BUZZER = 17, 22, 23, 24
REAL_PIN = os.environ.get("KIOSK_TEST_RELAY_PIN")  # on a Pi: a free pin, or one with a relay and nobody under the door

MakeDoor = Callable[..., GpioDoor]


class FailingPin(MockPin):  # type: ignore[misc]  # gpiozero has no types
    """A mock pin that can be made to fail, in the ways pin libraries do."""

    failing: Exception | None = None
    refused = 0

    def _set_state(self, value: object) -> None:
        if FailingPin.failing is not None:
            FailingPin.refused += 1
            raise FailingPin.failing
        super()._set_state(value)


@pytest.fixture
def pins(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The mock pins of the doors that are made in this test."""
    monkeypatch.setattr(FailingPin, "failing", None)
    monkeypatch.setattr(FailingPin, "refused", 0)
    factory = MockFactory(pin_class=FailingPin)
    monkeypatch.setattr(door_module, "MockFactory", lambda: factory)
    return factory


@pytest.fixture
def make(pins: Any) -> Iterator[MakeDoor]:
    made = []

    def _make(**settings: Any) -> GpioDoor:
        door = GpioDoor(
            **{"relay_pin": RELAY, "pulse_seconds": 0.1, "longest_pulse_seconds": 0.3, "simulated": True, **settings}
        )
        made.append(door)
        return door

    yield _make
    for door in made:
        door.close()


@pytest.fixture(params=["simulated"] if REAL_PIN is None else ["simulated", "gpio"])
def any_door(request: pytest.FixtureRequest, make: MakeDoor) -> GpioDoor:
    """A pulse lasts long enough to be seen on a busy machine."""
    lengths = {"pulse_seconds": 0.5, "longest_pulse_seconds": 2}
    if request.param == "simulated":
        return make(**lengths)
    return make(**lengths, relay_pin=int(str(REAL_PIN)), simulated=False)


def _changes(pin: Any) -> list[bool]:
    return [bool(change.state) for change in pin.states[1:]]


# What every door keeps


def test_a_door_is_a_door(any_door: GpioDoor) -> None:
    door: Door = any_door
    assert (door.level, door.pulses) == (False, 0)


def test_the_relay_is_driven_when_pulse_returns_and_falls_by_itself(any_door: GpioDoor) -> None:
    any_door.pulse()
    assert any_door.level is True
    assert wait_for(lambda: not any_door.level)
    assert any_door.pulses == 1


def test_a_door_pulses_again_after_a_pulse(any_door: GpioDoor) -> None:
    for count in (1, 2, 3):
        any_door.pulse()
        assert any_door.level is True
        assert wait_for(lambda: not any_door.level)
        assert any_door.pulses == count


@pytest.mark.promise(8)
def test_closing_in_the_middle_of_a_pulse_ends_it(any_door: GpioDoor) -> None:
    any_door.pulse()
    any_door.close()
    assert any_door.level is False


def test_a_door_may_be_closed_twice(any_door: GpioDoor) -> None:
    any_door.pulse()
    any_door.close()
    any_door.close()
    assert (any_door.level, any_door.pulses) == (False, 1)


def test_a_closed_door_refuses_pulses_and_signals(any_door: GpioDoor) -> None:
    any_door.close()
    with pytest.raises(DeviceOffline, match="door is stopped"):
        any_door.pulse()
    with pytest.raises(DeviceOffline, match="shut down"):
        any_door.signal(Signal.LOOK)
    assert any_door.level is False


def test_a_door_without_lights_takes_signals(any_door: GpioDoor) -> None:
    for signal in Signal:
        any_door.signal(signal)
    assert (any_door.level, any_door.pulses) == (False, 0)
    any_door.pulse()  # and opens as before
    assert any_door.pulses == 1


def test_threads_end_with_the_door(any_door: GpioDoor) -> None:
    any_door.close()
    assert wait_for(lambda: not [one for one in threading.enumerate() if one.name.startswith("door-")])


# The pin itself, and the bound


@pytest.mark.parametrize("active_high", [True, False])
def test_the_pin_is_off_at_the_start_in_between_and_at_the_end(make: MakeDoor, pins: Any, active_high: bool) -> None:
    door, pin = make(relay_active_high=active_high), pins.pin(RELAY)
    assert (pin.function, pin.state) == ("output", not active_high)
    pin.clear_states()
    door.pulse()
    assert pin.state == active_high
    assert wait_for(lambda: pin.state != active_high)
    door.pulse()
    door.close()
    assert _changes(pin) == [active_high, not active_high] * 2
    assert pin.function == "input", "released"


def test_a_pulse_lasts_as_long_as_it_was_set(make: MakeDoor, pins: Any) -> None:
    make(pulse_seconds=0.3, longest_pulse_seconds=30).pulse()
    assert wait_for(lambda: len(pins.pin(RELAY).states) == 3)
    assert pins.pin(RELAY).states[2].timestamp >= 0.29


def test_a_pulse_is_no_shorter_because_the_relay_rose_late(
    make: MakeDoor, pins: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = make(pulse_seconds=0.3, longest_pulse_seconds=30)
    switch_on = door._relay.on

    def late() -> None:
        time.sleep(0.2)
        switch_on()

    monkeypatch.setattr(door._relay, "on", late)
    door.pulse()
    assert wait_for(lambda: len(pins.pin(RELAY).states) == 3)
    assert pins.pin(RELAY).states[2].timestamp >= 0.29


def test_a_second_pulse_prolongs_the_first_without_a_gap(make: MakeDoor, pins: Any) -> None:
    door = make(pulse_seconds=0.4, longest_pulse_seconds=5)
    door.pulse()
    time.sleep(0.2)
    door.pulse()
    assert wait_for(lambda: not door.level)
    assert _changes(pins.pin(RELAY)) == [True, False]
    assert pins.pin(RELAY).states[2].timestamp >= 0.55
    assert door.pulses == 2


@pytest.mark.promise(8)
def test_pulses_without_end_never_drive_the_relay_past_the_bound(make: MakeDoor, pins: Any) -> None:
    door = make(pulse_seconds=0.3, longest_pulse_seconds=0.4)
    until = time.monotonic() + 1.3
    while time.monotonic() < until:
        door.pulse()
        time.sleep(0.01)
    assert wait_for(lambda: not door.level)
    lit = [change.timestamp for change in pins.pin(RELAY).states[1:] if not change.state]
    assert len(lit) >= 2
    assert max(lit) < 1.2, "at most 0.4 s, and what a busy machine adds"


def test_a_pulse_at_the_end_of_the_longest_time_is_not_counted(make: MakeDoor) -> None:
    door = make(pulse_seconds=2, longest_pulse_seconds=2)
    for _ in range(5):
        door.pulse()
    assert (door.level, door.pulses) == (True, 1)


@pytest.mark.promise(8)
def test_the_guard_ends_a_pulse_that_its_keeper_forgot(
    make: MakeDoor, pins: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = make()
    monkeypatch.setattr(door._keeper, "set", lambda moment: None)
    door.pulse()
    assert True in _changes(pins.pin(RELAY))
    assert wait_for(lambda: not door.level, 3)


def test_the_guard_ends_a_pulse_of_a_wrong_length_under_a_lock_that_is_held(make: MakeDoor) -> None:
    door = make()
    door._pulse_seconds = 1e9
    door.pulse()
    with door._lock:
        assert wait_for(lambda: not door.level, 3)


@pytest.mark.promise(8)
def test_a_keeper_that_dies_takes_the_relay_off_tells_its_owner_and_no_pulse_follows(make: MakeDoor) -> None:
    told: list[BaseException] = []
    door = make(on_dead=told.append)
    door.pulse()
    door._keeper.set("not a time")  # type: ignore[arg-type]  # that is the bug
    assert wait_for(lambda: told)
    assert isinstance(told[0], TypeError)
    assert door.level is False
    with pytest.raises(DeviceOffline):
        door.pulse()
    assert door.level is False


def test_a_relay_that_cannot_be_switched_off_ends_the_keeper(make: MakeDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[BaseException] = []
    door = make(on_dead=told.append)
    door.pulse()
    monkeypatch.setattr(FailingPin, "failing", OSError("stuck"))
    assert wait_for(lambda: told)
    assert "stuck" in str(told[0])


def test_a_door_closed_by_the_one_who_hears_of_a_dead_keeper_does_not_hang(make: MakeDoor) -> None:
    doors: list[GpioDoor] = []
    closed = threading.Event()

    def on_dead(_error: BaseException) -> None:
        doors[0].close()
        closed.set()

    doors.append(make(on_dead=on_dead))
    doors[0]._keeper.set("not a time")  # type: ignore[arg-type]  # that is the bug
    assert closed.wait(10)


def test_nobody_hears_of_a_death_when_the_door_is_closed(make: MakeDoor) -> None:
    told: list[BaseException] = []
    make(on_dead=told.append).close()
    assert told == []


def test_pulses_from_many_threads_are_all_counted(make: MakeDoor) -> None:
    door = make()

    def fifty() -> None:
        for _ in range(50):
            door.pulse()

    threads = [threading.Thread(target=fifty) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert door.pulses == 400
    assert wait_for(lambda: not door.level)


@pytest.mark.parametrize(
    ("pulse", "longest"),
    [(0, 1), (-1, 1), (2, 1), (float("nan"), 1), (1, float("nan")), (1, float("inf")), (1, LONGEST_EVER_SECONDS + 1)],
)
def test_a_length_that_makes_no_sense_is_refused_at_the_start(make: MakeDoor, pulse: float, longest: float) -> None:
    with pytest.raises(RequestError) as refused:
        make(pulse_seconds=pulse, longest_pulse_seconds=longest)
    assert refused.value.code == "door-pulse"


# Whether it turns


def test_a_door_turns_until_it_is_closed(make: MakeDoor) -> None:
    door = make()
    assert door.turns()
    door.pulse()
    assert door.turns()
    door.close()
    assert not door.turns()


@pytest.mark.parametrize("which", ["_keeper", "_guard"])
def test_a_door_without_one_of_its_threads_does_not_turn(make: MakeDoor, which: str) -> None:
    door = make()
    getattr(door, which).stop()
    assert not door.turns()


def test_a_keeper_held_up_by_a_lock_does_not_turn_until_it_gets_it(
    make: MakeDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarm, "_LATE_SECONDS", 0.3)
    door = make()
    door.pulse()
    with door._lock:
        assert wait_for(lambda: not door.turns())
    assert wait_for(door.turns)


def test_a_pin_that_never_comes_back_is_a_door_that_does_not_turn(
    make: MakeDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarm, "_LATE_SECONDS", 0.3)
    door, let_go = make(), threading.Event()
    door.pulse()
    monkeypatch.setattr(door._relay, "off", lambda: let_go.wait(20))
    try:
        assert wait_for(lambda: not door.turns())
        assert door._keeper.is_alive, "it is there, and hangs"
    finally:
        let_go.set()
    assert wait_for(door.turns)


def test_a_door_at_rest_turns(make: MakeDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarm, "_LATE_SECONDS", 0.3)
    door = make()
    door.pulse()
    assert wait_for(lambda: not door.level)
    time.sleep(0.8)
    assert door.turns()


# Pins that fail


@pytest.mark.parametrize(
    "error",
    [OSError("gone"), ImportError("gone"), RuntimeError("gone"), Exception("gone"), gpiozero.PinInvalidState("gone")],
)
def test_a_relay_that_fails_is_a_door_that_is_offline(
    make: MakeDoor, pins: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    door = make()
    monkeypatch.setattr(FailingPin, "failing", error)
    with pytest.raises(DeviceOffline, match="gone") as offline:
        door.pulse()
    assert offline.value.code == "door-offline"
    assert FailingPin.refused >= 2, "switching off was tried, too"
    assert door.pulses == 0
    monkeypatch.setattr(FailingPin, "failing", None)
    door.pulse()
    assert True in _changes(pins.pin(RELAY)), "the next pulse tries again"


def test_closing_a_door_whose_pins_fail_raises_nothing(make: MakeDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    door = make()
    monkeypatch.setattr(FailingPin, "failing", OSError("gone"))
    door.close()
    assert FailingPin.refused >= 1, "switching off was tried"
    with pytest.raises(DeviceOffline, match="door is stopped"):
        door.pulse()


def test_pins_that_fail_from_the_start_are_offline(make: MakeDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FailingPin, "failing", OSError("gone"))
    with pytest.raises(DeviceOffline):
        make()


@pytest.mark.parametrize("settings", [{"relay_pin": 99}, {"green_pin": RELAY}])
def test_a_pin_that_is_none_or_taken_is_a_wrong_setting(make: MakeDoor, settings: dict[str, int]) -> None:
    with pytest.raises(RequestError) as refused:
        make(**settings)
    assert refused.value.code == "door-pin"
    make()  # and what was claimed before was given back


@pytest.fixture
def no_factory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(gpiozero.Device, "pin_factory", None)
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("LG_WD", str(tmp_path))


@pytest.mark.promise(8)
@pytest.mark.usefixtures("no_factory")
@pytest.mark.skipif(Path("/dev/gpiochip0").exists(), reason="this machine has GPIO")
@pytest.mark.parametrize("wanted", [None, "mock", "lgpio", "nonsense"])
def test_a_real_door_without_gpio_does_not_start(monkeypatch: pytest.MonkeyPatch, wanted: str | None) -> None:
    monkeypatch.delenv("GPIOZERO_PIN_FACTORY", raising=False)
    if wanted is not None:
        monkeypatch.setenv("GPIOZERO_PIN_FACTORY", wanted)
    with pytest.raises(RequestError) as refused:
        GpioDoor(relay_pin=RELAY, pulse_seconds=1, longest_pulse_seconds=2, simulated=False)
    assert refused.value.code == "door-no-gpio"
    assert "\n" not in str(refused.value)
    if wanted is None:
        assert "lgpio" in str(refused.value).split("run it on")[0], "why the library did not serve"


@pytest.mark.usefixtures("no_factory")
def test_a_simulated_door_leaves_the_machines_own_pins_alone() -> None:
    door = GpioDoor(relay_pin=RELAY, pulse_seconds=1, longest_pulse_seconds=2, simulated=True)
    assert gpiozero.Device.pin_factory is None
    assert door.simulated is True
    door.close()


# Lights and buzzer


def _flashes(pin: Any) -> list[float]:
    """How long each flash was."""
    return [change.timestamp for change in pin.states[1:] if not change.state]


def _onsets(pin: Any) -> list[float]:
    moment, onsets = 0.0, []
    for change in pin.states:
        moment += change.timestamp
        if change.state:
            onsets.append(moment)
    return onsets


@pytest.mark.promise(7)
def test_patterns_differ_in_count_and_length_without_colour(
    make: MakeDoor, pins: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = played(monkeypatch)
    wiring = {signal: range(8 + 4 * index, 12 + 4 * index) for index, signal in enumerate(Signal)}
    for signal, (relay, green, red, buzzer) in wiring.items():
        make(relay_pin=relay, green_pin=green, red_pin=red, buzzer_pin=buzzer).signal(signal)
    assert wait_for(lambda: set(ended) == set(Signal))
    flashes = {signal: [_flashes(pins.pin(pin)) for pin in pin_numbers[1:]] for signal, pin_numbers in wiring.items()}
    assert {signal: [len(lamp) for lamp in lamps] for signal, lamps in flashes.items()} == {  # green, red, buzzer
        Signal.GRANTED: [1, 0, 1],
        Signal.GRANTED_LATER: [3, 2, 3],
        Signal.DENIED: [0, 3, 3],
        Signal.LOOK: [2, 2, 2],
        Signal.RING: [2, 2, 2],
    }
    heard = {signal: lamps[2] for signal, lamps in flashes.items()}
    long, *rest = heard[Signal.GRANTED_LATER]
    assert min(long, *heard[Signal.GRANTED]) > 0.9
    assert max(*rest, *heard[Signal.LOOK], *heard[Signal.DENIED]) < 0.9
    assert min(heard[Signal.DENIED]) < 0.45
    assert max(flashes[Signal.GRANTED_LATER][1]) < 0.9, "green is the long one, amber the two"
    for _relay, _green, _red, buzzer in wiring.values():
        assert all(after - before >= 0.49 for before, after in pairwise(_onsets(pins.pin(buzzer))))


@pytest.mark.promise(7)
def test_lights_never_flash_more_than_twice_a_second_however_signals_follow(make: MakeDoor, pins: Any) -> None:
    door = make(buzzer_pin=BUZZER)
    for index in range(20):
        door.signal(list(Signal)[index % 4])
        time.sleep(0.05)
    onsets = _onsets(pins.pin(BUZZER))
    assert len(onsets) >= 2
    assert min(after - before for before, after in pairwise(onsets)) >= 0.49


def test_a_signal_does_not_block(make: MakeDoor) -> None:
    door = make(buzzer_pin=BUZZER)
    started = time.monotonic()
    for _ in range(20):
        door.signal(Signal.GRANTED)
    assert time.monotonic() - started < 1.0, "a pattern alone lasts longer"


def test_closing_in_the_middle_of_a_pattern_leaves_the_lights_off(make: MakeDoor, pins: Any) -> None:
    door = make(green_pin=GREEN)
    door.signal(Signal.GRANTED)
    assert wait_for(lambda: pins.pin(GREEN).state)
    door.close()
    assert (pins.pin(GREEN).state, pins.pin(GREEN).function) == (False, "input")


def test_lights_that_fail_are_told_at_the_next_signal_and_come_back(
    make: MakeDoor, pins: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    door, ended = make(green_pin=GREEN), played(monkeypatch)
    monkeypatch.setattr(FailingPin, "failing", OSError("gone"))
    door.signal(Signal.GRANTED)
    assert wait_for(lambda: ended)
    with pytest.raises(DeviceOffline, match="gone") as offline:
        door.signal(Signal.GRANTED)
    assert offline.value.code == "lights-offline"
    monkeypatch.setattr(FailingPin, "failing", None)
    door.signal(Signal.LOOK)
    assert wait_for(lambda: pins.pin(GREEN).state)


@pytest.mark.promise(4)
def test_lights_that_fail_do_not_keep_the_door_shut(make: MakeDoor, pins: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    door = make(green_pin=GREEN)
    monkeypatch.setattr(FailingPin, "failing", OSError("gone"))
    door.signal(Signal.GRANTED)
    assert wait_for(lambda: FailingPin.refused >= 2)
    monkeypatch.setattr(FailingPin, "failing", None)
    door.pulse()
    assert True in _changes(pins.pin(RELAY))
