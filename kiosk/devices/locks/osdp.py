"""Drives a strike on an output of an OSDP device, on a serial line (RS-485), with the library libosdp. Imported only
for a lock that uses OSDP.

The order itself says for how long, and the device's timer ends it: an output without a timer is refused. Each act
begins with a new greeting, some hundredths of a second: nothing of an act that failed is left to be sent.
"""

import fcntl
import os
import select
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import osdp_sys

from kiosk.devices.locks.named import Keys, LockSettings
from kiosk.errors import DeviceOffline, MachineError

_DEVICES = Path("/dev")  # where serial lines are
_PATIENCE_SECONDS = 1.5  # for each step; on a line that works one takes some hundredths
_WHOLE_SECONDS = 4.0  # for all of an act
_TURN_SECONDS = 0.005  # between two looks at the line
_KEY_BYTES = 16  # of the secure channel's key (AES-128)
_TENTHS, _MOST_TENTHS = 10, 255  # the library's Python side counts an output's time in tenths, up to 25.5 s
_OFF_AT_ONCE, _OFF_AFTERWARDS, _ON_FOR_A_TIME = 1, 3, 5  # OSDP's codes of an order to an output
_TIMED = 3  # the lowest level of output control at which a device's own timer ends an order
# The system's names of the line's speeds.
_SPEEDS = {
    9600: termios.B9600,
    19200: termios.B19200,
    38400: termios.B38400,
    57600: termios.B57600,
    115200: termios.B115200,
}


class Osdp:
    """One output of one device on a line like `tty:USB1`. Implements `remote.Lock`.

    With a key (32 hexadecimal digits) the line is encrypted, and nothing is sent on a line that is not.
    """

    ends_by_itself = True

    def __init__(self, address: str, key: str = "", *, number: int = 0, output: int = 0, baud: int = 9600) -> None:
        """Read the key. Raises MachineError `key` for one that is not 32 hexadecimal digits."""
        self._path = _DEVICES / f"tty{address.partition(':')[2]}"
        self._number, self._output, self._baud = number, output, baud
        try:
            self._key = bytes.fromhex(key)
        except ValueError:
            self._key = b"?"  # refused below, by its length
        if len(self._key) not in (0, _KEY_BYTES):
            text = "keys/entrance/lock is not a valid OSDP key"
            raise MachineError("key", f"{text}: write 32 hexadecimal digits on one line")

    def release(self, seconds: float) -> None:
        """Release the strike for some seconds (25.5 at most), counted by the device; afterwards it is at rest, whatever
        it was told before. Raises DeviceOffline, also for an output without a timer.
        """
        tenths = min(int(seconds * _TENTHS), _MOST_TENTHS)
        with self._greeted() as line:
            if not line.has_timer(self._output):
                text = f"the OSDP device {self._number} has no output {self._output} that ends by itself"
                raise DeviceOffline("door-offline", f"{text}: nothing was ordered, it is no lock for a door")
            line.order(self._output, _OFF_AFTERWARDS, 0)  # the state to which it falls back when its time is over
            line.order(self._output, _ON_FOR_A_TIME, tenths)

    def rest(self) -> None:
        """Switch the output off at once. Raises DeviceOffline."""
        with self._greeted() as line:
            line.order(self._output, _OFF_AT_ONCE, 0)

    def look(self) -> Mapping[str, object]:
        """Return the device's `kind` (its maker's code, line and number), whether the line is encrypted (`locked`), and
        whether its output has a timer (`ends`). Raises DeviceOffline.
        """
        with self._greeted() as line:
            kind = f"OSDP {line.vendor:06X}, {self._path.name}, {self._number}"
            return {"kind": kind, "locked": bool(self._key), "ends": line.has_timer(self._output)}

    @contextmanager
    def _greeted(self) -> Iterator["_Line"]:
        """Open the line and greet the device, for the length of a `with`; all of it ends within `_WHOLE_SECONDS`.
        Raises DeviceOffline.
        """
        name, end = f"{self._path.name}, {self._number}", time.monotonic() + _WHOLE_SECONDS
        with _opened(self._path, self._baud) as port:
            line = _Line(port, name, self._number, self._baud, self._key, end)
            line.greet()
            yield line


class _Port:
    """The serial line's bytes, as the library asks for them. An error here is kept in `fault`, since it cannot be
    raised through C.
    """

    id = 0  # the library tells its channels apart by it

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.fault: OSError | None = None

    def read(self, most: int) -> bytes:
        """Return the bytes that the line has, none at a fault; the fault is stored."""
        try:
            return os.read(self.descriptor, most)
        except BlockingIOError:
            return b""
        except OSError as fault:
            self.fault = fault
            return b""

    def write(self, frame: bytes) -> int:
        """Write a frame and return how many bytes went out, 0 at a fault; the fault is stored."""
        try:
            return os.write(self.descriptor, frame)
        except OSError as fault:
            self.fault = fault
            return 0

    def flush(self) -> None:
        """Discard the bytes that the line received and the library has not read."""
        with suppress(OSError, termios.error):
            termios.tcflush(self.descriptor, termios.TCIFLUSH)


class _Line:
    """The control panel's side (the library's word for the one that gives orders) of a line to one device, for one act
    that ends by `end` (monotonic seconds).
    """

    def __init__(self, port: _Port, name: str, number: int, baud: int, key: bytes, end: float) -> None:
        self._port, self._name, self._key, self._end = port, name, key, end
        self._done: list[int] = []  # the outcome of the order under way, once there is one
        device_settings = {"name": "strike", "address": number, "baud_rate": baud, "channel": port}
        flags = osdp_sys.FLAG_ENFORCE_SECURE if key else 0
        osdp_sys.set_loglevel(osdp_sys.LOG_EMERG)  # the library's own log is as good as off: faults are raised here
        self._panel = osdp_sys.ControlPanel([{**device_settings, "flags": flags, "scbk": key or None}])
        self._panel.set_event_callback(lambda *_: 0)  # cards held to the device are ignored
        self._panel.set_command_completion_callback(self._completed)

    @property
    def vendor(self) -> int:
        """Return the maker, as the device reports it."""
        return int(self._panel.get_pd_id(0)["vendor_code"])  # 0: the panel's only device

    def greet(self) -> None:
        """Connect to the device, encrypted where there is a key. Raises DeviceOffline."""
        panel = self._panel
        if not self._turn(lambda: bool(panel.sc_status() if self._key else panel.status())):
            why = ", or does not take the key in keys/entrance/lock" if self._key else ""
            raise self._away(why)

    def has_timer(self, output: int) -> bool:
        """Tell whether the device's own timer ends an order to this output."""
        level, count = self._panel.check_capability(0, osdp_sys.CAP_OUTPUT_CONTROL)
        return bool(level >= _TIMED and output < count)

    def order(self, output: int, code: int, tenths: int) -> None:
        """Send an order to an output, and wait until the device accepted it. `code` is one of OSDP's (`_OFF_AT_ONCE`
        and so on), `tenths` its time in tenths of a second. Raises DeviceOffline where it is refused or not answered.
        """
        self._done.clear()
        command = {"command": osdp_sys.CMD_OUTPUT, "output_no": output, "control_code": code, "timer_count": tenths}
        if not self._panel.submit_command(0, command) or not self._turn(lambda: bool(self._done)):
            raise self._away()
        if self._done[0] != osdp_sys.COMPLETION_OK:
            why = "" if self._key else ": it may want a key, keys/entrance/lock"
            raise DeviceOffline("door-offline", f"the OSDP device at {self._name} does not obey{why}")

    def _turn(self, until: Callable[[], bool]) -> bool:
        """Talk with the device until a condition holds; return False where it does not in time, or the line fails."""
        end = min(time.monotonic() + _PATIENCE_SECONDS, self._end)
        while not until():
            if self._port.fault is not None or time.monotonic() >= end:
                return False
            select.select([self._port.descriptor], [], [], _TURN_SECONDS)
            self._panel.refresh()
        return True

    def _completed(self, _device: int, _command: Mapping[str, Any], status: int) -> None:
        """Store the outcome of a command, as the library reports it."""
        self._done.append(status)

    def _away(self, why: str = "") -> DeviceOffline:
        """Return the fault for a device that does not answer, to be raised; `why` is the end of its first sentence."""
        named = f" ({type(self._port.fault).__name__})" if self._port.fault else ""
        text = f"the OSDP device at {self._name} does not respond{named}{why}"
        return DeviceOffline("door-offline", f"{text}: check its power, its wires, lock.number and lock.baud")


@contextmanager
def _opened(path: Path, baud: int) -> Iterator[_Port]:
    """Open the serial line for this program alone; bytes not sent by the time it is closed are dropped. Raises
    DeviceOffline.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as fault:
        text = f"the line {path} cannot be opened ({fault.strerror})"
        raise DeviceOffline("door-offline", f"{text}: check its adapter and door.address") from fault
    try:
        _claim(descriptor, path)
        _set_up(descriptor, path, baud)
        yield _Port(descriptor)
    finally:
        with suppress(OSError, termios.error):
            termios.tcflush(descriptor, termios.TCIOFLUSH)
        os.close(descriptor)


def _claim(descriptor: int, path: Path) -> None:
    """Lock the line for this program; where another one has it, wait up to 1.5 s. Raises DeviceOffline."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            if time.monotonic() >= end:
                text = f"another program uses {path}: only one can use it at a time"
                raise DeviceOffline("door-offline", text) from fault
            time.sleep(_TURN_SECONDS)
        else:
            return


def _set_up(descriptor: int, path: Path, baud: int) -> None:
    """Set the line to eight data bits, no parity, no flow control, and this speed; drop what it had received before.
    Raises DeviceOffline.
    """
    try:
        attributes = termios.tcgetattr(descriptor)
        attributes[:4] = [0, 0, termios.CS8 | termios.CREAD | termios.CLOCAL, 0]
        attributes[4] = attributes[5] = _SPEEDS[baud]
        termios.tcsetattr(descriptor, termios.TCSANOW, attributes)
        termios.tcflush(descriptor, termios.TCIOFLUSH)
    except termios.error as fault:
        raise DeviceOffline("door-offline", f"{path} is not a serial line: check door.address") from fault


def made(address: str, own: LockSettings, keys: Keys) -> Osdp:
    """Return the lock that a home's settings name. `keys` has its key, and a file that OSDP does not need. Raises
    MachineError `key`.
    """
    key, _ = keys
    return Osdp(address, key, number=own.number, output=own.output, baud=own.baud)
