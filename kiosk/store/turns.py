"""What stands around each transaction: one of our threads at a time, and a driver's error told as the machine's.

As classes: a tap passes both, and what is made of a generator costs it three times as much.
"""

import threading
from collections.abc import Callable
from types import TracebackType

from kiosk.errors import MachineError


class Turn:
    """Our own threads take turns, and wait no longer than so many seconds: then it is said to be `busy`."""

    __slots__ = ("_busy", "_lock", "_seconds")

    def __init__(self, lock: threading.Lock, seconds: float, busy: Callable[[str], MachineError]) -> None:
        self._lock, self._seconds, self._busy = lock, seconds, busy

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=self._seconds):
            raise self._busy(f"busy for {self._seconds:.0f} s")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class Faults:
    """Raises what is `told` of an exception in its place; the exception itself where nothing is."""

    __slots__ = ("_told",)

    def __init__(self, told: Callable[[BaseException], MachineError | None]) -> None:
        self._told = told

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, fault: BaseException | None, _trace: TracebackType | None) -> None:
        if fault is not None and (told := self._told(fault)) is not None:
            raise told from fault
