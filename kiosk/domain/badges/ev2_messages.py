"""Speaks with an NTAG 424 DNA that has been authenticated with: encrypted commands and answers with a code over them.

NXP NT4H2421Gx sections 9.1 and 10, "CommMode.Full", as far as keys and a file's rights are changed. Each command and
its answer are bound to the exchange before (`ev2`) and to their place in it: nothing that was heard is of use again.

Pure: the cipher is handed in, and every value is held to NXP's published exchanges (AN12196).
"""

import hmac
import zlib

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.badges.ev2 import MAKER_NUMBER, Apdu, Exchange
from kiosk.domain.badges.sun import Aes

CHANGED = b"\x91\x00"
_NDEF_FILE = 2
_ONLY_MAKER_WRITES = bytes.fromhex("0000E0")  # plain; read by all; written, and its rights changed, with key 0 alone
_CHANGE_KEY, _CHANGE_FILE_SETTINGS = 0xC4, 0x5F
_FOR_CIPHER, _FOR_CODE, _OF_COMMAND = b"\xa5\x5a", b"\x5a\xa5", b"\xa5\x5a"
_DERIVED = bytes.fromhex("00010080")
_BLOCK, _CODE_BYTES = 16, 8


class Session(Struct, frozen=True):
    """What an authentication leaves: two keys, the name that the chip gave it, and how many commands it has had."""

    cipher_key: bytes
    code_key: bytes
    identifier: bytes
    counter: int = 0


def session(key: bytes, exchange: Exchange, aes: Aes) -> Session:
    """Return what follows from an authentication with a key (section 9.1.7)."""
    ours, theirs = exchange.ours, exchange.theirs
    mixed = bytes(left ^ right for left, right in zip(ours[2:8], theirs[:6], strict=True))
    about = _DERIVED + ours[:2] + mixed + theirs[6:] + ours[8:]
    return Session(aes.cmac(key, _FOR_CIPHER + about), aes.cmac(key, _FOR_CODE + about), exchange.identifier)


def change_key(current: Session, number: int, old: bytes, new: bytes, version: int, aes: Aes) -> Apdu:
    """Return the command that changes a key, by a session of the maker's. `old` is what the chip has now: with another
    one, it refuses. Of the maker's key itself it need not be known.
    """
    changed = new if number == MAKER_NUMBER else bytes(left ^ right for left, right in zip(old, new, strict=True))
    check = b"" if number == MAKER_NUMBER else (zlib.crc32(new) ^ 0xFFFFFFFF).to_bytes(4, "little")
    return _full(current, _CHANGE_KEY, number, changed + bytes([version]) + check, aes)


def change_file_settings(current: Session, file: int, settings: bytes, aes: Aes) -> Apdu:
    """Return the command that changes how a file is read and written, and by which keys."""
    return _full(current, _CHANGE_FILE_SETTINGS, file, settings, aes)


def close_file(current: Session, aes: Aes) -> Apdu:
    """Return the command after which the address on the badge is read by all and written with the maker's key alone."""
    return change_file_settings(current, _NDEF_FILE, _ONLY_MAKER_WRITES, aes)


def after(current: Session, answer: bytes, aes: Aes) -> Session | None:
    """Return the session after a command was answered; None where the answer is not the chip's yes to this very one."""
    following = replace(current, counter=current.counter + 1)
    code = _code(following, answer[-1:] + _placed(following), aes)
    is_right = len(answer) == _CODE_BYTES + 2 and answer[_CODE_BYTES:] == CHANGED
    return following if is_right and hmac.compare_digest(answer[:_CODE_BYTES], code) else None


def _full(current: Session, instruction: int, about: int, data: bytes, aes: Aes) -> Apdu:
    """A command about a key or a file: its data filled up, encrypted, and a code over all of it."""
    start = aes.encrypt(current.cipher_key, bytes(_BLOCK), (_OF_COMMAND + _told(current)).ljust(_BLOCK, b"\x00"))
    filled = data + b"\x80" + bytes(-(len(data) + 1) % _BLOCK)
    hidden = bytes([about]) + aes.encrypt(current.cipher_key, start, filled)
    return (
        0x90,
        instruction,
        0x00,
        0x00,
        hidden + _code(current, bytes([instruction]) + _placed(current) + hidden, aes),
    )


def _placed(current: Session) -> bytes:
    """Where a message stands, as its code has it: the counter, then the session."""
    return current.counter.to_bytes(2, "little") + current.identifier


def _told(current: Session) -> bytes:
    """The same for the cipher, in the other order."""
    return current.identifier + current.counter.to_bytes(2, "little")


def _code(current: Session, message: bytes, aes: Aes) -> bytes:
    return aes.cmac(current.code_key, message)[1::2]
