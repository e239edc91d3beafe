"""What the association writes is said in the language asked for, else in the house's, else in any."""

from collections.abc import Iterator

import pytest

from kiosk.language import catalogues
from kiosk.language.names import Names, called
from kiosk.language.texts import Text, own

DAY = Names({"fr": "Journée", "en": "Day pass", "nl": "Dagkaart"})


@pytest.fixture
def dutch_house() -> Iterator[None]:
    before = catalogues.settled()
    catalogues.settle("nl")
    yield
    catalogues.settle(before)


def test_a_name_is_said_in_the_language_asked_for() -> None:
    assert [DAY.to(language) for language in ("fr", "en", "nl")] == ["Journée", "Day pass", "Dagkaart"]


def test_a_language_that_nobody_wrote_falls_back_to_the_house_s(dutch_house: None) -> None:
    assert DAY.to("br") == "Dagkaart"
    assert Names({"en": "Day pass", "nl": "Dagkaart"}).to("fr") == "Dagkaart"


def test_where_the_house_s_is_missing_too_the_one_that_was_written_first_is_said() -> None:
    assert Names({"en": "Day pass", "nl": "Dagkaart"}).to("de") == "Day pass"
    assert Names({"en": "", "nl": "Dagkaart"}).to("en") == "Dagkaart"


def test_what_has_no_name_is_called_by_its_code_and_no_words_are_none() -> None:
    assert called("day").to("nl") == "day"
    assert (bool(Names({"fr": ""})), bool(DAY), Names({}).to("fr")) == (False, True, "")


def test_own_words_take_the_place_of_ours_in_every_language() -> None:
    ours = Text("Bonjour {name} !", "Hello {name}!")
    own[ours] = Names({"fr": "Salut {name} !", "nl": "Dag {name}!"})
    try:
        assert ours.to("nl", name="Inès") == "Dag Inès!"
        assert ours.to("en", name="Inès") == "Salut Inès\u00a0!"  # the house's, with the spaces of its typography
    finally:
        own.clear()
    assert ours.to("en", name="Inès") == "Hello Inès!"
