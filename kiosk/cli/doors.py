"""The command `doors`: lists and changes the space's doors and sites, shows their state, and makes another machine a
door.

A door's *word* is its last report of how it is. A *standby* is a server that follows the database's. Commands that open
the office with `writes=False` run without a trusted clock, too.
"""

import secrets
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import click
from msgspec import to_builtins

from kiosk.cli.arguments import Day, answer, json_option
from kiosk.cli.open_office import Office, office
from kiosk.devices.clock import HostClock
from kiosk.domain import doors as rules
from kiosk.domain.doors import FIRST, Takes
from kiosk.domain.health.findings import lasting
from kiosk.errors import AnswerIsNo
from kiosk.health import other_doors
from kiosk.health.fleet import fleet_state
from kiosk.health.fleet.fleet_state import Fleet, FleetDoor
from kiosk.health.other_doors import State
from kiosk.setup import door_joining
from kiosk.space.doors import Doors
from kiosk.store import server_facts
from kiosk.store.server_facts import Replica
from kiosk.store.space import door_rows
from kiosk.store.space.door_rows import DoorRow, NewDoor, Word

# A door's state, in words; the moment or the age of its last report follows, where there is one.
_HOW = {
    State.WELL: "well",
    State.NEVER: "has not said how it is",
    State.SILENT: "silent since",
    State.READER: "its reader does not answer",
    State.LOCK: "its lock does not obey",
    State.RECORDS: "lets in, writes nothing for now",
    State.CLOCK: "its clock is not sure",
    State.ILL: "reports a fault: kiosk check there",
}
_TAKES = click.Choice([each.value for each in Takes])


@click.group()
def doors() -> None:
    """The space's doors and sites."""


def _doors(desk: Office) -> Doors:
    """Return the use-case of doors and sites. Codes live for minutes: by the machine's clock, even where the day was
    given in words.
    """
    return Doors(**desk.by(HostClock()).parts, home_id=desk.seal.home_id)


@doors.command(name="list")
@json_option
@click.pass_obj
def list_doors(root: Path, as_json: bool) -> None:
    """List every door, with its site and last report."""
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        rows, reports = door_rows.everyone(connection), door_rows.words(connection)
        now = server_facts.moment(connection, HostClock().now())
    facts = [_facts(each, reports.get(each.id)) for each in rows]
    answer(as_json, {"doors": facts}, "\n".join(_line(each, reports.get(each.id), now) for each in rows))


@doors.command(name="state")
@json_option
@click.pass_obj
def state(root: Path, as_json: bool) -> None:
    """Show the state of every door, the server's standbys and this machine's backups. Exit with 1 where a door is not
    well.
    """
    clock = HostClock()
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        fleet = fleet_state.look(connection, desk.home, clock)
    facts = {
        "ok": fleet.is_well,
        "doors": [_state_facts(each) for each in fleet.doors if not each.is_revoked],
        "standbys": [to_builtins(each) for each in fleet.replicas],
        "copies": None if fleet.copies is None else to_builtins(fleet.copies),
    }
    answer(as_json, facts, "\n".join(_state_lines(fleet, clock.now())))
    if not fleet.is_well:
        raise AnswerIsNo("doors-state")


def _state_facts(door: FleetDoor) -> dict[str, object]:
    """Return a door's present state for programs, as `--json` prints it. `ahead_seconds` is how far its clock is ahead
    of the server's, `spooled` the taps that wait there, the first for `oldest_seconds`, `set_aside` those for the
    treasurer.
    """
    return {
        "door": door.row.id,
        "name": door.row.name,
        "state": door.door.state.value,
        "said_seconds_ago": round(door.door.age_seconds),
        "version": door.fact("version"),
        "reader": door.fact("reader"),
        "lock": door.fact("door"),
        "database": door.fact("database"),
        "clock": door.fact("clock"),
        "ahead_seconds": door.door.ahead_seconds,
        "spooled": door.door.spooled,
        "oldest_seconds": round(door.door.oldest_seconds),
        "set_aside": door.door.set_aside,
    }


def _state_lines(fleet: Fleet, now: datetime) -> Iterator[str]:
    """Yield the state of each door that is not revoked, of each standby and of the backups here, for people."""
    for each in fleet.doors:
        if each.is_revoked:
            continue
        door = each.door
        yield f"door {door.called}: {_HOW[door.state]}, said {lasting(door.age_seconds, 'en')} ago"
        if each.facts:
            yield (
                f"  version {each.fact('version')}, reader {each.fact('reader')}, lock {each.fact('door')},"
                f" records {each.fact('database')}, clock {each.fact('clock')}"
                f"{f' ({door.ahead_seconds:+d} s)' if door.ahead_seconds else ''}"
            )
        if door.spooled or door.set_aside:
            waits = f", the first for {lasting(door.oldest_seconds, 'en')}" if door.spooled else ""
            yield f"  {door.spooled} taps wait{waits}; {door.set_aside} set aside"
    for standby in fleet.replicas:
        yield f"standby {standby.name}: {_behind(standby)}"
    if fleet.copies is not None:
        newest = fleet.copies.newest_at
        age = "" if newest is None else f", the newest {lasting((now - newest).total_seconds(), 'en')} old"
        yield f"copies on this machine: {fleet.copies.count}{age}"


def _behind(standby: Replica) -> str:
    """Return how far a standby is behind the server, in words, and whether a commit waits until it has the data."""
    if standby.lag_bytes is None:
        return "follows; how far behind is told to an account with pg_monitor"
    waits = "commits wait for it" if standby.is_awaited else "no commit waits for it"
    return f"{standby.lag_seconds or 0:.1f} s and {standby.lag_bytes} bytes behind, {waits}"


def _facts(door: DoorRow, word: Word | None) -> dict[str, object]:
    """Return a door and its last report for programs, as `--json` prints it. `said_at` and `facts` are None before a
    door's first report, `revoked_on` while it is in service.
    """
    return {
        "door": door.id,
        "name": door.name,
        "site": door.site,
        "site_name": door.site_name,
        "zone": door.zone,
        "takes": door.takes.value,
        "revoked_on": door.revoked_on,
        "said_at": None if word is None else word.at,
        "facts": None if word is None else dict(word.facts),
    }


def _line(door: DoorRow, word: Word | None, now: datetime) -> str:
    """Return a door and its last report as a line for people."""
    named = f" {door.name}" if door.name else ""
    if door.revoked_on is not None:
        return f"door {door.id}{named}: revoked on {door.revoked_on}"
    state = other_doors.by_word(door.id, door.name, word, now).state
    state_words = _HOW[state] if word is None else f"{_HOW[state]}, said at {word.at:%Y-%m-%d %H:%M} UTC"
    return f"door {door.id}{named}, site {door.site}{f' {door.site_name}' if door.site_name else ''}: {state_words}"


def _of_a_new_door(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that describe a new door to a command."""
    for option in (
        click.option("--takes", type=_TAKES, default="all", show_default=True, help="Whose badges it accepts."),
        click.option("--zone", help="The zone of people using this door; their usual zone by default."),
        click.option("--site", type=click.IntRange(1), default=FIRST, show_default=True),
        click.argument("name"),
    ):
        command = option(command)
    return command


def _new_door(name: str, site: int, zone: str | None, takes: str) -> NewDoor:
    """Return the new door from what was typed."""
    return NewDoor(name, site, zone, Takes(takes))


@doors.command()
@_of_a_new_door
@click.pass_obj
def add(root: Path, name: str, site: int, zone: str | None, takes: str) -> None:
    """Add a door on this machine; kiosk.toml names its reader and pins under [[more_doors]]."""
    with office(root) as desk:
        number = _doors(desk).add_here(_new_door(name, site, zone, takes))
    click.echo(f"door {number} is added: name its reader and its pins in kiosk.toml, [[more_doors]] number = {number}")


@doors.command()
@_of_a_new_door
@click.pass_obj
def code(root: Path, name: str, site: int, zone: str | None, takes: str) -> None:
    """Print a code that makes another machine a door: it works once, within ten minutes."""
    with office(root) as desk:
        shown = rules.shown(_doors(desk).give_code(_new_door(name, site, zone, takes), secrets.token_bytes(32)))
    click.echo(f"on the new machine, within ten minutes: kiosk doors join {shown}")


@doors.command()
@click.argument("code")
@click.pass_obj
def join(root: Path, code: str) -> None:
    """Make this machine the door that the code was given for."""
    from kiosk.badges import proof_keys
    from kiosk.devices import aes

    with office(root) as desk:
        number = door_joining.join(desk.home, _doors(desk), code)
        proof_keys.take(desk.home.paths, desk.home.store, aes)  # the keys by which badges prove themselves at any door
    click.echo(f"this machine is door {number}: restart its entrance")


@doors.command()
@click.argument("number", type=click.IntRange(1))
@click.option("--name", help="The door's name.")
@click.option("--zone", help="The zone of people using this door; '-' for their usual zone.")
@click.option("--takes", type=_TAKES, help="Whose badges it accepts.")
@click.pass_obj
def change(root: Path, number: int, name: str | None, zone: str | None, takes: str | None) -> None:
    """Change a door's name, zone or accepted badges."""
    with office(root) as desk:
        with desk.home.store.reading() as connection:
            door = next((each for each in door_rows.everyone(connection) if each.id == number), None)
        # An unknown number gets empty values here: `change` refuses it with its own error.
        was = NewDoor("") if door is None else NewDoor(door.name, door.site, door.zone, door.takes)
        new_values = NewDoor(
            was.name if name is None else name,
            was.site,
            was.zone if zone is None else None if zone == "-" else zone,
            was.takes if takes is None else Takes(takes),
        )
        _doors(desk).change(number, new_values)
    click.echo(f"door {number} is changed")


@doors.command()
@click.argument("number", type=click.IntRange(1))
@click.pass_obj
def revoke(root: Path, number: int) -> None:
    """Revoke a door for good: it lets no one in and records nothing any more, after a theft or when it is removed."""
    with office(root) as desk:
        _doors(desk).revoke(number)
    click.echo(f"door {number} is revoked; if it has a login of its own on the server, remove that login too")


@doors.command()
@click.argument("name", required=False)
@click.option("--site", type=click.IntRange(1), help="Rename this site, or set its capacity.")
@click.option("--notice", type=click.IntRange(1), help="From how many people cards say it is busy.")
@click.option("--legal", type=click.IntRange(1), help="Legal capacity, in people.")
@click.option("--on", "day", type=Day(), help="Start date; today by default.")
@click.pass_obj
def site(
    root: Path, name: str | None, site: int | None, notice: int | None, legal: int | None, day: date | None
) -> None:
    """List every site; with a name, add one, or rename --site."""
    with office(root) as desk:
        sites_and_doors = _doors(desk)
        if name is not None and site is None:
            site = sites_and_doors.add_site(name)
        elif name is not None and site is not None:
            sites_and_doors.name_site(site, name)
        if site is not None and (notice is not None or legal is not None):
            sites_and_doors.set_capacity(site, notice, legal, day)
        with desk.home.store.reading() as connection:
            sites = door_rows.sites(connection)
    click.echo("\n".join(f"site {number}{f' {called}' if called else ''}" for number, called in sites))
