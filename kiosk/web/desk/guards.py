"""Who may ask the desk anything, and what every answer carries."""

import socket

from flask import Flask, Request, Response, abort, render_template, request
from werkzeug.routing import IntegerConverter

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Number(IntegerConverter):
    """A number in a path: no longer than the database can look for."""

    regex = r"[0-9]{1,15}"


_FOR_ALL = ("static", "font", "healthz")


def install(app: Flask, hosts: list[str], *, at_a_door: bool) -> None:
    """Own names only, strict headers on every answer, nothing kept by a browser but what is the same for everybody.

    A machine that stands `at_a_door` has a screen that anybody touches: from itself nobody works at the desk.
    """
    known = {host.lower() for host in hosts}
    app.url_map.converters["int"] = Number

    @app.before_request
    def _own_name() -> None:
        if _name(request) not in known:
            abort(421)

    @app.before_request
    def _not_from_the_screen() -> tuple[str, int] | None:
        if at_a_door and request.endpoint not in _FOR_ALL and is_own_address(request.remote_addr or ""):
            return render_template("security/not_here.html"), 403
        return None

    @app.after_request
    def _secured(response: Response) -> Response:
        response.headers.update(_HEADERS)
        same_for_all = request.endpoint in ("static", "font") and response.status_code in (200, 304)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if same_for_all else "no-store"
        return response


def _name(asked: Request) -> str:
    """The host that was asked for, without its port."""
    host = asked.headers.get("Host", "").lower()
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host


def is_own_address(address: str) -> bool:
    """Whether an address is this machine's: only then can something be bound to it. What is none counts as own."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError as fault:
        return isinstance(fault, socket.gaierror)
    return True
