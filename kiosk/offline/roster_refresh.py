"""Makes the roster anew after each change of the database and on a timer, and reads what it knows about time."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.devices.protocols import Clock
from kiosk.domain.offline import roster_rules
from kiosk.domain.offline.trust import Doubt
from kiosk.errors import MachineError
from kiosk.home import Identity
from kiosk.offline.clock_trust import Timekeeper
from kiosk.offline.roster import Roster, load, save
from kiosk.store.checkin import standing
from kiosk.store.engine import Store
from kiosk.store.offline import clock_facts
from kiosk.store.space import wording_rows
from kiosk.store.space.policies import Rules
from kiosk.store.space.wording_rows import Wordings

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0
TIMER_SECONDS = 600.0


@dataclass(slots=True)
class CurrentRoster:
    """Holds the roster in memory, where every thread finds the newest, and keeps it on disk."""

    path: Path
    key: bytes
    now: Roster | None = None

    def load(self) -> Roster | None:
        """Take up the roster that an earlier run left."""
        self.now = load(self.path, self.key)
        return self.now

    def replace(self, roster: Roster) -> None:
        """Put a new roster in place. Raises MachineError `roster` where only memory took it."""
        self.now = roster
        save(self.path, self.key, roster)


class RosterRefresh:
    """Follows the database. Calls `changed` when screens should look again, `committed` when anybody has written to it.

    `worded` is told which texts the association says in its own words.
    """

    def __init__(
        self,
        *,
        store: Store,
        rules: Rules,
        home: Identity,
        kept: CurrentRoster,
        timekeeper: Timekeeper,
        clock: Clock,
        changed: Callable[[], None],
        committed: Callable[[], None] = lambda: None,
        worded: Callable[[Wordings], None] = lambda _own: None,
    ) -> None:
        self._store = store
        self._rules = rules
        self._home = home
        self._kept = kept
        self._time = timekeeper
        self._clock = clock
        self._changed = changed
        self._committed = committed
        self._worded = worded
        self._own: Wordings = {}
        self._seen: tuple[object, ...] = ()
        self._due = 0.0
        self._doubt: Doubt | None = None
        self._said = ""

    def run(self, pause: Callable[[float], object], stopping: Callable[[], bool]) -> None:
        """A turn each second until `stopping`. `pause` sleeps and can be cut short."""
        while not stopping():
            try:
                self.turn()
            except Exception:  # around one job: the next turn tries again
                log.exception("the roster could not be made")
            pause(PAUSE_SECONDS)

    def turn(self) -> None:
        """Look at the clock, and follow the database if it changed or the time has come."""
        try:
            seen = self._store.changes()
            if seen != self._seen:
                self._committed()  # first: what the desk asks for lives for seconds
            if seen != self._seen or self._clock.monotonic() >= self._due:
                self.follow()
                if self._said:
                    log.info("the roster follows again")
                self._seen, self._due, self._said = seen, self._clock.monotonic() + TIMER_SECONDS, ""
        except MachineError as fault:
            self._say(fault)
        look = self._time.look()
        if look.doubt is not self._doubt:
            self._doubt = look.doubt
            self._changed()

    def learn(self) -> None:
        """Begin with what the database knows about time. Raises MachineError `database`."""
        with self._store.reading() as connection:
            self._time.learn(clock_facts.known(connection))

    def follow(self) -> None:
        """Make the roster from what the database says now. Raises MachineError `database` or `roster`."""
        with self._store.reading() as connection:
            known = clock_facts.known(connection)
            self._time.learn(known)
            look = self._time.look()
            at: datetime = look.reading.at if look.doubt is None else self._time.last_trusted_at()
            policy, moment = self._rules.at(connection, at)
            everyone = standing.everyone(connection, policy, moment.day)
            people = {badge: roster_rules.listed(found, policy, moment) for badge, found in everyone}
            own = wording_rows.current(connection)
        if own != self._own:
            self._own = own
            self._worded(own)
            self._changed()
        listed = {badge: one for badge, one in people.items() if one is not None}
        self._kept.replace(Roster(self._home, listed, self._time.trusted, known.last_entry))

    def _say(self, fault: MachineError) -> None:
        if str(fault) != self._said:
            log.warning("the roster stays as it was: %s", fault)
        self._said = str(fault)
