"""The door: a relay that releases the lock for a moment, with lights and a buzzer beside it. The only module that
imports gpiozero.

Two threads switch the relay off, which share nothing but the pin. The *keeper* ends each pulse at its time. The *guard*
knows only when the relay rose and the longest time allowed, read at the start: it switches the pin off at that bound,
whatever the keeper, a wrong length or a stuck lock did. No pulse begins without both. A thread that dies switches the
relay off and tells `on_dead`, whose owner ends the process: the kernel then frees the pins. A killed process switches
nothing off: that is up to the wiring (a pull-down, a lock that is shut without current).

When to open, and what the lights mean, is decided elsewhere.
"""

import logging
import math
import os
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import gpiozero
from gpiozero.pins.mock import MockFactory

from kiosk.devices.alarm import Alarm
from kiosk.devices.lights import Lights
from kiosk.devices.protocols import Signal
from kiosk.errors import DeviceOffline, RequestError

LONGEST_EVER_SECONDS = 60.0  # no setting goes beyond
_OFF_ATTEMPTS = 3  # to switch the relay off, before the fault is raised

log = logging.getLogger(__name__)


class GpioDoor:
    """A door on GPIO pins (BCM numbers): a Pi's own or, simulated, gpiozero's mock pins. Implements
    `protocols.Door`.
    """

    def __init__(
        self,
        *,
        relay_pin: int,
        relay_active_high: bool = True,
        pulse_seconds: float,
        longest_pulse_seconds: float,
        green_pin: int | None = None,
        red_pin: int | None = None,
        buzzer_pin: int | None = None,
        bell_pin: int | None = None,
        simulated: bool,
        on_dead: Callable[[BaseException], None] = lambda error: None,
        driven: Callable[[bool], None] = lambda driven: None,
    ) -> None:
        """Claim the pins, all switched off. Raises RequestError `door-pulse`, `door-no-gpio` or `door-pin`, or
        DeviceOffline.

        `on_dead` is called by a keeper or guard that ended by itself, from its thread; `driven` is called with True
        before the relay is driven, and with False when it is at rest again.
        """
        if not 0 < pulse_seconds <= longest_pulse_seconds <= LONGEST_EVER_SECONDS:  # false for NaN, too
            text = f"a pulse of {pulse_seconds} s within a bound of {longest_pulse_seconds} s cannot be"
            raise RequestError("door-pulse", f"{text}: give 0 < pulse <= longest <= {LONGEST_EVER_SECONDS:.0f} seconds")
        self.simulated = simulated
        self._driven = driven
        self._pulse_seconds, self._longest_seconds = pulse_seconds, longest_pulse_seconds
        self._factory = MockFactory() if simulated else _machine_pins()
        self._claimed: list[Any] = []
        self._relay = self._claim(relay_pin, relay_active_high)
        wired = (green_pin, red_pin, buzzer_pin, bell_pin)
        green, red, buzzer, bell = (pin if pin is None else self._claim(pin) for pin in wired)
        self._lights = Lights(green=green, red=red, buzzer=buzzer, bell=bell)
        self.rings = bell is not None
        self._pulses = 0
        self._closed = False
        self._until = self._bound = -math.inf
        self._lock = threading.RLock()
        self._keeper = Alarm("door-keeper", self._lock, self._switch_off, on_dead)
        # The guard looks each second: waking it for a pulse would slow the thread that opens the door.
        self._guard = Alarm("door-guard", threading.RLock(), self._switch_off, on_dead, looks=True)

    @property
    def level(self) -> bool:
        """Tell whether the relay is driven at this moment. False where the pin cannot be read."""
        with suppress(Exception):  # closed, or a pin that does not answer
            return bool(self._relay.value)
        return False

    @property
    def pulses(self) -> int:
        """Return how often the relay was driven since the start; a pulse that prolongs another counts as its own, and
        one that the bound leaves nothing to prolong does not count.
        """
        return self._pulses

    def turns(self) -> bool:
        """Return whether both threads that end a pulse run and are on time. False once closed."""
        return not self._closed and self._keeper.turns() and self._guard.turns()

    def pulse(self) -> None:
        """Release the lock; the relay is driven when this returns. Raises DeviceOffline, with the relay off.

        A pulse during another one prolongs it, up to the longest time that the relay may be driven; a pulse after that
        is a new one.
        """
        with self._lock:
            if self._closed or not (self._keeper.is_alive and self._guard.is_alive):
                raise DeviceOffline("door-offline", "the door is stopped: it will open again after a restart")
            now = time.monotonic()
            if now >= self._until:
                self._bound = now + self._longest_seconds
                self._rise()
            # counted from here: a relay slow to rise does not shorten the pulse
            until = min(time.monotonic() + self._pulse_seconds, self._bound)
            self._pulses += until > self._until  # False counts 0: at the bound nothing is prolonged
            self._until = until
            self._keeper.set(self._until)

    def signal(self, signal: Signal) -> None:
        """Show a pattern of lights and buzzer in the background. Raises DeviceOffline when the lights
        failed last time.
        """
        self._lights.show(signal)

    def close(self) -> None:
        """Switch relay and lights off, and release the pins. May be called twice, also during a pulse, and never
        raises.
        """
        with self._lock:
            if self._closed:
                return
            self._closed = True
            try:
                self._switch_off()
            except Exception:
                log.exception("door: the relay did not obey at the end")
        for part in (self._keeper, self._guard, self._lights):
            part.stop()
        for device in self._claimed:
            with suppress(Exception):  # one pin that fails must not keep the others
                device.off()
                device.close()

    def _rise(self) -> None:
        """Switch the relay on, with the guard set before and after. Raises DeviceOffline, with the relay off."""
        try:
            self._relay.off()  # a keeper that is late has not yet: the bound counts from a true rise
            self._guard.set(self._bound)
            self._driven(True)
            self._relay.on()
            self._guard.set(self._bound)  # once more, should it have rung while this thread was held up before the rise
        except Exception as error:  # lgpio.error is a bare Exception, RPi.GPIO raises RuntimeError
            with suppress(Exception):
                self._relay.off()
            raise DeviceOffline(
                "door-offline", f"the door's relay does not respond ({error}): check the GPIO wiring"
            ) from error

    def _switch_off(self) -> None:
        """Switch the relay off, in three tries at most, and report it to `driven`. Raises the fault of the last try."""
        for _ in range(_OFF_ATTEMPTS - 1):
            with suppress(Exception):
                self._relay.off()
                self._driven(False)
                return
        self._relay.off()
        self._driven(False)

    def _claim(self, pin: int, active_high: bool = True) -> Any:
        """Return an output pin that is off from its first moment. Pins claimed before are released when
        this one fails.
        """
        try:
            device = gpiozero.OutputDevice(pin, active_high=active_high, initial_value=False, pin_factory=self._factory)
        except Exception as error:
            for claimed in self._claimed:
                claimed.close()
            if isinstance(error, gpiozero.PinError | gpiozero.GPIODeviceError):
                raise RequestError("door-pin", f"GPIO {pin} cannot serve the door ({error}): choose another") from error
            raise DeviceOffline(
                "door-offline", f"GPIO {pin} does not respond ({error}): check the GPIO wiring"
            ) from error
        self._claimed.append(device)
        return device


def _machine_pins() -> Any:
    """Return the pin factory of this machine: lgpio on a Pi. Refuse mock pins, however they were asked for. Raises
    RequestError `door-no-gpio`.
    """
    # lgpio makes a named pipe in the current folder at import, and fails where it may not write.
    if "LG_WD" not in os.environ:
        runtime_folder = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
        os.environ["LG_WD"] = runtime_folder or tempfile.mkdtemp(prefix="kiosk-gpio-")
    reason = "only gpiozero's mock pins"
    with warnings.catch_warnings(record=True) as warned:  # one warning for each library that cannot be used
        warnings.simplefilter("always")
        try:
            gpiozero.Device.ensure_pin_factory()
        except Exception as error:
            why = [str(each.message) for each in warned if issubclass(each.category, gpiozero.PinFactoryFallback)]
            reason = "; ".join([str(error), *why[:1]])  # the first is about lgpio, the one that should be used
    if gpiozero.Device.pin_factory is not None and not isinstance(gpiozero.Device.pin_factory, MockFactory):
        return gpiozero.Device.pin_factory
    text = f"this home has a real door, and this machine no GPIO ({reason})"
    raise RequestError("door-no-gpio", f"{text}: run it on the Pi with lgpio, in group gpio, or init without --real")
