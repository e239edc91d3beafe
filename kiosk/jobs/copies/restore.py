"""`kiosk restore`: makes a home from a copy. It verifies everything before it replaces anything, and keeps the old
files beside.

It restores into an empty or missing folder, into a home that was never used, or over the copy's own home. The keys are
the home's where it has them, else the copy's, opened with the identity from paper. Numbers that are *known outside* the
copy (on paper, in a mail, in what survives in the home) are never given again.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from msgspec import Struct

from kiosk import config_file, config_in_force, durable, home, root_files
from kiosk.books.recovery import ledger_recovery
from kiosk.books.recovery.ledger_recovery import Gaps, Outside
from kiosk.config import Config
from kiosk.devices.protocols import Clock
from kiosk.domain.chain import Seal, key_id
from kiosk.errors import AnswerIsNo, KioskError, MachineError, RequestError
from kiosk.home import Paths
from kiosk.jobs.copies import belonging, copy_file, placing, sealing, surviving
from kiosk.jobs.copies.belonging import VITAL
from kiosk.jobs.copies.copy_file import Manifest
from kiosk.jobs.copies.surviving import Survivors
from kiosk.members import personal_data
from kiosk.offline import door_comparison
from kiosk.setup import key_mending, migration, records, settings_ending
from kiosk.store import audit, copying, remains, schema
from kiosk.store.books import closing_audit
from kiosk.store.engine import Store
from kiosk.store.members import erasure
from kiosk.store.officers import log_audit, yes_audit
from kiosk.store.revisions import REVISION
from kiosk.store.seals import seal_audit
from kiosk.store.seals.sealing import Sealing
from kiosk.store.space.policies import Rules

_SEALED = ".age"  # the ending of a sealed copy's name

Step = Callable[[int], object]  # called with the number of entries just verified


class Lost(Struct, frozen=True):
    """What a restore may lose: all that was recorded since the copy was made, as far as it is known from outside it."""

    copy_made_at: datetime
    copy_entry: int  # the number of its last entry; 0 for none
    gaps: Gaps  # the first and the last number given since, by kind
    survivors: Survivors  # in the home, its old database included
    stopped: Mapping[bytes, int]  # badges that open in the copy and were stopped since: fingerprint to member number
    suspended: tuple[str, ...]  # desk accounts that are active in the copy and were suspended since
    doubts: tuple[str, ...]  # contradictions within the copy's own records, which were there before
    door_days: int = 0  # openings of the door that the copy lacks; the entrance enters them again


class Restored(Struct, frozen=True):
    """A restored home; `entry` in its ledger tells of the restore, and `aside` is where the old files are.

    The members in `erased` were erased again; those in `to_erase` wait until their accounts are settled again.
    """

    entry: int
    lost: Lost
    aside: tuple[Path, ...]
    settings_beside: Path | None  # the copy's settings, where they differ from this machine's
    migrated_from: str | None  # the copy's schema where it was older than this release's
    erased: tuple[int, ...] = ()
    to_erase: tuple[int, ...] = ()


@dataclass(slots=True)
class _Work:
    """What is prepared before anything is replaced: `own` is a folder of this process, `folder` one of the service's
    user.
    """

    paths: Paths
    own: Path
    folder: Path
    is_made: bool  # whether the home exists already
    manifest: Manifest  # of the copy
    here: Path  # the home's own database, or its server's records as a file
    keys: dict[str, bytes] = field(default_factory=dict)  # of the restored home, by path

    @property
    def database(self) -> Path:
        """Return the path of the copy's database."""
        return self.folder / copy_file.DATABASE

    def read(self, name: str) -> bytes:
        """Return the content of an unpacked file, read with the rights of its folder's owner."""
        with root_files.acting_in(self.folder):
            return (self.folder / name).read_bytes()

    def settings(self) -> Config:
        """Return this machine's settings if it has any, else the copy's, which may be of another machine. Raises
        RequestError `config`.
        """
        if self.is_made:
            return home.settings(self.paths)
        text = self.read(copy_file.SETTINGS)
        return config_file.parse(text, self.folder / copy_file.SETTINGS, is_older=True)


def restore(
    root: Path,
    file: Path,
    clock: Clock,
    *,
    identity: Path | None,
    told: Outside,
    confirm: Callable[[Lost], object],
    step: Step = lambda _count: None,
    erased: Collection[int] = (),
    training: bool = False,
) -> Restored:
    """Restore a home from a copy and return what was done. `confirm` is called with what may be lost before anything is
    replaced, and may raise to stop.

    `told` are numbers known outside the copy. Members `erased` since, by number or by what survives in the home, are
    erased again. `training` allows a copy of a training home to replace a real one, whose days then count no more.

    Raises RequestError `no-such-copy`, `home-exists`, `other-home`, `training-copy`, `keys-wanted`, `identity`,
    `copy-newer`, `database-newer`, `known-too-far` or `copy-of-tomorrow`, AnswerIsNo `head-differs`, MachineError
    `entrance-runs`, `copy-damaged`, `foreign-file`, `backup` or `restore`; the home is then unchanged.
    """
    paths = Paths(root)
    is_made = config_in_force.is_there(root)
    if not is_made and root.exists() and not _may_begin(root):
        raise RequestError("home-exists", f"{root} is no home, and not empty: choose another folder")
    with ExitStack() as stack:
        if is_made:
            stack.enter_context(home.locked(paths))
        try:
            own = stack.enter_context(_draft(root, is_made, file))
            folder = stack.enter_context(root_files.staging(root, "restoring", own))
            here = _present_records(paths, folder)
            work = _Work(paths, own, folder, is_made, _unpack(file, own, folder, identity), here)
            if not training:
                _refuse_training(work, file)
            _find_keys(work, file, identity)
            return _restored(work, clock.now(), told, confirm, step, erased)
        except OSError as fault:
            raise MachineError("restore", f"{root} cannot be written: {fault.strerror}") from None


def _may_begin(root: Path) -> bool:
    """Return whether a home may be made of a folder: it is empty, or has a folder `keys` alone, for a copy without
    keys.
    """
    return root.is_dir() and all(each.name == placing.KEYS and not each.is_symlink() for each in root.iterdir())


@contextmanager
def _draft(root: Path, is_made: bool, file: Path) -> Iterator[Path]:
    """Yield a folder on the home's disk that is removed afterwards. Raises RequestError `no-such-copy`, MachineError
    `restore` where there is too little room: the copy is opened, unpacked and put in place.
    """
    if not file.is_file():
        raise RequestError("no-such-copy", f"{file} is not there")
    if not is_made:
        root.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".restore-", dir=root if is_made else root.parent))
    try:
        if shutil.disk_usage(folder).free < 3 * file.stat().st_size:
            raise MachineError("restore", f"{root} has too little room: three times the copy is wanted")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _present_records(paths: Paths, folder: Path) -> Path:
    """Return the home's present records as a database file, which may be missing or unreadable. Raises MachineError
    `database` where they are on a server that does not answer: what cannot be read must not be replaced.
    """
    where = records.of(paths)
    if isinstance(where, records.FileRecords):
        return paths.database
    there = folder / "there.db"
    where.leave(there)  # writes the server's records into the file; none where there are none
    return there


def _unpack(file: Path, own: Path, folder: Path, identity: Path | None) -> Manifest:
    """Unpack a copy, opening it with an identity where its name says that it is sealed, and return its manifest. Raises
    RequestError `keys-wanted` for a sealed one without an identity, and as `sealing.open_file`, `copy_file.unpack`.
    """
    if file.suffix != _SEALED:
        return copy_file.unpack(file, folder)
    if identity is None:
        raise RequestError("keys-wanted", f"{file} is sealed: give --identity, the file typed from the paper copy")
    opened = own / "opened.tar"
    sealing.open_file(file, opened, identity)
    return copy_file.unpack(opened, folder)


def _opened_copy(work: _Work, file: Path) -> Path:
    """Return the opened copy where the given one was sealed, or else the given one."""
    opened = work.own / "opened.tar"
    return opened if opened.exists() else file


def _find_keys(work: _Work, file: Path, identity: Path | None) -> None:
    """Find the keys for the restored home: this home's where it has both vital ones (the chain's and the badges') and
    they sealed the copy, else the copy's.

    Raises RequestError `other-home` for another home's copy over a home that was used, `keys-wanted`, or what opening
    the keys raises.
    """
    own = {name: content for name in VITAL if (content := belonging.own_key(work.paths.root / name)) is not None}
    plain, is_new = _opened_copy(work, file), belonging.is_new(work.here)
    older = {f"keys/shared/{path.name}": path.read_bytes() for path in work.paths.old_chain_keys}
    chain, _ = VITAL
    # Whether a chain key of this home sealed the copy, and whether this home is another than the copy's.
    is_ours = chain in own and copy_file.is_of(plain, belonging.chain_keys(own | older))
    is_others = belonging.home_id(work.here) not in (None, work.manifest.home_id) or (chain in own and not is_ours)
    if is_others and not is_new:
        raise RequestError("other-home", f"{file} is another home's copy: restore it into a folder of its own")
    if is_ours and len(own) == len(VITAL):  # this home has both, and they made the copy
        work.keys = own | older
        return
    if not work.manifest.has_keys:
        raise RequestError("keys-wanted", f"{file} is without keys: put the home's own keys/ in place first")
    if identity is None:
        raise RequestError("keys-wanted", f"the keys are sealed in {file}: give --identity, typed from the paper copy")
    keys = sealing.open_keys(work.read(copy_file.KEYS), identity)
    if not belonging.fits(keys, plain):
        raise MachineError("copy-damaged", f"{file} is damaged: its keys are not those it was made with")
    # In a home that was used, keys beside the vital two stay as they are.
    kept = {name for name in keys if name not in VITAL and (work.paths.root / name).exists() and not is_new}
    work.keys = {name: content for name, content in keys.items() if name not in kept}


def _refuse_training(work: _Work, file: Path) -> None:
    """Refuse to turn a real home into a training home, in which days do not count. Raises RequestError
    `training-copy`.
    """
    if not (work.is_made and work.manifest.training):
        return
    try:
        is_real = not copying.facts(work.here).training
    except KioskError:  # it cannot be read, which is why a copy is restored
        return
    if is_real:
        raise RequestError("training-copy", f"{file} is of a training home, and this one is real: --training")


def _restored(
    work: _Work,
    now: datetime,
    outside_numbers: Outside,
    confirm: Callable[[Lost], object],
    step: Step,
    erased: Collection[int],
) -> Restored:
    """Verify the copy, ask for confirmation, write the restore into its ledger, erase members again, and put everything
    in place; nothing of the home changes before the last step. What survives is looked for in an existing home alone.
    """
    seal = _seal(work)
    migrated_from, doubts = _verified(work, seal, step)
    if now < work.manifest.made_at:
        raise RequestError("copy-of-tomorrow", f"the copy was made on {work.manifest.made_at}: set the clock first")
    settings, survivors = work.settings(), Survivors()
    if work.is_made:
        survivors = surviving.survivors(work.paths, work.here, settings.spool.path, seal, work.manifest.entry)
    outside, rules = survivors.outside(outside_numbers), Rules(settings.zone)
    to_erase = {*erased, *(() if survivors.left is None else survivors.left.erased)}
    store = Store(work.database, sealing=Sealing(seal))
    try:
        with store.reading() as connection:
            lost = _find_lost(connection, work, survivors, outside, rules, now, doubts)
        confirm(lost)
        with store.writing() as connection:
            _, moment = rules.at(connection, now)
            entry = ledger_recovery.resume(  # writes notices in the place of lost entries
                connection,
                seal,
                moment,
                copy_made_at=work.manifest.made_at,
                outside=outside,
                stopped=lost.stopped,
            )
            again = erasure.erase_again(connection, to_erase, moment.day)
            waiting = erasure.unsettled(connection, to_erase)
        personal_data.empty_log(store, now)  # of the members erased again
    finally:
        store.close()
    aside, beside = _put_in_place(work, now)
    return Restored(entry, lost, aside, beside, migrated_from, tuple(again), waiting)


def _seal(work: _Work) -> Seal:
    """Return the seal of the restored ledger, with the copy's newest key and its older ones."""
    *older, key = belonging.chain_keys(work.keys)
    return Seal(key, key_id(key), work.manifest.home_id, older=tuple(older))


def _verified(work: _Work, seal: Seal, step: Step) -> tuple[str | None, tuple[str, ...]]:
    """Verify the copy's database and chain, and migrate it to this release's schema.

    Return the schema that it had, if that was an older one, and the contradictions within its records.
    """
    manifest, revision = work.manifest, work.manifest.revision
    copying.check(work.database, manifest.facts, whole=True)
    copying.check_chain(work.database, seal, step=step)
    if revision > REVISION:
        raise RequestError("database-newer", f"the copy is at {revision}, newer than this release: update it")
    if revision < REVISION:
        migration.upgrade(work.database, seal)
    return (revision if revision < REVISION else None), doubts(work.database, seal)


def doubts(database: Path, seal: Seal) -> tuple[str, ...]:
    """Return where a database's records contradict each other, the chain left aside. Raises MachineError `schema` or
    `backup`.
    """
    problems = []
    with copying.reading(database) as connection:
        schema.compare(connection)
        checks: tuple[Callable[[sa.Connection], object], ...] = (
            audit.check_texts,
            closing_audit.check,
            audit.check_documents,
            audit.check_sums,
            partial(seal_audit.check, seal=seal),
            partial(log_audit.check, seal=seal),
            partial(yes_audit.check, seal=seal),
        )
        for check in checks:
            try:
                check(connection)
            except AnswerIsNo as error:
                problems.append(str(error))
    return tuple(problems)


def _find_lost(
    connection: sa.Connection,
    work: _Work,
    survivors: Survivors,
    outside: Outside,
    rules: Rules,
    now: datetime,
    contradictions: tuple[str, ...],
) -> Lost:
    """Return what was recorded after the copy was made and is not in it."""
    suspended = () if survivors.left is None else tuple(remains.active_users(connection, survivors.left.suspended))
    return Lost(
        copy_made_at=work.manifest.made_at,
        copy_entry=work.manifest.entry,
        gaps=ledger_recovery.gaps(connection, outside),
        survivors=survivors,
        stopped=surviving.stopped(connection, survivors, rules, now),
        suspended=suspended,
        doubts=contradictions,
        door_days=sum(1 for _ in door_comparison.lacking(connection, survivors.door_days, survivors.waiting)),
    )


def _put_in_place(work: _Work, now: datetime) -> tuple[tuple[Path, ...], Path | None]:
    """Put database and keys in their places. Return where the old files are, the database first, and where the copy's
    settings are if they differ from this machine's; nothing and None for a new home, which takes the copy's settings.
    """
    paths = work.paths
    if not work.is_made:
        _place_new(work)
        return (), None
    placing.folders(paths.root)
    is_on_server = bool(records.url(paths))
    # First, since it may fail. It returns the name of the server's schema that has the former records.
    there = records.put(paths, work.database, now) if is_on_server else ""
    moved = placing.keys(paths, work.keys, now)
    placing.missing_keys(paths)
    key_mending.renew_door_seals(paths.root)  # the doors' keys are derived from the chain's
    aside = (Path(there) if there else None) if is_on_server else placing.database(paths, work.database, now)
    if aside is not None:
        moved = [aside, *moved]
    settings = work.read(copy_file.SETTINGS)
    beside = None
    if settings != config_in_force.written(paths.root):
        beside = paths.config.with_name(f"{paths.config.name}.of-copy")
        placing.write(beside, settings, 0o640)
    return tuple(moved), beside


def _place_new(work: _Work) -> None:
    """Build the home in a draft folder, then move it into place in one step."""
    draft = work.own / "home"
    draft.mkdir(mode=0o700)
    new_paths, root = Paths(draft), work.paths.root
    has_keys = (root / placing.KEYS).is_dir()
    if has_keys:
        placing.given_keys(root, draft)
    placing.folders(draft)
    placing.keys(new_paths, work.keys, work.manifest.made_at)
    placing.missing_keys(new_paths)
    settings = settings_ending.ended(work.read(copy_file.SETTINGS), work.folder / copy_file.SETTINGS)
    settings = records.naming(settings.decode(), "").encode()  # never over a server that others use
    placing.write(new_paths.config, settings, 0o600)
    config_in_force.accept(draft)
    placing.database(new_paths, work.database, work.manifest.made_at)
    durable.sync_folder(draft)
    # A folder with the given keys, which the draft has by now, makes way, and is removed once the home is in place.
    before = root.with_name(f".{root.name}-keys-{work.manifest.made_at:%Y%m%dT%H%M%SZ}")
    if has_keys:
        root.rename(before)
    os.rename(draft, root)  # noqa: PTH104  # onto an empty folder, too
    durable.sync_folder(root.parent)
    if has_keys:
        shutil.rmtree(before)
