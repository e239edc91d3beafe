"""A first visit, without any badge: somebody rings for a trial day, a meeting or a delivery, and reads whom to call."""

from functools import partial

from kiosk.cards import Card, CardKind
from kiosk.dialogue import Page, Visitor
from kiosk.domain.choices import Act

REASONS = {Act.TRIAL: "trial", Act.APPOINTMENT: "appointment", Act.DELIVERY: "delivery"}


def ask(_visitor: Visitor) -> Card:
    """What for."""
    return Card(CardKind.VISIT, acts=(*REASONS, Act.DONE))


def ring(reason: str, _visitor: Visitor) -> Card:
    """It rings, and the card says whom to call, and whom after a minute."""
    return Card(CardKind.RUNG, rings=reason)


PAGES = {Act.VISIT: Page(ask), **{act: Page(partial(ring, reason)) for act, reason in REASONS.items()}}
