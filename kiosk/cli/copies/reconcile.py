"""The command `reconcile`: records what is lost where the records went back in time and programs or people know more.

A *claim* is a door's or the office's statement in the records that it saw an entry which they lack; while it is open,
numbers are not given again. An *unproven* claim, whose seal cannot be checked, stops only its own door.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from kiosk.books.recovery import ledger_recovery, reconciling
from kiosk.books.recovery.ledger_recovery import ENTRY
from kiosk.books.recovery.reconciling import Differences
from kiosk.cli.arguments import answer, json_option
from kiosk.cli.copies.restore import known_outside
from kiosk.cli.open_office import ACTOR, Office, office
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.health import door_checks
from kiosk.jobs import reconciliation
from kiosk.store.marks.marks import OFFICE


@click.command()
@click.option("--known-head", "noted", multiple=True, help="A control code noted elsewhere, ENTRY or ENTRY:DIGITS.")
@click.option(
    "--known", multiple=True, help=f"A number known outside, like receipt=812: {', '.join(ledger_recovery.KINDS)}."
)
@click.option("--set-aside", "aside", type=int, help="Set this claim aside, which nothing proves: its door goes on.")
@click.option("--look", "only_looks", is_flag=True, help="Show what is missing; change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@json_option
@click.pass_obj
def reconcile(
    root: Path,
    noted: tuple[str, ...],
    known: tuple[str, ...],
    aside: int | None,
    only_looks: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Compare the records with what doors, the office and noted control codes know, and record what is lost.

    For records that went back: an older backup, an older dump, a server without the last entries. Numbers then continue
    above all known ones, and the doors enter again what they did themselves.
    """
    outside = known_outside(noted, known)
    with office(root) as desk:
        if aside is not None:
            _set_aside(desk, aside)
            answer(as_json, {"set_aside": aside}, f"claim {aside} is set aside: its door goes on")
            return
        differences = reconciliation.look(desk.home, outside)
        days = _door_days(desk)
        if only_looks:
            answer(as_json, _facts(differences, None, days), "\n".join(_lines(differences, days)))
            if not differences.is_whole:
                raise AnswerIsNo("records-behind", "the records lack what was seen of them: kiosk reconcile")
            return

        def confirm(present: Differences) -> None:
            """Ask before what is lost is recorded. Raises RequestError `not-confirmed` without a terminal."""
            if yes or present.is_whole:
                return
            if not sys.stdin.isatty():
                raise RequestError(
                    "not-confirmed", f"{len(reconciling.lost_entries(present))} entries are lost: give --yes"
                )
            click.echo("\n".join(_lines(present, days)), err=True)
            click.confirm("Write down that this is lost?", abort=True, err=True)

        done = reconciliation.run(desk.home, desk.clock, told=outside, confirm=confirm)
        if done.entry is not None:
            desk.log("reconciled", what=f"entry {done.entry}")
    lines = list(_lines(done.differences, days))
    if done.entry is not None:
        lines.append(f"entry {done.entry} tells of it; doors and desk go on")
    answer(as_json, _facts(done.differences, done.entry, days), "\n".join(lines))


def _set_aside(desk: Office, claim_id: int) -> None:
    """Set a door's claim aside. Raises RequestError `no-such-claim`."""
    with desk.home.store.accounting() as connection:
        claim = reconciling.set_aside(connection, claim_id, desk.now(connection)[1], ACTOR)
        if claim is None:
            raise RequestError("no-such-claim", f"no claim {claim_id} is open: kiosk reconcile --look lists them")


def _door_days(desk: Office) -> int:
    """Count the days for which this machine's door opened and that the records lack; 0 also where its journal may not
    be read.
    """
    with desk.home.store.reading() as connection:
        door = door_checks.compare(desk.home, connection, desk.clock.now())
    return 0 if door is None else door.lacking


def _who(door: int) -> str:
    """Return the name of a witness by its door's number; the office has a number of its own, OFFICE."""
    return "the office" if door == OFFICE else f"door {door}"


def _lines(differing: Differences, days: int) -> Iterator[str]:
    """Yield how the records differ from what is known of them, for people. `days` wait in this door's journal."""
    if differing.is_whole:
        yield f"the records end at entry {differing.last} and have all that is known of them"
    else:
        yield f"the records end at entry {differing.last}, and lack what was seen of them:"
    for each in differing.outside.seen:
        yield f"  {_who(each.door)} saw entry {each.number}:{each.mac.hex()[:8]}"
    for kind, (first, until) in differing.gaps.items():
        yield f"  lost: {kind} {first} to {until}; these numbers are not given again"
    for number in differing.numbers_twice:
        yield f"  entry {number} was given twice: another one has its number here"
    for claim in differing.unproven:
        yield f"  claim {claim.id} of {_who(claim.door)}, entry {claim.number}, is unproven: --set-aside {claim.id}"
    if days:
        yield f"  {days} days are in this door's journal: the entrance enters them again"
    if ENTRY in differing.gaps:
        yield "  each other door enters again what is in its journal and its spool, once it writes"


def _facts(differing: Differences, entry: int | None, days: int) -> dict[str, object]:
    """Return how the records differ from what is known of them for programs, as `--json` prints it. `lost` has the
    first and last lost number of each kind; `entry` tells of the loss, and is None where none was written.
    """
    return {
        "last": differing.last,
        "whole": differing.is_whole,
        "seen": [{"door": each.door, "entry": each.number, "head": each.mac.hex()} for each in differing.outside.seen],
        "lost": {kind: list(gap) for kind, gap in differing.gaps.items()},
        "twice": differing.numbers_twice,
        "unproven": [{"claim": each.id, "door": each.door, "entry": each.number} for each in differing.unproven],
        "door_days_to_enter": days,
        "entry": entry,
    }
