"""The commands `receipt` and `statement`: issue what a member takes away, as a PDF, or as text on the screen."""

from pathlib import Path

import click

from kiosk.books import statement_acts
from kiosk.books.documents import Issued
from kiosk.books.receipts import Receipts
from kiosk.cli import output as files
from kiosk.cli.arguments import TODAY, Ref, answer, json_option, new_key
from kiosk.cli.open_office import Office, office
from kiosk.cli.working_day import clock_of
from kiosk.errors import RequestError
from kiosk.exports.books import receipt_pdf, receipt_texts
from kiosk.fields import Month
from kiosk.store.members import members

output_option = click.option("--output", type=click.Path(path_type=Path), help="Output PDF, or a folder for it.")


@click.command()
@click.argument("entry", type=int)
@output_option
@json_option
@click.pass_obj
def receipt(root: Path, entry: int, output: Path | None, as_json: bool) -> None:
    """Issue the receipt for a payment, or the note for a charge: the first copy is the original, later ones
    duplicates.
    """
    with office(root) as desk:
        documents = _receipts(desk)
        try:
            issued = documents.for_payment(entry)
        except RequestError as refused:
            if refused.code != "not-a-payment":
                raise
            issued = [documents.note(entry)]
        of_entry = next((each for each in issued if each.document.content["entry"] == entry), issued[0])
        _hand_out(documents, of_entry, output, as_json)


@click.command()
@click.argument("number", metavar="[MEMBER]", type=int, required=False)
@click.option("--account", type=int, help="The account of an organisation, or any other account, instead of a member.")
@click.option("--month", type=Ref(Month), required=True, help="A month, like 2026-11.")
@output_option
@json_option
@click.pass_obj
def statement(
    root: Path, number: int | None, account: int | None, month: Month, output: Path | None, as_json: bool
) -> None:
    """Issue a month's statement. A new one is issued only if something was added since."""
    if (number is None) is (account is None):
        raise click.UsageError("Give a MEMBER or an --account.")
    with office(root) as desk:
        if number is not None:
            with desk.home.store.reading() as connection:
                account = members.by_number(connection, number).account
        account_id = statement_acts.AccountId(account or 0)  # never 0: without a member, the account was given
        done = statement_acts.issue_statement(desk, account_id, statement_acts.AskedStatement(month, new_key()))
        _hand_out(_receipts(desk), done.issued, output, as_json)


def _receipts(desk: Office) -> Receipts:
    """Return the use-case of receipts."""
    return Receipts.of(desk.by(clock_of(desk.home, click.get_current_context().meta.get(TODAY))))


def _hand_out(documents: Receipts, issued: Issued, output: Path | None, as_json: bool) -> None:
    """Count a copy as handed out, and print it or write its PDF (in a folder, under its reference): the first is the
    original, later ones duplicates.
    """
    handed = documents.hand_out(issued.id, "screen" if output is None else "print")
    facts: dict[str, object] = {"document": issued.id, "number": handed.shown.reference, "copy": handed.copy.ordinal}
    if output is None:
        text = receipt_texts.as_text(handed.shown)
        answer(as_json, {**facts, "text": text}, text.rstrip())
        return
    target = output / f"{handed.shown.reference}.pdf" if output.is_dir() else output
    pdf = receipt_pdf.pdf(handed.shown)
    files.write(target, pdf)
    mark = " (DUPLICATA)" if handed.shown.duplicate else ""
    answer(as_json, {**facts, "file": str(target)}, f"{handed.shown.reference}{mark}: {target}")
