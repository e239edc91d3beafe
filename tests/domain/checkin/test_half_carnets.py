"""Which carnet pays how much of a day, where half days are sold and where they are not."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from kiosk.domain.checkin import access, day_charges
from kiosk.domain.checkin.standing import Charge, Part, Prepaid, Right, VisitToday
from kiosk.domain.checkin.verdicts import Denial, Granted, Notice, NoticeKind
from kiosk.domain.money.tariffs import FULL, Policy, Price, Zone
from kiosk.domain.offline import roster_rules
from kiosk.domain.periods import Unit
from tests.domain.values import DAY, ENTRY, PRICES, at, policy, prepaid, standing, visit

WHOLE_DAYS = policy()
HALVES = policy(half_day_split_hour=13)
SOON = DAY + timedelta(days=3)


def halves(left: int, id_: int = 1, expires_on: date | None = None) -> Prepaid:
    """A carnet of half days."""
    return Prepaid(Right.CARNET, id_, left, 200, expires_on, Unit.HALF_DAY)


def days(left: int, id_: int = 2, expires_on: date | None = None) -> Prepaid:
    """A carnet of days."""
    return prepaid(id_=id_, days_left=left, expires_on=expires_on)


def taken(charge: Charge) -> tuple[Right, int | None, int, Part, str | None, int]:
    """What pays: the right, which of them, how many; for how much of the day, by which product, for how much money."""
    used = None if charge.prepaid is None else charge.prepaid.id
    return charge.right, used, charge.quantity, charge.part, charge.product, charge.amount_cents


def carnet(id_: int, quantity: int, part: Part = Part.DAY) -> tuple[Right, int, int, Part, str, int]:
    return Right.CARNET, id_, quantity, part, "day" if part is Part.DAY else "half", 0


FIRST, SECOND = Part.FIRST_HALF, Part.SECOND_HALF
ON_THE_TAB = (Right.FULL, None, 1, Part.DAY, "day", 500)


@pytest.mark.parametrize(
    ("owned", "pays"),
    [
        ((halves(10),), carnet(1, 2)),
        ((halves(2),), carnet(1, 2)),
        ((halves(1),), ON_THE_TAB),  # one half is no day
        ((halves(0),), ON_THE_TAB),
        ((halves(1), halves(9, 3)), carnet(3, 2)),  # the next carnet; the half stays
        ((halves(1), days(1)), carnet(2, 1)),
        ((halves(4), days(1)), carnet(1, 2)),
        ((halves(4), days(1, expires_on=SOON)), carnet(2, 1)),  # what expires first
        ((halves(4, expires_on=SOON), days(1)), carnet(1, 2)),
        ((halves(4, expires_on=DAY - timedelta(days=1)),), ON_THE_TAB),
        ((halves(4), prepaid(Right.VOUCHER, 7)), (Right.VOUCHER, 7, 1, Part.DAY, "day", 0)),
        ((halves(4), prepaid(Right.BANKED, 8)), (Right.BANKED, 8, 1, Part.DAY, "day", 0)),
    ],
)
def test_a_whole_day_takes_two_halves_of_one_carnet(owned: tuple[Prepaid, ...], pays: tuple[object, ...]) -> None:
    assert taken(day_charges.charge(standing(prepaid=owned), WHOLE_DAYS, at(9))) == pays
    nowhere_halves = replace(HALVES, zones={**HALVES.zones, "comfort": Zone(1, "comfort", "day")})
    assert taken(day_charges.charge(standing(prepaid=owned), nowhere_halves, at(9))) == pays


@pytest.mark.parametrize(("hour", "part"), [(9, FIRST), (12, FIRST), (13, SECOND), (18, SECOND)])
@pytest.mark.parametrize(
    ("owned", "pays"),
    [
        ((halves(10),), (1, 1)),
        ((halves(1),), (1, 1)),  # the last one
        ((halves(1), halves(9, 3)), (1, 1)),
        ((halves(1, 3), halves(9, 1, SOON)), (1, 1)),  # what expires first
        ((halves(1, 3), days(1, expires_on=SOON)), (3, 1)),  # no day is spent on a half
    ],
)
def test_half_of_a_day_takes_one_half(owned: tuple[Prepaid, ...], pays: tuple[int, int], hour: int, part: Part) -> None:
    assert taken(day_charges.charge(standing(prepaid=owned), HALVES, at(hour))) == carnet(*pays, part)


@pytest.mark.parametrize("hour", [9, 14])
def test_a_carnet_of_days_pays_a_whole_day_whenever_somebody_comes(hour: int) -> None:
    owner = standing(prepaid=(days(5),))
    assert taken(day_charges.charge(owner, HALVES, at(hour))) == carnet(2, 1)
    here = replace(owner, today=visit(Part.DAY, 0))
    assert day_charges.charge(here, HALVES, at(14)) == Charge(Right.TODAY)


def test_a_half_is_one_though_it_costs_as_much_as_a_day() -> None:
    rules = policy(half_day_split_hour=13, prices={**PRICES, ("half", FULL): Price(500)})
    assert taken(day_charges.charge(standing(prepaid=(halves(3),)), rules, at(9))) == carnet(1, 1, FIRST)


def morning(of: int | None) -> VisitToday:
    """This morning's visit, paid by a half of a carnet, or on the tab."""
    paid = visit(FIRST, 300 if of is None else 0)
    return paid if of is None else replace(paid, right=Right.CARNET, carnet=of)


@pytest.mark.parametrize(
    ("of", "owned", "pays"),
    [
        (1, (halves(9),), carnet(1, 2)),  # one more of the same
        (1, (halves(1),), carnet(1, 2)),
        (1, (halves(1, 1), days(5, expires_on=SOON)), carnet(1, 2)),  # the same, whatever expires first
        (1, (), ON_THE_TAB),  # it was the last one: it goes back, and the day is paid whole
        (1, (halves(9, 3),), carnet(3, 2)),
        (1, (halves(1, 3),), ON_THE_TAB),  # a half of each is no way to pay a day
        (1, (days(1),), carnet(2, 1)),
        (1, (prepaid(Right.VOUCHER, 7),), (Right.VOUCHER, 7, 1, Part.DAY, "day", 0)),
        (None, (halves(9),), carnet(1, 2)),  # bought at noon
        (None, (halves(1),), ON_THE_TAB),
    ],
)
def test_the_second_half_makes_it_a_whole_day(
    of: int | None, owned: tuple[Prepaid, ...], pays: tuple[object, ...]
) -> None:
    charge = day_charges.charge(standing(today=morning(of), prepaid=owned), HALVES, at(14))
    assert taken(charge) == pays
    assert charge.replaces == ENTRY


@pytest.mark.parametrize(("half", "day"), [(300, 500), (250, 500), (200, 500)])
def test_two_halves_on_the_tab_cost_no_more_than_the_day_though_a_carnet_had_paid_for_one(half: int, day: int) -> None:
    rules = policy(half_day_split_hour=13, prices={("day", FULL): Price(day), ("half", FULL): Price(half)})
    charge = day_charges.charge(standing(today=morning(1)), rules, at(14))
    assert charge.amount_cents == min(2 * half, day)


def test_the_half_that_is_recorded_is_not_taken_again() -> None:
    owner = standing(today=morning(1), prepaid=(halves(9),))
    assert day_charges.charge(owner, HALVES, at(11)) == Charge(Right.TODAY, FIRST)


@pytest.mark.parametrize(
    ("owned", "rules", "notice"),
    [
        ((halves(1),), HALVES, NoticeKind.LAST_PREPAID_HALF),
        ((halves(2),), HALVES, None),
        ((halves(2),), WHOLE_DAYS, NoticeKind.LAST_PREPAID_DAY),
        ((halves(3),), WHOLE_DAYS, None),
    ],
)
def test_the_last_of_a_carnet_is_told(owned: tuple[Prepaid, ...], rules: Policy, notice: NoticeKind | None) -> None:
    decision = access.decide(standing(prepaid=owned), rules, at(9))
    assert isinstance(decision, Granted)
    assert decision.notices == (() if notice is None else (Notice(notice),))


@pytest.mark.parametrize(
    ("left", "rules", "in_hand"),
    [(1, WHOLE_DAYS, 0), (5, WHOLE_DAYS, 2), (1, HALVES, 1), (5, HALVES, 3), (4, HALVES, 2)],
)
def test_without_a_tab_the_door_and_the_roster_go_by_the_same_halves(left: int, rules: Policy, in_hand: int) -> None:
    owner = standing(advance_cents=0, prepaid=(halves(left),))
    assert day_charges.days_in_hand(owner, rules, at(9)) == in_hand
    refused = access.admits(owner, rules, at(9))
    assert (None if refused is None else refused.reason) == (None if in_hand else Denial.NO_TAB)
    listed = roster_rules.listed(owner, rules, at(9))
    assert (None if listed is None else listed.until) == (DAY + timedelta(days=in_hand - 1) if in_hand else None)
