"""Small helpers: ports nobody uses, and waiting for what other threads do without guessing how long it takes."""

import socket
import time
from collections.abc import Callable

import pytest

from kiosk.devices.lights import Lights
from kiosk.devices.protocols import Signal
from tests.processes import free_port


def free_udp_port() -> int:
    return free_port(socket.SOCK_DGRAM)


def wait_for(true: Callable[[], object], seconds: float = 30.0) -> bool:
    """Whether it became true in time. The time is generous: it only passes when the test fails."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.005)
    return True


def played(monkeypatch: pytest.MonkeyPatch) -> list[Signal]:
    """Each pattern of any lights, from now on, once it is at its end and the lamps are off as far as they obey."""
    ended: list[Signal] = []
    play = Lights._play

    def noted(lights: Lights, signal: Signal) -> None:
        play(lights, signal)
        ended.append(signal)

    monkeypatch.setattr(Lights, "_play", noted)
    return ended
