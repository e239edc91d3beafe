"""Commands to an authenticated NTAG 424 DNA: encrypted, with an authentication code over command and answer.

From NXP NT4H2421Gx sections 9.1 and 10 ("CommMode.Full"), as far as needed to change keys and a file's rights. Each
command and answer is bound to the authentication before (`ev2`) and to its place in the session, so that a recorded one
is useless. Pure: the cipher is handed in, and tests compare every value with NXP's published exchanges (AN12196).
"""

import hmac
import zlib

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.badges.ev2 import MAKER_NUMBER, Apdu, Exchange
from kiosk.domain.badges.sun import Aes

CHANGED = b"\x91\x00"  # the status that confirms a command
_NDEF_FILE = 2  # the file with the badge's address
_ONLY_MAKER_WRITES = bytes.fromhex("0000E0")  # plain text; read by all; written, and rights changed, with key 0 alone
_CHANGE_KEY, _CHANGE_FILE_SETTINGS = 0xC4, 0x5F  # instructions
# NXP's labels: of the session's two keys, and of a command's start vector
_FOR_CIPHER, _FOR_CODE, _OF_COMMAND = b"\xa5\x5a", b"\x5a\xa5", b"\xa5\x5a"
_DERIVED = bytes.fromhex("00010080")  # of the derivation of the session's keys
_BLOCK, _CODE_BYTES = 16, 8  # of the cipher; of an authentication code


class Session(Struct, frozen=True):
    """The state after an authentication: two keys, the chip's identifier of the session, and how many commands were
    sent.
    """

    cipher_key: bytes
    code_key: bytes
    identifier: bytes
    counter: int = 0


def session(key: bytes, exchange: Exchange, aes: Aes) -> Session:
    """Return the session that follows from an authentication with a key (section 9.1.7)."""
    ours, theirs = exchange.ours, exchange.theirs
    mixed = bytes(left ^ right for left, right in zip(ours[2:8], theirs[:6], strict=True))
    about = _DERIVED + ours[:2] + mixed + theirs[6:] + ours[8:]
    return Session(aes.cmac(key, _FOR_CIPHER + about), aes.cmac(key, _FOR_CODE + about), exchange.identifier)


def change_key(current: Session, number: int, old: bytes, new: bytes, version: int, aes: Aes) -> Apdu:
    """Return the command that changes a key, in a session of the maker's key.

    `old` must be the chip's present key, or the chip refuses; it is not needed to change the maker's key itself.
    `version` is a number that the chip stores beside the key.
    """
    changed = new if number == MAKER_NUMBER else bytes(left ^ right for left, right in zip(old, new, strict=True))
    # the chip's CRC-32 leaves out the last inversion
    check = b"" if number == MAKER_NUMBER else (zlib.crc32(new) ^ 0xFFFFFFFF).to_bytes(4, "little")
    return _full(current, _CHANGE_KEY, number, changed + bytes([version]) + check, aes)


def change_file_settings(current: Session, file: int, settings: bytes, aes: Aes) -> Apdu:
    """Return the command that changes how a file is read and written, and by which keys."""
    return _full(current, _CHANGE_FILE_SETTINGS, file, settings, aes)


def close_file(current: Session, aes: Aes) -> Apdu:
    """Return the command that makes the badge's address readable by all and writable with the maker's key alone."""
    return change_file_settings(current, _NDEF_FILE, _ONLY_MAKER_WRITES, aes)


def after(current: Session, answer: bytes, aes: Aes) -> Session | None:
    """Return the session after a command was answered; None where the answer is not the chip's confirmation of this
    command.
    """
    following = replace(current, counter=current.counter + 1)
    code = _code(following, answer[-1:] + _placed(following), aes)  # over the status: these answers have no data
    is_right = len(answer) == _CODE_BYTES + 2 and answer[_CODE_BYTES:] == CHANGED
    return following if is_right and hmac.compare_digest(answer[:_CODE_BYTES], code) else None


def _full(current: Session, instruction: int, about: int, content: bytes, aes: Aes) -> Apdu:
    """Return a command about a key or a file: data padded and encrypted, with a code over all of it."""
    start = aes.encrypt(current.cipher_key, bytes(_BLOCK), (_OF_COMMAND + _position(current)).ljust(_BLOCK, b"\x00"))
    filled = content + b"\x80" + bytes(-(len(content) + 1) % _BLOCK)
    hidden = bytes([about]) + aes.encrypt(current.cipher_key, start, filled)
    return (
        0x90,
        instruction,
        0x00,
        0x00,
        hidden + _code(current, bytes([instruction]) + _placed(current) + hidden, aes),
    )


def _placed(current: Session) -> bytes:
    """Return the place of a message in the session, in the order that its code uses: counter, then identifier."""
    return current.counter.to_bytes(2, "little") + current.identifier


def _position(current: Session) -> bytes:
    """Return the place of a message in the session, in the order that the cipher uses: identifier, then counter."""
    return current.identifier + current.counter.to_bytes(2, "little")


def _code(current: Session, message: bytes, aes: Aes) -> bytes:
    """Return the authentication code of a message: every second byte of its CMAC."""
    return aes.cmac(current.code_key, message)[1::2]
