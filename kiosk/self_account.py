"""My account, at the screen: what a member owes and has, in a glance, for as long as their badge was just seen."""

from dataclasses import dataclass

from kiosk.cards import Card, CardKind
from kiosk.dialogue import Page, Visitor
from kiosk.domain.choices import Act
from kiosk.store import members


@dataclass(frozen=True, slots=True)
class AccountSheet:
    """What the page shows. Less than 0 is paid in advance."""

    balance_cents: int


def show(visitor: Visitor) -> Card:
    """The first page."""
    found = members.by_number(visitor.connection, visitor.number)
    return Card(CardKind.ACCOUNT, visitor.session.name, acts=(Act.DONE,), sheet=AccountSheet(found.balance_cents))


PAGES = {Act.ACCOUNT: Page(show)}
