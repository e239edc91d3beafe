"""Words what a member is asked who has just come in: who waits for their word, what it does, how much it costs.

What it draws is named for the type checker only: the entrance starts without the pages of dialogues.
"""

from typing import TYPE_CHECKING, cast

from kiosk.checkin.cards import Card, CardKind
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text
from kiosk.web.screen import formats
from kiosk.web.screen.texts import Words

if TYPE_CHECKING:
    from kiosk.selfservice.joining import WelcomeQuestion
    from kiosk.selfservice.without_badge.vouching import VouchQuestion

SOMEBODY = Text("Quelqu’un", "someone")  # no first name was typed
JOINING_COSTS = Text(
    "Adhésion {amount} et journée : sur son ardoise.",
    "Membership {amount} and day: on their own tab.",
)


def about(card: Card, language: Language) -> str:
    """Whom a question is about."""
    if card.sheet is None:
        return SOMEBODY.to(language)
    if card.kind is CardKind.VOUCH_ASKS:
        return cast("VouchQuestion", card.sheet).name
    return cast("WelcomeQuestion", card.sheet).newcomer


def said(card: Card, words: Words, language: Language) -> tuple[str, tuple[str, ...]]:
    """The lead and the lines of a question."""
    nothing_yet = tuple(line.to(language) for line in words.lines)
    if card.sheet is None:
        return words.lead.to(language), nothing_yet
    if card.kind is CardKind.VOUCH_ASKS:
        return words.lead.to(language), nothing_yet
    fee = formats.amount(cast("WelcomeQuestion", card.sheet).fee_cents, language)
    return words.lead.to(language), (JOINING_COSTS.to(language, amount=fee), *nothing_yet)
