"""Serves files for accountants: a fiscal year's FEC and the same for Paheko; shows what is closed and what is still
missing.

A file is made while it is sent, with a short pause after each piece (`breathing`), since the entrance runs on the same
board; `run.watched` reports its progress. An `Extract` is a fiscal year with the days of it that are closed.
"""

from flask import Blueprint, Response, abort, current_app, render_template, request

from kiosk.books import accounting_files
from kiosk.books.accounting_files import Extract
from kiosk.errors import RequestError
from kiosk.exports.books import paheko
from kiosk.store.books import booking_facts
from kiosk.store.space import book_rules
from kiosk.web.desk.books.exports import breathing
from kiosk.web.desk.common.office import Office, office
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.progress import Progress

area = Blueprint("accounting", __name__)


@area.get("/books/fec")
@needs(May.SEE_MONEY)
def page() -> str:
    """Show the page on which a fiscal year is chosen, how far it is closed, and its files. `begun` is the ledger's
    first day; `is_all` tells that no other program keeps a part of the accounts.
    """
    desk = office()
    _require_export()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        years = accounting_files.years(connection)
        chosen = _chosen(years)
        name = None if chosen is None else _name(desk, chosen)
        return render_template(
            "books/fec.html",
            years=years,
            chosen=chosen,
            is_over=chosen is not None and chosen.year.last_on < today,
            name=name,
            entries=0 if chosen is None else accounting_files.count(connection, chosen),
            begun=booking_facts.first_day(connection),
            is_all=book_rules.read(connection, today).fec_whole,
        )


@area.get("/books/fec/file")
@needs(May.SEE_MONEY)
def file() -> Response:
    """Send the FEC of a year, with members' names only if the URL has `names=1`, under the file name that French law
    prescribes. Answers 404 while the SIREN is missing, which that name contains.
    """
    desk, chosen = office(), asked_year()
    name = _name(desk, chosen)
    if name is None:
        abort(404)
    with_names = request.args.get("names") == "1"
    desk.log("export", what=f"fec {chosen.year.name}{' names' if with_names else ''}")
    run = Progress.of(current_app).begin(request.args.get("key", ""))
    body = accounting_files.stream(desk.store, chosen, training=desk.home.training, names=with_names, step=run.step)
    return _sent(Response(run.watched(breathing(body)), content_type="text/plain; charset=iso-8859-15"), name)


@area.get("/books/fec/paheko")
@needs(May.SEE_MONEY)
def paheko_file() -> Response:
    """Send a year's entries as the file that Paheko imports."""
    desk, chosen = office(), asked_year()
    desk.log("export", what=f"paheko {chosen.year.name}")
    run = Progress.of(current_app).begin(request.args.get("key", ""))
    body = accounting_files.stream_paheko(desk.store, chosen, training=desk.home.training, step=run.step)
    name = paheko.file_name(chosen.from_on, chosen.closed_until, training=desk.home.training)
    return _sent(Response(run.watched(breathing(body)), content_type="text/csv; charset=utf-8"), name)


def _sent(answer: Response, name: str) -> Response:
    """Return an answer as a file to download."""
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _require_export() -> None:
    """Answer 403 to officers without the right to export: these files are exports, so seeing money is not enough."""
    if not may(May.EXPORT):
        abort(403)


def _chosen(years: list[Extract]) -> Extract | None:
    """Return the one of `years` (the latest first) that the URL names, else the latest whose days are all closed, else
    the latest; None where there is no year. Answers 404 for a name that is not among them.
    """
    name = request.args.get("year")
    if name is None:
        return next((year for year in years if year.is_whole), years[0] if years else None)
    return next((year for year in years if year.year.name == name), None) or abort(404)


def asked_year() -> Extract:
    """Return the year that the URL names, else the one that `_chosen` takes. Answers 403 without the right to export,
    and 404 where there is no such year.
    """
    _require_export()
    with office().reading() as connection:
        return _chosen(accounting_files.years(connection)) or abort(404)


def _name(desk: Office, chosen: Extract) -> str | None:
    """Return the file name of a year's FEC; None while the association's SIREN is missing."""
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        try:
            return accounting_files.name_of(chosen, accounting_files.siren(connection, today))
        except RequestError:
            return None
