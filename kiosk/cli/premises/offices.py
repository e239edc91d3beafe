"""The command `offices`: lists the registered offices here and the prefect's approvals, and records changes."""

from pathlib import Path

import click

from kiosk.cli import act_commands
from kiosk.cli.arguments import answer, json_option
from kiosk.cli.open_office import office
from kiosk.premises import offices as acts
from kiosk.store.premises import office_rows


@click.group()
def offices() -> None:
    """Registered offices here, and the prefect's approval they require."""


@offices.command(name="list")
@json_option
@click.pass_obj
def list_offices(root: Path, as_json: bool) -> None:
    """List approvals, and current and past registered offices."""
    with office(root, writes=False) as desk:  # the line in its log needs no trusted clock
        with desk.home.store.reading() as connection:
            today = desk.rules.at(connection, desk.clock.now())[1].day
            approval_rows, rows = office_rows.approvals(connection), office_rows.offices(connection)
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
        for each in approval_rows
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
        for each in rows
    ]
    lines = [
        f"approval {each.id}: {each.approval.authority}, {each.approval.number}, {each.approval.from_on} to"
        f" {each.approval.until_on}{'' if each.approval.holds(today) else ', not in force'}"
        for each in approval_rows
    ] or ["no approval from the prefect: registered offices are not allowed here"]
    lines += [
        f"office {each.id}: {each.name}, from {each.from_on}{f' to {each.until_on}' if each.until_on else ''}"
        for each in rows
    ]
    answer(as_json, {"approvals": approvals, "offices": facts}, "\n".join(lines))


# Each command by its name: its act, the fields of its JSON, and the sentence that it prints.
act_commands.add(
    offices, "approve", acts.approve, "approval", "approval {approval}: {approval_from} to {approval_until}"
)
act_commands.add(offices, "withdraw", acts.withdraw, "approval", "approval {approval} is over")
act_commands.add(offices, "add", acts.add_office, "office", "office {office}: {name}, from {from}")
act_commands.add(offices, "end", acts.end_office, "office until", "office {office} ends on {until}: tell the registry")
act_commands.add(offices, "told", acts.told_registry, "office", "office {office}: the registry was told")
