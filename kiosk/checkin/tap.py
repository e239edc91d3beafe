"""Serves the badges and the fingers of one door: carries out what the screen's machine says is to be done.

What a tap writes: `entering`; what a touch does: `touch`. A tap that cannot be entered, because the ledger takes none
or no date is sure, is spooled instead: `kiosk.offline.offline_taps`.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin import desk_requests, drawing, entering, openings
from kiosk.checkin.cards import Card, CardKind, Scene, Screen, Shown
from kiosk.checkin.dialogue import LONGEST_VALUE, Pages, Work
from kiosk.checkin.entering import Outcome
from kiosk.checkin.touch import Turner
from kiosk.devices.protocols import Clock, Door, Signal
from kiosk.domain import days, ids
from kiosk.domain.badges.products import Product, Proof, Proving
from kiosk.domain.chain import Seal
from kiosk.domain.checkin import access, badges
from kiosk.domain.checkin import screen_events as events
from kiosk.domain.checkin.badges import BadgeRead, OldKey
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.screen_state import Came, Person, State, is_by_badge, owner
from kiosk.domain.checkin.screen_step import step
from kiosk.domain.checkin.seen import Seen
from kiosk.domain.checkin.verdicts import Denial, Denied, Granted, NextStep
from kiosk.errors import DeviceOffline, RequestError
from kiosk.offline.clock_trust import ClockCheck, Timekeeper
from kiosk.offline.door_journal import DoorLine
from kiosk.offline.offline_taps import Admitted, OfflineTaps
from kiosk.offline.outage import Outage
from kiosk.offline.spool import Medium
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.engine import Store
from kiosk.store.space.policies import Rules

log = logging.getLogger(__name__)

_REFUSED = {
    "touch-over": "this card is over: tap the badge again",
    "touch-missed": "this finger aimed at another card",
    "card-over": "this card is no longer there",
}


class _Slow(Struct, frozen=True):
    """Something that is to be worked out, outside the lock."""

    job: int
    work: Work
    memo: Mapping[type, object]


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
        has_mail: bool = True,
        old_badge_keys: Sequence[OldKey] = (),
        tend: Callable[[Act], None] = lambda act: None,
        ask: Callable[[], Product | None] = lambda: Product.OTHER,
        wanted: Callable[[bytes], int | None] = lambda _mark: None,
        prove: Callable[[BadgeRead, int], Proving] = lambda _read, _version: Proving.REFUSED,
    ) -> None:
        """`tend` does what is touched on the idle screen itself; `ask` asks the badge at hand what it is. `wanted` says
        by which version of the site's key a badge must prove itself, if it must; `prove` has the badge at hand do so.
        """
        self._ask, self._wanted, self._prove = ask, wanted, prove
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
        self._state = State()
        self._slow: _Slow | None = None
        self._read: BadgeRead | None = None
        self._decision: Granted | Admitted | Denied | None = None
        self._turner = Turner(
            store=store,
            rules=rules,
            seal=seal,
            timekeeper=timekeeper,
            pages=pages,
            code_key=code_key,
            has_mail=has_mail,
        )
        self._acts: Mapping[type, Callable[[Any], events.Event | None]] = {
            events.Enter: self._enter,
            events.Pulse: self._pulse,
            events.Journal: lambda effect: self._journal(effect.line),
            events.Note: lambda effect: self._note(effect.event),
            events.Signal: self._say,
            events.Draw: self._draw,
            events.Show: self._show,
            events.Run: self._run,
            events.Work: self._begin_work,
            events.Ring: self._ring,
            events.Tend: lambda effect: tend(effect.act),
            events.Refuse: self._refuse,
        }
        self.door_answers = True  # as of the last granted tap
        self.serves = True  # whether the last tap came to a verdict

    def tap(self, read: BadgeRead) -> Granted | Admitted | Denied | None:
        """Admit or refuse the holder of a badge, and record it. The door is pulsed after the commit only, or after the
        spool's sync. What waited for this badge is done instead (None: nothing was decided).

        Raises MachineError `spool` where nothing takes the tap: the door stays shut.
        """
        self._screen.reading()
        mark = read.fingerprint(self._badge_key)
        version = self._version(read, mark)
        proving = None if version is None else self._prove(read, version)
        with self._lock:
            self._decision = None
            if proving is Proving.PROVEN:
                read = replace(read, proof=Proof.EV2, key_version=version)
            elif proving is not None:
                return self._unproven(proving)
            self._read = read
            self._happens(events.Tapped(mark))
            return self._decision

    def _version(self, read: BadgeRead, mark: bytes) -> int | None:
        """By which version of the site's key this badge must prove itself: once a presentation, and before anything
        that a tap may do. None for all others, of which nothing is asked.
        """
        version = self._wanted(mark)
        if version is None and self._old_keys:
            day = days.moment(self._time.look().reading.at, self._rules.zone, 0).day
            others = badges.marks(read, self._badge_key, self._old_keys, day)[1:]
            return next(filter(None, map(self._wanted, others)), None)
        return version

    def _unproven(self, proving: Proving) -> Denied | None:
        """Refuse a badge that did not prove itself, or say that it left too early, which is no refusal."""
        if proving is Proving.LEFT:
            self._happens(events.Missed(Card(CardKind.LIFTED_EARLY)))
            return None
        refused, look = access.unproven(), self._time.look()
        if look.doubt is None:
            self._note(DoorEvent(look.reading.at, "refused", refused.reason.value))
        self._decision = refused
        self._happens(events.Missed(entering.denied_card(refused)))
        return refused

    def lift(self, read: BadgeRead) -> None:
        """Note that the badge was last seen now: its 8 s begin."""
        with self._lock:
            self._happens(events.Lifted(read.fingerprint(self._badge_key)))

    def failed(self) -> None:
        """Say by screen and lights that a tap could not be served."""
        self.serves = False
        with self._lock:
            self._happens(events.Missed(Card(CardKind.FAULT)))

    def early(self) -> None:
        """Say that a badge was taken away before it was read: neither a fault nor a tap."""
        with self._lock:
            self._happens(events.Missed(Card(CardKind.LIFTED_EARLY)))

    def begin(self, seen: Seen, act: Act) -> None:
        """Do what the idle screen offers: begin a flow without a badge; help from any card. Raises RequestError and
        MachineError as `touch` does.
        """
        with self._lock:
            self._happens(events.Begun(seen, act, _ticket()))

    def touch(self, seen: Seen, act: Act, value: str = "") -> None:
        """Do what the card that stands offers.

        Raises RequestError `touch-over` when the card is gone or offers no such thing, `touch-missed` when the finger
        aimed at another; MachineError `clock-not-trusted` or `database` when nothing can be written.
        """
        if len(value) > LONGEST_VALUE:
            raise RequestError("touch-over", "no card offers so much")
        with self._lock:
            self._happens(events.Touched(seen, act, value))
            slow, self._slow = self._slow, None
        if slow is None:
            return
        memo: Mapping[type, object] | None = None
        try:
            with self._slowly:
                made = slow.work()
            memo = {**slow.memo, **{type(noted): noted for noted in made}}
        finally:
            with self._lock:
                self._happens(events.Worked(slow.job, memo))

    def hold(self, seen: Seen) -> None:
        """Keep a card that is read until 30 s after it came. Raises RequestError `touch-missed`, or `card-over` where
        none stands.
        """
        with self._lock:
            self._happens(events.Held(seen))

    def close(self, seen: Seen) -> None:
        """Take a card away before its time. Raises RequestError as `hold` does."""
        with self._lock:
            self._happens(events.Closed(seen))

    def instead_of(self, ticket: str, kind: CardKind) -> None:
        """Show what became of a touch in place of the card that offered it; another person's card is left alone."""
        with self._lock:
            shown = self._shown()
            self._happens(events.Over(ticket, Card(kind, language=None if shown is None else shown.language)))

    # --- the loop

    def _happens(self, event: events.Event) -> None:
        """Move the screen, and carry out what is to be done, in its order: what comes of each is the next event."""
        self._state, effects = step(self._state, event, self._clock.monotonic())
        for effect in effects:
            outcome = self._acts[type(effect)](effect)
            if outcome is not None:
                self._happens(outcome)

    def _refuse(self, effect: events.Refuse) -> None:
        raise RequestError(effect.code, _REFUSED[effect.code])

    def _show(self, _effect: events.Show) -> None:
        state, scenes = self._state, list[Scene]()
        before = state.before
        for stage in state.stages:
            if isinstance(stage.card, Card):
                whose = owner(stage.front)
                scenes.append(Scene(stage.card, stage.ends_at, is_by_badge(stage.front), whose != before))
                before = whose
        rest = Scene(is_strange=before is not None)
        self._screen.show(Shown(state.number, state.shown_at, (*scenes, rest)))

    def _shown(self) -> Card | None:
        card = self._state.stages[0].card if self._state.stages else None
        return card if isinstance(card, Card) else None

    def _draw(self, draw: events.Draw) -> events.Drawn:
        return drawing.drawn(draw, rings=self._door.rings)

    def _run(self, run: events.Run) -> events.Turned:
        return self._turner.run(run, self._shown())

    def _begin_work(self, effect: events.Work) -> events.Worked | None:
        work = self._turner.begin_work(effect)
        if work is None:
            return events.Worked(effect.job.id, effect.page.memo)
        self._slow = _Slow(effect.job.id, work, effect.page.memo)
        return None

    def _pulse(self, effect: events.Pulse) -> events.Pulsed:
        """Open, and tell whether the door obeyed."""
        if effect.opening.decision is not None:
            self._decision = effect.opening.decision  # type: ignore[assignment]  # the machine carries it unread
        try:
            self._door.pulse()
        except DeviceOffline as fault:
            self.door_answers = False
            log.error("the door did not open: %s", fault)
            return events.Pulsed(effect.opening, opened=False)
        if not self.door_answers:
            log.info("the door obeys again")
        self.door_answers = True
        return events.Pulsed(effect.opening, opened=True)

    def _say(self, effect: events.Signal) -> None:
        """Say by the lights what the card says."""
        shown = self._shown()
        light = None if shown is None else shown.row.light
        self._signal(light or (Signal.GRANTED if effect.opened else Signal.LOOK))

    def _ring(self, effect: events.Ring) -> None:
        """Ring inside and note it for the desk."""
        self._signal(Signal.RING if self._door.rings else Signal.LOOK)
        self._note(DoorEvent(self._time.look().reading.at, "rang", effect.reason))

    def _signal(self, signal: Signal) -> None:
        try:
            self._door.signal(signal)
        except DeviceOffline as fault:
            log.error("the lights did not answer: %s", fault)

    # --- a badge

    def _enter(self, effect: events.Enter) -> events.Event:
        """Decide on the badge that was sensed, and write it."""
        read, mark, look = self._read, effect.mark, self._time.look()
        if read is None:
            raise ValueError("no badge was sensed")
        tap_id = ids.new(look.reading.at, secrets.token_bytes(16))
        with self._store.in_time():
            done = self._record(tap_id, mark, look, read)
            if done is None:
                return self._spool(tap_id, mark, look, read)
        granted = done.decision
        if isinstance(granted, Denied):
            return self._turn_away(granted, read, mark, look, tap_id, done)
        person = granted.standing
        return events.Entered(
            Came(mark, person.number, granted, done.visit),
            Person(person.name, person.language, person.aids, granted.notices),
            _ticket(),
            done,
            openings.line(granted, done.visit, tap_id, done.moment),
            DoorEvent(done.moment.at, "opened", None, person.member, tap_id),
        )

    def _record(self, tap_id: bytes, fingerprint: bytes, look: ClockCheck, read: BadgeRead) -> Outcome | None:
        """Enter a tap in the ledger. Returns None where it must wait in the spool."""
        if look.doubt is not None or self._offline_taps.must_wait:
            return None
        try:
            with self._store.writing() as connection:
                if self._old_keys:
                    self._know_again(connection, read, look.reading.at)
                done = entering.enter(
                    connection, self._rules, self._seal, fingerprint, look.reading.at, "kiosk", tap_id, read
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

    def _spool(self, tap_id: bytes, mark: bytes, look: ClockCheck, read: BadgeRead) -> events.Event:
        found = self._offline_taps.take(tap_id, mark, look, read)
        if self._old_keys and isinstance(found, Denied) and found.reason is Denial.UNKNOWN_BADGE:
            at = look.reading.at if look.doubt is None else self._time.last_trusted_at()
            day = days.moment(at, self._rules.zone, 0).day
            for older in badges.marks(read, self._badge_key, self._old_keys, day)[1:]:  # as the tap is entered, too
                if isinstance(found, Denied):
                    found = self._offline_taps.take(tap_id, older, look, read)
        if isinstance(found, Denied):
            return self._turn_away(found, read, mark, look, tap_id)
        kind = CardKind.SPOOLED if found.medium is Medium.DISK else CardKind.SPOOLED_IN_MEMORY
        return events.Spooled(mark, Card(kind, found.name, found.language), found)

    def _turn_away(
        self,
        denied: Denied,
        read: BadgeRead,
        mark: bytes,
        look: ClockCheck,
        tap_id: bytes,
        done: Outcome | None = None,
    ) -> events.Event:
        """Say why the door stays shut, and offer a way on where rules are known: a badge that nobody owns may join, a
        member may take the step that is missing.
        """
        unknown = denied.reason is Denial.UNKNOWN_BADGE
        if unknown and read.is_random:
            denied = replace(denied, next_step=NextStep.USE_A_CARD)
        self._decision = denied
        if unknown and look.doubt is None:
            shown = self._show_desk(read, mark, look.reading.at, tap_id)
            if shown is not None:
                return shown
        person = None if done is None else done.standing
        card, proof = entering.refusal(denied, read, mark, None if done is None else done.policy, person)
        note = DoorEvent(look.reading.at, "refused", denied.reason.value, None, tap_id) if look.doubt is None else None
        speaks = Person() if person is None else Person(person.name, person.language, person.aids)
        return events.TurnedAway(mark, card, note, proof, speaks, _ticket())

    def _show_desk(self, read: BadgeRead, mark: bytes, at: datetime, tap_id: bytes) -> events.Event | None:
        """Show this unknown badge to the desk that waits for one, if it does. The door stays shut all the same."""
        if self._outage.is_on:
            return None
        try:
            shown = desk_requests.read_badge(self._store, self._badge_key, read, at, self._ask)
        except Exception as fault:  # the badge is told what it is all the same
            log.error("a badge could not be shown to the desk: %s", fault)
            return None
        if shown is None:
            return None
        if not shown.tail:
            return events.Missed(Card(CardKind.LIFTED_EARLY))
        return events.Given(mark, Card(CardKind.BADGE_READ, shown.tail), DoorEvent(at, "enrolled", None, None, tap_id))


def _ticket() -> str:
    """A word that nobody can guess: who knows it has seen the card."""
    return secrets.token_urlsafe(16)
