"""Shows members what is stored about them, by kind and number; takes a request for erasure, or its withdrawal.

A `Guest` is the member whose telephone asks. A `Choice` that `does` something is drawn as a button and sent as a form;
others are links.
"""

from collections.abc import Callable, Mapping

from kiosk.checkin.dialogue import TELEPHONE
from kiosk.domain.members import erasing
from kiosk.exports import formats
from kiosk.exports.members import personal_page
from kiosk.language.texts import Text
from kiosk.members import erasure_requests, personal_data
from kiosk.store.members import erasure_rows
from kiosk.web.member_pages import looks
from kiosk.web.member_pages.flows import Flows
from kiosk.web.member_pages.office import Guest
from kiosk.web.pages.speech import Block, Choice, View

DATA_PAGE, DATA_FILE, ERASE, KEEP = "data-page", "data-file", "erase", "erase-not"  # two papers, two acts
_KEEP_PAGE = Text("Lire tout ce que l’association sait de moi", "Read everything the association knows about me")
_KEEP_FILE = Text("Les mêmes données, pour un programme", "The same data, in a format for other programs")
_LEAD = Text("Ce que l’association garde de vous.", "What the association keeps about you.")
_LINE = Text("{what} : {count}", "{what}: {count}")
_ERASE = Text("Demander que ma fiche soit effacée", "Ask for my file to be erased")
_ERASE_BELOW = Text(
    "Le bureau ramène d’abord votre compte à zéro ; les écritures ne gardent que votre numéro.",
    "The office first brings your account to zero; entries keep only your number.",
)
_ASKED = Text(
    "Effacement demandé le {day} : le bureau répond avant le {last}.",
    "Erasure requested on {day}: the office will reply by {last}.",
)
_KEEP = Text("Retirer ma demande d’effacement", "Withdraw my erasure request")
_KEEP_BELOW = Text("Votre fiche reste inchangée.", "Your file stays unchanged.")


def data(flows: Flows, guest: Guest, _choice: str) -> View:
    """Show what is stored about a member: each kind of data with its number of rows, all of it as a file, and the
    button that asks for erasure; or, after that, until when the office answers, and the button that withdraws it.
    """
    now, language = guest.now, guest.language
    counted = [
        [_LINE.to(language, what=personal_page.SECTIONS[code].to(language), count=str(len(rows)))]
        for code, rows in personal_data.sections(now.connection, guest.member).items()
        if rows
    ]
    papers = [
        Choice(DATA_PAGE, "", _KEEP_PAGE.to(language), does=True),
        Choice(DATA_FILE, "", _KEEP_FILE.to(language), does=True),
    ]
    asked_on = erasure_rows.asked_on(now.connection, guest.member.number)
    if asked_on is None:
        status, choice = "", Choice(ERASE, "", _ERASE.to(language), _ERASE_BELOW.to(language), does=True)
    else:
        days = {"day": asked_on, "last": erasing.answer_by(asked_on)}
        status = _ASKED.to(language, **{name: formats.day(day, language) for name, day in days.items()})
        choice = Choice(KEEP, "", _KEEP.to(language), _KEEP_BELOW.to(language), does=True)
    shown = [Block("text", counted)]
    return looks.own_view(flows, guest, looks.DATA, shown, lead=_LEAD, papers=papers, choices=[choice], told=status)


def ask_erasure(flows: Flows, guest: Guest, _choice: str) -> View:
    """Ask the office to erase this member's file; a second request changes nothing."""
    now = guest.now
    erasure_requests.ask(now.connection, guest.member.number, now.moment, TELEPHONE, by_mail=guest.has_mail)
    return data(flows, guest, "")


def withdraw(flows: Flows, guest: Guest, _choice: str) -> View:
    """Withdraw the request for erasure."""
    erasure_requests.withdraw(guest.now.connection, guest.member.number, guest.now.moment, TELEPHONE)
    return data(flows, guest, "")


VIEWS: Mapping[str, Callable[[Flows, Guest, str], View]] = {looks.DATA: data}
DOES: Mapping[str, Callable[[Flows, Guest, str], View]] = {ERASE: ask_erasure, KEEP: withdraw}
