"""The card's side of an NTAG 424 DNA, as far as authentication goes: it is held to NXP's exchanges as the reader is.

Its ciphers are the library's own, called here, so that a slip in the program's would show.
"""

import secrets
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SELECT = bytes.fromhex("00A4040C07D276000085010100")
_UNKNOWN, _WRONG, _TOO_SOON = bytes.fromhex("6A82"), bytes.fromhex("91AE"), bytes.fromhex("919D")


def cipher(key: bytes, data: bytes, *, undo: bool = False) -> bytes:
    """AES in CBC from zeros, without padding."""
    made = Cipher(algorithms.AES(key), modes.CBC(bytes(16)))
    work = made.decryptor() if undo else made.encryptor()
    return work.update(data) + work.finalize()


class Ntag424:
    """A chip with its keys by number. Called with a command, it answers with its status; or goes (None) at `leaves_at`.

    What was asked and answered is kept; `twist` may change an answer on its way.
    """

    def __init__(self, keys: dict[int, bytes], *, leaves_at: int = -1) -> None:
        self.keys, self.leaves_at = keys, leaves_at
        self.asked: list[bytes] = []
        self.answers: list[bytes] = []
        self.twist: Callable[[int, bytes], bytes] = lambda _place, answer: answer
        self.random, self.identifier = secrets.token_bytes(16), secrets.token_bytes(4)
        self.failures = 0
        self._is_selected = False
        self._key: bytes | None = None

    def __call__(self, command: bytes) -> bytes | None:
        if len(self.asked) == self.leaves_at:
            return None
        self.asked.append(command)
        answer = self.twist(len(self.answers), self._answer(command))
        self.answers.append(answer)
        return answer

    def _answer(self, command: bytes) -> bytes:
        if command == SELECT:
            self._is_selected = True
            return bytes.fromhex("9000")
        if not self._is_selected:
            return _UNKNOWN
        if command[:2] == b"\x90\x71" and command[4] == 2:
            self._key = self.keys[command[5]]
            return cipher(self._key, self.random) + bytes.fromhex("91AF")
        if command[:2] == b"\x90\xaf" and self._key is not None and len(command) == 38:
            return self._second(self._key, command[5:37])
        return _TOO_SOON

    def _second(self, key: bytes, told: bytes) -> bytes:
        self._key = None
        plain = cipher(key, told, undo=True)
        theirs, ours = plain[:16], plain[16:]
        if ours != self.random[1:] + self.random[:1]:
            self.failures += 1
            return _WRONG
        return cipher(key, self.identifier + theirs[1:] + theirs[:1] + bytes(12)) + bytes.fromhex("9100")
