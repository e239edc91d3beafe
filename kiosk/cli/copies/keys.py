"""The command `keys`: makes, prints and tests the identity that opens sealed backups, and renews keys after a theft."""

import sys
from datetime import date, timedelta
from pathlib import Path

import click

from kiosk import home
from kiosk.cli.arguments import Day, answer, json_option
from kiosk.cli.open_office import office
from kiosk.devices.clock import HostClock
from kiosk.errors import MachineError
from kiosk.exports import keys_sheet
from kiosk.jobs.copies import key_renewal, paper_keys, sealing
from kiosk.store.space import book_rules

_LONGEST = 4096  # characters that are read of the input: many times an identity with its comments
_KNOWN_AGAIN = timedelta(days=90)  # during which badges are still recognised by the old key
_identity = click.option(
    "--identity", type=click.Path(path_type=Path), required=True, help="The file created by `kiosk keys new`."
)


@click.group()
def keys() -> None:
    """Keys on paper, which open encrypted backups and stay on no machine; and what to do after a theft."""


@keys.command("new")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="Output file, ideally in /dev/shm.")
@click.option("--write", "is_written", is_flag=True, help="Set its recipient in kiosk.toml.")
@json_option
@click.pass_obj
def new(root: Path, output: Path, is_written: bool, as_json: bool) -> None:
    """Create an identity, to print and take away; this machine keeps only its recipient."""
    paths = home.find(root)
    recipient = paper_keys.new(paths, output)
    line = f'recipient = "{recipient}"'
    before = paper_keys.write_recipient(paths, recipient) if is_written else ""
    words = [f"{output}: the identity. Print it (kiosk keys sheet), twice, then take the file away"]
    words.append(f"kiosk.toml says now: {line}" if is_written else f"write into kiosk.toml, below [backup]: {line}")
    if before not in ("", recipient):
        words.append(f"copies made until now are opened by the paper copy of {before}: keep that, too")
    answer(as_json, {"identity": str(output), "recipient": recipient, "written": is_written}, "\n".join(words))


@keys.command("sheet")
@_identity
@click.option("--output", type=click.Path(path_type=Path), required=True, help="Output PDF, ideally in /dev/shm.")
@click.option("--delete", "is_deleted", is_flag=True, help="Shred the identity file once the PDF is written.")
@click.pass_obj
def sheet(root: Path, identity: Path, output: Path, is_deleted: bool) -> None:
    """Write the sheet of keys: the identity to read and scan, what it opens, where to keep it."""
    text, recipient = sealing.identity_of(identity), sealing.recipient_of(identity)
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        today = desk.clock.now().astimezone(desk.home.config.zone).date()
        association = book_rules.read(connection, today).association
        name, training = association.get("name", ""), desk.home.training
    keys_paper = keys_sheet.KeysSheet(
        association=name, identity=text, recipient=recipient, made_on=today, training=training
    )
    paper_keys.write_secret(output, keys_sheet.pdf(keys_paper))
    click.echo(f"{output}: print it twice, look at both, then take it away: shred -u {output.name}")
    if is_deleted:
        paper_keys.shred(identity)
        click.echo(f"{identity}: gone")
    else:
        click.echo(f"{identity}: take it away, too, once the paper is printed: shred -u {identity.name}")


@keys.command("test")
@click.option("--identity", type=click.Path(path_type=Path), help="The identity file; asked for by default.")
@json_option
@click.pass_obj
def test(root: Path, identity: Path | None, as_json: bool) -> None:
    """Open the latest backup's keys with the keys on paper, typed, scanned or in a file: once a year."""
    with home.opened(root) as opened:
        if identity is not None:
            copy = paper_keys.test(opened, HostClock(), identity)
        else:
            with sealing.held(_typed()) as held:
                copy = paper_keys.test(opened, HostClock(), held)
    answer(as_json, {"ok": True, "copy": str(copy)}, f"the paper copy opens {copy.name}, and its keys are the home's")


@keys.command("renew")
@click.option(
    "--chain", "with_chain", is_flag=True, help="Also renew the key of entries: the entrance and the desk are stopped."
)
@click.option(
    "--badges", "with_badges", is_flag=True, help="Also renew the key of badges: the entrance and the desk are stopped."
)
@click.option(
    "--until", type=Day(), help="The last day on which badges are recognised by the old key (default: in 90 days)."
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@json_option
@click.pass_obj
def renew(root: Path, with_chain: bool, with_badges: bool, until: date | None, yes: bool, as_json: bool) -> None:
    """After a theft: void the desk's passwords, second factors, sessions and links, and members' codes.

    A new link is printed for each account. With --chain, an entry records that later entries have a new key. With
    --badges, each badge is recognised at its next tap, up to a day; after that day, by the new key only.
    """
    from kiosk import desk as program  # the pages' modules come with it

    if not yes:
        click.confirm("every officer will need a new link, and members a new code: go on?", abort=True, err=True)
    entry, today = None, HostClock().now().date()
    until = until or today + _KNOWN_AGAIN
    if until < today:
        raise click.BadParameter(f"{until} is over: badges have to be known again first", param_hint="--until")
    if with_badges:
        with home.opened(root) as opened:
            key_renewal.renew_badges(opened, HostClock(), until)
    if with_chain:
        with home.opened(root) as opened:
            entry = key_renewal.renew_chain(opened, HostClock())
    with home.opened(root) as opened:  # opened again, to write with the new keys
        done = key_renewal.renew(opened, HostClock())
        links = {officer.email: program.link(opened, officer.id) for officer in done.officers}
    words = [f"{email}: {link}" for email, link in links.items()]
    words.append(f"{done.codes} codes for a forgotten badge are taken away")
    words += [] if entry is None else [f"from entry {entry} on, entries are sealed with a new key"]
    if with_badges:
        words.append(f"badges are known again at their next tap, up to {until}; after it by the new key alone")
    words.append("restart the desk now: systemctl restart kiosk-desk; each link is good once, for three days")
    facts = {"links": links, "codes": done.codes, "chain": entry, "badges_until": until if with_badges else None}
    answer(as_json, facts, "\n".join(words))


def _typed() -> str:
    """Return the identity that opens backups: typed unseen at a terminal, else read from the input, to its end or to
    `_LONGEST`. Raises MachineError `output` where the input cannot be read.
    """
    if sys.stdin.isatty():
        return str(click.prompt("AGE-SECRET-KEY-1", hide_input=True, err=True))
    try:
        return sys.stdin.read(_LONGEST)
    except (OSError, UnicodeDecodeError) as fault:
        raise MachineError("output", f"nothing could be read: {fault}") from None
