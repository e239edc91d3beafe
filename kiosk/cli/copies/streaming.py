"""The command `litestream-config`: writes the configuration with which Litestream copies the ledger continuously into a
folder.

Litestream does not encrypt, and its copy tells when people came and went: so only into a folder, on another disk, and
only for a week. Copies that leave the house are sealed backups.
"""

import json
from pathlib import Path

import click

from kiosk import home
from kiosk.errors import MachineError, RequestError
from kiosk.home import Paths

KEPT_HOURS = 7 * 24  # what is erased from the ledger is gone from the folder after this time
_A_DAY = 24  # hours


@click.command("litestream-config")
@click.option(
    "--target",
    type=click.Path(path_type=Path),
    default=Path("/srv/kiosk-litestream"),
    show_default=True,
    help="The destination folder, on another disk of this machine.",
)
@click.option(
    "--memory",
    type=click.Path(path_type=Path),
    default=Path("/var/lib/kiosk-litestream"),
    show_default=True,
    help="The folder for its state.",
)
@click.option("--output", type=click.Path(path_type=Path), help="Output file; printed by default.")
@click.pass_obj
def litestream_config(root: Path, target: Path, memory: Path, output: Path | None) -> None:
    """Write Litestream's configuration: the ledger copied as it is written, into a folder, kept for a week."""
    text = settings(home.find(root), target, memory)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as fault:
        raise MachineError("output", f"{output} cannot be written: {fault.strerror}") from None
    click.echo(f"{output}: for litestream replicate -no-expand-env -config {output}")


def settings(paths: Paths, target: Path, memory: Path) -> str:
    """Return Litestream's configuration, as YAML, to copy the ledger into the folder `target`; `memory` is the folder
    of its state. Raises RequestError `stream-target`.
    """
    for path in (target, memory):
        if not path.is_absolute() or not str(path).isprintable() or "$" in str(path) or ".." in path.parts:
            raise RequestError("stream-target", f"{str(path)!r} is no folder from / on, without .. and $")
        if path.resolve().is_relative_to(paths.root.resolve()):
            raise RequestError("stream-target", f"{path} is in the home: name a folder on another disk")
    return f"""\
# Made by kiosk litestream-config. The ledger of {json.dumps(str(paths.root))}, copied as it is written.
logging:
  level: warn
snapshot:
  interval: {_A_DAY}h
  retention: {KEPT_HOURS}h
dbs:
  - path: {json.dumps(str(paths.database.absolute()))}
    meta-path: {json.dumps(str(memory))}
    replica:
      type: file
      path: {json.dumps(str(target))}
"""
