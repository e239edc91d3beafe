"""Makes a new roster after each change of the database and on a timer, and reads what the database knows about time.

The roster admits members while the database cannot be read. A badge is *stopped* once it no longer
opens, such as a lost one. The door's *mark* is the last entry that it saw in the ledger: records without that entry are
an older copy, and the door writes a *claim* into them, which stops every program.
"""

import logging
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from kiosk.devices.protocols import Clock
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.offline import roster_rules
from kiosk.domain.offline.roster_rules import Listed
from kiosk.domain.offline.trust import Doubt
from kiosk.errors import MachineError
from kiosk.home import Identity
from kiosk.offline import clock_trust
from kiosk.offline.clock_trust import Timekeeper
from kiosk.offline.door_keys import SealKeys
from kiosk.offline.last_rules import LastRules
from kiosk.offline.roster import Roster, load, save
from kiosk.offline.stopped_badges import Position, StoppedBadges
from kiosk.store import ledger
from kiosk.store.checkin import standing, standing_values
from kiosk.store.engine import Store
from kiosk.store.offline import clock_facts
from kiosk.store.space import wording_rows
from kiosk.store.space.policies import Rules
from kiosk.store.space.wording_rows import Wordings
from kiosk.store.values import WrongValue

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0  # between two turns
TIMER_SECONDS = 600.0  # a new roster at the latest after this time, even if nothing changed
_ACTOR = "replay"  # in whose name badges are stopped again
CAREFUL_SECONDS = 10.0  # least time between two rosters while values are wrong: each badge is then queried by itself


@dataclass(slots=True)
class CurrentRoster:
    """The newest roster, in memory (`now`; None before the first) and on disk. Badges in `stopped` are never on it."""

    path: Path
    keys: SealKeys
    stopped: StoppedBadges
    now: Roster | None = None
    is_written: bool = True  # whether the newest roster is on disk

    def load(self) -> Roster | None:
        """Load the roster that an earlier run left, less the badges stopped since, and return it; None for none."""
        loaded = load(self.path, self.keys)
        self.now = None if loaded is None else loaded.without(self.stopped.marks)
        return self.now

    def replace(
        self, roster: Roster, stopped: Collection[bytes], active: Collection[bytes], position: Position
    ) -> None:
        """Put a new roster in place, after storing which badges are stopped and which open (`active`). `position` has
        the numbers of the ledger's last entry and of the desk's log's last line.

        Raises MachineError `roster` where the roster, or the list of stopped badges, is in memory only.
        """
        self.is_written = False
        fault = None
        try:
            self.stopped.note(stopped, active, position)
        except OSError as refused:
            fault = refused
        self.now = roster.without(self.stopped.marks)
        save(self.path, self.keys, self.now)
        if fault is not None:
            raise MachineError("roster", f"which badges are stopped cannot be written: {fault.strerror or fault}")
        self.is_written = True


class RosterRefresh:
    """Follows the database. Calls `changed` when screens should be refreshed, `committed` after any write to the
    database, and `worded` with the texts that the association has worded itself.
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
        last_rules: LastRules,
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
        self._last_rules = last_rules
        self._changed = changed
        self._committed = committed
        self._worded = worded
        self._own: Wordings = {}  # the association's own words, as they were read last
        self._changes_seen: tuple[object, ...] = ()  # the database's marks of change at the last roster
        self._due = 0.0  # monotonic time of the next roster by the timer
        self._doubt: Doubt | None = None
        self._last_fault = ""  # its text, so that one that goes on is logged once
        self._not_before = 0.0  # monotonic time before which a change makes no roster
        self._last: tuple[int, bytes] | None = None  # the ledger's end as it was read last
        self.wrong: tuple[WrongValue, ...] = ()  # values that kept a member's line as it was

    def run(self, pause: Callable[[float], object], stopping: Callable[[], bool]) -> None:
        """Make a turn each second until `stopping`, once the database is ready for a first tap. `pause` sleeps and can
        be cut short.
        """
        with suppress(MachineError):
            self._store.get_ready()
        while not stopping():
            try:
                self.turn()
            except Exception:  # around one job: the next turn tries again
                log.exception("the roster could not be made")
            pause(PAUSE_SECONDS)

    def turn(self) -> None:
        """Make a new roster if the database changed or the timer has run out, then judge the clock. After a fault the
        next turn tries again.
        """
        try:
            self._claim()
            changes = self._store.changes()
            if changes != self._changes_seen:
                self._committed()  # first: requests of the desk live for seconds
            now = self._clock.monotonic()
            if (changes != self._changes_seen and now >= self._not_before) or now >= self._due:
                self.follow()
                if self._last_fault:
                    log.info("the roster follows again")
                self._changes_seen, self._due, self._last_fault = changes, now + TIMER_SECONDS, ""
                self._not_before = now + CAREFUL_SECONDS if self.wrong or self._last_rules.is_used else 0.0
        except MachineError as fault:
            self._report(fault)
        look = self._time.look()
        if look.doubt is not self._doubt:
            self._doubt = look.doubt
            self._changed()

    def learn(self) -> None:
        """Take in what the database knows about time, at the start. Raises MachineError `database`."""
        with self._store.reading() as connection:
            position = Position(self._learn_time(connection), clock_facts.log_line(connection))
        self._stop_again(position)

    def follow(self) -> None:
        """Make a roster from the database as it is now, or none where the database is an older copy. Raises
        MachineError `database` or `roster`.

        Where a rule or a value of a member's file is impossible, the last valid one stays in use.
        """
        with self._store.reading(of_everybody=True) as connection:  # gives the memory back afterwards
            last_entry = self._learn_time(connection)
            if self._is_older(connection):
                return  # the former roster stays: it knows which members came and which badges were stopped since
            position = Position(last_entry, clock_facts.log_line(connection))
            policy, moment = self._rules.at(connection, self._now())
            self._refuse_if_revoked(policy)
            self._keep_rules(connection, moment)
            people = self._admitted(connection, policy, moment)
            own = self._wordings(connection)
            ended = standing.ended(connection, moment.day)  # by badge, whether it no longer opens
            is_older = self._kept.stopped.contradicts(position)
            # by badge, the version of the key with which its chip answers a challenge
            proofs = standing.proofs(connection, {} if self._kept.now is None else self._kept.now.proofs)
        if own != self._own:
            self._own = own
            self._worded(own)
            self._changed()
        if is_older:
            self._stop_again(position)
            # What was read above is from before these badges were stopped again.
            ended |= dict.fromkeys(self._kept.stopped.marks & ended.keys(), True)
            people = {badge: listed for badge, listed in people.items() if not ended.get(badge)}
        stopped = {badge for badge, is_over in ended.items() if is_over}
        active = {badge for badge, is_over in ended.items() if not is_over}
        mark = None if self._store.mark is None else self._store.mark.seen
        highest = last_entry if mark is None else max(last_entry, mark.number)
        roster = Roster(self._home, people, self._time.trusted, highest, proofs, mark)
        # A badge that stays listed because of a wrong value is not stopped.
        self._kept.replace(roster, stopped - people.keys(), active, position)

    def _is_older(self, connection: sa.Connection) -> bool:
        """Return whether the ledger lacks entries that this door saw, or another door claims so: then no roster is
        made. Otherwise raise the door's mark to the ledger's end.
        """
        mark, last_read = self._store.mark, self._last
        if mark is None:
            return False
        if mark.fault is None and mark.follows(ledger.mac(connection, mark.number), ledger.has_claim(connection)):
            if last_read is not None:
                mark.rise(*last_read)
            return False
        from kiosk.store.marks import claims  # as long as the records are older

        try:
            claims.judge(connection, mark)  # raises the mark where the ledger has all that was seen
        except MachineError:  # it is reported, and claimed at the next turn
            return True
        return False

    def _claim(self) -> None:
        """Claim in the database the entries that this door saw and the ledger lacks. No tap waits for it."""
        mark = self._store.mark
        if mark is not None and mark.fault is not None:
            self._store.claim()

    def _stop_again(self, position: Position) -> None:
        """Where the records are an older copy put in the ledger's place, stop in them again the badges that were
        stopped since; do nothing otherwise. Raises MachineError `database`.
        """
        stopped = self._kept.stopped
        if not stopped.contradicts(position):
            return
        from kiosk.store import remains  # an older copy is seldom put there, and the door waits
        from kiosk.store.officers import desk_log

        at = self._now()
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, at)
            opening = remains.active_badges(connection)
            for badge in sorted(stopped.marks & opening.keys()):
                remains.stop_badge(connection, badge, moment.day)
                desk_log.add(connection, at, _ACTOR, "badge-lost", opening[badge], None)
        log.error("the records are an older copy: badges that were stopped since are stopped again")

    def _now(self) -> datetime:
        """Return the time, or the last moment when it was sure."""
        look = self._time.look()
        return look.reading.at if look.doubt is None else self._time.last_trusted_at()

    def _refuse_if_revoked(self, policy: Policy) -> None:
        """Refuse all writes while the door is revoked; taps that wait in its spool stay there."""
        text = f"door {policy.door.id} is revoked: it writes nothing any more"
        if policy.door.is_revoked and self._store.refusal is None:
            log.error("%s", text)
        self._store.refusal = MachineError("door-revoked", text) if policy.door.is_revoked else None

    def _keep_rules(self, connection: sa.Connection, moment: Moment) -> None:
        """Keep the current rules for days without a database; a fault is only reported."""
        try:
            self._last_rules.keep(connection, moment.day)
        except MachineError as fault:  # they are kept in memory, and members are listed all the same
            self._report(fault)

    def _learn_time(self, connection: sa.Connection) -> int:
        """Take in what the database knows about time, and return the number of the ledger's last entry; where that
        cannot be read, the last roster's, or 0 without a roster.
        """
        try:
            facts = clock_facts.known(connection, clock_trust.day_bounds(connection, self._rules))
        except MachineError:
            raise
        except Exception as fault:  # an impossible moment tells nothing about time
            self._report(MachineError("wrong-value", f"what the database says of time cannot be read ({fault})"))
            return 0 if self._kept.now is None else self._kept.now.last_entry
        self._time.learn(facts)
        self._last = (facts.last_entry, facts.last_mac) if facts.last_entry else None
        return facts.last_entry

    def _wordings(self, connection: sa.Connection) -> Wordings:
        """Return the association's own words; the last that were read where they cannot be."""
        try:
            return wording_rows.current(connection)
        except Exception as fault:  # words are no reason to keep an old roster
            self._report(MachineError("wrong-value", f"the association's own words cannot be read ({fault})"))
            return self._own

    def _admitted(self, connection: sa.Connection, policy: Policy, moment: Moment) -> dict[bytes, Listed]:
        """Return the badges that the rules admit, and those of the last roster that only a wrong value would drop,
        unless it is sure that they no longer open. Store the wrong values in `wrong`.
        """
        before = {} if self._kept.now is None else self._kept.now.people
        unread: set[bytes] = set()
        try:
            everyone = standing.everyone(connection, policy, moment.day)
            listed_by_badge = {badge: roster_rules.listed(each, policy, moment) for badge, each in everyone}
        except Exception as fault:  # one file has a wrong value: read all others
            log.error("not everybody's file can be read: %s", fault)
            listed_by_badge = self._read_one_by_one(connection, policy, moment, unread)
        people = {badge: listed for badge, listed in listed_by_badge.items() if listed is not None}
        wrong_values: list[WrongValue] = []
        for badge in before.keys() - people.keys():
            wrong = standing_values.of_badge(connection, badge)
            doubted = badge in unread or wrong
            if doubted and not standing_values.has_ended(connection, badge, moment.day, wrong):
                people[badge] = before[badge]
                wrong_values += [each for each in wrong if each not in wrong_values]
        self.wrong = tuple(wrong_values)
        return people

    def _read_one_by_one(
        self, connection: sa.Connection, policy: Policy, moment: Moment, unread: set[bytes]
    ) -> dict[bytes, Listed | None]:
        """Read the standing of each badge by itself, so that one that cannot be read costs no other its place; None for
        a badge that the rules do not admit. Those that cannot be read are added to `unread`.
        """
        listed_by_badge: dict[bytes, Listed | None] = {}
        for badge in standing.badges(connection):
            try:
                person = standing.find(connection, badge, policy, moment.day)
                listed_by_badge[badge] = None if person is None else roster_rules.listed(person, policy, moment)
            except Exception:  # this badge's file has a wrong value
                unread.add(badge)
        return listed_by_badge

    def _report(self, fault: MachineError) -> None:
        """Log a fault once, as long as it stays the same."""
        if str(fault) != self._last_fault:
            log.warning("the roster stays as it was: %s", fault)
        self._last_fault = str(fault)
