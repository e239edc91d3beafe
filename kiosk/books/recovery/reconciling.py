"""Brings records that went back in time (after a restore, say) to where numbers may be given again: what is lost is
recorded, each number once.

As in a restore, what doors and office saw is known outside the records: by their marks on this machine, by the claims
that they wrote into the records, and by heads written down elsewhere. A program's *mark* is the last entry that it saw;
its *claim* is a row that names this entry in records that lack it, sealed with the program's key. While a proven claim
is open, no program writes entries. Taps that a door admitted and the records lack are entered again by the door itself,
from its journal and its spool (taps that wait to be entered), once the records accept entries.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.books.recovery import ledger_recovery
from kiosk.books.recovery.ledger_recovery import ENTRY, Gaps, Outside, Seen
from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.store import ledger, lost_numbers
from kiosk.store.engine import Store
from kiosk.store.marks import claim_rows
from kiosk.store.marks.claim_rows import MOST_LOST, Claim, End
from kiosk.store.marks.marks import OFFICE, QUIET_SECONDS, ChainMark
from kiosk.store.officers import desk_log
from kiosk.store.space.policies import Rules

ACTOR = "reconcile"  # the author of the entries


class Differences(Struct, frozen=True):
    """What the records lack of what is known outside. `last` is the number of the records' last entry.

    `claims` are open claims of programs that are proven by their seals; `unproven` ones are not, and stop only their
    own door; `over` are claims whose entry is in the records by now. `outside` is the part of all this that counts;
    `gaps` are lost numbers, `twice` entries whose number belongs to another entry here.
    """

    last: int
    claims: tuple[Claim, ...]
    unproven: tuple[Claim, ...]
    over: tuple[Claim, ...]
    outside: Outside
    gaps: Gaps
    twice: tuple[Seen, ...]

    @property
    def numbers_twice(self) -> list[int]:
        """Return the numbers that were given twice."""
        return ledger_recovery.numbers_of(self.twice)

    @property
    def is_whole(self) -> bool:
        """Tell whether no number is lost and none was given twice."""
        return not (self.gaps or self.twice)


def differences(
    connection: sa.Connection, seal: Seal, seen: Collection[Seen] = (), told: Outside | None = None
) -> Differences:
    """Compare the records with what is known outside: what this machine's programs have `seen`, what officers `told`,
    and what doors claim. Writes nothing.

    A claim more than `MOST_LOST` entries ahead of the records proves nothing, and such an entry in `seen` is left out;
    so are claims of revoked doors, which write no more. Raises AnswerIsNo `head-differs` where a head that officers
    told is not of this chain, RequestError `known-too-far` where a number that they told is as far ahead.
    """
    last_entry = ledger.head(connection).number
    unended = claim_rows.unended(connection) if claim_rows.are_kept(connection) else []
    in_records = [each for each in unended if claim_rows.is_in_chain(connection, each.number, each.mac)]
    lacking = [each for each in unended if each not in in_records]
    proven = [each for each in lacking if each.is_sealed(seal) and each.number - last_entry <= MOST_LOST]
    revoked = claim_rows.revoked(connection)
    proven = [each for each in proven if each.door not in revoked]
    known_entries = {Seen(each.number, each.door, each.mac, each.since) for each in proven}
    near = [each for each in seen if each.number - last_entry <= MOST_LOST]
    known_entries |= {each for each in near if not _is_over(connection, each)}
    lost = {each for each in known_entries if not lost_numbers.is_there(connection, each.number, each.mac)}
    outside = replace(told or Outside({}), seen=tuple(sorted(lost)))
    return Differences(
        last=last_entry,
        claims=tuple(proven),
        unproven=tuple(each for each in lacking if each not in proven and each.door not in revoked),
        over=tuple(in_records),
        outside=outside,
        gaps=ledger_recovery.gaps(connection, outside),
        twice=tuple(ledger_recovery.given_twice(connection, lost)),
    )


def _is_over(connection: sa.Connection, seen: Seen) -> bool:
    """Tell whether the claim of an entry that a program saw was ended before: then it counts no more. False in records
    of an older release, which have no claims.
    """
    return claim_rows.are_kept(connection) and claim_rows.is_over(connection, seen.door, seen.number, seen.mac)


def reconcile(
    connection: sa.Connection, seal: Seal, moment: Moment, differing: Differences, actor: str = ACTOR
) -> int | None:
    """Record the lost entries and end the claims about them, in the transaction in which `differing` was read. Returns
    the number of the notice that tells of it; None where no number is lost or was given twice.
    """
    end_claims(connection, moment, differing, actor)
    if differing.is_whole:
        claim_rows.end(connection, differing.claims, End.IN_CHAIN, moment.day, actor)
        return None
    with ledger_recovery.telling(connection, seal, moment, actor) as notice:
        before = ledger.head(connection)
        ledger_recovery.write_lost(notice, differing.gaps, differing.twice)
        detail = ledger_recovery.what_is_lost(before, differing.outside, differing.gaps, differing.twice)
        number = notice(lost_numbers.RECONCILE, detail)
    if not claim_rows.are_kept(connection):
        return number
    # Entries known by a mark alone get a claim too: their program looks for the end of its claim.
    for entry in differing.outside.seen:
        claim_rows.add(connection, seal, entry.door, entry.number, entry.mac, moment.at, entry.since)
    ended = [each for each in claim_rows.unended(connection) if each not in (*differing.over, *differing.unproven)]
    claim_rows.end(connection, ended, End.LOST, moment.day, actor)
    return number


def run(
    store: Store,
    seal: Seal,
    rules: Rules,
    now: datetime,
    *,
    seen: Collection[Seen] = (),
    told: Outside | None = None,
    actor: str = ACTOR,
) -> tuple[Differences, int | None]:
    """Reconcile the records in a transaction of its own, which is not refused because a mark is ahead of the records.
    Returns the differences, and the notice's number as `reconcile` does. Raises as `differences`, MachineError
    `database`.
    """
    with store.accounting() as connection:
        differing = differences(connection, seal, seen, told)
        return differing, reconcile(connection, seal, rules.at(connection, now)[1], differing, actor)


def end_claims(connection: sa.Connection, moment: Moment, differing: Differences, actor: str = ACTOR) -> None:
    """End the claims for which no other program has to wait: those whose entry is in the records by now, and those
    without proof.
    """
    claim_rows.end(connection, differing.over, End.IN_CHAIN, moment.day, actor)
    claim_rows.end(connection, differing.unproven, End.UNPROVEN, moment.day, actor)


def set_aside(connection: sa.Connection, claim_id: int, moment: Moment, actor: str) -> Claim | None:
    """End a claim, unproven or still open, because an officer decides so, and log it: its door writes again. Returns
    the claim; None where there is none with this id, and nothing is logged.
    """
    waiting = [*claim_rows.unproven(connection), *claim_rows.unended(connection)]
    claim = next((each for each in waiting if each.id == claim_id), None)
    if claim is not None:
        claim_rows.end(connection, [claim], End.SET_ASIDE, moment.day, actor)
        what = f"door {claim.door}: {claim.number}"
        desk_log.add(connection, moment.at, actor, "claim-set-aside", None, what)
    return claim


def seen_by(mark: ChainMark | None) -> tuple[Seen, ...]:
    """Return the last entry that the office itself (`OFFICE`, door 0) saw, by its mark; an empty tuple without one."""
    seen = None if mark is None else mark.seen
    return () if seen is None else (Seen(seen.number, OFFICE, seen.mac, trail=seen.trail),)


def is_time(differing: Differences, now: datetime) -> bool:
    """Tell whether every claim that stops a program is old enough (`QUIET_SECONDS`) for all others that are ahead to
    have made theirs, too; true without claims.
    """
    return all(
        now - each.claimed_at >= timedelta(seconds=QUIET_SECONDS) for each in (*differing.claims, *differing.unproven)
    )


def lost_entries(differing: Differences) -> range:
    """Return the numbers of the entries that are lost; an empty range where none is."""
    first, until = differing.gaps.get(ENTRY, (1, 0))
    return range(first, until + 1)
