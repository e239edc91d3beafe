"""Small helpers: ports nobody uses, and waiting for what other threads do without guessing how long it takes."""

import socket
import time
from collections.abc import Callable


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(true: Callable[[], object], seconds: float = 10.0) -> bool:
    """Whether it became true in time. The time is generous: it only passes when the test fails."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.005)
    return True
