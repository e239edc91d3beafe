"""Decides at its deadline whether an event takes place: if so, its seats are charged; if not, all are told and no one
is charged.

An event is *held* once it is confirmed, which may be days before it takes place. Its *terms* are its day, places and
threshold. Part of `kiosk due`: each event is decided once, in its own transaction with its charges and its mails. Once
an event is over, attendance by badge is recorded.
"""

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import SealingUseCase
from kiosk.devices.protocols import Clock
from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.domain.events import seats
from kiosk.domain.events.terms import EventState
from kiosk.domain.problems import Coded
from kiosk.events import attending, charging, rooms, telling
from kiosk.messages.event_notice import EventNews
from kiosk.store.engine import Store
from kiosk.store.events import event_rows
from kiosk.store.events.event_rows import Event
from kiosk.store.space.policies import Rules

ACTOR = "due"  # the author of what is done by time


class Decision(Struct, frozen=True):
    """What was decided about an event: its new state, how many had signed up, how many seats were charged."""

    event: int
    title: str
    state: EventState
    coming: int
    charged: int


@dataclass(slots=True)
class EventsPass:
    """What one pass did: the decisions, how many days of attendance were recorded, and the events that could not be
    decided, each with its error's code and message.
    """

    decided: list[Decision] = field(default_factory=list)
    attended: int = 0
    failed: list[tuple[int, str, str]] = field(default_factory=list)


class EventsDue(SealingUseCase):
    """The pass that decides events whose deadline is over. It does nothing while the rule `events` is off."""

    def __init__(self, *, store: Store, rules: Rules, seal: Seal, clock: Clock, actor: str = ACTOR) -> None:
        super().__init__(store=store, rules=rules, seal=seal, clock=clock, actor=actor)

    def run(self) -> EventsPass:
        """Decide what is due and record attendance. An event that cannot be decided is listed in the answer and stops
        no other.
        """
        now, done = self._clock.now(), EventsPass()
        for event_id in self._to_decide(now):
            try:
                with self._store.writing() as connection:
                    decision = self._decide(connection, event_id, now)
            except Coded as error:
                done.failed.append((event_id, error.code, str(error)))
            else:
                done.decided += [] if decision is None else [decision]
        done.attended = self._note_presence(now)
        return done

    def preview(self) -> EventsPass:
        """Return the decisions that `run` would make now. Writes nothing."""
        now, outcome = self._clock.now(), EventsPass()
        for event_id in self._to_decide(now):
            with self._store.reading() as connection:
                event = event_rows.by_id(connection, event_id)
                coming = charging.line(connection, event).coming
            state = _outcome(event, coming, now)
            if state is not None:
                outcome.decided.append(Decision(event.id, event.title, state, coming, 0))
        return outcome

    def _to_decide(self, now: datetime) -> list[int]:
        """Return the ids of the events whose deadline is over; none where events are off."""
        with self._store.reading() as connection:
            policy, _ = self._rules.at(connection, now)
            return event_rows.to_decide(connection, now) if policy.events else []

    def _decide(self, connection: sa.Connection, event_id: int, now: datetime) -> Decision | None:
        """Decide one event if it is due: charge and mail where it is held, else free its room and mail. Returns None
        where it is due no longer, because it was decided or changed meanwhile.
        """
        event = event_rows.by_id(connection, event_id)
        line = charging.line(connection, event)
        state = _outcome(event, line.coming, now)
        if state is None:
            return None
        _, moment = self._rules.at(connection, now)
        if state is EventState.HELD:
            return hold(connection, self._rules, self._seal, event, moment, self._actor)
        event_rows.decide(connection, event, state, now, self._actor)
        rooms.release(connection, event_id, now)
        everybody = [*line.seated, *line.waiting, *line.interested]
        telling.tell(connection, EventNews.NOT_HELD, event, everybody, self._rules.zone, now)
        return Decision(event.id, event.title, state, line.coming, 0)

    def _note_presence(self, now: datetime) -> int:
        """Record as present the participants that tapped on the days of events that are over; return how many."""
        with self._store.reading() as connection:
            policy, _ = self._rules.at(connection, now)
            to_note = attending.unnoted(connection, self._rules.zone, now) if policy.events else []
        if not to_note:
            return 0
        with self._store.writing() as connection:
            return attending.note_taps(connection, self._rules.zone, now, self._actor)


def _outcome(event: Event, coming: int, now: datetime) -> EventState | None:
    """Return the state that an event takes now by its threshold and deadline, None where it stays."""
    terms = event.terms
    if terms is None:
        return None
    return seats.outcome(event.state, terms.threshold, terms.deadline_at, coming, now)


def hold(connection: sa.Connection, rules: Rules, seal: Seal, event: Event, moment: Moment, actor: str) -> Decision:
    """Confirm an event, in the caller's transaction: charge its seats, and mail participants with a seat and those
    waiting.
    """
    event_rows.decide(connection, event, EventState.HELD, moment.at, actor)
    held = event_rows.by_id(connection, event.id)
    charged = charging.settle(connection, rules, seal, held, moment, actor)
    line = charging.line(connection, held)
    # what members paid for that day themselves, where the seat includes it
    charging.days_again(connection, rules, seal, held, [each.number for each in line.seated], moment, actor)
    telling.tell(connection, EventNews.HELD, held, line.seated, rules.zone, moment.at)
    telling.tell(connection, EventNews.WAITING, held, line.waiting, rules.zone, moment.at)
    return Decision(event.id, event.title, EventState.HELD, line.coming, len(charged))
