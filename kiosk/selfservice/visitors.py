"""Serves people without any badge: a member's guest, or somebody who rings for a trial day, a meeting, a delivery.

Whoever rings reads the host's telephone number, and after a minute whom else to call.
"""

from functools import partial

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.language.texts import Text
from kiosk.selfservice.choice_labels import option

REASONS = {Act.TRIAL: "trial", Act.APPOINTMENT: "appointment", Act.DELIVERY: "delivery"}
_SAID = {
    Act.TRIAL: Text("Journée d’essai", "Trial day"),
    Act.APPOINTMENT: Text("Rendez-vous", "Meeting"),
    Act.DELIVERY: Text("Livraison", "Delivery"),
}
INVITED = Text(
    "La personne qui vous invite présente son badge, puis touche Invité·e.",
    "Your host taps their badge, then touches Guest.",
)


def ask(context: PageContext) -> Card:
    """Ask what they come for."""
    options: list[Option] = [option(act, "", said) for act, said in _SAID.items()]
    guests = INVITED if context.policy.guests_a_day else None
    return Card(CardKind.VISIT, acts=(Act.DONE,), options=tuple(options), confirms=guests)


def ring(reason: str, _context: PageContext) -> Card:
    """Ring, and say on the card whom to call; a minute later, whom else."""
    return Card(CardKind.RUNG, rings=reason, then=Card(CardKind.RUNG_LATER))


PAGES = {Act.VISIT: Page(ask), **{act: Page(partial(ring, reason)) for act, reason in REASONS.items()}}
