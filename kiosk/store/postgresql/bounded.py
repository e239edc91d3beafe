"""A connection that waits for a server no longer than whoever stands before a door would.

A server that is gone says so, or the network does. One that is frozen, or whose answers are lost on the way, says
nothing at all, for ever: what is asked of it ends here, and the connection with it, since nobody knows what of it was
done.
"""

from time import monotonic
from typing import Any

import psycopg
from psycopg.errors import _WaitTimeout

_INTERVAL = 0.1  # in which Ctrl-C is looked for


class Unanswered(psycopg.OperationalError):
    """A server did not answer in time."""


class BoundedConnection(psycopg.Connection[Any]):
    """Each statement has `statement_seconds`; from `bound` on, all of them together have those that it is told."""

    statement_seconds = 120.0
    _until: float | None = None

    def bound(self, seconds: float | None) -> None:
        """Let all statements from now on have so long; None: each its own time."""
        self._until = None if seconds is None else monotonic() + seconds

    def wait(self, gen: Any, interval: float = _INTERVAL, timeout: float | None = None) -> Any:
        """As psycopg's own, in the time there is. Raises OperationalError after it; the connection is closed then."""
        if timeout is None:
            timeout = self.statement_seconds
            if self._until is not None:
                timeout = min(timeout, max(0.0, self._until - monotonic()))
        try:
            return super().wait(gen, interval, timeout)
        except _WaitTimeout:
            self.close()
            raise Unanswered("the server does not answer in time") from None
