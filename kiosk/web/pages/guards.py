"""Guards every request of the members' pages: its host, its origin and its pace; and sets what a browser may do."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address behind a QR is a secret
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
API = "api"  # the endpoint with limits of its own and without forms
ASKED, SECONDS, ADDRESSES = 60, 30.0, 2_000  # requests in so many seconds; addresses that are remembered


class Pace:
    """Counts requests by address (or by any other text): `most` are allowed in so many seconds from the first one on,
    then the count begins anew. Only the addresses that asked last are remembered.
    """

    def __init__(
        self, monotonic: Callable[[], float] = time.monotonic, most: int = ASKED, seconds: float = SECONDS
    ) -> None:
        self._monotonic = monotonic
        self._most = most
        self._seconds = seconds
        self._lock = threading.Lock()
        self._since: OrderedDict[str, tuple[float, int]] = OrderedDict()  # when the count began, and how many since

    def is_too_fast(self, address: str) -> bool:
        """Count one more request of an address, and tell whether it is one too many."""
        now = self._monotonic()
        with self._lock:
            since, count = self._since.pop(address, (now, 0))
            since, count = (now, 0) if now - since > self._seconds else (since, count)
            self._since[address] = since, count + 1
            if len(self._since) > ADDRESSES:
                self._since.popitem(last=False)
            return count >= self._most


def install(app: Flask, host: Callable[[], str], pace: Pace) -> None:
    """Put the guards before and after each request. `host` returns the host name under which the pages are reached."""

    @app.before_request
    def _check() -> None:
        """Refuse a request that comes too fast (429), for another host name (421), or a form that another site sent
        (403). The API, whose scripts send no forms, counts for itself.
        """
        if request.endpoint in ("healthz", "static"):
            return
        if request.endpoint != API and pace.is_too_fast(request.remote_addr or ""):
            abort(429)
        known = host()
        if known and request.host != known:
            abort(421)
        if request.method == "POST" and request.endpoint != API and not _is_own():
            abort(403)

    @app.after_request
    def _protect(response: Response) -> Response:
        """Set what a browser may do with an answer. Pages are never kept; static files, fonts and the API's answers
        say for themselves how long they are.
        """
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.endpoint not in ("static", "font", API):
            response.headers["Cache-Control"] = "no-store"
        return response


def _is_own() -> bool:
    """Tell whether a form was sent from one of these pages: the browser says so in a header that other sites cannot
    forge.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host
