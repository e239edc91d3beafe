"""The command `rgpd`: exports and erases a person's data, applies retention rules, and writes the notice
at the door.
"""

import os
from datetime import timedelta
from pathlib import Path

import click

from kiosk.books.due import Due, DuePass
from kiosk.cli.arguments import answer, json_option
from kiosk.cli.open_office import Office, office
from kiosk.domain import amounts, keeping
from kiosk.errors import MachineError, RequestError
from kiosk.exports.members import personal_page
from kiosk.exports.notice_pdf import notice_pages, notice_pdf, notice_text
from kiosk.members.personal_data import PersonalFiles
from kiosk.space import door_sheet
from kiosk.store.members import erasure
from kiosk.store.members.erasure import OverdueFile


@click.group()
def rgpd() -> None:
    """Personal data: exporting it, erasing it, how long it is kept, the door's notice."""


@rgpd.command("export")
@click.argument("member", type=int)
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="A folder for the page and the JSON.")
@click.pass_obj
def export_member(root: Path, member: int, output: Path | None) -> None:
    """Export everything known about a member: a page to read and a JSON file; without --output, print the JSON."""
    with office(root) as desk:
        personal_file = _files(desk).export(member)
        words = personal_page.Words(desk.home.config.language, desk.home.config.zone, personal_file.names)
    if output is None:
        click.echo(personal_file.as_json(), nl=False)
        return
    name = f"{personal_file.made_on:%Y%m%d}-{member:04d}"
    page = personal_page.html(personal_file.name, personal_file.made_on, personal_file.sections, words)
    for path, text in ((output / f"{name}.json", personal_file.as_json()), (output / f"{name}.html", page)):
        _write(path, text.encode())
        click.echo(str(path))


@rgpd.command("erase")
@click.argument("member", type=int)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation; this cannot be undone.")
@json_option
@click.pass_obj
def erase_member(root: Path, member: int, yes: bool, as_json: bool) -> None:
    """Erase a former member's data, as far as the accounts allow: entries keep the number, a day and an amount.

    Earlier backups still have the data until they expire; after a restore it is erased again.
    """
    with office(root) as desk:
        if not yes:
            click.confirm(f"erase the file of member {member} for ever?", abort=True)
        done = _files(desk).erase(member)
    numbers = ", ".join(str(number) for number in done.numbers)
    facts = {"numbers": list(done.numbers), "texts": done.texts, "kept": dict(done.kept), "in_log": done.in_log}
    summary = f"erased: {numbers}; {done.texts} other texts had the name. Note the number on paper, too"
    if done.kept:
        named = ", ".join(f"{place} ({count})" for place, count in sorted(done.kept.items()))
        summary += f"\nthe name still stands in what is kept by law, or is another's: {named}"
    if done.in_log:
        summary += "\nits bytes are still in the database: sudo kiosk due takes them out, kiosk check tells"
    answer(as_json, facts, summary)


@rgpd.command("purge")
@click.option("--dry-run", is_flag=True, help="Show what would be erased; erase nothing.")
@json_option
@click.pass_obj
def purge(root: Path, dry_run: bool, as_json: bool) -> None:
    """Erase data that was kept long enough. `kiosk due` does this once a day."""
    with office(root) as desk:
        due = Due(**desk.sealing)
        counts = due.would_forget() if dry_run else _forgotten(due)
    would = "would be forgotten" if dry_run else "forgotten"
    lines = [f"{count:>6}  {name}" for name, count in counts.items()]
    answer(as_json, {"dry_run": dry_run, "forgotten": counts}, "\n".join([*lines, would]))


@rgpd.command("list")
@json_option
@click.pass_obj
def list_erased(root: Path, as_json: bool) -> None:
    """List erased members by number, for a restore from an earlier backup when nothing else survives."""
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        erased = erasure.numbers(connection)
    facts: dict[str, object] = {"erased": [{"number": number, "on": on} for number, on in erased]}
    answer(as_json, facts, "\n".join(f"{number:>6}  {on}" for number, on in erased) or "no erased members")


@rgpd.command("overdue")
@json_option
@click.pass_obj
def list_overdue(root: Path, as_json: bool) -> None:
    """List files due for erasure except for an unsettled account: members gone for three years, and what is open.

    Refund an advance (`refund`), or write off what is owed (`write-off`): the next `kiosk due` then erases the file.
    """
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        _, moment = desk.rules.at(connection, desk.clock.now())
        files = erasure.overdue(connection, moment.day - timedelta(days=keeping.FILE_DAYS))
    facts: dict[str, object] = {
        "overdue": [
            {"number": each.number, "left_on": each.left_on, "balance": amounts.plain(each.balance_cents)}
            for each in files
        ]
    }
    lines = [
        f"{each.number:>6}  left on {each.left_on}, {amounts.plain(each.balance_cents):>9} EUR: kiosk {_command(each)}"
        for each in files
    ]
    answer(as_json, facts, "\n".join(lines) or "no overdue files")


def _command(file: OverdueFile) -> str:
    """Return the command that settles an account."""
    sum_ = amounts.plain(abs(file.balance_cents))
    act = (
        f"refund {file.number} {sum_} --method transfer"
        if file.balance_cents < 0
        else f"write-off {file.number} {sum_}"
    )
    return f"{act} --reason ..."


@rgpd.command("sign")
@click.option("--output", type=click.Path(path_type=Path), help="Output PDF.")
@click.pass_obj
def sign(root: Path, output: Path | None) -> None:
    """Write the notice for the door, in each language: which data is kept, why, for how long, and everyone's rights.

    Without --output it is shown as text.
    """
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        notice = door_sheet.notice(connection, desk.rules, desk.clock.now())
        pages = notice_pages(notice, training=desk.home.training)
    if output is None:
        click.echo(notice_text(pages), nl=False)
        return
    _write(output, notice_pdf(pages))
    click.echo(f"{output}: to hang beside the door")


@rgpd.command("kept")
@json_option
def kept(as_json: bool) -> None:
    """Show which personal data is kept, where, for how long, and visible to which roles."""
    facts = [{"code": each.code, "days": each.days, "for": each.long.to("en")} for each in keeping.KEPT]
    lines = [f"{each.code:<16} {each.long.to('en')}: {each.what.to('en')}" for each in keeping.KEPT]
    answer(as_json, {"kept": facts}, "\n".join(lines))


def _forgotten(due: Due) -> dict[str, int]:
    """Apply every retention rule now, even those applied today. Returns how many records of each kind were erased."""
    done = DuePass()
    for rule in due.overdue_rules(again=True):
        due.forget_rule(rule, done)
    due.empty_log(done)
    return done.forgotten


def _files(desk: Office) -> PersonalFiles:
    """Return the use-case of personal files; members are told by mail where this home can send any."""
    return PersonalFiles(by_mail=bool(desk.home.config.mail.server), **desk.parts)


def _write(path: Path, content: bytes) -> None:
    """Write a new file that only its owner reads, never through a link. Raises MachineError `output`, RequestError
    `output-exists`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except FileExistsError:
        raise RequestError("output-exists", f"{path} is there already: give another name") from None
    except OSError as fault:
        raise MachineError("output", f"{path} cannot be written: {fault.strerror}") from None
