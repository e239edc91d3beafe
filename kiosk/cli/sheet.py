"""The command `sheet`: writes the page that hangs beside the door."""

from pathlib import Path

import click

from kiosk.cli import output as files
from kiosk.cli.open_office import office
from kiosk.exports import door_sheet_pdf
from kiosk.space import door_sheet
from kiosk.store.space.first_step_rows import SHEET


@click.command()
@click.option("--output", type=click.Path(path_type=Path), help="Output PDF.")
@click.pass_obj
def sheet(root: Path, output: Path | None) -> None:
    """Write the door sheet from the rules in force: one page in French, one in English.

    Without --output it is shown as text.
    """
    with office(root, writes=False) as desk:
        with desk.home.store.reading() as connection:
            door_notice = door_sheet.read(connection, desk.rules, desk.clock.now(), training=desk.home.training)
        desk.log(SHEET)
    if output is None:
        click.echo(door_sheet_pdf.text(door_notice), nl=False)
        return
    files.write(output, door_sheet_pdf.pdf(door_notice))
    click.echo(f"{output}: to hang beside the door")
