"""Remembers how many rows of a long file are made, in memory, under a key that the page made up.

A file that is stopped on its page, or whose download ends early, is not made any further.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import cast

from flask import Flask, request
from waitress.channel import ClientDisconnected  # type: ignore[import-untyped]  # ships no types

_EXTENSION = "kiosk.progress"
_IS_GONE = "waitress.client_disconnected"  # where waitress tells whether the client has gone
_MOST = 64  # runs
_LONGEST_KEY = 64  # characters


class Left(ClientDisconnected):  # type: ignore[misc]  # has no types
    """Ends the making of a file that was given up. As a ClientDisconnected it makes the server break the download off,
    so that no partial file is taken for a whole one.
    """


class Run:
    """One file that is being made: `rows` made so far; `is_over` once it is sent or given up, `is_stopped` if it was
    given up. `is_gone` tells whether its download was ended; `is_broken` becomes true where a fault ended the file
    before its end: the server then breaks its download off.
    """

    def __init__(self, is_gone: Callable[[], bool] = lambda: False) -> None:
        self.rows = 0
        self.is_over = False
        self.is_stopped = False
        self.is_broken = False
        self._is_gone = is_gone

    def step(self, rows: int) -> None:
        """Count more rows as done. Raises Left once the file was stopped or its download ended."""
        self.rows += rows
        if self.is_stopped or self._is_gone():
            self.stop()
            raise Left

    def stop(self) -> None:
        """Stop making the file; a file that is finished stays as it is."""
        self.is_stopped = not self.is_over

    def watched(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Make the first piece of the file now, and return all of them, which marks the run as over when they are sent
        or the download is given up.

        Where the books are not what they were, the file's maker raises before its first piece: then there is a page in
        words. Raised while the answer is sent, it would be the server's bare 500.
        """
        first = b""
        try:
            with suppress(StopIteration, Left):  # Left is raised again once the answer is sent
                first = next(pieces)
        except BaseException:
            self.is_over = True
            raise
        return self._sent(first, pieces)

    def _sent(self, first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the pieces of the file. Raises Left where it was stopped before."""
        try:
            with closing(pieces):  # type: ignore[type-var]  # a generator
                if self.is_stopped:
                    raise Left
                yield first
                yield from pieces
        except Exception as fault:
            self.is_broken = not isinstance(fault, Left)
            raise
        finally:
            self.is_over = True


class Progress:
    """The runs that pages may ask about, at most `_MOST`; the oldest is forgotten first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: OrderedDict[str, Run] = OrderedDict()

    @classmethod
    def of(cls, app: Flask) -> "Progress":
        """Return the application's own Progress; make it at the first call."""
        return cast(Progress, app.extensions.setdefault(_EXTENSION, cls()))

    def begin(self, key: str) -> Run:
        """Begin this request's run under a key, in place of an earlier one. A run without a key, or with one that is
        too long, cannot be asked about.
        """
        run = Run(request.environ.get(_IS_GONE, lambda: False))
        if 0 < len(key) <= _LONGEST_KEY:
            with self._lock:
                self._runs[key] = run
                self._runs.move_to_end(key)
                while len(self._runs) > _MOST:
                    self._runs.popitem(last=False)
        return run

    def find(self, key: str) -> Run | None:
        """Return the run under a key; None where there is none, or where it is forgotten."""
        with self._lock:
            return self._runs.get(key)
