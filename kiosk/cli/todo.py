"""The command `todo`: lists what the office has to do, as the desk's first page does."""

from collections.abc import Mapping
from pathlib import Path

import click

from kiosk import home
from kiosk.cli.arguments import answer, json_option
from kiosk.cli.working_day import timekeeper_of
from kiosk.devices.clock import HostClock
from kiosk.domain.duties import Duty
from kiosk.domain.members.permissions import May
from kiosk.duties import reading, words
from kiosk.duties.reading import Occasion
from kiosk.language.catalogues import Language
from kiosk.store.space.policies import Rules


@click.command()
@click.option("--all", "every", is_flag=True, help="Include postponed tasks and those not due yet.")
@json_option
@click.pass_obj
def todo(root: Path, every: bool, as_json: bool) -> None:
    """List the office's tasks, one per line, waiting people first. JSON has every kind with its count and cents."""
    clock = HostClock()
    with home.opened(root) as opened:
        now, language = timekeeper_of(opened).look().reading.at, opened.config.language
        with opened.store.reading() as connection:
            policy, moment = Rules(opened.config.zone).at(connection, now)
            read = reading.read(connection, Occasion(opened, policy, moment, clock))
    chosen = read.counted(_anybody) if every else read.shown(_anybody)
    listing = "\n".join(_line(duty, language) for duty in chosen) or "nothing is to be done"
    answer(as_json, {"duties": [_facts(duty, language) for duty in read.lines]}, listing)


def _anybody(_permission: May) -> bool:
    """Allow everything: on the command line, no role limits which tasks are shown."""
    return True


def _line(duty: Duty, language: Language) -> str:
    """Return a task as a line for people: what it is, its detail, and until when it is postponed."""
    details = [words.detail(duty, language), words.put_off(duty, None, language)]
    return " · ".join([words.title(duty, language), *filter(None, details)])


def _facts(duty: Duty, language: Language) -> Mapping[str, object]:
    """Return a task for programs, as `--json` prints it. It is on the list of now where `due` is true and
    `asleep_until`, the day up to which it was postponed or counts as done, is None.
    """
    return {
        "kind": duty.kind.value,
        "state": duty.state.value,
        "since": None if duty.since is None else duty.since.isoformat(),
        "count": duty.count,
        "cents": duty.cents,
        "due": duty.is_due,
        "asleep_until": None if duty.asleep_until is None else duty.asleep_until.isoformat(),
        "permission": duty.permission.value,
        "area": duty.area.value,
        "says": words.title(duty, language),
    }
