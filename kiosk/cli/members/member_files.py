"""The commands `members import` and `members export`: read and write the list of members as a spreadsheet."""

from pathlib import Path

import click

from kiosk.books.exports import ExportRequest, Form
from kiosk.cli.arguments import answer, json_option
from kiosk.cli.books import exports
from kiosk.cli.books.exports import form_option, output_option
from kiosk.cli.open_office import office
from kiosk.devices.clock import HostClock
from kiosk.domain import spreadsheet
from kiosk.domain.members import file_columns
from kiosk.domain.members.matching import Outcome, Proposal, Row
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.exports import refused
from kiosk.members import workbooks
from kiosk.members.member_import import ImportRequest

_WORDS = {Outcome.NEW: "new", Outcome.CHANGED: "changed", Outcome.SAME: "unchanged", Outcome.REFUSED: "refused"}


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Show every change line by line; change nothing.")
@click.option("--plan", default="itinerant", show_default=True, help="Plan of new people whose row has none.")
@click.option(
    "--fee", is_flag=True, help="New people without a membership end date start today, with the fee on their tab."
)
@json_option
@click.pass_obj
def import_file(root: Path, file: Path, dry_run: bool, plan: str, fee: bool, as_json: bool) -> None:
    """Import members from a CSV or workbook with a header in French or English: all or nothing."""
    table = spreadsheet.read(workbooks.as_csv(_content(file)))
    wish = ImportRequest(table, file_columns.guess(table), plan, fee)
    with office(root, writes=not dry_run) as desk:
        proposal = desk.imports.propose(wish)
        if not dry_run and not proposal.refused:
            proposal = desk.imports.apply(wish)
    counts = {word: proposal.counts.get(outcome, 0) for outcome, word in _WORDS.items()}
    facts = {**counts, "done": not dry_run and not proposal.refused, "lines": [_facts(row) for row in proposal.rows]}
    answer(as_json, facts, _told(proposal, ", ".join(f"{count} {word}" for word, count in counts.items()), dry_run))
    if proposal.refused:
        text = f"{len(proposal.refused)} of {len(proposal.rows)} lines are refused: nothing is changed"
        raise RequestError("import-refused", text)


def _content(file: Path) -> bytes:
    """Return the file's bytes, at most one more than may be imported, so that a longer file is recognised. Raises
    RequestError `import-file`.
    """
    try:
        with file.open("rb") as opened:
            return opened.read(spreadsheet.MOST_BYTES + 1)
    except OSError as fault:
        raise RequestError("import-file", f"{file} cannot be read: {fault.strerror}") from None


def _told(proposal: Proposal, counts: str, dry_run: bool) -> str:
    """Return the import for people: every line that changes or is refused, then the counts."""
    lines = [_line(row) for row in proposal.rows if row.outcome is not Outcome.SAME]
    return "\n".join([*lines, f"{counts}{' (nothing is changed: --dry-run)' if dry_run else ''}"])


def _line(import_line: Row) -> str:
    """Return what an import line does, for people: refused and why, a new person's fields, or a member's changes."""
    where = f"line {import_line.line.number}: "
    if import_line.outcome is Outcome.REFUSED:
        return f"{where}refused: {refused.reason(import_line, 'en')}"
    if import_line.person is None:
        return f"{where}new: {', '.join(f'{change.field} {change.new}' for change in import_line.changes)}"
    changes = ", ".join(f"{change.field} {change.old or '(nothing)'} -> {change.new}" for change in import_line.changes)
    return f"{where}member {import_line.person.number}, {import_line.person.name}: {changes}"


def _facts(import_line: Row) -> dict[str, object]:
    """Return what an import line does for programs, as `--json` prints it. `member` is None for a new person, `reason`
    (a code) and `says` for a line that is not refused.
    """
    return {
        "line": import_line.line.number,
        "outcome": _WORDS[import_line.outcome],
        "member": None if import_line.person is None else import_line.person.number,
        "name": import_line.name,
        "changes": [{"field": change.field, "old": change.old, "new": change.new} for change in import_line.changes],
        "reason": import_line.reason or None,
        "says": refused.reason(import_line, "en") if import_line.reason else None,
    }


@click.command("export")
@form_option
@output_option
@click.pass_obj
def export_files(root: Path, form: str, output: Path | None) -> None:
    """Export the files of current members, without money, as `members import` reads them."""
    with office(root, writes=False) as desk:
        with desk.home.store.reading() as connection:
            today = desk.rules.at(connection, HostClock().now())[1].day
        # Files as they are today: a list of how things stand has no period.
        count = exports.write(desk, ExportRequest("member-files", today, today), Form(form), output)
    if not count:
        raise AnswerIsNo("nothing-found", "no members yet: kiosk members add")
