"""The command `pages`: serves members' pages for their own telephones, from a program that stores nothing."""

from pathlib import Path

import click

from kiosk import pages as members_pages


@click.command()
@click.pass_obj
def pages(root: Path) -> None:
    """Run the members' pages until stopped: telephones open the pages, and the pages ask the desk.

    An installed machine runs them as a service (kiosk-pages).
    """
    members_pages.run(root)
