"""Whatever a card may offer can be drawn: it has words and an icon, whichever page it stands on."""

import ast
from collections.abc import Iterator
from pathlib import Path

import kiosk
from kiosk.checkin.specs.lists import ACTS
from kiosk.domain.checkin.choices import Act

_SOURCES = [path for room in ("checkin", "selfservice") for path in (Path(kiosk.__file__).parent / room).rglob("*.py")]
_ENDINGS = {"done", "refused"}  # whose last argument is the page that their card leads back to


def _offered() -> Iterator[Act]:
    """What is listed as a card's acts, or as where one goes back to."""
    for path in _SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            listed = [each.value for each in node.keywords if each.arg == "acts"]
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            listed += [*node.args[-1:], *(each.value for each in node.keywords)] if name in _ENDINGS else []
            for said in (each for part in listed for each in ast.walk(part)):
                if isinstance(said, ast.Attribute) and isinstance(said.value, ast.Name) and said.value.id == "Act":
                    yield Act[said.attr]


def test_every_act_that_a_card_may_offer_has_words_and_an_icon() -> None:
    found = set(_offered())
    assert {Act.DAY, Act.DONE, Act.ROOM} <= found
    assert {act for act in found if ACTS[act].label is None or not ACTS[act].icon} == set()
