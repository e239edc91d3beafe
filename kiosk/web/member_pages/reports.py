"""Shows members what they reported as wrong, and what the office decided."""

from collections.abc import Mapping

from kiosk.exports import formats
from kiosk.language.texts import Text
from kiosk.store.money import correction_rows
from kiosk.store.money.correction_rows import ACCEPTED, FORGOTTEN, OPEN, REFUSED, Correction
from kiosk.web.member_pages.office import Guest
from kiosk.web.pages.speech import Block

MOST = 5  # reports that are shown
_HEADING = Text("Ce que vous avez signalé", "What you reported")
_DAY = Text("Journée oubliée : {day}", "Forgotten day: {day}")
_LINE = Text("Ligne du {day} : {cents}", "Entry of {day}: {cents}")
_STATES: Mapping[str, Text] = {
    OPEN: Text("Le bureau doit encore décider.", "Waiting for the office to decide."),
    ACCEPTED: Text("Accepté le {on}.", "Accepted on {on}."),
    REFUSED: Text("Refusé le {on} : demandez pourquoi au bureau.", "Refused on {on}: ask the office why."),
}


def blocks(guest: Guest) -> list[Block]:
    """Return the newest reports with their state; an empty list where there are none."""
    reports = correction_rows.of_member(guest.now.connection, guest.member.id, MOST)
    rows = [[_subject(report, guest), _state(report, guest)] for report in reports]
    return [Block("heading", [[_HEADING.to(guest.language)]]), Block("pairs", rows)] if rows else []


def _subject(report: Correction, guest: Guest) -> str:
    """Return what a report is about, in words: a forgotten day, or an entry with its day and amount."""
    day = formats.day(report.day_on, guest.language)
    if report.kind == FORGOTTEN:
        return _DAY.to(guest.language, day=day)
    return _LINE.to(guest.language, day=day, cents=formats.euros(report.amount_cents or 0, guest.language))


def _state(report: Correction, guest: Guest) -> str:
    """Return what became of a report, in words."""
    zone = guest.now.moment.local.tzinfo
    on = "" if report.decided_at is None else formats.day(report.decided_at.astimezone(zone).date(), guest.language)
    return _STATES[report.state].to(guest.language, on=on)
