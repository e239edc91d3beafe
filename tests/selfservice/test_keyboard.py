"""The keyboard on the screen: only its keys type, and names come out as they are written."""

from typing import cast

import pytest

from kiosk.domain.checkin.choices import Act
from kiosk.errors import RequestError
from kiosk.language.texts import spoken
from kiosk.selfservice import keyboard
from kiosk.selfservice.keyboard import Typed
from kiosk.selfservice.pages import pages
from tests.conftest import Space

UNKNOWN = "04FFFFFFFFFF01"


def typing(space: Space) -> str:
    """Somebody new stands before the keys. Returns the ticket."""
    space.rule("joins_a_day", "5")
    space.tap(UNKNOWN)
    ticket = cast("str", space.card.ticket)
    space.touch(Act.JOIN, ticket=ticket)
    return ticket


def press(space: Space, ticket: str, *keys: str) -> str:
    for key in keys:
        space.touch(Act.KEY, key, ticket=ticket)
    return cast("Typed", space.card.sheet).typed


def test_a_word_begins_with_a_capital_and_accents_are_one_key_away(space: Space) -> None:
    ticket = typing(space)
    assert press(space, ticket, *"ins", "delete", keyboard.ACCENTS) == "In"
    assert press(space, ticket, "è", *"s", keyboard.SPACE, keyboard.SPACE, *"moreau") == "Inès Moreau"
    assert press(space, ticket, *["delete"] * 20) == ""


def test_names_of_all_kinds_can_be_written(space: Space) -> None:
    ticket = typing(space)
    assert press(space, ticket, *"jean", keyboard.ACCENTS, "-", *"ma", "r", *"c") == "Jean-Marc"
    press(space, ticket, *["delete"] * 9)
    assert press(space, ticket, "o", keyboard.ACCENTS, "’", *"b", *"rien") == "O’Brien"
    press(space, ticket, *["delete"] * 9)
    assert press(space, ticket, keyboard.ACCENTS, "œ", *"uvre") == "Œuvre"
    press(space, ticket, *["delete"] * 9)
    assert press(space, ticket, *"stra", keyboard.ACCENTS, "ß", *"e") == "Straße"


def test_the_keys_look_as_they_will_be_written(space: Space) -> None:
    ticket = typing(space)
    assert [spoken(key.said, "fr") for key in space.card.options][:3] == ["A", "Z", "E"]
    press(space, ticket, "i")
    assert [spoken(key.said, "fr") for key in space.card.options][:3] == ["a", "z", "e"]
    assert len(space.card.options) == 30


@pytest.mark.parametrize(
    "value", ["", "ab", "a" * 300, "<script>", "<", "🙂", "ש", "\u202e", "\n", "A", "1", "é\u0301", "è"]
)
def test_what_is_no_key_types_nothing(space: Space, value: str) -> None:
    ticket = typing(space)
    press(space, ticket, "i")
    with pytest.raises(RequestError) as refused:
        space.touch(Act.KEY, value, ticket=ticket)
    assert refused.value.code == "touch-over"


def test_a_name_ends_somewhere(space: Space) -> None:
    ticket = typing(space)
    assert press(space, ticket, *"a" * 70) == "A" + "a" * (keyboard.LONGEST - 1)


def test_what_was_typed_is_kept_with_a_warning(space: Space) -> None:
    ticket = typing(space)
    press(space, ticket, *"in")
    space.clock.advance(seconds=31)
    assert press(space, ticket, "e") == "Ine"
    space.clock.advance(seconds=32)
    with pytest.raises(RequestError):
        press(space, ticket, "s")


def test_keys_without_a_page_type_nothing(space: Space) -> None:
    assert Act.KEY in pages()
    space.rule("joins_a_day", "5")
    space.tap(UNKNOWN)
    with pytest.raises(RequestError):
        space.touch(Act.KEY, "a")
