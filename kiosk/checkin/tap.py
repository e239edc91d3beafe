"""Serves the badges and touches of one door: feeds events to the screen's state machine, and carries out its effects.

`deciding` decides on badges; `touch` runs the pages. A badge's *mark* is its fingerprint, the keyed hash by which the
records know it. `seen` is the card that a finger aimed at; a card's *ticket* is a random text that a touch must carry.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from kiosk.checkin import drawing, entering
from kiosk.checkin.cards import Card, CardKind, Scene, Screen, Shown
from kiosk.checkin.deciding import Chips, Decider
from kiosk.checkin.dialogue import LONGEST_VALUE, Flows, Work
from kiosk.checkin.touch import Turner
from kiosk.devices.protocols import Clock, Door, Signal
from kiosk.domain.badges.products import Proving
from kiosk.domain.checkin import access
from kiosk.domain.checkin import screen_events as events
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.screen_state import State, is_by_badge, owner
from kiosk.domain.checkin.screen_step import step
from kiosk.domain.checkin.seen import Seen
from kiosk.domain.checkin.verdicts import Denied, Granted
from kiosk.errors import DeviceOffline, RequestError
from kiosk.home import Home
from kiosk.offline.offline_taps import Admitted
from kiosk.offline.safekeeping import OfflineParts
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.space.policies import Rules

log = logging.getLogger(__name__)

_REFUSED = {  # what the log says of a refused touch, by the code of the error
    "touch-over": "this card is over: tap the badge again",
    "touch-missed": "this finger aimed at another card",
    "card-over": "this card is no longer there",
}


class _Slow(Struct, frozen=True):
    """A slow computation of a page to be done outside the lock. `job` is its id, by which the screen's state knows it;
    `memo` is what the flow remembered before it.
    """

    job: int
    work: Work
    memo: Mapping[type, object]


class CheckIn:
    """Serves the badges of one door. Taps come from the reader's thread, touches from the screen's: a lock lets one of
    them change the screen's state at a time.
    """

    def __init__(
        self,
        home: Home,
        offline: OfflineParts,
        rules: Rules,
        *,
        flows: Flows,
        clock: Clock,
        door: Door,
        screen: Screen,
        note: Callable[[DoorEvent], None],
        chips: Chips | None = None,
        tend: Callable[[Act], None] = lambda act: None,
    ) -> None:
        """Wire the parts. `note` takes an event for the door's log. `tend` handles touches on the idle screen itself,
        which light it or count lunches. Without `chips`, badges only give their number.
        """
        self._decider = Decider(home, rules, offline, chips or Chips())
        self._turner = Turner(home, rules, offline.timekeeper, flows)
        self._badge_key = home.badge_key
        self._time = offline.timekeeper
        self._clock = clock
        self._door = door
        self._screen = screen
        self._note = note
        self._lock = threading.Lock()
        self._slowly = threading.Lock()  # one code is hashed at a time: each takes much memory
        self._state = State()  # of the screen; only `_happens` replaces it
        self._slow: _Slow | None = None  # a computation that `touch` is to do once it has left the lock
        self._read: BadgeRead | None = None  # the badge of the tap that is being served
        self._decision: Granted | Admitted | Denied | None = None  # on that tap, for `tap` to return
        # What carries out each effect of the state machine; the outcome is its next event.
        self._acts: Mapping[type, Callable[[Any], events.Event | None]] = {
            events.Enter: self._enter,
            events.Pulse: self._pulse,
            events.Journal: lambda effect: offline.journal.add(effect.line),
            events.Note: lambda effect: note(effect.event),
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
        self.serves = True  # whether the last tap was served without a fault

    def tap(self, read: BadgeRead) -> Granted | Admitted | Denied | None:
        """Admit or refuse the holder of a badge, and record it; or do the act that was waiting for this badge.

        The door is pulsed only after the commit, or after the spool's sync to disk. Return the decision; None where the
        badge served another purpose, or was taken away too early. A badge that must prove itself and does not is
        refused first. Raises MachineError `spool` where the tap can be stored nowhere: the door stays shut.
        """
        self._screen.reading()  # where no card follows soon, the screen says "one moment"
        mark = read.fingerprint(self._badge_key)
        read, proving = self._decider.proven(read, mark)
        with self._lock:
            self._decision = None
            if proving not in (None, Proving.PROVEN):
                return self._unproven(proving)
            self._read = read
            self._happens(events.Tapped(mark))
            return self._decision

    def _unproven(self, proving: Proving) -> Denied | None:
        """Refuse a badge that did not prove itself, and log it, unless the clock is in doubt. For a badge that was
        taken away too early the screen only says so, and None is returned.
        """
        if proving is Proving.LEFT:
            self._happens(events.StayedShut(Card(CardKind.LIFTED_EARLY)))
            return None
        refused, look = access.unproven(), self._time.look()
        if look.doubt is None:
            self._note(DoorEvent(look.reading.at, "refused", refused.reason.value))
        self._decision = refused
        self._happens(events.StayedShut(entering.denied_card(refused)))
        return refused

    def lift(self, read: BadgeRead) -> None:
        """Record that a badge has left the reader: if it was admitted, it opens again for 8 s from now."""
        with self._lock:
            self._happens(events.Lifted(read.fingerprint(self._badge_key)))

    def failed(self) -> None:
        """Show on screen and lights that a tap could not be served, and record it in `serves`."""
        self.serves = False
        with self._lock:
            self._happens(events.StayedShut(Card(CardKind.FAULT)))

    def early(self) -> None:
        """Show that a badge was taken away before it was read, which is neither a fault nor a tap."""
        with self._lock:
            self._happens(events.StayedShut(Card(CardKind.LIFTED_EARLY)))

    def begin(self, seen: Seen, act: Act) -> None:
        """Begin an act that the idle screen offers, or help from any card, under a new ticket. Raises RequestError and
        MachineError as `touch` does.
        """
        with self._lock:
            self._happens(events.Begun(seen, act, _ticket()))

    def touch(self, seen: Seen, act: Act, choice: str = "") -> None:
        """Do an act that the standing card offers; `choice` is the value of the choice that was touched, or what was
        typed. A page's slow computation, if it has one, runs outside the lock, so that badges are served meanwhile;
        then the page is run with what it returned.

        Raises RequestError `touch-over` when the card is gone or does not offer the act, `touch-missed` when the finger
        aimed at another card; MachineError `clock-not-trusted` or `database` when nothing can be written.
        """
        if len(choice) > LONGEST_VALUE:
            raise RequestError("touch-over", "no card offers so much")
        with self._lock:
            self._happens(events.Touched(seen, act, choice))
            slow, self._slow = self._slow, None
        if slow is None:
            return
        memo: Mapping[type, object] | None = None  # where the work fails: the page is not run
        try:
            with self._slowly:
                facts = slow.work()
            memo = {**slow.memo, **{type(fact): fact for fact in facts}}
        finally:
            with self._lock:
                self._happens(events.Worked(slow.job, memo))

    def hold(self, seen: Seen) -> None:
        """Keep a card that is being read until 30 s after it came. Raises RequestError `touch-missed`, or `card-over`
        where no card stands.
        """
        with self._lock:
            self._happens(events.Held(seen))

    def close(self, seen: Seen) -> None:
        """Remove a card before its time. Raises RequestError as `hold` does."""
        with self._lock:
            self._happens(events.Closed(seen))

    def instead_of(self, ticket: str, kind: CardKind) -> None:
        """Replace the card that offered an act by a card that says why it failed; leave another person's card alone."""
        with self._lock:
            shown = self._shown()
            self._happens(events.Over(ticket, Card(kind, language=None if shown is None else shown.language)))

    # --- the loop

    def _happens(self, event: events.Event) -> None:
        """Apply an event to the state, and carry out its effects in order. Where an effect has an outcome, that event
        is applied, with all of its own effects, before the next effect.
        """
        self._state, effects = step(self._state, event, self._clock.monotonic())
        for effect in effects:
            outcome = self._acts[type(effect)](effect)
            if outcome is not None:
                self._happens(outcome)

    def _refuse(self, effect: events.Refuse) -> None:
        """Raise the RequestError of a touch that the standing card does not take."""
        raise RequestError(effect.code, _REFUSED[effect.code])

    def _show(self, _effect: events.Show) -> None:
        """Show the stages of the flow, then the idle screen. Each scene says whether its person differs from that of
        the scene before.
        """
        state, scenes = self._state, list[Scene]()
        before = state.before
        for stage in state.stages:
            if isinstance(stage.card, Card):
                person = owner(stage.front)
                scenes.append(Scene(stage.card, stage.ends_at, is_by_badge(stage.front), person != before))
                before = person
        idle_scene = Scene(is_strange=before is not None)
        self._screen.show(Shown(state.number, state.shown_at, (*scenes, idle_scene)))

    def _shown(self) -> Card | None:
        """Return the card that stands on the screen; None at the idle screen."""
        card = self._state.stages[0].card if self._state.stages else None
        return card if isinstance(card, Card) else None

    def _draw(self, draw: events.Draw) -> events.Drawn:
        """Make the card of a picture, and those that follow it."""
        return drawing.drawn(draw, rings=self._door.rings)

    def _run(self, run: events.Run) -> events.Turned:
        """Run the page of a touch."""
        return self._turner.run(run, self._shown())

    def _begin_work(self, effect: events.Work) -> events.Worked | None:
        """Begin the slow work of a page: `touch` does it later, and None is returned. A page without any goes on at
        once, by the event that is returned.
        """
        work = self._turner.begin_work(effect)
        if work is None:
            return events.Worked(effect.job.id, effect.page.memo)
        self._slow = _Slow(effect.job.id, work, effect.page.memo)
        return None

    def _pulse(self, effect: events.Pulse) -> events.Pulsed:
        """Open the door, and return whether the lock responded."""
        # A page that opens the door brings no decision; a badge that opens once more brings that of its earlier tap.
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
        """Signal by the lights what the card says; without a light of its own, whether the door opened."""
        shown = self._shown()
        light = None if shown is None else shown.row.light
        self._signal(light or (Signal.GRANTED if effect.opened else Signal.LOOK))

    def _ring(self, effect: events.Ring) -> None:
        """Ring inside, and record it for the desk. Without a bell there, the lights point to the screen instead."""
        self._signal(Signal.RING if self._door.rings else Signal.LOOK)
        self._note(DoorEvent(self._time.look().reading.at, "rang", effect.reason))

    def _signal(self, signal: Signal) -> None:
        """Light or sound at the door; lights that do not answer are only logged."""
        try:
            self._door.signal(signal)
        except DeviceOffline as fault:
            log.error("the lights did not answer: %s", fault)

    def _enter(self, effect: events.Enter) -> events.Event:
        """Decide on the badge that was sensed; the decision is kept for `tap` to return."""
        if self._read is None:
            raise ValueError("no badge was sensed")
        event, self._decision = self._decider.decide(self._read, effect.mark, _ticket())
        return event


def _ticket() -> str:
    """Return a random word that only the page showing the card knows, so that a touch proves it saw the card."""
    return secrets.token_urlsafe(16)
