"""A day with everything of that day: rooms that count toward it, an event that includes it, what is given back."""

from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.domain.checkin import day_charges
from kiosk.domain.checkin.day_charges import Kept, Recorded
from kiosk.domain.checkin.standing import Part, Right
from tests.domain.values import DAY, ENTRY, at, policy, prepaid, standing, visit

OF_DAY = Recorded("day", "full")


@pytest.mark.parametrize(
    ("more", "right", "cents"),
    [
        ({}, Right.FULL, 500),
        ({"rooms_cents": 63}, Right.FULL, 437),  # 0.63 and 4.37: 5.00 in all
        ({"rooms_cents": 500}, Right.FREE, 0),
        ({"rooms_cents": 2000}, Right.FREE, 0),
        ({"has_event": True}, Right.FREE, 0),
        ({"has_event": True, "rooms_cents": 63}, Right.FREE, 0),
        ({"level": "reduced", "rooms_cents": 63}, Right.REDUCED, 187),
        ({"prepaid": (prepaid(),), "rooms_cents": 63}, Right.CARNET, 0),  # used whole
        ({"prepaid": (prepaid(),), "rooms_cents": 500}, Right.FREE, 0),  # or not at all
        ({"prepaid": (prepaid(),), "has_event": True}, Right.FREE, 0),
        ({"subscribed": True, "rooms_cents": 500}, Right.SUBSCRIPTION, 0),
    ],
)
def test_day_costs_its_price_less_what_covers_it(more: dict[str, Any], right: Right, cents: int) -> None:
    charge = day_charges.charge(standing(**more), policy(), at(9))
    assert (charge.right, charge.amount_cents) == (right, cents)
    assert charge.rooms_cents == (min(more.get("rooms_cents", 0), 63) if cents else 0)


@pytest.mark.parametrize(
    ("today", "covers", "recorded", "answer"),
    [
        (visit(), {}, OF_DAY, None),
        (visit(), {"rooms_cents": 63}, OF_DAY, (Right.FULL, 437, ENTRY)),
        (visit(), {"rooms_cents": 500}, OF_DAY, (Right.FREE, 0, ENTRY)),
        (visit(), {"has_event": True}, OF_DAY, (Right.FREE, 0, ENTRY)),  # worked since 9 h, and the talk includes it
        (visit(amount_cents=437), {"rooms_cents": 63}, replace(OF_DAY, rooms_cents=63), None),  # known already
        (visit(amount_cents=437), {}, replace(OF_DAY, rooms_cents=63), (Right.FULL, 500, ENTRY)),  # cancelled
        (visit(amount_cents=437), {"rooms_cents": 200}, replace(OF_DAY, rooms_cents=63), (Right.FULL, 300, ENTRY)),
        (visit(Part.FIRST_HALF, 300), {"rooms_cents": 63}, Recorded("half", "full"), (Right.FULL, 237, ENTRY)),
    ],
)
def test_charged_day_is_worked_out_anew(
    today: Any, covers: dict[str, Any], recorded: Recorded, answer: tuple[Right, int, int] | None
) -> None:
    charge = day_charges.again(standing(today=today, **covers), policy(), at(20), recorded)
    if charge is None or isinstance(charge, Kept):
        assert answer is None
        return
    assert (charge.right, charge.amount_cents, charge.replaces) == answer
    assert charge.part is today.part


BY_CARNET = replace(visit(amount_cents=0), right=Right.CARNET, carnet=1)


@pytest.mark.parametrize(
    ("covers", "expires_on", "answer"),
    [
        ({"rooms_cents": 63}, None, None),  # something remains: it was used whole
        ({"rooms_cents": 500}, None, Right.FREE),
        ({"has_event": True}, None, Right.FREE),
        ({"has_event": True}, DAY.replace(day=26), Right.FREE),
        ({"has_event": True}, DAY, Kept),  # its last day: given back it would be lost
        ({}, None, None),
    ],
)
def test_prepaid_unit_comes_back_if_nothing_remains_and_it_is_good_tomorrow(
    covers: dict[str, Any], expires_on: Any, answer: object
) -> None:
    person = standing(today=BY_CARNET, **covers)
    charge = day_charges.again(person, policy(), at(20), Recorded("day", None, 0, expires_on))
    if answer is Kept or charge is None or isinstance(charge, Kept):
        assert isinstance(charge, Kept) is (answer is Kept)
        assert charge is not None or answer is None
        return
    assert (charge.right, charge.amount_cents, charge.prepaid, charge.replaces) == (answer, 0, None, ENTRY)


COVERED = replace(visit(amount_cents=0, charge_entry=None), right=Right.FREE)


def test_day_that_was_covered_and_is_no_more_is_charged_as_one_that_begins() -> None:
    charge = day_charges.again(standing(today=COVERED), policy(), at(20), Recorded())
    assert not isinstance(charge, Kept) and charge is not None
    assert (charge.right, charge.amount_cents) == (Right.FULL, 500)
    charge = day_charges.again(standing(today=COVERED, prepaid=(prepaid(),)), policy(), at(20), Recorded())
    assert not isinstance(charge, Kept) and charge is not None
    assert charge.right is Right.CARNET
    assert day_charges.again(standing(today=COVERED, rooms_cents=500), policy(), at(20), Recorded()) is None


def test_second_half_costs_what_rooms_leave_of_the_day() -> None:
    halves = policy(half_day_split_hour=13)
    first = visit(Part.FIRST_HALF, 237)
    charge = day_charges.charge(standing(today=first, rooms_cents=63), halves, at(15))
    assert (charge.amount_cents, charge.rooms_cents, charge.replaces) == (437, 63, ENTRY)
    covered = replace(COVERED, part=Part.FIRST_HALF)
    charge = day_charges.charge(standing(today=covered, rooms_cents=350), halves, at(15))
    assert (charge.amount_cents, charge.replaces) == (150, None)
    assert day_charges.charge(standing(today=covered, has_event=True), halves, at(15)).right is Right.TODAY
