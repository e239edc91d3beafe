"""Locks by the name that kiosk.toml has for them."""

from collections.abc import Callable

from kiosk.devices.locks.remote import Lock, RemoteDoor
from kiosk.devices.locks.shelly import Shelly

KINDS: dict[str, Callable[[str, str], Lock]] = {"shelly": Shelly}


def lock(kind: str, address: str, password: str) -> Lock:
    """The driver alone."""
    return KINDS[kind](address, password)


def door(kind: str, address: str, password: str, *, pulse_seconds: float, longest_pulse_seconds: float) -> RemoteDoor:
    """A door by such a lock. Raises RequestError `door-pulse` or `door-unending`."""
    return RemoteDoor(
        lock(kind, address, password), pulse_seconds=pulse_seconds, longest_pulse_seconds=longest_pulse_seconds
    )
