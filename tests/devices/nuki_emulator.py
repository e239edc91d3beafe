"""A Nuki at a broker, as its maker's MQTT interface has it: what it keeps told, what it answers, and its own time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from tests.devices.broker import DEVICE_PASSWORD, DEVICE_USER

NUMBER = "2BB28570"
LOCKED, UNLOCKED, UNLATCHED, UNLATCHING = "1", "3", "5", "7"


@dataclass
class NukiDevice:
    """What it is and what became of it. `answers` is its error code, None for nothing at all; `moves`, whether it
    tells that the latch moves.
    """

    connected: bool = True
    weak: bool = False
    answers: str | None = "0"
    begins: bool = True
    moves: bool = True
    holds_seconds: float = 0.3
    orders: list[str] = field(default_factory=list)
    state: str = LOCKED
    _client: Client | None = None
    _rests: threading.Timer | None = None

    @property
    def is_released(self) -> bool:
        return self.state in {UNLATCHED, UNLATCHING}

    def tell(self, word: str, what: str, keep: bool = True) -> Any:
        assert self._client is not None
        return self._client.publish(f"nuki/{NUMBER}/{word}", what, qos=0, retain=keep)

    def obey(self, action: str) -> None:
        self.orders.append(action)
        if self.begins:
            self.tell("lockActionEvent", f"{action},172,0,0,0", keep=False)
        if self.answers not in (None, "0"):
            self.tell("commandResponse", str(self.answers))
            return
        if action == "3":
            self.go(UNLATCHING)
            self.go(UNLATCHED)
            self._rests = threading.Timer(self.holds_seconds, self.go, (UNLOCKED,))
            self._rests.start()
        if self.answers is not None:
            self.tell("commandResponse", self.answers)

    def go(self, state: str) -> None:
        self.state = state
        if self.moves or state == UNLOCKED:
            self.tell("state", state)

    def leave(self) -> None:
        if self._rests is not None:
            self._rests.cancel()
            self._rests.join()


@contextmanager
def at_the_broker(device: NukiDevice, port: int) -> Iterator[None]:
    """The device, connected with its own name and with its last will."""
    client = Client(CallbackAPIVersion.VERSION2, client_id="SL3P_2BB28570")
    client.username_pw_set(DEVICE_USER, DEVICE_PASSWORD)
    client.will_set(f"nuki/{NUMBER}/connected", "false", retain=True)
    is_there = threading.Event()

    def obeyed(_client: Client, _data: Any, message: MQTTMessage) -> None:
        device.obey(message.payload.decode())

    def subscribed(*_told: Any) -> None:
        is_there.set()

    client.on_message, client.on_subscribe = obeyed, subscribed
    client.connect("127.0.0.1", port)
    client.loop_start()
    client.subscribe(f"nuki/{NUMBER}/lockAction")
    assert is_there.wait(20)
    device._client = client
    kept = {"deviceType": "4", "state": device.state, "batteryCritical": str(device.weak).lower()}
    kept |= {"commandResponse": "69", "connected": str(device.connected).lower()}  # what it answered once is kept too
    told = [device.tell(word, what) for word, what in kept.items()]
    for each in told:
        each.wait_for_publish(20)
    try:
        yield
    finally:
        device.leave()
        for word in kept:
            device.tell(word, "")  # nothing is kept for the next
        client.publish(f"nuki/{NUMBER}/connected", "", retain=True).wait_for_publish(20)
        client.disconnect()
        client.loop_stop()
