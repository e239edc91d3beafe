"""Remembers how far long files are while they are made: in memory for a while, by a name that their page made up."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import closing
from typing import cast

from flask import Flask

_EXTENSION = "kiosk.progress"
_MOST = 64
_LONGEST_KEY = 64


class Run:
    """One file on its way."""

    def __init__(self) -> None:
        self.rows = 0
        self.is_over = False

    def step(self, rows: int) -> None:
        """So many more rows are done."""
        self.rows += rows

    def watched(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The pieces; over when they are, or when nobody wants them any more."""
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
        """Begin a run under a name; without a name nobody will ask for it."""
        run = Run()
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
