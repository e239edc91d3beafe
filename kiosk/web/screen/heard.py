"""Says a state in one breath, for whoever listens to a screen reader: the page puts it into the one live region it has.

A card is said whole; while something is typed, what is typed. Names are those of the card, and no more than it shows.
"""

from kiosk.checkin.specs.rows import Aloud
from kiosk.language.texts import spoken
from kiosk.web.screen import formats, texts
from kiosk.web.screen.faces import Face


def heard(face: Face) -> str:
    """What is read aloud of a face."""
    sheet, language = face.sheet, face.language
    typed, digits = getattr(sheet, "typed", ""), getattr(sheet, "digits", 0)
    if typed:
        return " ".join((*map(_ended, _wanted(face)), str(typed).strip()))
    if digits:
        return texts.DIGITS.to(language, count=str(digits))
    if face.aloud is Aloud.SUM:
        return formats.amount(getattr(sheet, "cents", 0), language)
    says = getattr(sheet, "says", "")
    said = (texts.PIN_SAYS[says].to(language),) if says else ()
    about = getattr(sheet, "about", None)  # in the place of the lead
    return _joined(*said, face.title, face.lead if about is None else spoken(about, language), *_wanted(face))


def _wanted(face: Face) -> tuple[str, ...]:
    """The lines that hold now: a keyboard's say what is missing, one of them at most, a list's what was not found."""
    sheet, lines = face.sheet, face.lines
    if hasattr(sheet, "wanted"):
        wanted = sheet.wanted
        return () if wanted is None or wanted is False else (lines[int(wanted) if wanted is not True else 0],)
    if face.aloud is Aloud.WHEN_EMPTY and face.options:
        return ()
    return lines if getattr(sheet, "has_more", True) else ()


def _joined(*parts: str) -> str:
    """Sentences one after the other; what begins small goes on with the one before."""
    said = ""
    for part in filter(None, parts):
        said = f"{_ended(said) if said and not part[0].islower() else said} {part}".strip()
    return _ended(said)


def _ended(said: str) -> str:
    """A sentence with its end, so that a voice makes a pause."""
    return said if said[-1:] in (*".!?…:", "") else f"{said}."
