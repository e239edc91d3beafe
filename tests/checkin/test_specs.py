"""A kind of card, a refusal and an act are a row each: there is exactly one, and no table beside them knows kinds."""

import ast
from collections import Counter
from pathlib import Path

import pytest

import kiosk
from kiosk.checkin.cards import Card
from kiosk.checkin.kinds import CardKind
from kiosk.checkin.specs import lists, refusals
from kiosk.checkin.specs.rows import SOUNDS
from kiosk.devices.protocols import Signal
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial

ROOT = Path(kiosk.__file__).parent
SPECS = ROOT / "checkin" / "specs"
NAMES = ("CardKind", "Denial", "Act")
FINAL = (Denial.BADGE_LOST, Denial.BADGE_UNPROVEN, Denial.CLOSED, Denial.FULL, Denial.OTHER_DOOR)  # no step mends these


@pytest.mark.promise(7)
def test_each_kind_act_and_refusal_has_exactly_one_row() -> None:
    assert Counter(row.kind for subject in lists.SUBJECTS for row in subject.CARDS) == Counter(CardKind)
    assert Counter(row.act for subject in lists.SUBJECTS for row in subject.ACTS) == Counter(Act)
    assert Counter(row.denial for row in refusals.REFUSALS) == Counter(Denial)


def _listings(source: str) -> list[int]:
    """The lines on which something lists several kinds, refusals or acts."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        listed = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
        names = [each.value for each in listed if isinstance(each, ast.Attribute)]
        if sum(isinstance(name, ast.Name) and name.id in NAMES for name in names) > 1:
            lines.append(node.lineno)  # type: ignore[attr-defined]  # a display has one
    return lines


@pytest.mark.parametrize(
    "source",
    [
        "STAYS = {CardKind.PAY: 20, CardKind.CASH: 20}",
        "HELPED = frozenset({CardKind.PAY, CardKind.CASH})",
        "CLOSED = (Denial.FULL, Denial.CLOSED)",
        "ICONS = {Act.UNDO: 'undo-2', Act.PAY: 'coins'}",
    ],
)
def test_a_table_beside_the_rows_would_be_noticed(source: str) -> None:
    assert _listings(source) == [1]


def test_no_table_of_the_screen_knows_kinds_or_acts() -> None:
    for path in (ROOT / "web" / "screen").rglob("*.py"):
        assert not _listings(path.read_text("utf-8")), path.name


def test_the_rows_fit_their_modules() -> None:
    for path in SPECS.glob("*.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 350, "a subject that grew is two"


def test_what_is_heard_of_a_verdict_is_one_of_the_tones() -> None:
    for row in (*lists.CARDS.values(), *refusals.REFUSALS):
        assert row.sound is None or SOUNDS[row.sound.tone] is row.sound


@pytest.mark.promise(7)
def test_lights_say_what_the_words_say() -> None:
    """A card whose lead says that the door is open has the light of it, and no other has."""
    granted = (Signal.GRANTED, Signal.GRANTED_LATER)
    assert {kind for kind, row in lists.CARDS.items() if row.opens} == {
        kind for kind, row in lists.CARDS.items() if row.light in granted
    }
    for row in refusals.REFUSALS:
        assert row.light is (Signal.DENIED if row.denial in FINAL else Signal.LOOK)


def test_a_refusal_is_its_own_row_and_any_other_card_its_kind_s() -> None:
    refused = Card(CardKind.DENIED, denial=Denial.FULL)
    assert refused.row is lists.REFUSALS[Denial.FULL]
    assert Card(CardKind.DENIED).row is lists.CARDS[CardKind.DENIED]


def test_an_act_without_a_button_of_its_own_has_no_words_for_one() -> None:
    with pytest.raises(LookupError, match="shift-take"):
        assert lists.ACTS[Act.SHIFT_TAKE].words
