"""Words the text kept beside a payment (a cheque's bank, number and drawer, a transfer's day and reference), by
language.

The ledger keeps one text, written once. Free text is repeated as it is.
"""

from kiosk.domain.money import cheques
from kiosk.exports import formats
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text

_RECEIVED = Text("reçu le {day}", "received on {day}")
_REFERENCE = Text("réf. {reference}", "ref. {reference}")
_BANK = Text("banque {bank}", "bank {bank}")
_NUMBER = Text("n° {number}", "no. {number}")
_DRAWER = Text("au nom de {name}", "drawn by {name}")
_BETWEEN = " · "  # stands between the parts


def in_words(text: str | None, language: Language) -> str:
    """Return the text of a payment in a language; "" for none."""
    return "" if text is None else _BETWEEN.join(_transfer(text, language) or _cheque(text, language) or [text])


def _transfer(text: str, language: Language) -> list[str]:
    """Return the parts of a transfer in words; none where the text is not exactly one."""
    try:
        transfer = cheques.read_transfer(text)
    except ValueError:  # the 31st of February
        return []
    if transfer.text != text:
        return []
    on = [] if transfer.on is None else [_RECEIVED.to(language, day=formats.day(transfer.on, language, formats.MEDIUM))]
    return on + ([_REFERENCE.to(language, reference=transfer.reference)] if transfer.reference else [])


def _cheque(text: str, language: Language) -> list[str]:
    """Return the parts of a cheque in words; none where the text is not exactly one."""
    cheque = cheques.read(text)
    if cheque.text != text:
        return []
    parts = (
        (cheque.bank, _BANK.to(language, bank=cheque.bank)),
        (cheque.number, _NUMBER.to(language, number=cheque.number)),
        (cheque.drawer, _DRAWER.to(language, name=cheque.drawer)),
    )
    return [words for part, words in parts if part]
