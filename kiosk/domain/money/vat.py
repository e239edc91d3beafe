"""Value added tax: the association's status, the tax in a price, and the words where there is none.

Prices are what people pay, tax included. A rate is in hundredths of a percent: 2000 is 20 %.
"""

from collections.abc import Mapping
from enum import StrEnum

from kiosk.language.texts import Text

WHOLE = 10_000  # hundredths of a percent
HIGHEST = WHOLE  # the highest rate that the rules accept: 100 %


class VatStatus(StrEnum):
    """Whether the association collects VAT, and if not, why."""

    EXEMPT = "exempt"  # services to members, CGI art. 261-7-1°
    FRANCHISE = "franchise"  # below the threshold, CGI art. 293 B
    LIABLE = "liable"


_WORDS: Mapping[VatStatus, Text | None] = {
    VatStatus.EXEMPT: Text(
        "Exonération de TVA, article 261-7-1° du CGI",
        "VAT exempt, article 261-7-1° of the French tax code",
    ),
    VatStatus.FRANCHISE: Text(
        "TVA non applicable, article 293 B du CGI",
        "VAT not applicable, article 293 B of the French tax code",
    ),
    VatStatus.LIABLE: None,
}


def wording(status: str, language: str) -> str:
    """Return what a receipt says in place of a rate, in French with its translation; empty for an association liable to
    VAT.
    """
    words = _WORDS[VatStatus(status)]
    return "" if words is None else words.lawful(language)


def split(gross_cents: int, rate: int | None) -> tuple[int, int]:
    """Return the net amount and the tax in an amount of 0 or more, all in cents; no tax where the rate is None or 0.

    The tax is rounded to the cent, half a cent up. CGI art. 270 rounds the whole sum; here each line is rounded, so
    that the lines of a document add up to its total.
    """
    if not rate:
        return gross_cents, 0
    base = WHOLE + rate
    tax = (2 * gross_cents * rate + base) // (2 * base)
    return gross_cents - tax, tax


def plain(rate: int, decimal: str = ".") -> str:
    """Return a rate in percent as files write it: `20`, `5.5`."""
    whole, rest = divmod(rate, 100)
    return f"{whole}{decimal}{rest:02d}".rstrip("0") if rest else str(whole)
