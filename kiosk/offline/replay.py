"""Enters spooled taps in order, each once, as of the time of the tap. No tap is refused, since its door has opened.

A tap that cannot be entered goes to the treasurer's list with its reason before it leaves the spool. The replay also
probes for the end of an outage, since only a write proves that the ledger can be written.

A tap whose clock was not trusted has no sure date. An *anchor* is a trusted reading of the clock among the spool's
lines: it dates the taps of its own start of the machine.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime

import sqlalchemy as sa

from kiosk.domain import days
from kiosk.domain.chain import Seal
from kiosk.domain.checkin import access, day_charges
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.offline import trust
from kiosk.domain.offline.trust import Reading
from kiosk.errors import MachineError
from kiosk.offline import clock_trust, spool_damage, unreplayed_taps
from kiosk.offline.clock_trust import Timekeeper
from kiosk.offline.door_comparison import DoorComparison
from kiosk.offline.door_journal import DoorJournal, DoorLine, LineKind
from kiosk.offline.outage import BEGINNING, OF_THE_LEDGER, Outage
from kiosk.offline.spool import Line, Medium, Spool
from kiosk.offline.spool_records import Anchor, Damaged, Missing, WaitingTap
from kiosk.offline.unreplayed_taps import Reason, UnreplayedTap
from kiosk.store.checkin import door_events, standing, visits
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.engine import Store
from kiosk.store.offline import clock_facts, replayed_taps, tap_conflicts
from kiosk.store.offline.replayed_taps import ReplayedTap
from kiosk.store.offline.tap_conflicts import TapConflict
from kiosk.store.space.policies import Rules

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0  # between two turns
ACTOR = "replay"  # the author of the entries
PREPAID_USED = "prepaid-used"  # a reason for the treasurer's list, beside the codes of denials
MOST_HELD = 50  # failed lines after which a turn stops trying others, so that a common fault does not try them all


class _SetAside(Exception):
    """Raised for a tap that goes to the treasurer's list instead of the ledger."""

    def __init__(self, aside: UnreplayedTap) -> None:
        super().__init__(aside.reason)
        self.aside = aside


class Replay:
    """Enters what waits in the spool. Calls `entered` after each turn that changed something, so that screens are
    refreshed.
    """

    def __init__(
        self,
        *,
        spool: Spool,
        store: Store,
        rules: Rules,
        seal: Seal,
        timekeeper: Timekeeper,
        outage: Outage,
        journal: DoorJournal,
        comparison: DoorComparison,
        entered: Callable[[], None],
    ) -> None:
        self._spool = spool
        self._store = store
        self._rules = rules
        self._seal = seal
        self._time = timekeeper
        self._outage = outage
        self._journal = journal
        self._comparison = comparison
        self._entered = entered
        self._last_fault = ""  # its text, so that one that goes on is logged once
        self._held: set[int] = set()  # identities of lines that could not be settled
        self.held = 0  # the number of such lines

    def run(self, pause: Callable[[float], object], stopping: Callable[[], bool]) -> None:
        """Make a turn each second until `stopping`. `pause` sleeps and can be cut short."""
        while not stopping():
            try:
                self.turn(stopping)
            except Exception:  # around one job: the next turn tries again
                log.exception("spooled taps could not be entered")
            pause(PAUSE_SECONDS)

    def turn(self, stopping: Callable[[], bool] = lambda: False) -> None:
        """Enter all taps that can be entered now, probe the ledger during an outage, and compare it with the door's
        journal once nothing waits. While the clock is doubted only the probe is made; on a full disk none of these.
        """
        was_out = self._outage.is_on
        before = (was_out, len(self._spool), self._spool.medium)
        healed = 0  # openings of the journal that were entered again, since the ledger lacked them
        self._spool.look_again()
        self._journal.catch_up()
        look = self._time.look()
        if self._is_full():
            return
        try:
            if look.doubt is None:
                self._enter_all(look.reading, stopping)
            # Where the clock is trusted and taps wait, they themselves show whether the ledger can be written.
            if self._outage.is_on and not (look.doubt is None and len(self._spool)):
                self._probe()
            if look.doubt is None and not self._outage.is_on and not len(self._spool):
                healed = self._comparison.turn(look.reading, afresh=was_out, stopping=stopping)
        except MachineError as fault:
            self._note_fault(fault)
        if healed or before != (self._outage.is_on, len(self._spool), self._spool.medium):
            self._entered()

    def _is_full(self) -> bool:
        """Return whether taps wait on the ledger's own disk and its reserve (a file that keeps room for taps) is used
        up: then nothing is entered, which leaves the last room to taps. False where a disk cannot be examined.
        """
        if self._spool.has_reserve or self._spool.medium is not Medium.DISK:
            return False
        if not (self._outage.is_on or len(self._spool)):
            return False
        try:
            return self._spool.place.stat().st_dev == self._store.path.stat().st_dev
        except OSError:
            return False

    def _note_fault(self, fault: MachineError) -> None:
        """Note why a replay stopped: an outage begins, or another fault, which is logged once."""
        if fault.code in BEGINNING:
            self._outage.begin(fault)
        elif str(fault) != self._last_fault:
            log.error("spooled taps wait: %s", fault)
        self._last_fault = str(fault)

    def _probe(self) -> None:
        """Write a probe to the ledger, and end the outage if that works; for when no waiting tap can show it."""
        with self._store.writing() as connection:
            replayed_taps.probe(connection)
        self._outage.end()

    def _enter_all(self, now: Reading, stopping: Callable[[], bool]) -> None:
        """Enter all waiting lines; first store a trusted reading for taps of this start of the machine that have no
        sure date.
        """
        lines = self._spool.waiting()
        if any(_is_undated(line, now.boot) for line in lines) and not any(
            _is_anchor_of(line, now.boot) for line in lines
        ):
            self._spool.add(Anchor(now))  # it dates them even if the machine stops now
            lines = self._spool.waiting()
        self._settle_all(lines, now, stopping)

    def _settle_all(self, lines: list[Line], now: Reading, stopping: Callable[[], bool]) -> None:
        """Settle each line, and hold one that fails until a tap after it was entered: then the fault is the line's own,
        and it goes to the treasurer's list.

        Where no line can be entered, because a right, a table or a rule is missing, all wait and none is listed. Raises
        MachineError `spool` while lines are held, and the fault of a ledger that takes none.
        """
        held: dict[int, Exception] = {}
        entered = -1  # the last place whose tap was entered
        # Lines held in the last turn come last, so that MOST_HELD of them do not keep the others from being tried.
        order = sorted(range(len(lines)), key=lambda place: id(lines[place]) in self._held)
        for place in order:
            if stopping():
                return
            try:
                self._settle(lines[place], lines, now)
                entered = max(entered, place if isinstance(lines[place].record, WaitingTap) else -1)
            except Exception as fault:  # one line's fault must not hold up the others
                if isinstance(fault, MachineError) and fault.code in OF_THE_LEDGER:
                    raise
                held[place] = fault
                if len(held) == MOST_HELD:
                    break
        for place in sorted(held):
            tap = lines[place].record
            if place < entered and isinstance(tap, WaitingTap):
                log.error("a spooled tap was refused", exc_info=held[place])
                self._put_aside(tap, self._refused(tap, held.pop(place)), now)
                self._spool.settle(lines[place])
        self._held = {id(lines[place]) for place in held}
        self.held = len(held)
        if held:
            raise MachineError("spool", f"{len(held)} of its lines cannot go on: {held[min(held)]}")

    def _refused(self, tap: WaitingTap, fault: Exception) -> UnreplayedTap:
        """Return what the treasurer's list says of a tap that the ledger refused."""
        at = tap.reading.at.astimezone(self._rules.zone) if tap.dated else None
        return UnreplayedTap(tap.tap_id.hex(), Reason.REFUSED, tap.member, at, at, str(fault)[:200])

    def _settle(self, line: Line, lines: list[Line], now: Reading) -> None:
        """Settle one line by its kind: enter a tap, list damaged and missing lines, and drop an anchor once no tap
        needs it.
        """
        record = line.record
        if isinstance(record, Damaged):
            self._put_damaged_aside(record)
        elif isinstance(record, Missing):
            what = UnreplayedTap(
                f"{record.file}:{record.count}", Reason.MISSING, detail=f"{record.count} × {record.file}"
            )
            unreplayed_taps.add(self._spool.places, what)
        elif isinstance(record, WaitingTap):
            self._settle_tap(record, lines, now)
            self._outage.end()  # the ledger was written
        elif len(self._spool):
            return  # an anchor stays as long as a tap may need it
        self._spool.settle(line)

    def _put_damaged_aside(self, line: Damaged) -> None:
        """List a damaged line for the treasurer with what is legible of it; its file goes to quarantine. A tap that the
        ledger has is left out.
        """
        legible = spool_damage.legible(line.text)  # None for a field that cannot be made out
        if legible.tap is not None and self._is_in_ledger(bytes.fromhex(legible.tap)):
            return
        at = None if legible.at is None else legible.at.astimezone(self._rules.zone)
        # Without a tap's id, the last 64 characters stand for it: an undamaged line ends with its MAC.
        unreplayed = UnreplayedTap(
            legible.tap or line.text[-64:], Reason.DAMAGED, legible.member, at, at, line.text[:200]
        )
        unreplayed_taps.add(self._spool.places, unreplayed)

    def _is_in_ledger(self, tap_id: bytes) -> bool:
        """Tell whether the ledger has a tap, or has it on the treasurer's list."""
        with self._store.reading() as connection:
            return replayed_taps.is_known(connection, tap_id)

    def _settle_tap(self, tap: WaitingTap, lines: list[Line], now: Reading) -> None:
        """Enter a spooled tap in its own transaction; set it aside where it cannot be entered."""
        try:
            with self._store.writing() as connection:
                opening = self._enter(connection, tap, lines, now)
            if opening is not None:
                self._journal.add(opening)
        except _SetAside as raised:
            self._put_aside(tap, raised.aside, now)

    def _enter(self, connection: sa.Connection, tap: WaitingTap, lines: list[Line], now: Reading) -> DoorLine | None:
        """Enter a tap and return the line for the door's journal, which got none at the tap because its day was not
        sure; None for a tap that is known already. Raises _SetAside where the day is still not sure, or the badge is
        now no member's or another member's.
        """
        if replayed_taps.is_known(connection, tap.tap_id):
            return None
        at = self._date(connection, tap, lines, now)
        policy, moment = self._rules.at(connection, at)
        person = standing.find(connection, tap.fingerprint, policy, moment.day)
        if person is None or person.number != tap.member:
            reason = Reason.NO_MEMBER if person is None else Reason.OTHER_MEMBER
            raise _SetAside(UnreplayedTap(tap.tap_id.hex(), reason, tap.member, moment.local, moment.local))
        person = access.placed(person, policy, moment)  # in the door's zone, or in another while that one is let
        granted = Granted(person, day_charges.charge(person, policy, moment))
        visit = visits.record(
            connection, self._seal, granted, policy, moment, tap_id=tap.tap_id, actor=ACTOR, recorded_at=now.at
        )
        self._note_conflict(connection, tap, granted, policy, moment, now)
        if person.replaces is not None:  # the tap of a new badge ends the old one
            from kiosk.store.members import badge_rows  # imported late: a badge is exchanged once

            badge_rows.exchange(connection, tap.fingerprint, person.replaces, moment.day)
        outcome = "nothing" if visit is None else "visit"  # nothing: no visit is new, since the day was counted
        replayed_taps.mark(connection, ReplayedTap(tap.tap_id, moment.day, now.at, outcome))
        door_events.add(connection, [DoorEvent(at, "opened", "spooled", person.member, tap.tap_id, policy.door.id)])
        return DoorLine(LineKind.VISIT, tap.tap_id, person.number, moment.day, at)

    def _note_conflict(
        self,
        connection: sa.Connection,
        tap: WaitingTap,
        granted: Granted,
        policy: Policy,
        moment: Moment,
        now: Reading,
    ) -> None:
        """List a tap that is entered although the rules would refuse it by now, or whose prepaid day was used up
        meanwhile.
        """
        person = granted.standing
        denied = access.admits_at_any_door(person, policy, moment)  # which badges the door takes by now is no matter
        reason = None if denied is None else denied.reason.value
        # The day costs something, and no visit had counted it before (`today`).
        if reason is None and granted.charge.amount_cents > 0 and person.today is None:
            reason = PREPAID_USED if tap_conflicts.used_up_since(connection, person.member, moment.day) else None
        if reason is not None:
            self._list_conflict(connection, tap, moment.day, reason, days.moment(now.at, self._rules.zone, 0).day)

    def _list_conflict(
        self, connection: sa.Connection, tap: WaitingTap, day: date, reason: str, noted_on: date
    ) -> None:
        """List a tap for the treasurer in the ledger, with its reason."""
        conflict = TapConflict(tap.tap_id, self._rules.door, tap.member, day, reason, noted_on)
        tap_conflicts.note(connection, conflict)

    def _date(self, connection: sa.Connection, tap: WaitingTap, lines: list[Line], now: Reading) -> datetime:
        """Return when a tap happened, or the earliest moment at which it can have: its hour may be unsure as long as
        its local day is sure. Raises _SetAside where it may have been on either of two days.
        """
        if tap.dated:
            return tap.reading.at
        before, own_and_later = _anchors_around(tap, lines)
        next_entry_at = None  # a moment before which the tap happened
        if tap.last_entry is not None:
            next_entry_at = clock_facts.first_entry_after(
                connection, tap.last_entry, clock_trust.day_bounds(connection, self._rules)
            )
        not_before = max([tap.earliest, *(anchor.at + anchor.elapsed_until(tap.reading) for anchor in before)])
        earliest, latest = trust.bounds(tap.reading, not_before, [*own_and_later, now], next_entry_at)
        _, first_day = self._rules.at(connection, earliest)
        _, last_day = self._rules.at(connection, min(latest, now.at))
        if first_day.day != last_day.day:
            raise _SetAside(
                UnreplayedTap(tap.tap_id.hex(), Reason.NO_DATE, tap.member, first_day.local, last_day.local)
            )
        return earliest

    def _put_aside(self, tap: WaitingTap, aside: UnreplayedTap, now: Reading) -> None:
        """Write a tap that cannot be entered into the treasurer's file, and mark it as dealt with."""
        log.error("a spooled tap cannot be entered (%s): it is in %s", aside.reason.value, unreplayed_taps.NAME)
        unreplayed_taps.add(self._spool.places, aside)
        day = days.moment(now.at, self._rules.zone, 0).day  # the calendar's day, which needs no rule of the ledger
        with self._store.writing() as connection:
            if not replayed_taps.is_known(connection, tap.tap_id):
                replayed_taps.mark(connection, ReplayedTap(tap.tap_id, day, now.at, "set-aside"))
                happened = day if aside.earliest is None else aside.earliest.date()
                self._list_conflict(connection, tap, happened, aside.reason.value, day)


def _anchors_around(tap: WaitingTap, lines: list[Line]) -> tuple[list[Reading], list[Reading]]:
    """Return the trusted readings of starts of the machine before the tap's, and those of its own and later starts, by
    the order of lines.
    """
    before: list[Reading] = []
    own_and_later: list[Reading] = []
    own_start_reached = False
    for line in lines:
        own_start_reached = own_start_reached or (
            isinstance(line.record, WaitingTap) and line.record.reading.boot == tap.reading.boot
        )
        if isinstance(line.record, Anchor):
            is_earlier = not own_start_reached and line.record.reading.boot != tap.reading.boot
            (before if is_earlier else own_and_later).append(line.record.reading)
    return before, own_and_later


def _is_undated(line: Line, boot: str) -> bool:
    """Tell whether a line is a tap of this start of the machine without a sure date."""
    return isinstance(line.record, WaitingTap) and not line.record.dated and line.record.reading.boot == boot


def _is_anchor_of(line: Line, boot: str) -> bool:
    """Tell whether a line is a trusted reading of this start of the machine."""
    return isinstance(line.record, Anchor) and line.record.reading.boot == boot
