"""Brings the database to this release's schema: after a verified backup, in one transaction, or not at all."""

from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

from kiosk import home, keys
from kiosk.devices.protocols import Clock
from kiosk.domain import sealed_rows
from kiosk.domain.chain import Seal, key_id
from kiosk.errors import MachineError, RequestError
from kiosk.home import Paths
from kiosk.setup import key_mending, records, settings_ending, spool_noting
from kiosk.setup.records import Records
from kiosk.store import home_row, ledger, schema
from kiosk.store.engine import Store
from kiosk.store.officers import desk_log
from kiosk.store.revisions import REVISION, revision
from kiosk.store.seals import door_limits, sealed_before
from kiosk.store.seals.sealing import Sealing

_SEALS = "0018"  # the migration since which priced and granting rows are sealed
_SIGNED_YES = "0043"  # the migration since which each officer's passkey signs agreements
_KEYED_LOG = "0035"  # the migration since which each line of the officers' log has a MAC
_MOST_NAMED = 20  # entries in one sentence
# by the migration that inserts them: table and id
_PUT_IN: Mapping[str, frozenset[tuple[str, str]]] = {"0020": frozenset({("site", "1"), ("door", "1")})}
"""Rows that a later migration inserts, and which are sealed then."""
_SEALED_SINCE: Mapping[str, tuple[str, ...]] = {
    "0024": ("home", "reduced_grant"),
    "0030": (
        *("asked_act", "booking", "desk_first_factor", "desk_hand", "desk_passkey", "desk_user", "head_recipient"),
        *("quote", "second_look", "signup"),
    ),
    "0043": ("api_token",),
    "0044": ("desk_user",),
    "0045": (
        *("bank_line", "bank_match", "bank_statement", "closed_day", "desk_role", "desk_user"),
        *("file_merge", "home"),
        *("due_act", "included_day", "member", "online_payment", "shift", "spot_day"),
        *("spot_holder", "telephone", "voucher_code"),
    ),
}
"""Tables of which a later release seals more: each row is sealed once as it is found then, with any earlier
alteration.
"""


def migrate(root: Path, clock: Clock) -> str:
    """Migrate a home's database and return what was done, in words.

    Raises RequestError `database-newer`, MachineError `entrance-runs`, `backup`, `schema` or `database`; the database
    is then unchanged.
    """
    paths = home.find(root)
    with home.locked(paths):
        settings_ending.settle(paths)
        return _migrate(paths, clock)


def _migrate(paths: Paths, clock: Clock) -> str:
    """Bring the database to this release's schema after a copy of it, and return what was done, in a sentence."""
    present = records.of(paths)
    at_revision = _revision(paths)
    if at_revision is not None and at_revision > REVISION:
        raise RequestError("database-newer", f"the database is at {at_revision}, newer than this release: update it")
    key_mending.missing(paths.root)  # in homes older than these keys
    (paths.root / "run").mkdir(mode=0o700, exist_ok=True)  # in homes older than the desk
    if at_revision is not None:
        _note_waiting_taps(paths, present)
    if at_revision == REVISION:
        _put_guards_in(present)
        return f"the database is at {at_revision} already"
    copy = paths.backups / f"before-{REVISION}-{clock.now():%Y%m%dT%H%M%S}.db"
    try:
        present.keep(copy)
    except OSError as fault:
        raise MachineError("backup", f"{copy} could not be made: {fault.strerror}") from None
    entry = _upgrade(present, _seal(paths, present))
    done = f"the database went from {at_revision} to {REVISION}; the copy from before is {copy}"
    return done if entry is None else f"{done}; entry {entry} seals what no entry sealed until now, as it was found"


def _note_waiting_taps(paths: Paths, present: Records) -> None:
    """Store which taps the former release left waiting, while its files are still as it left them."""
    with present.reading() as connection:
        known = home_row.find(connection)
    if known is not None:
        spool_noting.note(paths, home.settings(paths), known[0])  # [0]: the home's id


def _revision(paths: Paths) -> str | None:
    """Return the revision that the database is at, None for an empty one."""
    where = records.of(paths)
    if not isinstance(where, records.FileRecords):
        with where.reading() as connection:
            return revision(connection)
    store = Store(paths.database)
    try:
        with store.reading() as connection:
            return revision(connection)
    finally:
        store.close()


def migrate_back(root: Path, revision: str) -> str:
    """Take a home's database back to an older release's schema, without guards, which that release adds itself, and
    return what was done, in words.

    It is for an update that is taken back, and keeps what was entered since; rows of which the older release seals
    fewer columns are sealed as that release does. Raises MachineError `entrance-runs`, `schema` or `database`; the
    database is then unchanged.
    """
    paths = home.find(root)
    here, columns = records.of(paths), sealed_before.columns(revision)
    sealing = Sealing(_seal(paths, here)) if columns else None  # else the way back needs no key
    with home.locked(paths), here.changing() as connection:
        if sealing is not None:
            sealing.seal_as_before(connection, columns)
        of_doors = door_limits.sealed_of(connection, sealed_before.by_doors(revision))
        schema.back(connection, revision)
        schema.check_references(connection)
    done = f"the database went back to {revision}; kiosk migrate of the older release puts its guards in"
    if not of_doors:
        return done
    named = ", ".join(map(str, of_doors[:_MOST_NAMED]))
    others = f" and {len(of_doors) - _MOST_NAMED} more" if len(of_doors) > _MOST_NAMED else ""
    return f"{done}; its kiosk verify names entries that doors sealed since, until the next update: {named}{others}"


def _put_guards_in(present: Records) -> None:
    """Add this release's guards to a database that has none at all, because a newer release took it back. A database
    with some is left as it is: a single missing guard was removed on purpose, and `verify` names it.
    """
    with present.reading() as connection:
        if schema.is_guarded(connection):
            return
    with present.changing() as connection:
        schema.upgrade(connection)
        schema.compare(connection)


def upgrade(database: Path, seal: Seal) -> None:
    """Run the migrations on a file in one transaction. After a release that did not seal priced and granting rows, an
    entry seals all of them; after a later one, those that the migrations inserted.

    Raises MachineError `schema` where the result is not this release's.
    """
    _upgrade(records.FileRecords(database), seal)


def _upgrade(present: Records, seal: Seal) -> int | None:
    """Run the migrations like `upgrade`, on any records, and return the entry that seals what was not sealed before;
    None for none.
    """
    with present.changing() as connection:
        before = revision(connection)
        schema.upgrade(connection)
        schema.compare(connection)
        schema.check_references(connection)
        if before is None or not ledger.head(connection).number:
            return None  # a new database: the rows of an empty ledger are sealed by its first closing
        sealing = Sealing(seal)
        if before < _SEALS:
            sealing.seal_state(connection)
            return _seal_log(connection, sealing, seal)
        sealing.noted.update(*(rows for revision_of_rows, rows in _PUT_IN.items() if before < revision_of_rows))
        for tables in (of for since, of in _SEALED_SINCE.items() if before < since):
            sealing.note_all(connection, tables)
        entry = sealing.seal_noted(connection)
        if before < _SIGNED_YES:
            # From this entry on, an officer's agreement needs the signature of their passkey. It seals no row.
            sealing.seal_word(connection, {"about": "yes", sealed_rows.YES_FROM: 1})
        return (_seal_log(connection, sealing, seal) if before < _KEYED_LOG else None) or entry


def _seal_log(connection: sa.Connection, sealing: Sealing, seal: Seal) -> int | None:
    """Write an entry that seals the officers' log as it is found; from its last line on, each line has a MAC. Return
    the entry's number; None if none was needed.
    """
    return sealing.seal_word(connection, {"about": "log", **desk_log.key_from_here(connection, seal)})


def _seal(paths: Paths, present: Records) -> Seal:
    """Return the seal of a home's entries, read before its database can be opened as this release's."""
    with present.reading() as connection:
        home_facts = home_row.find(connection)
    if home_facts is None:
        raise MachineError("database", f"the database {paths.database} is no home's: put this home's back")
    key = keys.read_key(paths.chain_key)
    older = tuple(keys.read_key(path) for path in paths.old_chain_keys)
    return Seal(key, key_id(key), home_facts[0], older=older)  # [0]: the home's id
