"""Has an NTAG 424 DNA prove itself by challenge and response (AuthenticateEV2First, NXP NT4H2421Gx section 9.1.5).

Reader and chip show each other that they hold the same key, each by deciphering the other's random number. A recorded
exchange is useless later, nothing is counted or stored, and no server is asked. The key is the badge's own, made of the
site's door key and the badge's number (NXP AN10922): an opened chip reveals its own key alone.

The cipher and the random number are handed in, so that this module can be tested against NXP's published exchanges.
Commands after an authentication, which change keys, are in `ev2_messages`.
"""

import hmac
from collections.abc import Generator
from enum import Enum

from msgspec import Struct

from kiosk.domain.badges.sun import Aes

KEY_BYTES, UID_BYTES = 16, 7  # of an AES-128 key; of the chip's number
KEY_NUMBER = 1  # the door's key
MAKER_NUMBER = 0  # the maker's key, with which the others are changed
FACTORY_KEY = bytes(KEY_BYTES)  # all keys of a chip as it is sold
Apdu = tuple[int, int, int, int, bytes]
"""A command to the chip: class, instruction, two parameters, and data."""

_BLOCK, _CHALLENGE_BYTES, _IDENTIFIER_BYTES = 16, 16, 4  # bytes
_APPLICATION = bytes.fromhex("D2760000850101")  # the name of the chip's application
SELECT: Apdu = (0x00, 0xA4, 0x04, 0x0C, _APPLICATION)  # selects the chip's application
SELECTED = b"\x90\x00"  # the answer to it
# status of an answer: expects more, done, key refused, not yet
_MORE, _DONE, _WRONG_KEY, _DELAYED = b"\x91\xaf", b"\x91\x00", b"\x91\xae", b"\x91\xad"
_CONSTANT, _PADDED_BYTES, _POLYNOMIAL = b"\x01", 32, 0x87  # of the derivation and the CMAC


class Failure(Enum):
    """Why a chip did not show a key. DELAYED: it makes the reader wait after earlier failures, and has
    checked no key.
    """

    WRONG_KEY = "wrong-key"
    DELAYED = "delayed"
    NO_ANSWER = "no-answer"  # not an answer that such a chip gives


class Exchange(Struct, frozen=True):
    """An exchange in which both sides have shown the key: both random numbers, and the identifier that
    the chip chose.
    """

    ours: bytes
    theirs: bytes
    identifier: bytes


def badge_key(site_key: bytes, uid: bytes, aes: Aes) -> bytes:
    """Return the key of one badge: a key of the site (the door's or the maker's), diversified by the badge's number."""
    return diversified(site_key, uid, aes)


def diversified(key: bytes, about: bytes, aes: Aes) -> bytes:
    """Return the AES-128 key that AN10922 derives from a key and up to 31 bytes.

    This is a CMAC over 32 bytes: a shorter message is padded to both blocks, where a plain CMAC would stop at one.
    """
    message = _CONSTANT + about
    first = _doubled(aes.encrypt(key, bytes(_BLOCK), bytes(_BLOCK)))
    is_whole = len(message) == _PADDED_BYTES
    padded = message if is_whole else (message + b"\x80").ljust(_PADDED_BYTES, b"\x00")
    last = _xored(padded[_BLOCK:], first if is_whole else _doubled(first))
    return aes.encrypt(key, bytes(_BLOCK), padded[:_BLOCK] + last)[_BLOCK:]


def proves(key: bytes, random: bytes, aes: Aes) -> Generator[Apdu, bytes, bool]:
    """Yield each command to the chip and take its answer including status; return whether it has shown the door's key.

    At most three commands. A wrong status, length or returned number ends the exchange.
    """
    if (yield SELECT) != SELECTED:
        return False
    return isinstance((yield from authenticates(KEY_NUMBER, key, random, aes)), Exchange)


def authenticates(number: int, key: bytes, random: bytes, aes: Aes) -> Generator[Apdu, bytes, Exchange | Failure]:
    """Yield the two commands by which a chip, whose application is selected, shows the key with this number; take its
    answers. Return the exchange, or why it failed.
    """
    answer = yield (0x90, 0x71, 0x00, 0x00, bytes([number, 0]))
    if len(answer) != _CHALLENGE_BYTES + 2 or answer[_CHALLENGE_BYTES:] != _MORE:
        return Failure.DELAYED if answer == _DELAYED else Failure.NO_ANSWER
    theirs = aes.decrypt(key, bytes(_BLOCK), answer[:_CHALLENGE_BYTES])
    response = aes.encrypt(key, bytes(_BLOCK), random + _rotated(theirs))
    answer = yield (0x90, 0xAF, 0x00, 0x00, response)
    if answer in (_WRONG_KEY, _DELAYED):
        return Failure.WRONG_KEY if answer == _WRONG_KEY else Failure.DELAYED
    if len(answer) != 2 * _BLOCK + 2 or answer[2 * _BLOCK :] != _DONE:
        return Failure.NO_ANSWER
    plain = aes.decrypt(key, bytes(_BLOCK), answer[: 2 * _BLOCK])
    identifier, ours = plain[:_IDENTIFIER_BYTES], plain[_IDENTIFIER_BYTES : _IDENTIFIER_BYTES + _CHALLENGE_BYTES]
    if not hmac.compare_digest(ours, _rotated(random)):
        return Failure.NO_ANSWER
    return Exchange(random, theirs, identifier)


def _rotated(number: bytes) -> bytes:
    """Return a random number turned left by a byte, as each side sends back the other's."""
    return number[1:] + number[:1]


def _doubled(block: bytes) -> bytes:
    """Return a block doubled in the field of the CMAC's subkeys (NIST SP 800-38B)."""
    whole = int.from_bytes(block) << 1
    reduced = whole & (1 << 8 * _BLOCK) - 1
    return (reduced ^ _POLYNOMIAL if whole >> 8 * _BLOCK else reduced).to_bytes(_BLOCK)


def _xored(block: bytes, other: bytes) -> bytes:
    """Return two blocks combined bit by bit (exclusive or)."""
    return bytes(left ^ right for left, right in zip(block, other, strict=True))
