"""Lets a member choose what pays for today: a voucher, a banked day, a day of a carnet, or the tab.

The change is booked by entries: what paid before is given back.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import ACTOR, Page, Visitor
from kiosk.domain.checkin.access import Charge, Granted, Right, Standing
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.day_payment import COUNTED, TAB, other_ways
from kiosk.domain.money import units
from kiosk.domain.periods import Unit
from kiosk.selfservice.choice_labels import Said, option
from kiosk.store.checkin import standing, visits

_SAID = {
    Right.VOUCHER.value: Said("Un bon de ma structure", "A voucher of my organisation’s"),
    Right.BANKED.value: Said("Une journée d’accueil", "A day earned by hosting"),
    Right.CARNET.value: Said("Une journée de mon carnet", "A day of my carnet"),
    TAB: Said("Mon ardoise", "My tab"),
}
_OF_HALVES = {
    1: Said("Une demi-journée de mon carnet", "A half day of my carnet"),
    2: Said("Deux demi-journées de mon carnet", "Two half days of my carnet"),
}
_DOT = " ·\N{NO-BREAK SPACE}"
_LEFT = Said("restent", "left")


@dataclass(frozen=True, slots=True)
class DaySheet:
    """What pays for today, in words: none where nothing has to."""

    now: tuple[str, str] | None


def show(visitor: Visitor) -> Card:
    """Show what pays for today, and what else could."""
    return _card(visitor, CardKind.DAY)


def use(visitor: Visitor) -> Card:
    """Let the touched choice pay for today: the badge was seen again. A choice that is gone changes nothing."""
    person = _person(visitor)
    charge = None if person is None else _ways(visitor, person).get(visitor.value)
    if person is None or charge is None:
        return show(visitor)
    visits.rebook(
        visitor.connection,
        visitor.seal,
        Granted(person, charge),
        visitor.policy,
        visitor.moment,
        tap_id=visitor.fresh_id(),
        actor=ACTOR,
    )
    return _card(visitor, CardKind.DAY_CHOSEN)


def may_choose(visitor: Visitor) -> bool:
    """Whether anything else could pay for today."""
    person = _person(visitor)
    return person is not None and bool(_ways(visitor, person))


def _ways(visitor: Visitor, person: Standing) -> Mapping[str, Charge]:
    return other_ways(person, visitor.policy, visitor.moment)


def _person(visitor: Visitor) -> Standing | None:
    return standing.of_member(visitor.connection, visitor.number, visitor.policy, visitor.moment.day)


def _card(visitor: Visitor, kind: CardKind) -> Card:
    person = _person(visitor)
    options: list[Option] = []
    now = None
    if person is not None:
        for name, charge in _ways(visitor, person).items():
            options.append(option(Act.DAY_USE, name, _said(name, charge)))
        if person.today is not None and person.today.right in COUNTED:
            paid = _SAID.get(person.today.right.value, _SAID[TAB])
            now = (paid.fr, paid.en)
    sheet, acts = DaySheet(now), (Act.PAY, Act.ACCOUNT, Act.DONE)
    return Card(kind, visitor.session.name, acts=acts, sheet=sheet, options=tuple(options))


def _said(name: str, charge: Charge) -> Said:
    """What could pay, and how much of it is left."""
    days = charge.prepaid
    if days is None:
        return _SAID[name]
    if days.unit is Unit.HALF_DAY:
        return _OF_HALVES[charge.quantity].then(Said(*units.counted(days.left, days.unit)), _DOT).then(_LEFT)
    return _SAID[name].then(Said(*(str(days.left),) * 2), _DOT).then(_LEFT)


PAGES = {Act.DAY: Page(show), Act.DAY_USE: Page(use, writes=True, wants_badge=True)}
