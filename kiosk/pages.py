"""Composes and runs members' pages: from a home's settings, the socket on which the desk answers, and the port."""

from pathlib import Path

from kiosk import home
from kiosk.errors import RequestError
from kiosk.web.pages import serving


def run(root: Path) -> None:
    """Run members' pages until SIGTERM or SIGINT. Raises RequestError `no-pages` where they are not turned on."""
    paths = home.find(root)
    settings = home.settings(paths).pages
    if not settings.address:
        raise RequestError("no-pages", "pages.address of kiosk.toml names no address: kiosk config edit")
    serving.run(paths.pages_socket, settings.port)
