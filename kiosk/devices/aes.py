"""AES as the chips of badges speak it. Imported where one is verified, and never as the entrance starts."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC


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
