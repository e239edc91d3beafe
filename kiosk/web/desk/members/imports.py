"""Imports members from a spreadsheet in four steps: a file, what its columns are, what would change, done.

A *wish* is what the officer asks for: the file, what its columns hold, the plan of people without one, whether the
membership fee is charged, and which member each doubtful line is about.
"""

import io
from datetime import date

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from msgspec import Struct
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain import inputs, spreadsheet
from kiosk.domain.members import file_columns
from kiosk.domain.members.file_columns import Columns, Field
from kiosk.domain.members.matching import Outcome, Proposal
from kiosk.domain.problems import Mistake, Problem
from kiosk.domain.spreadsheet import Table
from kiosk.errors import RequestError
from kiosk.exports import refused
from kiosk.language import catalogues
from kiosk.members.member_import import ImportRequest
from kiosk.store import name_rows
from kiosk.web.desk.common import formats, uploads
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import PAGE_SIZE, Pages, again, asked, link
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.uploads import Uploads
from kiosk.web.desk.common.words import in_page_language, language, t, told
from kiosk.web.desk.members.import_words import FIELDS, OUTCOMES

area = Blueprint("imports", __name__)
_SAMPLES = 3  # values of each column that the form shows
_WHO = "who-"  # begins the field that says which member a line is: "who-3" has a member's number, or "new", for line 3
_ENGLISH_HEADER = "number;name;email;phone;plan;joined;membership until\r\n"  # of the empty file


class SentFile(Struct, frozen=True):
    """A file that was sent: the key under which it waits, its name, and the table read from it."""

    key: str
    name: str
    table: Table

    def wish(self) -> ImportRequest:
        """Return the request for an import: with the form's columns (`c0`, `c1` ...), or at first with those that the
        file's header suggests. A line with a choice has a member's number, or None where any other word asks for a
        new file; an empty choice is left out.
        """
        values = request.values
        columns: Columns = file_columns.guess(self.table)
        if "c0" in values:
            columns = tuple(_field(values.get(f"c{index}", "")) for index in range(len(self.table.columns)))
        chosen = {line: inputs.number(values[name]) for line, name in self._choices() if values[name]}
        return ImportRequest(self.table, columns, values.get("plan", "itinerant"), bool(values.get("fee")), chosen)

    def _choices(self) -> list[tuple[int, str]]:
        """Return the numbers of the lines for which the form says which member is meant, each with its field's name."""
        lines = [line.number for line in self.table.lines]
        return [(line, f"{_WHO}{line}") for line in lines if f"{_WHO}{line}" in request.values]


def _field(text: str) -> Field | None:
    """Return what a column holds, by its code in the form; None for a column that is not imported."""
    return Field(text) if text in list(Field) else None


@area.get("/imports")
@needs(May.EDIT_MEMBERS)
def page() -> str:
    """Show what a file may hold, and the form to send one."""
    return _start("")


@area.post("/imports")
@needs(May.EDIT_MEMBERS)
def send() -> AnyResponse | tuple[str, int]:
    """Keep the file that was sent, for this officer, and redirect to its columns; show the form again where it cannot
    be read.
    """
    try:
        upload = uploads.sent(office().actor, spreadsheet.MOST_BYTES)
        spreadsheet.read(upload.data)  # raises for a file that the next page could not read
    except Problem as problem:
        return _start(told(problem)), 400
    return redirect(url_for("imports.columns", key=Uploads.of(current_app).keep(upload)), 303)


@area.get("/imports/model.csv")
@needs(May.EDIT_MEMBERS)
def model() -> Response:
    """Send an empty CSV file with columns that the import knows, headed in French or else in English."""
    head = "numéro;prénom et nom;e-mail;téléphone;formule;arrivée;adhésion jusqu’au\r\n"
    text = "\ufeff" + (head if language() == "fr" else _ENGLISH_HEADER)
    return _csv(text, t("modele-membres.csv", "members-template.csv"))


@area.get("/imports/<key>")
@needs(May.EDIT_MEMBERS)
def columns(key: str) -> str | AnyResponse | tuple[str, int]:
    """Show the form that says what each column holds, filled in as far as its header tells."""
    waiting = _waiting(key)
    return waiting if isinstance(waiting, AnyResponse) else _columns(waiting, "")


@area.get("/imports/<key>/preview")
@needs(May.EDIT_MEMBERS)
def preview(key: str) -> str | AnyResponse | tuple[str, int]:
    """Show line by line what would change, for the lines of one outcome, page by page; nothing is saved yet. Where the
    file cannot be matched, show the columns with the error.
    """
    waiting = _waiting(key)
    if isinstance(waiting, AnyResponse):
        return waiting
    try:
        proposal = office().imports.propose(waiting.wish())
    except Mistake as error:
        return _columns(waiting, told(error)), 400
    outcome = _outcome(proposal)
    rows = [row for row in proposal.rows if row.outcome is outcome]
    pages = Pages(asked(), len(rows))
    begin = (pages.number - 1) * PAGE_SIZE
    return render_template(
        "imports/preview.html",
        waiting=waiting,
        proposal=proposal,
        outcome=outcome,
        outcomes=[(kind, t(words), proposal.counts.get(kind, 0)) for kind, words in OUTCOMES.items()],
        rows=rows[begin : begin + PAGE_SIZE],
        pages=pages,
        again=again,
        query=_query(),
        reason=lambda row: refused.reason(row, language()),
        said=_writer(),
        # By the names that the lines' changes have for them.
        fields={field.value.replace("-", "_"): t(words) for field, words in FIELDS.items()},
        Outcome=Outcome,
    )


@area.get("/imports/<key>/refused.csv")
@needs(May.EDIT_MEMBERS)
def refused_lines(key: str) -> AnyResponse:
    """Send the refused lines as a file, to be corrected in a spreadsheet and sent again."""
    waiting = _waiting(key)
    if isinstance(waiting, AnyResponse):
        return waiting
    proposal = office().imports.propose(waiting.wish())
    text = io.StringIO(newline="")
    refused.write(text, waiting.table, proposal.refused, language())
    return _csv(text.getvalue(), t("lignes-refusees.csv", "refused-lines.csv"))


@area.post("/imports/<key>")
@needs(May.EDIT_MEMBERS)
def apply(key: str) -> AnyResponse:
    """Apply everything that the preview showed, and forget the file; or nothing, and lead to a new preview, where the
    data has changed since (`digest`) or a line is refused.
    """
    waiting = _waiting(key)
    if isinstance(waiting, AnyResponse):
        return waiting
    try:
        applied = office().imports.apply(waiting.wish(), request.form.get("digest", ""))
    except RequestError as error:
        if error.code not in ("import-changed", "import-refused"):
            raise  # no new preview would mend it
        flash(
            t(
                "Rien n’est importé : les données ont changé depuis l’aperçu. Voici le nouvel aperçu.",
                "Nothing was imported: the data changed since the preview. Here is the new preview.",
            ),
            "warning",
        )
        return redirect(url_for("imports.preview", key=key, **_query()), 303)  # type: ignore[arg-type]  # text all
    Uploads.of(current_app).forget(key)
    new, changed = (applied.counts.get(outcome, 0) for outcome in (Outcome.NEW, Outcome.CHANGED))
    flash(
        t(
            "Fichier importé. Nouvelles fiches : {new} ; fiches changées : {changed}.",
            "File imported. New files: {new}; changed files: {changed}.",
            new=new,
            changed=changed,
        ),
        "done",
    )
    return redirect(link("members.page") or url_for("imports.page"), 303)  # `link` is empty where a desk lacks the page


def _waiting(key: str) -> SentFile | AnyResponse:
    """Return the file that waits under a key, or a redirect to the first step where it is no longer kept."""
    desk = office()
    upload = uploads.waiting(key, desk.actor)
    if upload is None:
        flash(
            t(
                "Ce fichier n’est plus en attente : il est déjà importé, ou trop ancien. Envoyez-le "
                "de nouveau ; importer deux fois le même fichier ne change rien.",
                "This file is no longer waiting: it was already imported, or is too old. Upload it "
                "again; importing it twice changes nothing.",
            ),
            "warning",
        )
        return redirect(url_for("imports.page"), 303)
    return SentFile(key, upload.name, spreadsheet.read(upload.data))


def _start(error: str) -> str:
    """Show what a file may hold and the form to send one, with what was wrong with the last one."""
    return render_template(
        "imports/start.html",
        error=error,
        fields=[t(words) for words in FIELDS.values()],
        most=spreadsheet.MOST_LINES,
    )


def _columns(sent_file: SentFile, error: str) -> str:
    """Show the file's columns with their first values, and what each holds, with what was wrong in the form."""
    with office().reading() as connection:
        plans = [(code, in_page_language(names)) for code, names in name_rows.plans(connection).items()]
    wish = sent_file.wish()
    samples = [  # by column: of the first 50 lines, the cells that are filled; short lines have no cell there
        [line.cells[index] for line in sent_file.table.lines[:50] if line.cells[index : index + 1] not in ((), ("",))]
        for index in range(len(sent_file.table.columns))
    ]
    return render_template(
        "imports/columns.html",
        waiting=sent_file,
        wish=wish,
        error=error,
        columns=list(zip(sent_file.table.columns, wish.columns, (cells[:_SAMPLES] for cells in samples), strict=True)),
        fields=[(field, t(words)) for field, words in FIELDS.items()],
        plans=plans,
    )


def _query() -> dict[str, str]:
    """Return the request's values that say how the file is read, by name, for the next page's address: its columns, the
    plan, the fee, and the choices that were made.
    """
    names = [f"c{index}" for index in range(spreadsheet.MOST_COLUMNS)]
    chosen = sorted(name for name in request.values if name.startswith(_WHO) and request.values[name])
    return {name: request.values[name] for name in (*names, "plan", "fee", *chosen) if name in request.values}


def _outcome(proposal: Proposal) -> Outcome:
    """Return which lines are shown: those that the URL asks for, else the first that there are of refused lines, new
    files, changed files, unchanged ones.
    """
    asked_for = request.args.get("show", "")
    if asked_for in list(Outcome):
        return Outcome(asked_for)
    return next((outcome for outcome in OUTCOMES if proposal.counts.get(outcome)), Outcome.SAME)


def _writer() -> object:
    """Return a function that writes a field's value for the page; the plans' names are read once for all lines."""
    with office().reading() as connection:
        plans = {code: in_page_language(names) for code, names in name_rows.plans(connection).items()}

    def write(field: str, value: str | date | None) -> str:
        """Return a field's value as people read it; a plan and a language by their names."""
        if value is None:
            return ""
        if isinstance(value, date):
            return formats.day_text(value)
        if field == "plan":
            return plans.get(value, value)
        return catalogues.name_of(value) if field == "language" else value

    return write


def _csv(text: str, name: str) -> Response:
    """Return a text as a CSV file to download under a name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode(), headers=headers, content_type="text/csv; charset=utf-8")
