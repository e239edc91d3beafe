"""What is missing for the door to open, in cents: of somebody who pays in advance, and of somebody with a tab."""

import pytest

from kiosk.domain.checkin import access, steps
from kiosk.domain.checkin.verdicts import Denial, Denied
from tests.domain.values import at, policy, standing, visit


@pytest.mark.parametrize(
    ("advance", "missing"),
    [(-500, 1000), (-1, 501), (0, 500), (499, 1), (500, 0), (1000, 0)],
    ids=str,
)
def test_what_is_owed_already_is_missing_beside_the_day_of_whoever_pays_in_advance(advance: int, missing: int) -> None:
    assert steps.missing_cents(standing(advance_cents=advance), policy(), at(9)) == missing


@pytest.mark.parametrize("advance", [-4500, -500, -1, 0, 1, 499])
def test_what_is_missing_is_the_least_with_which_the_door_opens(advance: int) -> None:
    person = standing(advance_cents=advance)
    missing = steps.missing_cents(person, policy(), at(9))
    assert access.admits(steps.believing(person, missing), policy(), at(9)) is None
    short = access.admits(steps.believing(person, missing - 1), policy(), at(9))
    assert isinstance(short, Denied)
    assert short.reason is Denial.NO_TAB


@pytest.mark.parametrize(("past_due", "missing"), [(5000, 0), (5001, 1), (6000, 1000)])
def test_of_somebody_with_a_tab_what_is_over_the_limit_is_missing(past_due: int, missing: int) -> None:
    assert steps.missing_cents(standing(past_due_cents=past_due), policy(), at(9)) == missing


def test_a_day_that_stands_is_not_paid_twice() -> None:
    person = standing(advance_cents=0, today=visit())
    assert steps.missing_cents(person, policy(), at(9)) == 0
