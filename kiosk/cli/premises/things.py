"""The command `things`: lists, lends and takes back booths, lockers, bicycles and keys."""

from datetime import date
from pathlib import Path

import click

from kiosk.cli import act_commands
from kiosk.cli.arguments import answer, json_option
from kiosk.cli.open_office import office
from kiosk.premises import things as acts
from kiosk.store.premises import thing_rows
from kiosk.store.premises.thing_rows import Loan, Thing


@click.group()
def things() -> None:
    """Items: phone booth, lockers, bicycle shelter and keys, with their borrowers."""


@things.command(name="list")
@json_option
@click.pass_obj
def list_things(root: Path, as_json: bool) -> None:
    """List every item, its borrower, and when it is due back."""
    with office(root, writes=False) as desk:  # the line in its log needs no trusted clock
        with desk.home.store.reading() as connection:
            moment = desk.rules.at(connection, desk.clock.now())[1]
            running = thing_rows.running(connection, moment.at)
            listed = thing_rows.things(connection)
        desk.log("read-list", None, "things")
    with_loans = [(thing, [each for each in running if each.thing == thing.id]) for thing in listed]
    facts = [_facts(thing, loans) for thing, loans in with_loans]
    lines = []
    for thing, loans in with_loans:
        lines.append(f"thing {thing.id} ({thing.kind.value}): {thing.label}, {len(loans)} of {thing.terms.places} out")
        lines += [f"  loan {each.id}: member {each.person.number}{_due(each, moment.day)}" for each in loans]
    answer(as_json, {"things": facts}, "\n".join(lines) or "there are no things on the list")


def _facts(thing: Thing, loans: list[Loan]) -> dict[str, object]:
    """Return an item and its loans for programs, as `--json` prints it."""
    out = [{"loan": each.id, "member": each.person.number, "due": each.due_on} for each in loans]
    terms = {"places": thing.terms.places, "minutes": thing.terms.minutes, "days": thing.terms.days}
    return {"thing": thing.id, "kind": thing.kind.value, "label": thing.label, **terms, "loans": out}


def _due(loan: Loan, today: date) -> str:
    """Return when a loan is due back, in words; "" for one without a day."""
    if loan.due_on is None:
        return ""
    return f", due {loan.due_on}{', late' if loan.is_late(today) else ''}"


# Each command by its name: its act, the fields of its JSON, and the sentence that it prints.
act_commands.add(things, "add", acts.add_thing, "thing", "thing {thing}: {label}")
act_commands.add(things, "remove", acts.remove_thing, "thing", "thing {thing} is off the list")
act_commands.add(things, "lend", acts.lend_thing, "thing member", "member {member} has thing {thing}")
act_commands.add(things, "back", acts.thing_back, "loan", "loan {loan} is over")
