"""Ranks the buttons of a page, and chooses the icon of a page's own choices.

One act is primary: dark, and first. Leaving is last. All others stand beside it, alike. On a page where nothing is left
to do, leaving is primary. A list whose choices are equally likely has no primary act.
"""

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.specs.lists import ACTS
from kiosk.checkin.specs.rows import Chooses, Rank
from kiosk.domain.checkin.choices import Act

_SETTINGS = {  # icons of settings, by the part of a choice before "="
    "language": "languages",
    "larger": "a-large-small",
    "visible": "eye",
    "sums-hidden": "coins",
    "notify": "mail",
    "name": "id-card",
}


def of_act(card: Card, act: Act, tone: str) -> str:
    """Return the rank of one of a card's acts, as classes for the style sheet; `tone` is the card's colour: `paper` for
    pages, `choice` for refusals that a step mends. "Done" leaves; where a page offers nothing else it is primary, too.
    """
    goes_on = _main_act(card, tone)
    if act is goes_on:
        return Rank.PRIMARY
    rank = ACTS[act].rank
    if act is not Act.DONE:
        return rank
    # A page with a choice or an act still to come is open; a verdict's "Done" never stands out.
    is_open = card.spec.chooses is not Chooses.NOTHING or bool(goes_on) or tone != "paper"
    return rank if is_open else f"{Rank.PRIMARY} {rank}"


def of_option(card: Card, place: int) -> str:
    """Return the rank of a page's own choice, by its place among them."""
    return Rank.PRIMARY if place == 0 and card.spec.chooses is Chooses.FIRST else Rank.BESIDE


def icon_of(card: Card, option: Option) -> str:
    """Return the icon of a page's own choice; an empty text for a key of the pad on which an amount is typed."""
    if option.act is Act.SET:
        return _SETTINGS.get(option.value.partition("=")[0], ACTS[Act.SET].option_icon)
    if option.act is Act.CASH_SUM and card.kind is CardKind.CASH_SUM:
        return ""
    if option.act is Act.HOUSE:
        return ACTS[Act.MORE].icon  # as a choice it shows more of the list; the house's icon is for the way back
    if option.act is Act.WRONG and option.value:  # the choice that shows older entries
        return "history"
    return ACTS[option.act].option_icon


def _main_act(card: Card, tone: str) -> Act | None:
    """Return the act with which a page goes on: the first of its acts that its row lists in `goes_on`; for a refusal
    that a step mends, the first act but "Done". None where there is none.
    """
    if card.kind is CardKind.DENIED:
        return next((act for act in card.acts if act is not Act.DONE), None) if tone == "choice" else None
    return next((act for act in card.acts if act in card.spec.goes_on), None)
