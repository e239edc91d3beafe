"""Hands out papers to a telephone: receipts and statements as PDF, and all data about its member as a file.

A `Guest` is the member whose telephone asks.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date

from kiosk.books import receipts
from kiosk.checkin.dialogue import TELEPHONE
from kiosk.domain.books.documents import DocumentView
from kiosk.errors import RequestError
from kiosk.exports.books import receipt_pdf
from kiosk.exports.members import personal_page
from kiosk.members import personal_data
from kiosk.members.personal_data import PersonalData
from kiosk.selfservice import house
from kiosk.store.money import tab_rows
from kiosk.store.officers import desk_log
from kiosk.web.member_pages import data_views, own_views
from kiosk.web.member_pages.office import Guest, PagesOffice
from kiosk.web.pages.speech import File

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_PDF, _PAGE, _JSON = "application/pdf", "text/html; charset=utf-8", "application/json"

Draw = Callable[[], File]  # draws the file, after the transaction has ended


def receipt(office: PagesOffice, guest: Guest, choice: str) -> Draw:
    """Return a function that draws the receipt of a member's own payment; `choice` is its entry's number. A receipt
    that was not issued yet is issued. Raises RequestError `no-such-document` for any other entry.
    """
    entry, act = house.number_in(choice), _act(office, guest)
    try:
        rows = {row.number: row for row in tab_rows.act(act.connection, entry)}
        is_own = rows[entry].account_id == guest.member.account and rows[entry].kind == "payment"
        # Issues the payment's receipts where they are not issued yet.
        own = [issued for issued in receipts.receipts(act, entry) if issued.document.account == guest.member.account]
    except (RequestError, KeyError):
        is_own, own = False, []
    if not is_own or not own:
        raise RequestError("no-such-document")
    return _pdf(act, own[0].document.id, f"recu-{own[0].document.number}.pdf")


def statement(office: PagesOffice, guest: Guest, choice: str) -> Draw:
    """Return a function that draws the statement of one month (`choice`, like 2026-11) of the member's own account,
    which is issued if its content is new. Raises RequestError `touch-over` for a month that is not on offer.
    """
    if _MONTH.fullmatch(choice) is None:
        raise RequestError("touch-over", "there is no such month")
    first, act = date.fromisoformat(f"{choice}-01"), _act(office, guest)
    if first not in own_views.months(guest.now.moment.day, guest.member.joined_on):
        raise RequestError("touch-over", "there is no such month here")
    # No key: a statement with the same content is not issued twice.
    issued = receipts.issue_statement(act, guest.member.account, first, None)
    return _pdf(act, issued.document.id, f"releve-{choice}.pdf")


def _act(office: PagesOffice, guest: Guest) -> receipts.Act:
    """Return the transaction in which a paper is issued, in the name of telephones."""
    return receipts.Act(guest.now.connection, office.home.seal, guest.now.moment, TELEPHONE)


def _pdf(act: receipts.Act, document: int, name: str) -> Draw:
    """Record that a document is handed out (all but the first time it is a duplicate, and says so), and return a
    function that draws it as a PDF.
    """
    shown: DocumentView = receipts.hand_out(act, document, "screen", None).shown  # no key: each time counts as a copy
    return lambda: File(language=shown.language, name=name, kind=_PDF, content=receipt_pdf.pdf(shown))


def data_page(_office: PagesOffice, guest: Guest, _choice: str) -> Draw:
    """Return a function that writes all data about the member as a page to read."""
    data = _read(guest)
    words = personal_page.Words(guest.language, guest.now.moment.local.tzinfo or UTC, data.names)

    def draw() -> File:
        """Write the page."""
        page = personal_page.html(data.name, data.made_on, data.sections, words)
        return File(language=guest.language, name=f"{_stem(data)}.html", kind=_PAGE, content=page.encode())

    return draw


def data_file(_office: PagesOffice, guest: Guest, _choice: str) -> Draw:
    """Return a function that writes all data about the member as JSON, for a program."""
    data = _read(guest)
    return lambda: File(
        language=guest.language, name=f"{_stem(data)}.json", kind=_JSON, content=data.as_json().encode()
    )


def _read(guest: Guest) -> PersonalData:
    """Read all data about the member, and log that it was handed out."""
    now = guest.now
    desk_log.add(now.connection, now.moment.at, TELEPHONE, "own-data-handed", guest.member.number, None)
    return personal_data.read(now.connection, guest.member.number, now.moment.day)


def _stem(personal: PersonalData) -> str:
    """Return the file's name without its ending: the day, and the member's number."""
    return f"{personal.made_on:%Y%m%d}-{personal.number:04d}"


PAPERS: Mapping[str, Callable[[PagesOffice, Guest, str], Draw]] = {
    own_views.RECEIPT: receipt,
    own_views.STATEMENT: statement,
    data_views.DATA_PAGE: data_page,
    data_views.DATA_FILE: data_file,
}
"""The papers that a telephone can fetch, by name."""
