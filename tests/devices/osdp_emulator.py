"""An OSDP device on a pty: its side of libosdp, outputs with a timer of its own, and a line to lose."""

import os
import pty
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from osdp import Capability, Channel, LogLevel, PDCapabilities, PDInfo, PeripheralDevice

ID, CAPABILITIES, CHALLENGE, SECRET, OUTPUT = 0x61, 0x62, 0x76, 0x77, 0x68
RELEASE = 0x168
"""What a panel says at each step; the last is seen on a line in plain alone."""
TIMED = 3


@dataclass
class OsdpDevice:
    """What it is and what became of it. `loses` names the step at which the line is lost, and whether before it is
    heard or after; "torn" for an adapter that is pulled out.
    """

    number: int = 5
    key: bytes = b""
    level: int = TIMED
    outputs: int = 2
    obeys: bool = True
    loses: tuple[int, str] = (0, "")
    lost: threading.Event = field(default_factory=threading.Event)
    orders: list[tuple[int, int, int]] = field(default_factory=list)
    permanent: bool = False
    _until: float = 0.0

    @property
    def is_released(self) -> bool:
        return self.permanent or time.monotonic() < self._until

    @property
    def released_for(self) -> list[float]:
        return [tenths / 10 for _, code, tenths in self.orders if code == 5]

    def carry_out(self, told: dict[str, Any]) -> tuple[int, None]:
        if not self.obeys:
            return -1, None
        code, tenths = told["control_code"], told["timer_count"]
        self.orders.append((told["output_no"], code, tenths))
        if code in (1, 2, 3, 4):
            self.permanent = code in (2, 4)
            self._until = self._until if code in (3, 4) else 0.0
        elif code == 5:
            self._until = time.monotonic() + (tenths / 10 if tenths else 3600)
        return 0, None


class _Wire(Channel):  # type: ignore[misc]  # libosdp says no types
    """The device's end of the line, which may be lost."""

    def __init__(self, descriptor: int, device: OsdpDevice) -> None:
        super().__init__()
        self._descriptor, self._device = descriptor, device
        self._is_deaf = self._is_mute = False

    def read(self, max_bytes: int) -> bytes:
        try:
            data = os.read(self._descriptor, max_bytes)
        except OSError:
            return b""
        step, moment = self._device.loses
        if moment and _says(data) == step and not self._device.lost.is_set():
            self._device.lost.set()
            self._is_mute, self._is_deaf = True, moment != "after"
            if moment == "torn":
                os.close(self._descriptor)
                self._descriptor = -1
        return b"" if self._is_deaf else data

    def write(self, buf: bytes) -> int:
        with suppress(OSError):
            if not self._is_mute:
                return os.write(self._descriptor, buf)
        return len(buf)

    def flush(self) -> None:
        """Nothing."""

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)


def _says(data: bytes) -> int:
    """The command's byte in a packet, legible in an encrypted one too; RELEASE is an output's order for a time."""
    head = data.find(0x53)
    if head < 0 or len(data) < head + 6:
        return 0
    secured = data[head + 4] & 8
    place = head + 5 + (data[head + 5] if secured else 0)
    if not secured and data[place : place + 1] == bytes([OUTPUT]) and data[place + 2] == 5:
        return RELEASE
    return data[place] if place < len(data) else 0


@contextmanager
def on_a_line(device: OsdpDevice, folder: Path, name: str = "ttyUSB7") -> Iterator[str]:
    """The device on a line of this machine, which a name in a folder leads to."""
    far, near = pty.openpty()
    tty.setraw(far)
    os.set_blocking(far, False)
    (folder / name).symlink_to(os.ttyname(near))
    os.close(near)
    wire = _Wire(far, device)
    can = PDCapabilities([(Capability.OutputControl, device.level, device.outputs)])
    found = PeripheralDevice(
        PDInfo(device.number, wire, scbk=device.key or None), can, LogLevel.Emergency, device.carry_out
    )
    found.start()
    try:
        yield f"tty:{name.removeprefix('tty')}"
    finally:
        found.stop()
        wire.close()
        (folder / name).unlink()
