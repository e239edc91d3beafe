"""The cards that the screen's machine asks for by name, and what they keep of the person before the screen."""

import pytest
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.drawing import drawn
from kiosk.checkin.entering import Outcome
from kiosk.domain.checkin import verdicts
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.screen_events import Again, Draw, Picture, Shut
from kiosk.domain.checkin.screen_state import AwaitsBadge, Came, Front, Nobody, Notice, Page, Person, Verdict
from kiosk.domain.checkin.verdicts import Denial
from tests.domain.values import at, policy

INES = Person("Inès", "en", Aids.CONTRAST)
CAME = Came(b"ines", 1, "granted")
VERDICT = Verdict(CAME, INES, "ticket", "picture", (Act.UNDO, Act.PAY))


def cards(picture: object, front: Front, *, rings: bool = True) -> list[Card]:
    made = [card for card, _ in drawn(Draw(picture, front), rings=rings).cards]
    assert all(isinstance(card, Card) for card in made)
    return [card for card in made if isinstance(card, Card)]


@pytest.mark.parametrize(
    ("picture", "front"),
    [(Picture.OTHERS, VERDICT), (Picture.ASK, AwaitsBadge(Act.PAY, "", Page(CAME, INES, "ticket")))],
)
def test_a_page_of_a_member_keeps_their_name_language_and_letters(picture: object, front: Front) -> None:
    (card,) = cards(picture, front)
    assert (card.name, card.language, card.aids) == ("Inès", "en", Aids.CONTRAST)


@pytest.mark.parametrize(("rings", "first"), [(True, CardKind.RUNG), (False, CardKind.CALL)])
def test_help_is_answered_in_the_language_that_was_touched_and_a_minute_later_again(
    *, rings: bool, first: CardKind
) -> None:
    made = cards(Picture.HELP, Page(Nobody(), Person(language="nl")), rings=rings)
    assert [(card.kind, card.language) for card in made] == [(first, "nl"), (CardKind.RUNG_LATER, "nl")]


def test_a_door_that_does_not_obey_leaves_the_member_s_card_without_its_acts() -> None:
    came = Card(CardKind.JOINED, "Zoé", "en", ticket="ticket", acts=(Act.WELCOME_UNDO,))
    (card,) = cards(Shut(came), Notice())
    assert card == Card(CardKind.DOOR_FAULT, "Zoé", "en")
    assert cards(Shut("no card"), Notice()) == [Card(CardKind.DOOR_FAULT)]


def test_a_card_that_stands_again_says_that_the_badge_came_before_it_was_kept() -> None:
    page = Card(CardKind.JOIN_NAME, ticket="ticket")
    assert cards(Again(page, reminds=True), Notice()) == [replace(page, reminds=True)]
    assert cards(Picture.TAKEN, Notice()) == [Card(CardKind.TAKEN)]


def test_nothing_is_drawn_of_what_is_no_picture() -> None:
    with pytest.raises(ValueError, match="no picture"):
        cards("a shout", Notice())


def test_a_refusal_makes_no_card_of_an_entry() -> None:
    refused = Outcome(verdicts.denied(Denial.FULL), policy(), at(10), b"tap")
    with pytest.raises(ValueError, match="full"):
        cards(refused, VERDICT)
