"""The commands `report` and `attest`: write what the assembly and the tax authority ask for."""

from pathlib import Path

import click

from kiosk.books import annual_report, attestation
from kiosk.cli import output as files
from kiosk.cli.arguments import answer, json_option
from kiosk.cli.open_office import office
from kiosk.domain.books.annual import Annual
from kiosk.errors import RequestError
from kiosk.exports import tables
from kiosk.exports.books import annual_tables, annual_words, attestation_text
from kiosk.store.space import book_rules

output_option = click.option(
    "--output", type=click.Path(path_type=Path), help="Output file; its extension sets the format."
)


@click.command()
@click.argument("year")
@output_option
@json_option
@click.pass_obj
def report(root: Path, year: str, output: Path | None, as_json: bool) -> None:
    """Write the annual report of a fiscal YEAR (2026, or 2026-2027): .pdf, .csv, .xlsx or .json.

    Without --output it shows the figures at a glance.
    """
    form = "" if output is None else _form(output, annual_tables.FORMS)
    with office(root, writes=False) as desk:
        with desk.home.store.reading() as connection:
            _, moment = desk.rules.at(connection, desk.clock.now())
            annual = annual_report.report(
                connection, desk.rules, annual_report.named(connection, year, moment.day), moment
            )
            association = book_rules.read(connection, moment.day).association
        language, training = desk.home.config.language, desk.home.training
        if output is not None:
            files.write(output, annual_tables.file(annual, form, language, association, training=training))
            desk.log("report", what=f"{annual.year.name} {form}")
    summary = f"{annual_words.title(annual, 'en')}. {annual_words.told(annual, 'en')}"
    words = f"{output}: {summary}" if output is not None else "\n".join([summary, *_glance(annual)])
    answer(as_json, annual_tables.facts(annual), words)


def _glance(annual: Annual) -> list[str]:
    """Return the report's first table in words, a line for each figure of the year itself."""
    summary = annual_tables.all_tables(annual, "en")[0]  # its first column has the year's own figures
    return [f"{row.heading}: {tables.written(row.cells[0], summary.unit(row, 0), 'en')}" for row in summary.rows]


@click.command()
@output_option
@click.option("--anyway", is_flag=True, help="Also for a space that collects no VAT, where the law requires none.")
@click.pass_obj
def attest(root: Path, output: Path | None, anyway: bool) -> None:
    """Fill in the publisher's attestation that the till law requires where VAT is collected: .pdf or .txt, to be
    signed.

    The publisher of this version signs the first part; an association that changed the code is its own publisher.
    """
    form = "txt" if output is None else _form(output, ("pdf", "txt"))
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        _, moment = desk.rules.at(connection, desk.clock.now())
        attested = attestation.attestation(connection, desk.rules, moment, training=desk.home.training, anyway=anyway)
        second_language = desk.home.config.language  # a translation follows the French text
    if output is None:
        click.echo(attestation_text.text(attested, second_language), nl=False)
        return
    content = (
        attestation_text.pdf(attested, second_language)
        if form == "pdf"
        else attestation_text.text(attested, second_language).encode()
    )
    files.write(output, content)
    click.echo(f"{output}: version {attested.version}, to be signed by its publisher, then by the association")


def _form(output: Path, forms: tuple[str, ...]) -> str:
    """Return the form that a file's extension names. Raises RequestError `output-kind` for any other."""
    form = output.suffix.removeprefix(".")
    if form not in forms:
        raise RequestError("output-kind", f"{output} ends like no file that can be made here: {', '.join(forms)}")
    return form
