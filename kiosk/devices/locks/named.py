"""Locks by the name that kiosk.toml has for them. A driver is imported with what it needs only where it is named."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from kiosk.devices.locks.remote import Lock, RemoteDoor

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


def _shelly(address: str, own: LockSettings, keys: Keys) -> Lock:
    from kiosk.devices.locks.shelly import Shelly

    return Shelly(address, keys[0])


def _nuki(address: str, own: LockSettings, keys: Keys) -> Lock:
    from kiosk.devices.locks.mqtt import Broker
    from kiosk.devices.locks.nuki import Nuki

    return Nuki(Broker(address, own.user, keys[0], own.tls, keys[1]), own.device, own.action)


def _osdp(address: str, own: LockSettings, keys: Keys) -> Lock:
    from kiosk.devices.locks.osdp import Osdp

    return Osdp(address, keys[0], number=own.number, output=own.output, baud=own.baud)


KINDS: Mapping[str, Callable[[str, LockSettings, Keys], Lock]] = {"shelly": _shelly, "nuki": _nuki, "osdp": _osdp}


def lock(kind: str, address: str, own: LockSettings, keys: Keys) -> Lock:
    """The driver alone."""
    return KINDS[kind](address, own, keys)


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
