"""The command `spots`: lists the desks on the plan with their holders, and records lent days and borrowers."""

from datetime import date
from pathlib import Path

import click

from kiosk.cli import act_commands
from kiosk.cli.arguments import Day, answer, json_option
from kiosk.cli.open_office import office
from kiosk.domain.premises.floor import Stands
from kiosk.fields import MemberRef
from kiosk.premises import plan
from kiosk.premises import spots as acts
from kiosk.premises.plan import Place
from kiosk.premises.spots import DeskDay


@click.group()
def spots() -> None:
    """Desks on the plan: assigned, lent for a day, taken."""


@spots.command(name="list")
@click.option("--on", "day", type=Day(), help="The date to show; today by default.")
@json_option
@click.pass_obj
def list_spots(root: Path, day: date | None, as_json: bool) -> None:
    """List every desk: its holder, and whether it is lent or taken."""
    with office(root, writes=False) as desk:  # the line in its log needs no trusted clock
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
    """Return the number of the member that took a lent desk; None for a desk that is not lent, or not taken."""
    return None if place.lent is None or place.lent.taken is None else place.lent.taken.number


def _stands(place: Place) -> str:
    """Return a desk's holder, and whether it is lent and taken, in words."""
    holder = "no holder" if place.holder is None else f"of member {place.holder.person.number}"
    if place.lent is None:
        return holder
    taker = _taker(place)
    return f"{holder}, lent" if taker is None else f"{holder}, lent, taken by member {taker}"


@spots.command(name="lend")
@click.argument("member", type=int)
@click.argument("day", type=Day())
@click.option("--not", "back", is_flag=True, help="They keep it on that day after all.")
@json_option
@click.pass_obj
def lend_spot(root: Path, member: int, day: date, back: bool, as_json: bool) -> None:
    """Lend a member's own desk on a DAY they are away."""
    with office(root) as desk:
        (acts.keep_desk if back else acts.lend_desk)(desk, DeskDay(MemberRef(member), day))
    line = f"member {member} {'keeps' if back else 'lends'} their desk on {day}"
    answer(as_json, {"member": member, "day": day, "lent": not back}, line)


# Each command by its name: its act, the fields of its JSON, and the sentence that it prints.
act_commands.add(spots, "give", acts.give_spot, "spot member", "spot {spot} is member {member}'s own")
act_commands.add(spots, "end", acts.end_spot, "spot", "spot {spot} has no holder now")
act_commands.add(spots, "take", acts.take_desk, "member spot day", "member {member} has spot {spot} on {day}")
act_commands.add(spots, "leave", acts.leave_desk, "member day", "member {member} has no lent desk on {day}")
