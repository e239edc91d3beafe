"""Who is asked about another officer's act, and who may agree to it."""

import pytest

from kiosk.domain.members.hands import Hand
from kiosk.domain.members.two_hands import Holder, may_agree, to_ask
from kiosk.domain.members.wishes import Asked, Wish

PRESIDENT, TREASURER, OTHER = 1, 2, 3


@pytest.mark.parametrize(
    ("second", "asked"),
    [
        (Holder(TREASURER, holds=True), True),
        (Holder(TREASURER, holds=True, is_new=True), True),
        (Holder(TREASURER, held=True), True),
        (Holder(TREASURER), False),
        (Holder(TREASURER, member=7, holds=True), False),
        (Holder(TREASURER, member=7, holds=True, is_new=True), True),
        (Holder(TREASURER, member=8, holds=True), True),
    ],
)
def test_whoever_held_the_role_lately_is_asked(second: Holder, asked: bool) -> None:
    holders = [Holder(PRESIDENT, member=7, holds=True), second]
    assert to_ask(PRESIDENT, holders) == ([TREASURER] if asked else [])


def test_a_file_that_came_to_the_asker_lately_makes_no_other_account_the_same_person() -> None:
    holders = [Holder(PRESIDENT, member=7, holds=True, is_new=True), Holder(TREASURER, member=7, holds=True)]
    assert to_ask(PRESIDENT, holders) == [TREASURER]


def test_a_program_asks_everybody_and_an_account_without_the_role_too() -> None:
    holders = [Holder(PRESIDENT, holds=True), Holder(TREASURER, holds=True)]
    assert to_ask(0, holders) == [PRESIDENT, TREASURER]
    assert to_ask(OTHER, [*holders, Holder(OTHER)]) == [PRESIDENT, TREASURER]


@pytest.mark.parametrize(
    ("second", "hands", "agrees"),
    [
        (Holder(TREASURER, holds=True), [], True),
        (Holder(TREASURER, held=True), [], False),
        (Holder(TREASURER, holds=True, is_new=True), [], False),
        (Holder(TREASURER, member=7, holds=True), [], False),
        (Holder(TREASURER, holds=True), [(TREASURER, PRESIDENT)], False),
        (Holder(TREASURER, holds=True), [(PRESIDENT, TREASURER)], False),
        (Holder(TREASURER, holds=True), [(TREASURER, OTHER), (OTHER, PRESIDENT)], False),
        (Holder(TREASURER, holds=True), [(TREASURER, OTHER)], True),
    ],
)
def test_an_account_that_is_new_or_the_other_s_doing_agrees_to_nothing(
    second: Holder, hands: list[Hand], agrees: bool
) -> None:
    holders = [Holder(PRESIDENT, member=7, holds=True), second]
    assert may_agree(TREASURER, PRESIDENT, holders, hands) is agrees


def test_nobody_agrees_to_their_own_wish() -> None:
    assert not may_agree(PRESIDENT, PRESIDENT, [Holder(PRESIDENT, holds=True)], [])


def test_any_change_of_a_wish_is_another_text() -> None:
    wish = Wish(kind="refund", account=3, cents=600, method="cash", reason="erreur", about={"b": 1, "a": None})
    asked = Asked(wish, "officer:1", "00")
    assert asked.text == (
        '{"act":"00","by":"officer:1","wish":{"about":{"a":null,"b":1},"account":3,"cents":600,"entry":null,'
        '"kind":"refund","method":"cash","reason":"erreur"}}'
    )
    others = [
        Asked(
            Wish(kind="refund", account=3, cents=2500, method="cash", reason="erreur", about=wish.about),
            "officer:1",
            "00",
        ),
        Asked(wish, "officer:2", "00"),
        Asked(wish, "officer:1", "01"),
    ]
    assert len({each.digest for each in (asked, *others)}) == 4
