"""`things`: booths, lockers, bicycles, keys, and their borrowers."""

import secrets
from datetime import date
from pathlib import Path

import click

from kiosk.cli.arguments import answer, json_option
from kiosk.cli.open_office import Office, office
from kiosk.domain.premises.things import Terms, ThingKind
from kiosk.premises.keeping import ThingDesk
from kiosk.store.premises import thing_rows
from kiosk.store.premises.thing_rows import Loan, Thing


@click.group()
def things() -> None:
    """Items: phone booth, lockers, bicycle shelter, keys, and who has them."""


def _things(desk: Office) -> ThingDesk:
    return ThingDesk.of(desk)


@things.command(name="list")
@json_option
@click.pass_obj
def list_things(root: Path, as_json: bool) -> None:
    """List every item, its borrower, and when it is due back."""
    with office(root, writes=False) as desk:
        with desk.home.store.reading() as connection:
            moment = desk.rules.at(connection, desk.clock.now())[1]
            running = thing_rows.running(connection, moment.at)
            listed = thing_rows.things(connection)
        desk.log("read-list", None, "things")
    found = [(one, [each for each in running if each.thing == one.id]) for one in listed]
    facts = [_facts(one, loans) for one, loans in found]
    lines = []
    for one, loans in found:
        lines.append(f"thing {one.id} ({one.kind.value}): {one.label}, {len(loans)} of {one.terms.places} out")
        lines += [f"  loan {each.id}: member {each.person.number}{_due(each, moment.day)}" for each in loans]
    answer(as_json, {"things": facts}, "\n".join(lines) or "there are no things on the list")


def _facts(one: Thing, loans: list[Loan]) -> dict[str, object]:
    out = [{"loan": each.id, "member": each.person.number, "due": each.due_on} for each in loans]
    terms = {"places": one.terms.places, "minutes": one.terms.minutes, "days": one.terms.days}
    return {"thing": one.id, "kind": one.kind.value, "label": one.label, **terms, "loans": out}


def _due(one: Loan, today: date) -> str:
    if one.due_on is None:
        return ""
    return f", due {one.due_on}{', late' if one.is_late(today) else ''}"


@things.command(name="add")
@click.argument("kind", type=click.Choice([each.value for each in ThingKind]))
@click.argument("label")
@click.option("--places", type=int, default=1, show_default=True, help="How many people can have it at once.")
@click.option("--minutes", type=int, help="For how many minutes it is taken.")
@click.option("--days", type=int, help="For how many days it is lent; until returned by default.")
@json_option
@click.pass_obj
def add_thing(
    root: Path, kind: str, label: str, places: int, minutes: int | None, days: int | None, as_json: bool
) -> None:
    """Add an item."""
    terms = Terms(places, minutes, days)
    with office(root) as desk:
        made = _things(desk).add(kind, label, terms)
    answer(as_json, {"thing": made}, f"thing {made}: {label}")


@things.command(name="remove")
@click.argument("thing", type=int)
@json_option
@click.pass_obj
def remove_thing(root: Path, thing: int, as_json: bool) -> None:
    """Remove an item; not while someone has it."""
    with office(root) as desk:
        _things(desk).remove(thing)
    answer(as_json, {"thing": thing}, f"thing {thing} is off the list")


@things.command(name="lend")
@click.argument("thing", type=int)
@click.argument("member", type=int)
@json_option
@click.pass_obj
def lend_thing(root: Path, thing: int, member: int, as_json: bool) -> None:
    """Lend an item to a member from now on."""
    with office(root) as desk:
        _things(desk).lend(secrets.token_bytes(16), member, thing)
    answer(as_json, {"thing": thing, "member": member}, f"member {member} has thing {thing}")


@things.command()
@click.argument("loan", type=int)
@json_option
@click.pass_obj
def back(root: Path, loan: int, as_json: bool) -> None:
    """Record the return of an item."""
    with office(root) as desk:
        _things(desk).give_back(loan)
    answer(as_json, {"loan": loan}, f"loan {loan} is over")
