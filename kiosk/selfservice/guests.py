"""Counts a guest with their host's badge: after the host's own tap, or before it, when the guest waits at the screen.

No first name is required: whoever wants types one, and it is forgotten with the hours.
"""

from dataclasses import dataclass

from kiosk.checkin import tap
from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import ACTOR, Page, PageContext
from kiosk.domain.checkin import access, choices
from kiosk.domain.checkin.access import Denial, Denied, Granted, NextStep, Standing
from kiosk.domain.checkin.choices import Act
from kiosk.errors import RequestError
from kiosk.selfservice import keyboard
from kiosk.store.checkin import door_events, standing, visits
from kiosk.store.checkin.door_events import DoorEvent

LONGEST = 30  # of a first name


@dataclass(frozen=True, slots=True)
class GuestSheet:
    """The first name that is typed so far."""

    typed: str


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


def bring(context: PageContext) -> Card:
    """Let in any member who shows a badge, as by a tap of theirs, and the guest with them."""
    moment, tap_id = context.moment, context.fresh_id()
    found = _host(context)
    done = tap.decide_and_record(context.connection, context.seal, found, context.policy, moment, ACTOR, tap_id)
    if isinstance(done.decision, Denied):
        denied = done.decision
        door_events.add(context.connection, [DoorEvent(moment.at, "refused", denied.reason.value, None, tap_id)])
        return Card(
            CardKind.DENIED,
            denial=denied.reason,
            next_step=denied.next_step,
            since_on=denied.since_on,
            until=denied.until,
        )
    host = _host(context)
    if host is None:
        raise AssertionError("who was let in is a member")
    return _count(context, host, opens=True)


def _host(context: PageContext) -> Standing | None:
    """The holder of the badge that was just shown, as they stand in this very transaction."""
    if context.badge is None:
        raise RequestError("touch-over", "this wants a member's badge")
    fingerprint = context.badge.fingerprint(context.badge_key)
    return standing.find(context.connection, fingerprint, context.policy, context.moment.day)


def _count(context: PageContext, host: Standing, *, opens: bool = False) -> Card:
    """Count the guest, on the host's account. If that cannot be, the host still comes in alone."""
    name = " ".join(context.dialogue.typed.split())[:LONGEST].strip() or None
    context.dialogue.typed = ""
    doors = host.member if opens else None
    if _is_full(context):
        step = NextStep.COME_BACK_LATER
        return Card(CardKind.DENIED, denial=Denial.FULL, next_step=step, acts=(Act.DONE,), opens_for=doors)
    if not _may_bring(context, host, name):
        return Card(CardKind.GUEST_REFUSED, host.name, host.language, acts=(Act.DONE,), opens_for=doors)
    charge = access.of_guest(host, context.policy)
    denied = access.beyond_advance(host, charge)
    if denied is not None:
        reason, step = denied.reason, denied.next_step
        done = (Act.DONE,)
        return Card(CardKind.DENIED, denial=reason, next_step=step, acts=done, opens_for=doors, asked=Act.GUEST)
    visits.add_guest(
        context.connection,
        context.seal,
        Granted(host, charge),
        context.policy,
        context.moment,
        tap_id=context.fresh_id(),
        actor=ACTOR,
        name=name,
    )
    return Card(CardKind.GUEST, host.name, host.language, acts=(Act.DONE,), opens_for=doors)


def _is_full(context: PageContext) -> bool:
    policy = context.policy
    return policy.counts_presence and access.is_full(policy, visits.present(context.connection, context.moment.day))


def _may_bring(context: PageContext, host: Standing, name: str | None) -> bool:
    """Whether the rules let this guest come: so many a day with one host, and so many days a year each."""
    connection, policy, day = context.connection, context.policy, context.moment.day
    brought = visits.brought(connection, host, policy, day)
    if not choices.may_bring_guests(Granted(host, access.of_guest(host, policy)), policy, brought):
        return False
    return choices.may_bring_this_guest(policy, sum(visits.guest_days(connection, host.member, day, name)))


PAGES = {
    Act.GUEST: Page(count, writes=True, wants_badge=True, beside=(Act.GUEST_NAME,)),
    Act.BRING: Page(
        bring, writes=True, wants_badge=True, any_badge=True, asks=CardKind.HOST_BADGE, beside=(Act.GUEST_NAME,)
    ),
    Act.GUEST_NAME: Page(ask_name),
}
