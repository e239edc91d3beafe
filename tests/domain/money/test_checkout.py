"""What HelloAsso says counts only where it is authorised, of our sum, our organisation and our reference."""

from typing import Any

import msgspec
import pytest

from kiosk.domain.money import checkout
from kiosk.domain.money.checkout import Heard, Intent, Ours
from kiosk.domain.money.online import Event, Why

OURS = Ours(1200, "ab12", "la-coroutine")


def paid(id_: int = 7, cents: int = 1200, state: str = "Authorized", **more: object) -> dict[str, object]:
    return {"id": id_, "amount": cents, "state": state, "installmentNumber": 1, "paymentMeans": "Card", **more}


def answer(*payments: dict[str, object], **more: Any) -> Intent:
    """An answer as the platform's reference has it, with what we do not read."""
    order = {
        "id": 70,
        "organizationSlug": more.pop("organisation", "la-coroutine"),
        "formType": "Checkout",
        "payments": list(payments),
        "items": [{"id": 70, "amount": 1200}],
    }
    told = {"id": 5, "redirectUrl": "https://www.helloasso.com/x", "metadata": {"payment": "ab12"}, "order": order}
    return msgspec.convert({**told, **more}, Intent)


def test_intent_without_an_order_says_nothing() -> None:
    assert checkout.judge(OURS, 5, answer(order=None)) is None


@pytest.mark.parametrize(
    "state", ["Pending", "Refused", "Waiting", "WaitingBankValidation", "Abandoned", "AuthorizedPreprod", "Autorisé"]
)
def test_only_what_is_authorised_counts(state: str) -> None:
    assert checkout.judge(OURS, 5, answer(paid(state=state))) is None


@pytest.mark.parametrize(
    "payment", [paid(), paid(cents=1500, amountTip=300), paid(cents=1200, amountTip=300), paid(amountTip=None)]
)
def test_authorised_payment_of_our_sum_is_paid_with_or_without_a_tip(payment: dict[str, object]) -> None:
    found = checkout.judge(OURS, 5, answer(payment))
    assert found is not None
    assert (found.event, found.order, found.payment, found.why) == (Event.PAID, 70, 7, None)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (answer(paid(cents=1100)), Why.SUM),
        (answer(paid(cents=120_000)), Why.SUM),
        (answer(paid(), organisation="une-autre"), Why.ORGANISATION),
        (answer(paid(), metadata={"payment": "cd34"}), Why.REFERENCE),
        (answer(paid(), metadata=None), Why.REFERENCE),
        (answer(paid(), metadata={"other": "ab12"}), Why.REFERENCE),
        (answer(paid(), id=6), Why.REFERENCE),
        (answer(paid(), paid(8)), Why.TWICE),
        (answer(paid(refundOperations=[{"amount": 200}])), Why.PART),
        (answer(paid(state="Refunded", refundOperations=[{"amount": 200}])), Why.PART),
    ],
)
def test_what_is_not_ours_is_for_an_officer(told: Intent, why: Why) -> None:
    found = checkout.judge(OURS, 5, told)
    assert found is not None
    assert (found.event, found.why, found.payment) == (Event.DIFFERS, why, 7)


def test_refunded_and_contested_payments_say_so() -> None:
    assert checkout.judge(OURS, 5, answer(paid(state="Refunded"))) == Heard(Event.REFUNDED, 70, 7, 1200)
    refunded = paid(state="Refunded", refundOperations=[{"id": 1, "amount": 1200}])
    assert checkout.judge(OURS, 5, answer(refunded)) == Heard(Event.REFUNDED, 70, 7, 1200)
    contested = checkout.judge(OURS, 5, answer(paid(state="Contested")))
    assert contested == Heard(Event.CONTESTED, 70, 7, 1200, Why.CONTESTED)


def test_payment_that_was_refused_once_and_then_came_is_paid() -> None:
    found = checkout.judge(OURS, 5, answer(paid(6, state="Refused"), paid()))
    assert found == Heard(Event.PAID, 70, 7, 1200)
