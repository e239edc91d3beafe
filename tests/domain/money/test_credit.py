"""Whether an account takes one purchase more, and what would do: the cases of the treasurers' table, by hand."""

import pytest

from kiosk.domain.money import credit as rules
from kiosk.domain.money.credit import Beyond, CreditStanding, Purchase, Reason, credit
from kiosk.domain.money.tariffs import ProductKind

ROOM, EVENT, CARNET, MEMBERSHIP = ProductKind.ROOM, ProductKind.EVENT, ProductKind.CARNET, ProductKind.MEMBERSHIP
LIMIT = 5000


def owing(balance: int = 0, past_due: int = 0, chosen: int = 0, **more: object) -> CreditStanding:
    values = {"balance_cents": balance, "past_due_cents": past_due, "chosen_cents": chosen, "limit_cents": LIMIT}
    return CreditStanding(**{**values, **more})  # type: ignore[arg-type]  # as the names say


def over(missing: int, reason: Reason = Reason.LIMIT, limit: int = LIMIT) -> Beyond:
    return Beyond(reason, missing, limit)


@pytest.mark.parametrize(
    ("standing", "purchase", "answer"),
    [
        (owing(10500), Purchase(ROOM, 250), None),  # enrolled today: a plan and a fee that are due in 30 days
        (owing(0), Purchase(CARNET, 4500), None),
        (owing(4500, chosen=4500), Purchase(CARNET, 4500), over(4000)),  # the second of four in one morning
        (owing(4800, 4800), Purchase(ROOM, 250), over(50)),  # "payez 0,50 EUR ou plus"
        (owing(4800, 4800), Purchase(ROOM, 200), None),  # the limit itself
        (owing(4800, 4800), Purchase(ROOM, 0), None),
        (owing(4500, 4500, believed_cents=2000), Purchase(CARNET, 1000), None),
        (owing(4500, 4500, believed_cents=2000), Purchase(EVENT, 1000), None),
        (owing(4500, 4500, believed_cents=2000), Purchase(ROOM, 1000), None),
        (owing(4500, 4500, believed_cents=None), Purchase(ROOM, 1000), over(0, Reason.DOUBTED)),
        (owing(4500, 4500, believed_cents=None), Purchase(ROOM, 500), None),  # doubted, but within the limit
        (owing(0, booked_cents=4900), Purchase(EVENT, 101), over(1)),  # booked is bought, before it is charged
        (owing(-4500), Purchase(CARNET, 9500), None),  # what is in advance is there to be used
        (owing(-4500), Purchase(CARNET, 9501), over(1)),
        (owing(0, has_tab=False), Purchase(ROOM, 1), over(1, Reason.ADVANCE, 0)),
        (owing(-4500, has_tab=False), Purchase(CARNET, 4500), None),
        (owing(-4499, has_tab=False), Purchase(CARNET, 4500), over(1, Reason.ADVANCE, 0)),
        (owing(-4500, has_tab=False, booked_cents=1), Purchase(CARNET, 4500), over(1, Reason.ADVANCE, 0)),
        (owing(100, has_tab=False, believed_cents=200), Purchase(ROOM, 100), None),
        (owing(9900, 9900, paid_by_others=frozenset({ROOM})), Purchase(ROOM, 250), None),
        (owing(9900, 9900, paid_by_others=frozenset({EVENT})), Purchase(ROOM, 250), over(5150)),
        (owing(paid_by_others=frozenset({CARNET})), Purchase(CARNET, 1), over(0, Reason.PAYER)),
        (owing(paid_by_others=frozenset({MEMBERSHIP})), Purchase(MEMBERSHIP, 1), over(0, Reason.PAYER)),
    ],
)
def test_account_takes_what_is_chosen_within_its_limit_and_says_what_would_do(
    standing: CreditStanding, purchase: Purchase, answer: Beyond | None
) -> None:
    assert credit(standing, purchase) == answer


@pytest.mark.parametrize(
    ("balance", "recent", "parts"),
    [
        (10500, [(False, 10000), (False, 500)], (0, 0)),
        (4500, [(True, 4500)], (0, 4500)),
        (9300, [(True, 4500)], (4800, 4500)),
        (4800, [], (4800, 0)),
        (3000, [(True, 1000), (False, 5000)], (0, 1000)),  # what was paid settled the oldest
        (500, [(True, 1000), (True, 5000)], (0, 500)),
        (-500, [(True, 1000)], (0, 0)),
        (0, [], (0, 0)),
    ],
)
def test_newest_charges_are_those_that_are_unpaid(
    balance: int, recent: list[tuple[bool, int]], parts: tuple[int, int]
) -> None:
    assert rules.past_due_and_chosen(balance, recent) == parts


def test_what_would_do_does_and_a_cent_less_does_not() -> None:
    for balance in range(0, 12000, 700):
        standing = owing(balance, balance, 1300)
        answer = credit(standing, Purchase(ROOM, 4000))
        if answer is not None:
            paid = owing(balance, balance, 1300, believed_cents=answer.missing_cents)
            short = owing(balance, balance, 1300, believed_cents=answer.missing_cents - 1)
            assert credit(paid, Purchase(ROOM, 4000)) is None
            assert credit(short, Purchase(ROOM, 4000)) == over(1)


@pytest.mark.parametrize(
    ("standing", "cents", "answer"),
    [
        (owing(10500), 10000, None),  # a month is charged when it begins: its price is no question of the limit
        (owing(5000, 5000), 10000, None),
        (owing(5001, 5001), 10000, over(1)),
        (owing(5001, 5001), 0, None),
        (owing(9000, 9000, believed_cents=4000), 10000, None),
        (owing(9000, 9000, believed_cents=3999), 10000, over(1)),
        (owing(9000, 9000, believed_cents=None), 10000, over(0, Reason.DOUBTED)),
        (owing(9000, 4000, chosen=5000), 10000, None),  # the door adds nothing, neither does this
        (owing(-9999, has_tab=False), 10000, over(1, Reason.ADVANCE, 0)),
        (owing(-10000, has_tab=False), 10000, None),
        (owing(paid_by_others=frozenset({ProductKind.SUBSCRIPTION})), 10000, over(0, Reason.PAYER)),
        (owing(has_tab=False, paid_by_others=frozenset({ProductKind.SUBSCRIPTION})), 10000, over(0, Reason.PAYER)),
    ],
)
def test_plan_is_asked_of_a_tab_as_the_door_asks(standing: CreditStanding, cents: int, answer: Beyond | None) -> None:
    assert rules.for_a_plan(standing, cents) == answer
