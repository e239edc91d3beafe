"""Whose doing an account is, and who may say that it is somebody else."""

import pytest

from kiosk.domain.members.hands import hands_in, may_confirm

KARIM, ZOE, INES, PAUL = 1, 2, 3, 4


@pytest.mark.parametrize(
    ("account", "hands", "found"),
    [
        (ZOE, [], set()),
        (ZOE, [(ZOE, KARIM)], {KARIM}),
        (KARIM, [(ZOE, KARIM)], set()),
        (INES, [(ZOE, KARIM), (INES, ZOE)], {KARIM, ZOE}),
        (ZOE, [(ZOE, KARIM), (KARIM, ZOE)], {KARIM}),
        (ZOE, [(ZOE, KARIM), (ZOE, PAUL)], {KARIM, PAUL}),
    ],
)
def test_an_account_is_the_doing_of_who_made_it_and_of_who_made_them(
    account: int, hands: list[tuple[int, int]], found: set[int]
) -> None:
    assert hands_in(account, hands) == found


@pytest.mark.parametrize(
    ("officer", "hands", "may"),
    [
        (INES, [(ZOE, KARIM)], True),
        (KARIM, [(ZOE, KARIM)], False),
        (ZOE, [(ZOE, KARIM)], False),
        (INES, [(ZOE, KARIM), (INES, KARIM)], False),
        (INES, [(ZOE, KARIM), (INES, ZOE)], False),
        (INES, [(ZOE, KARIM), (INES, PAUL)], True),
    ],
)
def test_an_account_is_confirmed_by_somebody_whose_doing_is_their_own(
    officer: int, hands: list[tuple[int, int]], may: bool
) -> None:
    assert may_confirm(officer, ZOE, hands) is may
