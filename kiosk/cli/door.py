"""`door`: the relay alone, for when no entrance runs that would look after it."""

from pathlib import Path

import click

from kiosk import config, home
from kiosk.config import Config
from kiosk.devices.door import GpioDoor


@click.group()
def door() -> None:
    """The door's relay."""


@door.command()
@click.pass_obj
def off(root: Path) -> None:
    """Drive the relay to rest: after an entrance that was killed, which switched nothing off.

    Asks neither the database nor the keys. Never opens; a running entrance keeps the pin, and this then fails.
    """
    relay = relay_alone(config.load(home.find(root).config))
    relay.close()
    click.echo("the relay is at rest" + (" (simulated)" if relay.simulated else ""))


def relay_alone(settings: Config) -> GpioDoor:
    """The relay as a home has it, without lights, for whoever holds the pin while no entrance does."""
    return GpioDoor(
        relay_pin=settings.door.relay_pin,
        relay_active_high=settings.door.relay_active_high,
        pulse_seconds=settings.door.pulse_seconds,
        longest_pulse_seconds=settings.door.longest_pulse_seconds,
        simulated=not settings.real,
    )
