"""Stops a program when the records lack an entry that it or another program saw, and writes its claim.

The claim stands in the records, so that all other programs stop, too, and no number is given twice.
`kiosk.books.recovery.reconciling` goes on from there. Imported only once something is lacking. A program's mark is the
last entry that it saw.
"""

import logging

import sqlalchemy as sa

from kiosk.errors import MachineError
from kiosk.store import lost_numbers
from kiosk.store.marks import claim_rows
from kiosk.store.marks.marks import OFFICE, WRITTEN, ChainMark
from kiosk.store.server_facts import moment
from kiosk.store.tables import entry

log = logging.getLogger(__name__)


def judge(connection: sa.Connection, mark: ChainMark) -> None:
    """Check that the records have every entry that this program saw, and that no other program claims one that they
    lack.

    Raises MachineError `records-behind` if they do not. Otherwise the chain's end becomes the mark, if the program has
    one and this transaction has written nothing.
    """
    seen = mark.seen
    if seen is not None and claim_rows.is_lacking(connection, mark.door, seen.number, seen.mac):
        last = connection.execute(sa.select(sa.func.max(entry.c.number))).scalar() or 0
        seer = "this office" if mark.door == OFFICE else "this door"
        where = f"they end at entry {last}" if last < seen.number else "another entry has its number"
        text = f"{seer} saw entry {seen.number}, which the records lack ({where}): kiosk reconcile"
        _stop(mark, text)
    for claim in claim_rows.open_claims(connection):
        # a seal for which this program has no key is believed, too
        if claim.door != mark.door and claim.is_sealed(mark.seal) is not False:
            seer = "the office" if claim.door == OFFICE else f"door {claim.door}"
            text = f"{seer} saw entry {claim.number}, which the records lack: kiosk reconcile"
            _stop(mark, text)
    mark.fault = None
    if seen is not None and WRITTEN not in connection.info:  # else the mark follows once the entry is committed
        _follow(connection, mark)


def judge_again(connection: sa.Connection, mark: ChainMark) -> None:
    """Check again, at the beginning of a transaction, after the records lacked something. Raises as `judge` does."""
    judge(connection, mark)
    log.info("the records have all that was seen again, or say what is lost")


def _follow(connection: sa.Connection, mark: ChainMark) -> None:
    """Make the chain's end the mark, even a lower one if the seen entry is not in the chain: a claim has
    accounted for it.
    """
    row = connection.execute(sa.select(entry.c.number, entry.c.mac).order_by(entry.c.number.desc()).limit(1)).first()
    seen = mark.seen
    if row is None or seen is None:
        return
    if claim_rows.has_entry(connection, seen.number, seen.mac):
        mark.rise(row.number, row.mac)
    else:
        mark.settle(row.number, row.mac)


def _stop(mark: ChainMark, text: str) -> None:
    """Stop the program: keep the fault with its mark, log it once, and raise it as MachineError `records-behind`."""
    if mark.fault is None or str(mark.fault) != text:
        log.error("%s", text)
    mark.fault = MachineError("records-behind", text)
    raise MachineError("records-behind", text)


def claim(connection: sa.Connection, mark: ChainMark) -> bool:
    """Write this program's claim if the records lack what it saw. Return whether a claim was written; an
    entry that it has claimed already is not claimed again.
    """
    seen = mark.seen
    if seen is None or not claim_rows.is_lacking(connection, mark.door, seen.number, seen.mac):
        return False
    at = moment(connection, mark.now())  # by the server's clock, where there is one
    since = lost_numbers.branch_since(connection, seen.number, seen.trail)
    is_new = claim_rows.add(connection, mark.seal, mark.door, seen.number, seen.mac, at, since)
    if is_new:
        log.error("the records lack entry %d, which was seen: that is claimed", seen.number)
    return is_new
