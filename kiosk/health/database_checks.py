"""Checks the database and the ledger: quickly, or whole as each night.

A *claim* is a program's sealed statement that it saw an entry which the records lack; a program's *mark* is the last
entry that it saw. Both show records that went back to an older state.
"""

from collections.abc import Iterator
from datetime import date, datetime

import sqlalchemy as sa

from kiosk.domain import chain
from kiosk.domain.chain import Seal
from kiosk.domain.health.findings import Finding
from kiosk.domain.health.upkeep import Care
from kiosk.errors import AnswerIsNo, MachineError
from kiosk.health import opening_faults
from kiosk.health.finding_codes import make_finding
from kiosk.home import Home
from kiosk.store import audit, ledger, log_care
from kiosk.store import values as column_values
from kiosk.store.books import closing_audit
from kiosk.store.checkin import standing_values
from kiosk.store.health import upkeep_rows
from kiosk.store.ledger_files import saved_logs
from kiosk.store.marks import claim_rows
from kiosk.store.marks.marks import OFFICE
from kiosk.store.officers import log_audit, yes_audit
from kiosk.store.seals import seal_audit
from kiosk.store.server_facts import ServerFacts
from kiosk.store.space import rule_values
from kiosk.store.tables.entrance import wording
from kiosk.store.values import WrongValue

LAST_ENTRIES = 1000  # whose seals a quick check recomputes
_BROKEN = frozenset(("chain-broken", "chain-key-other"))  # findings by which a whole verification has failed
_MOST_VALUES = 20  # wrong values that one check names
_QUICK_BYTES = 64 << 20  # of a database file; in a larger one a check of all pages takes too long on a card


def database(opened: Home, *, whole: bool) -> Iterator[Finding]:
    """Check that the database has this release's schema; of a file also its rights, its write-ahead log (changes that
    are not in the file yet) and its pages, a large file's only where `whole`; of a server its settings.
    """
    from kiosk.store import schema  # brings Alembic, which the command line's other commands do without

    with opened.store.reading() as connection:
        server = schema.on_a_server(connection)  # None: the database is a file
        try:
            schema.compare(connection)
        except MachineError as fault:
            yield make_finding("database-schema", fault=str(fault))
        if server is not None:
            yield from _server(server.facts(connection))
            return
        if opening_faults.lacks_rights(opened.paths):
            yield make_finding("ledger-closed", path=str(opened.paths.database))
        size = opened.paths.database.stat().st_size
        # Logs (SQLite's write-ahead log) that another program removed while they were in use, and that we saved.
        for saved in saved_logs(opened.paths.database):
            yield make_finding("log-saved", file=saved.name)
        log = log_care.log_bytes(opened.paths.database)
        if log > log_care.LARGE_BYTES:
            yield make_finding("log-large", megabytes=log / 1e6)
        if whole or size <= _QUICK_BYTES:
            damage = audit.damage(connection)
            if damage is not None:
                yield make_finding("database-damaged", fault=" ".join(damage.split())[:100])
                return
    yield make_finding("database-read", megabytes=size / 1e6, log=log / 1e6)


def _server(facts: ServerFacts) -> Iterator[Finding]:
    """Check that a server keeps each write that it confirmed, even when the power fails: otherwise a door opens without
    a record. `unsafe` are its settings against that. Yield its version and size, too.
    """
    if facts.unsafe:
        yield make_finding("server-unsafe", settings=", ".join(f"{name} = off" for name in facts.unsafe))
    yield make_finding("database-server", version=facts.version, megabytes=facts.size / 1e6)


def values(opened: Home, since: date | None) -> Iterator[Finding]:
    """Find values that their columns cannot hold: in the tables that taps read, and in visits and entries from a day on
    (None: in all of them).
    """
    with opened.store.reading() as connection:
        for each in wrong_values(connection, since):
            yield wrong_value(each.table, each.row, each.column)


def wrong_values(connection: sa.Connection, since: date | None) -> list[WrongValue]:
    """Return the values that their columns cannot hold, at most `_MOST_VALUES`: those of rules, of the tables that taps
    read (visits and entries from the day `since` on), then of the association's texts.
    """
    read_by_taps = [*rule_values.wrong(connection), *standing_values.of_everybody(connection, since)]
    return [*read_by_taps, *column_values.wrong(connection, wording)][:_MOST_VALUES]


def wrong_value(table: str, row_id: str, column: str) -> Finding:
    """Return the finding of one such value."""
    return make_finding("wrong-value", table=table, row=row_id, column=column)


def books(opened: Home, *, whole: bool) -> Iterator[Finding]:
    """Verify the seals of the chain's last `LAST_ENTRIES`; or, `whole`, the whole chain and all that is sealed with it.
    Yields one finding: in order, broken, or sealed with another key than this home's.
    """
    try:
        with opened.store.reading() as connection:
            count = _whole_ledger(connection, opened.seal) if whole else last_entries(connection, opened.seal)
    except AnswerIsNo as wrong:
        # Under another key no seal fits: then the key is at fault, not an entry.
        with opened.store.reading() as connection:
            is_ours = ledger.is_sealed_with(connection, opened.seal)
        if is_ours:
            yield make_finding("chain-broken", fault=str(wrong))
        else:
            yield make_finding("chain-key-other", path=str(opened.paths.chain_key))
        return
    yield make_finding("chain-whole" if whole else "chain", entries=count)


def seen(opened: Home) -> Iterator[Finding]:
    """Find entries that a door or the office saw and the records lack, by open claims and the office's own mark; and
    claims that nothing proves, which wait for an officer.
    """
    with opened.store.reading() as connection:
        lacking = [(each.number, each.mac) for each in claim_rows.open_claims(connection)]
        mark = None if opened.store.mark is None else opened.store.mark.seen
        if mark is not None and claim_rows.is_lacking(connection, OFFICE, mark.number, mark.mac):
            lacking.append((mark.number, mark.mac))
        waiting = claim_rows.unproven(connection)
    if lacking:
        yield make_finding("records-behind", entry=max(lacking)[0])
    for claim in waiting:
        yield make_finding("claim-unproven", door=claim.door, entry=claim.number, claim=claim.id)
    if not lacking and not waiting:
        yield make_finding("records")


def note(opened: Home, findings: list[Finding], at: datetime) -> None:
    """Record that the whole ledger was verified, and with which result; nothing where the findings have none, because
    the check itself failed. Raises MachineError `database`.
    """
    broken = next((finding for finding in findings if finding.kind.code in _BROKEN), None)
    entries = next((finding.values["entries"] for finding in findings if finding.kind.code == "chain-whole"), None)
    if broken is None and entries is None:
        return
    outcome = " ".join(map(str, broken.values.values())) if broken is not None else f"{entries} entries"
    with opened.store.writing() as connection:
        upkeep_rows.note(connection, Care.CHAIN, at, ok=broken is None, says=outcome)


def last_entries(connection: sa.Connection, seal: Seal) -> int:
    """Recompute the seals of the last `LAST_ENTRIES`, each from the one before. Returns how many entries there are in
    all. Raises AnswerIsNo `chain-broken` where one does not fit or is missing.
    """
    count = ledger.head(connection).number
    before = max(0, count - LAST_ENTRIES)
    mac = chain.START if before == 0 else ledger.mac(connection, before)
    if mac is None:
        raise AnswerIsNo("chain-broken", f"entry {before} is missing")
    walk = chain.Walk(seal, before, mac)
    for rows in ledger.sealed(connection, before + 1):
        wrong = walk.follow(rows)
        if wrong is not None:
            raise AnswerIsNo("chain-broken", wrong)
    return count


def _whole_ledger(connection: sa.Connection, seal: Seal) -> int:
    """Verify the whole ledger and all that is sealed with it (texts, closings, documents, sums, rows, the desk's log,
    the officers' agreements), and return the number of entries. Raises AnswerIsNo at the first fault.
    """
    sums = audit.sums_of(connection)
    count, _ = audit.check_chain(connection, seal, sums=sums)
    audit.check_texts(connection)
    closing_audit.check(connection, sums)
    audit.check_documents(connection)
    audit.check_sums(connection, sums)
    seal_audit.check(connection, seal)
    log_audit.check(connection, seal)
    yes_audit.check(connection, seal)
    return count
