"""Judges what HelloAsso Checkout says of a payment: whether it is ours, whether it is paid, refunded or contested.

Read from HelloAsso's published reference of its API, version 5. What is not known there changes nothing: a payment
whose state has another name is waited for.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from kiosk.domain.money.online import Event, Why

AUTHORISED, REFUNDED, CONTESTED = "Authorized", "Refunded", "Contested"
KEY = "payment"  # of the metadata: which of our payments it is


class Refund(Struct, frozen=True):
    """A refund of a payment, as the platform lists it."""

    amount: int = 0


class Paid(Struct, frozen=True, rename="camel"):
    """A payment at the platform. Of its sum `amount_tip` may be the platform's, which the payer left to it."""

    id: int
    amount: int
    state: str
    amount_tip: int | None = None
    refund_operations: Sequence[Refund] | None = None


class Order(Struct, frozen=True, rename="camel"):
    """What was bought at the platform, by which payments."""

    id: int
    organization_slug: str
    payments: Sequence[Paid] | None = None


class Intent(Struct, frozen=True, rename="camel"):
    """What the platform says of a payment that it has a page for: `order` is there once it is paid."""

    id: int
    metadata: Mapping[str, object] | None = None
    order: Order | None = None


class Made(Struct, frozen=True, rename="camel"):
    """The platform's answer to a request for a page."""

    id: int
    redirect_url: str


class OrderOf(Struct, frozen=True, rename="camel"):
    """To which order a payment of the platform's list belongs."""

    id: int
    organization_slug: str
    form_type: str = ""


class Listed(Paid, frozen=True, rename="camel"):
    """A payment of the platform's list."""

    order: OrderOf | None = None


class Page(Struct, frozen=True):
    """One page of the platform's list."""

    data: Sequence[Listed] = field(default_factory=list)


class Ours(Struct, frozen=True):
    """What was asked for: the sum, which payment of ours, of which organisation."""

    cents: int
    reference: str
    organisation: str


class Heard(Struct, frozen=True):
    """What follows from an answer: an event with its reason, by which numbers the platform knows the payment, and how
    much was paid.
    """

    event: Event
    order: int
    payment: int
    cents: int
    why: Why | None = None


def judge(ours: Ours, intent: int, answer: Intent) -> Heard | None:
    """Return what the platform's answer about an intent means; None as long as nothing is paid.

    Organisation, reference and sum have to be ours. Only what is authorised counts.
    """
    order = answer.order
    found = None if order is None else judge_payments(ours, order.id, order.payments or ())
    if order is None or found is None:
        return None
    if answer.id != intent or (answer.metadata or {}).get(KEY) != ours.reference:
        return replace(found, event=Event.DIFFERS, why=Why.REFERENCE)
    if order.organization_slug != ours.organisation:
        return replace(found, event=Event.DIFFERS, why=Why.ORGANISATION)
    return found


def judge_payments(ours: Ours, order: int, payments: Sequence[Paid]) -> Heard | None:
    """Return what the payments of one order of ours mean; None where none of them says anything. Of two that stand, the
    first is the order's own, and the other one is left to the platform's file.
    """
    standing = sorted((paid for paid in payments if paid.state == AUTHORISED), key=lambda paid: paid.id)
    if len(standing) > 1:
        return _heard(Event.DIFFERS, order, standing[0], Why.TWICE)
    for paid in (*standing, *payments):
        why, event = _why(ours, paid), _EVENTS.get(paid.state)
        if why is not None:
            return _heard(Event.DIFFERS, order, paid, why)
        if event is not None:
            return _heard(event, order, paid, Why.CONTESTED if event is Event.CONTESTED else None)
    return None


_EVENTS = {AUTHORISED: Event.PAID, CONTESTED: Event.CONTESTED, REFUNDED: Event.REFUNDED}


def _why(ours: Ours, paid: Paid) -> Why | None:
    """Return what is wrong with a payment that came about; None for nothing, and for one that did not."""
    if paid.state not in (AUTHORISED, REFUNDED):
        return None
    refunded = sum(refund.amount for refund in paid.refund_operations or ())
    if 0 < refunded < _without_tip(paid):
        return Why.PART
    fits = ours.cents in (paid.amount, _without_tip(paid))
    return Why.SUM if paid.state == AUTHORISED and not fits else None


def _without_tip(paid: Paid) -> int:
    return paid.amount - (paid.amount_tip or 0)


def _heard(event: Event, order: int, paid: Paid, why: Why | None) -> Heard:
    return Heard(event, order, paid.id, _without_tip(paid), why)
