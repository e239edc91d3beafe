"""Serves the archive: each closed fiscal year as one signed file to keep elsewhere."""

import tempfile
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from flask import Blueprint, Response, abort, current_app, render_template, request

from kiosk.books import archive_keys
from kiosk.errors import RequestError
from kiosk.store.books import archive_rows
from kiosk.store.books.archive_rows import Year
from kiosk.web.desk.common.office import Office, office
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.progress import Progress, Run

if TYPE_CHECKING:
    from kiosk.books.archiving import Archives, NewArchive

area = Blueprint("archive", __name__)
_CHUNK = 1 << 16  # bytes read at once


@area.get("/books/archive")
@needs(May.SEE_MONEY)
def page() -> str:
    """Show the closed years and the fingerprint of the key that signs them."""
    desk = office()
    with desk.reading() as connection:
        years = [archive_rows.year(connection, closed) for closed in archive_rows.closed_years(connection)]
    archives = _archives(desk)
    return render_template(
        "archive/page.html",
        here="books",
        years=[(year, archives.steps(year)) for year in years],  # each with the steps that its progress counts to
        key=archive_keys.fingerprint(desk.home.paths),
    )


@area.post("/books/archive/<int:year>")
@needs(May.SEE_MONEY)
def file(year: int) -> Response:
    """Send the archive of the fiscal year that began in `year`, made completely before the first byte is sent. Books
    that fail verification are not signed: a page says what is wrong. Answers 403 without the right to export, and 404
    for a year that is not closed.
    """
    if not may(May.EXPORT):
        abort(403)
    desk = office()
    archives = _archives(desk)
    try:
        closed = archives.find(year)
    except RequestError:
        abort(404)
    run = Progress.of(current_app).begin(request.form.get("key", ""))
    archive, body = _make(archives, closed, run)
    desk.log("export", what=f"archive {closed.span.name}")
    headers = {"Content-Disposition": f'attachment; filename="{archive.name}"'}
    return Response(run.watched(_pieces(body)), headers=headers, content_type="application/zip")


def _archives(desk: Office) -> "Archives":
    """Return the use-case that makes archives, in the name of the signed-in officer."""
    from kiosk.books.archiving import Archives  # brings the verifier with it; used once a year

    return Archives(home=desk.home, rules=desk.rules, clock=desk.clock, actor=desk.actor)


def _make(archives: "Archives", year: Year, run: Run) -> "tuple[NewArchive, IO[bytes]]":
    """Make the archive in a temporary file without a name, which disappears when it is closed. Returns its description
    and the file, to be read from its beginning. If making fails, the file is closed and its progress ends.
    """
    body = tempfile.TemporaryFile()  # noqa: SIM115  # closed when it is sent
    try:
        archive = archives.make(year, body, run.step)
    except BaseException:
        body.close()
        run.is_over = True
        raise
    body.seek(0)
    return archive, body


def _pieces(body: IO[bytes]) -> Iterator[bytes]:
    """Yield a file in pieces, and close it."""
    with body:
        while piece := body.read(_CHUNK):
            yield piece
