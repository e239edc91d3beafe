"""Says a state in one breath, for whoever listens to a screen reader: the page puts it into the one live region it has.

A card is said whole; while something is typed, what is typed. Names are those of the card, and no more than it shows.
"""

from kiosk.checkin.cards import CardKind
from kiosk.web.screen import formats, texts
from kiosk.web.screen.faces import Face


def heard(face: Face) -> str:
    """What is read aloud of a face."""
    sheet, language = face.sheet, face.language
    typed, digits = getattr(sheet, "typed", ""), getattr(sheet, "digits", 0)
    if typed:
        return str(typed)
    if digits:
        return texts.DIGITS.to(language, count=str(digits))
    if face.code == CardKind.CASH_SUM.value:
        return formats.amount(getattr(sheet, "cents", 0), language)
    says = getattr(sheet, "says", "")
    said = (texts.PIN_SAYS[says].to(language),) if says else ()
    return " ".join(_ended(part) for part in (*said, face.title, face.lead, *face.lines) if part)


def _ended(said: str) -> str:
    """A sentence with its end, so that a voice makes a pause."""
    return said if said[-1] in ".!?…:" else f"{said}."
