"""Writes the books of a fiscal year as files for accountants: `export fec` and `export paheko`."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import click

from kiosk.books import accounting_files
from kiosk.books.accounting_files import Extract, ExtractRequest, Step
from kiosk.cli import output as files
from kiosk.cli.open_office import Office
from kiosk.devices.clock import HostClock
from kiosk.errors import AnswerIsNo, MachineError
from kiosk.exports.books import paheko

FILES = ("fec", "paheko")  # what `export` writes by this module
_LONG = 20_000  # entries: shorter files need no progress bar


def write(desk: Office, what: str, wish: ExtractRequest, output: Path | None, *, names: bool) -> None:
    """Write the file `what` (one of FILES), to `output` or to the screen. Tells on stderr when it has fewer days than
    were asked for, or more lines than Paheko reads.

    Raises AnswerIsNo `nothing-found` for a file without an écriture, which is written all the same; and as
    `accounting_files` does.
    """
    with desk.home.store.reading() as connection:
        extract = accounting_files.find(connection, wish)
        _, moment = desk.rules.at(connection, HostClock().now())
        name = _name(desk, what, extract, "" if what != "fec" else accounting_files.siren(connection, moment.day))
    target = None if output is None else _target(output, name)
    with _progress(desk, extract, what) as step, _opened(target) as file:
        lines = _write(file, _stream(desk, what, extract, step, names=names))
    _say(extract, target)
    if lines <= 1:  # the heading alone
        raise AnswerIsNo("nothing-found", f"no écriture from {extract.from_on} to {extract.closed_until}")
    if what == "paheko" and lines - 1 > paheko.MOST_LINES:
        text = f"Paheko reads {paheko.MOST_LINES} lines at the most, this file has {lines - 1}"
        click.echo(f"{text}: ask for fewer days", err=True)


def _name(desk: Office, what: str, extract: Extract, siren: str) -> str:
    """Return the file's own name; that of a FEC contains the association's SIREN (empty for another file)."""
    if what == "fec":
        return accounting_files.name_of(extract, siren)
    return paheko.file_name(extract.from_on, extract.closed_until, training=desk.home.training)


def _target(output: Path, name: str) -> Path:
    """Return where to write: in a folder, under the file's own name. A path that does not exist and has no extension is
    a folder to be made.
    """
    if output.is_dir():
        return output / name
    if output.suffix or output.exists():
        return output
    with _faults(output):
        output.mkdir()
    return output / name


def _stream(desk: Office, what: str, extract: Extract, step: Step, *, names: bool) -> Iterator[bytes]:
    """Yield the file in pieces, so that a long one is never held in memory; `step` is called as entries are written."""
    store, training = desk.home.store, desk.home.training
    if what == "fec":
        return accounting_files.stream(store, extract, training=training, names=names, step=step)
    return accounting_files.stream_paheko(store, extract, training=training, step=step)


def _write(file: IO[bytes], pieces: Iterator[bytes]) -> int:
    """Write the pieces, and return how many lines they had."""
    lines = 0
    for piece in pieces:
        file.write(piece)
        lines += piece.count(b"\n")
    return lines


def _say(extract: Extract, target: Path | None) -> None:
    """Tell on stderr where the file is, and that it ends earlier than was asked for where days are still open."""
    if target is not None:
        click.echo(str(target), err=True)
    if not extract.is_whole:
        text = f"seulement jusqu'au {extract.closed_until}, dernier jour clos sur {extract.until_on}"
        click.echo(f"{text} (only until {extract.closed_until}, the last closed day)", err=True)


@contextlib.contextmanager
def _opened(target: Path | None) -> Iterator[IO[bytes]]:
    """Open a file that gets its name once it is complete: half a FEC cannot be mistaken for a whole one."""
    if target is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with _faults(target), files.private(target) as file:
        yield file


@contextlib.contextmanager
def _faults(target: Path) -> Iterator[None]:
    """Turn a fault of writing into MachineError `output`."""
    try:
        yield
    except OSError as fault:
        raise MachineError("output", f"{target} cannot be written: {fault.strerror}") from None


@contextlib.contextmanager
def _progress(desk: Office, extract: Extract, what: str) -> Iterator[Callable[[int], object]]:
    """Show a progress bar on a terminal for a long file: on stderr, so that it is never part of the file."""
    with desk.home.store.reading() as connection:
        count = accounting_files.count(connection, extract)
    if not sys.stderr.isatty() or count < _LONG:
        yield lambda entries: None
        return
    with click.progressbar(length=count, label=what, file=sys.stderr) as bar:
        yield bar.update
