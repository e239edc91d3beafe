"""Reconciles a home's records with the entries that its programs saw, for when the records went back to an older state.

A *mark* is the last entry that a program saw, a *claim* its sealed row that the records lack such an entry; while one
is open, nothing is written. Reconciling writes *notices*, entries that move nothing, in the place of what is lost, and
so ends the claims.

A command does it; on a home with its records in a file it also happens by itself, because then all programs are on one
machine: they claim what they saw within a minute and a half, or root reads their marks before they start. Records on a
server have doors on other machines: there a person decides when.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from msgspec import Struct

from kiosk import home, keys
from kiosk.books.recovery import reconciling
from kiosk.books.recovery.ledger_recovery import Outside, Seen
from kiosk.books.recovery.reconciling import ACTOR, Differences
from kiosk.devices.protocols import Clock
from kiosk.errors import KioskError, MachineError
from kiosk.home import Home, Paths
from kiosk.jobs import machine_marks
from kiosk.store import copying, ledger
from kiosk.store.engine import Store
from kiosk.store.marks.marks import OFFICE
from kiosk.store.seals.sealing import Sealing
from kiosk.store.space.policies import Rules

log = logging.getLogger(__name__)


class Reconciled(Struct, frozen=True):
    """The differences, and the number of the notice that tells of them; None where nothing was lost."""

    differences: Differences
    entry: int | None


def seen_here(opened: Home) -> tuple[Seen, ...]:
    """Return the entries that this machine's programs saw, as far as this user may read their marks."""
    doors = machine_marks.doors_of(opened.paths, opened.config.door.number)
    return machine_marks.seen_here(opened.paths, opened.seal, doors)


def look(opened: Home, told: Outside | None = None) -> Differences:
    """Return how the records differ from what was seen; changes nothing. Raises as `reconciling.differences`."""
    with opened.store.reading() as connection:
        return reconciling.differences(connection, opened.seal, seen_here(opened), told)


def run(
    opened: Home,
    clock: Clock,
    *,
    told: Outside | None = None,
    confirm: Callable[[Differences], object] = lambda _differences: None,
    actor: str = ACTOR,
) -> Reconciled:
    """Record the lost entries in a notice, and return the differences and the notice's number. `told` are numbers known
    outside the records, such as on paper. `confirm` is called with the differences before, and may raise to stop.
    Raises as `look`.
    """
    seen, rules = seen_here(opened), Rules(opened.config.zone)
    confirm(look(opened, told))
    differences, entry = reconciling.run(
        opened.store, opened.seal, rules, clock.now(), seen=seen, told=told, actor=actor
    )
    if entry is not None:
        log.error("the records went back: what is lost of them is written down in entry %d", entry)
    return Reconciled(differences, entry)


def tend(opened: Home, clock: Clock) -> bool:
    """Compare the records with the office's mark, and return whether they may be written now.

    Where they lack entries that the office saw, claim these; records in a file are reconciled once all programs here
    have had time to claim, and records on a server where nothing is lost.
    """
    mark, store = opened.store.mark, opened.store
    if mark is None:  # this program keeps none, and so has nothing to compare
        return True
    mark.now = clock.now  # the moment that a claim names
    with store.reading() as connection:
        head, marked = ledger.head(connection), ledger.mac(connection, mark.number)
        is_claimed = ledger.has_claim(connection)
        differences = reconciling.differences(connection, opened.seal, seen_here(opened)) if is_claimed else None
    if mark.follows(marked, is_claimed):  # the records have the seen entry, and no claim is open
        if head.number:
            mark.rise(head.number, head.mac)  # nothing is lacking: what is there now counts as seen
        return True
    store.claim()  # this program's own, if it has made none yet
    if differences is not None:
        # With records in a file, all programs are on this machine; where nothing is lost, no person has to decide.
        needs_no_person = differences.is_whole or not opened.config.database.url
        # Once the other programs had time to claim what they saw.
        if needs_no_person and reconciling.is_time(differences, clock.now()):
            run(opened, clock)
        # `over`: claims whose entry is in the records by now; `unproven`: claims without a right seal.
        elif differences.over or differences.unproven:
            _end_claims(opened, clock, differences)
    try:
        with store.writing():  # refused while the records lack an entry
            return True
    except MachineError as fault:
        log.error("%s", fault)
        return False


def _end_claims(opened: Home, clock: Clock, differing: Differences) -> None:
    """End the claims that hold writing up without reason: those whose entry is there, and those without proof."""
    with opened.store.accounting() as connection:  # writes though the records lack entries
        moment = Rules(opened.config.zone).at(connection, clock.now())[1]
        reconciling.end_claims(connection, moment, differing)


def after_way_back(paths: Paths, aside: Path, now: datetime) -> int | None:
    """Reconcile the copy from before an update, which an older release uses again, with this machine's marks and with
    the end of the records laid `aside`. Return the notice's number; None where nothing was lost or that cannot be
    known, so that going back continues.
    """
    try:
        facts = copying.facts(aside)
        keys_ = keys.of_chain(paths.old_chain_keys, paths.chain_key, may_lack=False)
        zone = home.settings(paths).zone
        seal = keys.seal(keys_, facts.home_id, zone)
        seen = machine_marks.seen_here(paths, seal, machine_marks.doors_of(paths))
        seen = (*seen, Seen(facts.entry, OFFICE, facts.mac))
        store = Store(paths.database, sealing=Sealing(seal))
        try:
            _, entry = reconciling.run(store, seal, Rules(zone), now, seen=seen)
            return entry
        finally:
            store.close()
    except (KioskError, OSError, ValueError, sa.exc.SQLAlchemyError) as fault:
        log.error("what the copy from before lacks is not written down: %s", fault)
        return None


def before_a_start(root: Path, clock: Clock) -> str | None:
    """Reconcile a home whose records are in a file, as root, before its programs start, and return what was done in
    words; None where nothing was, or the home cannot be opened.
    """
    try:
        with home.opened(root) as opened:
            if opened.config.database.url or look(opened).is_whole:
                return None
            done = run(opened, clock)
            return f"reconciled, entry {done.entry}"
    except KioskError as fault:
        log.error("the records are not compared with what was seen of them: %s", fault)
        return None
