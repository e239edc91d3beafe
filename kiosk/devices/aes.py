"""AES as the chips of badges use it, and to encrypt their keys. Imported where it is needed, never when the entrance
starts.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.cmac import CMAC

_NONCE_BYTES = 12  # a fresh number before each encrypted text, as AES-GCM wants it


def decrypt(key: bytes, iv: bytes, ciphertext: bytes) -> bytes:
    """Return the plaintext of CBC-encrypted bytes, a multiple of 16 long: no padding is removed."""
    undoing = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    return undoing.update(ciphertext) + undoing.finalize()


def encrypt(key: bytes, iv: bytes, plaintext: bytes) -> bytes:
    """Return bytes encrypted with CBC; they must be a multiple of 16 long, since no padding is added."""
    doing = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return doing.update(plaintext) + doing.finalize()


def cmac(key: bytes, message: bytes) -> bytes:
    """Return the CMAC of a message, all 16 bytes."""
    code = CMAC(algorithms.AES(key))
    code.update(message)
    return code.finalize()


def hide(key: bytes, plain: bytes, about: bytes) -> bytes:
    """Return bytes encrypted with a key of 32 bytes (AES-GCM) together with `about`, a text that says what they are:
    they can be decrypted only with the same text.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about)


def show(key: bytes, hidden: bytes, about: bytes) -> bytes | None:
    """Return what `hide` encrypted; None where key or `about` differ, or the bytes were changed."""
    try:
        return AESGCM(key).decrypt(hidden[:_NONCE_BYTES], hidden[_NONCE_BYTES:], about)
    except (InvalidTag, ValueError):
        return None
