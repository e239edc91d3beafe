"""Who may ask the desk anything, and what every answer carries."""

from flask import Flask, Request, Response, abort, request

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


def install(app: Flask, hosts: list[str]) -> None:
    """Own names only, strict headers on every answer, nothing kept by a browser but what is the same for everybody."""
    known = {host.lower() for host in hosts}

    @app.before_request
    def _own_name() -> None:
        if _name(request) not in known:
            abort(421)

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
