"""Words the page that lists what everything costs."""

from typing import TYPE_CHECKING

from kiosk.language.catalogues import Language
from kiosk.language.texts import Text
from kiosk.web.screen import formats

if TYPE_CHECKING:
    from kiosk.selfservice.premises.prices import PricesSheet

FULL, REDUCED = Text("Plein", "Full"), Text("Réduit", "Reduced")
FOR_NOTHING = Text("gratuit", "free")
_SUGGESTED = Text("libre, {amount}", "suggested {amount}")
_WITH_REDUCED = Text("{name} : {amount}, réduit {reduced}", "{name}: {amount}, reduced {reduced}")
_LINE = Text("{name} : {amount}", "{name}: {amount}")


def amount(cents: int, language: Language, is_free: bool = False) -> str:
    """Return a price as it stands in a column; where payers choose what they pay, the suggested price."""
    if not cents:
        return FOR_NOTHING.to(language)
    written = formats.amount(cents, language)
    return _SUGGESTED.to(language, amount=written) if is_free else written


def heard(sheet: "PricesSheet", language: Language) -> list[str]:
    """Return each line as a sentence, for screen readers."""
    sentences = []
    for line in sheet.lines:
        name, full = line.name.to(language), amount(line.cents, language, line.is_free)
        if line.reduced_cents is None:
            sentences.append(_LINE.to(language, name=name, amount=full))
        else:
            reduced = amount(line.reduced_cents, language)
            sentences.append(_WITH_REDUCED.to(language, name=name, amount=full, reduced=reduced))
    return sentences
