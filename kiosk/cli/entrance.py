"""`entrance`: the door's program."""

from pathlib import Path

import click

from kiosk import entrance as program


@click.command()
@click.pass_obj
def entrance(root: Path) -> None:
    """Run the entrance: reader, door and touchscreen, until it is stopped."""
    program.run(root)
