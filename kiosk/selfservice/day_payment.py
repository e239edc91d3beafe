"""Lets a member choose what pays for today: a voucher, a banked day, a day of a carnet, or the tab.

The change is booked by entries: what paid before is given back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import ACTOR, Page, PageContext
from kiosk.domain.checkin.access import Charge, Granted, Right, Standing
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.day_payment import COUNTED, TAB, other_ways
from kiosk.domain.money import units
from kiosk.domain.periods import Unit
from kiosk.language.texts import Said, Text
from kiosk.selfservice.choice_labels import option
from kiosk.store.checkin import standing, visits

_PAID_BY = Text("Payée par : {what}.", "Paid by: {what}.")
_SAID = {
    Right.VOUCHER.value: Text("Un bon de ma structure", "A voucher of my organisation’s"),
    Right.BANKED.value: Text("Une journée d’accueil", "A day earned by hosting"),
    Right.CARNET.value: Text("Une journée de mon carnet", "A day of my carnet"),
    TAB: Text("Mon ardoise", "My tab"),
}
_OF_HALVES = {
    1: Text("Une demi-journée de mon carnet", "A half day of my carnet"),
    2: Text("Deux demi-journées de mon carnet", "Two half days of my carnet"),
}
_LEFT = Text("{what} ·\N{NO-BREAK SPACE}reste {left}", "{what} ·\N{NO-BREAK SPACE}{left} left")


@dataclass(frozen=True, slots=True)
class DaySheet:
    """What pays for today, in words: none where nothing has to."""

    now: Said | None


def show(context: PageContext) -> Card:
    """Show what pays for today, and what else could."""
    return _card(context, CardKind.DAY)


def use(context: PageContext) -> Card:
    """Let the touched choice pay for today: the badge was seen again. A choice that is gone changes nothing."""
    person = _person(context)
    charge = None if person is None else _ways(context, person).get(context.value)
    if person is None or charge is None:
        return show(context)
    visits.rebook(
        context.connection,
        context.seal,
        Granted(person, charge),
        context.policy,
        context.moment,
        tap_id=context.fresh_id(),
        actor=ACTOR,
    )
    return replace(_card(context, CardKind.DAY_CHOSEN), confirms=_PAID_BY.of(what=_SAID[context.value]))


def may_choose(context: PageContext) -> bool:
    """Whether anything else could pay for today."""
    person = _person(context)
    return person is not None and bool(_ways(context, person))


def _ways(context: PageContext, person: Standing) -> Mapping[str, Charge]:
    return other_ways(person, context.policy, context.moment)


def _person(context: PageContext) -> Standing | None:
    return standing.of_member(context.connection, context.number, context.policy, context.moment.day)


def _card(context: PageContext, kind: CardKind) -> Card:
    person = _person(context)
    options: list[Option] = []
    now = None
    if person is not None:
        for name, charge in _ways(context, person).items():
            options.append(option(Act.DAY_USE, name, _said(name, charge)))
        if person.today is not None and person.today.right in COUNTED:
            now = _SAID.get(person.today.right.value, _SAID[TAB])
    sheet, acts = DaySheet(now), (Act.PAY, Act.ACCOUNT, Act.DONE)
    return Card(kind, context.dialogue.name, acts=acts, sheet=sheet, options=tuple(options))


def _said(name: str, charge: Charge) -> Said:
    """What could pay, and how much of it is left."""
    days = charge.prepaid
    if days is None:
        return _SAID[name]
    if days.unit is Unit.HALF_DAY and days.right is Right.CARNET:
        return _LEFT.of(what=_OF_HALVES[charge.quantity], left=units.counted(days.left, days.unit))
    if days.unit is not Unit.DAY:
        return _LEFT.of(what=_SAID[name], left=units.counted(days.left, days.unit))
    return _LEFT.of(what=_SAID[name], left=days.left)


PAGES = {Act.DAY: Page(show), Act.DAY_USE: Page(use, writes=True, wants_badge=True)}
