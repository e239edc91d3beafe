"""`offices`: who has their registered office here, and the prefect's approval."""

from datetime import date
from pathlib import Path

import click

from kiosk.cli.arguments import Day, answer, json_option
from kiosk.cli.open_office import Office, office
from kiosk.premises.keeping import OfficeRegister
from kiosk.store.premises import office_rows


@click.group()
def offices() -> None:
    """Registered offices here, and the prefect's approval they require."""


def _register(desk: Office) -> OfficeRegister:
    return OfficeRegister.of(desk)


@offices.command(name="list")
@json_option
@click.pass_obj
def list_offices(root: Path, as_json: bool) -> None:
    """List approvals, and current and past registered offices."""
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
    """Record the prefect's approval: its AUTHORITY, NUMBER and dates."""
    with office(root) as desk:
        made = _register(desk).approve(authority, number, from_on, until_on)
    answer(as_json, {"approval": made}, f"approval {made}: {from_on} to {until_on}")


@offices.command()
@click.argument("approval", type=int)
@json_option
@click.pass_obj
def withdraw(root: Path, approval: int, as_json: bool) -> None:
    """Record that an approval was withdrawn or suspended today."""
    with office(root) as desk:
        _register(desk).withdraw(approval)
    answer(as_json, {"approval": approval}, f"approval {approval} is over")


@offices.command(name="add")
@click.argument("name")
@click.argument("from_on", metavar="FROM", type=Day())
@click.option("--until", "until_on", type=Day(), help="Last day, at least three months later; none by default.")
@click.option("--siren", default="", help="Nine digits, once registered.")
@click.option("--member", type=int, help="The contact's member number.")
@json_option
@click.pass_obj
def add_office(
    root: Path, name: str, from_on: date, until_on: date | None, siren: str, member: int | None, as_json: bool
) -> None:
    """Add a registered office FROM a day with a valid approval."""
    with office(root) as desk:
        made = _register(desk).add(name, siren, from_on, until_on, member)
    answer(as_json, {"office": made}, f"office {made}: {name}, from {from_on}")


@offices.command(name="end")
@click.argument("number", metavar="OFFICE", type=int)
@click.argument("until_on", metavar="UNTIL", type=Day())
@json_option
@click.pass_obj
def end_office(root: Path, number: int, until_on: date, as_json: bool) -> None:
    """Record the end of a contract: the registry must be informed."""
    with office(root) as desk:
        _register(desk).end(number, until_on)
    answer(as_json, {"office": number, "until": until_on}, f"office {number} ends on {until_on}: tell the registry")


@offices.command()
@click.argument("number", metavar="OFFICE", type=int)
@json_option
@click.pass_obj
def told(root: Path, number: int, as_json: bool) -> None:
    """Record that the registry was informed today of a contract's end."""
    with office(root) as desk:
        _register(desk).told(number)
    answer(as_json, {"office": number}, f"office {number}: the registry was told")
