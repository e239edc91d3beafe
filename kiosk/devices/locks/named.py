"""Locks by the name that kiosk.toml has for them. A driver is imported with what it needs only where it is named."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Protocol

from kiosk.devices.locks.remote import Lock, RemoteDoor
from kiosk.domain.devices import locks

Keys = tuple[str, Path | None]
"""What the entrance's key folder has for its lock: a password or key, and who signed a broker's certificate."""


class LockSettings(Protocol):
    """What some locks want beside an address: the section `[lock]`."""

    @property
    def device(self) -> str: ...  # noqa: D102

    @property
    def user(self) -> str: ...  # noqa: D102

    @property
    def tls(self) -> bool: ...  # noqa: D102

    @property
    def action(self) -> str: ...  # noqa: D102

    @property
    def number(self) -> int: ...  # noqa: D102

    @property
    def output(self) -> int: ...  # noqa: D102

    @property
    def baud(self) -> int: ...  # noqa: D102


KINDS = tuple(name for name, kind in locks.KINDS.items() if kind.driver)


def lock(kind: str, address: str, own: LockSettings, keys: Keys) -> Lock:
    """The driver alone."""
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
    """A door by such a lock. Raises RequestError `door-pulse` or `door-unending`."""
    made = lock(kind, address, own, keys)
    return RemoteDoor(made, pulse_seconds=pulse_seconds, longest_pulse_seconds=longest_pulse_seconds)
