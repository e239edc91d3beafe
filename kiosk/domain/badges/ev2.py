"""Has an NTAG 424 DNA prove itself by challenge and response (AuthenticateEV2First, NXP NT4H2421Gx section 9.1.5).

Reader and chip show each other that they have the same key, each by deciphering the other's random number: nothing that
was heard before is of use again, nothing is counted or kept, and no server is asked. The key is the badge's own, made
of the site's door key and the badge's number (NXP AN10922): a chip that was opened gives away itself alone.

The cipher is handed in, and so is the random number: this module is held to NXP's published exchanges.
"""

import hmac
from collections.abc import Generator

from kiosk.domain.badges.sun import Aes

KEY_BYTES, UID_BYTES = 16, 7
KEY_NUMBER = 1  # key 0 is the maker's, with which the others are changed
Apdu = tuple[int, int, int, int, bytes]
"""Class, instruction, two parameters and data of a command to the chip."""

_BLOCK, _CHALLENGE_BYTES, _IDENTIFIER_BYTES = 16, 16, 4
_APPLICATION = bytes.fromhex("D2760000850101")
_OK, _MORE, _DONE = b"\x90\x00", b"\x91\xaf", b"\x91\x00"
_CONSTANT, _PADDED_BYTES, _POLYNOMIAL = b"\x01", 32, 0x87


def badge_key(door_key: bytes, uid: bytes, aes: Aes) -> bytes:
    """Return the key of one badge: the site's door key, diversified by the badge's number."""
    return diversified(door_key, uid, aes)


def diversified(key: bytes, about: bytes, aes: Aes) -> bytes:
    """Return the AES-128 key that AN10922 makes of a key and of up to 31 bytes.

    It is a CMAC over 32 bytes: what is shorter is filled up to both blocks, where a CMAC would stop at one.
    """
    message = _CONSTANT + about
    first = _doubled(aes.encrypt(key, bytes(_BLOCK), bytes(_BLOCK)))
    is_whole = len(message) == _PADDED_BYTES
    padded = message if is_whole else (message + b"\x80").ljust(_PADDED_BYTES, b"\x00")
    last = _xored(padded[_BLOCK:], first if is_whole else _doubled(first))
    return aes.encrypt(key, bytes(_BLOCK), padded[:_BLOCK] + last)[_BLOCK:]


def proves(key: bytes, random: bytes, aes: Aes) -> Generator[Apdu, bytes, bool]:
    """Yield each command to the chip and take its answer, status and all; return whether it has shown the key.

    Three commands at most. Whatever is not as it must be ends it: a status, a length, or the number that comes back.
    """
    if (yield (0x00, 0xA4, 0x04, 0x0C, _APPLICATION)) != _OK:
        return False
    answer = yield (0x90, 0x71, 0x00, 0x00, bytes([KEY_NUMBER, 0]))
    if len(answer) != _CHALLENGE_BYTES + 2 or answer[_CHALLENGE_BYTES:] != _MORE:
        return False
    theirs = aes.decrypt(key, bytes(_BLOCK), answer[:_CHALLENGE_BYTES])
    told = aes.encrypt(key, bytes(_BLOCK), random + _rotated(theirs))
    answer = yield (0x90, 0xAF, 0x00, 0x00, told)
    if len(answer) != 2 * _BLOCK + 2 or answer[2 * _BLOCK :] != _DONE:
        return False
    plain = aes.decrypt(key, bytes(_BLOCK), answer[: 2 * _BLOCK])
    ours = plain[_IDENTIFIER_BYTES : _IDENTIFIER_BYTES + _CHALLENGE_BYTES]
    return hmac.compare_digest(ours, _rotated(random))


def _rotated(number: bytes) -> bytes:
    return number[1:] + number[:1]


def _doubled(block: bytes) -> bytes:
    """A block doubled in the field of the CMAC's subkeys (NIST SP 800-38B)."""
    whole = int.from_bytes(block) << 1
    reduced = whole & (1 << 8 * _BLOCK) - 1
    return (reduced ^ _POLYNOMIAL if whole >> 8 * _BLOCK else reduced).to_bytes(_BLOCK)


def _xored(block: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(block, other, strict=True))
