"""Words a state in one breath, for screen readers: the page puts it into its one live region.

A *face* is all that the templates draw of a state (`faces`), a *sheet* what only a page of its kind shows.

A card is read as a whole; while someone types, only what is typed. Names are those of the card, and no more than it
shows.
"""

from typing import TYPE_CHECKING, Any, cast

from kiosk.checkin.specs.rows import Aloud
from kiosk.domain.checkin.choices import TYPED
from kiosk.language.catalogues import Language
from kiosk.language.texts import spoken
from kiosk.web.screen import formats, texts
from kiosk.web.screen.faces import Face

if TYPE_CHECKING:
    from kiosk.selfservice.payments import DeclaredSheet, TransferSheet


def heard(face: Face) -> str:
    """Return what a screen reader says of a face. While a text is typed: what is missing, and the text; while a code
    is typed: how many digits, never which; while an amount is typed: the amount. Of any other face: all its words.
    """
    sheet, language = face.sheet, face.language
    typed, digits = getattr(sheet, "typed", ""), getattr(sheet, "digits", 0)
    if typed:
        return " ".join((*map(_ended, _lines_now(face)), str(typed).strip()))
    if digits:
        return texts.DIGITS.to(language, count=str(digits))
    if face.aloud is Aloud.SUM:
        return formats.amount(getattr(sheet, "cents", 0), language)
    says = getattr(sheet, "says", "")  # what is wrong with a typed code, by its code
    fault = (texts.PIN_SAYS[says].to(language),) if says else ()
    about = getattr(sheet, "about", None)  # takes the place of the lead
    is_empty = face.aloud is Aloud.WHEN_EMPTY and not face.options  # its line takes the place of the lead, too
    lead = "" if is_empty else face.lead if about is None else spoken(about, language)
    return _joined(*fault, face.title, *_sums(face), lead, *_lines_now(face), *_choices(face))


def _sums(face: Face) -> list[str]:
    """Return the amounts that stand on a page, each with its words; none that the page hides. A page that is not
    listed here has at most a balance.
    """
    # Imported with the first page that shows amounts: the entrance starts without them.
    from kiosk.web.screen.words import account_words, price_words, purchase_words

    sheet, language = face.sheet, face.language
    match face.code:
        case "account":
            return [" ".join(filter(None, account_words.balance(cast("Any", sheet), language)))]
        case "prices":
            return price_words.heard(cast("Any", sheet), language)
        case "confirm" | "bought":
            return purchase_words.lines(cast("Any", sheet), language)
        case "cash-declared" if sheet is not None:
            return _declared(cast("DeclaredSheet", sheet), language)
        case "transfer" if sheet is not None:
            cents = cast("TransferSheet", sheet).cents
            return [f"{texts.SUM.to(language)} {formats.amount(cents, language)}"]
    owed = getattr(sheet, "balance_cents", None)
    if owed is None:
        return []
    words = texts.AHEAD if owed < 0 else texts.OWED
    return [words.to(language, amount=formats.amount(abs(owed), language))]


def _declared(sheet: "DeclaredSheet", language: Language) -> list[str]:
    """Return the lines about declared cash: the amount put in, and the balance before it and after the next count."""
    put_in = texts.PUT_IN.to(language, amount=formats.amount(sheet.cents, language))
    pairs = ((texts.BEFORE, sheet.before_cents), (texts.AFTER_COUNT, sheet.after_cents))
    return [put_in, *(f"{label.to(language)} {_balance(cents, language)}" for label, cents in pairs)]


def _balance(cents: int, language: Language) -> str:
    """Return a balance as the page writes it: below zero it is "in advance"."""
    ahead = f"({texts.IN_ADVANCE.to(language)}) " if cents < 0 else ""
    return f"{ahead}{formats.amount(abs(cents), language)}"


def _choices(face: Face) -> tuple[str, ...]:
    """Return a sentence that lists what can be chosen on a page; nothing where there is no choice."""
    names = [option.label for option in face.options if option.act not in TYPED]
    return (texts.TO_CHOOSE.to(face.language, names=", ".join(names)),) if names else ()


def _lines_now(face: Face) -> tuple[str, ...]:
    """Return the lines to read aloud now.

    On a keyboard (`missing_line`: the index of a line, or None): the one that says what is missing. On a list whose
    lines say that it is empty: none while it offers choices. On the list of names, whose line asks for more letters:
    none unless more names match than are shown (`has_more`). On any other page: all.
    """
    sheet, lines = face.sheet, face.lines
    if hasattr(sheet, "missing_line"):
        missing = sheet.missing_line
        return () if missing is None else (lines[missing],)
    if face.aloud is Aloud.WHEN_EMPTY and face.options:
        return ()
    return lines if getattr(sheet, "has_more", True) else ()


def _joined(*parts: str) -> str:
    """Join sentences into one text; a part that begins with a small letter continues the sentence before."""
    text = ""
    for part in filter(None, parts):
        text = f"{_ended(text) if text and not part[0].islower() else text} {part}".strip()
    return _ended(text)


def _ended(sentence: str) -> str:
    """Return a sentence with a full stop, unless it has its end, so that a voice pauses."""
    return sentence if sentence[-1:] in (*".!?…:", "") else f"{sentence}."
