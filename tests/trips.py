"""Counts how often a program that reads from a server waits for it: by what it sends, whatever the machine has to do.

A network between the two sees otherwise how an answer was cut, and an end that is not awaited now before the next
question and now with it.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

import psycopg
import pytest

from kiosk.store.engine import Store
from kiosk.store.postgresql import address
from kiosk.store.postgresql.bounded import BoundedConnection

_ENDS = (b"\tQuery\t", b"\tSync")  # of what is sent: after each of them the server says that it is ready


class Trips:
    """What one store's connections sent since `begin`."""

    def __init__(self) -> None:
        self._traces: list[tuple[Any, IO[bytes]]] = []
        self.unheard = 0  # ends of transactions that only read: sent, and not awaited

    def follow(self, pgconn: Any) -> None:
        """Count what a new connection sends, too."""
        self._traces.append((pgconn, tempfile.TemporaryFile()))  # noqa: SIM115  # closed with the count
        self._trace(*self._traces[-1])

    def begin(self) -> None:
        """Count from here on."""
        tuple(self._sent())
        self.unheard = 0

    def count(self) -> int:
        """Return how often the store waited for its server since `begin`, and begin again."""
        sent = b"".join(self._sent()).splitlines()
        awaited = sum(any(end in line for end in _ENDS) for line in sent if line.startswith(b"F")) - self.unheard
        self.unheard = 0
        return awaited

    def close(self) -> None:
        """Follow none any more."""
        for pgconn, file in self._traces:
            with suppress(psycopg.Error):
                pgconn.untrace()
            file.close()
        self._traces.clear()

    def _sent(self) -> Iterator[bytes]:
        for pgconn, file in self._traces:
            if pgconn.status != psycopg.pq.ConnStatus.OK:
                continue
            pgconn.untrace()
            file.seek(0)
            yield file.read()
            file.seek(0)
            file.truncate()
            self._trace(pgconn, file)

    @staticmethod
    def _trace(pgconn: Any, file: IO[bytes]) -> None:
        pgconn.trace(file.fileno())
        pgconn.set_trace_flags(psycopg.pq.Trace.SUPPRESS_TIMESTAMPS)


@contextmanager
def counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trips]:
    """Count what a store on a server sends, from here on."""
    trips, end_reading, connect = Trips(), BoundedConnection.end_reading, BoundedConnection.__init__

    def ending(connection: BoundedConnection) -> None:
        was_ending = connection._is_ending
        end_reading(connection)
        trips.unheard += connection._is_ending and not was_ending

    def connecting(connection: BoundedConnection, pgconn: Any, *more: Any) -> None:
        connect(connection, pgconn, *more)
        trips.follow(pgconn)

    monkeypatch.setattr(BoundedConnection, "end_reading", ending)
    monkeypatch.setattr(BoundedConnection, "__init__", connecting)
    monkeypatch.setattr(address, "IDLE_SECONDS", float("inf"))  # on a busy machine a connection rests for long
    store.close()
    try:
        yield trips
    finally:
        trips.close()
