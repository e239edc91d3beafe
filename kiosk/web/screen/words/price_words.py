"""Words the page that lists what everything costs."""

from typing import TYPE_CHECKING

from kiosk.language.catalogues import Language
from kiosk.language.texts import Text
from kiosk.web.screen import formats

if TYPE_CHECKING:
    from kiosk.selfservice.premises.prices import PricesSheet

FULL, REDUCED = Text("Plein", "Full"), Text("Réduit", "Reduced")
FOR_NOTHING = Text("gratuit", "free")
_SUGGESTED = Text("libre, {amount}", "yours, {amount}")
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
    said = []
    for each in sheet.lines:
        name, full = each.name.to(language), amount(each.cents, language, each.is_free)
        if each.reduced_cents is None:
            said.append(_LINE.to(language, name=name, amount=full))
        else:
            reduced = amount(each.reduced_cents, language)
            said.append(_WITH_REDUCED.to(language, name=name, amount=full, reduced=reduced))
    return said
