"""Drives Nuki locks by their own MQTT interface, through a broker of the association.

Two of their actions end by themselves: the Smart Lock's unlatching, and the Opener's strike; both have the same number.
For how long is set in the device, in its maker's app. Before an order, the device is checked to be connected. An answer
is awaited for as long as a tap may wait, and no longer.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from kiosk.devices.locks.mqtt import Broker, Line
from kiosk.devices.locks.named import Keys, LockSettings
from kiosk.domain.devices import locks
from kiosk.errors import DeviceOffline

LONGEST_SECONDS = 30.0  # that a Nuki can be set to hold the latch
_ENDING = {locks.UNLATCH: b"3", locks.STRIKE: b"3"}  # the actions that end by themselves, as they are ordered
_OPEN = {"5", "7"}  # unlatched, unlatching
_BY_MQTT = "172"  # the source of an order, as the device reports it
# The device's answers to an order that failed, by its error's number.
_FAULTS = {
    "65": "it does not know its position",
    "66": "its motor is blocked",
    "69": "it is busy",
    "71": "it is not calibrated",
    "73": "its batteries end",
    "76": "its batteries end",
}


class Nuki:
    """One Nuki device, by its number, at a broker. Implements `remote.Lock`."""

    def __init__(self, broker: Broker, device: str, action: str = "unlatch") -> None:
        self._broker, self._device, self._action = broker, device.upper(), action
        self.ends_by_itself = action in _ENDING  # unlocking does not end by itself
        self._open_until = 0.0

    def release(self, seconds: float) -> None:
        """Order the device to unlatch, or the Opener to release the strike, for as long as the device is set to.
        `seconds`, what kiosk.toml says of that time, is not sent. Raises DeviceOffline.

        A device that says it is open, within 30 s of our last order, is told nothing: it takes one order at a time.
        """
        with _session(self._broker, self._device) as nuki:
            if nuki.messages["state"] in _OPEN and time.monotonic() < self._open_until:
                return
            nuki.order(_ENDING[self._action])
        self._open_until = time.monotonic() + LONGEST_SECONDS  # the device does not tell how long it is set to

    def rest(self) -> None:
        """Do nothing: the device ends a release by itself, and takes no order that would end it sooner."""

    def look(self) -> Mapping[str, object]:
        """Return the device's `kind`, whether the broker asks for a password (`locked`), and whether its batteries are
        low (`weak`; False where it says nothing of them). Raises DeviceOffline.
        """
        with _session(self._broker, self._device) as nuki:
            weak = nuki.messages.get("batteryCritical") == "true"
        return {"kind": f"Nuki {self._device}", "locked": not _accepts_anyone(self._broker, self._device), "weak": weak}


class _Session:
    """A connection to one Nuki, with its newest message of each topic by the topic's last part, and what became of the
    order sent over it.
    """

    def __init__(self, broker: Broker, device: str) -> None:
        self.messages: dict[str, str] = {}
        self._device = device
        self._answer: str | None = None
        self._is_accepted = self._moves = self._is_ordered = False
        self.line = Line(broker, f"nuki/{device}", self._receive)

    def must_be_there(self) -> None:
        """Check that the broker knows the device and that it is connected. Raises DeviceOffline."""
        if not self.line.wait(lambda: {"connected", "state"} <= self.messages.keys()):
            text = f"the broker knows no Nuki {self._device}"
            raise DeviceOffline("door-offline", f"{text}: check lock.device, and MQTT in the Nuki app")
        if self.messages["connected"] != "true":
            text = f"the Nuki {self._device} is not connected to the broker"
            raise DeviceOffline("door-offline", f"{text}: check its batteries and its Wi-Fi")

    def order(self, action: bytes) -> None:
        """Send an order and wait until the device says that it is done, or moves. Raises DeviceOffline where it refuses
        or is silent.

        Where it has only said that it has begun, return when the time is over: a locked door takes longer.
        """
        self._is_ordered = True
        self.line.say("lockAction", action)
        # `wholly`: for all the time that a tap may wait, not only that of one question
        self.line.wait(lambda: self._moves or self._answer is not None, wholly=True)
        if self._answer not in (None, "0") and not self._moves:
            why = _FAULTS.get(str(self._answer), f"error {str(self._answer)[:8]}")
            raise DeviceOffline("door-offline", f"the Nuki {self._device} did not open: {why}")
        if not (self._answer or self._moves or self._is_accepted):
            text = f"the Nuki {self._device} does not respond"
            raise DeviceOffline("door-offline", f"{text}: check its batteries, its Wi-Fi and its rights on the broker")

    def _receive(self, topic: str, text: str, was_kept: bool) -> None:
        """Remember a message, and what it tells about the order just sent; `was_kept`: the broker had kept it from
        before.
        """
        self.messages[topic] = text
        if was_kept or not self._is_ordered:  # about an earlier order
            return
        if topic == "commandResponse":
            self._answer = text
        elif topic == "lockActionEvent":
            self._is_accepted |= text.split(",")[:2] == ["3", _BY_MQTT]  # our action, from our side
        elif topic == "state":
            self._moves |= text in _OPEN


@contextmanager
def _session(broker: Broker, device: str) -> Iterator[_Session]:
    """Connect to a device that is there, for the length of a `with`. Raises DeviceOffline."""
    nuki = _Session(broker, device)
    try:
        nuki.must_be_there()
        yield nuki
    finally:
        nuki.line.close()


def _accepts_anyone(broker: Broker, device: str) -> bool:
    """Tell whether the broker lets a client without name and password read; False for any fault of that attempt."""
    try:
        stranger = Broker(broker.address, tls=broker.tls, authority=broker.authority)
        Line(stranger, f"nuki/{device}", lambda _word, _what, _was_kept: None).close()
    except DeviceOffline:
        return False
    return True


def made(address: str, own: LockSettings, keys: Keys) -> Nuki:
    """Return the lock that a home's settings name."""
    password, authority = keys
    return Nuki(Broker(address, own.user, password, own.tls, authority), own.device, own.action)
