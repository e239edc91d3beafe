"""Reads a window of a list for a script: the rows of the export, as JSON, for a token that may have them."""

import re
from collections.abc import Sequence
from datetime import date

import msgspec

from kiosk.books.exports import ExportRequest, standing_days
from kiosk.domain import amounts
from kiosk.errors import RequestError
from kiosk.exports.sheets import SHEETS, SUMS, Sheet
from kiosk.language.catalogues import Language
from kiosk.members import api_tokens
from kiosk.store.books import export_rows
from kiosk.store.books.export_rows import Place
from kiosk.web.member_pages.office import PagesOffice
from kiosk.web.pages.speech import Facts, ReadList

# Where a list goes on, as `after` of the address: the day (absent in lists without days), a dot, the key of a row.
_AFTER = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)?\.(?P<key>\d{1,18})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def read(office: PagesOffice, question: ReadList, language: Language) -> Facts:
    """Return a window of a list, and where it goes on (empty at its end); note that the token was used. Raises
    RequestError `token-missing`, `token-unknown`, `token-over`, `token-scope`, `no-such-list`, `api-query` or `period`.
    """
    if question.name not in SHEETS:
        raise RequestError("no-such-list")
    with office.now(writes=False) as now:
        token = api_tokens.admitted(now.connection, question.token, question.name, now.moment.day)
        moment = now.moment
    from_on, until_on = _days(question, moment.day)
    # The list of tabs shows how things stand on its last day, which is today at the latest (`standing_days`).
    zone = office.home.config.zone
    wish = ExportRequest(question.name, *standing_days(question.name, from_on, until_on, moment.day), zone)
    after = _place(question.after)
    rows, end = export_rows.page(office.home.store.listing, wish.what, wish.days, question.size, after)
    api_tokens.note_use(office.home.store, token, moment.day, moment.at)
    place = "" if end is None else f"{end.day}.{end.key}"
    return Facts(language=language, content=_json(wish, rows, place), after=place)


def _json(wish: ExportRequest, rows: Sequence[Sequence[object]], place: str) -> bytes:
    """Return a window of a list as JSON; `next` is the place where it goes on, None at its end."""
    body = {
        "list": wish.what,
        "from": wish.from_on,
        "to": wish.until_on,
        "rows": [plain(wish.sheet, row) for row in rows],
        "next": place or None,
    }
    return msgspec.json.encode(body)


def plain(sheet: Sheet, cells: Sequence[object]) -> dict[str, object]:
    """Return the cells of a row by their columns, with amounts in euros as the raw file has them."""
    return {
        column: amounts.plain(value) if kind in SUMS and isinstance(value, int) else value
        for column, kind, value in zip(sheet.columns, sheet.kinds, cells, strict=True)
    }


def _days(question: ReadList, today: date) -> tuple[date, date]:
    """Return the first and last day that are asked for. A missing last day is today, or the first day where that is
    later; a missing first day is the first of the last day's month. Raises RequestError `api-query`.
    """
    first, last = _day(question.from_on, "from"), _day(question.until_on, "to")
    until_on = last or max(today, first or today)
    return first or until_on.replace(day=1), until_on


def _day(text: str, name: str) -> date | None:
    """Return a day of the address; None for an empty text. Raises RequestError `api-query`, naming it."""
    if not text:
        return None
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise RequestError("api-query", label=name) from None


def _place(text: str) -> Place | None:
    """Return where the list goes on; None for its beginning. Its day is compared as text, so it need not be in the
    calendar. Raises RequestError `api-query`.
    """
    if not text:
        return None
    match = _AFTER.fullmatch(text)
    if match is None:
        raise RequestError("api-query", label="after")
    return Place(match["day"] or "", int(match["key"]))
