"""Readers that nfcpy reaches by USB, as far as their cable: its own drivers speak to them, by a transport of ours.

An ACR122U wraps a PN532's commands in CCID blocks; an RC-S380 (Sony's Port-100) is told each frame of the radio. No
libusb, no cable and no timing are tried so.
"""

import errno
from functools import reduce
from operator import xor

from .pn532_emulator import Card, Chip

_DATA_BLOCK, _POWER_ON = 0x80, 0x62
_DONE = b"\x90\x00"
_START = b"\x00\x00\xff"
_ACK = _START + b"\x00\xff\x00"
_IN_TIME, _TIMED_OUT = bytes(4), bytes.fromhex("80000000")
_ANSWERS = {0x20: b"\x11\x01", 0x22: b"\x00\x01"}  # versions of firmware and data; all else is done


class Cable:
    """nfcpy's transport: writes a frame, and reads what is answered. `pulled` is a cable that is not there."""

    TYPE = "USB"

    def __init__(self, name: str) -> None:
        self.manufacturer_name, self.product_name = name.split(" ", 1)
        self.chip = Chip()
        self.pulled = False
        self._answers: list[bytes] = []

    def write(self, frame: bytes) -> None:
        if self.pulled:
            raise OSError(errno.ENODEV, "the cable was pulled")
        self._answers += self._told(bytes(frame))

    def read(self, timeout: int = 0) -> bytearray:
        if not self._answers:
            raise OSError(errno.ETIMEDOUT, "nothing is answered")
        return bytearray(self._answers.pop(0))

    def close(self) -> None:
        self._answers.clear()

    def _told(self, frame: bytes) -> list[bytes]:
        raise NotImplementedError


class Acr122u(Cable):
    """An ACS ACR122U."""

    def __init__(self) -> None:
        super().__init__("ACS ACR122U PICC Interface")

    def _told(self, frame: bytes) -> list[bytes]:
        data = frame[10:]
        answer = b"" if frame[0] == _POWER_ON else self._escaped(data)
        return [bytes([_DATA_BLOCK]) + len(answer).to_bytes(4, "little") + bytes(5) + answer]

    def _escaped(self, data: bytes) -> bytes:
        if data[:3] == bytes.fromhex("FF0048"):
            return b"ACR122U203"
        if data[:4] == bytes.fromhex("FF000000") and data[5] == 0xD4:
            return bytes([0xD5, data[6] + 1]) + self.chip.answer(data[6], data[7:]) + _DONE
        return _DONE


class RcS380(Cable):
    """A Sony RC-S380."""

    def __init__(self) -> None:
        super().__init__("SONY RC-S380/P")

    def _told(self, frame: bytes) -> list[bytes]:
        if frame == _ACK:
            return []
        code, data = frame[9], frame[10 : 8 + int.from_bytes(frame[5:7], "little")]
        answer = self._by_radio(data[2:]) if code == 0x04 else _ANSWERS.get(code, b"\x00")
        body = bytes([0xD7, code + 1]) + answer
        size = len(body).to_bytes(2, "little")
        return [_ACK, _START + b"\xff\xff" + size + bytes([-sum(size) & 0xFF]) + body + bytes([-sum(body) & 0xFF, 0])]

    def _by_radio(self, command: bytes) -> bytes:
        card = self.chip.card
        if card is None:
            return _TIMED_OUT
        selecting = _selecting(card, command)
        if selecting is not None:
            self.chip.answer(0x4A, b"\x01\x00")  # selected: the chip knows which card it speaks to
            return _IN_TIME + b"\x08" + selecting
        answer = self.chip.through(command)
        return _IN_TIME + b"\x08" + answer[1:] if answer[0] == 0 else _TIMED_OUT


def _selecting(card: Card, command: bytes) -> bytes | None:
    """What a card answers while it is selected (ISO/IEC 14443-3): its kind, the parts of its number, and at the end
    that it speaks ISO/IEC 14443-4; None for any other command.
    """
    if command == b"\x26":
        return bytes([{4: 0x04, 7: 0x44}.get(len(card.uid), 0x84), 0])
    if len(command) < 2 or command[0] not in (0x93, 0x95, 0x97) or command[1] not in (0x20, 0x70):
        return None
    place = 4 * ((command[0] - 0x93) // 2)
    part = card.cascade[place : place + 4]
    if command[1] == 0x20:
        return part + bytes([reduce(xor, part)])
    return b"\x04" if len(card.cascade) > place + 4 else b"\x20" if card.chip else b"\x00"
