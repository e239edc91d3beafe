"""The command `update`: checks for a newer release, installs it, or finishes an interrupted installation."""

import os
import sys
import time
from pathlib import Path

import click

from kiosk.checkin.idle import Night
from kiosk.cli.arguments import answer, json_option
from kiosk.devices.clock import HostClock
from kiosk.errors import AnswerIsNo, MachineError, RequestError
from kiosk.jobs.update import release_places, updating
from kiosk.jobs.update.program_control import HEALTHY_SECONDS, Command, Programs, Systemd, Untouched
from kiosk.jobs.update.updating import QUIET_SECONDS, Patience, Update

_SYSTEMD = Path("/run/systemd/system")  # exists while systemd runs the machine
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, resolve_path=True, path_type=Path)


@click.command()
@click.option("--from", "source", metavar="SOURCE", help="A folder, an archive or https://...")
@click.option("--check", is_flag=True, help="Only check whether there is a newer release.")
@click.option("--again", is_flag=True, help="Install the newest release even if it was rolled back last time.")
@click.option("--automatic", is_flag=True, help="Check, and install if kiosk.toml says so, as the timer does.")
@click.option("--resume", is_flag=True, help="Only finish an interrupted update; start no program.")
@click.option("--programs", type=_FILE, help="The command that stops and starts the programs without systemd.")
@click.option("--wheels", type=_FOLDER, help="A folder with all packages, for a machine without a network.")
@click.option(
    "--patience",
    type=click.IntRange(5, 900),
    default=int(HEALTHY_SECONDS),
    show_default=True,
    help="Seconds within which the new release must work properly.",
)
@click.option(
    "--quiet",
    type=click.IntRange(0, 900),
    default=int(QUIET_SECONDS),
    show_default=True,
    help="Seconds since the last person was at the door.",
)
@json_option
@click.pass_obj
def update(
    root: Path,
    source: str | None,
    check: bool,
    again: bool,
    automatic: bool,
    resume: bool,
    programs: Path | None,
    wheels: Path | None,
    patience: int,
    quiet: int,
    as_json: bool,
) -> None:
    """Install a newer signed release after a backup; it is rolled back automatically if it does not work properly."""
    place, clock = release_places.of(Path(sys.prefix)), HostClock()
    untouched = check or resume  # these neither stop nor start a program
    job = updating.of(
        root, place, Untouched() if untouched else _programs(programs), clock, time.sleep, Patience(quiet, patience)
    )
    if wheels is not None:
        # For pip, which installs the release.
        os.environ |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels.absolute())}
    if resume:
        click.echo(job.resume())
    elif automatic:
        click.echo(_automatically(job))
    elif check:
        _look(job, _source(job, source), as_json)
    else:
        outcome = job.install(_source(job, source), again=again)
        answer(as_json, {"ok": True, "version": str(place.running()), "says": outcome}, outcome)


def _programs(named: Path | None) -> Programs:
    """Return what stops and starts the programs: the command named, or systemd. Raises MachineError `programs`."""
    if named is not None:
        return Command(named)
    if not _SYSTEMD.is_dir():
        raise MachineError("programs", "systemd does not run here: name what stops and starts them: --programs FILE")
    return Systemd()


def _source(job: Update, given: str | None) -> str:
    """Return where releases are: as given, or as kiosk.toml says. Raises RequestError `release-source`."""
    source = given or job.settings.update.source
    if not source:
        raise RequestError("release-source", "no releases are known: update.source in kiosk.toml, or --from")
    return source


def _look(job: Update, source: str, as_json: bool) -> None:
    """Print the running release, the number of the set of keys that it trusts, and a newer release, or why that was
    rolled back. Raises AnswerIsNo `no-release`.
    """
    running, newer = job.place.running(), job.newer(source)
    keys = job.trust.number
    facts: dict[str, object] = {"version": str(running), "newer": None if newer is None else str(newer), "keys": keys}
    why = release_places.taken_back(release_places.known(job.place), str(newer))  # None: it was not rolled back
    offered = "" if newer is None else f", {newer} is there: " + (why or "kiosk update")
    answer(as_json, {**facts, "taken_back": why}, f"release {running} runs, keys {keys}{offered}")
    if newer is None:
        raise AnswerIsNo("no-release", f"nothing newer than {running} at {source}")


def _automatically(job: Update) -> str:
    """Do what a timer may do, and say so: finish an interrupted update, then report a newer release, or install it.

    It is installed only where kiosk.toml says so, within its hours, with records in a file and not on a server, and
    where it was not rolled back before.
    """
    outcome, settings = job.resume(), job.settings.update
    if not settings.source:
        return f"{outcome}; no releases are known: update.source in kiosk.toml"
    newer = job.newer(settings.source)
    if newer is None:
        return f"{outcome}; nothing newer than {job.place.running()}"
    if job.settings.database.url:
        return f"release {newer} is there: the records are on a server, and docs/postgresql.md says how to install it"
    local = job.clock.now().astimezone(job.settings.zone)
    if not settings.automatic or not Night(*settings.hours).holds(local.hour):
        return f"release {newer} is there: kiosk update"
    if why := release_places.taken_back(release_places.known(job.place), str(newer)):
        return f"{why}; nothing newer than that is there"
    return job.install(settings.source)
