"""A voucher by the hour: what a tap counts at once, what leaving puts right, and what another stay adds."""

from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.domain.checkin import access, day_charges
from kiosk.domain.checkin.standing import Charge, Hours, Part, Prepaid, Right, VisitToday
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.periods import Unit
from tests.domain.values import DAY, PARIS, at, policy, standing

HALVES = policy(half_day_split_hour=13)
WHOLE = policy()


def hourly(left: int = 10, id_: int = 3) -> Prepaid:
    return Prepaid(Right.VOUCHER, id_, left, 250, unit=Unit.HOUR)


def counted(charge: Charge | None) -> tuple[int, int] | None:
    """All hours of the day, and those of this stay."""
    return None if charge is None or charge.hours is None else (charge.quantity, charge.hours.stay)


@pytest.mark.parametrize(
    ("hour", "minute", "rules", "hours"),
    [
        (9, 0, HALVES, 4),
        (9, 20, HALVES, 4),  # every hour that was begun
        (11, 0, HALVES, 2),
        (12, 59, HALVES, 1),
        (13, 0, HALVES, 4),
        (17, 30, HALVES, 4),
        (9, 0, WHOLE, 4),
        (9, 0, policy(half_day_hours=3), 3),
    ],
)
def test_a_tap_counts_up_to_the_next_half_of_the_day(hour: int, minute: int, rules: Any, hours: int) -> None:
    charge = day_charges.charge(standing(prepaid=(hourly(),)), rules, at(hour, minute))
    assert (charge.right, charge.part, charge.amount_cents) == (Right.VOUCHER, Part.DAY, 0)
    assert counted(charge) == (hours, hours)


def test_a_voucher_with_fewer_hours_pays_with_those_it_has() -> None:
    assert counted(day_charges.charge(standing(prepaid=(hourly(2),)), HALVES, at(9))) == (2, 2)
    assert day_charges.charge(standing(prepaid=(hourly(0),)), HALVES, at(9)).right is Right.FULL


def today(hours: Hours, came: datetime, left: datetime | None = None) -> VisitToday:
    return VisitToday(
        9, Part.DAY, 0, 71, came, right=Right.VOUCHER, voucher=3, hours=hours, unit_cents=250, left_at=left
    )


def of(visit: VisitToday, left: int = 6) -> Any:
    return standing(prepaid=(hourly(left),), today=visit)


@pytest.mark.parametrize(
    ("came", "gone", "hours"),
    [
        (at(9), at(9, 30), (1, 1)),
        (at(9), at(10), (1, 1)),
        (at(9), at(10, 1), (2, 2)),
        (at(9), at(13), None),  # the four hours that were counted
        (at(9), at(16), (7, 7)),
        (at(9), at(22), (10, 10)),  # and no more than the voucher has
    ],
)
def test_leaving_puts_the_hours_right(came: Any, gone: Any, hours: tuple[int, int] | None) -> None:
    found = day_charges.on_leaving(of(today(Hours(4, 4), came.at)), HALVES, gone)
    assert counted(found) == hours


def test_leaving_twice_or_without_such_a_voucher_changes_nothing() -> None:
    assert day_charges.on_leaving(of(today(Hours(4, 4), at(9).at, at(10).at)), HALVES, at(11)) is None
    assert (
        day_charges.on_leaving(standing(today=replace(today(Hours(4, 4), at(9).at), hours=None)), HALVES, at(11))
        is None
    )
    assert day_charges.on_leaving(standing(), HALVES, at(11)) is None


def test_a_tap_while_the_stay_goes_on_counts_nothing_more() -> None:
    assert day_charges.charge(of(today(Hours(4, 4), at(9).at)), HALVES, at(12)).right is Right.TODAY


def test_who_comes_back_after_leaving_begins_another_stay() -> None:
    found = day_charges.charge(of(today(Hours(2, 2), at(9).at, at(11).at)), HALVES, at(12))
    assert (counted(found), found.replaces) == ((3, 1), 71)
    assert found.hours == Hours(3, 1)


def test_a_departure_that_was_forgotten_is_followed_by_another_stay_in_the_other_half() -> None:
    found = day_charges.charge(of(today(Hours(2, 2), at(11).at)), HALVES, at(14))
    assert (counted(found), found.hours) == ((6, 4), Hours(6, 4, goes_on=True))


def test_who_taps_in_the_other_half_only_to_leave_was_here_all_the_while() -> None:
    visit = today(Hours(6, 4, goes_on=True), at(15).at)  # 2 in the morning, then a tap at 15
    assert counted(day_charges.on_leaving(of(visit), HALVES, at(15, 1))) == (5, 3)  # 11 to 13, 13 to 15.01
    came_back = today(Hours(6, 4), at(15).at)
    assert counted(day_charges.on_leaving(of(came_back), HALVES, at(15, 1))) == (3, 1)


def test_a_voucher_that_is_used_up_counts_no_other_stay_and_shuts_no_door() -> None:
    visit = today(Hours(2, 2), at(9).at, at(11).at)
    assert day_charges.charge(standing(today=visit), HALVES, at(14)).right is Right.TODAY


def test_the_second_tap_looks_like_any_other_second_tap() -> None:
    granted = access.decide(of(today(Hours(2, 2), at(9).at, at(11).at)), HALVES, at(14))
    assert isinstance(granted, Granted)
    assert granted.is_again
    assert granted.notices == ()


def test_half_days_of_an_envelope_pay_as_a_carnet_of_them_does() -> None:
    halves = Prepaid(Right.VOUCHER, 3, 5, 250, unit=Unit.HALF_DAY)
    morning = day_charges.charge(standing(prepaid=(halves,)), HALVES, at(9))
    assert (morning.part, morning.quantity) == (Part.FIRST_HALF, 1)
    recorded = VisitToday(9, Part.FIRST_HALF, 0, 71, at(9).at, right=Right.VOUCHER, voucher=3)
    day = day_charges.charge(standing(prepaid=(replace(halves, left=4),), today=recorded), HALVES, at(14))
    assert (day.right, day.part, day.quantity, day.replaces) == (Right.VOUCHER, Part.DAY, 2, 71)
    assert day_charges.charge(standing(prepaid=(halves,)), WHOLE, at(9)).quantity == 2


def test_hours_know_one_day_ahead() -> None:
    assert (hourly(9).days_left, hourly(0).days_left) == (1, 0)
    assert at(9).local.tzinfo is PARIS
    assert at(9).day == DAY
