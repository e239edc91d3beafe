"""`pages`: members' pages for their own telephones, by a program that holds nothing."""

from pathlib import Path

import click

from kiosk import home
from kiosk.errors import RequestError
from kiosk.web.pages import serving


@click.command()
@click.pass_obj
def pages(root: Path) -> None:
    """Run members' pages until stopped: their telephones ask them, and they ask the desk.

    On an installed machine their own unit does so (kiosk-pages).
    """
    paths = home.find(root)
    settings = home.settings(paths).pages
    if not settings.address:
        raise RequestError("no-pages", "pages.address of kiosk.toml names no address: kiosk config edit")
    serving.run(paths.pages_socket, settings.port)
