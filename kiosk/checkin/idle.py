"""Keeps what the idle screen shows: facts about the place, how many people eat here, and day or night.

A thread of its own reads the facts from the database (`idle_facts`), never during a tap, and keeps them in memory. The
number of people eating is kept only here, and forgotten when the day ends.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin import idle_facts
from kiosk.checkin.idle_facts import IdleFacts
from kiosk.devices.protocols import Clock
from kiosk.domain import days
from kiosk.domain.checkin.choices import AT_REST, MEALS, Act
from kiosk.domain.days import Moment
from kiosk.domain.health.upkeep import Care
from kiosk.domain.rooms.now import RoomsNow
from kiosk.errors import MachineError
from kiosk.offline.clock_trust import Timekeeper
from kiosk.store.engine import Store
from kiosk.store.health import upkeep_rows
from kiosk.store.space.policies import Rules

log = logging.getLogger(__name__)

MOST_EATING = 99  # the count of lunches goes no higher
TAKE_BACK_SECONDS = 30.0  # for taking a counted meal back: as long as a touched card stays
LIT_SECONDS = 60.0  # how long a touch or a badge lights a screen at night
PAUSE_SECONDS = 1.0  # between two turns
STALE_SECONDS = 60.0  # after this time facts are read again, even if nothing was written


_CARES = (Care.BACKUP, Care.DRILL)  # upkeep that the screen asks everyone to report when it is overdue


class Night(Struct, frozen=True):
    """The hours, on the wall clock, in which the screen is dark and silent, from the first to before the second, also
    over midnight; none where both are equal.
    """

    from_hour: int
    until_hour: int

    def holds(self, hour: int) -> bool:
        """Tell whether an hour is in the night."""
        if self.from_hour <= self.until_hour:
            return self.from_hour <= hour < self.until_hour
        return hour >= self.from_hour or hour < self.until_hour


@dataclass(slots=True)
class _Lunch:
    """The number of people eating here on one day, and when that was last touched (monotonic seconds)."""

    day: date | None = None
    count: int = 0
    touched: float = float("-inf")


class Idle:
    """Keeps the facts of the idle screen. Safe from any thread: `run` has a thread of its own, the rest is the
    screen's.

    `changed` is called when screens should look again; `quiet_seconds` returns the time since a card was last shown. In
    a `real` home, overdue backups are shown. `rooms` returns the state of the let rooms, where the house has any.
    `updating` tells whether a newer release is being installed.
    """

    def __init__(
        self,
        *,
        store: Store,
        rules: Rules,
        timekeeper: Timekeeper,
        clock: Clock,
        night: Night,
        changed: Callable[[], None],
        quiet_seconds: Callable[[], float],
        real: bool = False,
        updating: Callable[[], bool] = lambda: False,
        rooms: Callable[[], RoomsNow] | None = None,
    ) -> None:
        self._store = store
        self._rules = rules
        self._time = timekeeper
        self._clock = clock
        self._night = night
        self._changed = changed
        self._quiet_seconds = quiet_seconds
        self._real = real
        self._updating = updating
        self._rooms = rooms
        self._lock = threading.Lock()
        self._read = IdleFacts()  # as they were read last
        self._is_updating = False
        self._start_hour = 0
        self._lunch_until: int | None = None  # the hour until which lunches are counted; None: never
        self._lunch = _Lunch()
        self._lit_until = float("-inf")  # monotonic time until which a touch lights the screen at night
        self._due = float("-inf")  # monotonic time of the next reading

    def run(self, pause: Callable[[float], object], stopping: Callable[[], bool]) -> None:
        """Take a turn each second until `stopping`, the first a second from now to keep the start light. `pause`
        sleeps, and can be cut short.
        """
        pause(PAUSE_SECONDS)
        while not stopping():
            try:
                self.turn()
            except Exception:  # around one job: the next turn tries again
                log.exception("what the idle screen shows could not be read")
            pause(PAUSE_SECONDS)

    def committed(self) -> None:
        """Make the next turn read the database again, because something was written."""
        self._due = float("-inf")

    def turn(self) -> None:
        """Read the database if something was written, or a minute has passed, and announce changed facts. While the
        clock is in doubt, or the database fails, no facts are kept, and the screen shows less. That an update begins or
        ends is announced at once.
        """
        updating = self._updating()
        if updating is not self._is_updating:
            self._is_updating = updating
            self._changed()
        if self._clock.monotonic() < self._due:
            return
        self._due = self._clock.monotonic() + STALE_SECONDS
        look = self._time.look()
        facts, lunch_until, start_hour = IdleFacts(), None, 0
        if look.doubt is None:
            try:
                with self._store.reading() as connection:
                    policy, moment = self._rules.at(connection, look.reading.at)
                    facts = idle_facts.read(connection, policy, moment, self._rules)
                    if self._real:
                        facts = replace(facts, neglected=upkeep_rows.is_neglected(connection, _CARES, look.reading.at))
                    lets_rooms = policy.rooms_on
                if lets_rooms and self._rooms is not None:  # not in the snapshot above: it writes what is due for them
                    facts = replace(facts, rooms=self._rooms())
                lunch_until, start_hour = policy.lunch_until_hour, policy.day_start_hour
            except MachineError:
                pass  # reported elsewhere; the idle screen then shows less
        with self._lock:
            is_changed = (facts, lunch_until) != (self._read, self._lunch_until)
            self._read, self._lunch_until, self._start_hour = facts, lunch_until, start_hour
        if is_changed:
            self._changed()

    def facts(self) -> IdleFacts:
        """Return what to show at this moment, from memory; while the clock is in doubt, only whether an update runs.
        The screen is dark at night, unless it was touched or showed a card within the last minute.
        """
        look = self._time.look()
        if look.doubt is not None:
            return IdleFacts(updating=self._is_updating)
        moment = days.moment(look.reading.at, self._rules.zone, self._start_hour)
        now, quiet = self._clock.monotonic(), self._night.holds(moment.local.hour)
        with self._lock:
            lunch = self._lunch_of(moment)
            return replace(
                self._read,
                lunch=None if lunch is None else lunch.count,
                quiet=quiet,
                dim=quiet and now >= self._lit_until and self._quiet_seconds() >= LIT_SECONDS,
                updating=self._is_updating,
            )

    def touched(self, act: Act) -> None:
        """Light the touched screen for a minute; count a lunch, or take it back, where the act is one of meals."""
        now = self._clock.monotonic()
        with self._lock:
            self._lit_until = now + LIT_SECONDS
        if act in MEALS:
            self._eat(1 if act is Act.LUNCH else -1, now)
        if act in AT_REST or act in MEALS:
            self._changed()

    def _eat(self, by: int, now: float) -> None:
        """Count one meal more (`by` 1) or less (-1) today. Only the last one can be taken back, within
        `TAKE_BACK_SECONDS`. Do nothing where lunches are not asked about now, or the clock is in doubt.
        """
        look = self._time.look()
        if look.doubt is not None:
            return
        with self._lock:
            lunch = self._lunch_of(days.moment(look.reading.at, self._rules.zone, self._start_hour))
            if lunch is None or (by < 0 and now - lunch.touched >= TAKE_BACK_SECONDS):
                return
            lunch.count = max(0, min(MOST_EATING, lunch.count + by))
            lunch.touched = now if by > 0 else float("-inf")  # one touch is taken back once

    def _lunch_of(self, moment: Moment) -> _Lunch | None:
        """Return today's count of lunches, from 0 on each new day, in the hours in which the screen asks about it: from
        the hour at which the day begins to before `lunch_until_hour`. Else None.
        """
        if self._lunch_until is None or not self._start_hour <= moment.local.hour < self._lunch_until:
            return None
        if self._lunch.day != moment.day:
            self._lunch = _Lunch(moment.day)
        return self._lunch
