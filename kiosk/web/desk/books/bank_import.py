"""Imports a bank's file in three steps: the file, its columns unless they are known, and what becomes of each line."""

from flask import current_app, flash, redirect, render_template, request, url_for
from msgspec import Struct
from werkzeug.wrappers import Response

from kiosk.domain import spreadsheet
from kiosk.domain.books.statements import bank_files, bank_lines, bank_trust
from kiosk.domain.books.statements.bank_columns import Field, Layout
from kiosk.domain.books.statements.bank_files import Opened
from kiosk.domain.books.statements.bank_lines import PLATFORMS, Source
from kiosk.domain.books.statements.bank_trust import Trust
from kiosk.domain.letters import LETTERS
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.store.books import bank_rows
from kiosk.web.desk.books.bank_forms import area, banking, sources
from kiosk.web.desk.books.bank_words import DOUBTS, FATES, FIELDS, LETTER_NAMES, SUMS, notes, why
from kiosk.web.desk.common import uploads
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import PAGE_SIZE, Pages, asked
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.uploads import Upload, Uploads
from kiosk.web.desk.common.words import t, told

_SAMPLES = 3  # values of each column that the form shows


class SentFile(Struct, frozen=True):
    """A file that was sent, the layout by which it is read, and how far that layout is trusted. `doubts` are the codes
    of what a guessed layout leaves uncertain, `key` names the kept file in the pages' addresses.
    """

    key: str
    name: str
    opened: Opened
    layout: Layout
    trust: Trust
    doubts: tuple[str, ...] = ()

    @property
    def is_asked_by_columns(self) -> bool:
        """Tell whether an officer must check the columns first: the file is a table, and its layout neither proves
        itself nor was confirmed for a file of the same shape.
        """
        return self.opened.sheet is not None and not self.trust.is_enough


@area.get("/import")
@needs(May.CORRECT_MONEY)
def start() -> str:
    """Show which files can be imported, and the form to send one."""
    return _start("")


@area.post("/import")
@needs(May.CORRECT_MONEY)
def send() -> Response | tuple[str, int]:
    """Keep the file that was sent and lead to its preview; where it cannot be read, show the first step again (400)."""
    try:
        key = uploads.taken(office().actor, bank_lines.MOST_BYTES, bank_files.open_)
    except Problem as problem:
        return _start(told(problem)), 400
    return redirect(url_for("bank.preview", key=key), 303)


@area.get("/import/<key>")
@needs(May.CORRECT_MONEY)
def preview(key: str) -> str | Response | tuple[str, int]:
    """Show what will become of each line; nothing is saved yet. Columns that are not trusted yet are asked first."""
    waiting = _waiting(key)
    if isinstance(waiting, Response):
        return waiting
    if waiting.is_asked_by_columns:
        return _columns(waiting, "")
    return _preview(waiting, "")


def _preview(waiting: SentFile, error: str) -> str | tuple[str, int]:
    """Show what will become of each line, a page of them, with an `error` of the last attempt (then 400) or none ("").
    A file that cannot be read by its layout leads to the step before.
    """
    try:
        reading = waiting.opened.reading(waiting.layout)
    except Problem as problem:
        return _unreadable(waiting, problem), 400
    lines = banking().preview(reading)
    pages = Pages(asked(), len(lines.rows))
    begin = (pages.number - 1) * PAGE_SIZE
    page = render_template(
        "bank/preview.html",
        waiting=waiting,
        found=lines,
        rows=lines.rows[begin : begin + PAGE_SIZE],
        sums=[(t(SUMS[name]), sums) for name, sums in lines.sums.items()],
        notes=notes(waiting.opened, reading),
        fates={fate: t(text) for fate, text in FATES.items()},
        why=why,
        pages=pages,
        query=_query(),
        error=error,
    )
    return (page, 400) if error else page


def _unreadable(waiting: SentFile, problem: Problem) -> str:
    """Return the step at which a file can be read otherwise: its columns where it has some, else the first step."""
    if waiting.opened.sheet is None:  # the bank's own format
        return _start(told(problem))
    return _columns(waiting, told(problem))


@area.get("/import/<key>/columns")
@needs(May.CORRECT_MONEY)
def columns(key: str) -> str | Response:
    """Show what each column holds, as remembered from an earlier file or as guessed. A file in a bank's own format has
    no columns, and leads to its preview.
    """
    waiting = _waiting(key)
    if isinstance(waiting, Response):
        return waiting
    if waiting.opened.sheet is None:
        return redirect(url_for("bank.preview", key=key), 303)
    return _columns(waiting, "")


@area.post("/import/<key>")
@needs(May.CORRECT_MONEY)
def keep(key: str) -> str | Response | tuple[str, int]:
    """Import the new lines, and save how the columns were read. Shows the preview again where the file proves nothing
    and the officer has not ticked the comparison, or where lines would be lost; an earlier step where it cannot be
    read.
    """
    waiting = _waiting(key)
    if isinstance(waiting, Response):
        return waiting
    if waiting.is_asked_by_columns:
        return redirect(url_for("bank.columns", key=key), 303)
    if not waiting.trust.is_enough and not request.form.get("unproved"):  # "I have compared them" is not ticked
        return _preview(waiting, told("bank-unproved"))
    try:
        reading = waiting.opened.reading(waiting.layout)
        layout = waiting.opened.confirmed(waiting.layout)
        without_lost = bool(request.form.get("without"))  # "import the rest without the refused lines" is ticked
        imported = banking().import_lines(reading, waiting.opened.shape, layout, without_lost=without_lost)
    except Problem as problem:
        return _unreadable(waiting, problem), 400
    except RequestError as error:
        return _preview(waiting, told(error))
    Uploads.of(current_app).forget(key)
    flash(
        t(
            "Nouvelles lignes : {new} ; déjà importées : {known}.",
            "New lines: {new}; already imported: {known}.",
            new=len(imported.new),
            known=imported.known,
        ),
        "done",
    )
    return redirect(url_for("bank.page"), 303)


def _waiting(key: str) -> SentFile | Response:
    """Return the file that waits under a key, or a redirect to the first step where it is no longer kept."""
    upload_and_file = uploads.found(key, office().actor, lambda data: bank_files.open_(data, _letters()))
    if upload_and_file is None:
        flash(
            t(
                "Ce fichier n’est plus en attente : il est déjà importé, ou trop ancien. Envoyez-le "
                "de nouveau ; l’envoyer deux fois n’ajoute rien.",
                "This file is no longer waiting: it was already imported, or is too old. Upload it "
                "again; importing it twice adds nothing.",
            ),
            "warning",
        )
        return redirect(url_for("bank.start"), 303)
    return _sent(key, *upload_and_file)


def _sent(key: str, upload: Upload, opened: Opened) -> SentFile:
    """Return the file with its layout: the one in this request, else the one confirmed for an earlier file, else a
    guess. Only a guess has doubts; a layout in the request counts as confirmed, since the officer chose it.
    """
    if "c0" in request.values:  # the first column: the form of columns was sent
        return SentFile(key, upload.name, opened, _layout(opened), Trust.CONFIRMED)
    with office().reading() as connection:
        known = bank_rows.layout(connection, opened.shape)
    if known is not None and known.letters:  # read again, in the character set that was confirmed
        opened = bank_files.open_(upload.data, known.letters)
    guess = opened.guess()
    doubts = guess.doubts if known is None else ()
    return SentFile(key, upload.name, opened, known or guess.layout, bank_trust.of(opened, known), doubts)


def _layout(opened: Opened) -> Layout:
    """Return the layout that the form of columns holds. An unknown code counts as a column that is not read (None), an
    unknown platform as a bank (None), an unknown character set as the one that fits best ("").
    """
    width = 0 if opened.sheet is None else len(opened.sheet.table.columns)
    codes = [request.values.get(f"c{index}", "") for index in range(width)]
    fields = tuple(Field(code) if code in list(Field) else None for code in codes)
    platform, chosen = request.values.get("platform", ""), request.values.get("letters", "")
    return Layout(fields, Source(platform) if platform in PLATFORMS else None, chosen if chosen in LETTERS else "")


def _letters() -> str:
    """Return the character set that the form of columns names; an empty text where it names none that is known."""
    name = request.values.get("letters", "")
    return name if name in LETTERS else ""


def _query() -> dict[str, str]:
    """Return the request's values that say how the file is read, for the next page's address: the field of each column
    (`c0`, `c1` ...), the platform and the character set.
    """
    names = [*(f"c{index}" for index in range(spreadsheet.MOST_COLUMNS)), "platform", "letters"]
    return {name: request.values[name] for name in names if name in request.values}


def _start(error: str) -> str:
    """Show the form to send a file, with what was wrong with the last one."""
    return render_template("bank/start.html", error=error, most=bank_lines.MOST_LINES)


def _columns(waiting: SentFile, error: str) -> str:
    """Show each column as its heading, the field that it holds (None for none) and its first values. Needs a table."""
    if waiting.opened.sheet is None:
        raise AssertionError("only a table has columns")
    table = waiting.opened.sheet.table
    layout = waiting.layout.columns
    samples = [  # the filled cells of the first 50 lines; of them `_SAMPLES` are shown
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
        platforms=[(source.value, sources()[source.value]) for source in sorted(PLATFORMS)],
        letters=LETTER_NAMES,
        doubts=[t(DOUBTS[doubt]) for doubt in waiting.doubts],
    )
