"""Simulates a badge for work on a laptop: the card's side of the radio, over UDP, for nfcpy's `udp` reader.

That reader sends its polls to a host and port; a program that listens there and answers is a badge in the field. It
imitates a plain card without content (an NTAG213 where the UID begins with 04). What the reader concludes is decided by
the reader's own code.
"""

import errno
import socket
import time
from functools import reduce
from operator import xor

from kiosk.domain.checkin.badges import BadgeRead
from kiosk.errors import MachineError

_FIRST_POLL_SECONDS = 4.0  # an idle reader asks once a second; one that starts or recovers may need a little longer
_FIELD_OFF = b"RFOFF"  # the reader has switched its field off
_BITRATE = b"106A"  # ISO 14443 type A at 106 kbit/s, the only one that this badge answers
_REQUEST = b"\x26"  # "is there a card?"
_CASCADE = 0x88  # stands before a part of a UID that goes on at the next level
_READ = 0x30  # the command to read pages, which presence checks use
_GET_VERSION = b"\x60"  # the question what chip it is
_NTAG213 = bytes.fromhex("0004040201000F03")  # the answer of an NTAG213 to GET_VERSION


class SimulatedBadge:
    """The answers of a card, frame by frame. Knows no socket and no time."""

    def __init__(self, uid: bytes) -> None:
        levels = _levels(uid)
        # The answers by which a reader selects a card (ISO 14443-3), by its commands; the first tells the UID's length.
        self._activation = {_REQUEST: bytes([{4: 0x04, 7: 0x44, 10: 0x84}[len(uid)], 0x00])}
        for command, level in zip((0x93, 0x95, 0x97), levels, strict=False):
            self._activation[bytes([command, 0x20])] = level  # asked for a part of the UID
            self._last_step = bytes([command, 0x70]) + level  # selected by that part
            # 0: selected; 4: more of the UID follows
            self._activation[self._last_step] = b"\x00" if level is levels[-1] else b"\x04"
        self._is_selected = False
        self.polled = False
        """Whether a reader's poll was answered: the card is in the field."""
        self.sensed = False
        """Whether a reader has selected the card, and so knows its UID."""
        self.checked = False
        """Whether a reader has found it still there, and so knows when it goes."""

    def answer(self, datagram: bytes) -> bytes | None:
        """Return the datagram to send back; None to stay mute.

        The card is mute to all but polling until it was selected itself, like a real card: else it would answer the
        presence checks meant for the badge before it, and the change of badge would go unseen.
        """
        if datagram.startswith(_FIELD_OFF):
            self._is_selected = False
            return None
        bitrate, _, digits = datagram.partition(b" ")
        try:
            command = bytes.fromhex(digits.decode("ascii"))
        except ValueError:
            return None
        reply = self._reply(command) if bitrate == _BITRATE else None
        return None if reply is None else _BITRATE + b" " + reply.hex().encode("ascii")

    def _reply(self, command: bytes) -> bytes | None:
        """Return the card's reply: to the steps by which it is selected, then to reads and questions."""
        if command in self._activation:
            self._is_selected = command == self._last_step
            self.polled = True
            self.sensed = self.sensed or self._is_selected
            return self._activation[command]
        if not self._is_selected:
            return None
        if command[:1] == bytes([_READ]) and len(command) == 2:
            self.checked = True
            return bytes(16)  # four pages without content
        return _NTAG213 if command == _GET_VERSION else None


def present(
    read: BadgeRead, *, host: str = "127.0.0.1", port: int, seconds: float, patience_seconds: float = 0.0
) -> bool:
    """Hold a badge to the reader that polls host:port for some seconds, lift it, and return whether it was sensed.

    The seconds count from the first poll answered, which is waited for 4 s at most. With `patience_seconds` it is held
    longer, as people do: until the reader has acted on the tap and asks whether the badge is still there. A badge
    lifted before that may be missed, or be taken for the same one when it comes again. Raises MachineError `badge-port`
    when another badge is being presented there, or when host:port cannot be listened on.
    """
    badge = SimulatedBadge(read.uid)
    latest = 0.0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as field:
        _bind(field, host, port)
        until = time.monotonic() + _FIRST_POLL_SECONDS
        while (left := (until if badge.checked else max(until, latest)) - time.monotonic()) > 0:
            field.settimeout(left)
            try:
                datagram, reader = field.recvfrom(1024)
            except TimeoutError:
                break
            was_polled = badge.polled
            reply = badge.answer(datagram)
            if reply is not None:
                field.sendto(reply, reader)
            if badge.polled and not was_polled:
                until = time.monotonic() + seconds
                latest = until + patience_seconds
    return badge.sensed and (badge.checked or not patience_seconds)


def _bind(field: socket.socket, host: str, port: int) -> None:
    """Take the address of the simulated reader. Raises MachineError `badge-port`."""
    try:
        field.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            text = f"another badge is being presented at {host}:{port}: lift it first"
        else:
            text = f"cannot present a badge at {host}:{port} ({error}): give the host and port of the simulated reader"
        raise MachineError("badge-port", text) from error


def _levels(uid: bytes) -> list[bytes]:
    """Return the UID in the parts that a reader asks for: four bytes and their check byte each, with a mark where more
    follows.
    """
    parts, remaining = [], uid
    while len(remaining) > 4:
        parts.append(bytes([_CASCADE]) + remaining[:3])
        remaining = remaining[3:]
    parts.append(remaining)
    return [part + bytes([reduce(xor, part)]) for part in parts]
