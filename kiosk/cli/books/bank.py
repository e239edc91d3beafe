"""The command `bank`: imports bank statements and HelloAsso's payments, lists their lines with possible matches,
confirms the certain ones.

A file's *shape* is its header or kind: a person confirms its columns once for all files of that shape. Its *letters*
are its text encoding.
"""

from collections.abc import Sequence
from pathlib import Path

import click
from msgspec.structs import replace

from kiosk.books.bank_statements import BankStatements, proposed
from kiosk.cli.arguments import TODAY, answer, json_option
from kiosk.cli.books import bank_words
from kiosk.cli.books.bank_words import Plan
from kiosk.cli.open_office import Office, office
from kiosk.cli.working_day import clock_of
from kiosk.devices.clock import HostClock
from kiosk.domain import amounts
from kiosk.domain.books.statements import bank_files, bank_lines, bank_trust
from kiosk.domain.books.statements.bank_columns import Layout
from kiosk.domain.books.statements.bank_files import Opened
from kiosk.domain.books.statements.bank_proposals import Proposal, Worth
from kiosk.domain.books.statements.bank_trust import Trust
from kiosk.domain.letters import LETTERS
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.members import workbooks
from kiosk.store.books import bank_rows
from kiosk.store.books.bank_rows import StoredLine

_ALL = 1_000_000  # lines: the pages of the desk show fewer at a time


@click.group()
def bank() -> None:
    """Bank statements and HelloAsso payments."""


@bank.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Show what would happen to each line; save nothing.")
@click.option("--columns", help="The meaning of each column, as a dry run guesses it; remembered for similar files.")
@click.option("--letters", type=click.Choice(list(LETTERS)), help="The file's text encoding.")
@click.option(
    "--without-refused", is_flag=True, help="Import the other lines even if lines with an amount are refused."
)
@click.option(
    "--unproved", is_flag=True, help="Accept this file, and similar ones, although nothing proves its amounts."
)
@json_option
@click.pass_obj
def import_file(
    root: Path,
    file: Path,
    dry_run: bool,
    columns: str | None,
    letters: str | None,
    without_refused: bool,
    unproved: bool,
    as_json: bool,
) -> None:
    """Import the new lines of an OFX, CAMT.053, CFONB 120, CSV or workbook file from a bank or payment platform."""
    opened = bank_files.open_(workbooks.as_csv(_content(file)), letters or "")
    with office(root, writes=not dry_run) as desk:
        plan = _plan(desk, opened, columns, letters or "", unproved)
        banking = _banking(desk, writes=not dry_run)
        reading = plan.opened.reading(plan.layout)
        if dry_run:
            report = banking.preview(reading)
        else:
            plan.check()  # refuses amounts that nothing proves, and guessed columns
            layout = plan.opened.confirmed(plan.layout)
            report = banking.import_lines(reading, plan.opened.shape, layout, without_lost=without_refused)
    answer(as_json, bank_words.facts(report, plan, dry_run), bank_words.text(report, plan, dry_run))


def _plan(desk: Office, opened: Opened, columns: str | None, letters: str, unproved: bool) -> Plan:
    """Return how to read the file: by the columns that were typed, as a person confirmed before for files of this
    shape, or as they are guessed. `unproved` accepts a file without columns although nothing proves its amounts.
    """
    if columns is not None and opened.sheet is not None:
        return Plan(opened, replace(Layout.typed(columns), letters=letters), Trust.CONFIRMED, None)
    with desk.home.store.reading() as connection:
        known = bank_rows.layout(connection, opened.shape)
    trust = Trust.CONFIRMED if unproved and opened.sheet is None else bank_trust.of(opened, known)
    guess = None if trust.is_enough or opened.sheet is None else opened.guess()
    return Plan(opened, known, trust, guess)


def _content(file: Path) -> bytes:
    """Return the file's bytes, at most one more than may be imported, so that a longer file is recognised. Raises
    RequestError `import-file`.
    """
    try:
        with file.open("rb") as opened:
            return opened.read(bank_lines.MOST_BYTES + 1)
    except OSError as fault:
        raise RequestError("import-file", f"{file} cannot be read: {fault.strerror}") from None


@bank.command("list")
@click.option("--state", type=click.Choice([*bank_rows.STATES, "all"]), default=bank_rows.OPEN, show_default=True)
@json_option
@click.pass_obj
def list_lines(root: Path, state: str, as_json: bool) -> None:
    """List the lines in a state, newest first, with the possible matches of each."""
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        rows = proposed(connection, bank_rows.page(connection, "" if state == "all" else state, limit=_ALL))
    if not rows:
        raise AnswerIsNo("nothing-found", f"no line of the statement is {state}")
    facts: dict[str, object] = {
        "lines": [
            {"id": line.id, "state": line.state, **bank_words.of_line(line.line), **_best(proposals)}
            for line, proposals in rows
        ]
    }
    answer(as_json, facts, "\n".join(_words(line, proposals) for line, proposals in rows))


def _best(proposals: Sequence[Proposal]) -> dict[str, object]:
    """Return a line's best match for programs, as `--json` prints it under `proposal`; None under it without any."""
    if not proposals:
        return {"proposal": None}
    best = proposals[0]
    accounts = [{"account": account, "amount": amounts.plain(cents)} for account, cents in best.amounts]
    return {
        "proposal": {
            "kind": best.kind.value,
            "worth": best.worth.value,
            "why": [why.value for why in best.why],
            "accounts": accounts,
            "entries": list(best.entries),
        }
    }


def _words(line: StoredLine, proposals: Sequence[Proposal]) -> str:
    """Return a line of the statement for people: id, day, euros and label, with its best match; without one, the reason
    for which it was ignored, or its state.
    """
    says = line.reason or line.state
    if proposals:
        best = proposals[0]
        parts = [f"account {account} {amounts.plain(cents)}" for account, cents in best.amounts]
        parts += [f"entry {entry}" for entry in best.entries]
        says = f"{best.worth.value}: {best.kind.value}, {', '.join(parts)} (by {', '.join(best.why)})"
    return f"{line.id:>6} {line.line.day} {amounts.plain(line.line.cents):>12} {line.line.label[:40]:<40} {says}"


@bank.command("confirm")
@click.argument("lines", metavar="LINE...", nargs=-1, type=int, required=True)
@json_option
@click.pass_obj
def confirm(root: Path, lines: tuple[int, ...], as_json: bool) -> None:
    """Confirm the certain matches of these lines, as `bank list` shows them; decide the others at the desk."""
    with office(root) as desk:
        with desk.home.store.reading() as connection:
            rows = proposed(connection, [bank_rows.one(connection, line) for line in dict.fromkeys(lines)])
        seen = {line.id: proposals[0].said if proposals else "" for line, proposals in rows}
        together = _banking(desk).confirm_sure(seen)  # skips a line whose match is another one by now
    facts = {"done": dict(together.done), "skipped": dict(together.skipped)}
    words = [f"line {line}: entry {entry}" for line, entry in together.done.items()]
    words += [f"line {line}: left [{why}]" for line, why in together.skipped.items()]
    answer(as_json, facts, "\n".join(words))
    if together.skipped:
        count = len(together.skipped)
        raise AnswerIsNo("bank-not-sure", f"{count} lines are not {Worth.SURE.value}, or decided: see the desk")


def _banking(desk: Office, *, writes: bool = True) -> BankStatements:
    """Return the use-case of bank statements. With `writes` the clock must be trusted, or the day given (`--today`).
    Without, as in a dry run, the machine's clock is taken as it is.
    """
    clock = clock_of(desk.home, click.get_current_context().meta[TODAY]) if writes else HostClock()
    return BankStatements.of(desk.by(clock))
