"""The commands of a home's life: `init`, `migrate`, `move`, `roles`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kiosk.devices.clock import HostClock
from kiosk.devices.protocols import Clock
from kiosk.space import first_rules


@click.command()
@click.option("--demo", is_flag=True, help="La Coroutine in 2011, with invented members, in training mode.")
@click.option("--reader", help="The reader's path; a simulated one unless --real.")
@click.option("--screen-port", type=click.IntRange(1, 65535), default=8080, show_default=True)
@click.option("--desk-port", type=click.IntRange(1, 65535), default=8081, show_default=True)
@click.option(
    "--tariffs",
    type=click.Path(path_type=Path),
    default=first_rules.SHIPPED,
    help="First tariffs and rules; those of 2011 by default, to be confirmed.",
)
@click.option("--training", is_flag=True, help="A training home: marked everywhere, never part of real accounts.")
@click.option(
    "--from",
    "came_from",
    type=click.Path(path_type=Path),
    metavar="HOME",
    help="A training home, whose rules and people come along. Its taps and sums do not.",
)
@click.option("--real", is_flag=True, help="Use a real reader and real pins, never simulated ones.")
@click.pass_obj
def init(
    root: Path,
    demo: bool,
    reader: str | None,
    screen_port: int,
    desk_port: int,
    tariffs: Path,
    training: bool,
    came_from: Path | None,
    real: bool,
) -> None:
    """Create a home: configuration, keys, database, zones and tariffs."""
    from kiosk.setup import demo as demo_space  # Alembic comes with it
    from kiosk.setup import home_creation

    if came_from is not None and (demo or tariffs != first_rules.SHIPPED):
        raise click.UsageError("--from brings rules and people along: leave --demo and --tariffs out")
    clock = HostClock()
    wishes = home_creation.NewHome(tariffs, reader, screen_port, desk_port, real, demo or training, came_from)
    home_creation.create(root, wishes, clock, (lambda new_home: demo_space.fill(new_home, clock)) if demo else None)
    click.echo(f"home created at {root}")
    if came_from is not None:
        click.echo(f"rules and people come from {came_from}; running plans begin today, and balances begin at 0")
    elif tariffs == first_rules.SHIPPED:
        click.echo("its tariffs and rules are the dossier's of 2011: to be confirmed by the association")
    if demo:
        click.echo(demo_space.table())
    else:
        click.echo(_first_link(root, clock))


def _first_link(root: Path, clock: Clock) -> str:
    """Return the text about the link with which a new home gets its first officer."""
    from kiosk import home
    from kiosk.cli import first_link
    from kiosk.members.first_officer import FirstOfficer

    with home.opened(root) as opened:
        return first_link.words(FirstOfficer.of(opened, clock).link())


@click.command()
@click.option("--back", metavar="REVISION", help="Migrate to an older release's schema, to go back to it.")
@click.pass_obj
def migrate(root: Path, back: str | None) -> None:
    """Bring the database to this release's schema, after a verified backup."""
    from kiosk.setup import migration  # Alembic comes with it

    click.echo(migration.migrate(root, HostClock()) if back is None else migration.migrate_back(root, back))


@click.command()
@click.option(
    "--to", required=True, metavar="URL", help="postgresql://USER@HOST:PORT/DATABASE, or sqlite to come back."
)
@click.pass_obj
def move(root: Path, to: str) -> None:
    """Move the records to a PostgreSQL server, or back to a file: verified, and only while nothing runs."""
    from kiosk.setup import moving  # psycopg comes with it

    with _steps() as report:
        if to == moving.FILE:
            moving.to_file(root, HostClock().now(), report)
        else:
            moving.to_server(root, to, report)
    click.echo("the records are in their file again" if to == moving.FILE else "the records are on the server")


@click.command("roles")
@click.pass_obj
def roles(root: Path) -> None:
    """Create separate accounts for the entrance and the desk on the server, with their own rights and new passwords."""
    from kiosk.setup import server_roles  # psycopg comes with it

    accounts = server_roles.give(root)
    click.echo(f"accounts on the server: {', '.join(accounts)}; start entrance and desk again")


@contextmanager
def _steps() -> Iterator[Callable[[int, int], None]]:
    """Yield a function of the tables done and of all tables, which moves a progress bar; without a terminal it does
    nothing.
    """
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    with click.progressbar(length=100, label="tables", file=sys.stderr) as bar:
        yield lambda done, of: bar.update(done * 100 // max(of, 1) - bar.pos)
