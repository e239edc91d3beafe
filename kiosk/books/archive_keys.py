"""Keeps the key that signs archives: RSA of 3072 bits, made for the first archive; it never leaves the desk's folder.

Its fingerprint is public: it is recorded in an entry of the ledger, sent with the chain's heads, and stands in each
archive.
"""

import hashlib
import os
from typing import TYPE_CHECKING

from msgspec import Struct

from kiosk import plain_files, root_files
from kiosk.errors import MachineError
from kiosk.home import Paths

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

BITS, EXPONENT = 3072, 65537  # the usual public exponent of RSA
_LONGEST = 1 << 14  # bytes of a key's file, 16 KiB: a longer one is refused as damaged


class ArchiveKey(Struct, frozen=True):
    """The key that signs archives, read from its file."""

    private: "RSAPrivateKey"

    @property
    def public(self) -> bytes:
        """Return the public half of the key, as the content of an archive's file `public-key.json`."""
        from kiosk.exports.books import verify_archive  # it is copied into each archive, and seldom needed here

        numbers = self.private.public_key().public_numbers()
        return verify_archive.public_key_text(numbers.n, numbers.e)

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of `public-key.json` in hexadecimal digits, which people write down elsewhere."""
        return hashlib.sha256(self.public).hexdigest()

    def sign(self, content: bytes) -> bytes:
        """Return the signature of some bytes: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2)."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        return self.private.sign(content, padding.PKCS1v15(), hashes.SHA256())


def load(paths: Paths) -> ArchiveKey | None:
    """Return the home's archive key; None where none was made yet. Raises MachineError `key` where its file cannot be
    read, is damaged, gives every user of the machine any right, or has a key of another kind or length.
    """
    path = paths.archive_key
    try:
        if not path.exists():
            return None
    except OSError as fault:
        raise MachineError("key", f"the key {path} cannot be read: {fault.strerror}") from None
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        mode_of_others = path.stat().st_mode & 0o007
        private = load_pem_private_key(plain_files.read(path, _LONGEST), password=None)
    except (OSError, ValueError, TypeError):
        raise MachineError("key", f"the key {path} is damaged: restore it from the backup") from None
    if mode_of_others:
        raise MachineError("key", f"the key {path} can be read by everybody: chmod 0600 {path}")
    if not isinstance(private, RSAPrivateKey) or private.key_size != BITS:
        raise MachineError("key", f"the key {path} is no RSA key of {BITS} bits")
    return ArchiveKey(private)


def fingerprint(paths: Paths) -> str | None:
    """Return the fingerprint of the archive key; None where there is no key, or `load` refuses it, as in a program
    without the right to read it.
    """
    try:
        key = load(paths)
    except MachineError:
        return None
    return None if key is None else key.fingerprint


def ready(paths: Paths) -> ArchiveKey:
    """Return the home's archive key, and make it first if there is none: in a file beside, which is then linked to its
    name, so that no program reads half a key. Of two made at once the first counts. Raises MachineError `key`.
    """
    key = load(paths)
    if key is not None:
        return key
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    private = generate_private_key(EXPONENT, BITS)
    text = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = paths.archive_key
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        with root_files.acting_in(path.parent):  # root writes with the rights of the folder's owner only
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, path)  # never over a key that another process made meanwhile
            except FileExistsError:
                pass
            finally:
                draft.unlink()
    except OSError as fault:
        raise MachineError("key", f"the key {path} cannot be made: {fault.strerror}") from None
    new_key = load(paths)
    if new_key is None:
        raise MachineError("key", f"the key {path} went away while it was made")
    return new_key
