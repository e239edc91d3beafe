"""`mend`: what a start needs and what may be made anew. A module to run by itself, too: a door waits for it."""

import sys
from pathlib import Path

import click

from kiosk.devices.clock import HostClock
from kiosk.setup import key_mending


@click.command()
@click.pass_obj
def mend(root: Path) -> None:
    """Make missing folders and keys that may be made anew, and keep damaged ones aside, as before each start.

    The keys of badges and chain are never made here.
    """
    for line in key_mending.mend(root, HostClock().now()):
        click.echo(line)


def before_a_start(root: Path) -> None:
    """Mend a home, said in the journal."""
    for line in key_mending.mend(root, HostClock().now()):
        sys.stderr.write(f"mended: {line}\n")


if __name__ == "__main__":
    before_a_start(Path(sys.argv[1]))
