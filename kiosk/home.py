"""A home is the folder with one kiosk's configuration, keys and database: where things lie in it, and how it is
opened.

Beside its database a door has a *spool*, which keeps taps while they cannot be entered, a *journal* of what it did, and
a *roster*, the members that it lets in meanwhile. A program's *mark* (`ChainMark`; not `Paths.mark`) is the last entry
that it saw: records that lack it went back to an older state. The *chain's key* seals the ledger's entries, each
together with the one before. The *office* are the desk and all other programs that seal with that key.
"""

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
    """Return the first 12 hexadecimal digits of the SHA-256 of the folder at which a home lies, links resolved."""
    return sha256(bytes(root.resolve())).hexdigest()[:12]


class Paths(Struct, frozen=True):
    """The paths of everything in a home, as one door of the machine sees them; nothing is opened, or need be there."""

    root: Path
    door: int | None = None  # another door of this machine; None is the first, with its files in the folders themselves

    @property
    def mark(self) -> str:
        """Return a text made from the home's folder: it tells this home from others on the same machine, even where no
        database can be read.
        """
        return _mark(self.root)

    @property
    def config(self) -> Path:
        """Return the path of kiosk.toml, as a person wrote it; `home.settings` returns the settings in force."""
        return self.root / "kiosk.toml"

    @property
    def database(self) -> Path:
        """Return the path of the ledger's database."""
        return self.root / "db" / "ledger.db"

    @property
    def chain_key(self) -> Path:
        """Return the path of the key that seals the office's entries and from which doors' keys are derived. An
        entrance reads it only where its door has no key of its own.
        """
        return self.root / "keys" / "shared" / "chain"

    @property
    def old_chain_keys(self) -> list[Path]:
        """Return the paths of earlier chain keys, oldest first: `chain.1` and so on, beside the current key."""
        files = self.chain_key.parent.glob(f"{self.chain_key.name}.*")
        return sorted((path for path in files if path.suffix[1:].isdigit()), key=lambda path: int(path.suffix[1:]))

    @property
    def badge_key(self) -> Path:
        """Return the path of the key that badges are hashed with."""
        return self.root / "keys" / "shared" / "badge"

    @property
    def old_badge_keys(self) -> list[tuple[Path, date]]:
        """Return the paths of earlier badge keys, each with the last day on which it recognises badges:
        `badge.1.2027-01-31` and so on, sorted as text.
        """
        dated_keys = []
        for path in sorted(self.badge_key.parent.glob(f"{self.badge_key.name}.*.*")):
            with suppress(ValueError):  # a file whose name does not end in a day is no badge key
                dated_keys.append((path, date.fromisoformat(path.name.split(".", 2)[2])))
        return dated_keys

    @property
    def lock_password(self) -> Path:
        """Return the path of the password of a lock on the network. Only the entrance reads it."""
        return self.root / "keys" / "entrance" / "lock"

    @property
    def lock_authority(self) -> Path:
        """Return the path of the certificate of the authority that vouches for a lock's broker, where that authority is
        not a public one.
        """
        return self.root / "keys" / "entrance" / "lock.ca"

    @property
    def spool_key(self) -> Path:
        """Return the path of the key that seals the lines of spool and door's journal. Only the entrance reads it."""
        return self.root / "keys" / "entrance" / "spool"

    @property
    def door_seal(self) -> Path:
        """Return the path of the key that seals this door's entries, derived from the chain's key. Only the entrance
        reads it.
        """
        return self.root / "keys" / "entrance" / ("seal" if self.door is None else f"seal-{self.door}")

    @property
    def proof_keys(self) -> Path:
        """Return the path of the site's keys by which badges prove themselves, each with its version. Only the entrance
        reads them; they are the same at all doors.
        """
        return self.root / "keys" / "entrance" / "proof"

    @property
    def lent_key(self) -> Path:
        """Return the path of the badge maker's key while it is lent to the entrance: in the runtime folder, which
        need not outlive a restart, never among the keys.
        """
        return self.runtime / "maker-key"

    @property
    def codes_key(self) -> Path:
        """Return the path of the key that goes into the hashes of members' codes. Only the entrance reads it."""
        return self.root / "keys" / "entrance" / "codes"

    @property
    def desk_key(self) -> Path:
        """Return the path of the key that signs the desk's sessions and links. Only the desk reads it."""
        return self.root / "keys" / "desk" / "web"

    def server_key(self, program: str) -> Path:
        """Return the path of a program's own account at the records' server. Only that program reads it."""
        return self.root / "keys" / program / "database"

    @property
    def mail_password(self) -> Path:
        """Return the path of the mail server's password. Only the program that calls outwards reads it."""
        return self.root / "keys" / "outside" / "mail"

    @property
    def notify(self) -> Path:
        """Return the path of the notification addresses, one a line. No door reads them, since anyone with an address
        can write there.
        """
        return self.root / "keys" / "outside" / "notify"

    @property
    def heartbeat(self) -> Path:
        """Return the path of the address to which the door's sign of life goes. It is a secret that no door reads."""
        return self.root / "keys" / "outside" / "heartbeat"

    @property
    def online_secret(self) -> Path:
        """Return the path of the secret of our key at HelloAsso. Only the program that calls outwards reads it."""
        return self.root / "keys" / "outside" / "helloasso"

    @property
    def online_token(self) -> Path:
        """Return the path of HelloAsso's latest token, which is good for half an hour."""
        return self.root / "keys" / "outside" / "helloasso-token"

    @property
    def office_mark(self) -> Path:
        """Return the path of the mark of the highest entry that the desk and other office programs saw. Only the desk
        reads it.
        """
        return self.root / "keys" / "desk" / "mark"

    @property
    def asked(self) -> Path:
        """Return the path of the queries that the desk's pages send to a database server, saved so that the desk's next
        start sends them ahead, and left out of copies.
        """
        return self.root / "keys" / "desk" / ".asked"

    @property
    def archive_key(self) -> Path:
        """Return the path of the key that signs archives, made with the first one. Only the desk reads it."""
        return self.root / "keys" / "desk" / "archive"

    @property
    def roster(self) -> Path:
        """Return the path of the roster: the members that may come in while the database cannot be read."""
        return self.own("roster") / "roster.json"

    @property
    def door_journal_heads(self) -> Path:
        """Return the path of the heads of the door's journal (how many lines each day has, and the last one's seal),
        beside the roster, so that they outlive the spool's disk.
        """
        return self.own("roster") / "door-journal.json"

    @property
    def spool_record(self) -> Path:
        """Return the path of the record of the spool's folder and files, which is not in the folder that it guards."""
        return self.own("roster") / "spool.json"

    @property
    def stopped(self) -> tuple[Path, Path]:
        """Return the two paths of the list of badges that no roster lets in: beside the roster, and in the home's own
        folder `spool`, so that one survives.
        """
        return self.own("roster") / "stopped", self.own("spool") / "stopped"

    @property
    def last_rules(self) -> Path:
        """Return the path of the last rules that worked, which apply while those of the database cannot be read."""
        return self.own("roster") / "rules.json"

    @property
    def ways(self) -> Path:
        """Return the path of the counts of how often each entry (a *way*) of the screen's page « Le lieu » was touched,
        by which they are ordered.
        """
        return self.own("roster") / "ways.json"

    @property
    def unfinished(self) -> Path:
        """Return the path of the file with what reader and door are in the middle of, so that the next start knows of
        an act that a power failure cut short.
        """
        return self.own("roster") / "unfinished"

    @property
    def status(self) -> Path:
        """Return the path of the entrance's report about itself, in the runtime folder."""
        return self.runtime / ("status.json" if self.door is None else f"status-{self.door}.json")

    def own(self, folder: str) -> Path:
        """Return this door's own part of a folder of the home: of the first door the folder itself, of another its
        subfolder `door-N`. An absolute `folder` stays outside the home.
        """
        return self.root / folder if self.door is None else self.root / folder / f"door-{self.door}"

    def at(self, door: int | None) -> "Paths":
        """Return the paths of the same home at another door of this machine; None: at the first."""
        return Paths(self.root, door)

    @property
    def door_key(self) -> Path:
        """Return the path of the key of a door that was added by a code; the key proves that this machine is that
        door.
        """
        return self.root / "keys" / "entrance" / "door"

    @property
    def runtime(self) -> Path:
        """Return the folder for files that need not outlive a restart: the first that systemd gives the service, else
        the home's `run`.
        """
        given = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
        return Path(given) if given else self.root / "run"

    @property
    def pages_socket(self) -> Path:
        """Return the path of the socket at which members' pages ask the desk, where systemd does not open it for us."""
        return self.runtime / "pages.sock"

    @property
    def backups(self) -> Path:
        """Return the folder of the database's copies."""
        return self.root / "backups"


class Identity(Struct, frozen=True):
    """The id of a home, which its database names and its entries are sealed with, and whether it is for training."""

    home_id: str
    training: bool


class Home(Struct, frozen=True):
    """A home that is open: its settings in force (`config`), its database (`store`), what seals entries (`seal`), the
    key that badges are hashed with (empty for the program `outside`) and earlier ones, and whether it is a training
    home. `settings` also tells which changes in kiosk.toml wait to be accepted.
    """

    paths: Paths
    config: Config
    store: Store
    seal: Seal
    badge_key: bytes
    training: bool
    old_badge_keys: tuple[OldKey, ...] = ()
    settings: InForce = InForce(Config())


def find(root: Path) -> Paths:
    """Return the paths of the home at `root`, at its first door. Raises RequestError `no-home` where there is none, and
    `config` where settings are missing beside a folder `db` or `keys`: making a new home would not bring that one back.
    """
    paths = Paths(root)
    if not config_in_force.is_there(root):
        if any((root / part).is_dir() for part in ("db", "keys")):
            raise RequestError("config", f"{paths.config} is missing: {config_in_force.REMEDY}")
        raise RequestError("no-home", f"{root} is no home of a kiosk: kiosk --home {root} init")
    return paths


def settings(paths: Paths) -> Config:
    """Return a home's settings in force. Raises RequestError `config`."""
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
    """Open a home's configuration, keys and database, and set this process to its language. Where `otherwise` knows the
    home without its database (a door does from its roster), an unreadable database is no error, and each one that is
    opened must be that home's. `door` is another door of this machine; `is_patient` waits for other writers longer than
    a tap does; `any_revision` also opens another release's database, without the mark.

    A `program` (`entrance`, `desk`, `outside`; "" for any other) uses its own account on a server if it has one. The
    `entrance` also opens without a key to seal with, and then writes nothing; `outside` reads no key and seals nothing.

    Raises RequestError `no-home`, `config`, `database-newer` or `database-older`, MachineError `key` or `database`.
    """
    paths = find(root)
    in_force = config_in_force.find(root)
    if door is not None and door != in_force.config.door.number:
        in_force, paths = in_force.at(door), paths.at(door)
    _log_differences(in_force)
    settings = in_force.config
    catalogues.settle(settings.language)
    is_door, is_outside = program == "entrance", program == "outside"
    badge_key = b"" if is_outside else keys.read_key(paths.badge_key)
    chain_keys = keys.none() if is_outside else _chain_keys(paths, is_door=is_door)
    known = otherwise(paths)  # the home that each database must be; None: the first one that is read says it
    was_read = False  # whether a database has been read since this home was opened

    def verify(connection: sa.Connection) -> None:
        """Refuse a database that is another home's or of another release; the store calls this at each new connection.
        Raises MachineError `database`, and RequestError for another release while no home is known.
        """
        nonlocal known, was_read
        try:
            identity = _identity(connection, paths, any_revision)
        except RequestError as wrong:
            if was_read or known is not None:  # exchanged, restored or migrated meanwhile: a fault that may pass
                raise MachineError("database", str(wrong)) from wrong
            raise
        except (TypeError, ValueError) as wrong:  # the row that names the home holds an impossible value
            raise MachineError(
                "database", f"the database {paths.database} does not say whose it is ({wrong})"
            ) from wrong
        if known is not None and identity != known:
            raise MachineError("database", f"the database {paths.database} is another home's: put this home's back")
        known, was_read = identity, True

    store = _store(paths, in_force, verify, is_patient, program)
    try:
        try:
            with store.reading():  # connects, and so calls `verify`
                pass
        except MachineError:
            if known is None:  # else the door goes by its roster until the database can be read
                raise
        if known is None:
            raise AssertionError("a store that was read knows its home")
        seal = keys.seal(chain_keys, known.home_id, settings.zone)
        # A door that cannot seal opens all the same; its store then refuses each write with this fault. The store of
        # `outside`, which has no key by design, writes what needs no seal.
        store.refusal = chain_keys if isinstance(chain_keys, MachineError) and not is_outside else None
        old_badge_keys = () if is_outside else keys.of_badges(paths.old_badge_keys, may_lack=is_door)
        store.sealing = Sealing(seal)
        # Another release's database is opened without a mark, as by the program `outside`, which appends nothing.
        store.mark = _mark_of(paths, in_force, seal, program if not any_revision else "outside")
        # Where another program sends messages: the store calls this after each commit with a message, so that it is
        # sent at once.
        store.wake = waking.call if waking.is_elsewhere() else None
        yield Home(paths, settings, store, seal, badge_key, known.training, old_badge_keys, in_force)
    finally:
        store.close()


def _chain_keys(paths: Paths, *, is_door: bool) -> tuple[bytes, ...] | keys.DoorKey | MachineError:
    """Return what a program seals with: for a door its own key, else the chain's keys, the current one last. Where
    these cannot be read, a door gets the fault itself; for another program it is raised.
    """
    own_key = keys.of_door(paths.door_seal) if is_door else None
    return own_key or keys.of_chain(paths.old_chain_keys, paths.chain_key, may_lack=is_door)


def _log_differences(in_force: InForce) -> None:
    """Log why kiosk.toml is not used, if it is not, and which of its changes wait to be accepted."""
    if in_force.fault:
        log.error("the settings that were last accepted are in force: %s", in_force.fault)
    if in_force.waiting:
        log.warning("changed in kiosk.toml, not in force: %s: kiosk config accept", ", ".join(in_force.waiting))


def _mark_of(paths: Paths, in_force: InForce, seal: Seal, program: str) -> ChainMark | None:
    """Return the mark that a program compares the records with before it writes: a door's begins empty, and its roster
    fills it; the office's is in a file. None for `outside`, which appends no entries.
    """
    if program == "outside":
        return None
    if program == "entrance":
        # `claims_later`: another thread writes the claim (a row that says which entry the records lack and stops all
        # programs), so that no tap waits for it.
        return ChainMark(in_force.config.door.number, seal, claims_later=True)
    file = MarkFile(paths.office_mark, seal)
    return ChainMark(OFFICE, seal, file.write, file.read)


def own_server(paths: Paths, program: str) -> str:
    """Return the URL with which a program reaches the database server under its own account; empty where it has none,
    or for the program "". Raises MachineError `key` where the file cannot be read.
    """
    path = paths.server_key(program)
    return keys.read_word(path) if program and path.exists() else ""


def _store(
    paths: Paths, in_force: InForce, verify: Callable[[sa.Connection], None], is_patient: bool, program: str
) -> Store:
    """Return the store of a home's records, in a file or on a server, which `verify` checks at each connection. Where
    kiosk.toml names another database than was accepted, return a store that opens neither. A server's code is imported
    only where there is one.
    """
    settings, at_a_door = in_force.config, program == "entrance"
    if in_force.other_database:
        from kiosk.store.withheld_store import WithheldStore  # only for a home in this state

        return WithheldStore(paths.database, config_in_force.OTHER_DATABASE)
    if not settings.database.url:
        return Store(paths.database, verify, is_patient=is_patient, at_a_door=at_a_door)
    from kiosk.store.postgresql.server_store import ServerStore

    url = own_server(paths, program) or settings.database.url
    return ServerStore(url, paths.database, verify, is_patient=is_patient, at_a_door=at_a_door)


def _identity(connection: sa.Connection, paths: Paths, any_revision: bool) -> Identity:
    """Return the home that a database says it belongs to. Raises RequestError `database-newer` or `database-older` for
    another release's schema, unless `any_revision`, and MachineError `database` where it names no home.
    """
    if not any_revision:
        check_revision(connection)
    row = home_row.find(connection)
    if row is None:
        raise MachineError("database", f"the database {paths.database} is no home's: put this home's back")
    return Identity(*row)


def keys_of_lock(paths: Paths) -> tuple[str, Path | None]:
    """Return the password of a lock on the network, empty without its file, and the path of its broker's certificate
    authority, None without that file.

    Raises MachineError `key`.
    """
    word = keys.read_word(paths.lock_password) if paths.lock_password.exists() else ""
    return word, paths.lock_authority if paths.lock_authority.exists() else None


@contextmanager
def locked(paths: Paths, *, wholly: bool = True) -> Iterator[None]:
    """Hold the door's lock, so that no entrance runs on it; with `wholly`, from the first door, hold those of the
    machine's further doors too. The block's end or the process's releases them. Raises MachineError `entrance-runs`
    where one is held already: this waits for none.

    The lock is on the folder itself, not on a file made for it, so that a start from a read-only disk is possible.
    """
    # The first door locks the home's folder, a further one its own part of the folder `roster`.
    others = _further_doors(paths) if wholly and paths.door is None else []
    with ExitStack() as held:
        for where in (paths.root if paths.door is None else _make_if_missing(paths.own("roster")), *others):
            descriptor = os.open(where, os.O_RDONLY | os.O_DIRECTORY)
            held.callback(os.close, descriptor)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                text = f"an entrance runs on {where} already: stop it first"
                raise MachineError("entrance-runs", text) from None
        yield


def _further_doors(paths: Paths) -> list[Path]:
    """Return the folders of a machine's further doors. A link is left out: the entrance may write in `roster`, and
    could point it at a folder elsewhere.
    """
    folders = sorted(paths.own("roster").glob("door-*"))
    return [each for each in folders if each.is_dir() and not each.is_symlink()]


def _make_if_missing(folder: Path) -> Path:
    """Make a folder where it is missing, and return it; where it cannot be made, opening it fails in the caller."""
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder
