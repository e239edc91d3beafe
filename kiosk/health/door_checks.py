"""Compares the door's journal with the ledger, for a check or a verification; enters nothing.

The *journal* is what the door writes, beside its spool, of each opening: it shows days that a rolled-back ledger lacks.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kiosk.domain.health.findings import Finding
from kiosk.errors import MachineError
from kiosk.health.finding_codes import make_finding
from kiosk.home import Home
from kiosk.keys import read_key
from kiosk.offline import door_comparison, door_journal, journal_heads
from kiosk.offline.door_comparison import DoorDays
from kiosk.store.offline import door_days


def compare(opened: Home, connection: sa.Connection, now: datetime) -> DoorDays | None:
    """Compare the door's journal with the ledger: whether a journal is gone, how many openings the ledger lacks, how
    many were entered again within `REPORTED_FOR`, whether lines are damaged. None where this account may not read the
    journal. Whether it can be written now (`silent`) only the entrance knows: False here.
    """
    paths, home_id = opened.paths, opened.seal.home_id
    from kiosk.offline import door_keys, spool  # imported where a journal is read, not for each page of the desk
    from kiosk.offline.spool_record import SpoolRecord

    try:
        read_key(paths.spool_key)  # fails unless run by the key's owner or root
        seals, spool_keys = door_keys.seals_of(paths), door_keys.of_spool(paths, opened.badge_key)
        record = SpoolRecord.of(paths, opened.config.spool.path, seals, home_id)
        journal_days = door_journal.read([place / door_journal.FOLDER for place in record.places], spool_keys, home_id)
    except (MachineError, OSError):
        return None
    day = now.astimezone(opened.config.zone).date()
    gone = record.is_there and journal_heads.is_gone(
        paths.door_journal_heads, seals, home_id, journal_days, door_comparison.oldest(day), day
    )
    # Taps in the spool are still to be entered: the ledger does not lack them.
    waiting_taps = set[bytes]().union(*map(spool.tap_ids, record.places))
    return DoorDays(
        gone=gone,
        lacking=len(list(door_comparison.lacking(connection, journal_days, waiting_taps))),
        entered=door_days.entered_since(connection, now - door_comparison.REPORTED_FOR),
        damaged=any(each.damaged for each in journal_days),
    )


def check(opened: Home, now: datetime) -> Iterator[Finding]:
    """Make the comparison now, and yield its findings; none where this account may not read the journal."""
    with opened.store.reading() as connection:
        comparison = compare(opened, connection, now)
    if comparison is not None:
        yield from _findings(comparison)


def of_facts(facts: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the findings of the comparison that the entrance reports as `door_days`; none where it reports none."""
    known = facts.get("door_days")
    if isinstance(known, dict):
        # An entrance of another release may report other fields: unknown ones are ignored, missing ones are 0.
        yield from _findings(DoorDays(**{name: known.get(name, 0) for name in DoorDays.__struct_fields__}))


def _findings(comparison: DoorDays) -> Iterator[Finding]:
    """Yield the findings of a comparison: openings lacking or entered again, or neither, and the journal's faults."""
    if comparison.lacking:
        yield make_finding("door-days-lacking", count=comparison.lacking)
    if comparison.entered:
        yield make_finding("door-days-entered", count=comparison.entered)
    if not (comparison.lacking or comparison.entered):
        yield make_finding("door-days")
    if comparison.damaged:
        yield make_finding("door-journal-damaged")
    if comparison.gone:
        yield make_finding("door-journal-gone")
    if comparison.silent:
        yield make_finding("door-journal-silent")
