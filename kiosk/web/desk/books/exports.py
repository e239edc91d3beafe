"""Serves exports: an officer chooses a file and its days, sees its first rows, and gets the file streamed in short
snapshots of the database. What the code calls a *wish* is the file that is asked for, with its days; `held` is an
ExitStack of what the file keeps in use until it is sent, such as its turn among slow files.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, tzinfo
from itertools import islice

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from msgspec import Struct

from kiosk import slow_work
from kiosk.books import exports
from kiosk.books.exports import ExportRequest, Form
from kiosk.domain import inputs
from kiosk.domain.spans import Span, days_of
from kiosk.exports import labels
from kiosk.exports.sheets import SHEETS, Kind, Sheet
from kiosk.exports.xlsx_files import Cover
from kiosk.store.engine import Store
from kiosk.web.desk.common.export_labels import SPANS, TOLD
from kiosk.web.desk.common.office import Office, office
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.progress import Progress, Run
from kiosk.web.desk.common.words import language, t

area = Blueprint("exports", __name__)
FIRST_ROWS = 10  # that the page shows
LONGEST_WORKBOOK = 100_000  # rows: at most a minute of one of the desk's threads
_WORKBOOK_BEGINS = b"PK\x03\x04"  # as every file in ZIP
_CHUNK = 1 << 16  # bytes read at once
_BREATH_SECONDS = 0.001  # after each piece of a file
_TYPES = {  # media types
    Form.CSV: "text/csv; charset=utf-8",
    Form.RAW: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ExportQuery(Struct, frozen=True):
    """What the URL asks for: a file, and a period by its name (`span`) or, where that is None, by two days, both
    included. `errors` says which days are wrong, by field (`from`, `to`).
    """

    what: str
    span: Span | None
    from_on: date
    until_on: date
    errors: dict[str, str]
    zone: tzinfo

    @property
    def wish(self) -> ExportRequest:
        """Return the file to export, with its days and time zone."""
        return ExportRequest(self.what, self.from_on, self.until_on, self.zone)

    def address(self, endpoint: str, **other: object) -> str:
        """Return the address, at an endpoint, of this query's file and days; a named period keeps its name. `other`
        values replace these: another file for the same days, or another period.
        """
        days = {"from": self.from_on, "to": self.until_on} if self.span is None else {"period": self.span.value}
        values = {"what": self.what, **({} if "period" in other else days), **other}
        return url_for(endpoint, **{name: str(value) for name, value in values.items()})  # type: ignore[arg-type]  # text all


def allowed(sheet: Sheet) -> bool:
    """Tell whether the signed-in officer has all permissions that an export needs."""
    return all(map(may, sheet.needs))


@area.get("/exports")
@needs(May.EXPORT)
def page() -> tuple[str, int]:
    """Show the files, the periods, and the first rows of the chosen file, by default the first of those that the
    officer may have. Wrong days are told in place of the rows (400).
    """
    desk = office()
    sheets = [sheet for sheet in SHEETS.values() if allowed(sheet)]
    asked = _asked(desk, sheets[0].name)
    rows, count = ([], 0) if asked.errors else _first(desk, asked.wish)
    text = render_template(
        "exports/page.html",
        asked=asked,
        sheets=[(sheet.name, labels.title(sheet.name, language())) for sheet in sheets],
        told=t(TOLD[asked.what]),
        spans=[(span, t(words)) for span, words in SPANS.items()],
        columns=[(labels.heading(name, language()), kind) for name, kind in _columns(asked.what)],
        rows=rows,
        count=count,
        most=LONGEST_WORKBOOK,
        form=Form,
        Kind=Kind,
    )
    return text, 400 if asked.errors else 200


@area.get("/exports/file")
@needs(May.EXPORT)
def file() -> Response:
    """Send the file, streamed, and log it; the URL's `key` is what its progress is asked by. The download begins at
    once and goes on when the officer leaves the page. Answers 400 for wrong days or an unknown format.
    """
    desk = office()
    asked = _asked(desk, "")
    form = request.args.get("format", "")
    if asked.errors or form not in list(Form):
        abort(400)
    wish, chosen = asked.wish, Form(form)
    desk.log("export", what=f"{wish.what} {wish.from_on} {wish.until_on} {form}")
    run = Progress.of(current_app).begin(request.args.get("key", ""))
    held = ExitStack()
    if chosen is Form.XLSX:
        body = _workbook(desk, wish, run, held)
    else:
        words = None if chosen is Form.RAW else exports.spoken(desk.store, language(), asked.zone)
        body = breathing(_with_first_rows(exports.stream_csv(desk.store, wish, words, run.step)))
    name = exports.file_name(wish, chosen, language(), desk.home.training)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    # `watched` makes the first piece now, so that a fault is still a page in words.
    answer = Response(run.watched(body), headers=headers, content_type=_TYPES[chosen])
    answer.call_on_close(held.close)  # even if no byte of it was read
    return answer


@area.get("/exports/progress")
@needs(May.EXPORT)
def progress() -> str:
    """Show how far a file is: a part of the page, which asks again until it is done. `total` is its number of rows,
    `asked` how often the part has asked so far.
    """
    key = request.args.get("key", "")
    run = Progress.of(current_app).find(key)
    total = request.args.get("total", 0, int)
    asked = request.args.get("asked", 0, int)
    return render_template("exports/progress.html", run=run, key=key, total=total, asked=asked + 1)


@area.post("/exports/stop")
@needs(May.EXPORT)
def stop() -> str:
    """Stop a file: its download breaks off, and the page's part says so."""
    key = request.form.get("key", "")
    run = Progress.of(current_app).find(key)
    if run is not None:
        run.stop()
    return render_template("exports/progress.html", run=run, key=key, total=0, asked=0)


def _asked(desk: Office, otherwise: str) -> ExportQuery:
    """Return what this request asks for: a file (without one, `otherwise`), and its days, by default this month's. A
    wrong day is an error, and today stands in its place.

    A file of how things stand ends today at the latest (`standing_days`). Answers 404 for an unknown file and 403 for
    one that the officer may not have.
    """
    what = request.args.get("what", otherwise)
    if what not in SHEETS:
        abort(404)
    if not allowed(SHEETS[what]):
        abort(403)
    today, zone = desk.today(), desk.home.config.zone
    first, last = request.args.get("from"), request.args.get("to")
    if first is None and last is None:
        period = request.args.get("period", Span.MONTH.value)
        span = Span(period) if period in list(Span) else Span.MONTH
        return ExportQuery(what, span, *exports.standing_days(what, *days_of(span, today), today), {}, zone)
    errors = {}
    days = {}
    for name, text in (("from", first), ("to", last)):
        try:
            days[name] = inputs.the_day(text or "")
        except ValueError:
            errors[name] = t("Écrivez une date comme 2026-11-25.", "Enter a date like 2026-11-25.")
    if not errors and days["from"] > days["to"]:
        errors["to"] = t(
            "Le dernier jour ne peut pas être avant le premier.", "The last day must not be before the first."
        )
    return ExportQuery(
        what, None, *exports.standing_days(what, days.get("from", today), days.get("to", today), today), errors, zone
    )


def _columns(what: str) -> list[tuple[str, Kind]]:
    """Return the names of a file's columns, each with the kind of what it holds."""
    sheet = SHEETS[what]
    return list(zip(sheet.columns, sheet.kinds, strict=True))


def _first(desk: Office, wish: ExportRequest) -> tuple[list[list[str]], int]:
    """Return the first rows, as a page shows them, and how many there are; the count stops just above what a workbook
    holds.
    """
    words = exports.spoken(desk.store, language()).codes(wish.sheet)
    rows = [  # a block holds its rows by column
        [
            _shown(value, kind, words.get(index, {}), wish.zone)
            for index, (value, kind) in enumerate(zip(row, kinds, strict=True))
        ]
        for kinds in [wish.sheet.kinds]  # of the columns, read once
        for block in wish.blocks(desk.store, FIRST_ROWS)
        for row in zip(*block, strict=True)
    ]
    with desk.reading() as connection:
        return rows, wish.count(connection, LONGEST_WORKBOOK + 1)


def _shown(cell: object, kind: Kind, words: dict[str, str], zone: tzinfo) -> str:
    """Return a cell as the page shows it: a code in words, a day or an amount as people write it."""
    worded = words.get(cell, cell) if isinstance(cell, str) else cell
    return labels.shown(worded, kind, language(), zone)


def _workbook(desk: Office, wish: ExportRequest, run: Run, held: ExitStack) -> Iterator[bytes]:
    """Return a workbook in pieces, after checking its number of rows and waiting for a turn. `held` is closed once it
    is sent.

    Raises RequestError `too-many-rows` and Busy `busy-making`, before the workbook is begun.
    """
    exports.check_rows(desk.store, wish, LONGEST_WORKBOOK)
    cover = Cover(exports.spoken(desk.store, language(), wish.zone), wish.from_on, wish.until_on, desk.home.training)
    held.enter_context(slow_work.turn())  # waits for its turn among slow files, or raises Busy
    return _make(desk.store, wish, cover, run, held)


def _make(store: Store, wish: ExportRequest, cover: Cover, run: Run, held: ExitStack) -> Iterator[bytes]:
    """Yield a workbook, made in a temporary file without a name.

    Its first four bytes are sent before it is made, so that the browser starts a download at once: a browser that still
    waits for the answer gives it up when the officer leaves the page.
    """
    with held:
        yield _WORKBOOK_BEGINS
        with tempfile.TemporaryFile() as file:
            exports.write_xlsx(store, wish, cover, file, run.step, LONGEST_WORKBOOK)
            file.seek(len(_WORKBOOK_BEGINS))
            while piece := file.read(_CHUNK):
                yield piece


def _with_first_rows(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a CSV's pieces, the first two of them, heading and first rows, as one: `watched` makes it before the answer
    begins, so that rows that cannot be read lead to a page in words, not to a download that breaks off.
    """
    yield b"".join(islice(pieces, 2))
    yield from pieces


def breathing(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces of a file with a short pause after each: the entrance runs on the same board and comes first."""
    for piece in pieces:
        yield piece
        time.sleep(_BREATH_SECONDS)
