"""Small helpers: ports nobody uses, and waiting for what other threads do without guessing how long it takes."""

import socket
import time
from collections.abc import Callable

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
