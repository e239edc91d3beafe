"""Reads what is typed into the finder: words, an amount after a name, a number alone, a document's number."""

import re

from msgspec import Struct

from kiosk.domain import amounts
from kiosk.domain.problems import Problem
from kiosk.web.desk.finder.folded import folded, words

LONGEST, MOST_WORDS = 100, 8  # characters and words that are read
_SUM = re.compile(r"^(?P<rest>.*\S)\s+(?P<sum>\d{1,6}(?:[.,]\d{1,2})?)\s*(?:€|eur|euros?)?$")  # "dupont 12,50 €"
_IN_THOUSANDS = r"\s(?P<sum>\d{1,3}(?:[ '’.,]\d{3})+(?:[.,]\d{1,2})?)\s*(?:€|eur|euros?)?$"  # "1 250,00 €"
# After an act and a name: in "encaisser 12 500" no name stands before " 12 500", so the member is 12, the amount 500.
_AFTER_TWO = re.compile(rf"^(?P<rest>.*\S\s.*[^\W\d].*){_IN_THOUSANDS}")
_AFTER_A_NAME = re.compile(rf"^(?P<rest>.*[^\W\d].*){_IN_THOUSANDS}")
_LETTERED = re.compile(r"^([rfa])[- ]?0*(\d{1,6})$")  # "F-12": the letter of a series and a number
# A kind of document and its number, perhaps after "n°" or the letter of its series: "facture n° F-12".
_NUMBERED = re.compile(r"^([a-z]+)\s+(?:n[o°º]?\s*)?([a-z]-?)?0*(\d{1,9})$")
_SERIES = {"r": "receipt", "f": "invoice", "a": "credit-note"}  # by the letter before a document's number
_PAPERS = {  # series, by the folded words that people call them
    **dict.fromkeys(("recu", "receipt", "kwitantie", "quittance", "note", "releve"), "receipt"),
    **dict.fromkeys(("facture", "invoice", "factuur"), "invoice"),
    **dict.fromkeys(("avoir", "creditnota"), "credit-note"),
    **dict.fromkeys(("devis", "quote", "offerte"), "quote"),
    **dict.fromkeys(("reservation", "booking", "reservering"), "booking"),
    **dict.fromkeys(("ecriture", "entry", "boeking"), "entry"),
}
_TAIL = re.compile(r"[0-9A-F]{2,4}")  # of a badge's number


class Asked(Struct, frozen=True):
    """What was typed into the finder, in its parts. `sum_cents` is an amount at the end, and `words` are then without
    it; `paper` is a series and a number; `tail` the end of a badge's number.
    """

    text: str
    words: tuple[str, ...]
    sum_cents: int | None
    number: int | None
    tail: str
    paper: tuple[str, int] | None

    @property
    def has_address(self) -> bool:
        """Tell whether the text may be a whole e-mail address."""
        return "@" in self.text

    def after(self, count: int) -> "Asked":
        """Return what was typed without its first `count` words, which name an act. A whole amount that is left alone
        is read as a number; a series and a number name no paper here, for no act is done to one.
        """
        words_left = self.words[count:]
        if not words_left and self.sum_cents is not None and self.sum_cents % 100 == 0:
            return read(str(self.sum_cents // 100))
        typed_after = read(" ".join(words_left))
        return Asked(typed_after.text, typed_after.words, self.sum_cents, typed_after.number, typed_after.tail, None)


def read(typed: str, *, names_no_act: bool = False) -> Asked:
    """Return what is typed, in its parts. With `names_no_act` the first word is part of a name, so an amount in
    thousands may follow it.
    """
    text = " ".join(typed[:LONGEST].split())
    plain = folded(text).strip()
    sum_cents, rest = _sum(text, _AFTER_A_NAME if names_no_act else _AFTER_TWO)
    digits = text if text.isascii() and text.isdigit() and len(text) < 10 else ""
    tail = text.strip(" .…").upper()
    return Asked(
        text,
        words(rest)[:MOST_WORDS],
        sum_cents,
        int(digits) if digits else None,
        tail if _TAIL.fullmatch(tail) else "",
        _paper(plain),
    )


def _sum(text: str, in_thousands: re.Pattern[str]) -> tuple[int | None, str]:
    """Return the amount in cents at the end of a text, and what stands before it; None and the whole text where there
    is none.
    """
    for pattern in (in_thousands, _SUM):  # thousands first: `_SUM` would read "12 500" as 500
        match = pattern.match(text)
        try:
            if match is not None:
                return amounts.parse(match["sum"]), match["rest"]
        except Problem:
            continue
    return None, text


def _paper(plain: str) -> tuple[str, int] | None:
    """Return a document's series and number; None where the text is not a document's number."""
    if lettered := _LETTERED.match(plain):
        return _SERIES[lettered[1]], int(lettered[2])
    numbered = _NUMBERED.match(plain)
    if numbered is None or numbered[1] not in _PAPERS:
        return None
    return _PAPERS[numbered[1]], int(numbered[3])
