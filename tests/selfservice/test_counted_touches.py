"""How many touches and badges some errands take, with everything that members do together turned on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkin.doorway import Doorway, opened
from tests.checkin.household import CAMILLE, built

pytestmark = pytest.mark.promise(7)


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


def test_what_members_do_together_is_on_the_first_card(place: Doorway) -> None:
    place.badge(CAMILLE.uid)
    place.press("^Le lieu$")
    place.passes(2)
    place.badge(CAMILLE.uid)
    assert place.reads("Salles", "Événements", "Accueil", "Autre chose")
    assert acts(place) == 3
