"""Checks the address that an NTAG 424 DNA writes anew at each reading (SUN, NXP AN12196 and NT4H2421Gx section 9.3).

The chip puts its number and a counter into the address, encrypted or plain, and a code over them. A valid code proves
that the chip made this address, but not that the chip is here now: an address may be read today and shown tomorrow. So
it opens no door. Whether a counter was seen before is for the caller to know.

Only the AES mode: the leakage resilient one (LRP) is refused by name. The cipher is handed in. PICC is the standard's
word for the card: `picc` is its number and counter, encrypted.
"""

import hmac
import re
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlsplit

from msgspec import Struct

from kiosk.domain.problems import Problem

KEY_BYTES = 16  # of an AES-128 key
_PICC, _MAC, _FILE, _UID, _COUNTER = "picc_data", "cmac", "enc", "uid", "ctr"
# what each name of a parameter stands for
_NAMES = {_PICC: _PICC, "e": _PICC, _MAC: _MAC, "c": _MAC, _FILE: _FILE, _UID: _UID, _COUNTER: _COUNTER}
_PAIR = re.compile(r"(?:^|&)([^=&]*)=([^&]*)")
_DIGITS = re.compile(r"(?:[0-9a-fA-F]{2})*")
# a block in bytes; the others in digits
_BLOCK, _MAC_DIGITS, _PICC_DIGITS, _LRP_DIGITS, _UID_DIGITS, _COUNTER_DIGITS = 16, 16, 32, 48, 14, 6
_HAS_UID, _HAS_COUNTER, _UID_BYTES = 0x80, 0x40, 7  # flags and length in the first byte of the encrypted part
_SESSION_MAC = bytes.fromhex("3CC300010080")  # prefix from which the key for one message's code is derived


class Aes(Protocol):
    """AES-128 with a key of 16 bytes."""

    def decrypt(self, key: bytes, iv: bytes, ciphertext: bytes) -> bytes:
        """Return data decrypted by CBC, without padding."""

    def encrypt(self, key: bytes, iv: bytes, plaintext: bytes) -> bytes:
        """Return data encrypted by CBC, without padding."""

    def cmac(self, key: bytes, message: bytes) -> bytes:
        """Return all 16 bytes of the CMAC (NIST SP 800-38B)."""


class Message(Struct, frozen=True):
    """The message in an address: either `picc`, which is encrypted, or a plain `uid`, perhaps with its counter.

    `covered` is the part of the address under the code `mac`, as written there.
    """

    mac: bytes
    covered: bytes
    picc: bytes | None = None
    uid: bytes = b""
    counter: int | None = None


class Proven(Struct, frozen=True):
    """What a valid address proves: the chip's number and counter. Without a counter, the chip writes the same address
    each time.
    """

    uid: bytes
    counter: int | None


def parse(url: str) -> Message:
    """Return the message in an address.

    Its parameters are called `picc_data` or `e`, `cmac` or `c`, `enc`, `uid`, `ctr`; the code may also stand at the end
    of the parameter before it. Raises Problem `sun-url` for any other address.
    """
    try:
        query = urlsplit(url).query
    except ValueError:
        raise _no_url("this is no address") from None
    places = _parameters(query)
    if (_PICC in places) == (_UID in places):
        raise _no_url("it carries picc_data (or e) or uid, and not both")
    if _PICC in places:
        picc, start, end = _encrypted(query, places)  # `places` has the code's place from here on
        return Message(
            bytes.fromhex(query[slice(*places[_MAC])]), query[start:end].encode("ascii"), bytes.fromhex(picc)
        )
    uid = _hex(query, places, _UID, _UID_DIGITS)
    counter = int(_hex(query, places, _COUNTER, _COUNTER_DIGITS), 16) if _COUNTER in places else None
    start, end = _covered(places)
    mac = bytes.fromhex(_hex(query, places, _MAC, _MAC_DIGITS))
    return Message(mac, query[start:end].encode("ascii"), None, bytes.fromhex(uid), counter)


def verify(message: Message, picc_key: bytes, mac_key: bytes, aes: Aes) -> Proven | None:
    """Return what the message proves; None where its encrypted part does not decrypt to a number of 7 bytes, or its
    code is not made with these keys (NXP: `picc_key` is SDMMetaRead, `mac_key` SDMFileRead).
    """
    uid, counter = message.uid, message.counter
    if message.picc is not None:
        plain = aes.decrypt(picc_key, bytes(_BLOCK), message.picc)
        if plain[0] & ~_HAS_COUNTER != _HAS_UID | _UID_BYTES:  # another key, or another kind of number
            return None
        uid = plain[1 : 1 + _UID_BYTES]
        counter_bytes = plain[1 + _UID_BYTES : 4 + _UID_BYTES]
        counter = int.from_bytes(counter_bytes, "little") if plain[0] & _HAS_COUNTER else None
    session = aes.cmac(mac_key, _derived_from(uid, counter))
    short_mac = aes.cmac(session, message.covered)[1::2]  # the chip sends every second byte only (AN12196)
    if not hmac.compare_digest(short_mac, message.mac):
        return None
    return Proven(uid, counter)


def _derived_from(uid: bytes, counter: int | None) -> bytes:
    """Return the vector SV2 of AN12196: prefix, number, counter with its lowest byte first, and zeros up to whole
    blocks.
    """
    vector = _SESSION_MAC + uid + (b"" if counter is None else counter.to_bytes(3, "little"))
    return vector + bytes(-len(vector) % _BLOCK)


def _no_url(why: str) -> Problem:
    """Return the refusal of an address, with its reason."""
    return Problem("sun-url", "no address of an NTAG 424 DNA: {why}", why=why)


def _parameters(query: str) -> dict[str, tuple[int, int]]:
    """Return the position of each parameter's value by its long name (`e` as `picc_data`), without decoding: the code
    covers what is written. Raises Problem `sun-url` for one that stands there twice, or has other signs than digits.
    """
    places: dict[str, tuple[int, int]] = {}
    for pair in _PAIR.finditer(query):
        name = _NAMES.get(pair[1])
        if name is None:
            continue
        if name in places:
            raise _no_url(f"{name} stands there twice")
        if not _DIGITS.fullmatch(pair[2]):
            raise _no_url(f"{name} has other signs than hexadecimal digits, in pairs")
        places[name] = pair.span(2)
    return places


def _hex(query: str, places: Mapping[str, tuple[int, int]], name: str, digits: int) -> str:
    """Return the digits that stand at a parameter's place in the address. Raises Problem `sun-url` where they are
    missing, or their number is not `digits`.
    """
    if name not in places:
        raise _no_url(f"{name} is missing")
    text = query[slice(*places[name])]
    if len(text) != digits:
        raise _no_url(f"{name} has {digits} digits, not {len(text)}")
    return text


def _encrypted(query: str, places: dict[str, tuple[int, int]]) -> tuple[str, int, int]:
    """Return the encrypted number and counter, and the start and end of the part under the code.

    Where several values stand in one parameter, `places` is changed to split it: file data after the number, the code
    after either. Raises Problem `sun-url`.
    """
    start, end = places[_PICC]
    if _MAC not in places:
        name = _FILE if _FILE in places else _PICC
        last = places[name][1]
        places[_MAC] = (max(places[name][0], last - _MAC_DIGITS), last)
        places[name] = (places[name][0], places[_MAC][0])
        end = places[_PICC][1]
    # what follows the number in the same value, in whole blocks, is the file's data
    if _FILE not in places and end - start > _PICC_DIGITS and (end - start - _PICC_DIGITS) % _PICC_DIGITS == 0:
        places[_PICC], places[_FILE] = (start, start + _PICC_DIGITS), (start + _PICC_DIGITS, end)
    if places[_PICC][1] - start == _LRP_DIGITS:
        raise _no_url("it is one of the LRP mode, which is not read here")
    _hex(query, places, _MAC, _MAC_DIGITS)
    return _hex(query, places, _PICC, _PICC_DIGITS), *_covered(places)


def _covered(places: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """Return the start and end of the part under the code: from the file's data up to the code; empty without file
    data. Raises Problem `sun-url` for data in parts of a block, or behind the code.
    """
    mac = places.get(_MAC, (0, 0))[0]
    if _FILE not in places:
        return mac, mac
    start, end = places[_FILE]
    if start == end or (end - start) % _PICC_DIGITS:
        raise _no_url(f"{_FILE} has whole blocks of {_PICC_DIGITS} digits")
    if end > mac:
        raise _no_url(f"{_FILE} stands before {_MAC}")
    return start, mac
