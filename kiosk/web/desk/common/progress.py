"""Remembers how far long files are while they are made: in memory for a while, by a name that their page made up.

A file that was stopped on its page, or whose download was ended, is made no further.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import cast

from flask import Flask, request
from waitress.channel import ClientDisconnected  # type: ignore[import-untyped]  # ships no types

_EXTENSION = "kiosk.progress"
_IS_GONE = "waitress.client_disconnected"  # what the server tells of the one who asked
_MOST = 64
_LONGEST_KEY = 64


class Left(ClientDisconnected):  # type: ignore[misc]  # has no types
    """Ends a file that was given up. The server breaks the download off, so that no part is taken for a whole."""


class Run:
    """One file on its way. `is_gone` tells whether its download was ended."""

    def __init__(self, is_gone: Callable[[], bool] = lambda: False) -> None:
        self.rows = 0
        self.is_over = False
        self.is_stopped = False
        self._is_gone = is_gone

    def step(self, rows: int) -> None:
        """Count so many more rows as done. Raises Left once the file was given up."""
        self.rows += rows
        if self.is_stopped or self._is_gone():
            self.stop()
            raise Left

    def stop(self) -> None:
        """Let the file be made no further; one that is over stays as it is."""
        self.is_stopped = not self.is_over

    def watched(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the pieces; the run is over when they are, or when the download is given up."""
        try:
            with closing(pieces):  # type: ignore[type-var]  # a generator
                yield from pieces
        finally:
            self.is_over = True


class Progress:
    """The runs that pages may ask for. The oldest is forgotten first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: OrderedDict[str, Run] = OrderedDict()

    @classmethod
    def of(cls, app: Flask) -> "Progress":
        """The application's own."""
        return cast(Progress, app.extensions.setdefault(_EXTENSION, cls()))

    def begin(self, key: str) -> Run:
        """Begin a run of this request under a name; one without a name cannot be asked for."""
        run = Run(request.environ.get(_IS_GONE, lambda: False))
        if 0 < len(key) <= _LONGEST_KEY:
            with self._lock:
                self._runs[key] = run
                self._runs.move_to_end(key)
                while len(self._runs) > _MOST:
                    self._runs.popitem(last=False)
        return run

    def find(self, key: str) -> Run | None:
        """The run of this name."""
        with self._lock:
            return self._runs.get(key)
