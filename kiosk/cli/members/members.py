"""The command `members`: the secretary's work without a browser."""

from pathlib import Path

import click

from kiosk.cli.arguments import Uid, answer, json_option
from kiosk.cli.members.member_files import export_files, import_file
from kiosk.cli.open_office import office
from kiosk.domain import amounts
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.members import contacts
from kiosk.domain.money.endings import Way
from kiosk.language import catalogues
from kiosk.members.enrolment import Application
from kiosk.store.members import members as store_members
from kiosk.store.members.members import Member


@click.group()
def members() -> None:
    """Members of the association."""


members.add_command(import_file)
members.add_command(export_files)


@members.command()
@click.option("--name", required=True, help="First and last name.")
@click.option(
    "--plan", default="itinerant", show_default=True, help="itinerant, permanent, free, or one of your own plans."
)
@click.option("--badge", type=Uid(), help="The number of a badge to give at once.")
@click.option("--email")
@click.option("--shown", help="The name on the door's screen; the first word of the name by default.")
@click.option(
    "--language",
    type=click.Choice(catalogues.offered()),
    help="Language of their cards; the kiosk's language by default.",
)
@click.option(
    "--no-tab", is_flag=True, help="Under 18, or at the office's request: the door only accepts payment in advance."
)
@json_option
@click.pass_obj
def add(
    root: Path,
    name: str,
    plan: str,
    badge: BadgeRead | None,
    email: str | None,
    shown: str | None,
    language: str | None,
    no_tab: bool,
    as_json: bool,
) -> None:
    """Enrol a member: number, membership from today with its fee on the tab, the plan's first period, badge."""
    application = Application(
        name=name,
        plan=plan,
        badge=badge,
        email=contacts.email(email),
        shown_name=shown,
        language=language,
        no_tab=no_tab,
    )
    with office(root) as desk:
        member = desk.enrolment.add(application)
    words = f"member {member.number}: {member.name}, {member.plan}, owes {amounts.plain(member.balance_cents)} EUR"
    answer(as_json, _facts(member), words)


def _facts(member: Member) -> dict[str, object]:
    """Return a member for programs, as `--json` prints it."""
    return {
        "member": member.number,
        "name": member.name,
        "shown": member.shown_name,
        "plan": member.plan,
        "email": member.email,
        "joined": member.joined_on,
        "left": member.left_on,
        "balance": amounts.plain(member.balance_cents),
        "no_tab": member.no_tab,
    }


@members.command("list")
@json_option
@click.pass_obj
def list_members(root: Path, as_json: bool) -> None:
    """List everyone by number, including former members."""
    with office(root, writes=False) as desk:  # the line in its log needs no trusted clock
        with desk.home.store.reading() as connection:
            everyone = store_members.everyone(connection)
        desk.log("read-list", None, "members")
    rows = [
        f"{m.number:>5}  {m.name:<30}  {m.plan:<10}  {amounts.plain(m.balance_cents):>9}  {m.left_on or ''}".rstrip()
        for m in everyone
    ]
    answer(as_json, {"members": [_facts(m) for m in everyone]}, "\n".join(rows) or "no members yet: kiosk members add")


@members.command()
@click.argument("number", metavar="MEMBER", type=int)
@json_option
@click.pass_obj
def show(root: Path, number: int, as_json: bool) -> None:
    """Show a member's file."""
    with office(root, writes=False) as desk:
        with desk.home.store.reading() as connection:
            facts = _facts(store_members.by_number(connection, number))
        desk.log("read-file", number)
    answer(as_json, facts, "\n".join(f"{key:>8}  {'' if value is None else value}" for key, value in facts.items()))


@members.command()
@click.argument("number", metavar="MEMBER", type=int)
@click.option(
    "--ends",
    type=click.Choice([each.value for each in Way]),
    default=Way.PAID.value,
    show_default=True,
    help="When: at the end of what is paid, today with a pro rata credit, or now.",
)
@json_option
@click.pass_obj
def leave(root: Path, number: int, ends: str, as_json: bool) -> None:
    """Record a departure, today or at the end of what is paid: from then on their badges no longer work."""
    with office(root) as desk:
        member = desk.enrolment.leave(number, Way(ends))
    answer(as_json, _facts(member), f"member {number} leaves: from {member.left_on} on their badges open nothing")


@members.command()
@click.argument("number", metavar="MEMBER", type=int)
@click.option("--plan", help="A different plan.")
@json_option
@click.pass_obj
def back(root: Path, number: int, plan: str | None, as_json: bool) -> None:
    """Record a return, under the same number; a membership is sold if none is valid."""
    with office(root) as desk:
        member = desk.enrolment.come_back(number, plan)
    words = (
        f"member {member.number} is back: {member.name}, {member.plan}, owes {amounts.plain(member.balance_cents)} EUR"
    )
    answer(as_json, _facts(member), words)


@members.command("plan")
@click.argument("number", metavar="MEMBER", type=int)
@click.argument("plan")
@click.option(
    "--ends",
    type=click.Choice([each.value for each in Way]),
    default=Way.PAID.value,
    show_default=True,
    help="How the previous plan ends: at the end of what is paid, today with a pro rata credit, or now.",
)
@json_option
@click.pass_obj
def change_plan(root: Path, number: int, plan: str, ends: str, as_json: bool) -> None:
    """Change a member's plan; its first period goes on the tab when it starts."""
    with office(root) as desk:
        member = desk.enrolment.change_plan(number, plan, Way(ends))
    words = f"member {member.number} has the plan {member.plan}, owes {amounts.plain(member.balance_cents)} EUR"
    answer(as_json, _facts(member), words)


@members.command()
@click.argument("kept", metavar="KEPT", type=int)
@click.argument("other", metavar="OTHER", type=int)
@json_option
@click.pass_obj
def merge(root: Path, kept: int, other: int, as_json: bool) -> None:
    """Merge two files of one person: OTHER points to KEPT from now on. Entries stay where they are."""
    with office(root) as desk:
        desk.files.merge_by_two(kept, other, desk.acts_by_two)  # a command waits for no second officer
        with desk.home.store.reading() as connection:
            member = store_members.by_number(connection, kept)
    answer(as_json, _facts(member), f"number {other} leads to member {member.number} now: {member.name}")


@members.command()
@click.argument("kept", metavar="KEPT", type=int)
@json_option
@click.pass_obj
def split(root: Path, kept: int, as_json: bool) -> None:
    """Undo the last merge into a file, as long as nothing was recorded since."""
    with office(root) as desk:
        other = desk.files.split(kept)
    answer(as_json, {"member": kept, "apart": other}, f"member {other} has a file apart from {kept} again")
