"""Takes in a bank's file in three steps: the file, what its columns are if unknown, what is new in it."""

from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain import spreadsheet
from kiosk.domain.books import bank_files, bank_lines
from kiosk.domain.books.bank_csv import Field, Layout
from kiosk.domain.books.bank_files import Opened
from kiosk.domain.problems import Problem
from kiosk.store.books import bank_rows
from kiosk.web.desk.books.bank_forms import area, banking
from kiosk.web.desk.books.bank_words import FIELDS, wrong
from kiosk.web.desk.common import uploads
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import PAGE_SIZE, Pages, asked
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.uploads import Uploads
from kiosk.web.desk.common.words import t

_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that was sent, and how this request wants it read. `is_asked`: by the form of the columns."""

    key: str
    name: str
    opened: Opened
    layout: Layout
    is_asked: bool

    @property
    def header(self) -> str:
        """By which its columns are remembered; nothing for a file that has none."""
        return "" if self.opened.sheet is None else self.opened.sheet.key


@area.get("/import")
@needs(May.CORRECT_MONEY)
def start() -> str:
    """What a file may be, and where to send it."""
    return _start("")


@area.post("/import")
@needs(May.CORRECT_MONEY)
def send() -> Response | tuple[str, int]:
    """Take in a file."""
    upload = uploads.sent(office().actor, bank_lines.MOST_BYTES)
    try:
        bank_files.open_(upload.data)
    except Problem as problem:
        return _start(wrong(problem)), 400
    return redirect(url_for("bank.preview", key=Uploads.of(current_app).keep(upload)), 303)


@area.get("/import/<key>")
@needs(May.CORRECT_MONEY)
def preview(key: str) -> str | Response | tuple[str, int]:
    """What is new in the file. Nothing is kept yet."""
    waiting = _waiting(key)
    if isinstance(waiting, Response):
        return waiting
    try:
        lines = waiting.opened.read(waiting.layout)
    except Problem as problem:
        if waiting.opened.sheet is None:
            return _start(wrong(problem)), 400
        if problem.code == "bank-columns" and not waiting.is_asked:
            return _columns(waiting, "")
        return _columns(waiting, wrong(problem)), 400
    found = banking().preview(lines)
    pages = Pages(asked(), len(found.lines))
    begin = (pages.number - 1) * PAGE_SIZE
    rows = list(zip(found.lines, found.fresh, strict=True))
    return render_template(
        "bank/preview.html",
        waiting=waiting,
        found=found,
        rows=rows[begin : begin + PAGE_SIZE],
        pages=pages,
        query=_query(),
    )


@area.get("/import/<key>/columns")
@needs(May.CORRECT_MONEY)
def columns(key: str) -> str | Response:
    """What each column is, as it is remembered or guessed."""
    waiting = _waiting(key)
    if isinstance(waiting, Response):
        return waiting
    if waiting.opened.sheet is None:
        return redirect(url_for("bank.preview", key=key), 303)
    return _columns(waiting, "")


@area.post("/import/<key>")
@needs(May.CORRECT_MONEY)
def keep(key: str) -> Response | tuple[str, int]:
    """Keep what is new, and how the columns were read."""
    waiting = _waiting(key)
    if isinstance(waiting, Response):
        return waiting
    try:
        lines = waiting.opened.read(waiting.layout)
    except Problem as problem:
        return _columns(waiting, wrong(problem)), 400
    layout = None if waiting.opened.sheet is None else waiting.layout
    found = banking().import_lines(lines, waiting.header, layout)
    Uploads.of(current_app).forget(key)
    office().log("bank-import", None, f"{len(found.new)} new, {found.known} known")
    flash(
        t(
            "Nouvelles lignes : {new} ; déjà là : {known}.",
            "New lines: {new}; there already: {known}.",
            new=len(found.new),
            known=found.known,
        ),
        "done",
    )
    return redirect(url_for("bank.page"), 303)


def _waiting(key: str) -> SentFile | Response:
    """The file, or the way back to the beginning where it waits no more."""
    upload = uploads.waiting(key, office().actor)
    try:
        opened = None if upload is None else bank_files.open_(upload.data)
    except Problem:
        opened = None  # another area's
    if upload is None or opened is None:
        flash(
            t(
                "Ce fichier n’attend plus : fait, ou trop vieux. Envoyez-le de nouveau ; deux fois n’ajoute rien.",
                "This file waits no more: it is done, or too old. Send it again; twice adds nothing.",
            ),
            "warning",
        )
        return redirect(url_for("bank.start"), 303)
    is_asked = "c0" in request.values
    return SentFile(key, upload.name, opened, _layout(opened) if is_asked else _remembered(opened), is_asked)


def _remembered(opened: Opened) -> Layout:
    if opened.sheet is None:
        return opened.guess()
    with office().reading() as connection:
        return bank_rows.layout(connection, opened.sheet.key) or opened.guess()


def _layout(opened: Opened) -> Layout:
    """As the form of the columns has it."""
    width = 0 if opened.sheet is None else len(opened.sheet.table.columns)
    said = [request.values.get(f"c{index}", "") for index in range(width)]
    fields = tuple(Field(text) if text in list(Field) else None for text in said)
    return Layout(fields, bool(request.values.get("helloasso")))


def _query() -> dict[str, str]:
    """How the file is read, for the next page."""
    names = [*(f"c{index}" for index in range(spreadsheet.MOST_COLUMNS)), "helloasso"]
    return {name: request.values[name] for name in names if name in request.values}


def _start(error: str) -> str:
    return render_template("bank/start.html", error=error, most=bank_lines.MOST_LINES)


def _columns(waiting: SentFile, error: str) -> str:
    if waiting.opened.sheet is None:
        raise AssertionError("only a table has columns")
    table = waiting.opened.sheet.table
    layout = waiting.layout.columns
    samples = [
        [line.cells[index] for line in table.lines[:50] if index < len(line.cells) and line.cells[index]]
        for index in range(len(table.columns))
    ]
    return render_template(
        "bank/columns.html",
        waiting=waiting,
        error=error,
        columns=[
            (header, layout[index] if index < len(layout) else None, samples[index][:_SAMPLES])
            for index, header in enumerate(table.columns)
        ],
        fields=[(field, t(words)) for field, words in FIELDS.items()],
    )
