"""`litestream-config`: what Litestream has to know to copy the ledger continuously."""

from pathlib import Path

import click

from kiosk import home
from kiosk.errors import MachineError
from kiosk.jobs.copies import streaming


@click.command("litestream-config")
@click.option(
    "--target",
    type=click.Path(path_type=Path),
    default=Path("/srv/kiosk-litestream"),
    show_default=True,
    help="The folder that it copies into: on another disk of this house.",
)
@click.option(
    "--memory",
    type=click.Path(path_type=Path),
    default=Path("/var/lib/kiosk-litestream"),
    show_default=True,
    help="The folder where it keeps what it knows.",
)
@click.option("--output", type=click.Path(path_type=Path), help="The file to write; without it, it is shown.")
@click.pass_obj
def litestream_config(root: Path, target: Path, memory: Path, output: Path | None) -> None:
    """Write Litestream's configuration: the ledger copied as it is written, into a folder, kept for a week."""
    text = streaming.settings(home.find(root), target, memory)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as fault:
        raise MachineError("output", f"{output} cannot be written: {fault.strerror}") from None
    click.echo(f"{output}: for litestream replicate -no-expand-env -config {output}")
