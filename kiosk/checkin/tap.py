"""Handles the tap of a badge: enter it (`entering`), open, show. Touches after it: `kiosk.checkin.touch`.

A tap that cannot be entered, because the ledger takes none or no date is sure, is spooled instead:
`kiosk.offline.offline_taps`.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from msgspec.structs import replace

from kiosk.checkin import desk_requests, entering, openings
from kiosk.checkin.cards import Card, CardKind, Entrant, Screen
from kiosk.checkin.dialogue import Pages
from kiosk.checkin.entering import Outcome
from kiosk.checkin.specs.lists import REFUSALS
from kiosk.checkin.touch import StandingCard, Touches
from kiosk.devices.protocols import Clock, Door, Signal
from kiosk.domain import days, ids
from kiosk.domain.chain import Seal
from kiosk.domain.checkin import badges, choices, steps
from kiosk.domain.checkin.badges import BadgeRead, OldKey
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.standing import Standing
from kiosk.domain.checkin.verdicts import Denial, Denied, Granted, NextStep
from kiosk.domain.members import joining
from kiosk.domain.money.tariffs import Policy
from kiosk.errors import DeviceOffline
from kiosk.offline.clock_trust import ClockCheck, Timekeeper
from kiosk.offline.door_journal import DoorLine
from kiosk.offline.offline_taps import Admitted, OfflineTaps
from kiosk.offline.outage import Outage
from kiosk.offline.spool import Medium
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.engine import Store
from kiosk.store.space.policies import Rules

log = logging.getLogger(__name__)

RING_SECONDS = 30.0  # who rings again within this is heard already
AGAIN_SECONDS = 8.0  # a granted badge seen again within this brings its card again
LONGEST_AGAIN_SECONDS = 3600.0  # a badge left on the reader overnight is another day's in the morning


@dataclass(slots=True)
class _Recent:
    """A granted badge, what its card offers, since when and until when it was seen (monotonic seconds)."""

    card: Card
    decision: Granted | Admitted
    standing: StandingCard | None
    since: float
    seen: float


class CheckIn:
    """Serves the badges of one door. Taps come from the reader's thread, touches from the screen's."""

    def __init__(
        self,
        *,
        store: Store,
        rules: Rules,
        seal: Seal,
        badge_key: bytes,
        timekeeper: Timekeeper,
        offline_taps: OfflineTaps,
        outage: Outage,
        clock: Clock,
        door: Door,
        screen: Screen,
        note: Callable[[DoorEvent], None],
        journal: Callable[[DoorLine], None],
        pages: Pages,
        code_key: bytes = b"",
        old_badge_keys: Sequence[OldKey] = (),
    ) -> None:
        self._store = store
        self._rules = rules
        self._seal = seal
        self._badge_key = badge_key
        self._old_keys = old_badge_keys
        self._time = timekeeper
        self._offline_taps = offline_taps
        self._outage = outage
        self._clock = clock
        self._door = door
        self._screen = screen
        self._note = note
        self._journal = journal
        self._lock = threading.Lock()
        self._slowly = threading.Lock()  # one code at a time is worked out: each takes memory
        self._recent: dict[bytes, _Recent] = {}
        self._touches = Touches(
            store=store,
            rules=rules,
            seal=seal,
            badge_key=badge_key,
            timekeeper=timekeeper,
            clock=clock,
            screen=screen,
            forget=lambda fingerprint: self._recent.pop(fingerprint, None),
            open_for=self._open_for,
            journal=journal,
            ring=self._ring,
            pages=pages,
            code_key=code_key,
        )
        self._rang: dict[str, float] = {}  # when it last rang, by what for
        self.door_answers = True  # as of the last granted tap
        self.serves = True  # whether the last tap came to a verdict

    def tap(self, read: BadgeRead) -> Granted | Admitted | Denied | None:
        """Admit or refuse the holder of a badge, and record it. The door is pulsed after the commit only, or after the
        spool's sync. What waited for this badge is done instead (None: for somebody's who is nobody yet).

        Raises MachineError `spool` where nothing takes the tap: the door stays shut.
        """
        self._screen.reading()
        fingerprint = read.fingerprint(self._badge_key)
        with self._lock:
            waited = self._touches.confirmed(read, fingerprint)
            if waited is not None:
                return waited()
            recent = self._again(fingerprint)
            if recent is not None:
                self._touches.offer(recent.standing)
                self._open(recent.card, recent.decision)
                return recent.decision
            look = self._time.look()
            tap_id = ids.new(look.reading.at, secrets.token_bytes(16))
            with self._store.in_time():
                done = self._enter(tap_id, fingerprint, look, read)
                if done is None:
                    return self._spool(tap_id, fingerprint, look, read)
            if isinstance(done.decision, Denied):
                return self._refuse(done.decision, read, look, tap_id, done.policy, done.standing)
            self._journal(openings.line(done.decision, done.visit, tap_id, done.moment))
            opened = self._pulse()  # first: the card is made while people push the door
            self._note(DoorEvent(done.moment.at, "opened", None, done.decision.standing.member, tap_id))
            self._show(opened, self._granted(done, done.decision, fingerprint), done.decision)
            return done.decision

    def _enter(self, tap_id: bytes, fingerprint: bytes, look: ClockCheck, read: BadgeRead) -> Outcome | None:
        """Enter a tap in the ledger. Returns None where it must wait in the spool."""
        if look.doubt is not None or self._offline_taps.must_wait:
            return None
        try:
            with self._store.writing() as connection:
                if self._old_keys:
                    self._know_again(connection, read, look.reading.at)
                done = entering.enter(
                    connection, self._rules, self._seal, fingerprint, look.reading.at, "kiosk", tap_id
                )
                if isinstance(done.decision, Denied):
                    self._offline_taps.doubt(connection, fingerprint, done.decision, done.moment.day)
                return done
        except Exception as fault:  # whatever it is, nobody stands before a shut door for it
            self._outage.begin(fault)
            return None

    def _know_again(self, connection: sa.Connection, read: BadgeRead, at: datetime) -> None:
        """A badge that a key of before knows is known by the key in use from this tap on."""
        from kiosk.store.members import members  # few homes were ever robbed

        day = self._rules.at(connection, at)[1].day
        if members.know_again(connection, read, self._badge_key, self._old_keys, day):
            log.info("the badge …%s is known again, by the new key", read.tail)

    def _spool(self, tap_id: bytes, fingerprint: bytes, look: ClockCheck, read: BadgeRead) -> Admitted | Denied:
        found = self._offline_taps.take(tap_id, fingerprint, look)
        if self._old_keys and isinstance(found, Denied) and found.reason is Denial.UNKNOWN_BADGE:
            at = look.reading.at if look.doubt is None else self._time.last_trusted_at()
            day = days.moment(at, self._rules.zone, 0).day
            for mark in badges.marks(read, self._badge_key, self._old_keys, day)[1:]:  # as the tap is entered, too
                if isinstance(found, Denied):
                    found = self._offline_taps.take(tap_id, mark, look)
        if isinstance(found, Denied):
            return self._refuse(found, read, look, tap_id)
        kind = CardKind.SPOOLED if found.medium is Medium.DISK else CardKind.SPOOLED_IN_MEMORY
        card = Card(kind, found.name, found.language)
        self._touches.offer(None)
        now = self._clock.monotonic()
        self._recent[fingerprint] = _Recent(card, found, None, now, now)
        self._open(card)
        return found

    def lift(self, read: BadgeRead) -> None:
        """Note that the badge was last seen now: its 8 s begin."""
        recent = self._recent.get(read.fingerprint(self._badge_key))
        if recent is not None:
            recent.seen = self._clock.monotonic()

    def failed(self) -> None:
        """Say by screen and lights that a tap could not be served."""
        self.serves = False
        self._screen.show(Card(CardKind.FAULT))
        self._signal(Signal.LOOK)

    def begin(self, act: Act, language: str | None) -> None:
        """Begin a dialogue without a badge. Raises RequestError `touch-over`, MachineError as `touch` does."""
        with self._lock:
            self._touches.begin(act, language)

    def touch(self, ticket: str, act: Act, value: str = "") -> None:
        """Do what the standing card or the dialogue offers; the next tap of its badge starts afresh.

        Raises RequestError `touch-over` when the card is gone or another's, MachineError `clock-not-trusted` or
        `database` when nothing can be written.
        """
        with self._lock:
            slow = self._touches.touch(ticket, act, value)
        if slow is None:
            return
        found = None
        try:
            with self._slowly:
                found = slow.work()
        finally:
            with self._lock:
                self._touches.finish(slow, found)

    def _again(self, fingerprint: bytes) -> _Recent | None:
        now = self._clock.monotonic()
        self._recent = {
            key: r
            for key, r in self._recent.items()
            if now - r.seen < AGAIN_SECONDS and now - r.since < LONGEST_AGAIN_SECONDS
        }
        recent = self._recent.get(fingerprint)
        if recent is not None:
            recent.seen = now
        return recent

    def _granted(self, done: Outcome, granted: Granted, fingerprint: bytes) -> Card:
        acts = choices.offered(granted, done.policy, done.guests)
        standing = StandingCard(secrets.token_urlsafe(16), fingerprint, granted, acts, done.visit)
        card = replace(entering.granted_card(done, granted), ticket=standing.ticket, acts=choices.shown(acts))
        self._touches.offer(standing)
        now = self._clock.monotonic()
        self._recent[fingerprint] = _Recent(card, granted, standing, now, now)
        return card

    def _open_for(self, entrant: Entrant, card: Card) -> None:
        self._journal(entrant.line)
        self._open(card)
        self._note(DoorEvent(self._time.look().reading.at, "opened", entrant.by, entrant.member))

    def _ring(self, reason: str) -> bool:
        """Ring inside and note it for the desk. Returns whether there is anything that rings."""
        now = self._clock.monotonic()
        if now - self._rang.get(reason, float("-inf")) >= RING_SECONDS:
            self._rang[reason] = now
            self._signal(Signal.RING if self._door.rings else Signal.LOOK)
            self._note(DoorEvent(self._time.look().reading.at, "rang", reason))
        return self._door.rings

    def _open(self, card: Card, decision: Granted | Admitted | None = None) -> None:
        """Open, then show the card."""
        self._show(self._pulse(), card, decision)

    def _pulse(self) -> bool:
        """Open. Returns whether the door obeyed."""
        try:
            self._door.pulse()
        except DeviceOffline as fault:
            self.door_answers = False
            log.error("the door did not open: %s", fault)
            return False
        if not self.door_answers:
            log.info("the door obeys again")
        self.door_answers = True
        return True

    def _show(self, opened: bool, card: Card, decision: Granted | Admitted | None = None) -> None:
        """Show the card; who came in while a page waited for somebody's badge is asked after it."""
        if not opened:
            self._screen.show(replace(card, kind=CardKind.DOOR_FAULT, ticket=None, acts=()))
            return
        self._screen.show(self._touches.followed(card, decision))
        self._signal(card.row.light or Signal.GRANTED)

    def _refuse(
        self,
        denied: Denied,
        read: BadgeRead,
        look: ClockCheck,
        tap_id: bytes,
        policy: Policy | None = None,
        person: Standing | None = None,
    ) -> Denied:
        """Say why the door stays shut, and offer a way on where rules are known: a badge that nobody owns may join, a
        member may take the step that is missing.
        """
        if denied.reason is Denial.UNKNOWN_BADGE and read.is_random:
            denied = replace(denied, next_step=NextStep.USE_A_CARD)
        unknown = denied.reason is Denial.UNKNOWN_BADGE
        self._touches.offer(None)
        if unknown and look.doubt is None and self._give(read, look.reading.at, tap_id):
            return denied
        self._screen.show(self._refused(denied, read, policy, person))
        if look.doubt is None:
            self._note(DoorEvent(look.reading.at, "refused", denied.reason.value, None, tap_id))
        self._signal(REFUSALS[denied.reason].light or Signal.LOOK)
        return denied

    def _refused(self, denied: Denied, read: BadgeRead, policy: Policy | None, person: Standing | None) -> Card:
        """The card of a refusal, and the dialogue that it begins."""
        card = entering.denied_card(denied)
        if person is not None:
            card = replace(card, language=person.language, larger=person.larger_text)
        if policy is None:
            return card
        if denied.reason is Denial.UNKNOWN_BADGE and not read.is_random and policy.joins_a_day:
            ticket, cents = self._touches.welcome(read), joining.fee(policy)
            acts = (Act.JOIN, Act.IS_MEMBER, Act.DONE)
            return replace(card, ticket=ticket, acts=acts, amount_cents=cents)
        if denied.reason is Denial.UNKNOWN_BADGE and not read.is_random:
            return replace(card, ticket=self._touches.stay(), acts=(Act.IS_MEMBER, Act.DONE))
        if denied.reason is Denial.BADGE_LOST and policy.pin_sign_in:
            ticket = self._touches.stay(card.language)
            return replace(card, ticket=ticket, acts=(Act.BADGE_FORGOTTEN, Act.DONE))
        if denied.reason in steps.MENDABLE and person is not None:
            ticket = self._touches.refused(read, person)
            return replace(card, ticket=ticket, acts=(Act.STEP, Act.DONE))
        return card

    def _give(self, read: BadgeRead, at: datetime, tap_id: bytes) -> bool:
        """Give this unknown badge to the member for whom the desk waits, if any. The door stays shut all the same."""
        if self._outage.is_on:
            return False
        try:
            given = desk_requests.give(self._store, self._rules, self._badge_key, read, at)
        except Exception as fault:  # the badge is told what it is all the same
            log.error("a badge could not be given: %s", fault)
            return False
        if given is None:
            return False
        self._screen.show(Card(CardKind.BADGE_GIVEN, given.name, given.language))
        self._note(DoorEvent(at, "enrolled", None, given.member, tap_id))
        self._signal(Signal.LOOK)
        return True

    def _signal(self, signal: Signal) -> None:
        try:
            self._door.signal(signal)
        except DeviceOffline as fault:
            log.error("the lights did not answer: %s", fault)
