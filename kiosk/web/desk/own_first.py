"""Gives the desk's own pages priority over the pages that it makes for members' telephones, which wait meanwhile, for
half a second at most.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Any

_MOMENT_SECONDS = 0.5  # for which a telephone's request waits at the most
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]  # as WSGI defines it


class OwnFirst:
    """Counts the desk's own pages that are being made, so that an answer to a telephone can wait for them."""

    def __init__(self) -> None:
        self._count = 0  # pages that are being made
        self._none_left = threading.Condition()

    def around(self, application: Application) -> Application:
        """Return the WSGI application with each of its requests counted until it has returned its answer or failed."""

        def counted(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            """Answer a request, and count it meanwhile."""
            self._add(1)
            try:
                return application(environ, start_response)
            finally:
                self._add(-1)

        return counted

    def give_way(self) -> None:
        """Wait until no page is being made, for half a second at most, so that a slow page does not keep telephones
        out.
        """
        with self._none_left:
            self._none_left.wait_for(lambda: not self._count, _MOMENT_SECONDS)

    def _add(self, count: int) -> None:
        """Change the count of pages being made, and wake the requests that wait when none is."""
        with self._none_left:
            self._count += count
            if not self._count:
                self._none_left.notify_all()
