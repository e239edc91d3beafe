"""The command `entrance`: runs the door's program."""

from pathlib import Path

import click

from kiosk import entrance as program


@click.command()
@click.option("--door", type=click.IntRange(1), help="Another door of this machine, as in kiosk.toml.")
@click.pass_obj
def entrance(root: Path, door: int | None) -> None:
    """Run the entrance: reader, door and touchscreen, until it is stopped."""
    program.run(root, door)
