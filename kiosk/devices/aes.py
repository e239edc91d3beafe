"""AES as the chips of badges speak it, and to hide their keys. Imported where needed, never as the entrance starts."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.cmac import CMAC

_NONCE_BYTES = 12


def decrypt(key: bytes, iv: bytes, data: bytes) -> bytes:
    """Undo CBC, without padding."""
    undoing = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    return undoing.update(data) + undoing.finalize()


def encrypt(key: bytes, iv: bytes, data: bytes) -> bytes:
    """Do CBC, without padding."""
    doing = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return doing.update(data) + doing.finalize()


def cmac(key: bytes, data: bytes) -> bytes:
    """Return all 16 bytes of the CMAC."""
    code = CMAC(algorithms.AES(key))
    code.update(data)
    return code.finalize()


def hide(key: bytes, plain: bytes, about: bytes) -> bytes:
    """Encipher and seal something with a key of 32 bytes, so that it is opened as what it is `about` alone (GCM)."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about)


def show(key: bytes, hidden: bytes, about: bytes) -> bytes | None:
    """Undo `hide`; None where it was made with another key, about something else, or changed."""
    try:
        return AESGCM(key).decrypt(hidden[:_NONCE_BYTES], hidden[_NONCE_BYTES:], about)
    except (InvalidTag, ValueError):
        return None
