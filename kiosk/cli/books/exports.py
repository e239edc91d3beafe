"""The command `export`: writes records as a file for use elsewhere.

The office is opened with `writes=False`: the command runs without a trusted clock, too, since it only reads and logs.
"""

import contextlib
import io
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TextIO

import click
from msgspec import Struct

from kiosk.books import accounting_files, exports
from kiosk.books.exports import ExportRequest, Form
from kiosk.cli import output as files
from kiosk.cli.arguments import Day
from kiosk.cli.books import accounting
from kiosk.cli.open_office import Office, office
from kiosk.errors import AnswerIsNo, MachineError, RequestError
from kiosk.exports.sheets import SHEETS
from kiosk.exports.xlsx_files import Cover

_LONG = 20_000  # rows: shorter files need no progress bar

form_option = click.option(
    "--format", "form", type=click.Choice([form.value for form in Form]), default="csv", show_default=True
)
output_option = click.option("--output", type=click.Path(path_type=Path), help="Output file, or a folder for it.")


@click.command()
@click.argument("what", type=click.Choice([*SHEETS, *accounting.FILES]))
@click.option("--from", "from_on", type=Day(), help="First day.")
@click.option("--to", "until_on", type=Day(), help="Last day.")
@click.option("--year", type=click.IntRange(2000, 2999), help="fec, paheko: the fiscal year starting in this year.")
@click.option("--names", is_flag=True, help="fec: include the names of members and payers, not just numbers.")
@form_option
@output_option
@click.pass_obj
def export(
    root: Path,
    what: str,
    from_on: date | None,
    until_on: date | None,
    year: int | None,
    names: bool,
    form: str,
    output: Path | None,
) -> None:
    """Write a file of the days from FROM to TO, both included. `today` is the space's day, which continues after
    midnight.

    `csv` is for French spreadsheets, `raw` for programs (RFC 4180), `xlsx` a workbook, which needs --output. `fec` and
    `paheko` have a form of their own, and hold the closed days of a fiscal year.
    """
    if what in accounting.FILES:
        extract = accounting_files.ExtractRequest(year=year, from_on=from_on, until_on=until_on)
        with office(root, writes=False) as desk:
            accounting.write(desk, what, extract, output, names=names)
            desk.log("export", None, what)
        return
    if from_on is None or until_on is None:
        raise click.UsageError(f"Missing option '--{'from' if from_on is None else 'to'}'.")
    with office(root, writes=False) as desk:
        wish = ExportRequest(what, from_on, until_on, desk.home.config.zone)
        count = write(desk, wish, Form(form), output)
    if not count:
        raise AnswerIsNo("nothing-found", f"no {what} from {from_on} to {until_on}")


def write(desk: Office, wish: ExportRequest, form: Form, output: Path | None) -> int:
    """Write a file (in a folder, under a name of its own), or with an `output` of None CSV to the screen; `wish` says
    which list and which days. Returns how many rows it has. The reading is logged first, also where it is refused:
    raises RequestError `output-needed` for a workbook without `output`, or `too-many-rows`.
    """
    desk.log("export", None, f"{wish.what} {wish.from_on} {wish.until_on} {form.value}")
    target = output
    if output is not None and output.is_dir():
        target = output / exports.file_name(wish, form, desk.home.config.language, desk.home.training)
    store = desk.home.store
    words = exports.spoken(store, desk.home.config.language, desk.home.config.zone)
    if form is not Form.XLSX:
        with _progress(desk, wish) as bar, _opened(target) as file:
            return exports.write_csv(store, wish, None if form is Form.RAW else words, file, bar.step)
    if target is None:
        raise RequestError(
            "output-needed", "a workbook cannot be shown in a terminal: give a file or a folder with --output"
        )
    exports.check_rows(store, wish)  # refuses more rows than a workbook holds, before the file is made
    cover = Cover(words, wish.from_on, wish.until_on, desk.home.training)
    with _progress(desk, wish) as bar, _faults(target), files.private(target) as binary:
        return exports.write_xlsx(store, wish, cover, binary, bar.step, at_end=bar.at_end)


@contextlib.contextmanager
def _opened(target: Path | None) -> Iterator[TextIO]:
    """Open the export's target: standard output, or a private file that appears only when it is complete."""
    if target is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # a text stream, always
        yield sys.stdout
        return
    with (
        _faults(target),
        files.private(target) as binary,
        io.TextIOWrapper(binary, encoding="utf-8", newline="", write_through=False) as file,
    ):
        yield file


@contextlib.contextmanager
def _faults(target: Path) -> Iterator[None]:
    """Turn a fault of writing into MachineError `output`."""
    try:
        yield
    except OSError as fault:
        raise MachineError("output", f"{target} cannot be written: {fault.strerror}") from None


class Bar(Struct, frozen=True):
    """The functions to call as rows are written, and at the end, when a workbook is packed, which takes a while."""

    step: Callable[[int], object] = lambda rows: None  # called with the rows written since the last call
    at_end: Callable[[], object] = lambda: None  # called once the last row is read


@contextlib.contextmanager
def _progress(desk: Office, wish: ExportRequest) -> Iterator[Bar]:
    """Show a progress bar on a terminal for a long file: on stderr, so that it is never part of the file."""
    if not sys.stderr.isatty():
        yield Bar()
        return
    with desk.home.store.reading() as connection:
        count = wish.count(connection)
    if count < _LONG:
        yield Bar()
        return
    with click.progressbar(length=count, label=wish.what, file=sys.stderr) as bar:
        yield Bar(bar.update, lambda: click.echo("\nthe workbook is being put together ...", nl=False, err=True))
