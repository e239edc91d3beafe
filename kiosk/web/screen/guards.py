"""Guards the screen: answers requests for its own Host and from its own Origin only, and puts strict headers on every
answer.

The screen listens on loopback, but any page open in a browser on this machine could talk to it, by its address or by a
name that resolves to it. The Host check stops the second, the Origin check the first.
"""

from flask import Request, Response

from kiosk.errors import KioskError, MachineError, RequestError

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

# What a code means in HTTP; a code that is not here goes by its class.
STATUSES = {
    "bad-host": 421,
    "bad-origin": 403,
    "bad-request": 400,
    "card-over": 409,
    "not-found": 404,
    "touch-missed": 410,
    "touch-over": 410,
}
_FAULT, _NO, _WRONG = 503, 409, 400  # a fault of the machine; any other refusal; a wrong request


def status_of(error: KioskError) -> int:
    """Return the HTTP status of an error."""
    if error.code in STATUSES:
        return STATUSES[error.code]
    if isinstance(error, MachineError):
        return _FAULT
    return _WRONG if isinstance(error, RequestError) else _NO


class AllowedHosts:
    """The host names and ports under which this screen's own pages reach it."""

    def __init__(self, port: int) -> None:
        names = ("127.0.0.1", "localhost", "[::1]")
        hosts = {f"{name}:{port}" for name in names}
        self._hosts = hosts | set(names) if port == 80 else hosts  # browsers leave out the default port
        self._origins = {f"http://{host}" for host in self._hosts}

    def check(self, request: Request) -> None:
        """Refuse a foreign Host or Origin. A request that changes something must name its Origin, as browsers always
        do. Raises RequestError `bad-host` or `bad-origin`.
        """
        if request.headers.get("Host", "").lower() not in self._hosts:
            raise RequestError("bad-host", "this screen answers only to its own address")
        origin = request.headers.get("Origin")
        reads = request.method in ("GET", "HEAD")
        if origin not in self._origins and not (reads and origin is None):
            raise RequestError("bad-origin", "this screen answers only to its own pages")


def secure(response: Response, *, keep: bool) -> Response:
    """Return an answer with the security headers; `keep` lets a browser cache it for a year."""
    response.headers.update(_HEADERS)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if keep else "no-store"
    return response
