"""`spots`: whose own a desk of the plan is, lent, taken. `things`: booths, lockers, bicycles, keys. `offices`: who has
their registered office here, and the prefect's approval.

Members stand in here by their numbers alone.
"""

import secrets
from datetime import date
from pathlib import Path

import click

from kiosk.cli.arguments import Day, answer, json_option
from kiosk.cli.open_office import ACTOR, Office, office
from kiosk.domain.premises.floor import Stands
from kiosk.domain.premises.things import Terms, ThingKind
from kiosk.premises import plan
from kiosk.premises.keeping import FloorPlan, OfficeRegister, ThingDesk
from kiosk.premises.plan import Place
from kiosk.store.premises import office_rows, thing_rows
from kiosk.store.premises.thing_rows import Loan, Thing


@click.group()
def spots() -> None:
    """Desks of the plan: whose own they are, lent for a day, taken by somebody."""


def _plan(desk: Office) -> FloorPlan:
    return FloorPlan(store=desk.home.store, rules=desk.rules, clock=desk.clock, actor=ACTOR)


@spots.command(name="list")
@click.option("--on", "day", type=Day(), help="As they stand on this day; without it, today.")
@json_option
@click.pass_obj
def list_spots(root: Path, day: date | None, as_json: bool) -> None:
    """Every desk: whose own it is, and whether it is lent or taken."""
    with office(root, writes=False) as desk:
        with desk.home.store.reading() as connection:
            on = day or desk.rules.at(connection, desk.clock.now())[1].day
            places = [each for each in plan.on_day(connection, on) if each.stands is not Stands.NO_DESK]
        desk.log("read-list", None, f"spots {on}")
    facts = [
        {
            "spot": each.spot.id,
            "label": each.spot.label,
            "state": each.stands.value,
            "holder": None if each.holder is None else each.holder.person.number,
            "taken_by": _taker(each),
        }
        for each in places
    ]
    lines = [f"spot {each.spot.id} ({each.spot.label}): {_stands(each)}" for each in places]
    answer(as_json, {"day": on, "spots": facts}, "\n".join(lines) or "no desk is on the plan")


def _taker(place: Place) -> int | None:
    return None if place.lent is None or place.lent.taken is None else place.lent.taken.number


def _stands(place: Place) -> str:
    own = "nobody's own" if place.holder is None else f"of member {place.holder.person.number}"
    if place.lent is None:
        return own
    taker = _taker(place)
    return f"{own}, lent" if taker is None else f"{own}, lent, taken by member {taker}"


@spots.command()
@click.argument("spot", type=int)
@click.argument("member", type=int)
@click.option("--from", "from_on", type=Day(), help="From this day; without it, today.")
@json_option
@click.pass_obj
def give(root: Path, spot: int, member: int, from_on: date | None, as_json: bool) -> None:
    """Make a desk a member's own."""
    with office(root) as desk:
        _plan(desk).give(spot, member, from_on)
    answer(as_json, {"spot": spot, "member": member}, f"spot {spot} is member {member}'s own")


@spots.command(name="end")
@click.argument("spot", type=int)
@json_option
@click.pass_obj
def end_spot(root: Path, spot: int, as_json: bool) -> None:
    """A desk is nobody's own any more; the days on which it is lent are called off."""
    with office(root) as desk:
        _plan(desk).end(spot)
    answer(as_json, {"spot": spot}, f"spot {spot} is nobody's own")


@spots.command(name="lend")
@click.argument("member", type=int)
@click.argument("day", type=Day())
@click.option("--not", "back", is_flag=True, help="They keep it on that day after all.")
@json_option
@click.pass_obj
def lend_spot(root: Path, member: int, day: date, back: bool, as_json: bool) -> None:
    """A member lends their own desk on a DAY that they are away."""
    with office(root) as desk:
        _plan(desk).lend(member, day, lent=not back)
    said = f"member {member} {'keeps' if back else 'lends'} their desk on {day}"
    answer(as_json, {"member": member, "day": day, "lent": not back}, said)


@spots.command()
@click.argument("member", type=int)
@click.argument("spot", type=int)
@click.argument("day", type=Day())
@json_option
@click.pass_obj
def take(root: Path, member: int, spot: int, day: date, as_json: bool) -> None:
    """Give a lent desk to a member for a DAY."""
    with office(root) as desk:
        _plan(desk).take(member, spot, day)
    answer(as_json, {"member": member, "spot": spot, "day": day}, f"member {member} has spot {spot} on {day}")


@spots.command()
@click.argument("member", type=int)
@click.argument("day", type=Day())
@json_option
@click.pass_obj
def leave(root: Path, member: int, day: date, as_json: bool) -> None:
    """A member leaves the desk that they took for a DAY to others."""
    with office(root) as desk:
        _plan(desk).leave(member, day)
    answer(as_json, {"member": member, "day": day}, f"member {member} has no lent desk on {day}")


@click.group()
def things() -> None:
    """Phone booth, lockers, bicycle shelter, keys: what is lent or taken for minutes, and who has it."""


def _things(desk: Office) -> ThingDesk:
    return ThingDesk(store=desk.home.store, rules=desk.rules, clock=desk.clock, actor=ACTOR)


@things.command(name="list")
@json_option
@click.pass_obj
def list_things(root: Path, as_json: bool) -> None:
    """Every thing, who has it, and when it is due back."""
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
@click.option("--places", type=int, default=1, show_default=True, help="So many have it at once.")
@click.option("--minutes", type=int, help="It is taken for so many minutes.")
@click.option("--days", type=int, help="It is lent for so many days; without either, until it comes back.")
@json_option
@click.pass_obj
def add_thing(
    root: Path, kind: str, label: str, places: int, minutes: int | None, days: int | None, as_json: bool
) -> None:
    """One thing more on the list."""
    terms = Terms(places, minutes, days)
    with office(root) as desk:
        made = _things(desk).add(kind, label, terms)
    answer(as_json, {"thing": made}, f"thing {made}: {label}")


@things.command(name="remove")
@click.argument("thing", type=int)
@json_option
@click.pass_obj
def remove_thing(root: Path, thing: int, as_json: bool) -> None:
    """Take a thing off the list; not while somebody has it."""
    with office(root) as desk:
        _things(desk).remove(thing)
    answer(as_json, {"thing": thing}, f"thing {thing} is off the list")


@things.command(name="lend")
@click.argument("thing", type=int)
@click.argument("member", type=int)
@json_option
@click.pass_obj
def lend_thing(root: Path, thing: int, member: int, as_json: bool) -> None:
    """A member has a thing from now on."""
    with office(root) as desk:
        _things(desk).lend(secrets.token_bytes(16), member, thing)
    answer(as_json, {"thing": thing, "member": member}, f"member {member} has thing {thing}")


@things.command()
@click.argument("loan", type=int)
@json_option
@click.pass_obj
def back(root: Path, loan: int, as_json: bool) -> None:
    """What was lent comes back."""
    with office(root) as desk:
        _things(desk).give_back(loan)
    answer(as_json, {"loan": loan}, f"loan {loan} is over")


@click.group()
def offices() -> None:
    """Registered offices that are given here, and the prefect's approval that this wants."""


def _register(desk: Office) -> OfficeRegister:
    return OfficeRegister(store=desk.home.store, rules=desk.rules, clock=desk.clock, actor=ACTOR)


@offices.command(name="list")
@json_option
@click.pass_obj
def list_offices(root: Path, as_json: bool) -> None:
    """Approvals, and who has or had their registered office here."""
    with office(root, writes=False) as desk:
        with desk.home.store.reading() as connection:
            today = desk.rules.at(connection, desk.clock.now())[1].day
            given, found = office_rows.approvals(connection), office_rows.offices(connection)
        desk.log("read-list", None, "offices")
    approvals = [
        {
            "approval": each.id,
            "authority": each.approval.authority,
            "number": each.approval.number,
            "from": each.approval.from_on,
            "until": each.approval.until_on,
            "ended": each.approval.ended_on,
            "holds": each.approval.holds(today),
        }
        for each in given
    ]
    facts = [
        {
            "office": each.id,
            "name": each.name,
            "siren": each.siren,
            "member": each.member,
            "from": each.from_on,
            "until": each.until_on,
            "registry_told": each.told_on,
        }
        for each in found
    ]
    lines = [
        f"approval {each.id}: {each.approval.authority}, {each.approval.number}, {each.approval.from_on} to"
        f" {each.approval.until_on}{'' if each.approval.holds(today) else ', not in force'}"
        for each in given
    ] or ["no approval of the prefect: nobody may have their registered office here"]
    lines += [
        f"office {each.id}: {each.name}, from {each.from_on}{f' to {each.until_on}' if each.until_on else ''}"
        for each in found
    ]
    answer(as_json, {"approvals": approvals, "offices": facts}, "\n".join(lines))


@offices.command()
@click.argument("authority")
@click.argument("number")
@click.argument("from_on", metavar="FROM", type=Day())
@click.argument("until_on", metavar="UNTIL", type=Day())
@json_option
@click.pass_obj
def approve(root: Path, authority: str, number: str, from_on: date, until_on: date, as_json: bool) -> None:
    """Note the prefect's approval: by which AUTHORITY, its NUMBER, and its days."""
    with office(root) as desk:
        made = _register(desk).approve(authority, number, from_on, until_on)
    answer(as_json, {"approval": made}, f"approval {made}: {from_on} to {until_on}")


@offices.command()
@click.argument("approval", type=int)
@json_option
@click.pass_obj
def withdraw(root: Path, approval: int, as_json: bool) -> None:
    """An approval was withdrawn or suspended today."""
    with office(root) as desk:
        _register(desk).withdraw(approval)
    answer(as_json, {"approval": approval}, f"approval {approval} is over")


@offices.command(name="add")
@click.argument("name")
@click.argument("from_on", metavar="FROM", type=Day())
@click.option("--until", "until_on", type=Day(), help="The last day, three months later at least; without it, none.")
@click.option("--siren", default="", help="Nine digits, once there are some.")
@click.option("--member", type=int, help="The number of whom to ask.")
@json_option
@click.pass_obj
def add_office(
    root: Path, name: str, from_on: date, until_on: date | None, siren: str, member: int | None, as_json: bool
) -> None:
    """Give somebody their registered office here FROM a day on which an approval holds."""
    with office(root) as desk:
        made = _register(desk).add(name, siren, from_on, until_on, member)
    answer(as_json, {"office": made}, f"office {made}: {name}, from {from_on}")


@offices.command(name="end")
@click.argument("number", metavar="OFFICE", type=int)
@click.argument("until_on", metavar="UNTIL", type=Day())
@json_option
@click.pass_obj
def end_office(root: Path, number: int, until_on: date, as_json: bool) -> None:
    """A contract ends on a day: the registry is to be told."""
    with office(root) as desk:
        _register(desk).end(number, until_on)
    answer(as_json, {"office": number, "until": until_on}, f"office {number} ends on {until_on}: tell the registry")


@offices.command()
@click.argument("number", metavar="OFFICE", type=int)
@json_option
@click.pass_obj
def told(root: Path, number: int, as_json: bool) -> None:
    """The registry was told today that a contract ended."""
    with office(root) as desk:
        _register(desk).told(number)
    answer(as_json, {"office": number}, f"office {number}: the registry was told")
