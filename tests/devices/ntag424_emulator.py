"""The card's side of an NTAG 424 DNA, as far as it is authenticated with, and its keys and a file's rights are changed.

It is held to NXP's exchanges as the reader is. Its ciphers are the library's own, called here, so that a slip in the
program's would show.
"""

import secrets
import zlib
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

SELECT = bytes.fromhex("00A4040C07D276000085010100")
GET_VERSION = bytes.fromhex("9060000000")
FACTORY_SETTINGS = bytes.fromhex("00E0EE")  # of the file with the address: written by all
_UNKNOWN, _WRONG, _TOO_SOON = bytes.fromhex("6A82"), bytes.fromhex("91AE"), bytes.fromhex("919D")
_DELAYED, _DAMAGED = bytes.fromhex("91AD"), bytes.fromhex("911E")
_VERSION = bytes.fromhex("0404023000110591AF")
_MOST_FAILURES = 50  # then it makes wait


def cipher(key: bytes, data: bytes, *, undo: bool = False, start: bytes = bytes(16)) -> bytes:
    """AES in CBC, from zeros unless said otherwise, without padding."""
    made = Cipher(algorithms.AES(key), modes.CBC(start))
    work = made.decryptor() if undo else made.encryptor()
    return work.update(data) + work.finalize()


def cmac(key: bytes, data: bytes) -> bytes:
    """Every second byte of the code."""
    code = CMAC(algorithms.AES(key))
    code.update(data)
    return code.finalize()


class Ntag424:
    """A chip with its keys by number. Called with a command, it answers with its status; or goes (None) at `leaves_at`:
    before it was told, or after it obeyed where `obeys` is true.

    What was asked and answered is kept; `twist` may change an answer on its way.
    """

    def __init__(self, keys: dict[int, bytes], *, leaves_at: int = -1, obeys: bool = False) -> None:
        self.keys, self.leaves_at, self.obeys = dict(keys), leaves_at, obeys
        self.versions = dict.fromkeys(keys, 0)
        self.settings = FACTORY_SETTINGS
        self.asked: list[bytes] = []
        self.answers: list[bytes] = []
        self.twist: Callable[[int, bytes], bytes] = lambda _place, answer: answer
        self.random, self.identifier = secrets.token_bytes(16), secrets.token_bytes(4)
        self.failures = 0
        self._is_selected = False
        self._number: int | None = None  # of the key that is being shown
        self.session: tuple[int, bytes, bytes, bytes] | None = None  # the key's number, two keys, the name
        self.counter = 0

    def __call__(self, command: bytes) -> bytes | None:
        if len(self.asked) == self.leaves_at:
            self.leaves_at = -1
            if self.obeys:
                self._answer(command)
            self._is_selected, self._number, self.session = False, None, None
            return None
        self.asked.append(command)
        answer = self.twist(len(self.answers), self._answer(command))
        self.answers.append(answer)
        return answer

    def _answer(self, command: bytes) -> bytes:
        if command == GET_VERSION:
            return _VERSION
        if command == SELECT:
            self._is_selected, self.session = True, None
            return bytes.fromhex("9000")
        if not self._is_selected:
            return _UNKNOWN
        if command[:2] == b"\x90\x71" and command[4] == 2:
            if self.failures >= _MOST_FAILURES:
                return _DELAYED
            self._number, self.session = command[5], None
            return cipher(self.keys[command[5]], self.random) + bytes.fromhex("91AF")
        if command[:2] == b"\x90\xaf" and self._number is not None and len(command) == 38:
            return self._second(self._number, command[5:37])
        if self.session is not None and command[1] in (0xC4, 0x5F):
            return self._change(self.session, command)
        return _TOO_SOON

    def _second(self, number: int, told: bytes) -> bytes:
        self._number = None
        key = self.keys[number]
        plain = cipher(key, told, undo=True)
        theirs, ours = plain[:16], plain[16:]
        if ours != self.random[1:] + self.random[:1]:
            self.failures += 1
            return _WRONG
        self.begin(number, theirs, self.random)
        return cipher(key, self.identifier + theirs[1:] + theirs[:1] + bytes(12)) + bytes.fromhex("9100")

    def begin(self, number: int, theirs: bytes, mine: bytes) -> None:
        """Begin a session with a key, by both numbers."""
        about = bytearray(bytes.fromhex("00010080") + theirs[:2] + theirs[2:8] + mine[6:] + theirs[8:])
        for place in range(6):
            about[6 + place] ^= mine[place]
        keys = [cmac(self.keys[number], mark + bytes(about)) for mark in (b"\xa5\x5a", b"\x5a\xa5")]
        self.session, self.counter = (number, keys[0], keys[1], self.identifier), 0

    def _change(self, session: tuple[int, bytes, bytes, bytes], command: bytes) -> bytes:
        """Change a key or the file's rights, with key 0 alone; whatever is not right ends the session."""
        number, hiding, coding, name = session
        self.session = None
        instruction, data = command[1], command[5:-1]
        hidden, code = data[:-8], data[-8:]
        place = self.counter.to_bytes(2, "little")
        if (
            number != 0
            or len(data) != command[4]
            or cmac(coding, bytes([instruction]) + place + name + hidden)[1::2] != code
        ):
            return _DAMAGED
        start = cipher(hiding, b"\xa5\x5a" + name + place + bytes(8))
        plain = cipher(hiding, hidden[1:], undo=True, start=start).rstrip(b"\x00")[:-1]
        if instruction == 0x5F:
            self.settings = plain
        elif hidden[0] == 0:
            self.keys[0], self.versions[0] = plain[:16], plain[16]
            return bytes.fromhex("9100")
        elif not self._take(hidden[0], plain):
            return _DAMAGED
        self.counter += 1
        self.session = session
        return cmac(coding, b"\x00" + self.counter.to_bytes(2, "little") + name)[1::2] + bytes.fromhex("9100")

    def _take(self, number: int, plain: bytes) -> bool:
        """Take a new key, told as what differs from the one in use, if its check fits."""
        old = self.keys[number]
        new = bytes(told ^ mine for told, mine in zip(plain[:16], old, strict=True))
        if len(plain) != 21 or plain[17:] != (~zlib.crc32(new) & 0xFFFFFFFF).to_bytes(4, "little"):
            return False
        self.keys[number], self.versions[number] = new, plain[16]
        return True
