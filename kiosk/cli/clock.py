"""The command `clock`: shows whether the machine's clock is trusted, and takes an officer's word for it."""

from pathlib import Path

import click

from kiosk import home
from kiosk.cli.arguments import answer, json_option
from kiosk.cli.working_day import timekeeper_of
from kiosk.errors import RequestError
from kiosk.offline import clock_trust


@click.group()
def clock() -> None:
    """The machine's clock, and whether it is trusted."""


@clock.command()
@json_option
@click.pass_obj
def show(root: Path, as_json: bool) -> None:
    """Show the clock's time, and whether it is trusted now."""
    with home.opened(root) as opened:
        look = timekeeper_of(opened).look()
        local = look.reading.at.astimezone(opened.config.zone)
        source = opened.config.clock.source
    doubt = None if look.doubt is None else look.doubt.value
    facts = {"at": local.isoformat(timespec="seconds"), "source": source, "trusted": doubt is None, "doubt": doubt}
    words = f"{local:%Y-%m-%d %H:%M:%S}, source {source}: {'trusted' if doubt is None else f'not trusted ({doubt})'}"
    answer(as_json, facts, words)


@clock.command()
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.pass_obj
def confirm(root: Path, yes: bool) -> None:
    """Confirm that the clock is right, until the next restart of the machine or the clock's next jump."""
    with home.opened(root) as opened:
        keeper = timekeeper_of(opened)
        local = keeper.look().reading.at.astimezone(opened.config.zone)
        shown = f"{local:%Y-%m-%d %H:%M}"
        if not yes and not click.confirm(f"L'horloge dit {shown}. Est-ce juste ? (is it right?)", err=True):
            raise RequestError("clock-wrong", "set the clock first: sudo timedatectl set-time 'YYYY-MM-DD HH:MM'")
        clock_trust.confirm(opened.store, keeper, "cli")
    click.echo(f"the clock is confirmed at {shown}")
