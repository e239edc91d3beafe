"""Which rules protect, and which changes loosen one."""

from typing import Any

import pytest

from kiosk.domain.space.protecting import NOT_PROTECTING, PROTECTING, loosens
from kiosk.store.space import book_rules, policies, room_rules


def test_each_rule_is_declared_as_protecting_or_not() -> None:
    rules = {*policies.NAMES, *book_rules.NAMES, *room_rules.NAMES}
    assert rules == PROTECTING.keys() | NOT_PROTECTING
    assert not PROTECTING.keys() & NOT_PROTECTING


@pytest.mark.parametrize(
    ("name", "old", "new", "is_loosened"),
    [
        ("second_officer_cents", None, 600, False),
        ("second_officer_cents", 600, None, True),
        ("second_officer_cents", 600, 601, True),
        ("second_officer_cents", 600, 599, False),
        ("second_officer_cents", 600, 600, False),
        ("second_factor", True, False, True),
        ("second_factor", False, True, False),
        ("second_factor", True, True, False),
        ("undo_limit", 2, 3, True),
        ("undo_limit", 2, 0, False),
        ("undo_window_days", 30, 7, True),
        ("undo_window_days", 30, 60, False),
        ("joins_a_day", None, 1, True),
        ("joins_a_day", 3, None, False),
        ("joins_a_day", 3, 4, True),
        ("sponsors_are_permanents", True, False, True),
        ("sponsors_are_permanents", False, True, False),
        ("tab_limit_cents", 6000, 900000, False),
        ("capacity_legal", 40, None, False),
    ],
)
def test_a_change_loosens_a_rule_that_protects(name: str, old: Any, new: Any, is_loosened: bool) -> None:
    assert loosens(name, old, new) is is_loosened
