"""Compares what the door did with what the ledger has, and enters again what the ledger lacks.

That shows any rollback, such as an old backup put back or a file exchanged, as far back as hours are kept. A day that
the ledger has, by whatever tap or officer, lacks nothing, so a restore on purpose doubles nothing. What cannot be
entered is listed once for the treasurer.

A *line* is what the door's journal says of one opening. The journal's *heads* tell how far it goes, so that a journal
that was cut shows; they are stored beside the roster.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain import days, keeping
from kiosk.domain.chain import Seal
from kiosk.domain.checkin import access, day_charges
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.days import Moment
from kiosk.domain.offline.trust import Reading
from kiosk.errors import MachineError
from kiosk.offline import unreplayed_taps
from kiosk.offline.door_journal import DoorDay, DoorJournal, DoorLine, LineKind
from kiosk.offline.journal_heads import JournalHeads
from kiosk.offline.outage import OF_THE_LEDGER
from kiosk.offline.unreplayed_taps import Reason, UnreplayedTap
from kiosk.store.checkin import standing, visits
from kiosk.store.engine import Store
from kiosk.store.offline import door_days, replayed_taps
from kiosk.store.offline.door_days import KnownDay
from kiosk.store.offline.replayed_taps import ReplayedTap
from kiosk.store.space.policies import Rules

log = logging.getLogger(__name__)

ACTOR = "replay"  # the author of the entries, as of taps from the spool
REPORTED_FOR = timedelta(days=30)  # how long it is reported that openings were entered again


class DoorDays(Struct, frozen=True):
    """How door and ledger agree: how many openings the ledger lacks, how many were entered again within 30 days, and
    whether journal lines are damaged or unreadable, cannot be written (`silent`) or are gone.
    """

    lacking: int = 0
    entered: int = 0
    damaged: bool = False
    silent: bool = False
    gone: bool = False


def oldest(day: date) -> date:
    """Return the first day whose hours are still kept."""
    return day - timedelta(days=keeping.days("visit-times"))


def lacking(
    connection: sa.Connection, journal_days: Iterable[DoorDay], waiting: Collection[bytes]
) -> Iterator[DoorLine]:
    """Yield the journal's lines that the ledger lacks and whose taps do not wait in the spool (`waiting`, by id). For a
    day that was undone, yield the line of the undoing if the ledger still counts the day.
    """
    for journal_day in journal_days:
        known_days = door_days.of_day(connection, journal_day.day)
        unknown = [line for line in _unaccounted(journal_day.lines, known_days) if line.tap_id not in waiting]
        entered_taps = door_days.known_taps(connection, {line.tap_id for line in unknown})
        yield from (line for line in unknown if line.tap_id not in entered_taps)


def _unaccounted(lines: Iterable[DoorLine], known: dict[int, KnownDay]) -> Iterator[DoorLine]:
    """Yield a day's lines that the known visits do not account for, member by member."""
    by_member: dict[int, list[DoorLine]] = {}
    for line in lines:
        by_member.setdefault(line.member, []).append(line)
    for number, lines_of_member in by_member.items():
        in_ledger = known.get(number, KnownDay())
        # What came before the last undoing counts no more: the ledger must not count it, and need not have it.
        last_undoing = max(
            (place for place, line in enumerate(lines_of_member) if line.kind is LineKind.UNDONE), default=-1
        )
        if last_undoing >= 0 and in_ledger.kept in {line.tap_id for line in lines_of_member[:last_undoing]}:
            yield lines_of_member[last_undoing]
        seen_taps: set[bytes] = set()
        for line in lines_of_member[last_undoing + 1 :]:
            # A line may stand there twice: the journal repeats one of which it is not sure that it was written.
            if line.tap_id not in seen_taps and _lacks(in_ledger, line):
                yield line
            seen_taps.add(line.tap_id)


def _lacks(in_ledger: KnownDay, line: DoorLine) -> bool:
    """Tell whether the ledger lacks what a line stands for: any visit, a kept one, or this very act of the day."""
    if line.kind is LineKind.AGAIN:
        return not in_ledger.visits
    if line.kind is LineKind.VISIT:
        return in_ledger.kept is None and line.tap_id not in in_ledger.visits
    return line.tap_id not in in_ledger.acts


class DoorComparison:
    """Compares in the replay's thread: at its first turn, once a day, and whenever the database is another one."""

    def __init__(
        self,
        *,
        journal: DoorJournal,
        heads: JournalHeads,
        store: Store,
        rules: Rules,
        seal: Seal,
    ) -> None:
        self._journal = journal
        self._heads = heads
        self._store = store
        self._rules = rules
        self._seal = seal
        self._compared: tuple[object, ...] | None = None  # the day and the database of the last comparison
        self._outcome = DoorDays()  # of the last comparison

    @property
    def outcome(self) -> DoorDays:
        """Return the result of the last comparison, and whether lines can be written now."""
        return replace(self._outcome, silent=self._journal.is_silent)

    def turn(self, now: Reading, afresh: bool, stopping: Callable[[], bool]) -> int:
        """Compare where the day or the database is another than last time, or `afresh`, and return how many openings
        were entered again. Call it with an empty spool. An unreadable journal counts as damaged until the next day.

        Raises MachineError `database`: then a later turn compares.
        """
        day = days.moment(now.at, self._rules.zone, 0).day  # the calendar's day needs no database
        state = (day, self._store.opened)
        self._heads.look(day)  # notes a journal file that was taken away while it was open
        if self._compared is not None:  # at the start, compare with the heads of the last run first
            self._heads.note(now.monotonic)
        self._outcome = replace(self._outcome, gone=self._heads.is_gone(day))
        if state == self._compared and not afresh:
            return 0
        self._journal.forget(oldest(day))  # files whose hours are no longer kept
        try:
            journal_days = self._journal.days()
        except OSError as fault:
            log.error("the door's journal %s cannot be read: %s", self._journal.folder, fault)
            self._compared, self._outcome = state, DoorDays(damaged=True)
            return 0
        self._heads.compare(journal_days, oldest(day), day)
        with self._store.reading() as connection:
            to_enter = list(lacking(connection, journal_days, ()))  # the spool is empty: no tap waits
        if to_enter:
            log.error("the ledger lacks %d openings of the door: they are entered again", len(to_enter))
        entered = sum(not stopping() and self._settle(line, now) for line in to_enter)
        with self._store.reading() as connection:
            still_lacking = len(list(lacking(connection, journal_days, ()))) if to_enter else 0
            entered_lately = door_days.entered_since(connection, now.at - REPORTED_FOR)
        self._outcome = DoorDays(
            still_lacking, entered_lately, any(each.damaged for each in journal_days), gone=self._heads.is_gone(day)
        )
        self._compared = (day, self._store.opened)
        return entered

    def _settle(self, line: DoorLine, now: Reading) -> bool:
        """Enter a line again, or list it for the treasurer, and return whether it was entered."""
        try:
            with self._store.writing() as connection:
                return self._enter(connection, line, now)
        except MachineError as fault:
            # Faults of the whole ledger, not of this line: a later turn enters it.
            if fault.code in OF_THE_LEDGER:
                raise
            reason, detail = Reason.REFUSED, str(fault)
        except _NobodyError:
            reason, detail = Reason.NO_MEMBER, ""
        except Exception as refused:  # one line's fault must not hold up the others
            log.exception("an opening of the door was refused by the ledger")
            reason, detail = Reason.REFUSED, str(refused)
        self._put_aside(line, reason, detail, now)
        return False

    def _enter(self, connection: sa.Connection, line: DoorLine, now: Reading) -> bool:
        """Enter the visit of a line as of its day, or undo it, and return whether anything was written. Raises
        _NobodyError where no file had the line's member number on that day.
        """
        policy, moment = self._rules.at(connection, line.at)
        moment = replace(moment, day=line.day)  # the day that the door counted, whenever the rules now begin it
        if line.kind is LineKind.UNDONE:
            return self._undo(connection, line, moment)
        number = door_days.number_on(connection, line.member, line.day)
        person = None if number is None else standing.of_member(connection, number, policy, line.day)
        if person is None:
            raise _NobodyError
        person = access.placed(person, policy, moment)
        granted = Granted(person, day_charges.charge(person, policy, moment))
        visits.record(
            connection, self._seal, granted, policy, moment, tap_id=line.tap_id, actor=ACTOR, recorded_at=now.at
        )
        replayed_taps.mark(connection, ReplayedTap(line.tap_id, line.day, now.at, door_days.ENTERED))
        return True

    def _undo(self, connection: sa.Connection, line: DoorLine, moment: Moment) -> bool:
        """Undo the visit that a line of the journal says was undone; return whether there was one."""
        known_day = door_days.of_day(connection, line.day).get(line.member)
        if known_day is None or known_day.kept is None:
            return False
        return visits.undo(connection, self._seal, known_day.visits[known_day.kept], moment, ACTOR)

    def _put_aside(self, line: DoorLine, reason: Reason, detail: str, now: Reading) -> None:
        """Write a line that cannot be entered into the treasurer's file, and mark it as dealt with."""
        at: datetime = line.at.astimezone(self._rules.zone)
        aside = UnreplayedTap(line.tap_id.hex(), reason, line.member, at, at, detail[:200])
        unreplayed_taps.add(self._journal.spools, aside)
        with self._store.writing() as connection:
            replayed_taps.mark(connection, ReplayedTap(line.tap_id, line.day, now.at, "set-aside"))


class _NobodyError(Exception):
    """Raised for an opening whose member number has no file."""
