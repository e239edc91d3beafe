"""The commands `archive`, which writes a closed year as one signed file, and `heads`, which shows the control codes and
their recipients.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from msgspec.structs import replace

from kiosk.books.archiving import Archives, file_name
from kiosk.books.chain_heads import Heads
from kiosk.cli.arguments import TODAY, answer, json_option
from kiosk.cli.open_office import ACTOR, Office, office
from kiosk.cli.working_day import clock_of
from kiosk.domain.books import head_notes
from kiosk.errors import MachineError
from kiosk.store.books import head_rows
from kiosk.store.officers import desk_users

_SHOWN = 12  # closings that `heads list` shows


@click.command()
@click.argument("year", type=click.IntRange(2000, 9999))
@click.option(
    "--output", type=click.Path(path_type=Path), help="Output file, or a folder for it; this folder by default."
)
@json_option
@click.pass_obj
def archive(root: Path, year: int, output: Path | None, as_json: bool) -> None:
    """Write the signed archive of the closed fiscal year starting in YEAR, with its own verifier inside.

    The chain, the closings and the documents are verified first; nothing is signed if there is a fault.
    """
    with office(root, writes=False) as desk:  # the next line asks for a trusted clock
        clock = clock_of(desk.home, click.get_current_context().meta[TODAY])
        archives = Archives(home=desk.home, rules=desk.rules, clock=clock, actor=ACTOR)
        year_to_archive = archives.find(year)
        target = output or Path()
        target = target / file_name(year_to_archive) if target.is_dir() else target
        with _progress(archives.steps(year_to_archive)) as step, _faults(target):
            draft = target.with_name(f".{target.name}.part")
            try:
                with draft.open("w+b") as file:
                    signed = archives.make(year_to_archive, file, step)
                draft.replace(target)
            finally:
                draft.unlink(missing_ok=True)
        desk.log("export", what=f"archive {year_to_archive.span.name}")
    facts: dict[str, object] = {
        "file": str(target),
        "entries": signed.entries,
        "key": signed.fingerprint,
        "new_key": signed.is_new_key,
    }
    new = "\na new key signs from now on: note its fingerprint elsewhere" if signed.is_new_key else ""
    words = f"{target}: {signed.entries} entries; key {signed.fingerprint}{new}"
    answer(as_json, facts, words)


@contextmanager
def _progress(length: int) -> Iterator[Callable[[int], object]]:
    """Show a progress bar of `length` entries on a terminal, on stderr; give the function that advances it."""
    if not sys.stderr.isatty():
        yield lambda entries: None
        return
    with click.progressbar(length=length, label="archive", file=sys.stderr, update_min_steps=500) as bar:
        yield bar.update


@contextmanager
def _faults(target: Path) -> Iterator[None]:
    """Turn a fault of writing into MachineError `output`."""
    try:
        yield
    except OSError as fault:
        raise MachineError("output", f"{target} cannot be written: {fault.strerror}") from None


@click.group()
def heads() -> None:
    """Control codes: the latest ones, and their recipients."""


@heads.command("list")
@json_option
@click.pass_obj
def list_heads(root: Path, as_json: bool) -> None:
    """List the control codes of the latest closings, newest first, to note elsewhere; and their recipients."""
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        officers = [officer.email for officer in head_rows.recipients(connection)]
        closed = head_rows.last_closings(connection, _SHOWN)
    rows = [
        {
            "kind": closing.kind.value,
            "until": closing.until_on,
            "entry": closing.entry,
            "mac": closing.mac.hex(),
        }
        for closing in closed
    ]
    lines = [
        f"{closing.kind.value:<6}{closing.until_on}  {head_notes.head_note(closing.entry, closing.mac)}"
        for closing in closed
    ]
    recipients_line = f"sent to {', '.join(officers)}" if officers else "no recipients yet: run kiosk heads recipients"
    answer(as_json, {"recipients": officers, "heads": rows}, "\n".join([*lines, recipients_line]))


@heads.command("recipients")
@click.argument("emails", metavar="EMAIL EMAIL...", nargs=-1, required=True)
@json_option
@click.pass_obj
def choose_recipients(root: Path, emails: tuple[str, ...], as_json: bool) -> None:
    """Choose the officers to receive the control codes from now on, at least two; an entry records it."""
    with office(root, writes=False) as desk:  # the clock is asked below, once the addresses are known
        ids = _ids(desk, emails)
        clock = clock_of(desk.home, click.get_current_context().meta[TODAY])
        # On the command line `second` asks no officer: the act is done at once, and officers are told of it.
        second = replace(desk.acts_by_two, clock=clock)
        chosen = Heads(home=desk.home, rules=desk.rules, clock=clock, actor=ACTOR, second=second).choose(ids)
    names = [officer.email for officer in chosen.officers]
    entry = None if chosen.again else chosen.entry
    words = f"heads go to {', '.join(names)}" + (" already" if chosen.again else f": entry {chosen.entry}")
    answer(as_json, {"recipients": names, "entry": entry}, words)


def _ids(desk: Office, emails: tuple[str, ...]) -> list[int]:
    """Return the ids of officers by their addresses. Raises RequestError for an address without an account."""
    with desk.home.store.reading() as connection:
        return [desk_users.by_email(connection, email).id for email in emails]
