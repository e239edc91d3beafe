"""A home: the folder with configuration, keys and database. Where things lie in it, and how it is opened."""

import fcntl
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa
from msgspec import Struct

from kiosk import config_in_force, keys, waking
from kiosk.config import Config
from kiosk.config_in_force import InForce
from kiosk.domain.chain import Seal
from kiosk.domain.checkin.badges import OldKey
from kiosk.errors import MachineError, RequestError
from kiosk.language import catalogues
from kiosk.store import home_row
from kiosk.store.engine import Store
from kiosk.store.marks.mark_file import MarkFile
from kiosk.store.marks.marks import OFFICE, ChainMark
from kiosk.store.revisions import check_revision
from kiosk.store.seals.sealing import Sealing

log = logging.getLogger(__name__)


@cache
def _mark(root: Path) -> str:
    return sha256(bytes(root.resolve())).hexdigest()[:12]


class Paths(Struct, frozen=True):
    """Where things lie in a home."""

    root: Path
    door: int | None = (
        None  # one more door of this machine; None: the first, whose things lie in the folders themselves
    )

    @property
    def mark(self) -> str:
        """Tells this home from another on the same machine, also where no database can be read."""
        return _mark(self.root)

    @property
    def config(self) -> Path:
        """The machine's configuration, as a person wrote it. `home.settings` tells what is in force."""
        return self.root / "kiosk.toml"

    @property
    def database(self) -> Path:
        """The ledger's database."""
        return self.root / "db" / "ledger.db"

    @property
    def chain_key(self) -> Path:
        """What seals the office's entries, and what doors' keys are made from. The desk's, once doors have theirs."""
        return self.root / "keys" / "shared" / "chain"

    @property
    def old_chain_keys(self) -> list[Path]:
        """What sealed the entries of before, the oldest first: `chain.1` and so on, beside the key in use."""
        found = self.chain_key.parent.glob(f"{self.chain_key.name}.*")
        return sorted((path for path in found if path.suffix[1:].isdigit()), key=lambda path: int(path.suffix[1:]))

    @property
    def badge_key(self) -> Path:
        """What badges are hashed with."""
        return self.root / "keys" / "shared" / "badge"

    @property
    def old_badge_keys(self) -> list[tuple[Path, date]]:
        """What badges were hashed with before, and the last day on which they are known by it: `badge.1.2027-01-31`
        and so on.
        """
        found = []
        for path in sorted(self.badge_key.parent.glob(f"{self.badge_key.name}.*.*")):
            with suppress(ValueError):  # another file
                found.append((path, date.fromisoformat(path.name.split(".", 2)[2])))
        return found

    @property
    def lock_password(self) -> Path:
        """What a lock in the network wants to be told, if it wants that. The entrance's alone."""
        return self.root / "keys" / "entrance" / "lock"

    @property
    def lock_authority(self) -> Path:
        """The issuer of the certificate of a lock's broker, where that is not a public one."""
        return self.root / "keys" / "entrance" / "lock.ca"

    @property
    def spool_key(self) -> Path:
        """What seals spool and door's journal. The entrance's alone."""
        return self.root / "keys" / "entrance" / "spool"

    @property
    def door_seal(self) -> Path:
        """What this door's entries are sealed with: made from the chain's key, which is the desk's. The entrance's."""
        return self.root / "keys" / "entrance" / ("seal" if self.door is None else f"seal-{self.door}")

    @property
    def proof_keys(self) -> Path:
        """The site's keys that badges prove themselves by, each with its version, where there are such badges. The
        entrance's alone, the same at all doors.
        """
        return self.root / "keys" / "entrance" / "proof"

    @property
    def lent_key(self) -> Path:
        """The maker's key of badges, while it is lent to the entrance: in the runtime folder, never among the keys."""
        return self.runtime / "maker-key"

    @property
    def codes_key(self) -> Path:
        """What goes into the hashes of members' codes. The entrance's alone."""
        return self.root / "keys" / "entrance" / "codes"

    @property
    def desk_key(self) -> Path:
        """What signs the desk's sessions and links. The desk's alone."""
        return self.root / "keys" / "desk" / "web"

    def server_key(self, program: str) -> Path:
        """Where a program reaches the server of the records with an account of its own, if it has one. Its alone."""
        return self.root / "keys" / program / "database"

    @property
    def mail_password(self) -> Path:
        """What the mail server wants, if there is one: read by what calls outwards alone."""
        return self.root / "keys" / "outside" / "mail"

    @property
    def notify(self) -> Path:
        """Where notifications go, one address a line, if anywhere. No door reads it: an address lets one write."""
        return self.root / "keys" / "outside" / "notify"

    @property
    def heartbeat(self) -> Path:
        """Where it is told that the door is alive, if anywhere. No door reads it: the address is a secret."""
        return self.root / "keys" / "outside" / "heartbeat"

    @property
    def online_secret(self) -> Path:
        """The secret of our key at HelloAsso, if there is one: read by what calls outwards alone."""
        return self.root / "keys" / "outside" / "helloasso"

    @property
    def online_token(self) -> Path:
        """The token that HelloAsso gave last, for half an hour."""
        return self.root / "keys" / "outside" / "helloasso-token"

    @property
    def office_mark(self) -> Path:
        """The highest entry that the desk saw, and all else that writes as the office. The desk's alone."""
        return self.root / "keys" / "desk" / "mark"

    @property
    def asked(self) -> Path:
        """What the desk's pages asked a server, for the desk's next start; in no copy. The desk's alone."""
        return self.root / "keys" / "desk" / ".asked"

    @property
    def archive_key(self) -> Path:
        """What signs archives, from the first one on. The desk's alone."""
        return self.root / "keys" / "desk" / "archive"

    @property
    def roster(self) -> Path:
        """The roster: the people who may come in while the database cannot be read."""
        return self.own("roster") / "roster.json"

    @property
    def door_journal_heads(self) -> Path:
        """How far the door's journal goes: beside the roster, since it is to outlive the spool's disk."""
        return self.own("roster") / "door-journal.json"

    @property
    def spool_record(self) -> Path:
        """Which folder the spool's is, and what lies in it: not in the folder that it guards."""
        return self.own("roster") / "spool.json"

    @property
    def stopped(self) -> tuple[Path, Path]:
        """Which badges no roster lets in, in two folders: what happens to one leaves the other."""
        return self.own("roster") / "stopped", self.own("spool") / "stopped"

    @property
    def last_rules(self) -> Path:
        """The rules that last worked, for when those of the database do not."""
        return self.own("roster") / "rules.json"

    @property
    def ways(self) -> Path:
        """How often each way of « Le lieu » was touched at the screen."""
        return self.own("roster") / "ways.json"

    @property
    def unfinished(self) -> Path:
        """What reader and door are in the middle of."""
        return self.own("roster") / "unfinished"

    @property
    def status(self) -> Path:
        """What the entrance says of itself, in the runtime folder."""
        return self.runtime / ("status.json" if self.door is None else f"status-{self.door}.json")

    def own(self, folder: str) -> Path:
        """The part of a folder that is this door's own."""
        return self.root / folder if self.door is None else self.root / folder / f"door-{self.door}"

    def at(self, door: int | None) -> "Paths":
        """The same home, at one more door of this machine."""
        return Paths(self.root, door)

    @property
    def door_key(self) -> Path:
        """A door's own key, where it was added by a code: it says that this machine is that door."""
        return self.root / "keys" / "entrance" / "door"

    @property
    def runtime(self) -> Path:
        """What is only about now: the service's own folder where there is one, else one of the home."""
        given = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
        return Path(given) if given else self.root / "run"

    @property
    def pages_socket(self) -> Path:
        """Where members' pages ask the desk, unless systemd holds that socket."""
        return self.runtime / "pages.sock"

    @property
    def backups(self) -> Path:
        """Copies of the database."""
        return self.root / "backups"


class Identity(Struct, frozen=True):
    """Which home this is."""

    home_id: str
    training: bool


class Home(Struct, frozen=True):
    """An opened home."""

    paths: Paths
    config: Config
    store: Store
    seal: Seal
    badge_key: bytes
    training: bool
    old_badge_keys: tuple[OldKey, ...] = ()
    settings: InForce = InForce(Config())


def find(root: Path) -> Paths:
    """Return the home at `root`. Raises RequestError `no-home` where there is none, and `config` where there is one
    that has lost its settings: making another would not bring it back.
    """
    paths = Paths(root)
    if not config_in_force.is_there(root):
        if any((root / part).is_dir() for part in ("db", "keys")):
            raise RequestError("config", f"{paths.config} is missing: {config_in_force.REMEDY}")
        raise RequestError("no-home", f"{root} is no home of a kiosk: kiosk --home {root} init")
    return paths


def settings(paths: Paths) -> Config:
    """Return a home's settings as they are in force. Raises RequestError `config`."""
    return config_in_force.find(paths.root).config


@contextmanager
def opened(
    root: Path,
    *,
    any_revision: bool = False,
    is_patient: bool = False,
    otherwise: Callable[[Paths], Identity | None] = lambda paths: None,
    program: str = "",
    door: int | None = None,
) -> Iterator[Home]:
    """Open a home's configuration, keys and database; what is said falls back to its language from now on. `otherwise`
    may know the home when its database cannot be read; `door` is one more of this machine. Who `is_patient` waits for
    other writers longer than a tap does. A `program` (`entrance`, `desk`, `outside`) has its own account on a server,
    where one was made for it; the `entrance` opens without the chain's key too, and then writes nothing; `outside` asks
    for no key, and seals nothing.

    Raises RequestError `no-home`, `config`, `database-newer` or `database-older`, MachineError `key` or `database`.
    """
    paths = find(root)
    in_force = config_in_force.find(root)
    if door is not None and door != in_force.config.door.number:
        in_force, paths = in_force.at(door), paths.at(door)
    _tell(in_force)
    settings = in_force.config
    catalogues.settle(settings.language)
    is_door, is_outside = program == "entrance", program == "outside"
    badge_key = b"" if is_outside else keys.read_key(paths.badge_key)
    chain_keys = keys.none() if is_outside else _chain_keys(paths, is_door=is_door)
    known = otherwise(paths)
    was_read = False

    def verify(connection: sa.Connection) -> None:
        nonlocal known, was_read
        try:
            found = _identity(connection, paths, any_revision)
        except RequestError as wrong:
            if was_read or known is not None:  # exchanged, put back, or migrated by another: a fault that passes
                raise MachineError("database", str(wrong)) from wrong
            raise
        except (TypeError, ValueError) as wrong:  # a value that is none
            raise MachineError(
                "database", f"the database {paths.database} does not say whose it is ({wrong})"
            ) from wrong
        if known is not None and found != known:
            raise MachineError("database", f"the database {paths.database} is another home's: put this home's back")
        known, was_read = found, True

    store = _store(paths, in_force, verify, is_patient, program)
    try:
        try:
            with store.reading():
                pass
        except MachineError:
            if known is None:
                raise
        if known is None:
            raise AssertionError("a store that was read knows its home")
        seal = keys.seal(chain_keys, known.home_id, settings.zone)
        store.refusal = chain_keys if isinstance(chain_keys, MachineError) and not is_outside else None
        old_badge_keys = () if is_outside else keys.of_badges(paths.old_badge_keys, may_lack=is_door)
        store.sealing = Sealing(seal)
        store.mark = _mark_of(paths, in_force, seal, program if not any_revision else "outside")
        store.wake = waking.call if waking.is_elsewhere() else None
        yield Home(paths, settings, store, seal, badge_key, known.training, old_badge_keys, in_force)
    finally:
        store.close()


def _chain_keys(paths: Paths, *, is_door: bool) -> tuple[bytes, ...] | keys.DoorKey | MachineError:
    """Return what a program seals with: a door's own key, else the chain's; or why that cannot be read."""
    own_key = keys.of_door(paths.door_seal) if is_door else None
    return own_key or keys.of_chain(paths.old_chain_keys, paths.chain_key, may_lack=is_door)


def _tell(in_force: InForce) -> None:
    """Tell what is not in force as kiosk.toml has it: in a program's log, and at a terminal."""
    if in_force.fault:
        log.error("the settings that were last accepted are in force: %s", in_force.fault)
    if in_force.waiting:
        log.warning("changed in kiosk.toml, not in force: %s: kiosk config accept", ", ".join(in_force.waiting))


def _mark_of(paths: Paths, in_force: InForce, seal: Seal, program: str) -> ChainMark | None:
    """Return the mark that a program compares the records with: a door's is in its roster, read with that. None for
    what appends nothing.
    """
    if program == "outside":
        return None
    if program == "entrance":
        return ChainMark(in_force.config.door.number, seal, claims_later=True)
    file = MarkFile(paths.office_mark, seal)
    return ChainMark(OFFICE, seal, file.write, file.read)


def own_server(paths: Paths, program: str) -> str:
    """The address by which a program reaches the server with its own account; nothing where it has none. Raises
    MachineError `key`.
    """
    path = paths.server_key(program)
    return keys.read_word(path) if program and path.exists() else ""


def _store(
    paths: Paths, in_force: InForce, verify: Callable[[sa.Connection], None], is_patient: bool, program: str
) -> Store:
    """The records of a home: a file's, or a server's. What speaks to a server is imported for one only."""
    settings, at_a_door = in_force.config, program == "entrance"
    if in_force.other_database:
        from kiosk.store.withheld_store import WithheldStore  # a home in a strange state alone

        return WithheldStore(paths.database, config_in_force.OTHER_DATABASE)
    if not settings.database.url:
        return Store(paths.database, verify, is_patient=is_patient, at_a_door=at_a_door)
    from kiosk.store.postgresql.server_store import ServerStore

    url = own_server(paths, program) or settings.database.url
    return ServerStore(url, paths.database, verify, is_patient=is_patient, at_a_door=at_a_door)


def _identity(connection: sa.Connection, paths: Paths, any_revision: bool) -> Identity:
    if not any_revision:
        check_revision(connection)
    found = home_row.find(connection)
    if found is None:
        raise MachineError("database", f"the database {paths.database} is no home's: put this home's back")
    return Identity(*found)


def keys_of_lock(paths: Paths) -> tuple[str, Path | None]:
    """Return the secret that a lock expects, empty where there is none, and its broker's certificate issuer.

    Raises MachineError `key`.
    """
    word = keys.read_word(paths.lock_password) if paths.lock_password.exists() else ""
    return word, paths.lock_authority if paths.lock_authority.exists() else None


@contextmanager
def locked(paths: Paths, *, wholly: bool = True) -> Iterator[None]:
    """Hold the home while no entrance runs, or as the one of its door where not `wholly`; it ends with the process
    however that dies. Raises MachineError `entrance-runs`.

    The lock is on the folder itself, so that a read-only disk still allows a start.
    """
    others = _further_doors(paths) if wholly and paths.door is None else []
    with ExitStack() as held:
        for where in (paths.root if paths.door is None else _made(paths.own("roster")), *others):
            descriptor = os.open(where, os.O_RDONLY | os.O_DIRECTORY)
            held.callback(os.close, descriptor)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                text = f"an entrance runs on {where} already: stop it first"
                raise MachineError("entrance-runs", text) from None
        yield


def _further_doors(paths: Paths) -> list[Path]:
    """The folders of a machine's other doors; what the first door keeps there itself are files. The entrance may write
    there, so that no link of its making is followed.
    """
    found = sorted(paths.own("roster").glob("door-*"))
    return [each for each in found if each.is_dir() and not each.is_symlink()]


def _made(folder: Path) -> Path:
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder
