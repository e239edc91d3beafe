"""What may still be chosen after a tap: undoing a day, bringing a guest, paying otherwise."""

import pytest

from kiosk.domain.checkin import access, choices, day_payment
from kiosk.domain.checkin.choices import MOST, Act, Brought
from kiosk.domain.checkin.standing import Charge, Part, Right, Standing, VisitToday
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.money.tariffs import FULL
from tests.domain.values import ENTRY, at, policy, prepaid, standing


@pytest.mark.parametrize(
    ("limit", "undone", "may"), [(3, 0, True), (3, 2, True), (3, 3, False), (3, 4, False), (0, 0, False)]
)
def test_so_many_days_may_be_undone_and_no_more(limit: int, undone: int, may: bool) -> None:
    assert choices.may_undo(policy(undo_limit=limit), undone) is may


@pytest.mark.parametrize(
    ("a_day", "a_year", "brought", "may"),
    [
        (None, None, Brought(), False),  # no guests at all
        (0, None, Brought(), False),
        (2, None, Brought(0, 0), True),
        (2, None, Brought(1, 40), True),
        (2, None, Brought(2, 2), False),
        (2, 5, Brought(0, 4), True),
        (2, 5, Brought(0, 5), False),
        (2, 5, Brought(2, 2), False),
    ],
)
def test_a_host_brings_so_many_guests_a_day_and_a_year(
    a_day: int | None, a_year: int | None, brought: Brought, may: bool
) -> None:
    host = Granted(standing(), Charge(Right.FULL))
    assert choices.may_bring_guests(host, policy(guests_a_day=a_day, guest_days_a_year=a_year), brought) is may


@pytest.mark.parametrize(
    ("subscribed", "only", "may"), [(False, True, False), (True, True, True), (False, False, True)]
)
def test_guests_may_be_for_permanents_only(subscribed: bool, only: bool, may: bool) -> None:
    host = Granted(standing(subscribed=subscribed), Charge(Right.SUBSCRIPTION))
    rules = policy(guests_a_day=1, guests_by_permanents_only=only)
    assert choices.may_bring_guests(host, rules, Brought()) is may


@pytest.mark.parametrize(("a_year", "days", "may"), [(None, 99, True), (3, 0, True), (3, 2, True), (3, 3, False)])
def test_a_guest_comes_on_so_many_days_a_year(a_year: int | None, days: int, may: bool) -> None:
    assert choices.may_bring_this_guest(policy(guest_days_a_year=a_year), days) is may


EVERYTHING = {"guests_a_day": 2, "people": True, "passing_minutes": 15}
FIRST = (Act.WAITS, Act.UNDO, Act.LEAVE, Act.GUEST, Act.PAY)


@pytest.mark.parametrize("waits", [(), (Act.WAITS,)])
@pytest.mark.parametrize("rules", [{}, {"people": True}, {"guests_a_day": 2}, EVERYTHING], ids=str)
@pytest.mark.parametrize("right", Right)
def test_a_member_s_card_has_four_buttons_the_first_in_one_order_and_the_rest_behind_the_last(
    right: Right, rules: dict[str, object], waits: tuple[Act, ...]
) -> None:
    member = Granted(standing(subscribed=right is Right.SUBSCRIPTION), Charge(right))
    acts = (*waits, *choices.offered(member, policy(**rules), Brought()))
    cards, place = [choices.shown(acts)], 0
    while Act.MORE in cards[-1]:
        place += len(cards[-1]) - 1
        cards.append(choices.shown(acts, place))
    assert all(0 < len(card) <= MOST for card in cards)
    assert all(card.index(Act.MORE) == MOST - 1 for card in cards[:-1])
    assert tuple(act for card in cards for act in card if act is not Act.MORE) == acts
    has_house = "people" in rules
    first = [act for act in acts if act in FIRST]
    assert first == sorted(first, key=FIRST.index)
    assert list(acts[: len(first)]) == first
    assert (Act.HOUSE in acts) is has_house
    if has_house:
        assert acts[len(first)] is Act.HOUSE
        assert waits or any(Act.ACCOUNT in card for card in cards[:2])


@pytest.mark.parametrize("rules", [{"guests_a_day": 2}, EVERYTHING | {"lunch_until_hour": 14}], ids=str)
@pytest.mark.parametrize("again", [False, True])
def test_a_guest_and_what_is_to_be_paid_are_one_touch_away_whatever_else_there_is(
    rules: dict[str, object], *, again: bool
) -> None:
    member = Granted(standing(), Charge(Right.TODAY if again else Right.FULL))
    card = choices.shown(choices.offered(member, policy(**rules), Brought(), 9))
    assert {Act.GUEST, Act.PAY} <= set(card)
    assert len(card) <= MOST


@pytest.mark.parametrize(("hour", "asked"), [(None, False), (3, False), (4, True), (13, True), (14, False)])
def test_who_eats_here_is_asked_on_the_card_until_the_hour_of_the_rules(hour: int | None, *, asked: bool) -> None:
    for right in Right:
        member = Granted(standing(subscribed=right is Right.SUBSCRIPTION), Charge(right))
        acts = choices.offered(member, policy(lunch_until_hour=14, day_start_hour=4), Brought(), hour)
        assert (Act.LUNCH in acts) is (asked and not member.is_again)
        assert Act.LUNCH not in choices.offered(member, policy(), Brought(), hour)


def test_what_is_offered_does_not_tell_who_owes() -> None:
    owes, pays_ahead = standing(past_due_cents=99999), standing(advance_cents=-500)
    offers = {choices.offered(Granted(each, Charge(Right.FULL)), policy(), Brought()) for each in (owes, pays_ahead)}
    assert [Act.PAY in acts for acts in offers] == [True]


@pytest.mark.parametrize(
    ("legal", "present", "full"), [(None, 500, False), (20, 19, False), (20, 20, True), (20, 21, True)]
)
def test_the_premises_are_full_at_what_the_law_allows(legal: int | None, present: int, full: bool) -> None:
    assert access.is_full(policy(capacity_legal=legal), present, at(9)) is full


def here(right: Right, hour: int = 9, **more: object) -> Standing:
    """Somebody whose visit of today is recorded."""
    return standing(today=VisitToday(9, Part.DAY, 500, ENTRY, at(hour).at, right=right), **more)


@pytest.mark.parametrize(
    ("right", "ways"),
    [
        (Right.FULL, ["voucher", "banked", "carnet"]),
        (Right.REDUCED, ["voucher", "banked", "carnet"]),
        (Right.VOUCHER, ["banked", "carnet", "tab"]),
        (Right.BANKED, ["voucher", "carnet", "tab"]),
        (Right.CARNET, ["voucher", "banked", "tab"]),
        (Right.SUBSCRIPTION, []),
        (Right.FREE_ZONE, []),
        (Right.FREE, []),
        (Right.CAP, []),
        (Right.PASSING, []),
    ],
)
def test_a_day_may_be_paid_by_whatever_else_pays_for_days(right: Right, ways: list[str]) -> None:
    owned = (prepaid(Right.VOUCHER), prepaid(Right.BANKED), prepaid(Right.CARNET))
    assert list(day_payment.other_ways(here(right, prepaid=owned), policy(), at(10))) == ways
    assert not day_payment.other_ways(standing(prepaid=owned), policy(), at(10))  # nobody is here


@pytest.mark.parametrize(
    ("past_due", "advance", "tab"),
    [(0, None, True), (5000, None, True), (5001, None, False), (0, 500, True), (0, 499, False)],
)
def test_a_day_goes_back_on_the_tab_within_what_that_takes(past_due: int, advance: int | None, tab: bool) -> None:
    paid = VisitToday(9, Part.DAY, 0, ENTRY, at(9).at, right=Right.BANKED)
    member = standing(today=paid, past_due_cents=past_due, advance_cents=advance)
    assert ("tab" in day_payment.other_ways(member, policy(), at(10))) is tab


@pytest.mark.parametrize(
    ("came", "now", "cents", "part"),
    [(9, 11, 300, Part.FIRST_HALF), (9, 15, 500, Part.DAY), (14, 15, 300, Part.SECOND_HALF)],
)
def test_half_of_a_day_is_owed_by_who_was_there_for_half(came: int, now: int, cents: int, part: Part) -> None:
    way = day_payment.other_ways(here(Right.BANKED, came), policy(half_day_split_hour=13), at(now))["tab"]
    assert (way.amount_cents, way.part, way.tariff) == (cents, part, FULL)
