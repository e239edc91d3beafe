"""The commands `restore`, which brings a home back from a backup, and `drill`, which rehearses that."""

import sys
from pathlib import Path

import click

from kiosk import config_in_force, home
from kiosk.books.recovery import ledger_recovery
from kiosk.books.recovery.ledger_recovery import Outside
from kiosk.cli.arguments import answer, json_option
from kiosk.cli.copies import restore_report
from kiosk.cli.copies.backup import LONG, length, progress
from kiosk.devices.clock import HostClock
from kiosk.domain import inputs
from kiosk.domain.books import head_notes
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.jobs.copies import drill as drills
from kiosk.jobs.copies import restore as restoring
from kiosk.jobs.copies.restore import Lost


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--identity", type=click.Path(path_type=Path), help="A file with the identity from the keys on paper.")
@click.option("--known-head", "noted", multiple=True, help="A control code noted elsewhere, ENTRY or ENTRY:DIGITS.")
@click.option(
    "--known", multiple=True, help=f"A number known outside, like receipt=812: {', '.join(ledger_recovery.KINDS)}."
)
@click.option("--erased", multiple=True, type=int, help="The number of a member erased since the backup.")
@click.option("--training", is_flag=True, help="Allow a training backup to replace a real home.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@json_option
@click.pass_obj
def restore(
    root: Path,
    file: Path,
    identity: Path | None,
    noted: tuple[str, ...],
    known: tuple[str, ...],
    erased: tuple[int, ...],
    training: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Restore the home from a backup, and say what may be lost. Existing data is moved aside, nothing is deleted.

    Numbers continue above the highest one known outside: given here, or found in surviving files. Members erased since
    the backup are erased again: given here, or found there.
    """
    outside = known_outside(noted, known)

    def confirm(lost: Lost) -> None:
        """Ask before existing records are replaced. Raises RequestError `not-confirmed` without a terminal."""
        if yes or not config_in_force.is_there(root):
            return
        if not sys.stdin.isatty():
            raise RequestError(
                "not-confirmed", f"{root} would be put back to {lost.copy_made_at:%F %H:%M}Z: give --yes"
            )
        click.echo(restore_report.words_of_lost(lost), err=True)
        click.confirm(f"Put {root} back to this copy?", abort=True, err=True)

    with progress(LONG) as step:  # how many entries the copy has is not known yet
        done = restoring.restore(
            root,
            file,
            HostClock(),
            identity=identity,
            told=outside,
            confirm=confirm,
            step=step,
            erased=erased,
            training=training,
        )
    answer(as_json, restore_report.facts(done), restore_report.words(done))


def known_outside(noted: tuple[str, ...], known: tuple[str, ...]) -> Outside:
    """Return the control codes and numbers that an officer gave as options; of several numbers of a kind the highest. A
    code without its digits is the number of an entry. Raises Problem `head`, RequestError `known`.
    """
    numbers: dict[str, int] = {}
    heads = []
    for text in noted:
        entry = inputs.number(text.strip(), 12)
        if entry is not None:
            numbers[ledger_recovery.ENTRY] = max(numbers.get(ledger_recovery.ENTRY, 0), entry)
        else:
            heads.append(head_notes.parse(text))
    for text in known:
        kind, _, digits = text.partition("=")
        number = inputs.number(digits, 12)
        if kind not in ledger_recovery.KINDS or number is None:
            raise RequestError("known", f"{text!r}: a kind and a number are wanted, like receipt=812")
        numbers[kind] = max(numbers.get(kind, 0), number)
    return Outside(numbers, tuple(heads))


@click.command()
@json_option
@click.pass_obj
def drill(root: Path, as_json: bool) -> None:
    """Rehearse a restore: the latest backup is unpacked separately, fully verified, and removed again."""
    with home.opened(root) as opened, progress(length(opened)) as step:
        done = drills.run(opened, HostClock(), step)
    facts: dict[str, object] = {
        "ok": not done.wrong,
        "file": str(done.path),
        "entry": done.entry,
        "wrong": list(done.wrong),
    }
    answer(as_json, facts, f"{done.path}: {'restorable' if not done.wrong else 'NOT restorable'}, entry {done.entry}")
    if done.wrong:
        raise AnswerIsNo("drill", f"{done.path.name} cannot be restored: {done.wrong[0]}")
