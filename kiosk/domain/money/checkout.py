"""Judges HelloAsso Checkout's answers on a payment: whether it is ours, and whether it is paid, refunded or contested.

By HelloAsso's published reference of its API, version 5. Unknown values change nothing: a payment in an unknown state
is waited for.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from kiosk.domain.money.online import Event, Why

AUTHORISED, REFUNDED, CONTESTED = "Authorized", "Refunded", "Contested"  # states of a payment at the platform
KEY = "payment"  # key of the metadata that holds our payment's reference


class Refund(Struct, frozen=True):
    """A refund of a payment, as the platform lists it."""

    amount: int = 0


class Paid(Struct, frozen=True, rename="camel"):
    """A payment at the platform, in cents. `amount_tip` is the part that the payer gave to the platform."""

    id: int
    amount: int
    state: str
    amount_tip: int | None = None
    refund_operations: Sequence[Refund] | None = None


class Order(Struct, frozen=True, rename="camel"):
    """A purchase at the platform, with its payments."""

    id: int
    organization_slug: str
    payments: Sequence[Paid] | None = None


class Intent(Struct, frozen=True, rename="camel"):
    """The platform's answer on a payment that has a page; `order` is set once it is paid."""

    id: int
    metadata: Mapping[str, object] | None = None
    order: Order | None = None


class Made(Struct, frozen=True, rename="camel"):
    """The platform's answer to a request for a page."""

    id: int
    redirect_url: str


class OrderOf(Struct, frozen=True, rename="camel"):
    """The order to which a payment of the platform's list belongs."""

    id: int
    organization_slug: str
    form_type: str = ""


class Listed(Paid, frozen=True, rename="camel"):
    """A payment in the platform's list."""

    order: OrderOf | None = None


class Page(Struct, frozen=True):
    """One page of the platform's list."""

    data: Sequence[Listed] = field(default_factory=list)


class Ours(Struct, frozen=True):
    """The payment that we asked for: amount, reference, and our organisation's name in the platform's addresses."""

    cents: int
    reference: str
    organisation: str


class Heard(Struct, frozen=True):
    """What follows from an answer: an event with its reason, the platform's numbers of order and payment, and the cents
    paid.
    """

    event: Event
    order: int
    payment: int
    cents: int
    why: Why | None = None


def judge(ours: Ours, intent: int, answer: Intent) -> Heard | None:
    """Return what the platform's answer on an intent (its page for our payment) means; None while nothing is paid.

    Organisation, reference and amount must be ours. Only an authorised payment counts as paid.
    """
    order = answer.order
    heard = None if order is None else judge_payments(ours, order.id, order.payments or ())
    if order is None or heard is None:
        return None
    if answer.id != intent or (answer.metadata or {}).get(KEY) != ours.reference:
        return replace(heard, event=Event.DIFFERS, why=Why.REFERENCE)
    if order.organization_slug != ours.organisation:
        return replace(heard, event=Event.DIFFERS, why=Why.ORGANISATION)
    return heard


def judge_payments(ours: Ours, order: int, payments: Sequence[Paid]) -> Heard | None:
    """Return what the payments of one of our orders mean; None where none of them decides anything. If two are
    authorised, an officer decides (`Why.TWICE`): the one with the lowest number is the order's, and the other comes
    with the platform's export file of payments.
    """
    standing = sorted((paid for paid in payments if paid.state == AUTHORISED), key=lambda paid: paid.id)
    if len(standing) > 1:
        return _heard(Event.DIFFERS, order, standing[0], Why.TWICE)
    for paid in (*standing, *payments):  # an authorised payment decides before any other
        why, event = _why(ours, paid), _EVENTS.get(paid.state)
        if why is not None:
            return _heard(Event.DIFFERS, order, paid, why)
        if event is not None:
            return _heard(event, order, paid, Why.CONTESTED if event is Event.CONTESTED else None)
    return None


_EVENTS = {AUTHORISED: Event.PAID, CONTESTED: Event.CONTESTED, REFUNDED: Event.REFUNDED}  # what a payment's state means


def _why(ours: Ours, paid: Paid) -> Why | None:
    """Return what is wrong with a completed payment: refunded in part, or another amount than ours with and without the
    payer's tip. None for nothing, or for one that was not completed.
    """
    if paid.state not in (AUTHORISED, REFUNDED):
        return None
    refunded = sum(refund.amount for refund in paid.refund_operations or ())
    if 0 < refunded < _without_tip(paid):
        return Why.PART
    fits = ours.cents in (paid.amount, _without_tip(paid))  # the platform's amount may include its tip
    # a payment refunded in full is not entered, so its sum does not matter
    return Why.SUM if paid.state == AUTHORISED and not fits else None


def _without_tip(paid: Paid) -> int:
    """Return what of a payment is for the association, in cents."""
    return paid.amount - (paid.amount_tip or 0)


def _heard(event: Event, order: int, paid: Paid, why: Why | None) -> Heard:
    """Return an event of a payment with the numbers of order and payment."""
    return Heard(event, order, paid.id, _without_tip(paid), why)
