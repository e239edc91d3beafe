"""Builds locks by the name that kiosk.toml has for them. A driver, with its libraries, is imported only where it is
named.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Protocol

from kiosk.devices.locks.remote import Lock, RemoteDoor
from kiosk.domain.devices import locks

Keys = tuple[str, Path | None]
"""The lock's secrets in the entrance's key folder: a password or key, then the file with the certificate of the
authority that signs for an MQTT broker; None without such a file.
"""


class LockSettings(Protocol):
    """The settings that some locks need beside an address: the section `[lock]` of kiosk.toml.

    A *broker* is the MQTT server between this machine and the lock, a *line* the RS-485 pair of a lock.
    """

    @property
    def device(self) -> str:
        """Return the device's number at its broker."""

    @property
    def user(self) -> str:
        """Return this machine's user name at the broker."""

    @property
    def tls(self) -> bool:
        """Return whether the broker is reached by TLS."""

    @property
    def action(self) -> str:
        """Return the action that opens the lock, such as `unlatch`."""

    @property
    def number(self) -> int:
        """Return the device's number on its line."""

    @property
    def output(self) -> int:
        """Return the number of the device's output."""

    @property
    def baud(self) -> int:
        """Return the line's speed, in bits per second."""


# The kinds that have a driver; the relay on a pin has none.
KINDS = tuple(name for name, kind in locks.KINDS.items() if kind.driver)


def lock(kind: str, address: str, own: LockSettings, keys: Keys) -> Lock:
    """Return the driver of a lock of a kind in KINDS, whose `driver` names a module and a function there."""
    module, _, name = locks.KINDS[kind].driver.partition(":")
    make: Callable[[str, LockSettings, Keys], Lock] = getattr(import_module(module), name)
    return make(address, own, keys)


def door(
    kind: str,
    address: str,
    own: LockSettings,
    keys: Keys,
    *,
    pulse_seconds: float,
    longest_pulse_seconds: float,
) -> RemoteDoor:
    """Return a door that opens by a lock of this kind, for `pulse_seconds`. Raises RequestError `door-pulse` or
    `door-unending`, as `RemoteDoor` does.
    """
    driver = lock(kind, address, own, keys)
    return RemoteDoor(driver, pulse_seconds=pulse_seconds, longest_pulse_seconds=longest_pulse_seconds)
