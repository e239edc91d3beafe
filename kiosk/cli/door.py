"""The command `door`: controls the relay alone, when no entrance runs that would look after it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk import home
from kiosk.config import Config
from kiosk.devices.door import GpioDoor
from kiosk.devices.protocols import Door
from kiosk.home import Paths

if TYPE_CHECKING:
    from kiosk.devices.locks.remote import Lock


@click.group()
def door() -> None:
    """The door's relay."""


@door.command()
@click.option("--door", "number", type=click.IntRange(1), help="Another door of this machine.")
@click.pass_obj
def off(root: Path, number: int | None) -> None:
    """Switch the relay off, after an entrance that was killed.

    Reads neither the database nor the keys. It never opens the door, and fails while an entrance holds the pin. A lock
    on the network is switched off too, although its own timer has already ended the pulse.
    """
    paths = home.find(root)
    settings = home.settings(paths).at(number)
    if is_remote(settings):
        lock_alone(paths, settings).rest()
        click.echo("the lock is at rest")
        return
    relay = relay_alone(settings)
    relay.close()  # switches it off
    click.echo("the relay is at rest" + (" (simulated)" if relay.simulated else ""))


def is_remote(settings: Config) -> bool:
    """Tell whether the door is opened by a lock of its own instead of a pin of this machine."""
    return settings.real and settings.door.lock != "relay"


def lock_alone(paths: Paths, settings: Config) -> "Lock":
    """Return the driver of a home's lock, where that is not a relay. Raises MachineError `key`."""
    from kiosk.devices.locks import named

    return named.lock(settings.door.lock, settings.door.address, settings.lock, home.keys_of_lock(paths))


def door_alone(paths: Paths, settings: Config) -> Door:
    """Return a home's door without lights, for a program that opens it while no entrance runs."""
    if not is_remote(settings):
        return relay_alone(settings)
    from kiosk.devices.locks.remote import RemoteDoor

    own = settings.door
    return RemoteDoor(
        lock_alone(paths, settings), pulse_seconds=own.pulse_seconds, longest_pulse_seconds=own.longest_pulse_seconds
    )


def relay_alone(settings: Config) -> GpioDoor:
    """Return a home's relay as a door without lights, for a program that holds the pin while no entrance runs."""
    return GpioDoor(
        relay_pin=settings.door.relay_pin,
        relay_active_high=settings.door.relay_active_high,
        pulse_seconds=settings.door.pulse_seconds,
        longest_pulse_seconds=settings.door.longest_pulse_seconds,
        simulated=not settings.real,
    )
