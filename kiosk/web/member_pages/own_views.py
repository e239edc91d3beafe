"""Shows what the screen has no room for: all lines, receipts and statements to keep, all that is known of a member."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from kiosk.domain import days
from kiosk.domain.checkin.choices import Act
from kiosk.exports import formats as paper_formats
from kiosk.exports.members import personal_page
from kiosk.language.texts import Text
from kiosk.members import personal_data
from kiosk.selfservice import account, house
from kiosk.store.money import statements
from kiosk.store.officers import desk_log
from kiosk.web.member_pages import blocks, looks
from kiosk.web.member_pages.flows import Flows
from kiosk.web.member_pages.office import Guest
from kiosk.web.pages.speech import Block, Choice, View
from kiosk.web.screen.words import account_words

A_PAGE, MOST_PAPERS = 25, 12
RECEIPT, STATEMENT, DATA_PAGE, DATA_FILE, ERASE = "receipt", "statement", "data-page", "data-file", "erase"
ERASURE_ASKED = "erasure-asked"
_OLDER, _NEWER = Text("Plus anciennes", "Older ones"), Text("Plus récentes", "Newer ones")
_PAID = Text("Reçu · {day} · {cents}", "Receipt · {day} · {cents}")
_MONTH = Text("Relevé · {month}", "Statement · {month}")
_KEEP_PAGE = Text("Tout ce qui est su de moi, à lire", "All that is known of me, to read")
_KEEP_FILE = Text("Le même, pour un programme", "The same, for a program")
_PAPERS_LEAD = Text("Touchez un papier pour le garder (PDF).", "Touch a document to keep it (PDF).")
_DATA_LEAD = Text("Ce que l’association garde de vous.", "What the association keeps about you.")
_LINE = Text("{what} : {count}", "{what}: {count}")
_ERASE = Text("Demander que ma fiche soit effacée", "Ask for my file to be erased")
_ERASE_BELOW = Text(
    "Le bureau clôt d’abord votre compte ; les écritures gardent un numéro.",
    "The office first settles your account; entries keep a number.",
)
_ERASE_BY_HAND = Text(
    "Pour que votre fiche soit effacée, demandez-le au bureau.", "To have your file erased, ask the office."
)
_ASKED = Text("Demandé le {day} : le bureau vous répond.", "Requested on {day}: the office will reply.")


def lines(flows: Flows, guest: Guest, choice: str) -> View:
    """All lines of the account, the newest first, so many a page."""
    page = max(1, house.number_in(choice)) if choice else 1
    now, language = guest.now, guest.language
    own = statements.accounts_of(now.connection, guest.member.id)
    owed = sum(each.balance_cents for each in own)
    rows, count = statements.lines(now.connection, [each.account for each in own], owed, page=page, size=A_PAGE)
    told = account.told(now.connection, rows, {each.number for each in own})
    table = [list(account_words.line(each, language)) for each in told]
    found = list[Choice]()
    if page > 1:
        found.append(Choice(looks.LINES, str(page - 1), _NEWER.to(language)))
    if count > page * A_PAGE:
        found.append(Choice(looks.LINES, str(page + 1), _OLDER.to(language)))
    shown = [Block("rows", table)] if table else blocks.text(account_words.NO_LINES.to(language))
    return _view(flows, guest, looks.LINES, shown, choices=found)


def papers(flows: Flows, guest: Guest, _choice: str) -> View:
    """The last payments with a receipt each, and the last months with a statement each."""
    now, language = guest.now, guest.language
    paid = _payments(guest)[:MOST_PAPERS]
    found = [
        Choice(
            RECEIPT,
            str(each.number),
            _PAID.to(language, day=paper_formats.day(each.day_on, language), cents=_euros(-each.amount_cents, guest)),
            does=True,
        )
        for each in paid
    ]
    for first in months(now.moment.day, guest.member.joined_on):
        label = _MONTH.to(language, month=f"{paper_formats.month(first.month, language)} {first.year}")
        found.append(Choice(STATEMENT, f"{first:%Y-%m}", label, does=True))
    return _view(flows, guest, looks.PAPERS, [], lead=_PAPERS_LEAD, papers=found)


def _payments(guest: Guest) -> list[statements.Line]:
    own = [guest.member.account]
    rows, _ = statements.lines(guest.now.connection, own, guest.member.balance_cents, page=1, size=200)
    return [row for row in rows if row.kind == "payment" and row.reversed_by is None]


def months(today: date, joined_on: date) -> list[date]:
    """The first days of the last twelve months, this one first, none before a member joined."""
    found, first = list[date](), today.replace(day=1)
    while len(found) < MOST_PAPERS and days.month_of(first)[1] >= joined_on:
        found.append(first)
        first = (first - timedelta(days=1)).replace(day=1)
    return found


def data(flows: Flows, guest: Guest, _choice: str) -> View:
    """What is known of a member, by kind and number; all of it to keep; and the request to erase it."""
    now, language = guest.now, guest.language
    known = personal_data.read(now.connection, guest.member.number, now.moment.day)
    counted = [
        [_LINE.to(language, what=personal_page.SECTIONS[code].to(language), count=str(len(rows)))]
        for code, rows in known.sections.items()
        if rows
    ]
    found = [
        Choice(DATA_PAGE, "", _KEEP_PAGE.to(language), does=True),
        Choice(DATA_FILE, "", _KEEP_FILE.to(language), does=True),
    ]
    asked_on = erasure_asked_on(guest)
    erase = [Choice(ERASE, "", _ERASE.to(language), _ERASE_BELOW.to(language), does=True)]
    told = "" if asked_on is None else _ASKED.to(language, day=paper_formats.day(asked_on, language))
    shown = [Block("text", counted), *([] if guest.has_mail else blocks.text(_ERASE_BY_HAND.to(language)))]
    return _view(
        flows,
        guest,
        looks.DATA,
        shown,
        lead=_DATA_LEAD,
        papers=found,
        choices=[] if asked_on or not guest.has_mail else erase,
        told=told,
    )


def erasure_asked_on(guest: Guest) -> date | None:
    """The day on which this member asked to be erased; None where they did not."""
    at = desk_log.last_at(guest.now.connection, ERASURE_ASKED, guest.member.number)
    return None if at is None else at.astimezone(guest.now.moment.local.tzinfo).date()


def _euros(cents: int, guest: Guest) -> str:
    return paper_formats.euros(cents, guest.language)


def _view(
    flows: Flows,
    guest: Guest,
    name: str,
    shown: list[Block],
    *,
    lead: Text | None = None,
    told: str = "",
    choices: list[Choice] | None = None,
    papers: list[Choice] | None = None,
) -> View:
    return View(
        language=guest.language,
        title=looks.MENU[name].to(guest.language),
        lead="" if lead is None else lead.to(guest.language),
        told=told,
        flow=flows.keep(guest.telephone.id, looks.fresh_notes()),
        name=guest.member.at_the_door or "",
        blocks=shown,
        choices=choices or [],
        papers=papers or [],
        menu=looks.menu(guest),
    )


VIEWS: Mapping[str, Callable[[Flows, Guest, str], View]] = {
    looks.LINES: lines,
    looks.PAPERS: papers,
    looks.DATA: data,
}
"""The pages that only a telephone has."""

FIRST = Act.ACCOUNT
