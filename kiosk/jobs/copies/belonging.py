"""Says which home a copy, a database and keys are of."""

from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

from kiosk import keys as key_files
from kiosk.errors import KioskError
from kiosk.jobs.copies import copy_file
from kiosk.store import copying, remains

VITAL = ("keys/shared/chain", "keys/shared/badge")
"""What no home works without."""


def fits(keys: Mapping[str, bytes], file: Path) -> bool:
    """Whether keys are those that a copy was made with."""
    try:
        return VITAL[1] in keys and copy_file.is_of(file, chain_keys(keys))
    except (KeyError, ValueError):
        return False


def chain_keys(keys: Mapping[str, bytes]) -> tuple[bytes, ...]:
    """What entries are sealed with, the oldest first and the one in use last. Raises KeyError, ValueError."""
    older = sorted(
        (int(name.rpartition(".")[2]), name)
        for name in keys
        if name.startswith(f"{VITAL[0]}.") and name.rpartition(".")[2].isdigit()
    )
    return tuple(bytes.fromhex(keys[name].decode()) for name in [*(name for _, name in older), VITAL[0]])


def home_id(database: Path) -> str | None:
    """Which home a database is of, where it still says so."""
    try:
        return copying.facts(database).home_id
    except KioskError:
        return None


def own_key(path: Path) -> bytes | None:
    """A key that is there and whole."""
    try:
        key_files.read_key(path)
        return path.read_bytes()
    except (KioskError, OSError):
        return None


def is_new(database: Path) -> bool:
    """Return whether a home was never used: then it may become another home."""
    if not database.exists():
        return True
    try:
        with copying.reading(database) as connection:
            return remains.is_empty(connection)
    except (KioskError, sa.exc.SQLAlchemyError):
        return False
