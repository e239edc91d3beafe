"""Enters a tap in the open transaction: load, decide, record. Also makes the cards of the decision.

Needs no reader, door or screen, so that a typed code, a member's word or a demonstration enters the same way.
"""

import secrets
from datetime import date, datetime
from enum import Enum

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind
from kiosk.domain import ids
from kiosk.domain.chain import Seal
from kiosk.domain.checkin import access, steps
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.checkin.choices import NO_GUESTS, Act, Brought
from kiosk.domain.checkin.screen_state import NewBadge, Nobody, Proof, Refused
from kiosk.domain.checkin.standing import Right, Standing
from kiosk.domain.checkin.verdicts import Denial, Denied, Granted
from kiosk.domain.days import Moment
from kiosk.domain.members import joining
from kiosk.domain.money.tariffs import Policy
from kiosk.store import ledger, prepared
from kiosk.store.checkin import standing, visits
from kiosk.store.space.policies import Rules

# The cards of rights that have their own; all others have the card of a counted day.
_CARD_BY_RIGHT: dict[Enum, CardKind] = {Right.TODAY: CardKind.AGAIN, Right.SUBSCRIPTION: CardKind.GRANTED_PLAN}


class Outcome(Struct, frozen=True):
    """The decision on a tap, and its record. `visit` is the id of the visit that this very tap made, None where it made
    none (a second tap, a refusal); `guests` counts the guests that an admitted member has brought. `standing` is set
    for a refused member, from whose standing a next step is found.
    """

    decision: Granted | Denied
    policy: Policy
    moment: Moment
    tap_id: bytes
    visit: int | None = None
    guests: Brought = NO_GUESTS
    standing: Standing | None = None


def enter(
    connection: sa.Connection,
    rules: Rules,
    seal: Seal,
    fingerprint: bytes,
    at: datetime,
    actor: str,
    tap_id: bytes | None = None,
    read: BadgeRead | None = None,
) -> Outcome:
    """Decide on a badge, known by its fingerprint, and record the decision in the open transaction. A badge that must
    prove itself and was `read` without a valid proof is refused first; with a `read` of None, no proof is asked. A new
    badge that comes in takes the place of the one that it replaces. Without a `tap_id` a new one is made.
    """
    tap_id = tap_id or ids.new(at, secrets.token_bytes(16))
    # A server is asked everything in one go, so that the tap waits once; a file answers each question at once.
    # `expected`: the policy and the day, if no rule has changed since the last tap.
    if prepared.asks_ahead(connection) and (expected := rules.expected(at)) is not None:
        standing.ask_ahead(connection, fingerprint, *expected)
        ledger.ask_ahead(connection)
        visits.ask_ahead(connection)
    policy, moment = rules.at(connection, at)
    person = standing.find(connection, fingerprint, policy, moment.day)
    if person is not None and access.lacks_proof(person.key_version, read):
        return Outcome(access.unproven(), policy, moment, tap_id)
    outcome = decide_and_record(connection, seal, person, policy, moment, actor, tap_id)
    if person is not None and person.replaces is not None and isinstance(outcome.decision, Granted):
        from kiosk.store.members import badge_rows  # a badge is exchanged once

        badge_rows.exchange(connection, fingerprint, person.replaces, moment.day)  # the old badge opens no more
    return outcome


def decide_and_record(
    connection: sa.Connection,
    seal: Seal,
    person: Standing | None,
    policy: Policy,
    moment: Moment,
    actor: str,
    tap_id: bytes,
    known_by: str = visits.BADGE,
) -> Outcome:
    """Decide on a standing, found by badge or by code (`known_by`), and record the decision. A `person` of None is an
    unknown badge. A refusal writes nothing.

    Where only money is missing, cash that the member declared to be in the box counts as paid; it is read only then, to
    keep other taps fast. How many are present is read only where the rules count it.
    """
    present = visits.present(connection, moment.day, policy.site) if policy.counts_presence else 0
    decision = access.decide(person, policy, moment, present)
    if person is not None and isinstance(decision, Denied) and decision.reason in steps.OF_MONEY:
        declared = _declared(connection, person.account, policy, moment.day)
        decision = access.decide(steps.believing(person, declared), policy, moment, present) if declared else decision
    if isinstance(decision, Denied):
        return Outcome(decision, policy, moment, tap_id, standing=person)
    visit = visits.record(connection, seal, decision, policy, moment, tap_id=tap_id, actor=actor, known_by=known_by)
    guests = visits.brought(connection, decision.standing, policy, moment.day)
    return Outcome(decision, policy, moment, tap_id, visit, guests)


def _declared(connection: sa.Connection, account: int, policy: Policy, day: date) -> int:
    """Return the cash in cents that an account declared to be in the box and no count has found yet; 0 where cash that
    it declared was missing at a count lately (`doubted_days`).
    """
    from kiosk.store.money import cash_rows  # few are ever asked

    return cash_rows.believed(connection, account, day, policy.doubted_days) or 0


def denied_card(denied: Denied) -> Card:
    """Return the card of a refusal, without a name on it."""
    return Card(
        CardKind.DENIED,
        denial=denied.reason,
        next_step=denied.next_step,
        since_on=denied.since_on,
        until=denied.until,
    )


def granted_card(done: Outcome, granted: Granted) -> Card:
    """Return the card of a granted tap. It is the same for every tariff; only a subscription and a second tap look
    different. The time of the day's first tap is local; the amount is left out where the rules hide amounts.
    """
    visit = granted.standing.today
    arrived = visit.arrived_at if visit is not None else None
    return Card(
        CardKind.AGAIN if granted.is_again else _CARD_BY_RIGHT.get(granted.right, CardKind.GRANTED_DAY),
        granted.standing.name,
        granted.standing.language,
        notices=granted.notices,
        arrived_at=None if arrived is None else arrived.astimezone(done.moment.local.tzinfo),
        amount_cents=granted.charge.amount_cents if done.policy.show_amounts else None,
        aids=granted.standing.aids,
    )


def refusal(
    denied: Denied, read: BadgeRead, mark: bytes, policy: Policy | None, person: Standing | None
) -> tuple[Card, Proof | None]:
    """Return the card of a refusal, and the proof by which the person may go on from it, None where there is nothing to
    do. `mark` is the badge's fingerprint.

    A badge without an owner lets its holder join, where the rules have newcomers join at the screen, or say that they
    are a member; a lost one leads to the code for a forgotten badge; a member may take the step that is missing.
    A person not known yet gets a proof without a member's number. Without a `policy` the rules are unknown and nothing
    is offered.
    """
    card = denied_card(denied)
    if person is not None:
        card = replace(card, language=person.language, aids=person.aids)
    if policy is None:
        return card, None
    if denied.reason is Denial.UNKNOWN_BADGE and not read.is_random:
        if not policy.joins_a_day:  # the rules let no newcomer join at the screen
            return replace(card, acts=(Act.IS_MEMBER, Act.DONE)), Nobody()
        acts = (Act.JOIN, Act.IS_MEMBER, Act.DONE)
        return replace(card, acts=acts, amount_cents=joining.fee(policy)), NewBadge(mark, read.tail)
    if denied.reason is Denial.BADGE_LOST and policy.pin_sign_in:
        return replace(card, acts=(Act.BADGE_FORGOTTEN, Act.DONE)), Nobody()
    if denied.reason in steps.MENDABLE and person is not None:
        return replace(card, acts=(Act.STEP, Act.DONE)), Refused(mark, person.number)
    return card, None
