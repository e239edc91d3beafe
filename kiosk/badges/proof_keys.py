"""Keeps the site's keys by which badges prove themselves: one line each, a version and the key, in one file of the
doors'.

Every door has the same keys. Each badge has its own key, made from one of these and its number: so this file is enough
to make any badge, and after the theft of a door all badges have to be exchanged.
"""

import logging
import secrets
from collections.abc import Mapping
from typing import Protocol

import sqlalchemy as sa

from kiosk import root_files
from kiosk.domain import macs
from kiosk.domain.badges import ev2
from kiosk.errors import MachineError, RequestError
from kiosk.home import Paths
from kiosk.keys import read_key, read_word
from kiosk.store.engine import Store
from kiosk.store.space import site_key_rows

log = logging.getLogger(__name__)

_MOST = 255  # versions: a chip keeps one in a byte


class Cipher(Protocol):
    """Encrypts a key together with a text that says what it is, so that it can be decrypted as nothing else."""

    def hide(self, key: bytes, plain: bytes, about: bytes) -> bytes:
        """Return `plain`, encrypted and authenticated together with `about`."""

    def show(self, key: bytes, hidden: bytes, about: bytes) -> bytes | None:
        """Return what `hide` encrypted; None where key or `about` differ, or the bytes were changed."""


def read(paths: Paths) -> Mapping[int, bytes]:
    """Return the keys by version; an empty mapping without the file: no badge proves itself here. Raises MachineError
    `key` where the file is damaged, empty, or has a key of another length.
    """
    if not paths.proof_keys.exists():
        return {}
    try:
        words = [line.split() for line in read_word(paths.proof_keys).splitlines()]
        keys = {int(version): bytes.fromhex(key) for version, key in words}
    except ValueError:
        keys = {}
    if not keys or any(len(key) != ev2.KEY_BYTES or not 0 < version <= _MOST for version, key in keys.items()):
        raise MachineError("key", f"the keys {paths.proof_keys} are damaged: restore them, or copy another door's")
    return keys


def of(paths: Paths, version: int) -> bytes | None:
    """Return the key of a version; None where this door has none or its file is damaged, which is logged: badges of
    that version do not open it.
    """
    try:
        key = read(paths).get(version)
    except MachineError as fault:
        log.error("no badge can prove itself: %s", fault)
        return None
    if key is None:
        log.error("this door has no key %d for badges: kiosk badges site-key --take", version)
    return key


def add(paths: Paths) -> int:
    """Make one more key, beside those that badges still have. Returns its version.

    Raises MachineError `key`, OSError, RequestError `proof-keys` after the last version.
    """
    keys = dict(read(paths))
    version = max(keys, default=0) + 1
    if version > _MOST:
        raise RequestError("proof-keys", most=_MOST)
    keys[version] = secrets.token_bytes(ev2.KEY_BYTES)
    _write(paths, keys)
    return version


def share(paths: Paths, store: Store, cipher: Cipher) -> None:
    """Store this door's keys in the database for the space's other doors, encrypted with a key that only doors have:
    another machine takes them when it joins. Versions that are there already stay. Raises MachineError `key`.
    """
    with store.writing() as connection:
        known = site_key_rows.everyone(connection)
        for version, key in read(paths).items():
            if version not in known:
                site_key_rows.add(connection, version, cipher.hide(_doors_own(paths), key, _about(version)))


def put(paths: Paths, store: Store, cipher: Cipher) -> list[int]:
    """Store this door's keys in the database again where it cannot decrypt the stored ones: they were encrypted before
    the doors' own key was made anew. Returns their versions. Raises MachineError `key`.
    """
    keys = read(paths)
    with store.writing() as connection:
        own = [version for version in _closed(connection, paths, cipher) if version in keys]
        for version in own:
            site_key_rows.put(connection, version, cipher.hide(_doors_own(paths), keys[version], _about(version)))
    return own


def closed(paths: Paths, store: Store, cipher: Cipher) -> list[int]:
    """Return the versions whose stored keys this door cannot decrypt: a machine that joins would lack them. Raises
    MachineError `key`.
    """
    with store.reading() as connection:
        return _closed(connection, paths, cipher)


def take(paths: Paths, store: Store, cipher: Cipher) -> list[int]:
    """Take the keys that this door lacks from the database. Returns their versions.

    Raises MachineError `key` where they are of another space's doors, or this door has other keys by the same versions.
    """
    with store.reading() as connection:
        shared = site_key_rows.everyone(connection)
    keys = dict(read(paths))
    opened = {version: cipher.show(_doors_own(paths), hidden, _about(version)) for version, hidden in shared.items()}
    for version, key in opened.items():
        if key is None or keys.get(version, key) != key:
            raise MachineError(
                "key",
                f"key {version} for badges in the records is not of these doors: copy {paths.spool_key} first;"
                " or, where badges open at this door alone, kiosk badges site-key --put",
            )
    new = {version: key for version, key in opened.items() if key is not None and version not in keys}
    if new:
        _write(paths, {**keys, **new})
    return sorted(new)


def _closed(connection: sa.Connection, paths: Paths, cipher: Cipher) -> list[int]:
    """Return the versions whose stored keys this door cannot decrypt."""
    shared = site_key_rows.everyone(connection)
    return [
        version for version, hidden in shared.items() if cipher.show(_doors_own(paths), hidden, _about(version)) is None
    ]


def _write(paths: Paths, keys: Mapping[int, bytes]) -> None:
    """Write all keys of the site into their file, by version."""
    lines = "".join(f"{number} {key.hex()}\n" for number, key in sorted(keys.items()))
    root_files.write(paths.proof_keys, lines.encode("ascii"), root_files.owner_of(paths.proof_keys.parent))


def _doors_own(paths: Paths) -> bytes:
    """Return a key that every door of the space has, and no other program: made from the key of their waiting taps."""
    return macs.of(read_key(paths.spool_key), b"kiosk: the site's keys for badges")


def _about(version: int) -> bytes:
    """Return the text that ties an encrypted key to its version, so that two cannot be exchanged."""
    return f"key {version} of the site".encode("ascii")
