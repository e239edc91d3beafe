"""Two contexts around each transaction: one thread of the program at a time, and drivers' errors raised as the
machine's.

As classes: a tap enters both, and a context made of a generator costs three times as much.
"""

import threading
from collections.abc import Callable
from types import TracebackType

from kiosk.errors import MachineError


class Turn:
    """Lets one thread at a time in; raises the error that `busy` makes if the lock is not free within `seconds`."""

    __slots__ = ("_busy", "_lock", "_seconds")

    def __init__(self, lock: threading.Lock, seconds: float, busy: Callable[[str], MachineError]) -> None:
        self._lock, self._seconds, self._busy = lock, seconds, busy

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=self._seconds):
            raise self._busy(f"busy for {self._seconds:.0f} s")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class Faults:
    """Raises, in an exception's place, the MachineError that `as_machine_error` returns for it; the exception itself
    for None.
    """

    __slots__ = ("_as_machine_error",)

    def __init__(self, as_machine_error: Callable[[BaseException], MachineError | None]) -> None:
        self._as_machine_error = as_machine_error

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, fault: BaseException | None, _trace: TracebackType | None) -> None:
        if fault is not None and (machine_error := self._as_machine_error(fault)) is not None:
            raise machine_error from fault
