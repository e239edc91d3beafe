"""Counts a guest of a host who said so: by badge after their own tap, or by a yes when the guest stood there first.

Whoever shows a badge while a guest waits comes in as ever; then they are asked, and without their yes nothing is
written. No first name is required: whoever wants types one, and it is forgotten with the hours.
"""

from msgspec import Struct

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.day_choices import may_undo
from kiosk.checkin.dialogue import ACTOR, Page, PageContext
from kiosk.domain.checkin import access, choices, day_charges
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.standing import Standing
from kiosk.domain.checkin.verdicts import Denial, Granted, NextStep
from kiosk.errors import RequestError
from kiosk.language.texts import Text
from kiosk.selfservice import keyboard
from kiosk.selfservice.choice_labels import DOTTED, Euros, option
from kiosk.store.checkin import standing, visits

LONGEST = 30  # of a first name
_ON_TAB = Text("{what} · {worth} · sur votre ardoise.", "{what} · {worth} · on your tab.")
_A_GUEST = Text("Un·e invité·e", "A guest")
_GUEST = "guest"  # kept: the visit of the guest who was just counted


class GuestSheet(Struct, frozen=True):
    """The first name that is typed so far."""

    typed: str


class GuestQuestion(Struct, frozen=True):
    """What a host is asked: for whom (None: no first name was typed), and how much goes on their tab."""

    guest: str | None
    cents: int


def ask_name(context: PageContext) -> Card:
    """Offer the keyboard for a first name; it can be left out."""
    dialogue = context.dialogue
    keyboard.begin(dialogue, Act.GUEST_NAME)
    act = Act.BRING if dialogue.fingerprint is None else Act.GUEST
    sheet, options = GuestSheet(dialogue.typed), keyboard.letters(dialogue)
    return Card(CardKind.GUEST_NAME, acts=(act, Act.DONE), sheet=sheet, options=options)


def count(context: PageContext) -> Card:
    """Count the guest of a host who tapped before and has now shown the badge again."""
    host = _host(context)
    if host is None or host.today is None:
        raise RequestError("touch-over", "the visit that this card was about is gone: tap the badge again")
    return _count(context, host)


def offered(context: PageContext) -> tuple[Option, ...]:
    """What brings a guest, and how much that costs: for a member who is here, where the rules allow it."""
    host = _host(context) if context.dialogue.is_session else None
    if host is None or host.today is None or not _may_bring(context, host, None):
        return ()
    cents = day_charges.of_guest(host, context.policy).amount_cents
    return (option(Act.GUEST, "", DOTTED.of(what=_A_GUEST, worth=Euros(cents))),)


def wait(context: PageContext) -> Card:
    """Wait for a host's badge; meanwhile a first name may be typed."""
    if not context.policy.guests_a_day:
        raise RequestError("touch-over", "no guests come here")
    return Card(CardKind.HOST_BADGE, acts=(Act.GUEST_NAME, Act.DONE))


def ask(context: PageContext) -> Card:
    """Ask a member who has just come in whether the person who waits is their guest; or say that it cannot be."""
    host = context.asked
    name = _typed_name(context)
    if host is None or _why_not(context, host, name) is not None:
        return Card(CardKind.GUEST_REFUSED, acts=(Act.DONE,))
    sheet = GuestQuestion(name, day_charges.of_guest(host, context.policy).amount_cents)
    return Card(CardKind.GUEST_ASKS, acts=(Act.BRING_YES, Act.ONLY_ME), sheet=sheet)


def bring(context: PageContext) -> Card:
    """Count the guest of a member who came in, was asked, and says yes."""
    host = context.asked
    if host is None or host.today is None:
        raise RequestError("touch-over", "the visit that this card was about is gone: tap the badge again")
    return _count(context, host)


def undo(context: PageContext) -> Card:
    """Take back the guest whom this dialogue counted: so often in so many days, as with a day of one's own."""
    visit = context.dialogue.kept.pop(_GUEST, None)
    host = None if visit is None else visits.host_of(context.connection, int(visit))
    if visit is None or host is None:
        raise RequestError("touch-over", "no guest was counted here")
    if not may_undo(context.connection, host, context.policy, context.moment.day):
        return Card(CardKind.UNDO_REFUSED, acts=(Act.DONE,))
    visits.undo(context.connection, context.seal, int(visit), context.moment, ACTOR)
    return Card(CardKind.GUEST_UNDONE, acts=(Act.DONE,))


def _host(context: PageContext) -> Standing | None:
    """The member whose badge was seen, as they stand in this very transaction."""
    fingerprint = context.dialogue.fingerprint
    if fingerprint is None or not context.dialogue.is_session:
        raise RequestError("touch-over", "this wants a member's badge")
    return standing.find(context.connection, fingerprint, context.policy, context.moment.day)


def _typed_name(context: PageContext) -> str | None:
    return " ".join(context.dialogue.typed.split())[:LONGEST].strip() or None


def _count(context: PageContext, host: Standing) -> Card:
    """Count the guest, on the host's account, and let it be taken back."""
    name = _typed_name(context)
    context.dialogue.typed = ""
    refused = _why_not(context, host, name)
    if refused is not None:
        return refused
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
    context.dialogue.kept[_GUEST] = str(visit)
    acts = (Act.GUEST_UNDO, Act.ACCOUNT, Act.DONE) if context.dialogue.is_session else (Act.GUEST_UNDO, Act.DONE)
    cents = day_charges.of_guest(host, context.policy).amount_cents
    done = _ON_TAB.of(what=name or _A_GUEST, worth=Euros(cents)) if cents else None
    return Card(CardKind.GUEST, host.name, host.language, acts=acts, confirms=done)


def _why_not(context: PageContext, host: Standing, name: str | None) -> Card | None:
    """The card that says why this guest cannot come with this host; None where nothing is against it."""
    if _is_full(context):
        step = NextStep.COME_BACK_LATER
        return Card(CardKind.DENIED, denial=Denial.FULL, next_step=step, acts=(Act.DONE,))
    if not _may_bring(context, host, name):
        return Card(CardKind.GUEST_REFUSED, host.name, host.language, acts=(Act.DONE,))
    denied = access.beyond_advance(host, day_charges.of_guest(host, context.policy))
    if denied is not None:
        reason, step = denied.reason, denied.next_step
        return Card(CardKind.DENIED, denial=reason, next_step=step, acts=(Act.DONE,), asked=Act.GUEST)
    return None


def _is_full(context: PageContext) -> bool:
    policy = context.policy
    return policy.counts_presence and access.is_full(
        policy, visits.present(context.connection, context.moment.day, policy.site), context.moment
    )


def _may_bring(context: PageContext, host: Standing, name: str | None) -> bool:
    """Whether the rules let this guest come: so many a day with one host, and so many days a year each."""
    connection, policy, day = context.connection, context.policy, context.moment.day
    brought = visits.brought(connection, host, policy, day)
    if not choices.may_bring_guests(Granted(host, day_charges.of_guest(host, policy)), policy, brought):
        return False
    return choices.may_bring_this_guest(policy, sum(visits.guest_days(connection, host.member, day, name)))


PAGES = {
    Act.GUEST: Page(count, writes=True, wants_badge=True, beside=(Act.GUEST_NAME,)),
    Act.BRING: Page(wait, consent=ask),
    Act.BRING_YES: Page(bring, writes=True),
    Act.GUEST_UNDO: Page(undo, writes=True),
    Act.GUEST_NAME: Page(ask_name, keeps_waiting=True),
}
