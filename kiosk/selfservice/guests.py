"""Counts a guest of a host with a visit today: the host's badge confirms the page that names the guest and the price.

A first name is optional, and forgotten with the hours of the visit.
"""

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.day_choices import may_undo
from kiosk.checkin.dialogue import ACTOR, Page, PageContext
from kiosk.domain.checkin import access, choices, day_charges
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.standing import Standing
from kiosk.domain.checkin.verdicts import Denial, Granted, NextStep
from kiosk.errors import RequestError
from kiosk.language.texts import Said, Text
from kiosk.selfservice import keyboard
from kiosk.selfservice.choice_labels import DOTTED, Euros, option
from kiosk.store.checkin import visits

LONGEST = 30  # letters of a first name
_ON_TAB = Text("{what} · {worth} · sur votre ardoise.", "{what} · {worth} · on your tab.")
_A_GUEST = Text("Un·e invité·e", "A guest")


class Counted(Struct, frozen=True):
    """The visit (by id) of the guest just counted by this flow, which can be undone."""

    visit: int


def ask_name(context: PageContext) -> Card:
    """Offer the keyboard for a first name, which can be left out."""
    return keyboard.card(context, CardKind.GUEST_NAME, Act.GUEST_NAME, Act.GUEST)


def name_guest(context: PageContext) -> Card:
    """Name the guest and any price before the host's badge confirms them; or say why this guest cannot come."""
    host, name = _host(context), _typed_name(context)
    refusal = _why_not(context, host, name)
    if refusal is not None:
        # Without a name this guest could be any of the host's guests this year; with one, they may still be allowed.
        may_be_named = name is None and refusal.kind is CardKind.GUEST_REFUSED
        return replace(refusal, acts=(Act.GUEST_NAME, Act.DONE)) if may_be_named else refusal
    guest_text = _on_tab(context, host, name)
    acts = (Act.GUEST_NAME, Act.DONE)
    return Card(CardKind.BADGE_AGAIN, host.name, acts=acts, asked=Act.GUEST, confirms=guest_text)


def count(context: PageContext) -> Card:
    """Count the guest after the host's badge, and offer to undo it. The limits are checked again: they may have been
    reached since the page was shown.
    """
    host, name = _host(context), _typed_name(context)
    keyboard.empty(context)
    refusal = _why_not(context, host, name)
    if refusal is not None:
        return refusal
    visit = visits.add_guest(
        context.connection,
        context.seal,
        Granted(host, day_charges.of_guest(host, context.policy)),
        context.policy,
        context.moment,
        tap_id=context.fresh_id(),
        actor=ACTOR,
        name=name,
    )
    context.keep(Counted(visit))
    acts = (Act.GUEST_UNDO, Act.ACCOUNT, Act.DONE)
    guest_text = _on_tab(context, host, name)
    return Card(CardKind.GUEST, host.name, host.language, acts=acts, confirms=guest_text)


def _on_tab(context: PageContext, host: Standing, name: str | None) -> Said | None:
    """Return the words for the guest and the price on the host's tab; None where the guest costs nothing."""
    cents = day_charges.of_guest(host, context.policy).amount_cents
    return _ON_TAB.of(what=name or _A_GUEST, worth=Euros(cents)) if cents else None


def offered(context: PageContext) -> tuple[Option, ...]:
    """Return the choice that counts a guest, with the price; empty unless the member is here today and may bring one
    more.
    """
    host = context.member if context.is_by_badge else None
    if host is None or host.today is None or not _may_bring(context, host, None):
        return ()
    cents = day_charges.of_guest(host, context.policy).amount_cents
    return (option(Act.GUEST, "", DOTTED.of(what=_A_GUEST, worth=Euros(cents))),)


def undo(context: PageContext) -> Card:
    """Undo the guest counted in this flow, within the limit of a member's own undone days, of which it counts as
    one.
    """
    counted = context.take(Counted)
    host = None if counted is None else visits.host_of(context.connection, counted.visit)
    if counted is None or host is None:
        raise RequestError("touch-over", "no guest was counted here")
    if not may_undo(context, host):
        return Card(CardKind.UNDO_REFUSED, acts=(Act.DONE,))
    visits.undo(context.connection, context.seal, counted.visit, context.moment, ACTOR)
    return Card(CardKind.GUEST_UNDONE, acts=(Act.DONE,))


def _host(context: PageContext) -> Standing:
    """Return the standing of the member whose badge was shown, with their visit today. Raises RequestError
    `touch-over`.
    """
    host = context.member
    if host is None or host.today is None:
        raise RequestError("touch-over", "the visit that this card was about is gone: tap the badge again")
    return host


def _typed_name(context: PageContext) -> str | None:
    """Return the first name that was typed, on one line; cut to LONGEST; None for none."""
    return " ".join(keyboard.typed(context, Act.GUEST_NAME).split())[:LONGEST].strip() or None


def _why_not(context: PageContext, host: Standing, name: str | None) -> Card | None:
    """Return the card that says why this guest cannot come with this host: the premises are full, a limit on guests is
    reached, or the host's advance is used up; None where nothing is against it.
    """
    if _is_full(context):
        step = NextStep.COME_BACK_LATER
        return Card(CardKind.DENIED, denial=Denial.FULL, next_step=step, acts=(Act.DONE,))
    if not _may_bring(context, host, name):
        return Card(CardKind.GUEST_REFUSED, host.name, host.language, acts=(Act.DONE,))
    denied = access.beyond_advance(host, day_charges.of_guest(host, context.policy))
    if denied is not None:
        # With an act as `asked` the card speaks to a member who is inside already.
        reason, step = denied.reason, denied.next_step
        return Card(CardKind.DENIED, denial=reason, next_step=step, acts=(Act.DONE,), asked=Act.GUEST)
    return None


def _is_full(context: PageContext) -> bool:
    """Tell whether the premises are full, where the rules count the people present."""
    policy = context.policy
    return policy.counts_presence and access.is_full(
        policy, visits.present(context.connection, context.moment.day, policy.site), context.moment
    )


def _may_bring(context: PageContext, host: Standing, name: str | None) -> bool:
    """Tell whether the rules let this guest come: limits on guests per host and day, and on days per guest and calendar
    year. `name` None: a guest without a name.
    """
    connection, policy, day = context.connection, context.policy, context.moment.day
    brought = visits.brought(connection, host, policy, day)
    if not choices.may_bring_guests(Granted(host, day_charges.of_guest(host, policy)), policy, brought):
        return False
    # Days of guests without a name, and of those who may be this guest: each could have been the same person.
    return choices.may_bring_this_guest(policy, sum(visits.guest_days(connection, host.member, day, name)))


PAGES = {
    Act.GUEST: Page(count, writes=True, names=name_guest),
    Act.GUEST_UNDO: Page(undo, writes=True),
    Act.GUEST_NAME: Page(ask_name),
}
