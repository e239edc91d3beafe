"""Makes a home, completely or not at all."""

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from msgspec import Struct

from kiosk import config_in_force, home, keys
from kiosk.devices.protocols import Clock
from kiosk.domain import doors
from kiosk.domain.chain import Seal, key_id
from kiosk.domain.devices import readers
from kiosk.errors import MachineError, RequestError
from kiosk.home import Home, Paths
from kiosk.setup import out_of_training, settings_text, spool_noting
from kiosk.space import first_rules
from kiosk.store import home_row, schema
from kiosk.store.engine import open_engine

FOLDERS = (
    "db",
    "keys",
    "keys/shared",
    "keys/entrance",
    "keys/desk",
    "keys/outside",
    "spool",
    "roster",
    "backups",
    "run",
)


class NewHome(Struct, frozen=True):
    """The wishes for a new home."""

    tariffs: Path = first_rules.SHIPPED
    reader: str | None = None
    screen_port: int = 8080
    desk_port: int = 8081
    real: bool = False
    training: bool = False
    came_from: Path | None = None  # a training home, whose rules and people are taken over


def create(root: Path, wishes: NewHome, clock: Clock, fill: Callable[[Home], None] | None = None) -> None:
    """Make a home at `root`, with what `fill` puts into it. It appears completely, or nothing is left of it.

    Raises RequestError `home-exists`, `home-not-training`, `home-demo`, `tariffs` or `config`, MachineError
    `home-not-writable`.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise RequestError("home-exists", f"{root} exists already and is left as it was: choose another folder")
    first = first_rules.read(wishes.tariffs)
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{root.name}-", dir=root.parent))
    except OSError as fault:
        raise MachineError("home-not-writable", f"{root.parent} cannot be written: {fault.strerror}") from None
    try:
        _build(Paths(draft), wishes, _beginning(wishes, first, clock), clock.now())
        if fill is not None:
            with home.opened(draft) as new_home:
                fill(new_home)
        _sync(draft)
        draft.rename(root)
        _sync_one(root.parent)
    except RequestError as error:
        raise RequestError(error.code, str(error).replace(str(draft), str(root))) from None
    except OSError as fault:
        raise MachineError("home-not-writable", f"{root} cannot be written: {fault.strerror}") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Sync the new home to the disk: a key that a power cut destroys cannot be made again."""
    for path in [*folder.rglob("*"), folder]:
        _sync_one(path)


def _sync_one(path: Path) -> None:
    """Make the system write one file or folder to its disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Beginning(Struct, frozen=True):
    """What a home begins with: its badge keys, and its first rows."""

    give_badge_keys: Callable[[Paths], object]
    write: Callable[[sa.Connection], None]


def _beginning(wishes: NewHome, first: first_rules.FirstRules, clock: Clock) -> Beginning:
    """Return a beginning with the rules of a file, or with the rules and people of a training home."""
    root = wishes.came_from
    if root is None:
        return Beginning(
            lambda paths: keys.make_key(paths.badge_key),
            lambda connection: first_rules.write(connection, first, clock.now()),
        )
    with home.opened(root) as training:
        out_of_training.check(training)

    def copy_keys(paths: Paths) -> None:
        """Give the new home the badge keys of the training home."""
        with home.opened(root) as training:
            out_of_training.copy_badge_keys(training, paths)

    def write(connection: sa.Connection) -> None:
        """Write the training home's rules and people into the new home."""
        with home.opened(root) as training:
            out_of_training.write(training, connection, clock.now())

    return Beginning(copy_keys, write)


def _build(paths: Paths, wishes: NewHome, beginning: Beginning, made_at: datetime) -> None:
    """Make a home's folders, settings, keys and database."""
    for folder in FOLDERS:
        (paths.root / folder).mkdir(mode=0o700)
    device = wishes.reader or ("usb" if wishes.real else readers.SIMULATED)
    text = settings_text.text(
        real=str(wishes.real).lower(),
        device=device,
        screen_port=wishes.screen_port,
        desk_port=wishes.desk_port,
        clock="timesync" if wishes.real else "host",
    )
    paths.config.write_text(text, encoding="utf-8")
    paths.config.chmod(0o600)
    config_in_force.accept(paths.root)
    chain_key = keys.make_key(paths.chain_key)
    # A door's key is made from the chain's and the door's number: the home's id, still to come, is not needed.
    keys.make_door_seal(paths.door_seal, Seal(chain_key, key_id(chain_key), "").of_door(doors.FIRST))
    beginning.give_badge_keys(paths)
    keys.make_key(paths.spool_key)
    keys.make_key(paths.codes_key)
    keys.make_key(paths.desk_key)
    engine = open_engine(paths.database, create=True)
    with engine.begin() as connection:
        schema.upgrade(connection)
        home_row.add(connection, home_id := uuid4().hex, made_at, training=wishes.training)
        beginning.write(connection)
    engine.dispose()
    paths.database.chmod(0o600)
    spool_noting.note(paths, home.settings(paths), home_id)
