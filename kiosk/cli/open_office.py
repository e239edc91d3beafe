"""Opens a home's office for the commands of the secretary and the treasurer."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kiosk import home
from kiosk.cli.arguments import TODAY
from kiosk.cli.working_day import clock_of
from kiosk.devices.clock import HostClock
from kiosk.office import Office
from kiosk.store.space.policies import Rules

__all__ = ["ACTOR", "Office", "office"]

ACTOR = "cli"  # the name that entries and the log have for the command line


@contextmanager
def office(root: Path, *, writes: bool = True) -> Iterator[Office]:
    """Open a home's office. With `writes`, the clock must be trusted, or the day be given in words: raises as
    `clock_of` does.
    """
    with home.opened(root, is_patient=True) as opened:
        today = click.get_current_context().meta[TODAY]
        clock = clock_of(opened, today) if writes else HostClock()
        if opened.store.mark is not None:
            opened.store.mark.now = clock.now
        if opened.training:
            click.echo("mode école : rien de ceci n'est compté (training mode: nothing counts)", err=True)
        yield Office.at(opened, Rules(opened.config.zone), clock, ACTOR)
