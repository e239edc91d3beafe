"""A PN532 chip on a pseudo-terminal, for nfcpy's own `tty:...:pn532` driver: enough of it to sense plain cards.

Closing the terminal's master hangs the line up as a pulled USB cable does. nfcpy finds serial ports by listing /dev,
so a link is made there: that needs root. A card with a chip speaks ISO/IEC 14443-4: its answer to being
selected, and one block for each command.
"""

import os
import pty
import select
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

DEV = Path("/dev")
_START, _ACK = b"\x00\x00\xff", b"\x00\x00\xff\x00\xff\x00"
_ERROR_FRAME = bytes.fromhex("0000ff01ff7f8100")
_FIFO_DATA, _REQUEST = b"\x63\x39", 0x26
_OK, _TIMED_OUT = b"\x00", b"\x01"
_REFUSED = b"\x00\x00"  # a status, and the four bits of a NAK
GET_VERSION, LIST_TARGETS = 0x02, 0x4A
CHECK = 0x42  # InCommunicateThru, by which a badge's presence is checked


@dataclass(frozen=True)
class Card:
    """`reads` is what becomes of a presence check: answered, refused as by a MIFARE Classic, or not answered.

    With `chip`, which answers a command or goes (None), it is one of type 4; `ats` is what that says as it is selected.
    """

    uid: bytes
    reads: str = "answered"
    chip: Callable[[bytes], bytes | None] | None = None
    ats: bytes = bytes.fromhex("067777710280")  # an NTAG 424's

    @property
    def cascade(self) -> bytes:
        """The UID as nfcpy asks for it."""
        uid = self.uid if len(self.uid) <= 4 else b"\x88" + self.uid
        return uid if len(uid) <= 8 else uid[:4] + b"\x88" + uid[4:]


class Chip:
    """The PN532 itself, whatever carries its commands: what it answers to one, and the card before it."""

    def __init__(self) -> None:
        self.card: Card | None = None
        self._selected: Card | None = None
        self._field_timeout = 0.1
        self._unplugged = threading.Event()

    @contextmanager
    def holding(self, card: Card) -> Iterator[None]:
        self.card = card
        try:
            yield
        finally:
            self.card = None

    def answer(self, command: int, data: bytes) -> bytes:
        if command == 0x00:  # Diagnose: the line test
            return data
        if command == GET_VERSION:
            return b"\x32\x01\x06\x07"
        if command == 0x06:  # ReadRegister
            return bytes(_REQUEST if data[i : i + 2] == _FIFO_DATA else 0x80 for i in range(0, len(data), 2))
        if command == 0x32 and data[0] == 0x02:  # RFConfiguration: how long to wait for a card
            self._field_timeout = 1e-4 * 2 ** (data[3] - 1)
        if command == LIST_TARGETS:
            return self._list(data[2:])
        if command == CHECK:
            return self.through(data)
        return b""

    def _list(self, wanted: bytes) -> bytes:
        card = self.card
        self._selected = card
        if card is None or wanted not in (b"", card.cascade):
            return b"\x00"
        sak = b"\x20" if card.chip else b"\x00" if card.reads == "answered" else b"\x08"
        sens = bytes([0, {4: 0x04, 7: 0x44}.get(len(card.uid), 0x84)])
        return b"\x01\x01" + sens + sak + bytes([len(card.uid)]) + card.uid

    def through(self, command: bytes) -> bytes:
        card = self.card
        if card is not None and card is self._selected and card.chip is not None:
            return self._block(card, card.chip, command)
        if card is not None and card is self._selected and command[0] == 0x30:  # READ, nfcpy's presence check
            if card.reads == "answered":
                return _OK + _with_crc(bytes(16))
            if card.reads == "refused":
                return _REFUSED
        self._unplugged.wait(self._field_timeout if card else self._field_timeout / 5)  # quicker when lifted
        return _TIMED_OUT

    def _block(self, card: Card, chip: Callable[[bytes], bytes | None], command: bytes) -> bytes:
        """One block of ISO/IEC 14443-4. The chip counts its checks itself."""
        if command[0] == 0xE0:  # RATS
            return _OK + card.ats
        if command[0] & 0xF6 == 0xB2:  # R(NAK), by which presence is checked
            return _OK + bytes([0xA2 | command[0] & 1])
        answer = chip(command[1:]) if command[0] & 0xFE == 0x02 else None
        if answer is not None:
            return _OK + command[:1] + answer
        self.card = None
        return _TIMED_OUT


@dataclass
class Pn532(Chip):
    """The chip and its serial cable, plugged in from the start."""

    name: str
    silent: bool = False
    refused: set[int] = field(default_factory=set)
    asked: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.plug()

    @property
    def device(self) -> str:
        return f"tty:{self.name}:pn532"

    def plug(self) -> None:
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        (DEV / self.name).symlink_to(os.ttyname(self._slave))
        self._unplugged = threading.Event()
        self._thread = threading.Thread(target=self._live, name="pn532")
        self._thread.start()

    def unplug(self) -> None:
        if not self._unplugged.is_set():
            (DEV / self.name).unlink()
            self._unplugged.set()
            self._thread.join()
            os.close(self._master)
            os.close(self._slave)

    def _live(self) -> None:
        received = b""
        while not self._unplugged.is_set():
            if select.select([self._master], [], [], 0.01)[0]:
                received = self._consume(received + os.read(self._master, 4096))

    def _consume(self, received: bytes) -> bytes:
        """Answer the commands that are complete, and give back the rest."""
        while (start := received.find(_START)) >= 0:
            received = received[start:]
            if len(received) < 8:  # over a slow line it comes byte by byte
                return received
            if received[3:5] == b"\x00\xff":
                received = received[5:]
                continue
            head, size = (8, int.from_bytes(received[5:7])) if received[3:5] == b"\xff\xff" else (5, received[3])
            if len(received) < head + size + 1:
                return received
            self._obey(received[head + 1], received[head + 2 : head + size])
            received = received[head + size + 1 :]
        return received

    def _obey(self, command: int, data: bytes) -> None:
        self.asked.append(command)
        if self.silent:
            return
        if command in self.refused:
            os.write(self._master, _ACK + _ERROR_FRAME)
            return
        os.write(self._master, _ACK)
        body = bytes([0xD5, command + 1]) + self.answer(command, data)
        size = len(body).to_bytes(1 if len(body) < 255 else 2)
        head = (b"\xff\xff" if len(size) == 2 else b"") + size + bytes([-sum(size) & 0xFF])
        os.write(self._master, _START + head + body + bytes([-sum(body) & 0xFF, 0]))


def _with_crc(data: bytes) -> bytes:
    """ISO/IEC 14443-3, CRC_A."""
    crc = 0x6363
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x8408 if crc & 1 else crc >> 1
    return data + crc.to_bytes(2, "little")
