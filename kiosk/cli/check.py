"""The command `check`: runs the doctor, which checks everything on this machine."""

import time
from contextlib import ExitStack
from pathlib import Path

import click

from kiosk import home
from kiosk.badges.proof_keys import Cipher
from kiosk.cli.arguments import answer, json_option
from kiosk.cli.door import door_alone, is_remote, lock_alone
from kiosk.devices.clock import HostClock
from kiosk.domain.health.findings import Finding, Level
from kiosk.errors import AnswerIsNo, KioskError, MachineError, RequestError
from kiosk.health import doctor, fallback_checks, lock_checks, metrics, other_doors, relay_pulse
from kiosk.health.fleet import fleet_state
from kiosk.health.machine_facts import Machine
from kiosk.health.other_doors import OtherDoor
from kiosk.home import Paths
from kiosk.jobs.copies import copy_checks
from kiosk.language.catalogues import Language

_MARKS = {Level.OK: "ok", Level.WARN: "??", Level.BAD: "!!"}  # at the beginning of a finding's line


@click.command()
@click.option(
    "--whole", is_flag=True, help="Verify the whole ledger, as each night; only the latest entries by default."
)
@click.option("--relay", is_flag=True, help="Test the relay once, after confirmation: the door opens.")
@click.option("--door", type=click.IntRange(1), help="With --relay, another door of this machine instead.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option(
    "--metrics",
    "metrics_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the findings to this file, in the format of Prometheus's node exporter.",
)
@json_option
@click.pass_obj
def check(
    root: Path, whole: bool, relay: bool, door: int | None, yes: bool, metrics_file: Path | None, as_json: bool
) -> None:
    """Check everything: one line per check, with its remedy. `!!` is broken, `??` needs attention soon."""
    clock = HostClock()
    if door is not None:
        home.settings(home.find(root)).at(door)  # refuse a door that does not exist
    if relay and not yes and not click.confirm("La porte va s'ouvrir. Continuer ? (the door opens)", err=True):
        raise RequestError("relay-declined", "the relay was not driven: kiosk check without --relay checks the rest")
    findings = doctor.examine(root, clock, Machine(), whole=whole)
    findings += _of_lock(root)
    findings += _of_site_keys(root)
    findings += copy_checks.check(Paths(root))
    if relay:
        findings.append(_drive(root, door, clock))
    doctor.note(root, findings, clock.now(), whole=whole)  # for the desk's page of the machine's state
    if metrics_file is not None:
        samples = [*metrics.of_findings(findings, clock.now()), *fleet_state.metrics(_doors(root, clock))]
        metrics.save(metrics_file, metrics.text(samples))
    language = _language(root)
    ill = [finding.kind.code for finding in findings if finding.level is Level.BAD]
    facts = [_facts(finding, language) for finding in findings]
    answer(as_json, {"ok": not ill, "checks": facts}, "\n".join(_line(finding, language) for finding in findings))
    if ill:
        raise AnswerIsNo("check", f"not well: {', '.join(ill)}")


def _doors(root: Path, clock: HostClock) -> list[OtherDoor]:
    """Return the space's other doors, for the metrics; none where the home cannot be opened, which another finding
    tells.
    """
    try:
        with home.opened(root) as opened, opened.store.reading() as connection:
            return other_doors.every_other(connection, opened.paths, opened.config, clock)
    except KioskError:
        return []


def _of_lock(root: Path) -> list[Finding]:
    """Return findings about this door's lock, if it is one in the network; none for another, or where the home cannot
    be opened, which another finding tells.
    """
    try:
        paths = home.find(root)
        settings = home.settings(paths)
        if not is_remote(settings):
            return []
        look = lock_alone(paths, settings).look
    except KioskError:
        return []
    return list(lock_checks.check(settings.door.address, look))


def _of_site_keys(root: Path) -> list[Finding]:
    """Return findings about badge keys in the records; none where the home cannot be opened, which another finding
    tells.
    """

    def cipher() -> Cipher:
        """Return the AES cipher, loaded only where badges need it."""
        from kiosk.devices import aes  # most homes have no such badges

        return aes

    try:
        return list(fallback_checks.of_site_keys(root, cipher))
    except KioskError:
        return []


def _drive(root: Path, door: int | None, clock: HostClock) -> Finding:
    """Pulse a door once (`door` None: the home's own) and return the finding. Where its home is locked, its entrance
    runs and is asked to pulse, since only one program can hold the relay's pin; else this program pulses.
    """
    paths = home.find(root)
    settings = home.settings(paths)
    if door is not None and door != settings.door.number:
        settings, paths = settings.at(door), paths.at(door)
    with ExitStack() as stack:
        try:
            stack.enter_context(home.locked(paths, wholly=False))  # only this door's lock: other doors may be served
        except MachineError:
            with home.opened(root, door=door) as opened:
                return relay_pulse.by_the_entrance(opened, clock, time.sleep)
        return relay_pulse.by_itself(door_alone(paths, settings), settings.door.pulse_seconds, time.sleep)


def _language(root: Path) -> Language:
    """Return the home's language; French where its settings cannot be read."""
    try:
        return home.settings(home.find(root)).language
    except KioskError:
        return "fr"


def _facts(finding: Finding, language: Language) -> dict[str, object]:
    """Return a finding for programs, as `--json` prints it."""
    return {
        "code": finding.kind.code,
        "ok": finding.level is not Level.BAD,
        "level": finding.level.value,
        "name": finding.name(language),
        "says": finding.says(language),
        "remedy": finding.remedy(language),
    }


def _line(finding: Finding, language: Language) -> str:
    """Return a finding for people, with its remedy below where it has one."""
    remedy = finding.remedy(language)
    return f"{_MARKS[finding.level]}  {finding.name(language):<20} {finding.says(language)}" + (
        f"\n    {'':<20} -> {remedy} [{finding.kind.code}]" if remedy else ""
    )
