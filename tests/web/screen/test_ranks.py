"""How buttons rank: one primary act a page, and first; leaving last; an icon on every choice."""

import re

import pytest

from kiosk.checkin.cards import Card, CardKind
from kiosk.domain.checkin.choices import MOST
from kiosk.web.screen.buttons import of_card, option
from tests.browser.screens import CARDS
from tests.web.screen.screens import Screen

BUTTON = re.compile(r'<button type="button"(?: class="([^"]*)")?[^>]*data-act="([^"]+)"[^>]*>(<svg)?')
KEYS = ("key", "pin-key", "cash-sum", "stay", "language", "prices", "aids")
BESIDE_TITLE = "phone"  # on the account page, as help is


def buttons(html: str) -> list[tuple[list[str], str, bool]]:
    """Of each button, as they are read: its rank, its act, and whether it has an icon."""
    return [(rank.split(), act, bool(svg)) for rank, act, svg in BUTTON.findall(html)]


@pytest.mark.parametrize("state", CARDS)
def test_a_page_has_one_primary_act_at_most_and_leaving_comes_last(state: str) -> None:
    screen = Screen()
    screen.board.show(CARDS[state])
    found = buttons(screen.card())
    primary = [act for rank, act, _ in found if "primary" in rank]
    leaving = [act for rank, act, _ in found if "leave" in rank]
    below = [act for _, act, _ in found if act not in ("stay", BESIDE_TITLE, *KEYS)]
    assert primary in ([], below[:1], leaving), "whoever goes on looks for the first"
    assert leaving in ([], below[-1:]), "whoever leaves looks for the last"
    assert set(leaving) <= {"done", "close", "only-me"}
    assert all(has_icon for _, act, has_icon in found if act not in KEYS), found


def test_on_the_place_s_page_no_picture_stands_for_two_things() -> None:
    card = CARDS["house"]
    pictures = [option(card, place, "fr").icon for place in range(len(card.options))]
    pictures += [each.icon for each in of_card(card, "fr", card.row.look.tone)]
    assert len(set(pictures)) == len(pictures) == 6


def test_no_card_has_more_than_four_buttons() -> None:
    """Of each kind, as many as it offers at most; what a page has to be chosen from is its own."""
    cards = [*CARDS.values(), Card(CardKind.BADGE_READ, "E511"), Card(CardKind.LIFTED_EARLY)]
    assert {card.kind for card in cards} == set(CardKind)
    assert [card.kind for card in cards if len(of_card(card, "fr", card.row.look.tone)) > MOST] == []


@pytest.mark.parametrize(
    ("state", "act"),
    [
        ("account", "pay"),
        ("unknown-join", "join"),
        ("join-rules", "sponsor"),
        ("pin-code", "pin-enter"),
        ("cash-sum", "declare"),
        ("cash-declared", "done"),
        ("badge-stopped", "done"),
        ("granted-four", None),
        ("buy", None),
        ("lost-by-pin", None),
    ],
)
def test_the_primary_act_is_the_one_the_page_is_for(state: str, act: str | None) -> None:
    screen = Screen()
    screen.board.show(CARDS[state])
    assert [each for rank, each, _ in buttons(screen.card()) if "primary" in rank] == ([] if act is None else [act])
