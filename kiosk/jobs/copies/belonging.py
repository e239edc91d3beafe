"""Tells which home a copy, a database and keys belong to."""

from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

from kiosk import keys as key_files
from kiosk.errors import KioskError
from kiosk.jobs.copies import copy_file
from kiosk.store import copying, remains

_CHAIN, _BADGE = "keys/shared/chain", "keys/shared/badge"
VITAL = (_CHAIN, _BADGE)
"""The keys without which no home works: the one that seals entries, and the one that hides badges' numbers."""


def fits(keys: Mapping[str, bytes], file: Path) -> bool:
    """Return whether a copy was sealed with one of these chain keys; False where a key is missing or ill-formed.

    `keys` maps a key file's path in the home to its content. Raises KioskError where the copy cannot be read.
    """
    try:
        return _BADGE in keys and copy_file.is_of(file, chain_keys(keys))
    except (KeyError, ValueError):
        return False


def chain_keys(keys: Mapping[str, bytes]) -> tuple[bytes, ...]:
    """Return the keys that seal entries, oldest first and the current one last.

    An older key has the current one's path with a number added: `.1`. Raises KeyError, ValueError.
    """
    older = sorted(
        (int(name.rpartition(".")[2]), name)
        for name in keys
        if name.startswith(f"{_CHAIN}.") and name.rpartition(".")[2].isdigit()
    )
    return tuple(bytes.fromhex(keys[name].decode()) for name in [*(name for _, name in older), _CHAIN])


def home_id(database: Path) -> str | None:
    """Return the id of the home that a database belongs to; None where it cannot be read."""
    try:
        return copying.facts(database).home_id
    except KioskError:
        return None


def own_key(path: Path) -> bytes | None:
    """Return the content of a key file; None where it is missing or not a whole key."""
    try:
        key_files.read_key(path)
        return path.read_bytes()
    except (KioskError, OSError):
        return None


def is_new(database: Path) -> bool:
    """Return whether a home's database is missing or empty, not unreadable: then it may become another home."""
    if not database.exists():
        return True
    try:
        with copying.reading(database) as connection:
            return remains.is_empty(connection)
    except (KioskError, sa.exc.SQLAlchemyError):
        return False
