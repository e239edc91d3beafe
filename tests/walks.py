"""The two ways along the chain: one process that reads all of it, and several that read a stretch each."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from kiosk.domain.books.entry_sums import EntrySums
from kiosk.home import Home
from kiosk.store import audit
from kiosk.store.chain import stretch_child, stretches

WAYS = (1, 4)  # processes


class Within:
    """A child that walks within this process as soon as it was told along what."""

    status = 0
    asked = 0

    def __init__(self, *_args: object, **_options: object) -> None:
        type(self).asked += 1
        self.stdin, self.stdout = _Wishes(self), io.StringIO()

    def __enter__(self) -> "Within":
        return self

    def __exit__(self, *_raised: object) -> None:
        return

    def kill(self) -> None:
        """It ended."""

    def wait(self) -> int:
        """How it ended."""
        return self.status


class _Wishes(io.StringIO):
    def __init__(self, child: Within) -> None:
        super().__init__()
        self._child = child

    def close(self) -> None:
        """Walk at the first call; the garbage collector closes a forgotten file once more."""
        if self.closed:
            return
        self.seek(0)
        stretch_child.main(self, self._child.stdout)
        self._child.stdout.seek(0)
        super().close()


@contextmanager
def within(monkeypatch: pytest.MonkeyPatch, child: type[Any] = Within, least: int = 1) -> Iterator[type[Any]]:
    """Children walk in here, whatever the length of the chain."""
    with monkeypatch.context() as patched:
        patched.setattr(stretches, "Popen", child)
        patched.setattr(stretches, "LEAST", least)
        yield child


def walked(connection: sa.Connection, opened: Home, seal: Any = None, processes: int = 1) -> EntrySums:
    """The chain checked by so many processes. Returns what they summed up meanwhile."""
    sums = audit.sums_of(connection)
    stretches.check_chain(connection, opened.paths.database, seal or opened.seal, sums=sums, processes=processes)
    return sums
