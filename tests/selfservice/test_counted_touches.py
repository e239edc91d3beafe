"""How many touches and badges some errands take, with everything that members do together turned on."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.events.terms import EventKind
from kiosk.events.planning import Description
from tests.checkin.doorway import Doorway, opened
from tests.checkin.household import CAMILLE, built
from tests.conftest import WEDNESDAY
from tests.events.happenings import Happenings

pytestmark = pytest.mark.promise(7)


BADGE = "badge"
# Each errand from rest: its steps, the acts that it takes, and those before the screen had a budget of room.
ERRANDS = {
    "come in": ([BADGE], 1, 1),
    "undo the day": ([BADGE, "^Annuler"], 2, 2),
    "the free corner": ([BADGE, "^Coin gratuit"], 3, 3),
    "bring a guest": ([BADGE, "^Invité", BADGE], 3, 3),
    "see the account": ([BADGE, "^Mon compte", BADGE], 4, 4),
    "see the entries": ([BADGE, "^Mon compte", BADGE, "^Mes lignes"], 5, 5),
    "report a mistake": ([BADGE, "^Payer", BADGE, "^Signaler"], 4, 4),
    "pay in cash": ([BADGE, "^Payer", BADGE, "^Espèces", "€"], 5, 5),
    "see the carnets": ([BADGE, "^Payer", BADGE, "^Carnet, adhésion"], 4, 4),
    "change the settings": ([BADGE, "^Mon compte", BADGE, "^Réglages"], 5, 7),
    "keep larger letters": ([BADGE, "^Mon compte", BADGE, "^Réglages", "^Texte plus grand"], 6, 8),
    "see the events": ([BADGE, "^Le lieu", BADGE, "^Événements"], 5, 5),
    "see the rooms": ([BADGE, "^Le lieu", BADGE, "^Salles"], 5, 5),
    "see who is here": ([BADGE, "^Le lieu", BADGE, "^Autre chose", "^Qui est là"], 6, 5),
    "see the prices": (["^Tarifs"], 1, 5),
    "get help": (["^Aide"], 1, 1),
}


@pytest.fixture
def place(template: Path) -> Iterator[Doorway]:
    with opened(built(template)) as place:
        for rule in ("people", "notices", "hosting", "events", "rooms_on", "rooms_at_screen", "things", "floor_plan"):
            place.space.rule(rule, "true")
        yield place


def acts(place: Doorway) -> int:
    return place.touches + place.badges


def test_what_a_day_costs_is_one_touch_from_rest(place: Doorway) -> None:
    place.press("^Tarifs$")
    assert place.reads("Journée 5,00 € 2,50 €", "Adhésion 5,00 €")
    assert acts(place) == 1


def test_the_settings_are_found_with_five(place: Doorway) -> None:
    place.badge(CAMILLE.uid)
    place.press("Mon compte")
    place.passes(2)
    place.badge(CAMILLE.uid)
    place.press("Réglages")
    assert place.reads("Texte plus grand")
    assert acts(place) == 5


def test_what_members_do_together_is_the_first_behind_the_first_card_s_last(place: Doorway) -> None:
    place.badge(CAMILLE.uid)
    assert [each.act for each in place.page.buttons] == ["undo", "guest", "pay", "more", "aids"]
    place.press("^Autre…$")
    assert place.page.buttons[0].label == "Le lieu"
    place.press("^Le lieu$")
    place.passes(2)
    place.badge(CAMILLE.uid)
    assert place.reads("Salles", "Événements", "Accueil", "Autre chose")
    assert acts(place) == 4


def test_every_act_takes_at_most_two_more_than_before_the_budget_of_room(place: Doorway) -> None:
    counted = {}
    for name, (steps, _, _) in ERRANDS.items():
        place.is_idle()
        place.space.clock.advance(days=1)
        place.touches = place.badges = 0
        for step in steps:
            if step == BADGE:
                place.passes(2)
                place.badge(CAMILLE.uid)
            else:
                place.press(step)
        counted[name] = acts(place)
    assert counted == {name: now for name, (_, now, _) in ERRANDS.items()}
    assert {name for name, (_, now, before) in ERRANDS.items() if now > before + 2} == set()


def test_larger_letters_are_one_touch_from_rest_and_from_a_card(place: Doorway) -> None:
    for step in ("rest", "card"):
        if step == "card":
            place.badge(CAMILLE.uid)
        button = place.page.button("^Texte plus grand$")
        assert button is not None
        assert button.act == "aids"  # the page asks for the same card, drawn larger: no other act


def test_a_training_that_seeks_people_is_joined_with_four_touches(template: Path) -> None:
    """It took seven or eight acts before the budget of room: it is the first tile of « Le lieu » until one comes.

    What it costs, and that nothing is owed before it takes place, stands on its page.
    """
    with opened(built(template)) as place:
        for rule in ("people", "notices", "hosting", "rooms_on", "rooms_at_screen", "things", "floor_plan"):
            place.space.rule(rule, "true")
        happenings = Happenings(place.space)
        event = happenings.planning.propose(Description(kind=EventKind.TRAINING, title="La compta", is_listed=True))
        starts = WEDNESDAY + timedelta(days=20)
        ends, deadline = starts + timedelta(hours=2), starts - timedelta(days=3)
        happenings.open(event, starts_at=starts, ends_at=ends, deadline_at=deadline)
        place.badge(CAMILLE.uid)
        place.press("^Le lieu$")
        place.passes(2)
        place.badge(CAMILLE.uid)
        place.press(r"^S’inscrire\s*: encore 6$")
        assert place.reads("0 inscription sur 6", "30,00 € · sur votre ardoise si cela a lieu")
        place.press("^Oui, je viens$")
        assert place.reads("1 inscription sur 6", "Vous êtes inscrit·e.")
        assert (place.touches, place.badges) == (4, 2)
        place.is_idle()
        place.badge(CAMILLE.uid)
        place.press("^Le lieu$")
        place.passes(2)
        place.badge(CAMILLE.uid)
        assert place.page.button("La compta$") is None


def test_the_way_that_is_used_most_is_the_first_tile_from_the_next_day_on(place: Doorway) -> None:
    def tiles() -> list[str]:
        place.is_idle()
        place.badge(CAMILLE.uid)
        place.press("^Le lieu$")
        place.passes(2)
        place.badge(CAMILLE.uid)
        return [each.label for each in place.page.buttons[:4]]

    assert tiles() == ["Salles", "Événements", "Accueil", "Autre chose"]
    for _ in range(4):
        assert tiles()[2] == "Accueil"
        place.press("^Accueil$")
    place.space.clock.advance(days=1)
    assert tiles() == ["Accueil", "Salles", "Événements", "Autre chose"]
