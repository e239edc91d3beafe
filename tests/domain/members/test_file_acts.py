"""The three acts that stand first on a member's file."""

from dataclasses import dataclass
from datetime import date
from itertools import product

import pytest

from kiosk.domain.members.file_acts import MOST, FileAct, FileState, first

TODAY = date(2026, 11, 25)
FAR, SOON, OVER = date(2027, 6, 30), date(2026, 12, 25), date(2026, 11, 24)
EVERY = frozenset(FileAct)


@dataclass(frozen=True)
class Case:
    says: str
    expected: str
    is_gone: bool = False
    has_badge: bool = True
    owed: int = 0
    until: date | None = FAR


CASES = (
    Case("all is well", "pay sell edit"),
    Case("a debt", "pay sell edit", owed=500),
    Case("enrolled a minute ago", "badge pay sell", has_badge=False, owed=500),
    Case("no membership", "renew pay sell", until=None),
    Case("a membership that is over, and no badge", "badge renew pay", has_badge=False, until=OVER),
    Case("a membership that ends soon", "renew pay sell", until=SOON),
    Case("a debt before a membership that ends soon", "pay renew sell", owed=500, until=SOON),
    Case("its last day is today", "renew pay sell", until=TODAY),
    Case("gone", "come-back pay edit", is_gone=True, has_badge=False, until=OVER),
    Case("gone with an advance", "come-back refund pay", is_gone=True, owed=-500),
)


def state_of(case: Case) -> FileState:
    return FileState(
        today=TODAY, is_gone=case.is_gone, has_badge=case.has_badge, owed_cents=case.owed, member_until=case.until
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_the_state_says_which_acts_stand_first(case: Case) -> None:
    assert " ".join(first(state_of(case), EVERY)) == case.expected


def test_no_state_shows_more_than_three_nor_one_twice_nor_one_that_the_officer_may_not_do() -> None:
    hosts = frozenset((FileAct.PAY, FileAct.SELL))
    secretaries = frozenset((FileAct.BADGE, FileAct.EDIT, FileAct.PLAN, FileAct.COME_BACK))
    for gone, badge, owed, until in product((False, True), (False, True), (-1, 0, 1), (None, OVER, TODAY, SOON, FAR)):
        state = state_of(Case("", "", is_gone=gone, has_badge=badge, owed=owed, until=until))
        for allowed in (EVERY, hosts, secretaries, frozenset[FileAct]()):
            acts = first(state, allowed)
            assert len(set(acts)) == len(acts) <= MOST
            assert set(acts) <= allowed
            if not gone and allowed is EVERY:
                assert len(acts) == MOST
