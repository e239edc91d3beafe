"""The command `tap`: holds a simulated badge to the entrance's simulated reader."""

from pathlib import Path

import click

from kiosk import home
from kiosk.cli.arguments import Uid
from kiosk.devices import simulated_badge
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.devices import readers
from kiosk.errors import AnswerIsNo, RequestError


@click.command()
@click.argument("uid", type=Uid())
@click.option("--seconds", type=click.FloatRange(0.05, 60), default=0.5, show_default=True)
@click.option("--door", type=click.IntRange(1), help="At another door of this machine.")
@click.pass_obj
def tap(root: Path, uid: BadgeRead, seconds: float, door: int | None) -> None:
    """Present a simulated badge to the running entrance's reader, then lift it."""
    device = home.settings(home.find(root)).at(door).reader.device
    if not readers.is_simulated(device):
        raise RequestError("not-simulated", f"the reader is {device}: only a simulated one (udp) can be tapped so")
    host, _, port = device.partition(":")[2].partition(":")
    if not simulated_badge.present(uid, host=host or "localhost", port=int(port or 54321), seconds=seconds):
        raise AnswerIsNo("not-sensed", f"the badge …{uid.tail} was not sensed: is the entrance running? kiosk entrance")
    click.echo(f"the badge …{uid.tail} was detected")
