"""Lists what can be touched on a card: each act with its words, its icon and its rank on the page."""

from msgspec import Struct

from kiosk.checkin.cards import HELP, Card, CardKind
from kiosk.checkin.specs.lists import ACTS
from kiosk.checkin.specs.rows import Rank
from kiosk.domain.checkin.choices import MOST, Act
from kiosk.language.catalogues import Language
from kiosk.language.texts import spoken
from kiosk.web.screen import ranks, texts


class Button(Struct, frozen=True):
    """A button on a card: its act, words, icon and rank. `ticket` and `value` go back with the touch, as the card
    offered them.
    """

    act: str
    label: str
    icon: str
    ticket: str = ""
    value: str = ""
    rank: str = ""  # how it stands out: see `ranks`
    counts_down: bool = False  # the remaining seconds are shown below it
    says: str = ""  # the recorded sentence that names it before it acts, where the voice is on


def of_card(card: Card, language: Language, tone: str) -> tuple[Button, ...]:
    """Return the card's buttons, with the help button before the one that closes the card, where the card offers help
    and has fewer than `MOST` buttons. `tone` is the colour of the card: pages that are no verdict are `paper`.
    """
    offered = _offered(card, language, tone)
    if len(offered) >= MOST or not card.spec.offers_help:
        return offered
    has_close = bool(offered) and Rank.LEAVE in offered[-1].rank
    place = len(offered) - 1 if has_close else len(offered)
    return (*offered[:place], help_button(language), *offered[place:])


def help_button(language: Language) -> Button:
    """Return the button that rings for help or shows a number to call. It needs no ticket, because
    it can do no harm.
    """
    return unticketed(Act.HELP, language)


def unticketed(act: Act, language: Language) -> Button:
    """Return the button of an act that anyone may do at any time."""
    return Button(act.value, ACTS[act].words.to(language), ACTS[act].icon)


def _offered(card: Card, language: Language, tone: str) -> tuple[Button, ...]:
    """Return the buttons of the card's own acts, if its ticket lets them be touched; on other cards, only the button
    that closes it, where its row has one (`closable`).
    """
    if card.kind is CardKind.BADGE_AGAIN:  # its last button always says "Close", with a ticket or without
        close = _close(language, "done" if card.ticket else "close", card.ticket or "")
        beside = (act for act in card.acts if act is not Act.DONE)
        return (*(_button(card, act, language, tone) for act in beside), close)
    if card.ticket is not None and card.acts:
        return tuple(_button(card, act, language, tone) for act in card.acts)
    if not card.spec.closable:
        return ()
    if card.rings == HELP:  # help may be rung for because the house has to be emptied: the list is one touch away
        return (unticketed(Act.EVACUATION, language), _close(language))
    return (_close(language),)


def _button(card: Card, act: Act, language: Language, tone: str) -> Button:
    """Return the button of one of the card's acts."""
    rank = ranks.of_act(card, act, tone)
    spec = ACTS[act]
    # "Done" ends what was begun on a page; a verdict, in its colour, has begun nothing: its button says "Close".
    label = texts.CLOSE if act is Act.DONE and tone != "paper" else spec.words
    return Button(
        act.value,
        label.to(language, name=card.waits or ""),
        spec.icon,
        card.ticket or "",
        rank=rank,
        counts_down=spec.counts_down,
    )


def _close(language: Language, act: str = "close", ticket: str = "") -> Button:
    """Return the button that closes the card."""
    return Button(act, texts.CLOSE.to(language), "x", ticket, rank=Rank.LEAVE)


def option(card: Card, place: int, language: Language) -> Button:
    """Return the button for one of a page's own choices, by its place among them, from 0."""
    chosen = card.options[place]
    icon, rank = ranks.icon_of(card, chosen), ranks.of_option(card, place)
    return Button(chosen.act.value, spoken(chosen.said, language), icon, card.ticket or "", chosen.value, rank)
