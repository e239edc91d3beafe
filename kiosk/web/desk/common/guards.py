"""Guards the desk: refuses requests for other host names or from the door's own screen, and sets headers on every
answer.
"""

from flask import Flask, Request, Response, abort, current_app, render_template, request
from werkzeug.routing import IntegerConverter

from kiosk.members.wrong_secrets import WrongSecrets
from kiosk.web.desk.common.addresses import IsOwn
from kiosk.web.desk.common.office import EXTENSION

_WRONG_SECRETS = "kiosk.wrong-secrets"
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
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
    """A number in a path, of at most 15 digits, so that the database can search for it."""

    regex = r"[0-9]{1,15}"


_FOR_ALL = ("static", "font", "healthz")  # endpoints that the door's own screen may ask for, too


def install(app: Flask, hosts: list[str], is_own: IsOwn, *, at_a_door: bool) -> None:
    """Answer only to the desk's own host names, with strict headers, and let browsers cache only what is the same for
    everyone.

    A machine that stands `at_a_door` has a screen within everyone's reach: requests from the machine itself get 403.
    """
    known = {host.lower() for host in hosts}
    app.url_map.converters["int"] = Number

    @app.before_request
    def _own_host_name() -> None:
        """Refuse requests for another host name with 421."""
        if _host_name(request) not in known:
            abort(421)

    @app.before_request
    def _not_from_the_screen() -> tuple[str, int] | None:
        """Refuse requests from the door's own screen, except for the few pages that are for all."""
        if at_a_door and request.endpoint not in _FOR_ALL and is_own(request.remote_addr or ""):
            return render_template("security/not_here.html"), 403
        return None

    @app.after_request
    def _secured(response: Response) -> Response:
        """Set the headers that protect each answer. Only files that are the same for all may be cached, for a year; 304
        says that a browser's copy is still good.
        """
        response.headers.update(_HEADERS)
        same_for_all = request.endpoint in ("static", "font", "frame.colour") and response.status_code in (200, 304)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if same_for_all else "no-store"
        return response


def is_guessing() -> bool:
    """Count a wrong secret that this request tried in a link. Returns whether more than ten came from its address
    within a minute.
    """
    _, clock = current_app.extensions[EXTENSION]
    wrong: WrongSecrets = current_app.extensions.setdefault(_WRONG_SECRETS, WrongSecrets())
    return wrong.note(request.remote_addr or "", clock.monotonic())


def _host_name(asked: Request) -> str:
    """Return the host name that was asked for, in lower case and without its port."""
    host = asked.headers.get("Host", "").lower()
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
