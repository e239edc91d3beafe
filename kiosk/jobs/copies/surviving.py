"""Looks for what survives in a home beside a copy to restore: its old database, the roster, the list of stopped badges,
and taps in the spool.

Database, roster and taps know numbers later than the copy's; database, roster and list know stopped badges.
A *roster* lists the members that a door lets in while it lacks the database, a *spool* keeps the taps that wait
meanwhile, a *claim* is a program's sealed statement that it saw an entry which the records lack; a program's *mark* is
the last entry that it saw, a door's *journal* its own record of openings.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk import root_files
from kiosk.books.recovery.ledger_recovery import ENTRY, Outside, Seen
from kiosk.domain.chain import Seal
from kiosk.domain.offline import roster_rules
from kiosk.errors import KioskError
from kiosk.home import Paths
from kiosk.jobs.machine_marks import doors_of, seen_here
from kiosk.keys import read_key
from kiosk.offline import door_journal, door_keys
from kiosk.offline.door_journal import DoorDay
from kiosk.offline.roster import Roster, load
from kiosk.offline.spool import Spool
from kiosk.offline.spool_record import SpoolRecord
from kiosk.offline.spool_records import WaitingTap
from kiosk.offline.stopped_badges import StoppedBadges
from kiosk.store import copying, ledger, remains
from kiosk.store.checkin import standing
from kiosk.store.marks import claim_rows
from kiosk.store.marks.claim_rows import MOST_LOST
from kiosk.store.remains import Remains
from kiosk.store.space.policies import Rules


class Survivors(Struct, frozen=True):
    """What survives in a home. `spooled` taps wait, and the entrance enters them as usual; then it compares the ledger
    with its journal's `door_days`.
    """

    left: Remains | None = None  # of the old database; None where it cannot be read or is another home's
    roster: Roster | None = None  # None: none is there, or it cannot be verified, or is another home's
    spooled: int = 0
    last_entry: int = 0  # the highest entry that a waiting tap knew
    waiting: frozenset[bytes] = frozenset()  # ids of waiting taps
    stopped: frozenset[bytes] = frozenset()  # badges that no roster lets in
    door_days: tuple[DoorDay, ...] = ()
    seen: tuple[Seen, ...] = ()  # entries seen by this machine's doors and office, and claimed in the old database

    def outside(self, told: Outside) -> Outside:
        """Return `told`, what the command line was told, with each number raised to the highest that survives here, and
        with the entries that were seen here added after those that it has.
        """
        numbers = dict(told.numbers)
        series: Mapping[str, int] = {} if self.left is None else self.left.facts.series
        known = {**series, ENTRY: 0 if self.left is None else self.left.facts.entry}
        known[ENTRY] = max(known[ENTRY], self.last_entry, 0 if self.roster is None else self.roster.last_entry)
        for kind, number in known.items():
            numbers[kind] = max(numbers.get(kind, 0), number)
        return replace(told, numbers=numbers, seen=(*told.seen, *self.seen))


def survivors(paths: Paths, database: Path, spool: str, seal: Seal, after: int) -> Survivors:
    """Return what survives, in this home and its old database, of what came after the entry `after`, the copy's last.
    `spool` is the configured folder of the spool; `seal` has the chain's keys.
    """
    saved = _survivors(paths, database, spool, seal.home_id, after)
    near = (*seen_here(paths, seal, doors_of(paths)), *_claimed(database))
    # An entry further ahead was not lost: its mark is wrong.
    seen = tuple(sorted({each for each in near if each.number - after <= MOST_LOST}))
    return replace(saved, seen=seen)


def _claimed(database: Path) -> tuple[Seen, ...]:
    """Return the entries that were claimed in the old database; empty where it cannot be read, or has no claims."""
    try:
        with copying.reading(database) as connection:
            return tuple(Seen(each.number, each.door, each.mac, each.since) for each in claim_rows.unended(connection))
    except (KioskError, sa.exc.SQLAlchemyError, sqlite3.Error, ValueError, TypeError):
        return ()


def _survivors(paths: Paths, database: Path, spool: str, home_id: str, after: int) -> Survivors:
    """Return what the damaged home still has: later entries, roster, stopped badges and waiting taps; what belongs to
    another home is left out. Without the badge key or a door's seal keys only the old database tells.
    """
    left = remains.left(database, after) if database.is_file() else None
    if left is not None and left.facts.home_id != home_id:
        left = None
    with root_files.acting_in(paths.spool_key.parent):  # spool and roster are in the entrance's own folders
        try:
            seals, badge_key = door_keys.seals_of(paths), read_key(paths.badge_key)
        except KioskError:
            return Survivors(left)
        spool_keys = door_keys.of_spool(paths, badge_key)
        roster = load(paths.roster, seals)
        if roster is not None and roster.home.home_id != home_id:
            roster = None
        marks = StoppedBadges(paths.stopped, seals).marks
        record = SpoolRecord.of(paths, spool, seals, home_id)
        # Only to be read: without the folder in memory where a door without a disk would keep taps.
        waiting = Spool(keys=spool_keys, home_id=home_id, record=record, last_resort=None)
        taps = [line.record for line in waiting.waiting() if isinstance(line.record, WaitingTap)]
        waiting.close()
        door_days: tuple[DoorDay, ...] = ()
        with suppress(OSError):  # the report says less; the restore goes on
            journals = [place / door_journal.FOLDER for place in waiting.places]
            door_days = tuple(door_journal.read(journals, spool_keys, home_id))
    last_entry = max((tap.last_entry or 0 for tap in taps), default=0)
    waits = frozenset(tap.tap_id for tap in taps)
    return Survivors(left, roster, len(taps), last_entry, waits, marks, door_days)


def stopped(connection: sa.Connection, survivors: Survivors, rules: Rules, at: datetime) -> dict[bytes, int]:
    """Return the badges that a restored database would admit and that were stopped since: fingerprint to member number.

    The list of stopped badges and the old database tell them. Without the old database a roster no older than the copy
    tells more: members that are not on it were no longer admitted. An older roster tells nothing.
    """
    active = remains.active_badges(connection)
    still_active = {badge: active[badge] for badge in survivors.stopped if badge in active}
    if survivors.left is not None:
        return still_active | {badge: active[badge] for badge in survivors.left.badges if badge in active}
    if survivors.roster is None or survivors.roster.last_entry < ledger.head(connection).number:
        return still_active
    policy, moment = rules.at(connection, at)
    admitted = {
        badge: known.number
        for badge, known in standing.everyone(connection, policy, moment.day)
        if roster_rules.listed(known, policy, moment) is not None
    }
    return still_active | {badge: number for badge, number in admitted.items() if badge not in survivors.roster.people}
