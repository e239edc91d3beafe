"""A home's life: `init`, `migrate`, `check`."""

from pathlib import Path

import click

from kiosk import doctor, dossier
from kiosk.cli.arguments import answer, json_option
from kiosk.devices.clock import HostClock
from kiosk.doctor import Finding
from kiosk.errors import AnswerIsNo


@click.command()
@click.option("--demo", is_flag=True, help="La Coroutine of 2011, with invented members, in training mode.")
@click.option("--reader", help="nfcpy's path of the reader; udp:localhost:54321 unless --real.")
@click.option("--screen-port", type=click.IntRange(1, 65535), default=8080, show_default=True)
@click.option("--desk-port", type=click.IntRange(1, 65535), default=8081, show_default=True)
@click.option(
    "--tariffs",
    type=click.Path(path_type=Path),
    default=dossier.SHIPPED,
    help="First tariffs and policy; without it the dossier's, to be confirmed.",
)
@click.option("--training", is_flag=True, help="A training home: marked everywhere, and never part of real accounts.")
@click.option("--real", is_flag=True, help="A real reader and real pins, never simulated ones.")
@click.pass_obj
def init(
    root: Path,
    demo: bool,
    reader: str | None,
    screen_port: int,
    desk_port: int,
    tariffs: Path,
    training: bool,
    real: bool,
) -> None:
    """Make a home: configuration, keys, database, zones and tariffs."""
    from kiosk import demo as demo_space  # Alembic comes with it
    from kiosk import founding

    clock = HostClock()
    wishes = founding.Wishes(tariffs, reader, screen_port, desk_port, real, training=demo or training)
    founding.found(root, wishes, clock, (lambda made: demo_space.fill(made, clock)) if demo else None)
    click.echo(f"a home is made at {root}")
    if tariffs == dossier.SHIPPED:
        click.echo("its tariffs and rules are the dossier's of 2011: to be confirmed by the association")
    if demo:
        click.echo(demo_space.table())


@click.command()
@click.pass_obj
def migrate(root: Path) -> None:
    """Bring the database to this release's schema, after a verified backup."""
    from kiosk import migrating  # Alembic comes with it

    done = migrating.migrate(root, HostClock())
    click.echo(done)


@click.command()
@json_option
@click.pass_obj
def check(root: Path, as_json: bool) -> None:
    """The doctor: a line per check, with its remedy."""
    findings = doctor.examine(root)
    lines = [_line(finding) for finding in findings]
    ill = [f.name for f in findings if not f.ok]
    facts = [{"name": f.name, "ok": f.ok, "says": f.says, "remedy": f.remedy} for f in findings]
    answer(as_json, {"ok": not ill, "checks": facts}, "\n".join(lines))
    if ill:
        raise AnswerIsNo("check", f"not well: {', '.join(ill)}")


def _line(finding: Finding) -> str:
    remedy = f"  ->  {finding.remedy}" if finding.remedy else ""
    return f"{'ok' if finding.ok else '!!'}  {finding.name:<10} {finding.says}{remedy}"
