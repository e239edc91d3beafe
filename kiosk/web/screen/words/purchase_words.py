"""Words a purchase at the screen: what is chosen or was bought, and what to do about a sum above the tab's limit.

What it draws is imported for the type checker only, so that the entrance starts without the pages of dialogues.
"""

from typing import TYPE_CHECKING

from kiosk.language.catalogues import Language
from kiosk.language.names import Names
from kiosk.language.texts import Text
from kiosk.web.screen import formats

if TYPE_CHECKING:
    from kiosk.selfservice.purchases import Beyond, BoughtSheet, BuySheet, ConfirmSheet

ONE_LINE = Text("{name} · {amount} · sur votre ardoise", "{name} · {amount} · on your tab")
LINE = Text("{name} · {amount}", "{name} · {amount}")
IN_ALL = Text("Total · {amount} · sur votre ardoise", "Total · {amount} · on your tab")
CHOSEN = Text("Déjà choisi : {names}.", "Already chosen: {names}.")
BEYOND_TAB = Text(
    "{name} dépasse la limite de votre ardoise ({limit}) : payez {amount} ou plus.",
    "{name} exceeds your tab’s limit ({limit}): pay {amount} or more.",
)
BEYOND_ADVANCE = Text(
    "{name} dépasse votre avance : payez {amount} ou plus.", "{name} exceeds your credit: pay {amount} or more."
)
AT_THE_OFFICE = Text("{name} : voyez avec le bureau.", "{name}: please see the office.")


def lines(sheet: "ConfirmSheet | BoughtSheet", language: Language) -> list[str]:
    """Return what is about to be bought or was bought: one sentence, or a line for each product and one for their sum.
    `sheet.lines` pairs a product's names with its price in cents.
    """
    if len(sheet.lines) == 1:
        return [_line(ONE_LINE, *sheet.lines[0], language)]
    product_lines = [_line(LINE, name, cents, language) for name, cents in sheet.lines]
    return [*product_lines, IN_ALL.to(language, amount=formats.amount(sheet.cents, language))]


def _line(words: Text, name: Names, cents: int, language: Language) -> str:
    """Return a product's name and its price of `cents`, in the sentence `words`."""
    return words.to(language, name=name.to(language), amount=formats.amount(cents, language))


def chosen(sheet: "BuySheet", language: Language) -> str:
    """Return what was chosen before, so that none of it is forgotten; an empty text where nothing was."""
    if not sheet.chosen:
        return ""
    return CHOSEN.to(language, names=", ".join(name.to(language) for name in sheet.chosen))


def beyond(product: "Beyond", language: Language) -> str:
    """Return why a product cannot be bought now, and what to do about it.

    `missing_cents` is the cash that would make room for it on the tab; 0: no cash paid here would help, so the member
    is sent to the office. `limit_cents` is the most that the tab may owe; 0: no tab, so the credit must cover it.
    """
    name = product.name.to(language)
    if not product.missing_cents:
        return AT_THE_OFFICE.to(language, name=name)
    words = BEYOND_TAB if product.limit_cents else BEYOND_ADVANCE
    amount, limit = (formats.amount(cents, language) for cents in (product.missing_cents, product.limit_cents))
    return words.to(language, name=name, amount=amount, limit=limit)
