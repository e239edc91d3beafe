"""Lets a member choose what pays for today (a voucher, a banked day, a day of a carnet, or the tab), and takes the code
of an organisation's voucher, from a member or a newcomer about to join.

A change is booked by entries: what paid before is given back. Another right may replace only those of COUNTED: prepaid
units, and the reduced or full price. A carnet is a set of days paid in advance; a banked day is earned by hosting.
"""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import ACTOR, Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.day_payment import COUNTED, TAB, other_ways
from kiosk.domain.checkin.standing import Charge, Right, Standing
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.money import units
from kiosk.domain.periods import Unit
from kiosk.errors import RequestError
from kiosk.language.texts import Said, Text
from kiosk.money import vouchers
from kiosk.selfservice import account, house, keyboard
from kiosk.selfservice.choice_labels import option
from kiosk.store.checkin import standing, visits
from kiosk.store.money import voucher_rows

_PAID_BY = Text("Payée avec : {what}.", "Paid with: {what}.")
_WORDS = {
    Right.VOUCHER.value: Text("Un bon de ma structure", "A voucher from my organisation"),
    Right.BANKED.value: Text("Une journée d’accueil", "A day earned by hosting"),
    Right.CARNET.value: Text("Une journée de mon carnet", "A day from my carnet"),
    TAB: Text("Mon ardoise", "My tab"),
}
_OF_HALVES = {
    1: Text("Une demi-journée de mon carnet", "A half day from my carnet"),
    2: Text("Deux demi-journées de mon carnet", "Two half days from my carnet"),
}
_WITH_REST = Text("{what} ·\N{NO-BREAK SPACE}reste {left}", "{what} ·\N{NO-BREAK SPACE}{left} left")


_VOUCHER_SAVED = Text("Votre bon est noté.", "Your voucher is saved.")


class Brought(Struct, frozen=True):
    """The voucher code that a newcomer about to join has typed."""

    code: str


class DaySheet(Struct, frozen=True):
    """What pays for today, in words; None without a visit today, or where the day costs nothing or is covered (by a
    subscription, for example), so that no other way applies.
    """

    now: Said | None


def show(context: PageContext) -> Card:
    """Show what pays for today, and what else could."""
    return _card(context, CardKind.DAY)


def use(context: PageContext) -> Card:
    """Let the chosen right pay for today, confirmed by the badge. A choice that is no longer possible changes nothing:
    the page is shown again.
    """
    person = _standing_now(context)
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
    return replace(_card(context, CardKind.DAY_CHOSEN), confirms=_PAID_BY.of(what=_WORDS[context.value]))


def may_choose(context: PageContext) -> bool:
    """Tell whether anything else could pay for today."""
    person = _standing_now(context)
    return person is not None and bool(_ways(context, person))


def _ways(context: PageContext, person: Standing) -> Mapping[str, Charge]:
    """Return what else could pay for today (a right's value, or TAB), each with the charge that it would make."""
    return other_ways(person, context.policy, context.moment)


def _standing_now(context: PageContext) -> Standing | None:
    """Return the member's standing now; None where the file is gone."""
    return standing.of_member(context.connection, context.number, context.policy, context.moment.day)


def _card(context: PageContext, kind: CardKind) -> Card:
    """Show how today is paid, with the other ways to pay for it."""
    person = _standing_now(context)
    options: list[Option] = []
    now = None
    if person is not None:
        for name, charge in _ways(context, person).items():
            options.append(option(Act.DAY_USE, name, _choice_words(name, charge)))
        if person.today is not None and person.today.right in COUNTED:  # the rights that another may replace
            now = _WORDS.get(person.today.right.value, _WORDS[TAB])
    return account.page(context, kind, Act.PAY, sheet=DaySheet(now), options=options)


def _choice_words(name: str, charge: Charge) -> Said:
    """Return the words of a choice: what could pay, and how many of its units (days, half days, hours) are left;
    nothing is left to say of the tab.
    """
    days = charge.prepaid
    if days is None:
        return _WORDS[name]
    if days.unit is Unit.HALF_DAY and days.right is Right.CARNET:
        return _WITH_REST.of(what=_OF_HALVES[charge.quantity], left=units.counted(days.left, days.unit))
    if days.unit is not Unit.DAY:
        return _WITH_REST.of(what=_WORDS[name], left=units.counted(days.left, days.unit))
    return _WITH_REST.of(what=_WORDS[name], left=days.left)


def show_code(context: PageContext, *, missing_line: int | None = None) -> Card:
    """Offer the keyboard for a voucher's code. Raises RequestError `touch-over` where no voucher has a code to redeem.
    With a line number, that line of the card (from 0) says what is wrong with the typed code.
    """
    if not voucher_rows.has_codes(context.connection):
        raise RequestError("touch-over", "no voucher with a code is left to redeem")
    acts = Act.VOUCHER_CODE, Act.VOUCHER_KEEP
    return keyboard.card(context, CardKind.VOUCHER_CODE, *acts, missing_line=missing_line, writes=keyboard.CODE)


def keep_code(context: PageContext) -> Card | None:
    """Redeem the typed code's voucher: for a member at once, for a newcomer once they have joined, for whom the page of
    rules follows. A code that is no voucher's shows the keyboard again; a refused one says why.
    """
    typed = keyboard.typed(context, Act.VOUCHER_CODE)
    if not vouchers.is_code(context.connection, context.moment, typed):
        return show_code(context, missing_line=0)
    keyboard.empty(context)
    if not context.is_member:
        context.keep(Brought(typed))
        return context.flows.pages()[Act.JOIN_RULES].show(context)  # not imported: `joining` imports this module
    try:
        vouchers.claim(context.connection, context.moment, ACTOR, typed, context.number)
    except RequestError as error:
        return house.refused(context, error, Act.PAY)
    return house.done(context, _VOUCHER_SAVED, Act.DAY if may_choose(context) else Act.PAY)


PAGES = {
    Act.DAY: Page(show),
    Act.DAY_USE: Page(use, writes=True),
    Act.VOUCHER_CODE: Page(show_code),
    Act.VOUCHER_KEEP: Page(keep_code, writes=True),
}
